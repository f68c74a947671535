"""Which steps of a job are reached: their conditions, what earlier ones leave behind, env, matrix, runner."""

from __future__ import annotations

import json

import pytest
from unit.doctor.simulation.asking import run, runs, world

from publish_gate.doctor.expressions import Object, OneOf, Unknown, Value, evaluate, parse_expression
from publish_gate.doctor.simulation import RepositoryContext, job_scope
from publish_gate.doctor.ternary import Ternary


def steps(*conditions: str, keys: str = "runs-on: ubuntu-latest") -> str:
    """Return a workflow for pushes whose job has a step for each condition: `id~condition~more keys`."""
    lines = ["on: push", "env: {OUTER: outer, BOTH: outer}", "jobs:", "  publish:"]
    lines += [f"    {key}" for key in keys.split("\n")] + ["    steps:"]
    for number, text in enumerate(conditions):
        name, condition, more = [*text.split("~"), "", ""][:3]
        run_or_uses = "" if "uses:" in more or "run:" in more else ", run: y"
        separator = ", " if more else ""
        lines.append(
            f"      - {{id: {name or f's{number}'}, if: {json.dumps(condition)}{separator}{more}{run_or_uses}}}"
        )
    return "\n".join(lines) + "\n"


TAG = "startsWith(github.ref, 'refs/tags/')"
ALL = "main, feature, tag"
MAYBE = "main?, feature?, tag?"
WRITES = "run: 'echo \"SET=1\" >> $GITHUB_ENV'"
LAST = {
    "no condition": (steps(""), ALL),
    "a condition": (steps(f"~{TAG}"), "tag"),
    "a failure": (steps("", "~failure()"), ""),
    "always": (steps("", "~always()"), ALL),
    "a skipped step does not matter": (steps("a~false", "~"), ALL),
    "the outcome of a step that ran": (steps("a~", "~steps.a.outcome == 'success'"), ALL),
    "the outcome of a skipped step": (steps(f"a~{TAG}", "~steps.a.conclusion == 'skipped'"), "main, feature"),
    "the outcome of a step that may be skipped": (steps("a~vars.X", "~steps.a.outcome == 'success'"), MAYBE),
    "an outcome is one of two": (
        steps("a~vars.X", "~steps.a.outcome == 'success' || steps.a.outcome == 'skipped'"),
        ALL,
    ),
    "an output": (steps("a~", "~steps.a.outputs.x == 'true'"), MAYBE),
    "an output of a skipped step": (steps(f"a~{TAG}", "~steps.a.outputs.x"), "tag?"),
    "an output of a step that may be skipped": (steps("a~vars.X", "~steps.a.outputs.x"), MAYBE),
    "an output of no step": (steps("a~", "~steps.b.outputs.x == 'true'"), ""),
    "an output of a later step": (steps("a~steps.b.outputs.x", "b~", "~steps.a.outcome == 'success'"), ""),
    "an id in another case": (steps("Release~", "~steps.release.outputs.released == 'true'"), MAYBE),
    "a variable of the workflow": (steps("~env.OUTER == 'outer'"), ALL),
    "a variable of the job": (steps("~env.BOTH == 'job'", keys="runs-on: x\nenv: {BOTH: job}"), ALL),
    "a variable of the step": (steps("~env.BOTH == 'step'~env: {BOTH: step}"), ALL),
    "a variable of another step": (steps("~~env: {X: x}", "~env.X"), MAYBE),
    "a computed variable": (
        steps("~env.T == 'true'", keys="runs-on: x\nenv: {T: \"${{ github.ref_type == 'tag' }}\"}"),
        "tag",
    ),
    "a variable is a text": (steps("~env.N == '1.1'", keys="runs-on: x\nenv: {N: 1.10}"), ALL),
    "a variable that is no text": (steps("~env.L", keys="runs-on: x\nenv: {L: [a]}"), MAYBE),
    "a variable that GitHub refuses": (steps("~env.B", keys="runs-on: x\nenv: {B: '${{ a b }}'}"), MAYBE),
    "an unknown variable, at first": (steps("~env.SET"), ""),
    "an unknown variable, later": (steps("~", "~env.SET"), MAYBE),
    "an unknown variable behind a skipped step": (steps("~false", "~env.SET"), ""),
    "a variable of the workflow, later": (steps("~", "~env.OUTER == 'outer'"), ALL),
    "a variable that a step writes": (
        steps(f"~~{WRITES}", "~env.SET == '1'", keys="runs-on: x\nenv: {SET: '0'}"),
        MAYBE,
    ),
    "a variable that a step writes again": (
        steps("~~run: x", f"~~{WRITES}", "~env.SET == '1'", keys="runs-on: x\nenv: {SET: '0'}"),
        MAYBE,
    ),
    "a variable that a skipped step writes": (
        steps(f"~false~{WRITES}", "~env.SET == '0'", keys="runs-on: x\nenv: {SET: '0'}"),
        ALL,
    ),
    "a variable that only sounds like it": (
        steps("~~run: 'SET=1 make'", "~env.SET == '0'", keys="runs-on: x\nenv: {SET: '0'}"),
        ALL,
    ),
    "a variable that an action may set": (steps("~~uses: a/b@v1", "~env.SET"), MAYBE),
    "a variable made of another": (
        steps("~env.NEW == 'outer!'~env: {NEW: '${{ env.OUTER }}!'}"),
        ALL,
    ),
    "the system": (steps("~runner.os == 'Linux'"), ALL),
    "another system": (steps("~runner.os == 'Windows'", keys="runs-on: windows-2022"), ALL),
    "an unknown system": (steps("~runner.os == 'Linux'", keys="runs-on: [self-hosted]"), MAYBE),
    "a system of one's own": (steps("~runner.os == 'Linux'", keys="runs-on: big"), MAYBE),
    "an unknown label": (steps("~runner.os == 'Linux'", keys="runs-on: '${{ vars.X }}'"), MAYBE),
    "the status of the job": (steps("~job.status == 'success'"), ALL),
    "files": (steps("~hashFiles('x') != ''"), MAYBE),
    "the need of a job is seen": (steps("~needs.x.result"), ""),
}


