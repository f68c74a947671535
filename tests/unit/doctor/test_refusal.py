"""Why an index refuses an identity: each refusal has its cause, and its advice is what the user can do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.asked import FOLDER, PUBLISHER, REGISTRY, printed

from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.matching import Check, Verdict, match
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.trusted_publishing.refusals import reasons, uncovered, would_follow

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.refusals import Reason

TAG = "refs/tags/v1.2.3"
ANOTHER = Publisher("octo", "sample", "release.yml", "test", projects=("another",))


def token(**changes: str | None) -> Claims:
    """Return a whole token that `PUBLISHER` takes, with some claims changed, or left out by None."""
    usual = {**printed().values, "iss": "https://token.actions.githubusercontent.com", "aud": "pypi", "jti": "1"}
    values: dict[str, str | None] = {**usual, "event_name": "push", "sha": "a" * 40, **changes}
    return Claims({name: value for name, value in values.items() if value is not None}, complete=True)


def file_at(reference: str) -> Claims:
    """Return a token of a job in this file."""
    return token(job_workflow_ref=reference)


def why(claims: Claims, registry: Registry) -> tuple[Reason, ...]:
    """Return why PyPI refuses claims."""
    return reasons(claims, registry, "pypi", match(claims, registry, audience="pypi"))


def registered(**changes: str) -> Registry:
    """Return what an index knows that has the right publisher but for these values."""
    return Registry((replace(PUBLISHER, **changes),))  # type: ignore[arg-type]


PENDING = Registry(pending=(PUBLISHER,))


@pytest.mark.parametrize(
    ("claims", "registry", "causes", "advice"),
    [
        pytest.param(token(), REGISTRY, [], "", id="what is accepted"),
        pytest.param(Claims(), REGISTRY, [], "", id="what is not known"),
        pytest.param(
            token(), registered(workflow="ci.yml"), ["workflow-filename-mismatch"], "register the workflow", id="file"
        ),
        pytest.param(
            token(), registered(environment="test"), ["environment-name-mismatch"], "'test'", id="another environment"
        ),
        pytest.param(
            token(environment=None), REGISTRY, ["environment-missing-in-job"], "add `environment", id="no environment"
        ),
        pytest.param(
            token(), registered(workflow="release.yml\u200b"), ["whitespace"], "register exactly", id="an unseen space"
        ),
        pytest.param(
            token(environment="pypi "),
            REGISTRY,
            ["whitespace"],
            "rename the environment: 'pypi ' begins or ends with a space",
            id="a space that the form does not take",
        ),
        pytest.param(token(), registered(owner="Octo"), ["owner-mismatch"], "upper and lower", id="owner in capitals"),
        pytest.param(
            token(), registered(owner_id="9"), ["owner-mismatch"], "deleted and made anew", id="another account"
        ),
        pytest.param(
            token(), registered(repository="Sample"), ["repository-name-case"], "upper and lower", id="capitals"
        ),
        pytest.param(token(), registered(repository="samples"), ["repository-renamed"], "if 'samples'", id="renamed"),
        pytest.param(token(), registered(repository="xyz"), ["repository-mismatch"], "register", id="another"),
        pytest.param(
            token(),
            registered(workflow="ci.yml", environment="test"),
            ["workflow-filename-mismatch", "environment-name-mismatch"],
            "register the workflow",
            id="two things, the file before the environment",
        ),
        pytest.param(
            token(),
            registered(repository="xyz", workflow="ci.yml", environment="test"),
            ["repository-mismatch"],
            "register",
            id="another repository has another file as well, which says nothing",
        ),
        pytest.param(
            token(),
            registered(repository="Sample", workflow="ci.yml"),
            ["repository-name-case", "workflow-filename-mismatch"],
            "upper and lower",
            id="a slip and another file are two faults",
        ),
        pytest.param(token(), Registry(), ["no-publisher-on-index"], "register one on pypi", id="nobody"),
        pytest.param(
            token(),
            Registry((replace(PUBLISHER, index="testpypi"),)),
            ["no-publisher-on-index"],
            "register one",
            id="only on the other index",
        ),
        pytest.param(
            file_at("octo-flows/flows/.github/workflows/release.yml@v1"),
            REGISTRY,
            ["reusable-workflow"],
            "into a workflow of octo/sample",
            id="a workflow of another repository",
        ),
        pytest.param(
            file_at(f"octo/sample/{FOLDER}release.yml@refs/tags/v1"),
            REGISTRY,
            ["reusable-workflow"],
            f"call it as ./{FOLDER}release.yml",
            id="this repository's at another ref",
        ),
        pytest.param(
            file_at(f"octo/Sample/{FOLDER}release.yml@{TAG}"),
            REGISTRY,
            ["reusable-workflow"],
            "'octo/Sample' is not how",
            id="this repository's, spelled otherwise where it is called",
        ),
        pytest.param(
            file_at(f"octo/sample/{FOLDER}called.yml@{TAG}"),
            REGISTRY,
            ["reusable-workflow"],
            "move the uploading job into 'release.yml'",
            id="a called workflow, and the publisher names the caller",
        ),
        pytest.param(
            file_at(f"octo/sample/other/release.yml@{TAG}"), REGISTRY, [], "", id="a file outside of the folder"
        ),
        pytest.param(token(ref="", sha=""), REGISTRY, [], "", id="no ref and no commit, which no token has"),
        pytest.param(
            file_at(f"octo/sample/{FOLDER}.yml@{TAG}"),
            REGISTRY,
            ["workflow-filename-mismatch"],
            "give the workflow",
            id="a file that is all ending",
        ),
        pytest.param(file_at("release"), REGISTRY, [], "", id="what is no reference to a file"),
        pytest.param(
            token(iss="https://x.example/_services/token"),
            REGISTRY,
            ["custom-issuer"],
            "github.com",
            id="an issuer that an organisation may have registered",
        ),
        pytest.param(token(iss="x"), REGISTRY, ["custom-issuer"], "github.com", id="an unknown issuer"),
        pytest.param(token(iss=None), REGISTRY, [], "", id="no issuer at all"),
        pytest.param(token(aud="x"), REGISTRY, ["wrong-audience"], "request the token", id="another audience"),
        pytest.param(token(aud='["pypi"]'), REGISTRY, ["wrong-audience"], "as one text", id="a list of audiences"),
        pytest.param(token(aud=None), REGISTRY, [], "", id="no audience"),
        pytest.param(token(jti=None), REGISTRY, [], "", id="a claim that every token has"),
        pytest.param(
            token(), replace(REGISTRY, disabled=True), ["trusted-publishing-disabled"], "wait", id="a closed index"
        ),
        pytest.param(
            token(), replace(REGISTRY, used_jti=frozenset({"1"})), ["token-reused"], "fresh token", id="a used token"
        ),
        pytest.param(
            token(event_name="pull_request_target"),
            REGISTRY,
            ["pull-request-target-event"],
            "publish on a push",
            id="an event that is refused",
        ),
        pytest.param(token(repository_owner="Octo"), REGISTRY, ["owner-mismatch"], "exactly", id="an owner by itself"),
        pytest.param(
            token(),
            replace(PENDING, existing=frozenset({"sample"})),
            ["pending-publisher-project-exists"],
            "remove the pending one",
            id="a project that is there already",
        ),
        pytest.param(
            token(),
            Registry(pending=(replace(PUBLISHER, projects=("json",)),)),
            ["project-name-taken"],
            "choose another name",
            id="a name that is not to be had",
        ),
    ],
)
def test_a_refusal_has_its_cause(claims: Claims, registry: Registry, causes: list[str], advice: str) -> None:
    found = why(claims, registry)
    assert [each.cause for each in found] == causes
    assert advice in (found[0].advice if found else "")


def test_a_publisher_on_the_other_index_is_named() -> None:
    (reason,) = why(token(), Registry((replace(PUBLISHER, index="testpypi"),)))
    assert "there is one on testpypi" in reason.found


def test_a_called_workflow_without_a_known_repository_is_to_be_moved() -> None:
    claims = file_at(f"octo/sample/{FOLDER}release.yml@refs/tags/v1").without("repository", "ref")
    verdict = Verdict("invalid-publisher", "text", failed=Check.WORKFLOW_REF, publisher=PUBLISHER)
    (reason,) = reasons(claims, REGISTRY, "pypi", verdict)
    assert reason.advice == "move the uploading job into the workflow that GitHub starts"


GENERAL = replace(PUBLISHER, environment="", projects=("general",))
EXISTING = frozenset({"sample", "general"})


@pytest.mark.parametrize(
    ("project", "registry", "cause"),
    [
        pytest.param("sample", REGISTRY, None, id="its own project"),
        pytest.param("SAMPLE", REGISTRY, None, id="its own project in another spelling"),
        pytest.param("other", REGISTRY, "project-name-mismatch", id="a project of which nobody knows"),
        pytest.param("other", replace(REGISTRY, complete=False), None, id="where further publishers may be there"),
        pytest.param("other", Registry((replace(PUBLISHER, projects=()),)), None, id="of no known project"),
        pytest.param(
            "general", Registry((PUBLISHER, GENERAL)), "publisher-shadowed-by-specific-environment", id="a hidden one"
        ),
        pytest.param(
            "general",
            Registry((PUBLISHER,), pending=(GENERAL,)),
            "publisher-shadowed-by-specific-environment",
            id="a hidden pending one",
        ),
        pytest.param(
            "general",
            Registry((PUBLISHER, replace(GENERAL, workflow="ci.yml"))),
            "project-name-mismatch",
            id="one of another file hides behind nothing",
        ),
        pytest.param(
            "fresh", replace(REGISTRY, existing=EXISTING), "pending-publisher-not-created", id="a project to be made"
        ),
        pytest.param(
            "general", replace(REGISTRY, existing=EXISTING), "project-name-mismatch", id="a project that is there"
        ),
        pytest.param(
            "fresh",
            Registry((PUBLISHER,), (replace(PUBLISHER, workflow="ci.yml", projects=("fresh",)),), EXISTING),
            "project-name-mismatch",
            id="a project that is pending for another file",
        ),
    ],
)
def test_an_accepted_identity_is_for_the_projects_of_its_publisher(
    project: str, registry: Registry, cause: str | None
) -> None:
    found = uncovered(project, match(token(), registry, audience="pypi"), registry, "pypi")
    assert (found and found.cause) == cause


def test_a_refused_identity_is_for_no_project_and_needs_no_second_reason() -> None:
    assert uncovered("other", match(token(iss="x"), REGISTRY), REGISTRY, "pypi") is None
    assert uncovered("other", Verdict(None, token_covers=("sample",)), REGISTRY, "pypi") is None


USED = replace(REGISTRY, used_jti=frozenset({"1"}))
TARGET = "pull_request_target"


@pytest.mark.parametrize(
    ("claims", "registry", "project", "causes"),
    [
        pytest.param(token(), REGISTRY, "", [], id="nothing, where all is well"),
        pytest.param(
            token(), REGISTRY, "other", ["project-name-mismatch"], id="the wrong project, where it is accepted"
        ),
        pytest.param(
            token(event_name=TARGET),
            registered(workflow="ci.yml"),
            "sample",
            ["workflow-filename-mismatch", "pull-request-target-event"],
            id="the event behind the file",
        ),
        pytest.param(
            token(event_name=TARGET),
            USED,
            "",
            ["token-reused", "pull-request-target-event"],
            id="the event behind the used token",
        ),
        pytest.param(
            token(),
            registered(environment="test"),
            "other",
            ["environment-name-mismatch", "project-name-mismatch"],
            id="the project behind the environment",
        ),
        pytest.param(
            token(aud="x"),
            registered(environment="test"),
            "",
            ["wrong-audience", "environment-name-mismatch"],
            id="the environment behind the audience",
        ),
        pytest.param(
            token(iss="x", aud="y"),
            replace(USED, disabled=True),
            "",
            ["custom-issuer", "trusted-publishing-disabled", "wrong-audience", "token-reused"],
            id="everything that comes before the publisher",
        ),
        pytest.param(
            token(),
            replace(PENDING, existing=frozenset({"sample"})),
            "other",
            ["pending-publisher-project-exists", "pending-publisher-not-created"],
            id="the project behind the pending one",
        ),
        pytest.param(token(), Registry(), "sample", ["no-publisher-on-index"], id="nothing of an unknown publisher"),
        pytest.param(
            Claims({"repository": "octo/other"}), REGISTRY, "", ["repository-mismatch"], id="nothing of unknown claims"
        ),
        pytest.param(
            file_at("octo-flows/flows/.github/workflows/x.yml@v1"),
            registered(environment="test"),
            "",
            ["reusable-workflow", "environment-name-mismatch"],
            id="what stands beside the called workflow",
        ),
        pytest.param(
            token(job_workflow_ref="octo-flows/flows/.github/workflows/release.yml@v1", event_name=TARGET),
            REGISTRY,
            "",
            ["reusable-workflow", "pull-request-target-event"],
            id="the event behind the called workflow",
        ),
    ],
)
def test_what_is_hidden_behind_a_refusal_is_told(
    claims: Claims, registry: Registry, project: str, causes: list[str]
) -> None:
    verdict = match(claims, registry, audience="pypi")
    assert list(would_follow(claims, registry, "pypi", verdict, project)) == causes
