"""On which events a condition lets a job run: the contexts of a run."""

from __future__ import annotations

import json

import pytest
from unit.doctor.simulation.asking import job, run, runs, trigger, workflow, world

from publish_gate.doctor.simulation import RepositoryContext, run_workflow
from publish_gate.doctor.simulation.situations import Situation, standard_situations
from publish_gate.doctor.ternary import Ternary

ALL = "pr, fork, main, feature, tag, release, dispatch, schedule, call"
CONDITIONS = {
    "nothing": ("", ALL),
    "true": ("true", ALL),
    "false": ("false", ""),
    "the event": ("github.event_name == 'push'", "main, feature, tag, call?"),
    "the event in braces": ("${{ github.event_name == 'release' }}", "release, call?"),
    "the event, in capitals": ("GitHub.Event_Name == 'PUSH'", "main, feature, tag, call?"),
    "a text around an expression is true": ("true && ${{ false }}", ALL),
    "a tag": ("startsWith(github.ref, 'refs/tags/')", "tag, release, call?"),
    "a pushed tag": (
        "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/v')",
        "tag, call?",
    ),
    "a pushed tag by the payload": ("startsWith(github.event.ref, 'refs/tags')", "tag, call?"),
    "a tag, anywhere in the ref": ("contains(github.ref, 'refs/tags/')", "tag, release, call?"),
    "a tag by its type": ("github.ref_type == 'tag'", "tag, release, call?"),
    "a tag by its name": ("startsWith(github.ref_name, 'v')", "tag, release, call?"),
    "the default branch": ("github.ref == 'refs/heads/main'", "main, dispatch, schedule, call?"),
    "the default branch by its name": ("github.ref_name == 'main'", "main, dispatch, schedule, call?"),
    "the default branch as the payload tells": (
        "github.ref_name == github.event.repository.default_branch",
        "main, dispatch, schedule, call?",
    ),
    "the branch of a pull request": ("github.base_ref == 'main'", "pr, fork, call?"),
    "no pull request": ("!github.event.pull_request", "main, feature, tag, release, dispatch, schedule, call?"),
    "a pull request from here": (
        "github.event.pull_request.head.repo.full_name == github.repository",
        "pr, call?",
    ),
    "a pull request from a fork": ("github.event.pull_request.head.repo.fork", "fork, call?"),
    "a pull request's number": ("github.event.number", "pr, fork, call?"),
    "a merged pull request": ("github.event.pull_request.merged == true", "call?"),
    "a label": ("contains(github.event.pull_request.labels.*.name, 'release')", "pr?, fork?, call?"),
    "the upstream repository": ("github.repository == 'Owner/Project'", ALL),
    "another repository": ("github.repository == 'somebody/project'", ""),
    "the upstream owner": ("github.repository_owner == 'owner'", ALL),
    "not a fork": ("!github.event.repository.fork", ALL.replace("call", "call?")),
    "a published release": ("github.event.action == 'published'", "release, call?"),
    "an opened pull request": ("github.event.action == 'opened'", "pr?, fork?, call?"),
    "a final release": (
        "!github.event.release.prerelease",
        "pr, fork, main, feature, tag, release?, dispatch, schedule, call?",
    ),
    "a release's tag": ("startsWith(github.event.release.tag_name, 'v1.')", "release, call?"),
    "a release's name": ("startsWith(github.event.release.name, 'x')", "release?, call?"),
    "a commit's message": (
        "contains(github.event.head_commit.message, 'release')",
        "main?, feature?, tag?, call?",
    ),
    "somebody": ("github.actor == 'dependabot[bot]'", ", ".join(f"{each}?" for each in ALL.split(", "))),
    "an actor at all": ("github.actor", ALL),
    "a variable": ("vars.PUBLISH == 'true'", ", ".join(f"{each}?" for each in ALL.split(", "))),
    "an unknown thing and something false": ("vars.X && github.event_name == 'push'", "main?, feature?, tag?, call?"),
    "an unknown thing or something true": (
        "vars.X || github.event_name == 'release'",
        ", ".join(each if each == "release" else f"{each}?" for each in ALL.split(", ")),
    ),
    "a time": ("github.event.schedule == '0 0 * * *'", "schedule?, call?"),
    "an expression that GitHub refuses": ("a b", ", ".join(f"{each}?" for each in ALL.split(", "))),
    "always": ("always()", ALL),
    "failure": ("failure()", ""),
    "no failure": ("${{ !failure() && !cancelled() }}", ALL),
    "inputs where there are none": ("inputs.publish", ""),
    "the same in the payload": ("github.event.inputs.publish", "call?"),
}


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(condition: str, expected: str) -> None:
    assert runs(job(condition)) == expected


INPUTS = """on:
  push:
  workflow_dispatch:
    inputs:
      go: {type: boolean}
      where: {type: choice, options: [pypi, testpypi]}
      one: {type: choice, options: [only]}
      none: {type: choice}
      tag: {required: true}
      bare:
  workflow_call:
    inputs:
      go: {type: boolean}
      number: {type: number}
jobs: {publish: {if: CONDITION, runs-on: x, steps: [run: y]}}
"""
BY_INPUT = {
    "a boolean": ("inputs.go", "dispatch?, call?"),
    "not a boolean": ("!inputs.go", "main, feature, tag, dispatch?, call?"),
    "a boolean and its opposite": ("inputs.go && !inputs.go", ""),
    "a boolean or its opposite": ("inputs.go || !inputs.go", "main, feature, tag, dispatch, call"),
    "a boolean is no text": ("inputs.go == 'true'", ""),
    "a boolean is true": ("inputs.go == true", "dispatch?, call?"),
    "a boolean in the payload is a text": ("github.event.inputs.go == 'true'", "dispatch?, call?"),
    "a boolean in the payload is always truthy": ("github.event.inputs.go", "dispatch, call?"),
    "a choice": ("inputs.where == 'pypi'", "dispatch?"),
    "a choice that there is not": ("inputs.where == 'other'", ""),
    "a choice of one": ("inputs.one == 'only'", "dispatch"),
    "a choice of nothing": ("inputs.none == 'only'", "dispatch?"),
    "all choices": ("inputs.where == 'pypi' || inputs.where == 'testpypi'", "dispatch"),
    "a text": ("inputs.tag == 'v1'", "dispatch?"),
    "an input without a definition": ("inputs.bare", "dispatch?"),
    "an input that is not declared": ("inputs.other", ""),
    "a number": ("inputs.number > 3", "call?"),
}