@pytest.mark.parametrize(("text", "expected"), LAST.values(), ids=LAST)
def test_the_last_step(text: str, expected: str) -> None:
    count = text.count("- {id:")
    assert runs(text, step=count - 1) == expected


def matrix(text: str) -> str:
    return f"runs-on: ${{{{ matrix.os || 'x' }}}}\nstrategy: {{matrix: {text}}}"


OS = "{os: [ubuntu-latest, windows-latest], python: ['3.10', 3.9]}"
BY_MATRIX = {
    "one of the entries": (OS, "matrix.os == 'ubuntu-latest'", ALL),
    "none of the entries": (OS, "matrix.os == 'macos-latest'", ""),
    "two keys at once": (OS, "matrix.os == 'ubuntu-latest' && matrix.python == '3.10'", ALL),
    "a number": (OS, "matrix.python == 3.9", ALL),
    "no key": (OS, "matrix.other", ""),
    "the system": (OS, "runner.os == 'Windows'", ALL),
    "neither": (OS, "runner.os == 'macOS'", ""),
    "excluded": ("{os: [a, b], v: [1, 2], exclude: [{os: a, v: 2}]}", "matrix.os == 'a' && matrix.v == 2", ""),
    "not excluded": ("{os: [a, b], v: [1, 2], exclude: [{os: a, v: 2}]}", "matrix.os == 'b' && matrix.v == 2", ALL),
    "included in an entry": (
        "{os: [a, b], include: [{os: a, up: true}]}",
        "matrix.os == 'a' && matrix.up",
        ALL,
    ),
    "included in one entry only": ("{os: [a, b], include: [{os: a, up: true}]}", "matrix.os == 'b' && matrix.up", ""),
    "included in all": ("{os: [a, b], include: [{up: true}]}", "matrix.os == 'b' && matrix.up", ALL),
    "included as another entry": (
        "{os: [a], include: [{os: c, up: true}]}",
        "matrix.os == 'c' && matrix.up",
        ALL,
    ),
    "only included": ("{include: [{os: a, up: true}, {os: b}]}", "matrix.os == 'b' && !matrix.up", ALL),
    "an object": ("{target: [{os: a}, {os: b}]}", "matrix.target.os == 'b'", ALL),
    "an object that is excluded": (
        "{target: [{os: a}, {os: b}], exclude: [{target: {os: b}}]}",
        "matrix.target.os == 'b'",
        "",
    ),
    "a list that is an expression": ("{os: \"${{ fromJSON('[1, 2]') }}\"}", "matrix.os == 2", ALL),
    "a list that is not known": ('{os: "${{ fromJSON(vars.X) }}", v: [1]}', "matrix.os == 2", MAYBE),
    "beside a list that is not known": ('{os: "${{ fromJSON(vars.X) }}", v: [1]}', "matrix.v == 2", ""),
    "excluded from a list that is not known": (
        '{os: "${{ fromJSON(vars.X) }}", v: [1], exclude: [{os: 1}]}',
        "matrix.v == 1",
        ALL,
    ),
    "an expression": ('"${{ fromJSON(\'{\\"os\\": [1, 2]}\') }}"', "matrix.os == 2", ALL),
    "not known at all": ('"${{ fromJSON(vars.X) }}"', "matrix.os == 2", MAYBE),
    "what is included is not known": ('{os: [1], include: "${{ fromJSON(vars.X) }}"}', "matrix.os == 1", MAYBE),
    "an entry that is included is not known": ('{os: [1], include: ["${{ vars.X }}"]}', "matrix.os == 1", MAYBE),
    "an empty list": ("{os: []}", "matrix.os == 1", MAYBE),
    "a matrix of hundreds": (
        f"{{a: [{', '.join(map(str, range(20)))}], b: [{', '.join(map(str, range(20)))}]}}",
        "matrix.a == 1",
        MAYBE,
    ),
    "hundreds that are included": (
        f"{{a: [1], include: [{', '.join(f'{{a: {each}}}' for each in range(300))}]}}",
        "matrix.a == 1",
        MAYBE,
    ),
    "a matrix of dozens": (f"{{a: [{', '.join(map(str, range(100)))}]}}", "matrix.a == 1", MAYBE),
    "a matrix of dozens, none of them": (f"{{a: [{', '.join(map(str, range(60)))}]}}", "matrix.a == 60", ""),
    "what earlier steps do in an entry": (OS, "steps.s0.outcome == 'success'", ALL),
    "nothing of the matrix": (OS, TAG, "tag"),
}


