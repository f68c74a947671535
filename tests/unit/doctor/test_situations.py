"""The situations in which a workflow is looked at."""

from __future__ import annotations

import pytest

from publish_gate.doctor.simulation.situations import Situation, for_event, standard_situations
from publish_gate.doctor.workflow.read import read_workflow


def test_the_nine() -> None:
    assert [(each.name, each.event, each.ref, each.activity, each.fork) for each in standard_situations("trunk")] == [
        ("pull_request", "pull_request", "refs/pull/1/merge", "", False),
        ("pull_request_fork", "pull_request", "refs/pull/1/merge", "", True),
        ("push_main", "push", "refs/heads/trunk", "", False),
        ("push_feature", "push", "refs/heads/some-feature", "", False),
        ("push_tag_v1.2.3", "push", "refs/tags/v1.2.3", "", False),
        ("release_published", "release", "refs/tags/v1.2.3", "published", False),
        ("workflow_dispatch_main", "workflow_dispatch", "refs/heads/trunk", "", False),
        ("schedule", "schedule", "refs/heads/trunk", "", False),
        ("workflow_call", "workflow_call", "", "", False),
    ]


@pytest.mark.parametrize(
    ("ref", "name", "branch", "tag"),
    [
        ("refs/heads/a/b", "a/b", True, False),
        ("refs/tags/v1", "v1", False, True),
        ("refs/pull/1/merge", "1/merge", False, False),
        ("refs/notes/x", "refs/notes/x", False, False),
    ],
)
def test_refs(ref: str, name: str, branch: bool, tag: bool) -> None:
    situation = Situation("x", "push", ref)
    assert (situation.ref_name, situation.is_branch, situation.is_tag) == (name, branch, tag)


@pytest.mark.parametrize(
    ("event", "ref", "expected"),
    [
        ("push", "", [("push", "refs/heads/main")]),
        ("push", "refs/tags/x", [("push on refs/tags/x", "refs/tags/x")]),
        ("push", "v1.2", [("push on v1.2", "refs/tags/v1.2")]),
        ("push", "2.0", [("push on 2.0", "refs/tags/2.0")]),
        ("push", "feature", [("push on feature", "refs/heads/feature")]),
        ("workflow_dispatch", "main", [("workflow_dispatch on main", "refs/heads/main")]),
        (
            "pull_request",
            "main",
            [("pull_request", "refs/pull/1/merge"), ("pull_request_fork", "refs/pull/1/merge")],
        ),
        (
            "pull_request_target",
            "",
            [("pull_request_target", "refs/heads/main"), ("pull_request_target_fork", "refs/heads/main")],
        ),
        ("release", "", [("release_published", "refs/tags/v1.2.3")]),
        ("release", "x", [("release_published", "refs/tags/x")]),
        ("release", "refs/heads/main", []),
        ("schedule", "v1", [("schedule", "refs/heads/main")]),
        ("workflow_run", "", [("workflow_run", "refs/heads/main")]),
        ("workflow_call", "", [("workflow_call", "")]),
        ("workflow_call", "v1", [("workflow_call", "refs/tags/v1")]),
    ],
)
def test_for_event(event: str, ref: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.ref) for each in for_event(event, ref)] == expected


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ("release", ["published"]),
        ("{release: {types: [created, published, released]}}", ["published", "created", "released"]),
        ("{release: {types: edited}}", ["published", "edited"]),
        ("push", ["published"]),
    ],
)
def test_a_release_has_a_situation_for_each_listed_activity(trigger: str, expected: list[str]) -> None:
    workflow = read_workflow(f"on: {trigger}\njobs: {{}}".encode(), "f")
    assert [each.activity for each in for_event("release", "v1", workflow)] == expected
