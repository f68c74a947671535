"""What keeps a token from a publisher is told exactly: which field, how it differs, and what to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.differences import (
    Difference,
    Field,
    Kind,
    differences,
    folded,
    nearest,
    odd_characters,
    visible,
)
from publish_gate.doctor.trusted_publishing.matching import match
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

PUBLISHER = Publisher("octo", "sample", "release.yml", "pypi", owner_id="1234", projects=("sample",))


def claims(
    repository: str = "octo/sample", file: str = "release.yml", environment: str | None = "pypi", **more: str
) -> Claims:
    """Return the claims of a job, complete with what every token has."""
    reference = f"{repository}/.github/workflows/{file}@refs/heads/main"
    values = {
        "repository": repository,
        "repository_owner": repository.partition("/")[0],
        "repository_owner_id": "1234",
        "job_workflow_ref": reference,
        "workflow_ref": reference,
        "ref": "refs/heads/main",
        "sha": "a" * 40,
        "event_name": "push",
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "pypi",
        "jti": "1",
    }
    if environment is not None:
        values["environment"] = environment
    return Claims({**values, **more}, complete=True)


@pytest.mark.parametrize(
    ("presented", "registered", "field", "kind", "advice"),
    [
        pytest.param(claims("Octo/sample"), {}, Field.OWNER, Kind.CASE, "upper and lower case", id="owner in capitals"),
        pytest.param(claims("cat/sample"), {}, Field.OWNER, Kind.OTHER, "register the owner 'cat'", id="another owner"),
        pytest.param(claims("octo/Sample"), {}, Field.REPOSITORY, Kind.CASE, "'Sample'", id="repository in capitals"),
        pytest.param(
            claims("octo/samples"), {}, Field.REPOSITORY, Kind.RENAMED, "was renamed", id="similar repository"
        ),
        pytest.param(
            claims(),
            {"repository": "https://github.com/octo/sample"},
            Field.REPOSITORY,
            Kind.URL_GIVEN,
            "no address: 'sample'",
            id="an address for a repository",
        ),
        pytest.param(
            claims(), {"repository": "sample.git"}, Field.REPOSITORY, Kind.URL_GIVEN, "'sample'", id="a clone's name"
        ),
        pytest.param(
            claims(), {"owner": "github.com/octo"}, Field.OWNER, Kind.URL_GIVEN, "'octo'", id="an address for an owner"
        ),
        pytest.param(
            claims(),
            {"repository": "octo/sample"},
            Field.REPOSITORY,
            Kind.OWNER_AND_NAME_GIVEN,
            "two fields",
            id="owner and name for a repository",
        ),
        pytest.param(
            claims(), {"owner_id": "99"}, Field.OWNER_ID, Kind.OWNER_ID, "made anew", id="an account that was recreated"
        ),
        pytest.param(
            claims(file="release.yaml"), {}, Field.WORKFLOW, Kind.EXTENSION, "ends otherwise", id="the other ending"
        ),
        pytest.param(
            claims(), {"workflow": "release"}, Field.WORKFLOW, Kind.EXTENSION, "ends otherwise", id="no ending"
        ),
        pytest.param(claims(file="Release.yml"), {}, Field.WORKFLOW, Kind.CASE, "'Release.yml'", id="file in capitals"),
        pytest.param(
            claims(file="releases.yml"), {}, Field.WORKFLOW, Kind.RENAMED, "rename the file back", id="a renamed file"
        ),
        pytest.param(claims(file="ci.yml"), {}, Field.WORKFLOW, Kind.OTHER, "register the workflow", id="another file"),
        pytest.param(
            claims(),
            {"workflow": ".github/workflows/release.yml"},
            Field.WORKFLOW,
            Kind.PATH_GIVEN,
            "bare file name: 'release.yml', not '.github/workflows/release.yml'",
            id="a path",
        ),
        pytest.param(
            claims(),
            {"workflow": ".github/workflows/other.yml"},
            Field.WORKFLOW,
            Kind.PATH_GIVEN,
            "'other.yml' is another file",
            id="a path of another file",
        ),
        pytest.param(
            claims(),
            {"workflow": " release.yml"},
            Field.WORKFLOW,
            Kind.WHITESPACE,
            "the registered workflow holds characters that are not seen: space (U+0020)",
            id="a space before it",
        ),
        pytest.param(
            claims(),
            {"workflow": "rel\u200bease.yml\t"},
            Field.WORKFLOW,
            Kind.WHITESPACE,
            "zero width space (U+200B), tab (U+0009)",
            id="a character of no width",
        ),
        pytest.param(
            claims(),
            {"workflow": "r\u0435lease.yml"},
            Field.WORKFLOW,
            Kind.LOOK_ALIKE,
            "cyrillic small letter ie (U+0435)",
            id="a letter of another alphabet",
        ),
        pytest.param(
            claims(environment=None),
            {},
            Field.ENVIRONMENT,
            Kind.MISSING,
            "add `environment: pypi`",
            id="no environment",
        ),
        pytest.param(
            claims(environment=""), {}, Field.ENVIRONMENT, Kind.MISSING, "register no environment", id="an empty one"
        ),
        pytest.param(
            claims(environment="pypi\u00a0"),
            {},
            Field.ENVIRONMENT,
            Kind.WHITESPACE,
            "the claimed environment holds characters that are not seen: no-break space (U+00A0)",
            id="a no-break space in the workflow",
        ),
        pytest.param(
            claims(environment="PyPI"),
            {"environment": "PyPI"},
            Field.ENVIRONMENT,
            Kind.CAPITALS,
            "stored with capitals",
            id="an environment stored with capitals",
        ),
        pytest.param(
            claims(environment="release"), {}, Field.ENVIRONMENT, Kind.OTHER, "'release'", id="another environment"
        ),
        pytest.param(
            claims(environment="pypi-prod"),
            {},
            Field.ENVIRONMENT,
            Kind.RENAMED,
            "'pypi-prod'",
            id="a similar environment",
        ),
        pytest.param(
            claims(job_workflow_ref="x/flows/.github/workflows/release.yml@v1"),
            {},
            Field.WORKFLOW,
            Kind.CALLED_ELSEWHERE,
            "move the uploading job",
            id="a workflow of another repository",
        ),
        pytest.param(
            claims(job_workflow_ref="octo/sample/.github/workflows/release.yml@refs/tags/v1"),
            {},
            Field.WORKFLOW,
            Kind.CALLED_AT_OTHER_REF,
            "call it as ./.github/workflows/release.yml",
            id="a workflow called at another ref",
        ),
        pytest.param(
            claims(workflow_ref="octo/sample/.github/workflows/main.yml@refs/heads/main"),
            {"workflow": "main.yml"},
            Field.WORKFLOW,
            Kind.CALLED_WORKFLOW,
            "'main.yml' calls 'release.yml'",
            id="the caller is registered",
        ),
    ],
)
def test_a_difference_is_told_with_its_kind(
    presented: Claims, registered: dict[str, str], field: Field, kind: Kind, advice: str
) -> None:
    changes: dict[str, Any] = dict(registered)
    found = differences(presented, replace(PUBLISHER, **changes))
    assert [(each.field, each.kind) for each in found] == [(field, kind)]
    assert advice in found[0].advice


@pytest.mark.parametrize(
    ("presented", "registered"),
    [
        pytest.param(claims(), PUBLISHER, id="all the same"),
        pytest.param(claims(environment="PyPI"), PUBLISHER, id="capitals in the workflow only"),
        pytest.param(claims(environment="any"), replace(PUBLISHER, environment=""), id="for any environment"),
        pytest.param(Claims(), PUBLISHER, id="nothing is known"),
        pytest.param(claims(), replace(PUBLISHER, owner_id=None, workflow=None), id="not everything was noted"),
        pytest.param(
            Claims({"job_workflow_ref": "octo/sample/.github/workflows/release.yml@refs/tags/v1"}),
            PUBLISHER,
            id="a ref that may be the run's",
        ),
    ],
)
def test_what_is_the_same_or_unknown_is_no_difference(presented: Claims, registered: Publisher) -> None:
    assert differences(presented, registered) == ()


def test_the_nearest_publisher_comes_first() -> None:
    stranger = Publisher("other", "thing", "x.yml")
    slip = replace(PUBLISHER, workflow="release.yaml")
    other_file = replace(PUBLISHER, workflow="ci.yml")
    path = replace(PUBLISHER, workflow=".github/workflows/release.yml", environment="x")
    registry = Registry((stranger, path, other_file, slip), pending=(slip,))
    found = nearest(claims(), registry)
    assert [(each.publisher.workflow, each.pending) for each in found] == [
        ("release.yaml", False),
        ("release.yaml", True),
        ("ci.yml", False),
        (".github/workflows/release.yml", False),
        ("x.yml", False),
    ]
    assert found[0].differences == (
        Difference(
            Field.WORKFLOW,
            "release.yml",
            "release.yaml",
            Kind.EXTENSION,
            "the file ends otherwise: register 'release.yml', not 'release.yaml'",
        ),
    )


def test_what_nobody_sees_is_named() -> None:
    assert visible("a \u200bb\u2028c\x07") == "abc"
    assert folded("\uff52\u2011x") == "r-x"
    assert odd_characters("a\x07\u0430\u00e9") == ("control character (U+0007)", "cyrillic small letter a (U+0430)")


_TEXTS = st.sampled_from(["octo", "Octo", "sample", "release.yml", "release.yaml", "pypi", "PyPI", "x y", ""])


@given(_TEXTS, _TEXTS, st.none() | _TEXTS, _TEXTS, st.none() | _TEXTS, st.none() | _TEXTS)
def test_no_difference_means_that_the_index_finds_the_publisher(
    owner: str, repository: str, workflow: str | None, environment: str, owner_id: str | None, job: str | None
) -> None:
    publisher = Publisher(owner, repository, workflow, environment, owner_id=owner_id, projects=("sample",))
    presented = claims(environment=job)
    found = match(presented, Registry((publisher,)))
    if found.code is not None:
        assert (found.code == "ok") is (differences(presented, publisher) == ())
