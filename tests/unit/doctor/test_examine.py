"""The one place where the rooms meet: what is asked, of whom, about which index, and what comes out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from unit.doctor.asked import FOLDER, PUBLISHER, REGISTRY, ask, printed, question
from unit.doctor.scenarios import publishing

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.log.read import Record, read_log
from publish_gate.doctor.publishing_jobs import verdict_on
from publish_gate.doctor.result import Missing
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.trusted_publishing.read_claims import parse_claims
from publish_gate.hosts import TESTPYPI

TRIAL = f"      - uses: pypa/gh-action-pypi-publish@v1\n        with: {{repository-url: '{TESTPYPI.upload}'}}\n"
OWN = Claims({"repository": "o/claims"})
FOREIGN = Registry((Publisher("o", "registered", "release.yml"),))
TWO = Registry((Publisher("o", "one", "release.yml"),), pending=(Publisher("o", "two", "release.yml"),))


@pytest.mark.parametrize(
    ("asked", "repository"),
    [
        pytest.param(DoctorInput(), None, id="nobody says"),
        pytest.param(DoctorInput(repository="o/told"), "o/told", id="it was read"),
        pytest.param(DoctorInput(repository="o/told", claims=OWN), "o/claims", id="the claims come first"),
        pytest.param(DoctorInput(record=Record(claims=OWN)), "o/claims", id="those of a log as well"),
        pytest.param(DoctorInput(repository="o/told", record=Record()), "o/told", id="a log without claims"),
        pytest.param(DoctorInput(registry=FOREIGN), "o/registered", id="all publishers agree"),
        pytest.param(DoctorInput(registry=TWO), None, id="the publishers do not agree"),
        pytest.param(DoctorInput(registry=Registry()), None, id="there are none"),
    ],
)
def test_the_repository_is_the_one_that_is_told(asked: DoctorInput, repository: str | None) -> None:
    assert analyse(asked).repository == repository


@pytest.mark.parametrize(
    ("event", "ref", "names"),
    [
        pytest.param("", "", (), id="about all"),
        pytest.param("push", "refs/tags/v1", ("push_tag_v1",), id="a push of a tag"),
        pytest.param("", "v2.0", ("push_tag_v2.0",), id="a ref alone is pushed"),
        pytest.param("push", "", ("push_main",), id="an event alone is on the default branch"),
        pytest.param("release", "v1", ("release_published_v1",), id="a release"),
        pytest.param(
            "pull_request",
            "",
            ("pull_request", "pull_request_fork"),
            id="a pull request, from a fork as well",
        ),
        pytest.param("workflow_call", "", ("workflow_call",), id="a call on no known ref"),
        pytest.param("release", "refs/heads/main", (), id="what cannot happen"),
    ],
)
def test_a_situation_that_is_asked_about_is_looked_at_beside_the_usual_ones(
    event: str, ref: str, names: tuple[str, ...]
) -> None:
    found = ask({"release.yml": publishing()}, event=event, ref=ref).examination
    assert found.asked == names
    (job,) = found.jobs
    assert {each.name for each in found.situations} == set(job.publishes_on) >= set(names)
    assert len(found.situations) in {9, 9 + len(names)}


ON_TRIAL, ON_PYPI = replace(PUBLISHER, index="testpypi"), replace(PUBLISHER, index="pypi")
BOTH_FILES = {"release.yml": publishing(), "trial.yml": publishing(step=TRIAL)}
LOG = read_log(f"Uploading distributions to {TESTPYPI.upload}\ninvalid-publisher: valid token, but no")
CALLS_TRIAL = printed(
    workflow_ref=f"octo/sample/{FOLDER}trial.yml@refs/tags/v1.2.3",
    job_workflow_ref=f"octo/sample/{FOLDER}trial.yml@refs/tags/v1.2.3",
)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        pytest.param(question(), "", id="nobody says"),
        pytest.param(question(index="testpypi", record=read_log("x")), "testpypi", id="the user"),
        pytest.param(question(index="pypi", record=LOG), "pypi", id="the user, whatever the log says"),
        pytest.param(question(record=LOG), "testpypi", id="the log"),
        pytest.param(question(registry=Registry(audience="testpypi")), "testpypi", id="the publishers' file"),
        pytest.param(question(claims=Claims({"aud": "testpypi"})), "testpypi", id="the token's audience"),
        pytest.param(question(claims=Claims({"aud": "mine"})), "", id="an audience that is no index"),
        pytest.param(question({"trial.yml": BOTH_FILES["trial.yml"]}), "testpypi", id="the one that all upload to"),
        pytest.param(question(BOTH_FILES), "", id="two that are uploaded to"),
        pytest.param(question(BOTH_FILES, claims=CALLS_TRIAL), "testpypi", id="that of the started file"),
        pytest.param(
            question(BOTH_FILES, claims=CALLS_TRIAL.without("workflow_ref")), "testpypi", id="that of the job's file"
        ),
        pytest.param(
            question(BOTH_FILES, claims=CALLS_TRIAL.without("workflow_ref", "job_workflow_ref")),
            "",
            id="claims that name no file",
        ),
    ],
)
def test_the_index_that_is_meant_is_inferred_from_what_there_is(asked: DoctorInput, meant: str) -> None:
    found = analyse(asked)
    assert found.meant == meant
    assert found.index_asked == (meant or "pypi")


@pytest.mark.parametrize(
    ("registry", "index", "answer"),
    [
        pytest.param(Registry((ON_PYPI,)), "pypi", ("pypi", "ok"), id="it is told"),
        pytest.param(Registry((ON_PYPI,)), "testpypi", ("testpypi", "invalid-publisher"), id="it is the other one"),
        pytest.param(REGISTRY, "", ("pypi", "ok"), id="the publisher names none, so that it makes no difference"),
        pytest.param(Registry(), "", ("pypi", "invalid-publisher"), id="there are none on either"),
        pytest.param(Registry((ON_PYPI, ON_TRIAL)), "", ("pypi", "ok"), id="both would accept"),
        pytest.param(Registry((ON_PYPI,)), "", ("", None), id="one would accept and one would not"),
        pytest.param(
            Registry((replace(ON_PYPI, workflow="a.yml"), replace(ON_TRIAL, workflow="b.yml"))),
            "",
            ("pypi", "invalid-publisher"),
            id="both would refuse for one cause",
        ),
        pytest.param(
            Registry((replace(ON_PYPI, workflow="a.yml"), replace(ON_TRIAL, environment="b"))),
            "",
            ("", None),
            id="both would refuse, for two causes",
        ),
    ],
)
def test_without_an_index_an_answer_is_only_what_both_would_give(
    registry: Registry, index: str, answer: tuple[str, str | None]
) -> None:
    claims = replace(printed(), values={**printed().values, "event_name": "push"})
    meant, verdict = verdict_on(claims, registry, index)
    assert (meant, verdict and verdict.code) == answer


def test_claims_are_held_against_publishers_and_nothing_else_is_needed() -> None:
    claims = parse_claims(json.dumps({**printed().values, "event_name": "push"}))
    opinion = ask(claims=claims, registry=REGISTRY)
    assert opinion.diagnosis.verdict is not None
    assert (opinion.diagnosis.verdict.code, opinion.diagnosis.cause, opinion.errors) == ("ok", None, ())
    assert ask(claims=claims).diagnosis.verdict is None
    assert ask(registry=REGISTRY).diagnosis.verdict is None


def test_errors_are_the_findings_that_will_fail() -> None:
    opinion = ask({"release.yml": publishing(permissions="")})
    assert [each.rule.id for each in opinion.errors] == ["missing-id-token-permission"]
    assert len(opinion.findings) > 1


def test_what_is_missing_says_how_to_get_it() -> None:
    assert str(Missing("the log", "copy it")) == "the log: copy it"
