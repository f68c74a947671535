"""The situations in which a workflow is looked at."""

from __future__ import annotations

import pytest

from publish_gate.doctor.simulation.situations import Situation, for_event, situations_of, standard_situations
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.simulate import situations


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
        ("push", "", [("push_main", "refs/heads/main")]),
        ("push", "refs/tags/x", [("push_tag_x", "refs/tags/x")]),
        ("push", "v1.2", [("push_tag_v1.2", "refs/tags/v1.2")]),
        ("push", "2.0", [("push_tag_2.0", "refs/tags/2.0")]),
        ("push", "feature", [("push_branch_feature", "refs/heads/feature")]),
        ("workflow_dispatch", "main", [("workflow_dispatch_main", "refs/heads/main")]),
        (
            "pull_request",
            "main",
            [("pull_request", "refs/pull/1/merge"), ("pull_request_fork", "refs/pull/1/merge")],
        ),
        (
            "pull_request",
            "release",
            [
                ("pull_request_to_release", "refs/pull/1/merge"),
                ("pull_request_to_release_fork", "refs/pull/1/merge"),
            ],
        ),
        (
            "pull_request",
            "refs/pull/7/merge",
            [
                ("pull_request", "refs/pull/1/merge"),
                ("pull_request_fork", "refs/pull/1/merge"),
            ],
        ),
        (
            "pull_request_target",
            "",
            [("pull_request_target", "refs/heads/main"), ("pull_request_target_fork", "refs/heads/main")],
        ),
        ("release", "", [("release_published", "refs/tags/v1.2.3")]),
        ("release", "x", [("release_published_x", "refs/tags/x")]),
        ("release", "refs/heads/main", []),
        ("schedule", "v1", [("schedule", "refs/heads/main")]),
        ("workflow_run", "", [("workflow_run", "refs/heads/main")]),
        ("workflow_call", "", [("workflow_call", "")]),
        ("workflow_call", "v1", [("workflow_call on v1", "refs/tags/v1")]),
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


def test_the_usual_ones_are_those_of_simulate_in_its_words() -> None:
    told = {
        (each.name, each.context.event, each.context.ref.full, bool(each.context.foreign_head))
        for each in situations("1.2.3", (), "trunk")
    }
    ours = {(each.label, each.event, each.ref, each.fork) for each in standard_situations("trunk")}
    another = ("push of another tag (v1.2.4)", "push", "refs/tags/v1.2.4", False)
    assert ours - {("workflow_call", "workflow_call", "", False)} == told - {another}


