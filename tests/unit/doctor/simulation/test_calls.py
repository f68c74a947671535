"""Workflows that call others: what the called one sees, whether its jobs run, what comes back."""

from __future__ import annotations

import json

import pytest
from unit.doctor.simulation.asking import run, runs, situation, workflow, world

from publish_gate.doctor.expressions import Object, evaluate, parse_expression
from publish_gate.doctor.simulation import (
    RepositoryContext,
    job_scope,
    own_condition,
    run_workflow,
    upload_answer,
    upload_run,
)
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Auth, How, Index, Upload

STEPS = "runs-on: x, steps: [run: y]"


def caller(given: str = "{}", condition: str = "", uses: str = "./.github/workflows/called.yml") -> str:
    return (
        f"on: [push, pull_request]\njobs:\n  call: {{if: {json.dumps(condition)}, uses: {uses}, with: {given}}}\n"
        f"  publish: {{needs: call, if: CONDITION, {STEPS}}}\n"
    )


def called(condition: str = "", inputs: str = "{}", outputs: str = "{}") -> str:
    return (
        f"on:\n  workflow_call:\n    inputs: {inputs}\n    outputs: {outputs}\njobs:\n"
        f"  inner: {{if: {json.dumps(condition)}, runs-on: x, outputs: {{o: '${{{{ github.ref_name }}}}'}}, "
        "steps: [{id: s, run: y}]}\n"
    )


def inner(caller_text: str, called_text: str, short: str = "main") -> Ternary | None:
    """Return whether the job `inner` of the called workflow runs."""
    looked_at = run(caller_text.replace("CONDITION", "true"), short, world(called=called_text))
    if "call" not in looked_at.called:
        return None
    found = looked_at.called["call"].job("inner")
    assert found is not None
    return found.runs


ALL_TYPES = "{b: {type: boolean}, s: {type: string}, n: {type: number}, d: {type: boolean, default: true}}"
INSIDE = {
    "nothing hinders it": ("{}", "", "{}", Ternary.YES),
    "the caller's event": ("{}", "github.event_name == 'push'", "{}", Ternary.YES),
    "the caller's ref": ("{}", "github.ref == 'refs/heads/main'", "{}", Ternary.YES),
    "never the event of a call": ("{}", "github.event_name == 'workflow_call'", "{}", Ternary.NO),
    "a boolean that is given": ("{b: true}", "inputs.b", ALL_TYPES, Ternary.YES),
    "a boolean that is given as a text": ("{b: 'true'}", "inputs.b == true", ALL_TYPES, Ternary.YES),
    "a boolean that is computed": ("{b: \"${{ github.ref_type == 'tag' }}\"}", "inputs.b", ALL_TYPES, Ternary.NO),
    "a boolean that is unknown": ("{b: '${{ fromJSON(vars.X) }}'}", "inputs.b", ALL_TYPES, Ternary.DEPENDS),
    "an unknown boolean is one": (
        "{b: '${{ fromJSON(vars.X) }}'}",
        "inputs.b == true || inputs.b == false",
        ALL_TYPES,
        Ternary.YES,
    ),
    "a boolean of which the truth is known": ("{b: '${{ github.sha }}'}", "inputs.b", ALL_TYPES, Ternary.YES),
    "a boolean that is one of two": (
        "{b: \"${{ vars.X == 'x' }}\"}",
        "inputs.b == true || inputs.b == false",
        ALL_TYPES,
        Ternary.YES,
    ),
    "a boolean that is none": ("{b: maybe}", "inputs.b", ALL_TYPES, Ternary.DEPENDS),
    "a boolean that is a list": ("{b: \"${{ fromJSON('[]') }}\"}", "inputs.b", ALL_TYPES, Ternary.DEPENDS),
    "a boolean that is not given": ("{}", "inputs.b == false", ALL_TYPES, Ternary.YES),
    "a default": ("{}", "inputs.d", ALL_TYPES, Ternary.YES),
    "a default that is not taken": ("{d: false}", "inputs.d", ALL_TYPES, Ternary.NO),
    "a text that is given": ("{s: 1.10}", "inputs.s == '1.1'", ALL_TYPES, Ternary.YES),
    "a text that is not given": ("{}", "inputs.s == ''", ALL_TYPES, Ternary.YES),
    "a number that is not given": ("{}", "inputs.n == 0", ALL_TYPES, Ternary.YES),
    "a number that is given": ("{n: 3}", "inputs.n == 3", ALL_TYPES, Ternary.YES),
    "a name in another case": ("{B: true}", "inputs.b", ALL_TYPES, Ternary.YES),
    "an input that is not declared": ("{x: y}", "inputs.x", ALL_TYPES, Ternary.NO),
    "a default that is computed": (
        "{}",
        "inputs.r == 'main'",
        "{r: {type: string, default: '${{ github.ref_name }}'}}",
        Ternary.YES,
    ),
}


