"""What a step sees in one situation, leg by leg of its matrix, and what the steps of an action see that it runs."""

from __future__ import annotations

import pytest
from unit.doctor.simulation.asking import run, workflow, world

from publish_gate.doctor.expressions import OneOf, Unknown, Value
from publish_gate.doctor.simulation import StepView, composite_views, run_workflow
from publish_gate.doctor.simulation.situations import situations_of
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.read import read_steps
from publish_gate.doctor.workflow.tree import Mapping, Scalar, parse_yaml

ADDRESS = "${{ startsWith(github.ref, 'refs/tags/') && 'real' || 'test' }}"
JOB = "on: [push, workflow_dispatch]\nenv: {OUTER: outer}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n"


def views(keys: str, step: str, short: str = "tag") -> tuple[StepView, ...]:
    found = run(f"{JOB}{keys}    steps:\n      - {step}\n", short).job("publish")
    assert found is not None
    return found.views(0)


def seen(view: StepView, key: str = "url") -> Value:
    scalar = view.step.with_.scalar(key)
    assert scalar is not None
    return view.text(scalar)


@pytest.mark.parametrize(
    ("short", "expected"), [("tag", "real"), ("main", "test"), ("dispatch", "test"), ("feature", "test")]
)
def test_an_address_is_what_the_situation_makes_of_it(short: str, expected: str) -> None:
    (view,) = views("", f'{{uses: a/b@v1, with: {{url: "{ADDRESS}"}}}}', short)
    assert (view.runs, seen(view)) == (Ternary.YES, expected)


MATRIX = "    strategy: {matrix: {to: [real, test, other], exclude: [{to: other}], include: [{to: test, url: t}]}}\n"


def test_each_leg_of_a_matrix_has_its_own_view_and_excluded_ones_have_none() -> None:
    found = views(MATRIX, "{uses: a/b@v1, if: \"matrix.to != 'real'\", with: {url: 'u-${{ matrix.to }}'}}")
    assert [(seen(view), view.runs) for view in found] == [("u-real", Ternary.NO), ("u-test", Ternary.YES)]


def test_a_matrix_that_is_not_known_has_one_view() -> None:
    (view,) = views(
        "    strategy: {matrix: '${{ fromJSON(vars.M) }}'}\n", "{uses: a/b@v1, with: {url: '${{ matrix.to }}'}}"
    )
    assert seen(view) == Unknown()


def test_a_matrix_of_many_legs_has_one_view_with_all_their_values() -> None:
    keys = f"    strategy: {{matrix: {{to: [{', '.join(f't{n}' for n in range(40))}]}}}}\n"
    (view,) = views(keys, "{uses: a/b@v1, with: {url: '${{ matrix.to }}'}}")
    value = seen(view)
    assert isinstance(value, OneOf)
    assert len(value.values) == 40


def test_a_value_keeps_its_type_and_a_condition_its_status() -> None:
    (view,) = views(
        "    env: {INNER: '1'}\n", "{uses: a/b@v1, env: {OWN: x}, with: {on: '${{ github.ref_type == ''tag'' }}'}}"
    )
    scalar = view.step.with_.scalar("on")
    assert scalar is not None
    assert view.value(scalar) is True
    assert view.holds("failure()") is Ternary.NO
    assert dict(view.env) == {"OUTER": "outer", "INNER": "1", "OWN": "x"}
    assert view._replace(scope=view.scope.__class__({})).env == {}


def test_a_job_that_does_not_run_has_no_views() -> None:
    assert views("    if: github.ref_type == 'branch'\n", "run: y") == ()


def test_a_step_that_may_be_cancelled_may_run() -> None:
    text = f"{JOB}    steps: [{{id: a, run: y, background: true}}, {{cancel: a}}, {{run: z}}]\n"
    found = run(text, "tag").job("publish")
    assert found is not None
    assert [step.runs for step in found.steps] == [Ternary.DEPENDS, Ternary.YES, Ternary.YES]


ACTION = """
inputs:
  publish: {default: 'false'}
  where: {default: '${{ github.ref_name }}'}
  nothing:
runs:
  using: composite
  steps:
    - id: check
      if: inputs.publish == 'true'
      run: y
      shell: bash
    - if: steps.check.outcome == 'success'
      uses: a/b@v1
      env: {OWN: '${{ env.OUTER }}-own'}
      with: {url: '${{ inputs.where }}${{ inputs.nothing }}', env: '${{ env.OWN }}'}
    - parallel: [{uses: c/d@v1, with: {url: '${{ secrets.TOKEN }}'}}]
"""


def inside(given: str, short: str = "tag") -> tuple[StepView, ...]:
    root, problems = parse_yaml(ACTION.encode(), "action.yml")
    assert isinstance(root, Mapping)
    assert problems == []
    declared, runs = root.get("inputs"), root.get("runs")
    assert isinstance(declared, Mapping)
    assert isinstance(runs, Mapping)
    (outer,) = views("", f"{{uses: ./ship, with: {given}}}", short)
    return composite_views(outer, read_steps(runs.get("steps")), declared, outer.step.with_)


