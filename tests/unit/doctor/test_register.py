"""The forms to fill in: those of publishers that would make an index accept, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from unit.doctor.asked import PUBLISHER, REGISTRY, ask
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.hosts import PYPI, TESTPYPI

FINE = {"release.yml": publishing("[push, release]", environment="PyPI")}
TRIAL = f"      - uses: pypa/gh-action-pypi-publish@v1\n        with: {{repository-url: '{TESTPYPI.upload}'}}\n"
TWO = {**FINE, "trial.yml": publishing(environment="test", step=TRIAL)}
SAMPLE = (LocalProject("sample"),)
KNOWN = Registry(existing=frozenset({"Sample"}))


@pytest.mark.parametrize(
    ("files", "facts", "forms"),
    [
        pytest.param({}, {}, [], id="without a job that publishes"),
        pytest.param(
            FINE,
            {},
            ["PROJECT of octo/sample release.yml pypi", "new PROJECT of octo/sample release.yml pypi"],
            id="of a project that may exist or not, once for all situations",
        ),
        pytest.param(
            FINE,
            {"projects": SAMPLE, "registry": KNOWN},
            ["sample of octo/sample release.yml pypi"],
            id="of a project that exists",
        ),
        pytest.param(
            FINE,
            {"project": "fresh", "projects": SAMPLE, "registry": KNOWN},
            ["new fresh of octo/sample release.yml pypi"],
            id="of a project that does not exist yet",
        ),
        pytest.param(
            FINE,
            {"projects": (*SAMPLE, LocalProject("other")), "registry": KNOWN},
            ["new PROJECT of octo/sample release.yml pypi"],
            id="of one of several projects",
        ),
        pytest.param(
            TWO,
            {"project": "sample", "registry": KNOWN},
            ["sample of octo/sample release.yml pypi", "sample of octo/sample trial.yml test on testpypi"],
            id="of two indexes, each with its own",
        ),
        pytest.param(FINE, {"registry": REGISTRY}, [], id="of none where the right one is registered"),
        pytest.param(
            FINE,
            {"registry": replace(KNOWN, publishers=(replace(PUBLISHER, workflow="ci.yml"),)), "project": "sample"},
            ["sample of octo/sample release.yml pypi"],
            id="of the right one where another is registered",
        ),
        pytest.param(
            {"release.yml": publishing("pull_request_target")}, {}, [], id="of none for an event that is refused anyhow"
        ),
        pytest.param(
            {"release.yml": calling("octo-flows/flows/.github/workflows/publish-pypi.yml@v1")},
            {},
            [],
            id="of none for a workflow of another repository",
        ),
        pytest.param(
            {"\udc80.yml": publishing()},
            {},
            [],
            id="of none for a file whose name is no text",
        ),
        pytest.param(
            FINE,
            {"project": "no name", "registry": KNOWN},
            ["new PROJECT of octo/sample release.yml pypi"],
            id="of none that is a project's name",
        ),
        pytest.param(FINE, {"repository": None}, [], id="of none where the repository is not known"),
    ],
)
def test_the_forms_are_those_that_help(files: dict[str, str], facts: dict[str, Any], forms: list[str]) -> None:
    told = []
    for form in ask(files, **facts).forms:
        base = next(each for each in (TESTPYPI, PYPI) if form.link.startswith(f"{each.web}/"))
        where = " on testpypi" if base is TESTPYPI else ""
        new = "new " if form.pending else ""
        what = f"{form.owner}/{form.repository} {form.workflow} {form.environment}"
        told.append(f"{new}{form.project} of {what}{where}")
    assert told == forms