@pytest.mark.parametrize(("given", "condition", "inputs", "expected"), INSIDE.values(), ids=INSIDE)
def test_inside(given: str, condition: str, inputs: str, expected: Ternary) -> None:
    assert inner(caller(given), called(condition, inputs)) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("github.ref_type == 'tag'", Ternary.NO), ("vars.X", Ternary.DEPENDS), ("true", Ternary.YES)],
)
def test_a_called_workflow_runs_no_more_than_its_caller(condition: str, expected: Ternary) -> None:
    answer = inner(caller(condition=condition), called("always()"))
    assert answer is (None if expected is Ternary.NO else expected)


BACK = {
    "the caller succeeds": ("", "", "true", "pr, fork, main, feature, tag"),
    "the caller is skipped": ("false", "", "true", ""),
    "an output": ("", "", "needs.call.outputs.ref == 'main'", "main"),
    "an output that is plain": ("", "", "needs.call.outputs.plain == 'x'", "pr, fork, main, feature, tag"),
    "an output that is not declared": ("", "", "needs.call.outputs.other", ""),
    "an output without a value": ("", "", "needs.call.outputs.none", "pr?, fork?, main?, feature?, tag?"),
    "an output of a skipped job": ("", "github.ref_type == 'tag'", "always() && needs.call.outputs.ref", "tag"),
    "an output of a call that may be skipped": (
        "vars.X",
        "",
        "always() && needs.call.outputs.plain == 'x'",
        "pr?, fork?, main?, feature?, tag?",
    ),
    "a called workflow of which every job is skipped": ("", "false", "true", "pr?, fork?, main?, feature?, tag?"),
}


@pytest.mark.parametrize(("condition", "inside", "asked", "expected"), BACK.values(), ids=BACK)
def test_what_comes_back(condition: str, inside: str, asked: str, expected: str) -> None:
    outputs = "{ref: {value: '${{ jobs.inner.outputs.o }}'}, plain: {value: x}, none: {}}"
    outer = caller(condition=condition).replace("CONDITION", json.dumps(asked))
    assert runs(outer, around=world(called=called(inside, outputs=outputs))) == expected


@pytest.mark.parametrize(
    "text",
    [
        called().replace("    outputs: {}\n", ""),
        called(outputs="[a]"),
        f"on: workflow_call\njobs: {{inner: {{{STEPS}}}}}\n",
    ],
    ids=["no outputs", "no mapping", "no options"],
)
def test_a_called_workflow_without_outputs(text: str) -> None:
    outer = caller().replace("CONDITION", "needs.call.outputs.x")
    assert runs(outer, around=world(called=text)) == ""


@pytest.mark.parametrize(
    ("uses", "followed"),
    [
        ("./.github/workflows/called.yml", True),
        ("owner/project/.github/workflows/called.yml@v1", True),
        ("Owner/Project/.github/workflows/called.yml@main", True),
        ("other/project/.github/workflows/called.yml@v1", False),
        ("./.github/workflows/missing.yml", False),
        ("./.github/workflows/plain.yml", False),
        ("./.github/workflows/release.yml", False),
    ],
    ids=[
        "this commit",
        "this repository",
        "this repository in another case",
        "another repository",
        "not known",
        "not made to be called",
        "itself",
    ],
)
def test_which_calls_are_followed(uses: str, followed: bool) -> None:
    plain = f"on: push\njobs: {{inner: {{{STEPS}}}}}\n"
    outer = caller(uses=uses).replace("CONDITION", "needs.call.outputs.x == 'y'")
    around = world(called=called(), plain=plain, release=called())
    assert ("call" in run(outer, "main", around).called) is followed
    assert runs(outer, around=around) == ("" if followed else "pr?, fork?, main?, feature?, tag?")


def test_a_repository_without_a_name_calls_only_its_own_files() -> None:
    outer = caller(uses="owner/project/.github/workflows/called.yml@v1").replace("CONDITION", "true")
    around = RepositoryContext(None, "main", world(called=called()).workflows)
    assert run(outer, "main", around).called == {}


def test_workflows_that_call_each_other_are_followed_once() -> None:
    again = f"on: workflow_call\njobs: {{inner: {{uses: ./.github/workflows/NAME.yml}}, other: {{{STEPS}}}}}\n"
    around = world(called=again.replace("NAME", "second"), second=again.replace("NAME", "called"))
    looked_at = run(caller().replace("CONDITION", "true"), "main", around)
    assert list(looked_at.called["call"].called) == ["inner"]
    assert looked_at.called["call"].called["inner"].called == {}


def test_calls_are_followed_to_a_bounded_depth_and_number() -> None:
    def text(number: int) -> str:
        uses = f"{{uses: ./.github/workflows/w{number + 1}.yml}}"
        return f"on: workflow_call\njobs: {{{', '.join(f'j{each}: {uses}' for each in range(8))}}}\n"

    around = world(**{f"w{number}": text(number) for number in range(20)})
    looked_at = run("on: push\njobs: {a: {uses: ./.github/workflows/w0.yml}}\n", "main", around)
    waiting, count, deepest = [(looked_at, 0)], 0, 0
    while waiting:
        each, depth = waiting.pop()
        count, deepest = count + 1, max(depth, deepest)
        waiting += [(inside, depth + 1) for inside in each.called.values()]
    assert (count, deepest) == (51, 9)