@pytest.mark.parametrize(("text", "condition", "expected"), BY_MATRIX.values(), ids=BY_MATRIX)
def test_matrix(text: str, condition: str, expected: str) -> None:
    assert runs(steps("~matrix.os == 'windows-latest'", f"~{condition}", keys=matrix(text)), step=1) == expected


def value(text: str, expression: str, index: int | None = None, around: RepositoryContext | None = None) -> Value:
    found = run(text, "main", around).job("publish")
    assert found is not None
    scope = job_scope(found) if index is None else found.views(index)[0].scope
    return evaluate(parse_expression(expression), scope)


@pytest.mark.parametrize(
    ("expression", "index", "expected"),
    [
        ("github.ref_name", None, "main"),
        ("env.OUTER", 0, "outer"),
        ("env.OWN", 0, None),
        ("env.OWN", 1, "own"),
        ("steps.a.outcome", 0, None),
        ("steps.a.outcome", 1, "success"),
        ("matrix.v", None, OneOf((1.0, 2.0), "publish.matrix.v")),
        ("matrix.v", 1, 1.0),
        ("format('{0}-{1}', matrix.v, matrix.w)", 1, "1-3"),
        ("strategy.job-index", 1, Unknown()),
    ],
)
def test_scopes(expression: str, index: int | None, expected: Value) -> None:
    text = steps("a~", "~~env: {OWN: own}", keys=matrix("{v: [1, 2], w: [3]}"))
    assert value(text, expression, index) == expected


def test_the_scope_of_a_job_that_does_not_run() -> None:
    text = "on: push\njobs: {publish: {if: false, runs-on: x, steps: [run: y]}}\n"
    assert value(text, "github.event_name") == "push"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("runs-on: x", None),
        ("runs-on: x\nenvironment: pypi", "pypi"),
        ("runs-on: x\nenvironment: {name: pypi}", "pypi"),
        ("runs-on: x\nenvironment: ''", None),
        ("runs-on: x\nenvironment: ${{ github.ref_type == 'tag' && 'pypi' || 'testpypi' }}", "testpypi"),
        ("runs-on: x\nenvironment: ${{ vars.X }}", Unknown()),
        ("runs-on: x\nenvironment: ${{ vars.X && 'a' || 'b' }}", OneOf(("a", "b"))),
        ("runs-on: x\nenvironment: ${{ matrix.e }}\nstrategy: {matrix: {e: [a, b]}}", OneOf(("a", "b"))),
        ("runs-on: x\nenvironment: ${{ matrix.e }}\nstrategy: {matrix: {e: [a], f: [1, 2]}}", "a"),
        ("runs-on: x\nenvironment: ${{ matrix.e }}\nstrategy: {matrix: {e: ['${{ vars.X }}']}}", Unknown()),
        ("runs-on: x\nenvironment: e\nif: false", None),
    ],
)
def test_environment(keys: str, expected: Value) -> None:
    found = run(steps("", keys=keys), "main").job("publish")
    assert found is not None
    environment = found.environment
    assert OneOf(environment.values) if isinstance(environment, OneOf) else environment == expected


def test_steps_by_their_index() -> None:
    found = run(steps("~", f"~{TAG}"), "main").job("publish")
    assert found is not None
    assert [each.runs for each in found.steps] == [Ternary.YES, Ternary.NO]
    assert found.step(1) == found.steps[1]
    assert found.step(2) is None


def test_what_hundreds_of_steps_leave_behind_is_not_told_apart() -> None:
    text = steps(*[f"n{number}~false" for number in range(302)], "~steps.n1.outcome == 'skipped'")
    assert runs(text, step=302) == MAYBE


def test_the_name_of_a_job_that_calls_is_no_scope_of_steps() -> None:
    text = "on: push\njobs: {publish: {uses: a/b/.github/workflows/c.yml@v1, with: {x: y}}}\n"
    assert value(text, "github.ref_name", None, world()) == "main"
    assert isinstance(value(text, "needs"), Object)
