"""The claims that GitHub would put into a job's token; what the files do not decide is unknown, not absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from publish_gate.doctor.simulation.situations import standard_situations
from publish_gate.doctor.trusted_publishing.expected_claims import presented_claims
from publish_gate.doctor.trusted_publishing.matching import ISSUER

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims

FILE = ".github/workflows/release.yml"
CALLED = ".github/workflows/publish.yml"
BY_NAME = {each.name: each for each in standard_situations()}


def present(name: str, **facts: str | None) -> Claims:
    """Return the claims in one of the nine situations."""
    usual: dict[str, Any] = {"repository": "octo/sample", "owner_id": None, "job_file": FILE, "environment": ""}
    return presented_claims(BY_NAME[name], started=FILE, **{**usual, **facts})


@pytest.mark.parametrize(
    ("name", "ref", "kind"),
    [
        pytest.param("push_main", "refs/heads/main", "branch", id="a push"),
        pytest.param("push_tag_v1.2.3", "refs/tags/v1.2.3", "tag", id="a tag"),
        pytest.param("release_published", "refs/tags/v1.2.3", "tag", id="a release"),
        pytest.param("pull_request", "refs/pull/1/merge", None, id="a pull request, which is neither"),
        pytest.param("workflow_call", None, None, id="a call of which nothing is known"),
    ],
)
def test_the_ref_is_that_of_the_run(name: str, ref: str | None, kind: str | None) -> None:
    claims = present(name)
    at = None if ref is None else f"octo/sample/{FILE}@{ref}"
    assert (claims.ref, claims.get("ref_type")) == (ref, kind)
    assert (claims.get("workflow_ref"), claims.get("job_workflow_ref")) == (at, at)
    assert (claims.get("iss"), claims.get("event_name")) == (ISSUER, BY_NAME[name].event)
    assert claims.is_unknown("sha")


@pytest.mark.parametrize(
    ("facts", "claim"),
    [
        pytest.param({"job_file": CALLED}, f"octo/sample/{CALLED}@refs/tags/v1.2.3", id="called here"),
        pytest.param(
            {"job_file": CALLED, "called_from": "x/y", "called_ref": "v1"}, f"x/y/{CALLED}@v1", id="called elsewhere"
        ),
        pytest.param({"job_file": None}, None, id="not decided"),
        pytest.param({"repository": None}, None, id="of an unknown repository"),
    ],
)
def test_a_called_file_is_named_as_it_was_called(facts: dict[str, str | None], claim: str | None) -> None:
    claims = present("push_tag_v1.2.3", **facts)
    assert claims.get("job_workflow_ref") == claim
    assert claims.is_unknown("job_workflow_ref") is (claim is None)


def test_a_call_at_a_ref_is_known_even_where_the_run_is_not() -> None:
    claims = present("workflow_call", job_file=CALLED, called_from="x/y", called_ref="v1")
    assert claims.get("job_workflow_ref") == f"x/y/{CALLED}@v1"
    assert claims.is_unknown("workflow_ref")


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        pytest.param("pypi", (False, False), id="a name"),
        pytest.param("", (True, False), id="none"),
        pytest.param(None, (False, True), id="decided while it runs"),
    ],
)
def test_an_environment_is_there_absent_or_unknown(environment: str | None, state: tuple[bool, bool]) -> None:
    claims = present("push_main", environment=environment)
    assert claims.environment == (environment or None)
    assert (claims.is_absent("environment"), claims.is_unknown("environment")) == state


def test_the_owner_comes_with_the_repository_and_its_id_where_that_is_told() -> None:
    claims = present("push_main", owner_id="1234")
    assert (claims.get("repository_owner"), claims.get("repository_owner_id")) == ("octo", "1234")
    unknown = present("push_main", repository=None)
    assert all(unknown.is_unknown(name) for name in ("repository", "repository_owner", "repository_owner_id"))