@pytest.mark.parametrize(("condition", "expected"), BY_INPUT.values(), ids=BY_INPUT)
def test_inputs(condition: str, expected: str) -> None:
    assert runs(INPUTS.replace("CONDITION", json.dumps(condition))) == expected


@pytest.mark.parametrize(
    ("on", "condition", "expected"),
    [
        ("schedule:\n  - cron: '0 0 * * *'", "github.event.schedule == '0 0 * * *'", "schedule"),
        (
            "schedule:\n  - cron: '0 0 * * *'\n  - cron: '5 5 * * *'",
            "github.event.schedule == '0 0 * * *'",
            "schedule?",
        ),
        ("pull_request:\n  types: [closed, opened]", "github.event.pull_request.merged", "pr?, fork?"),
        ("pull_request:\n  types: [opened]", "github.event.action == 'opened'", "pr, fork"),
        ("release:\n  types: [created, released]", "github.event.action == 'released'", "release?"),
        ("release:\n  types: [created, released]", "github.event.action == 'published'", ""),
        ("release:\n  types: [published, released]", "github.event.action == 'published'", "release"),
        ("release:\n  types: [published, released]", "github.event.action == 'released'", "release?"),
        ("release:\n  types: [published]", "github.event.action == 'released'", ""),
        ("release:", "github.event.action == 'created'", "release?"),
        ("release:", "github.event.action != 'deleted'", "release"),
        ("workflow_dispatch:\n  inputs: {}", "github.event.inputs.x", ""),
        ("push:", "github.workflow == '.github/workflows/release.yml'", "main, feature, tag"),
    ],
)
def test_what_the_trigger_says_of_the_payload(on: str, condition: str, expected: str) -> None:
    text = trigger(on).replace("runs-on: x", f'if: "{condition}", runs-on: x')
    assert runs(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("name: Release", "main, feature, tag"), ("name: ${{ github.ref }}", "main?, feature?, tag?")],
)
def test_the_name_of_the_workflow(name: str, expected: str) -> None:
    assert runs(f"{name}\n" + job("github.workflow == 'Release'", "push")) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.repository == 'owner/project'", "main?, feature?, tag?"),
        ("github.repository_owner == 'owner'", "main?, feature?, tag?"),
        ("github.event.repository.name == 'project'", "main?, feature?, tag?"),
        ("github.repository", "main, feature, tag"),
    ],
)
def test_a_repository_of_which_the_name_is_not_known(condition: str, expected: str) -> None:
    assert runs(job(condition, "push"), around=RepositoryContext()) == expected


def test_a_fork_of_a_repository_of_which_the_name_is_not_known() -> None:
    text = job("github.event.pull_request.head.repo.fork", "pull_request")
    assert runs(text, around=RepositoryContext()) == "fork"


@pytest.mark.parametrize(
    ("event", "condition", "expected"),
    [
        ("workflow_run", "github.event.workflow_run.conclusion == 'success'", Ternary.DEPENDS),
        ("workflow_run", "github.event_name == 'push'", Ternary.NO),
        ("repository_dispatch", "github.event.action == 'publish'", Ternary.DEPENDS),
        ("workflow_run", "github.event.action == 'completed'", Ternary.DEPENDS),
    ],
)
def test_events_of_which_little_is_known(event: str, condition: str, expected: Ternary) -> None:
    situation = Situation(event, event, "refs/heads/main")
    found = run_workflow(workflow(job(condition, f"[{event}]")), situation, world()).job("publish")
    assert found is not None
    assert found.runs is expected


def test_a_called_workflow_whose_ref_is_known() -> None:
    situation = Situation("x", "workflow_call", "refs/tags/v1.2.3")
    found = run_workflow(workflow(job("github.ref_type == 'tag'")), situation, world()).job("publish")
    assert found is not None
    assert found.runs is Ternary.YES


@pytest.mark.parametrize(("short", "expected"), [("pr", "pr?"), ("fork", "")])
def test_a_fork_is_given_no_secrets(short: str, expected: str) -> None:
    text = (
        "on: pull_request\njobs:\n  publish:\n    runs-on: x\n    env: {TOKEN: '${{ secrets.TOKEN }}'}\n"
        "    steps: [{run: y, if: env.TOKEN != ''}]\n"
    )
    found = run(text, short).job("publish")
    assert found is not None
    assert found.steps[0].runs is (Ternary.DEPENDS if expected else Ternary.NO)


@pytest.mark.parametrize("condition", [row[0] for row in CONDITIONS.values()])
def test_what_is_decided_without_the_name_of_the_repository_is_decided_so_with_it(condition: str) -> None:
    text = workflow(job(condition))
    for situation in standard_situations():
        without = run_workflow(text, situation, RepositoryContext()).job("publish")
        with_it = run_workflow(text, situation, world()).job("publish")
        assert without is not None
        assert with_it is not None
        assert without.runs in {with_it.runs, Ternary.DEPENDS}
