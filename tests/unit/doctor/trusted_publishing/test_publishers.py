"""A file of publishers is read strictly, and every problem is told at its place."""

from __future__ import annotations

import pytest

from publish_gate.config.model import Publisher as Configured
from publish_gate.config.model import TargetEntry
from publish_gate.doctor.trusted_publishing.publishers import (
    Publisher,
    Registry,
    configured_publishers,
    read_publishers,
)
from publish_gate.errors import ConfigurationError
from publish_gate.places import Place

YAML = """
publishers:
  - owner: octo
    owner_id: 1234
    repository: sample
    workflow: release.yml
    environment: pypi
    project: [sample, other]
    index: pypi
    note: of the main branch
  - {owner: octo, repository: sample, workflow: null, environment: ~, project: sample}
pending_publishers:
  - {owner: octo, repository: sample, workflow: new.yml, project: fresh}
existing_projects: [sample]
prohibited_projects: bad
used_jti: [1, 2]
custom_issuers: []
trusted_publishing_disabled: true
complete: False
audience: testpypi
"""


def test_a_whole_file_is_read() -> None:
    registry = read_publishers(YAML.encode(), "publishers.yml")
    first, second = registry.publishers
    assert first == Publisher(
        "octo",
        "sample",
        "release.yml",
        "pypi",
        owner_id="1234",
        projects=("sample", "other"),
        place=Place("publishers.yml", 3, 5),
        index="pypi",
    )
    assert (second.workflow, second.environment, second.owner_id, second.projects) == (None, "", None, ("sample",))
    assert registry.pending[0].projects == ("fresh",)
    assert registry.existing == {"sample"}
    assert registry.prohibited == {"bad"}
    assert registry.used_jti == {"1", "2"}
    assert registry.issuers == frozenset()
    assert (registry.disabled, registry.complete, registry.audience) == (True, False, "testpypi")
    assert first.slug == "octo/sample"


def test_json_is_read_too_and_what_is_not_there_has_its_default() -> None:
    registry = read_publishers(b'{"publishers": [], "existing_projects": null, "complete": null}', "p.json")
    assert registry == Registry()
    assert read_publishers(b"", "p.yml") == Registry()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("- {owner: a}", "p.yml:1:1: expected a mapping with keys such as publishers", id="a list"),
        pytest.param("- {owner: a}", "put the list below the key 'publishers'", id="a list, with what to do"),
        pytest.param("text", "expected a mapping", id="a text"),
        pytest.param("publisher: []", "unknown key 'publisher'; did you mean 'publishers'?", id="a near miss"),
        pytest.param("publishers: x", "publishers: expected a list", id="no list"),
        pytest.param("publishers: [x]", "publishers[0]: expected a mapping", id="no mapping"),
        pytest.param("publishers: [{repo: x}]", "publishers[0].repo: unknown key 'repo'", id="an unknown key"),
        pytest.param("publishers: [{repository: x}]", "publishers[0].owner: is missing", id="no owner"),
        pytest.param("publishers: [{owner: [x], repository: y}]", "publishers[0].owner: expected a text", id="no text"),
        pytest.param(
            "publishers: [{owner: a, repository: b, project: {}}]",
            "project: expected a text or a list",
            id="no projects",
        ),
        pytest.param("publishers: [{owner: a, repository: b, project: '-'}]", "'-' is no name", id="a bad project"),
        pytest.param(
            "publishers: [{owner: a, repository: b, index: pipy}]", "unknown index 'pipy'; did you mean", id="an index"
        ),
        pytest.param(
            "pending_publishers: [{owner: a, repository: b}]", "exactly one project", id="pending for nothing"
        ),
        pytest.param("complete: perhaps", "expected true or false, found 'perhaps'", id="no boolean"),
        pytest.param("existing_projects: [[x]]", "existing_projects[0]: expected a text", id="a nested list"),
        pytest.param("publishers: [" + "x," * 1001 + "]", "holds 1001 entries", id="too many"),
        pytest.param(f"existing_projects: {'x' * 401}", "is longer than 400", id="too long"),
        pytest.param("publishers: [", "is not valid YAML", id="no YAML"),
        pytest.param("on: x", "YAML takes 'on' for a boolean", id="a key that YAML turns around"),
    ],
)
def test_problems_are_told_at_their_place(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_publishers(text.encode(), "p.yml")
    assert complaint in str(caught.value)
    assert all(str(problem).startswith("p.yml:") for problem in caught.value.problems)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_publishers(b"publishers: [{owner: a}, {repository: b}]\ncomplete: 3", "p.yml")
    assert len(caught.value.problems) == 3


def test_the_config_file_names_publishers_by_target() -> None:
    place = Place("c.yml", 9)
    targets = (
        TargetEntry("a", place, built_in="pypi", publisher=Configured("octo", "sample", "r.yml", None)),
        TargetEntry("b", place),
        TargetEntry(
            "c", place, publisher=Configured("o", "s", "w.yml", "env"), places={"publisher": Place("c.yml", 12)}
        ),
    )
    registry = configured_publishers(targets, ("sample",))
    assert registry.publishers == (
        Publisher("octo", "sample", "r.yml", projects=("sample",), place=place, index="pypi"),
        Publisher("o", "s", "w.yml", "env", projects=("sample",), place=Place("c.yml", 12)),
    )
