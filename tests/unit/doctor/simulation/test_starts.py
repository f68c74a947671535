"""Which workflows start in which situations: the filters of `on:`."""

from __future__ import annotations

import pytest
from unit.doctor.simulation.asking import run, runs, trigger, workflow, world

from publish_gate.doctor.simulation import run_workflow
from publish_gate.doctor.simulation.situations import Situation
from publish_gate.doctor.simulation.triggers import starts
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.read import read_workflow

STARTS = {
    "any push": ("push:", "main, feature, tag"),
    "only tags": ("push:\n  tags: ['v*']", "tag"),
    "only other tags": ("push:\n  tags: ['release-*']", ""),
    "tags by their numbers": ("push:\n  tags: ['*.*.*']", "tag"),
    "tags in brackets": ("push:\n  tags: ['v[0-9]+.[0-9]+.[0-9]+']", "tag"),
    "tags but not this kind": ("push:\n  tags: ['**', '!v*']", ""),
    "only the default branch": ("push:\n  branches: main", "main"),
    "every branch but one kind": ("push:\n  branches: ['**', '!some-*']", "main"),
    "branches to ignore": ("push:\n  branches-ignore: ['some-*']", "main"),
    "tags to ignore": ("push:\n  tags-ignore: ['x*']", "tag"),
    "tags to ignore, and this is one": ("push:\n  tags-ignore: ['v*']", ""),
    "branches and tags": ("push:\n  branches: [main]\n  tags: ['v*']", "main, tag"),
    "branches, and tags to ignore": ("push:\n  branches: [main]\n  tags-ignore: ['x']", "main, tag"),
    "paths do not hold back tags": ("push:\n  paths: ['src/**']", "main?, feature?, tag"),
    "paths and tags": ("push:\n  paths: ['src/**']\n  tags: ['v*']", "tag"),
    "paths to ignore": ("push:\n  paths-ignore: ['docs/**']\n  branches: [main]", "main?"),
    "any pull request": ("pull_request:", "pr, fork"),
    "pull requests to the default branch": ("pull_request:\n  branches: [main]", "pr, fork"),
    "pull requests to another branch": ("pull_request:\n  branches: [stable]", ""),
    "pull requests that change files": ("pull_request:\n  paths: ['src/**']", "pr?, fork?"),
    "pull requests when they are opened": ("pull_request:\n  types: [opened]", "pr, fork"),
    "pull requests when they are closed": ("pull_request:\n  types: [closed]", "pr?, fork?"),
    "any release": ("release:", "release"),
    "releases when they are published": ("release:\n  types: [published]", "release"),
    "releases when they are created": ("release:\n  types: [created]", "release?"),
    "releases that are no pre-releases": ("release:\n  types: released", "release?"),
    "releases when they are deleted": ("release:\n  types: [deleted, edited]", ""),
    "by hand": ("workflow_dispatch:", "dispatch"),
    "by the clock": ("schedule:\n  - cron: '0 0 * * *'", "schedule"),
    "called": ("workflow_call:", "call"),
    "another event": ("pull_request_target:\nrepository_dispatch:", ""),
}


@pytest.mark.parametrize(("on", "expected"), STARTS.values(), ids=STARTS)
def test_starts(on: str, expected: str) -> None:
    assert runs(trigger(on)) == expected


@pytest.mark.parametrize(
    ("on", "short", "why"),
    [
        ("push:", "release", "the workflow does not listen to `release`"),
        ("push:\n  tags: ['v*']", "main", "on.push.tags lets no branch in (.github/workflows/release.yml:3:5)"),
        ("push:\n  branches: ['x']", "tag", "on.push.branches lets no tag in"),
        ("push:\n  branches: ['x']", "main", "on.push.branches does not match 'main'"),
        ("push:\n  branches-ignore: ['m*']", "main", "on.push.branches-ignore takes away 'main'"),
        ("push:\n  paths: ['x']", "main", "it depends on which files change"),
        ("release:\n  types: [edited]", "release", "on.release.types listens to edited"),
        ("release:\n  types: [created]", "release", "it depends on the activity"),
        ("pull_request:\n  branches: ['x']", "pr", "on.pull_request.branches does not match 'main'"),
    ],
)
def test_says_why(on: str, short: str, why: str) -> None:
    looked_at = run(trigger(on), short)
    assert why in looked_at.why
    assert all(why in each.why for each in looked_at.jobs.values())


def test_a_pattern_that_github_refuses_decides_nothing() -> None:
    read = read_workflow(trigger("push:\n  tags: ['[']").encode(), "f")
    found = starts(read, Situation("x", "push", "refs/tags/v1"), world())
    assert found.answer is Ternary.DEPENDS
    assert "GitHub refuses a pattern" in found.why


@pytest.mark.parametrize(
    ("on", "situation", "expected"),
    [
        ("schedule:\n  - cron: '0 0 * * *'", Situation("x", "schedule", "refs/heads/other"), Ternary.NO),
        ("workflow_run:\n  workflows: [x]", Situation("x", "workflow_run", "refs/heads/main"), Ternary.YES),
        ("workflow_run:\n  types: [requested]", Situation("x", "workflow_run", "refs/heads/main"), Ternary.DEPENDS),
        ("pull_request_target:", Situation("x", "pull_request_target", "refs/heads/main"), Ternary.YES),
        (
            "release:\n  types: [deleted]",
            Situation("x", "release", "refs/tags/v1", "deleted"),
            Ternary.YES,
        ),
        ("release:\n  types: [deleted]", Situation("x", "release", "refs/tags/v1", "edited"), Ternary.NO),
        ("workflow_dispatch:\n  inputs: {}", Situation("x", "workflow_dispatch", "refs/tags/v1"), Ternary.YES),
    ],
)
def test_other_situations(on: str, situation: Situation, expected: Ternary) -> None:
    assert run_workflow(workflow(trigger(on)), situation, world()).starts is expected
