"""What to type into an index's forms, and the address that fills them in."""

from __future__ import annotations

import pytest

from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.forms import (
    environment_problem,
    pending_form,
    project_form,
    wanted_publisher,
    workflow_problem,
)
from publish_gate.doctor.trusted_publishing.publishers import Publisher
from publish_gate.hosts import PYPI, TESTPYPI

PUBLISHER = Publisher("octo", "sample", "release.yml", "pypi")


def test_the_form_of_an_existing_project_comes_filled_in() -> None:
    form = project_form("pypi", "my-pkg", PUBLISHER)
    assert form.link == (
        f"{PYPI.web}/manage/project/my-pkg/settings/publishing/"
        "?provider=github&owner=octo&repository=sample&workflow_filename=release.yml&environment=pypi"
    )
    assert form.fields == (
        ("Owner", "octo"),
        ("Repository name", "sample"),
        ("Workflow name", "release.yml"),
        ("Environment name", "pypi"),
    )


def test_what_an_address_cannot_hold_is_encoded() -> None:
    odd = Publisher("o&o", "s/p", "a b+c@d.yml", "")
    link = project_form("testpypi", "a/b?", odd).link
    assert link == (
        f"{TESTPYPI.web}/manage/project/a%2Fb%3F/settings/publishing/"
        "?provider=github&owner=o%26o&repository=s%2Fp&workflow_filename=a%20b%2Bc%40d.yml"
    )


def test_a_new_project_has_a_page_of_its_own_with_its_name_as_a_field() -> None:
    form = pending_form("testpypi", "fresh", Publisher("octo", "sample", None))
    assert form.link == f"{TESTPYPI.web}/manage/account/publishing/"
    assert form.fields[0] == ("PyPI Project Name", "fresh")
    assert form.fields[3] == ("Workflow name", "")


def test_the_publisher_that_a_token_wants_is_made_from_its_claims() -> None:
    claims = Claims(
        {
            "repository": "octo/sample",
            "repository_owner_id": "1",
            "job_workflow_ref": "octo/sample/.github/workflows/r.yml@x",
            "environment": "PyPI",
        }
    )
    assert wanted_publisher(claims, "pypi") == Publisher("octo", "sample", "r.yml", "pypi", owner_id="1", index="pypi")
    assert wanted_publisher(claims.without("repository")) is None
    assert wanted_publisher(claims.without("job_workflow_ref")) is None
    assert wanted_publisher(Claims({**claims.values, "repository": "octo/"})) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("pypi", "", id="a plain name"),
        pytest.param("", "", id="none"),
        pytest.param("py pi\u00a0", "", id="a no-break space is accepted"),
        pytest.param("x" * 256, "longer than 255", id="too long"),
        pytest.param(" pypi", "begins or ends with a space", id="a space before it"),
        pytest.param("py,pi", "holds a control character or one of", id="a comma"),
        pytest.param("py\x7fpi", "holds a control character", id="a control character"),
    ],
)
def test_environments_are_checked_as_the_form_does(name: str, problem: str) -> None:
    assert (problem in environment_problem(name)) is True
    assert bool(environment_problem(name)) is bool(problem)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("a.yml", "", id="a file name"),
        pytest.param(".github/workflows/a.yml", "is a path", id="a path"),
        pytest.param("a", "does not end in", id="no ending"),
    ],
)
def test_workflow_names_are_checked_as_the_form_does(name: str, problem: str) -> None:
    assert problem in workflow_problem(name)
    assert bool(workflow_problem(name)) is bool(problem)