def upload(text: str, job: str, step: int | None) -> Upload:
    read = workflow(text)
    found = read.job(job)
    assert found is not None
    where = found.steps[step] if step is not None else None
    return Upload(read, found, where, How.TWINE, Index.PYPI, Auth.OIDC, found.place)


@pytest.mark.parametrize(
    ("short", "condition", "job", "step", "expected"),
    [
        ("tag", "", "inner", 0, Ternary.YES),
        ("main", "github.ref_type == 'tag'", "inner", 0, Ternary.NO),
        ("tag", "", "inner", None, Ternary.YES),
        ("schedule", "", "inner", 0, Ternary.NO),
    ],
)
def test_an_upload_in_a_called_workflow(
    short: str, condition: str, job: str, step: int | None, expected: Ternary
) -> None:
    outer, inside = workflow(caller().replace("CONDITION", "true")), called(condition)
    found = upload(inside, job, step)
    answer = upload_answer(outer, situation(short), world(called=inside), found, outer.job("call"))
    assert answer is expected


def test_an_upload_in_the_workflow_itself() -> None:
    text = "on: push\njobs: {a: {runs-on: x, steps: [{run: y, if: github.ref_type == 'tag'}]}}\n"
    looked_at = run(text, "tag")
    assert upload_run(looked_at, upload(text, "a", 0)) == (looked_at.job("a"), Ternary.YES)
    assert upload_answer(workflow(text), situation("main"), world(), upload(text, "a", 0)) is Ternary.NO


@pytest.mark.parametrize(("short", "expected"), [("main", Ternary.DEPENDS), ("release", Ternary.NO)])
def test_an_upload_that_is_not_found(short: str, expected: Ternary) -> None:
    text = "on: push\njobs: {a: {runs-on: x, steps: [run: y, run: z]}}\n".replace(
        "run: y, run: z", "{run: y}, {run: z}"
    )
    other = text.replace("a:", "b:").replace(", {run: z}", "")
    looked_at = run(other, short)
    assert upload_run(looked_at, upload(text, "a", 0)) == (None, expected)
    assert upload_run(run(text.replace(", {run: z}", ""), short), upload(text, "a", 1))[1] is expected


@pytest.mark.parametrize(
    ("condition", "short", "expected"),
    [
        ("", "main", Ternary.YES),
        ("github.ref_type == 'tag'", "main", Ternary.NO),
        ("github.ref_type == 'tag'", "tag", Ternary.YES),
        ("success() && github.ref_type == 'tag'", "tag", Ternary.YES),
        ("needs.a.result == 'success'", "tag", Ternary.YES),
        ("needs.a.outputs.o == 'x'", "tag", Ternary.DEPENDS),
        ("needs.b.outputs.o == 'x'", "tag", Ternary.YES),
        ("needs.c.outputs.o == 'x'", "tag", Ternary.NO),
        ("a b", "tag", Ternary.DEPENDS),
    ],
)
def test_the_condition_of_a_job_by_itself(condition: str, short: str, expected: Ternary) -> None:
    text = (
        f"on: push\njobs:\n  a: {{if: false, {STEPS}}}\n  b: {{outputs: {{o: x}}, {STEPS}}}\n"
        f"  publish: {{needs: [a, b], {'if: ' + json.dumps(condition) + ', ' if condition else ''}{STEPS}}}\n"
    )
    read = workflow(text)
    job = read.job("publish")
    assert job is not None
    assert own_condition(run_workflow(read, situation(short), world()), job) is expected


def test_the_condition_of_a_job_in_a_workflow_that_does_not_start() -> None:
    read = workflow(
        f"on: push\njobs: {{a: {{{STEPS}}}, publish: {{needs: a, if: \"needs.a.result == 'success'\", {STEPS}}}}}\n"
    )
    job = read.job("publish")
    assert job is not None
    assert own_condition(run_workflow(read, situation("release"), world()), job) is Ternary.YES


def test_the_condition_of_a_job_that_can_never_run() -> None:
    from publish_gate.doctor.workflow.read import read_workflow

    read = read_workflow(f"on: push\njobs: {{a: {{needs: b, if: true, {STEPS}}}}}\n".encode(), "f")
    assert own_condition(run_workflow(read, situation("main"), world()), read.jobs[0]) is Ternary.YES


def test_what_a_called_job_sees() -> None:
    outer = caller("{s: x}").replace("CONDITION", "true")
    looked_at = run(outer, "main", world(called=called(inputs=ALL_TYPES)))
    found = looked_at.called["call"].job("inner")
    assert found is not None
    assert evaluate(parse_expression("inputs.s"), job_scope(found)) == "x"
    assert isinstance(found.contexts["inputs"], Object)


def test_a_release_that_starts_a_called_workflow_more_than_once() -> None:
    outer = "on: release\njobs: {call: {if: github.event.action == 'released', uses: ./.github/workflows/called.yml}}\n"
    looked_at = run_workflow(workflow(outer), situation("release"), world(called=called()))
    assert looked_at.jobs["call"].runs is Ternary.DEPENDS
    assert list(looked_at.called) == ["call"]