DERIVED = [
    pytest.param("push", [], id="nothing but the event"),
    pytest.param("{push: {tags: ['v*'], branches: [main]}}", [], id="filters that the usual ones meet"),
    pytest.param("{push: {tags: ['[0-9]+.[0-9]+.[0-9]+']}}", ["push of tag 2.4.0"], id="a bare version"),
    pytest.param("{push: {tags: ['[0-9]*']}}", ["push of tag 2.4.0"], id="a digit and anything"),
    pytest.param("{push: {tags: ['pkg-v*', 'core/v*']}}",
                 ["push of tag pkg-v1.2.3", "push of tag core/v1.2.3"], id="tags of two packages"),
    pytest.param("{push: {tags: ['*', '!v*']}}", ["push of tag 2.4.0"], id="what is taken away is not tried"),
    pytest.param("{push: {tags: ['v*', '!v*']}}", [], id="nothing is left"),
    pytest.param("{push: {tags: [stable]}}", ["push of tag stable"], id="one name"),
    pytest.param("{push: {tags: ['rel_[A-Z][A-Z]']}}", ["push of tag rel_AA"], id="a name that is spelled out"),
    pytest.param("{push: {tags: ['v[0-9]+\\.[0-9]+']}}", ["push of tag v1.1"], id="a backslash"),
    pytest.param("{push: {tags: ['[']}}", [], id="a pattern that GitHub refuses"),
    pytest.param("{push: {branches: [main, release, 'maint/**']}}",
                 ["push to release", "push to maint/1.x"], id="branches"),
    pytest.param("{push: {branches: ['**/*kit*', 'nightly*', 'dev-*']}}",
                 ["push to kit", "push to nightly", "push to dev-1.x"], id="stars that may be nothing"),
    pytest.param("{pull_request: {branches: [main]}}", [], id="pull requests to the default branch"),
    pytest.param("{pull_request: {branches: [release]}}",
                 ["pull request to release", "pull request to release from a fork"], id="to another branch"),
    pytest.param("{pull_request: {types: [opened, closed, labeled]}}",
                 ["pull request merged", "pull request closed", "pull request labeled"], id="activities"),
    pytest.param("{pull_request_target: {branches: [main, next]}}",
                 ["pull_request_target", "pull_request_target from a fork", "pull_request_target to next",
                  "pull_request_target to next from a fork"], id="another event of pull requests"),
    pytest.param("{release: {types: [published, created]}}", ["release v1.2.3 created"], id="activities of a release"),
    pytest.param("{workflow_dispatch: {inputs: {to: {type: choice, options: [pypi, testpypi]}, dry: {type: boolean}, "
                 "why: {}}}}",
                 ["workflow_dispatch on main with to: pypi", "workflow_dispatch on main with to: testpypi",
                  "workflow_dispatch on main with dry: true", "workflow_dispatch on main with dry: false"],
                 id="choices of a run by hand"),
    pytest.param("{schedule: [{cron: '0 0 * * *'}]}", [], id="one schedule"),
    pytest.param("{schedule: [{cron: '0 0 * * *'}, {cron: '5 5 * * 1'}]}",
                 ["schedule 0 0 * * *", "schedule 5 5 * * 1"], id="two schedules"),
    pytest.param("{workflow_run: {workflows: [a], types: [completed, requested]}}",
                 ["workflow_run", "workflow_run completed", "workflow_run requested"], id="an event that is not usual"),
    pytest.param("workflow_call", [], id="called"),
    pytest.param("[push, relase]", [], id="an event that does not exist"),
    pytest.param(f"{{push: {{tags: [{', '.join(f't{n}' for n in range(40))}]}}}}",
                 [f"push of tag t{n}" for n in range(12)], id="no end of them"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "labels"), DERIVED)
def test_a_workflow_is_looked_at_in_the_situations_that_its_filters_name(on: str, labels: list[str]) -> None:
    workflow = read_workflow(f"on: {on}\njobs: {{}}".encode(), "f")
    found = situations_of(workflow)
    assert [each.label for each in found[9:]] == labels
    assert len({each.name for each in found}) == len(found)


@pytest.mark.parametrize(
    ("condition", "labels"),
    [
        ("github.ref == 'refs/heads/main'", []),
        ("github.ref == 'refs/heads/release'", ["push to release"]),
        ("startsWith(github.ref, 'refs/tags/')", ["workflow_dispatch on v1.2.3"]),
        ("startsWith(github.ref, 'refs/tags/v')", ["workflow_dispatch on v1.2.3"]),
        ("startsWith( github.ref , 'refs/tags/core-v')", ["workflow_dispatch on v1.2.3", "push of tag core-v1.2.3"]),
        ("startsWith(github.ref, 'refs/tags/v2')", ["workflow_dispatch on v1.2.3", "push of tag v2"]),
        ("contains(github.event.ref, 'refs/tags/v')", ["workflow_dispatch on v1.2.3"]),
        ("startsWith(github.ref, 'refs/heads/rel/')", ["push to rel/1.x"]),
        ("github.ref_type == 'tag'", ["workflow_dispatch on v1.2.3"]),
        ("github.ref == format('refs/heads/{0}', 'x')", []),
    ],
)
def test_refs_that_conditions_name_are_tried(condition: str, labels: list[str]) -> None:
    jobs = f'jobs: {{a: {{if: "{condition}", runs-on: x, steps: [run: y]}}}}'
    both = read_workflow(f"on: [push, workflow_dispatch]\n{jobs}".encode(), "f")
    assert [each.label for each in situations_of(both)[9:]] == labels
    neither = read_workflow(f"on: release\n{jobs}".encode(), "f")
    assert len(situations_of(neither)) == 9