@pytest.mark.parametrize(
    ("given", "short", "answers"),
    [
        ("{}", "tag", "no no yes"),
        ("{publish: true}", "tag", "yes yes yes"),
        ("{PUBLISH: '${{ github.ref_type == ''tag'' }}'}", "tag", "yes yes yes"),
        ("{publish: '${{ github.ref_type == ''tag'' }}'}", "main", "no no yes"),
        ("{publish: '${{ vars.P }}'}", "tag", "depends depends yes"),
        ("{publish: [a]}", "tag", "no no yes"),
    ],
    ids=["by default", "switched on", "names in any case", "not in this situation", "unknown", "not a text"],
)
def test_inner_conditions_of_an_action_follow_its_inputs(given: str, short: str, answers: str) -> None:
    assert " ".join(view.runs.value for view in inside(given, short)) == answers


def test_inner_steps_see_inputs_and_variables_but_no_secrets() -> None:
    _, upload, last = inside("{where: w}")
    assert (seen(upload), seen(upload, "env")) == ("w", "outer-own")
    assert seen(last) == Unknown()


def test_a_default_sees_the_event() -> None:
    assert seen(inside("{}")[1]) == "v1.2.3"


@pytest.mark.parametrize(
    ("on", "condition", "labels"),
    [
        ("{push: {tags: ['[0-9]+.[0-9]+']}}", "startsWith(github.ref, 'refs/tags/v')", []),
        ("{push: {tags: ['[0-9]+.[0-9]+.[0-9]+']}}", "github.ref_type == 'tag'", ["push of tag 2.4.0"]),
        (
            "{pull_request: {branches: [release]}}",
            "github.base_ref == 'release' && github.event.pull_request.base.ref == 'release'",
            ["pull request to release", "pull request to release from a fork"],
        ),
        ("{pull_request: {types: [closed]}}", "github.event.pull_request.merged", ["pull request merged"]),
        ("{pull_request: {types: [closed, labeled]}}", "github.event.action == 'labeled'", ["pull request labeled"]),
        (
            "{workflow_dispatch: {inputs: {to: {type: choice, options: [a, b]}}}}",
            "inputs.to == 'a' && github.event.inputs.to == 'a'",
            ["workflow_dispatch on main with to: a"],
        ),
        ("{schedule: [{cron: '1'}, {cron: '2'}]}", "github.event.schedule == '2'", ["schedule 2"]),
        ("create", "github.ref_type == 'tag'", ["create on v1.2.3"]),
        (
            "{release: {types: [released, prereleased]}}",
            "!github.event.release.prerelease",
            ["release v1.2.3 released"],
        ),
        ("push", "contains(github.event.head_commit.modified, 'a') || github.event.head_commit.added", []),
        ("{repository_dispatch: {types: [go, stop]}}", "github.event.action == 'go'", ["repository_dispatch go"]),
    ],
)
def test_derived_situations_are_decided(on: str, condition: str, labels: list[str]) -> None:
    read = workflow(f'on: {on}\njobs: {{publish: {{if: "{condition}", runs-on: x, steps: [run: y]}}}}')
    reached = []
    for situation in situations_of(read):
        found = run_workflow(read, situation, world()).job("publish")
        if found is not None and found.runs is Ternary.YES:
            reached.append(situation.label)
    assert reached == labels


@pytest.mark.parametrize(
    ("patterns", "answer"),
    [
        (r"['v[0-9]+\.[0-9]+\.[0-9]+']", "depends"),
        (r"['prefect-\w+']", "no"),
        (r"['v*', '!v\w+-dev']", "depends"),
        (r"['v*', '!x\w+']", "yes"),
        (r"['x\w+', 'v*']", "yes"),
    ],
    ids=["all of it", "what stands before it does not match", "taken away perhaps", "surely not", "let in anyway"],
)
def test_a_backslash_in_a_filter_means_what_nobody_knows(patterns: str, answer: str) -> None:
    found = run(f"on: {{push: {{tags: {patterns}}}}}\njobs: {{publish: {{runs-on: x, steps: [run: y]}}}}", "tag")
    assert found.starts.value == answer
    assert ("not documented" in found.why) is (answer == "depends")


def test_a_workflow_of_the_same_repository_is_called_by_either_sign() -> None:
    called = "on: workflow_call\njobs: {up: {runs-on: x, steps: [run: y]}}"
    for sign in ("./", "$/"):
        text = f"on: push\njobs: {{publish: {{uses: {sign}.github/workflows/up.yml}}}}"
        found = run(text, "tag", world(up=called)).called["publish"].job("up")
        assert found is not None
        assert found.runs is Ternary.YES


def test_scalars_are_what_is_evaluated() -> None:
    (view,) = views("", "{uses: a/b@v1, with: {url: plain}}")
    scalar = view.step.with_.get("url")
    assert isinstance(scalar, Scalar)
    assert view.text(scalar) == "plain"
