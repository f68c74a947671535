"""What the doctor makes of claims, logs and files together: the cause, why, and what is missing where it abstains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from unit.doctor.asked import FOLDER, PUBLISHER, REGISTRY, ask, printed
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.log.read import read_log
from publish_gate.doctor.result import UNDETERMINED
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.hosts import PYPI, TESTPYPI

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims

REFUSED = read_log("invalid-publisher: valid token, but no corresponding publisher")
NOT_FOUND = read_log(
    "invalid-publisher: valid token, but no corresponding publisher (Publisher with matching claims was not found)"
)
NOT_OURS = read_log("403 Invalid API Token: OIDC scoped token is not valid for project 'other'")
EXISTS = read_log("HTTPError: 400 File already exists")
UNSET = read_log("the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset")
SILENT = read_log("all is well")
ON_MAIN = printed(ref="refs/heads/main")
PUSH = publishing("push", environment="pypi")
TARGET = publishing("[push, pull_request_target]", environment="pypi")
ON_TRIAL = replace(PUBLISHER, index="testpypi")


def known(claims: Claims, **more: str) -> Claims:
    """Return claims of which more is known."""
    return replace(claims, values={**claims.values, **more})


def _without_file(registry: Registry) -> Registry:
    return replace(registry, publishers=tuple(replace(each, workflow=None) for each in registry.publishers))


@pytest.mark.parametrize(
    ("facts", "why", "missing"),
    [
        pytest.param(
            {"registry": REGISTRY},
            "the publisher given (octo/sample, release.yml, environment 'pypi') matches everything that is told of "
            "this identity, so these values are not why it was refused",
            ["what the index has registered at present"],
            id="claims as printed that a publisher matches, of a tag",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": ON_MAIN},
            "; a run that pull_request_target started is refused whatever matches",
            ["the event that started the run (the claim event_name)", "what the index has registered at present"],
            id="of a branch, where the event may be one that is refused",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": ON_MAIN.without("ref")},
            "; a run that pull_request_target started is refused whatever matches",
            [
                "the claim ref",
                "the claim sha",
                "the event that started the run (the claim event_name)",
                "what the index has registered at present",
            ],
            id="of no known ref",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": ON_MAIN, "files": {"release.yml": PUSH}},
            "so these values are not why it was refused",
            ["what the index has registered at present"],
            id="of a workflow that does not listen to that event",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": ON_MAIN, "files": {"release.yml": TARGET}},
            "; a run that pull_request_target started",
            ["the event that started the run (the claim event_name)", "what the index has registered at present"],
            id="of a workflow that does",
        ),
        pytest.param(
            {"registry": Registry((replace(PUBLISHER, environment=""),))},
            "(octo/sample, release.yml, any environment) matches",
            ["what the index has registered at present"],
            id="a publisher for any environment",
        ),
        pytest.param(
            {"registry": REGISTRY, "record": NOT_FOUND},
            "(Publisher with matching claims was not found): the publisher given (octo/sample, release.yml",
            ["what the index has registered at present"],
            id="a log that says otherwise",
        ),
        pytest.param(
            {"registry": REGISTRY, "record": NOT_FOUND, "claims": ON_MAIN, "files": {"release.yml": TARGET}},
            "so these values are not why it was refused",
            ["the event that started the run (the claim event_name)", "what the index has registered at present"],
            id="an event that would be refused in other words",
        ),
        pytest.param(
            {"registry": REGISTRY, "record": REFUSED, "files": {"ci.yml": publishing()}},
            "so these values are not why it was refused",
            ["what the index has registered at present"],
            id="a fault in another file, whose job it was not",
        ),
        pytest.param(
            {},
            "whether these claims are accepted depends on the publishers that are registered",
            ["the publishers as they are registered", "the workflow file"],
            id="no publishers",
        ),
        pytest.param(
            {"claims": printed(environment=None), "files": {"release.yml": publishing()}},
            "the job has no environment; that is the cause if the publisher names one",
            ["the publishers as they are registered"],
            id="no publishers and no environment",
        ),
        pytest.param(
            {"registry": Registry((ON_TRIAL,))},
            "the indexes would not answer alike",
            ["the index that was uploaded to"],
            id="a publisher on one index, and nothing says which was asked",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": printed().without("job_workflow_ref")},
            "which publisher these claims come to depends on what was not told",
            ["the claim job_workflow_ref"],
            id="a claim that was not told",
        ),
        pytest.param(
            {"registry": _without_file(REGISTRY)},
            "which publisher these claims come to depends on what was not told",
            ["the workflow file that the publisher names"],
            id="a publisher whose file was not told",
        ),
        pytest.param(
            {"registry": replace(REGISTRY, complete=False, publishers=())},
            "which publisher these claims come to depends on what was not told",
            ["the other publishers of the projects"],
            id="publishers that were not told",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": known(replace(printed(), complete=True), aud="pypi", sha="0")},
            "malformed JWT",
            ["the claim jti", "the event that started the run (the claim event_name)"],
            id="a token without what every token has",
        ),
        pytest.param(
            {"registry": REGISTRY, "claims": known(printed(), job_workflow_ref="release")},
            "Could not job extract workflow filename",
            ["the claims of the identity"],
            id="a claim that is garbled",
        ),
    ],
)
def test_what_is_known_of_an_identity_may_not_decide(facts: dict[str, Any], why: str, missing: list[str]) -> None:
    diagnosis = ask(**{"claims": printed(), **facts}).diagnosis
    assert diagnosis.cause == UNDETERMINED
    assert why in diagnosis.why
    assert [each.what for each in diagnosis.missing] == missing
    assert diagnosis.verdict is None or diagnosis.verdict.code in {None, "invalid-publisher", "invalid-payload"}


CALLED = {
    "release.yml": calling(f"./{FOLDER}inner.yml"),
    "inner.yml": publishing("{workflow_call: {}}", environment="pypi"),
}
INNER = printed(job_workflow_ref=f"octo/sample/{FOLDER}inner.yml@refs/tags/v1.2.3")
ELSEWHERE = printed(job_workflow_ref=f"octo-flows/flows/{FOLDER}release.yml@v1")


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        pytest.param(known(printed(), event_name="pull_request_target"), "pull-request-target-event", id="the event"),
        pytest.param(known(printed(), iss="https://ghes.example.com"), "custom-issuer", id="the issuer"),
        pytest.param(ELSEWHERE, "reusable-workflow", id="a workflow of another repository"),
        pytest.param(printed(), UNDETERMINED, id="nothing"),
    ],
)
def test_some_identities_are_refused_whatever_is_registered(claims: Claims, cause: str) -> None:
    assert ask(claims=claims).diagnosis.cause == cause
    open_verdict = ask(claims=claims.without("job_workflow_ref"), registry=REGISTRY).diagnosis
    assert open_verdict.cause in {cause, UNDETERMINED}


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        pytest.param(INNER, "reusable-workflow", id="as all tools print them by now"),
        pytest.param(INNER.without("workflow_ref"), "reusable-workflow", id="as older ones did"),
        pytest.param(INNER.without("workflow_ref", "ref"), "workflow-filename-mismatch", id="without a ref"),
        pytest.param(printed().without("workflow_ref"), UNDETERMINED, id="of the file that calls"),
    ],
)
def test_who_calls_a_workflow_is_seen_from_the_files(claims: Claims, cause: str) -> None:
    assert ask(CALLED, claims=claims, registry=REGISTRY).diagnosis.cause == cause


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing is known of it"),
        pytest.param({**CALLED, "ci.yml": calling(f"./{FOLDER}inner.yml")}, id="two call it"),
        pytest.param({**CALLED, "inner.yml": publishing("[push, workflow_call]")}, id="it can be started itself"),
    ],
)
def test_who_calls_a_workflow_is_not_guessed(files: dict[str, str]) -> None:
    diagnosis = ask(files, claims=INNER.without("workflow_ref"), registry=REGISTRY).diagnosis
    assert diagnosis.cause == "workflow-filename-mismatch"


PUSHED = known(printed(), event_name="push")
OTHERS = (LocalProject("other"), LocalProject("third"))


@pytest.mark.parametrize(
    ("facts", "cause", "following"),
    [
        pytest.param({}, None, (), id="nothing is wrong"),
        pytest.param({"project": "other"}, "project-name-mismatch", (), id="the project that was named"),
        pytest.param({"projects": OTHERS[:1]}, "project-name-mismatch", (), id="the only project of the checkout"),
        pytest.param({"projects": OTHERS}, None, (), id="one of several projects"),
        pytest.param(
            {"files": {"release.yml": publishing("push", permissions="")}}, None, (), id="a permission that it had"
        ),
        pytest.param(
            {
                "claims": known(ON_MAIN, event_name="push"),
                "projects": (LocalProject("sample", "1.0+local"),),
                "files": {"release.yml": PUSH},
            },
            "local-version",
            (),
            id="the version that is uploaded",
        ),
        pytest.param(
            {"projects": OTHERS[:1], "registry": Registry((replace(PUBLISHER, environment="test"),))},
            "environment-name-mismatch",
            ("project-name-mismatch",),
            id="the environment, and the project behind it",
        ),
    ],
)
def test_claims_that_are_known_in_full_are_decided(
    facts: dict[str, Any], cause: str | None, following: tuple[str, ...]
) -> None:
    diagnosis = ask(**{"claims": PUSHED, "registry": REGISTRY, **facts}).diagnosis
    assert (diagnosis.cause, diagnosis.next, diagnosis.missing) == (cause, following, ())


SHADOWED = Registry((PUBLISHER, replace(PUBLISHER, environment="", projects=("other",))))
TWICE = publishing("{push: {tags: ['v*']}, release: {types: [published]}}", environment="pypi")


@pytest.mark.parametrize(
    ("facts", "cause", "following"),
    [
        pytest.param({"record": REFUSED}, UNDETERMINED, (), id="a refusal of which nothing else is known"),
        pytest.param({"record": UNSET}, UNDETERMINED, (), id="a missing token of which nothing else is known"),
        pytest.param(
            {"record": UNSET, "files": {"release.yml": PUSH}}, UNDETERMINED, (), id="which the file does not explain"
        ),
        pytest.param(
            {"record": REFUSED, "claims": printed(), "registry": Registry((replace(PUBLISHER, environment="x"),))},
            "environment-name-mismatch",
            (),
            id="claims and publishers decide",
        ),
        pytest.param(
            {
                "record": read_log("invalid-token: malformed or invalid token"),
                "claims": printed(),
                "registry": Registry((replace(PUBLISHER, environment="x"),)),
            },
            UNDETERMINED,
            (),
            id="what claims and publishers show is not what the index said",
        ),
        pytest.param(
            {"record": REFUSED, "claims": ON_MAIN, "registry": REGISTRY, "files": {"release.yml": TARGET}},
            UNDETERMINED,
            (),
            id="an event that may have been the one",
        ),
        pytest.param(
            {
                "record": REFUSED,
                "claims": ON_MAIN,
                "registry": REGISTRY,
                "files": {"release.yml": TARGET.replace("push, ", "")},
            },
            "pull-request-target-event",
            (),
            id="an event that must have been the one",
        ),
        pytest.param({"record": NOT_OURS}, "project-name-mismatch", (), id="a proof of which nothing else is known"),
        pytest.param(
            {"record": NOT_OURS, "claims": printed(), "registry": SHADOWED},
            "publisher-shadowed-by-specific-environment",
            ("project-name-mismatch",),
            id="what stands behind the proof, by claims and publishers",
        ),
        pytest.param({"record": EXISTS}, "version-already-exists", (), id="a version that exists"),
        pytest.param(
            {"record": EXISTS, "files": {"release.yml": TWICE}},
            "duplicate-trigger",
            ("version-already-exists",),
            id="what stands behind it, by the file",
        ),
        pytest.param(
            {"record": REFUSED, "registry": Registry((replace(PUBLISHER, repository="xyz"),))},
            "repository-mismatch",
            (),
            id="publishers that are all for another repository",
        ),
        pytest.param(
            {"record": read_log("invalid-payload: text"), "claims": printed(iss="x"), "registry": REGISTRY},
            "custom-issuer",
            (),
            id="a code of which no text is known",
        ),
    ],
)
def test_a_failure_is_explained_by_what_it_allows(
    facts: dict[str, Any], cause: str, following: tuple[str, ...]
) -> None:
    diagnosis = ask(**facts).diagnosis
    assert (diagnosis.cause, diagnosis.next) == (cause, following)
    assert bool(diagnosis.missing) is (cause == UNDETERMINED)


@pytest.mark.parametrize(
    ("facts", "possible", "missing"),
    [
        pytest.param(
            {"record": UNSET},
            "missing-id-token-permission, empty-secret-falls-back-to-oidc, fork-pr-no-token",
            ["the workflow file"],
            id="no token",
        ),
        pytest.param(
            {"record": UNSET, "files": {"release.yml": PUSH}},
            "missing-id-token-permission",
            ["the files as they were when it failed"],
            id="no token, and the file is well",
        ),
        pytest.param(
            {"record": REFUSED},
            "no-publisher-on-index, workflow-filename-mismatch",
            ["the publishers as they are registered", "the claims of the identity", "the workflow file"],
            id="a refusal",
        ),
        pytest.param(
            {"record": REFUSED, "claims": printed(environment=None)},
            "nothing more than a guess",
            ["the publishers as they are registered", "the workflow file"],
            id="a refusal of an identity without an environment",
        ),
        pytest.param(
            {"record": read_log("The user 'x' isn't allowed to upload to project 'sample'")},
            "project-name-taken",
            ["the workflow file", "the publishers as they are registered", "the project's name"],
            id="an upload that is not allowed",
        ),
        pytest.param(
            {"record": read_log("token used outside of a project context"), "project": "sample"},
            "project-name-mismatch, pending-publisher-not-created",
            ["the publishers as they are registered", "the workflow file"],
            id="a token that is for no project",
        ),
        pytest.param(
            {"record": read_log("Invalid attestations"), "files": {"release.yml": PUSH}},
            "reusable-workflow-attestation, outdated-publish-action",
            ["the files as they were when it failed"],
            id="attestations",
        ),
        pytest.param(
            {"record": read_log("invalid-payload")},
            "invalid-payload",
            ["the publishers as they are registered", "the claims of the identity", "the workflow file"],
            id="a code alone",
        ),
    ],
)
def test_where_a_failure_can_be_several_things_it_says_which(
    facts: dict[str, Any], possible: str, missing: list[str]
) -> None:
    diagnosis = ask(**facts).diagnosis
    assert diagnosis.cause == UNDETERMINED
    assert possible in diagnosis.why
    assert [each.what for each in diagnosis.missing] == missing


NEVER = publishing(condition="github.ref == 'refs/heads/main'")
ONLY_MAIN = publishing("push", condition="github.ref == 'refs/heads/main'")
SKIPPED = publishing("[push, release]").replace("  build:\n", "  build:\n    if: github.event_name == 'schedule'\n")


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        pytest.param({"files": {"release.yml": NEVER}}, "if-condition-false", id="a condition that never holds"),
        pytest.param({"files": {"release.yml": ONLY_MAIN}}, "if-condition-false", id="one that does not hold on a tag"),
        pytest.param({"files": {"skipped.yml": ONLY_MAIN}}, "if-condition-false", id="whatever the file is called"),
        pytest.param({"files": {"release.yml": SKIPPED}}, "skipped-needs", id="a job that is skipped"),
        pytest.param(
            {"files": {"release.yml": ONLY_MAIN}, "event": "push", "ref": "main"},
            UNDETERMINED,
            id="a situation in which it publishes",
        ),
        pytest.param({"registry": Registry((replace(PUBLISHER, owner="x"),))}, "owner-mismatch", id="another owner"),
        pytest.param({"files": {"release.yml": PUSH}}, "over-broad-trigger", id="what may be why, at the worst"),
        pytest.param({}, UNDETERMINED, id="nothing"),
    ],
)
def test_a_run_that_published_nothing_and_said_nothing(facts: dict[str, Any], cause: str) -> None:
    diagnosis = ask(**{"record": SILENT, **facts}).diagnosis
    assert diagnosis.cause == cause
    assert bool(diagnosis.missing) is (cause == UNDETERMINED)


@pytest.mark.parametrize(
    ("registry", "cause"),
    [
        pytest.param(REGISTRY, None, id="of this repository"),
        pytest.param(Registry(), None, id="none"),
        pytest.param(Registry((replace(PUBLISHER, owner="Octo"),)), "owner-mismatch", id="an owner in capitals"),
        pytest.param(Registry((replace(PUBLISHER, repository="Sample"),)), "repository-name-case", id="capitals"),
        pytest.param(Registry((replace(PUBLISHER, repository="xyz"),)), "repository-mismatch", id="another"),
        pytest.param(Registry(pending=(replace(PUBLISHER, repository="xyz"),)), "repository-mismatch", id="pending"),
        pytest.param(
            Registry((replace(PUBLISHER, repository="xyz"),), complete=False), None, id="where others may be registered"
        ),
        pytest.param(Registry((replace(ON_TRIAL, repository="xyz"),)), "repository-mismatch", id="on the other index"),
        pytest.param(
            Registry((replace(ON_TRIAL, repository="xyz"), replace(PUBLISHER, index="pypi"))), None, id="one of two"
        ),
    ],
)
def test_publishers_of_another_repository_are_a_cause_by_themselves(registry: Registry, cause: str | None) -> None:
    assert ask(registry=registry).diagnosis.cause == cause
    assert ask(registry=registry, repository=None).diagnosis.cause is None


def test_only_the_index_that_is_asked_about_counts() -> None:
    registry = Registry((replace(ON_TRIAL, repository="xyz"), replace(PUBLISHER, index="pypi")))
    assert ask(registry=registry, index="testpypi").diagnosis.cause == "repository-mismatch"


def test_what_shows_elsewhere_is_no_cause_of_what_is_asked_about() -> None:
    files = {"release.yml": publishing("[push, pull_request]", environment="pypi")}
    everything, tag = ask(files), ask(files, event="push", ref="refs/tags/v1.2.3")
    assert everything.diagnosis.cause is not None
    assert tag.findings == everything.findings
    assert tag.diagnosis.cause is None


def test_the_first_fault_is_the_earliest_and_the_others_come_after_it() -> None:
    files = {"release.yml": publishing(permissions="").replace("v4", "v4")}
    diagnosis = ask(files, registry=Registry((replace(PUBLISHER, environment="", workflow="ci.yml"),))).diagnosis
    assert diagnosis.cause == "missing-id-token-permission"
    assert diagnosis.next == ("workflow-filename-mismatch",)


RAN = read_log(f"Uploading distributions to {PYPI.upload}")
ON_V = publishing("{push: {tags: ['v*']}}", environment="pypi")


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        pytest.param({"record": RAN, "files": {"release.yml": NEVER}}, UNDETERMINED, id="it ran, so nothing kept it"),
        pytest.param({"record": EXISTS, "files": {"release.yml": NEVER}}, "version-already-exists", id="it uploaded"),
        pytest.param(
            {"record": replace(SILENT, quote="error: the wheel is cursed"), "files": {"release.yml": NEVER}},
            UNDETERMINED,
            id="an error that is not known",
        ),
        pytest.param({"record": RAN, "files": {"release.yml": PUSH}}, UNDETERMINED, id="nothing failed"),
    ],
)
def test_what_a_log_shows_rules_out_what_says_otherwise(facts: dict[str, Any], cause: str) -> None:
    assert ask(**facts).diagnosis.cause == cause


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        pytest.param("${{ vars.URL }}", "missing-id-token-permission", id="it may go there"),
        pytest.param(PYPI.upload, UNDETERMINED, id="it goes elsewhere"),
    ],
)
def test_an_upload_explains_the_failure_of_an_index_that_it_may_go_to(address: str, cause: str) -> None:
    step = f"      - uses: pypa/gh-action-pypi-publish@release/v1\n        with: {{repository-url: '{address}'}}\n"
    files = {"release.yml": publishing(permissions="", step=step)}
    assert ask(files, record=replace(UNSET, index="testpypi")).diagnosis.cause == cause


def test_what_may_publish_too_much_is_no_cause_of_a_file_that_exists() -> None:
    files = {"release.yml": publishing("{push: {branches: ['**'], paths: [src/**]}}", environment="pypi")}
    report = ask(files, record=EXISTS)
    assert [each.cause for each in report.findings if each.severity.value == "warning"] == ["over-broad-trigger"]
    assert report.diagnosis.cause == "version-already-exists"


def test_an_error_that_is_not_known_is_quoted() -> None:
    diagnosis = ask(record=replace(SILENT, quote="error: the wheel is cursed")).diagnosis
    assert "the wheel is cursed" in diagnosis.why


TWO_INDEXES = publishing(environment="").replace(
    "      - uses: pypa/gh-action-pypi-publish",
    f"      - {{uses: pypa/gh-action-pypi-publish@v1.10.3, with: {{repository-url: '{TESTPYPI.upload}'}}}}\n"
    "      - uses: pypa/gh-action-pypi-publish",
)


@pytest.mark.parametrize(
    ("index", "cause"),
    [
        pytest.param("testpypi", "environment-missing-in-job", id="the one that failed"),
        pytest.param("pypi", "no-publisher-on-index", id="the other one"),
    ],
)
def test_the_index_of_the_log_binds_what_explains_it(index: str, cause: str) -> None:
    registry = Registry((replace(ON_TRIAL, environment="pypi"),))
    diagnosis = ask({"release.yml": TWO_INDEXES}, record=replace(REFUSED, index=index), registry=registry).diagnosis
    assert diagnosis.cause == cause


@pytest.mark.parametrize("job", ["publish", "Publish", "release / publish", "publish (3.12, x)", "", "unknown"])
def test_the_job_of_the_log_binds_what_explains_it(job: str) -> None:
    files = {
        "release.yml": publishing(job="publish"),
        "other.yml": publishing(permissions="", job="other"),
    }
    diagnosis = ask(files, record=replace(UNSET, job=job)).diagnosis
    named = "publish" in job.lower()
    assert (diagnosis.cause == "missing-id-token-permission") is not named


@pytest.mark.parametrize(
    ("files", "ref", "cause"),
    [
        pytest.param({"release.yml": ON_V}, "refs/tags/1.2.3", "trigger-tag-pattern-mismatch", id="no pattern fits"),
        pytest.param({"release.yml": ON_V}, "refs/tags/v1.2.3", None, id="one fits"),
        pytest.param({"release.yml": ON_V}, "refs/heads/main", None, id="a branch is to publish nothing"),
        pytest.param({"release.yml": ONLY_MAIN}, "refs/tags/v1.2.3", "if-condition-false", id="a condition"),
        pytest.param(
            {"release.yml": ON_V, "other.yml": publishing("{push: {tags: ['[0-9]*']}}")},
            "refs/tags/1.2.3",
            None,
            id="another workflow publishes on it",
        ),
        pytest.param({"release.yml": publishing("release")}, "refs/tags/1.2.3", None, id="no pattern at all"),
    ],
)
def test_a_tag_that_publishes_nothing_says_why(files: dict[str, str], ref: str, cause: str | None) -> None:
    assert ask(files, event="push", ref=ref).diagnosis.cause == cause


def test_what_goes_to_the_wrong_index_is_that_before_anything_it_says() -> None:
    files = {"release.yml": publishing(environment="testpypi")}
    registry = Registry((replace(ON_TRIAL, environment="testpypi"),))
    diagnosis = ask(files, record=REFUSED, registry=registry, claims=printed(environment="testpypi")).diagnosis
    assert diagnosis.cause == "wrong-index"
    assert "register one on pypi" not in diagnosis.why.lower()


def test_a_version_with_a_day_says_that_the_tree_was_changed() -> None:
    log = "400 The use of local versions in <Version('0.10.4.dev0+ge6b9e0fc2.d20260512')> is not allowed."
    diagnosis = ask(record=read_log(log)).diagnosis
    assert diagnosis.cause == "local-version"
    assert "changed before the build" in diagnosis.why
