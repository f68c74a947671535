"""As whom a job comes to the index in each situation, and what the index would say to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.asked import FOLDER, PUBLISHER, REGISTRY, ask, job_of
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.publishing_jobs import called_elsewhere, registry_of
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.hosts import TESTPYPI

CALLED = "{workflow_call: {}}"
EVERY = "[push, pull_request, release, workflow_dispatch, schedule]"
HANDED = "      - uses: pypa/gh-action-pypi-publish@v1\n        with: {password: '${{ secrets.T }}'}\n"
TRIAL = f"      - uses: pypa/gh-action-pypi-publish@v1\n        with: {{repository-url: '{TESTPYPI.upload}'}}\n"
DYNAMIC = "      - uses: pypa/gh-action-pypi-publish@v1\n        with: {repository-url: '${{ vars.INDEX }}'}\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(publishing(), ["push_tag_v1.2.3"], id="where it publishes"),
        pytest.param(
            publishing(EVERY),
            [
                "pull_request",
                "push_main",
                "push_feature",
                "push_tag_v1.2.3",
                "release_published",
                "workflow_dispatch_main",
                "schedule",
            ],
            id="everywhere but in a pull request from a fork, which gets no identity",
        ),
        pytest.param(publishing("{workflow_run: {workflows: [CI]}}"), ["workflow_run"], id="in an event of its own"),
        pytest.param(
            publishing("pull_request_target"),
            ["pull_request_target", "pull_request_target_fork"],
            id="in the event that hands out identities to forks",
        ),
        pytest.param(publishing(condition="false"), [], id="nowhere"),
        pytest.param(publishing(permissions="", step=HANDED), [], id="never where it has a token instead"),
        pytest.param(publishing(step=DYNAMIC), [], id="never where the index is decided while it runs"),
    ],
)
def test_a_job_has_an_identity_wherever_it_publishes_by_it(text: str, names: list[str]) -> None:
    assert [each.situation.name for each in job_of({"release.yml": text}).identities] == names


def test_a_question_about_one_index_leaves_the_other_out() -> None:
    assert job_of({"release.yml": publishing(step=TRIAL)}, index="pypi").identities == ()
    (identity,) = job_of({"release.yml": publishing(step=DYNAMIC)}, index="testpypi").identities
    assert identity.index == "testpypi"


MATRIX = publishing(environment="'${{ matrix.to }}'").replace(
    "    environment", "    strategy: {matrix: {to: [a, b]}}\n    environment"
)


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        pytest.param(publishing(environment="pypi"), "pypi", id="a name"),
        pytest.param(publishing(environment="{name: pypi, url: x}"), "pypi", id="a mapping"),
        pytest.param(publishing(), "", id="none"),
        pytest.param(publishing(environment="'${{ github.ref_type }}'"), "tag", id="an expression that is decided"),
        pytest.param(publishing(environment="\"${{ inputs.x || '' }}\""), "", id="an expression that comes to nothing"),
        pytest.param(publishing(environment="'${{ vars.ENVIRONMENT }}'"), None, id="an expression that is not decided"),
        pytest.param(MATRIX, None, id="one of two"),
    ],
)
def test_the_environment_is_that_of_the_job(text: str, environment: str | None) -> None:
    (identity,) = job_of({"release.yml": text}).identities
    assert identity.environment == environment
    assert identity.claims.environment == (environment or None)
    assert identity.claims.has_no_environment is (environment == "")


INSIDE = publishing(CALLED, environment="'${{ github.ref_type }}'", job="last")


@pytest.mark.parametrize(
    ("files", "claim", "environment"),
    [
        pytest.param(
            {"a.yml": calling(f"./{FOLDER}b.yml"), "b.yml": INSIDE},
            f"octo/sample/{FOLDER}b.yml@refs/tags/v1.2.3",
            "tag",
            id="a called workflow of the same commit",
        ),
        pytest.param(
            {"a.yml": calling(f"./{FOLDER}b.yml"), "b.yml": calling(f"./{FOLDER}c.yml", CALLED), "c.yml": INSIDE},
            f"octo/sample/{FOLDER}c.yml@refs/tags/v1.2.3",
            "tag",
            id="a workflow that a called one calls",
        ),
        pytest.param(
            {"a.yml": calling(f"./{FOLDER}b.yml"), "b.yml": INSIDE.replace("workflow_call", "push")},
            f"octo/sample/{FOLDER}b.yml@refs/tags/v1.2.3",
            None,
            id="a workflow that cannot be called, so that nothing is known of its job",
        ),
        pytest.param(
            {"a.yml": calling("octo/sample/.github/workflows/publish-pypi.yml@v1"), "publish-pypi.yml": INSIDE},
            f"octo/sample/{FOLDER}publish-pypi.yml@v1",
            "tag",
            id="this repository's own at another ref",
        ),
        pytest.param(
            {"a.yml": calling("octo/sample/.github/workflows/publish-pypi.yml@v1.2.3"), "publish-pypi.yml": INSIDE},
            f"octo/sample/{FOLDER}publish-pypi.yml@refs/tags/v1.2.3",
            "tag",
            id="this repository's own at the very tag",
        ),
        pytest.param(
            {"a.yml": calling("octo-flows/flows/.github/workflows/publish-pypi.yml@v1")},
            f"octo-flows/flows/{FOLDER}publish-pypi.yml@v1",
            None,
            id="another repository's",
        ),
        pytest.param(
            {"a.yml": calling(f"./{FOLDER}publish-pypi.yml")},
            f"octo/sample/{FOLDER}publish-pypi.yml@refs/tags/v1.2.3",
            None,
            id="one that is not there to be read",
        ),
        pytest.param(
            {"a.yml": calling("./publish-to-pypi.yml")}, None, None, id="one that GitHub would not call from there"
        ),
    ],
)
def test_the_file_is_the_one_that_holds_the_job(
    files: dict[str, str], claim: str | None, environment: str | None
) -> None:
    (identity,) = job_of(files, only=["a.yml"]).identities
    assert identity.claims.get("job_workflow_ref") == claim
    assert identity.claims.caller_file == "a.yml"
    assert identity.environment == environment


def test_a_workflow_that_lies_elsewhere_is_meant_for_the_usual_folder() -> None:
    from publish_gate.doctor.workflow.read import read_workflow

    text = read_workflow(publishing().encode(), "templates/release.yml")
    (job,) = ask(workflows=(text,), known={}).examination.jobs
    assert job.identities[0].claims.get("job_workflow_ref") == f"octo/sample/{FOLDER}release.yml@refs/tags/v1.2.3"


@pytest.mark.parametrize(
    ("uses", "repository"),
    [
        pytest.param("octo-flows/flows/.github/workflows/publish-pypi.yml@v1", "octo-flows/flows", id="another one"),
        pytest.param(f"./{FOLDER}publish-pypi.yml", None, id="this one"),
    ],
)
def test_what_a_call_names_of_another_repository_is_told(uses: str, repository: str | None) -> None:
    found = called_elsewhere(job_of({"a.yml": calling(uses)}))
    assert (found and found["repository"]) == repository


def test_an_uploading_step_calls_nothing() -> None:
    assert called_elsewhere(job_of({"a.yml": publishing()})) is None


ON_TRIAL = replace(PUBLISHER, index="testpypi")
ON_PYPI = replace(PUBLISHER, index="pypi")


@pytest.mark.parametrize(
    ("registry", "index", "known"),
    [
        pytest.param(None, "pypi", None, id="nothing at all"),
        pytest.param(Registry(), "pypi", 0, id="none on the index that is meant"),
        pytest.param(Registry(), "testpypi", None, id="nothing of the other"),
        pytest.param(REGISTRY, "pypi", 1, id="one that names no index is on the one that is meant"),
        pytest.param(REGISTRY, "testpypi", None, id="and says nothing of the other"),
        pytest.param(Registry((ON_TRIAL,)), "testpypi", 1, id="one that names its index"),
        pytest.param(Registry((ON_TRIAL,)), "pypi", 0, id="where all name theirs, none is on the other"),
        pytest.param(Registry((PUBLISHER, ON_TRIAL)), "testpypi", 2, id="one names it, one does not"),
        pytest.param(Registry(pending=(ON_PYPI,)), "testpypi", 0, id="pending ones count"),
    ],
)
def test_publishers_are_of_an_index(registry: Registry | None, index: str, known: int | None) -> None:
    found = registry_of(registry, index, "pypi")
    assert (None if found is None else len(found.publishers)) == known


@pytest.mark.parametrize(
    ("publisher", "code"),
    [
        pytest.param(PUBLISHER, "ok", id="the right one"),
        pytest.param(replace(PUBLISHER, environment=""), "ok", id="one for any environment"),
        pytest.param(replace(PUBLISHER, workflow="ci.yml"), "invalid-publisher", id="another file"),
        pytest.param(Publisher("octo", "other", "release.yml"), "invalid-publisher", id="another repository"),
    ],
)
def test_the_verdict_is_the_index_own(publisher: Publisher, code: str) -> None:
    (identity,) = job_of({"release.yml": publishing(environment="PyPI")}, registry=Registry((publisher,))).identities
    assert identity.verdict is not None
    assert identity.verdict.code == code
    assert identity.verdict.missing == ()


def test_the_index_that_all_upload_to_is_the_one_of_publishers_that_name_none() -> None:
    job = job_of({"release.yml": publishing(step=TRIAL, environment="pypi")}, registry=REGISTRY)
    assert [each.verdict and each.verdict.code for each in job.identities] == ["ok"]
    assert job_of({"release.yml": publishing(step=TRIAL)}, registry=REGISTRY, index="pypi").identities == ()
