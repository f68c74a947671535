"""The index's verdict on a token: all recorded answers of its own code, its rules by date, and what stays open."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.trusted_publishing.claims import Claims, WorkflowRef, file_name, parse_workflow_ref
from publish_gate.doctor.trusted_publishing.matching import (
    ISSUER,
    Check,
    NameProblem,
    Verdict,
    confusable,
    match,
    name_problem,
    refusal,
)
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry, read_publishers
from publish_gate.doctor.trusted_publishing.read_claims import parse_claims
from publish_gate.hosts import PYPI, TESTPYPI, PublicIndex

_FILE = Path(__file__).parents[3] / "vectors" / "publisher-matching.json"
VECTORS: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["vectors"]
_REGISTERED = (
    "publishers",
    "pending_publishers",
    "existing_projects",
    "used_jti",
    "trusted_publishing_disabled",
    "audience",
)

BASE = {
    "iss": ISSUER,
    "aud": "pypi",
    "jti": "j-1",
    "sub": "repo:octo/sample:ref:refs/heads/main",
    "ref": "refs/heads/main",
    "sha": "a" * 40,
    "repository": "octo/sample",
    "repository_owner": "octo",
    "repository_owner_id": "1234",
    "event_name": "push",
    "workflow_ref": "octo/sample/.github/workflows/release.yml@refs/heads/main",
    "job_workflow_ref": "octo/sample/.github/workflows/release.yml@refs/heads/main",
}
PUBLISHER = Publisher("octo", "sample", "release.yml", owner_id="1234", projects=("sample",))
REGISTRY = Registry((PUBLISHER,))
NOT_FOUND = "valid token, but no corresponding publisher (Publisher with matching claims was not found)"


def token(**changes: str | None) -> Claims:
    """Return the claims of a whole token; None leaves a claim out."""
    values = {**BASE, **changes}
    return Claims({name: value for name, value in values.items() if value is not None}, complete=True)


def printed(**changes: str) -> Claims:
    """Return what the upload action prints."""
    names = ("sub", "repository", "repository_owner", "repository_owner_id", "workflow_ref", "job_workflow_ref", "ref")
    return Claims({**{name: BASE[name] for name in names}, **changes}, frozenset({"environment"}) - set(changes))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_the_index_own_answers_are_given(vector: dict[str, Any]) -> None:
    registered = {name: vector[name] for name in _REGISTERED}
    registry = read_publishers(json.dumps(registered).encode(), "publishers.json")
    verdict = match(parse_claims(json.dumps(vector["claims"])), registry)
    expected = vector["expect"]
    covers = expected["token_covers"]
    described = expected["description"]
    assert verdict.code == expected["code"]
    assert verdict.description == (described and described.replace("PYPI-HOST", PYPI.host))
    assert verdict.token_covers == (covers if covers is None else tuple(covers))
    assert verdict.http == expected["http"]
    assert verdict.missing == ()


OTHER_ENVIRONMENT = replace(PUBLISHER, environment="pypi", projects=("other",))


@pytest.mark.parametrize(
    ("claims", "registry", "code", "failed"),
    [
        pytest.param(token(iss=None), REGISTRY, "invalid-payload", Check.ISSUER, id="a token without an issuer"),
        pytest.param(
            token(aud="x"),
            Registry(disabled=True),
            "not-enabled",
            Check.ENABLED,
            id="disabled comes before the audience",
        ),
        pytest.param(token(aud=None), REGISTRY, "invalid-token", Check.AUDIENCE, id="a token without an audience"),
        pytest.param(
            token(aud="testpypi"), REGISTRY, "invalid-token", Check.AUDIENCE, id="a token for the other index"
        ),
        pytest.param(token(), Registry(), "invalid-publisher", Check.PUBLISHER, id="nobody is registered"),
        pytest.param(
            token(sha=None, jti=None), REGISTRY, "invalid-publisher", Check.CLAIMS_PRESENT, id="two are missing"
        ),
        pytest.param(
            token(event_name=None), REGISTRY, "invalid-publisher", Check.CLAIMS_PRESENT, id="an event must be told"
        ),
        pytest.param(
            token(repository_owner="Octo"), REGISTRY, "invalid-publisher", Check.OWNER, id="owner checked by itself"
        ),
        pytest.param(
            token(event_name="pull_request_target"), REGISTRY, "invalid-publisher", Check.EVENT, id="privileged event"
        ),
        pytest.param(
            token(iss="https://ghes.example.com/x"),
            Registry((PUBLISHER,), issuers=frozenset({"https://ghes.example.com/x"})),
            "invalid-publisher",
            Check.ISSUER_OF_PUBLISHER,
            id="an issuer that an organisation registered",
        ),
        pytest.param(
            token(iss="https://ghes.example.com/_services/token"),
            Registry((PUBLISHER,), issuers=frozenset()),
            "invalid-payload",
            Check.ISSUER,
            id="an issuer that no organisation registered",
        ),
        pytest.param(
            token(jti="old"),
            Registry(pending=(PUBLISHER,), used_jti=frozenset({"old"})),
            "invalid-reuse-token",
            Check.SINGLE_USE,
            id="a used token of a pending publisher",
        ),
        pytest.param(
            token(),
            Registry(pending=(PUBLISHER,), existing=frozenset({"Sample"})),
            "invalid-pending-publisher",
            Check.NEW_PROJECT,
            id="a pending publisher of a project that exists in another spelling",
        ),
        pytest.param(
            token(ref="", sha="b" * 40, job_workflow_ref=BASE["job_workflow_ref"].partition("@")[0] + "@" + "b" * 40),
            REGISTRY,
            "ok",
            None,
            id="a deployment of a commit",
        ),
        pytest.param(
            token(),
            Registry((replace(PUBLISHER, environment="PyPI"),)),
            "invalid-publisher",
            Check.PUBLISHER,
            id="an environment stored with capitals, and a job without one",
        ),
        pytest.param(
            token(environment="PyPI"),
            Registry((replace(PUBLISHER, environment="PyPI"),)),
            "invalid-publisher",
            Check.PUBLISHER,
            id="an environment stored with capitals never matches",
        ),
        pytest.param(
            token(environment="PyPI"), Registry((OTHER_ENVIRONMENT,)), "ok", None, id="the claim is lower-cased"
        ),
    ],
)
def test_checks_come_in_the_order_of_the_index(
    claims: Claims, registry: Registry, code: str, failed: Check | None
) -> None:
    verdict = match(claims, registry)
    assert (verdict.code, verdict.failed) == (code, failed)
    assert verdict.accepted is (code == "ok")


def test_a_repository_without_an_owner_breaks_the_index_itself() -> None:
    verdict = match(token(repository="sample"), REGISTRY)
    assert (verdict.code, verdict.http, verdict.accepted) == (None, 500, None)


def test_registrations_that_differ_in_the_project_only_are_one_publisher() -> None:
    registry = Registry((PUBLISHER, replace(PUBLISHER, projects=("another",)), OTHER_ENVIRONMENT))
    assert match(token(), registry).token_covers == ("another", "sample")


def test_a_pending_publisher_makes_its_project_and_competes_with_the_others() -> None:
    registry = Registry((OTHER_ENVIRONMENT,), pending=(replace(PUBLISHER, projects=("fresh",)),))
    verdict = match(token(environment="pypi"), registry)
    assert (verdict.code, verdict.token_covers, verdict.creates) == ("ok", ("other",), "fresh")


@pytest.mark.parametrize(
    ("name", "web", "sentence"),
    [
        pytest.param("json", PYPI, "The name 'json' isn't allowed (conflict with Python Standard", id="a module"),
        pytest.param("Distutils", PYPI, "isn't allowed (conflict with Python Standard Library", id="a dropped module"),
        pytest.param("s_ampie", TESTPYPI, "is too similar to an existing project. See https://", id="similar"),
        pytest.param("requirements-txt", PYPI, "isn't allowed. See https://", id="prohibited"),
        pytest.param("-x", PYPI, "The name '-x' is invalid.", id="invalid"),
    ],
)
def test_a_project_that_cannot_be_made_is_refused_in_the_index_words(
    name: str, web: PublicIndex, sentence: str
) -> None:
    registry = Registry(
        pending=(replace(PUBLISHER, projects=(name,)),),
        existing=frozenset({"sample"} | {"samp1e"}),
        prohibited=frozenset({"requirements.txt"}),
    )
    verdict = match(token(aud=web.name), registry, audience=web.name)
    assert (verdict.code, verdict.failed) == ("invalid-payload", Check.NEW_PROJECT)
    assert sentence in (verdict.description or "")
    assert name == "-x" or f"{web.web}/help/#project-name" in (verdict.description or "")


def test_names_that_look_alike_are_one_name() -> None:
    assert confusable("Il_l-o.0") == confusable("11100")
    assert name_problem("fresh", REGISTRY) is None
    assert name_problem("SAMPLE", REGISTRY) is NameProblem.EXISTS
    assert "conflicts with an existing project" in refusal("sample", NameProblem.EXISTS, PYPI.web)


def test_publishers_of_the_other_index_do_not_count() -> None:
    registry = Registry((replace(PUBLISHER, index="testpypi"),))
    assert match(token(), registry).code == "invalid-publisher"
    assert match(token(aud="testpypi"), registry, audience="testpypi").code == "ok"


@pytest.mark.parametrize(
    ("claims", "registry", "missing"),
    [
        pytest.param(printed(), REGISTRY, ("event_name",), id="the event is never printed"),
        pytest.param(
            Claims(), REGISTRY, ("job_workflow_ref", "repository", "repository_owner_id"), id="nothing is known"
        ),
        pytest.param(
            Claims({"repository": "octo/sample"}),
            Registry((replace(PUBLISHER, owner_id=None, workflow=None, environment="pypi"), PUBLISHER)),
            ("environment", "job_workflow_ref", "repository_owner_id", "workflow of the publisher"),
            id="an environment may decide which of two it is",
        ),
        pytest.param(
            token(environment="pypi"),
            Registry((replace(OTHER_ENVIRONMENT, workflow=None), PUBLISHER)),
            ("workflow of the publisher",),
            id="a specific publisher whose file nobody told",
        ),
        pytest.param(
            printed(job_workflow_ref=f"octo/sample/.github/workflows/release.yml@{'c' * 40}"),
            REGISTRY,
            ("sha",),
            id="a file called at a commit that may be the run's",
        ),
        pytest.param(
            Claims({name: value for name, value in BASE.items() if name != "ref"}, frozenset({"environment"})),
            REGISTRY,
            ("ref",),
            id="a ref that nobody told",
        ),
        pytest.param(
            Claims({"repository": "octo/sample"}), Registry(pending=(PUBLISHER,)), (), id="a pending one, undecided"
        ),
        pytest.param(token(), Registry(complete=False), ("publishers",), id="others may be registered"),
    ],
)
def test_what_is_unknown_leaves_the_answer_open(claims: Claims, registry: Registry, missing: tuple[str, ...]) -> None:
    verdict = match(claims, registry)
    assert (verdict.code, verdict.description, verdict.accepted) == (None, None, None)
    assert verdict.missing
    if missing:
        assert verdict.missing == missing


@pytest.mark.parametrize(
    ("claims", "registry", "description"),
    [
        pytest.param(Claims({"repository": "o/other"}), REGISTRY, NOT_FOUND, id="the repository alone rules them out"),
        pytest.param(Claims(), Registry(), NOT_FOUND, id="nobody is registered at all"),
        pytest.param(
            Claims({"repository": "o/other", "environment": "x"}), REGISTRY, NOT_FOUND, id="with an environment"
        ),
        pytest.param(
            printed(event_name="push", job_workflow_ref="shared/flows/.github/workflows/release.yml@v1"),
            REGISTRY,
            "valid token, but no corresponding publisher (The job_workflow_ref claim does not match, expecting one of "
            "['octo/sample/.github/workflows/release.yml@<sha>', "
            "'octo/sample/.github/workflows/release.yml@refs/heads/main'], "
            "got 'shared/flows/.github/workflows/release.yml@v1')",
            id="a workflow of another repository, whatever the commit",
        ),
    ],
)
def test_what_is_certain_is_said_however_little_is_known(claims: Claims, registry: Registry, description: str) -> None:
    verdict = match(claims, registry)
    assert (verdict.code, verdict.description, verdict.missing) == ("invalid-publisher", description, ())


def test_what_every_token_has_is_taken_to_be_right() -> None:
    assert match(printed(event_name="push"), REGISTRY).code == "ok"
    environment_of_any = Claims({name: value for name, value in BASE.items() if name != "environment"})
    assert match(environment_of_any, REGISTRY).code == "ok"
    only_the_called = Claims({**{name: BASE[name] for name in ("repository", "repository_owner_id")}, "ref": "r"})
    assert match(only_the_called, Registry((replace(PUBLISHER, repository="x"),))).code == "invalid-publisher"


@pytest.mark.parametrize(
    ("reference", "name", "parsed"),
    [
        pytest.param("o/r/.github/workflows/a.yml@x", "a.yml", WorkflowRef("o/r", "a.yml", "x"), id="plain"),
        pytest.param(
            "o/r/.github/workflows/a@b.yaml@refs/heads/x.yml@y",
            "a@b.yaml",
            WorkflowRef("o/r", "a@b.yaml", "refs/heads/x.yml@y"),
            id="signs in name and ref",
        ),
        pytest.param(
            "o/r/.github/workflows/a.yml@b.yaml@x", "a.yml@b.yaml", WorkflowRef("o/r", "a.yml@b.yaml", "x"), id="two"
        ),
        pytest.param("o/r/.github/workflows/.yml@x", None, None, id="no name before the ending"),
        pytest.param("o/r/.github/workflows/a.txt@x", None, None, id="another ending"),
        pytest.param("o/.github/workflows/a.yml@x", "a.yml", None, id="no repository"),
        pytest.param("a.yml@x", "a.yml", None, id="no folder"),
        pytest.param("o/r/.github/workflows/b/a.yml@x", "a.yml", None, id="a folder below"),
        pytest.param("", None, None, id="nothing"),
    ],
)
def test_references_are_taken_apart(reference: str, name: str | None, parsed: WorkflowRef | None) -> None:
    assert file_name(reference) == name
    assert parse_workflow_ref(reference) == parsed


_TEXTS = st.sampled_from(["octo", "Octo", "sample", "release.yml", "pypi", "PyPI", "", "x"])
_PUBLISHERS = st.builds(
    Publisher,
    owner=_TEXTS,
    repository=_TEXTS,
    workflow=st.none() | _TEXTS,
    environment=_TEXTS,
    owner_id=st.none() | st.sampled_from(["1234", "9"]),
    projects=st.sampled_from([("sample",), ("other",), ()]),
)
_CHANGES = st.dictionaries(
    st.sampled_from([*BASE, "environment"]), st.sampled_from(["", "pypi", "octo/sample", "x/y", "1234"]), max_size=3
)
_CLAIMS = st.builds(
    lambda changes, left, whole: Claims(
        {name: value for name, value in {**BASE, **changes}.items() if name not in left}, complete=whole
    ),
    _CHANGES,
    st.sets(st.sampled_from([*BASE, "environment"]), max_size=4),
    st.booleans(),
)
_REGISTRIES = st.lists(_PUBLISHERS, max_size=4).map(lambda found: Registry(tuple(found)))


@given(_CLAIMS, _REGISTRIES)
def test_a_claim_that_the_rules_do_not_read_changes_nothing(claims: Claims, registry: Registry) -> None:
    more = replace(claims, values={**claims.values, "brand_new": "x", "sub": "y", "actor": "z", "workflow_ref": "w"})
    assert match(more, registry) == match(claims, registry)


@given(_CLAIMS, _REGISTRIES)
def test_a_publisher_of_another_repository_changes_nothing(claims: Claims, registry: Registry) -> None:
    known = replace(claims, values={"repository": "octo/sample", **claims.values})
    stranger = Publisher("nobody", "elsewhere", "release.yml", projects=("theirs",))
    assert match(known, replace(registry, publishers=(*registry.publishers, stranger))) == match(known, registry)


@given(_CHANGES, st.sets(st.sampled_from(["ref", "sha", "environment", "event_name", "repository"])), _REGISTRIES)
def test_what_is_certain_with_less_known_is_what_is_said_with_all(
    changes: dict[str, str], hidden: set[str], registry: Registry
) -> None:
    whole = Claims({**BASE, **changes}, complete=True)
    partly: Verdict = match(whole.without(*hidden), registry)
    if partly.code is not None:
        assert partly.code == match(whole, registry).code
