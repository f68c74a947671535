"""How jobs hang on each other: skips that carry over, results and outputs."""

from __future__ import annotations

import json

import pytest
from unit.doctor.simulation.asking import run, runs, workflow, world

from publish_gate.doctor.simulation import run_workflow
from publish_gate.doctor.simulation.situations import Situation
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.read import read_workflow

ON = "[push, pull_request, workflow_dispatch]"
TAG = "startsWith(github.ref, 'refs/tags/')"
STEPS = "runs-on: x, steps: [run: y]"
CALL = "uses: other/project/.github/workflows/x.yml@v1"


def jobs(**conditions: str) -> str:
    """Return a workflow with a job for each condition; `name__need1__need2` says what a job needs."""
    lines = [f"on: {ON}", "jobs:"]
    for name, condition in conditions.items():
        job, *needs = name.split("__")
        calls = condition.startswith("call ")
        text = json.dumps(condition.removeprefix("call "))
        lines.append(f"  {job}: {{needs: [{', '.join(needs)}], if: {text}, {CALL if calls else STEPS}}}")
    return "\n".join(lines)


SKIPS = {
    "a need that always runs": (jobs(a="", publish__a=""), "pr, fork, main, feature, tag, dispatch"),
    "a need that is skipped skips": (jobs(a=TAG, publish__a=""), "tag"),
    "a need two hops up skips": (jobs(a=TAG, b__a="", publish__b=""), "tag"),
    "a need two hops up skips, whatever runs in between": (jobs(a=TAG, b__a="always()", publish__b=""), "tag"),
    "even if the condition is true": (jobs(a=TAG, b__a="always()", publish__b="true"), "tag"),
    "not if the condition asks for the status": (
        jobs(a=TAG, b__a="always()", publish__b="!failure() && !cancelled()"),
        "pr, fork, main, feature, tag, dispatch",
    ),
    "always runs": (jobs(a="false", publish__a="always()"), "pr, fork, main, feature, tag, dispatch"),
    "always and something": (jobs(a="false", publish__a=f"always() && {TAG}"), "tag"),
    "success in so many words": (jobs(a=TAG, publish__a="success()"), "tag"),
    "one of two needs is skipped": (jobs(a=TAG, b="", publish__a__b=""), "tag"),
    "a need that may be skipped": (
        jobs(a="vars.X", publish__a=""),
        "pr?, fork?, main?, feature?, tag?, dispatch?",
    ),
    "a need that may be skipped, and one that is": (jobs(a="vars.X", b=TAG, publish__a__b=""), "tag?"),
    "no success behind a skip": (jobs(a="false", publish__a="!success()"), "pr, fork, main, feature, tag, dispatch"),
    "the result of a skipped job": (
        jobs(a=TAG, publish__a="always() && needs.a.result == 'skipped'"),
        "pr, fork, main, feature, dispatch",
    ),
    "the result of a job that ran": (jobs(a=TAG, publish__a="always() && needs.a.result == 'success'"), "tag"),
    "a result is one thing at a time": (
        jobs(a="vars.X", publish__a="always() && needs.a.result == 'success' && needs.a.result == 'skipped'"),
        "",
    ),
    "a result is one of two": (
        jobs(a="vars.X", publish__a="always() && (needs.a.result == 'success' || needs.a.result == 'skipped')"),
        "pr, fork, main, feature, tag, dispatch",
    ),
    "what is not needed is not seen": (
        jobs(a="", b__a="", publish__b="needs.a.result == 'success'"),
        "",
    ),
    "a skip behind a called workflow that ran decides nothing": (
        jobs(a=TAG, b__a="call always()", publish__b=""),
        "pr?, fork?, main?, feature?, tag, dispatch?",
    ),
    "a called workflow that is skipped skips": (jobs(a__b=f"call {TAG}", b="", publish__a=""), "tag"),
    "needs in another case": (
        f"on: {ON}\njobs:\n  Build: {{if: {json.dumps(TAG)}, {STEPS}}}\n  publish: {{needs: build, {STEPS}}}\n",
        "tag",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SKIPS.values(), ids=SKIPS)
def test_skips(text: str, expected: str) -> None:
    assert runs(text) == expected


OUTPUTS = """on: [push, workflow_dispatch]
jobs:
  gate:
    if: GATE
    runs-on: x
    outputs:
      known: ${{ github.ref_type == 'tag' }}
      ref: ${{ github.ref_name }}
      written: ${{ steps.s.outputs.x }}
      skipped: ${{ steps.never.outputs.x }}
      either: ${{ github.ref_type == 'tag' && 'a' || steps.s.outputs.x }}
      text: plain
      number: 1.10
      odd: [a]
    steps:
      - {id: s, run: y}
      - {id: never, if: false, run: z}
  publish: {needs: gate, if: CONDITION, runs-on: x, steps: [run: y]}
"""
EVERY = "main, feature, tag, dispatch"
MAYBE = "main?, feature?, tag?, dispatch?"
BY_OUTPUT = {
    "a computed one is a text": ("true", "needs.gate.outputs.known == 'true'", "tag"),
    "a text that says false is truthy": ("true", "needs.gate.outputs.known", EVERY),
    "a text is not a boolean": ("true", "needs.gate.outputs.known == true", ""),
    "its opposite": ("true", "needs.gate.outputs.known != 'true'", "main, feature, dispatch"),
    "a copied one": ("true", "needs.gate.outputs.ref == 'main'", "main, dispatch"),
    "one that a step writes": ("true", "needs.gate.outputs.written == 'true'", MAYBE),
    "one that a skipped step would write": ("true", "needs.gate.outputs.skipped", ""),
    "one that is partly known": ("true", "needs.gate.outputs.either == 'a'", "main?, feature?, tag, dispatch?"),
    "one that is not declared": ("true", "needs.gate.outputs.other", ""),
    "a plain one": ("true", "needs.gate.outputs.text == 'plain'", EVERY),
    "a number is a text": ("true", "needs.gate.outputs.number == '1.1'", EVERY),
    "one that is no text": ("true", "needs.gate.outputs.odd", MAYBE),
    "an unknown one and something false": (
        "true",
        "needs.gate.outputs.written == 'true' && startsWith(github.ref, 'refs/tags/')",
        "tag?",
    ),
    "of a job that is skipped": ("false", "always() && needs.gate.outputs.text", ""),
    "of a job that is skipped, and is empty": ("false", "always() && needs.gate.outputs.text == ''", EVERY),
    "of a job that may be skipped": ("vars.X", "always() && needs.gate.outputs.text == 'plain'", MAYBE),
    "of a job that may be skipped it is one of two": (
        "vars.X",
        "always() && (needs.gate.outputs.text == 'plain' || needs.gate.outputs.text == '')",
        EVERY,
    ),
}


@pytest.mark.parametrize(("gate", "condition", "expected"), BY_OUTPUT.values(), ids=BY_OUTPUT)
def test_outputs(gate: str, condition: str, expected: str) -> None:
    assert runs(OUTPUTS.replace("GATE", gate).replace("CONDITION", json.dumps(condition))) == expected


def test_a_choice_that_a_job_hands_on_is_the_same_choice_for_all_who_see_it() -> None:
    text = (
        "on: {workflow_dispatch: {inputs: {to: {type: choice, options: [a, b]}}}}\njobs:\n"
        "  gate:\n    if: vars.X\n    runs-on: x\n    outputs: {to: '${{ inputs.to }}'}\n    steps: [run: y]\n"
        "  publish:\n    needs: gate\n    runs-on: x\n    steps: [run: y]\n"
        "    if: always() && needs.gate.outputs.to == 'a' && needs.gate.outputs.to != 'a'\n"
    )
    assert runs(text) == ""
    assert runs(text.replace("!= 'a'", "!= ''")) == "dispatch?"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (jobs(publish="false"), "its `if` is false (.github/workflows/release.yml:3:28)"),
        (jobs(publish="vars.X"), "its `if` is not decided by the files"),
        (jobs(a="false", publish__a=""), "it needs 'a', which is skipped"),
        (jobs(a="vars.X", publish__a=""), "it needs 'a', which may be skipped"),
        (jobs(a="vars.X", b="false", publish__a__b="vars.Y"), "it needs 'b', which is skipped"),
        (jobs(a="false", b__a="always()", publish__b=""), "'a', which it waits for, is skipped"),
        (jobs(a="false", publish__a="success() || vars.X"), "it needs 'a', which is skipped"),
        (jobs(publish="!success()"), "its `if` is false"),
        (jobs(a="", publish__a=""), ""),
    ],
)
def test_says_why(text: str, why: str) -> None:
    found = run(text, "main").job("publish")
    assert found is not None
    assert why in found.why
    assert bool(found.why) is bool(why)


def test_why_a_condition_about_results_is_false() -> None:
    found = run(jobs(a="vars.X", publish__a="always() && needs.a.result == 'failure'"), "main").job("publish")
    assert found is not None
    assert found.why.startswith("its `if` is false")


def test_jobs_that_can_never_run_are_left_out() -> None:
    needs = {"a": "b", "b": "a", "c": "d", "e": "[]"}
    text = "on: push\njobs:\n" + "".join(f"  {job}: {{needs: {need}, {STEPS}}}\n" for job, need in needs.items())
    read = read_workflow(text.encode(), "f")
    looked_at = run_workflow(read, Situation("x", "push", "refs/heads/main"), world())
    assert list(looked_at.jobs) == ["e"]
    assert looked_at.job("a") is None


def test_the_jobs_stand_behind_those_they_need() -> None:
    text = f"on: push\njobs:\n  a: {{needs: [b, c], {STEPS}}}\n  b: {{needs: c, {STEPS}}}\n  c: {{{STEPS}}}\n"
    assert list(run(text, "main").jobs) == ["c", "b", "a"]


def test_a_workflow_that_does_not_start_runs_nothing() -> None:
    looked_at = run(jobs(a="", publish__a="always()"), "release")
    assert looked_at.starts is Ternary.NO
    assert {job.runs for job in looked_at.jobs.values()} == {Ternary.NO}
    assert {step.runs for job in looked_at.jobs.values() for step in job.steps} == {Ternary.NO}


def test_a_workflow_that_may_start_may_run() -> None:
    text = workflow("on: {push: {paths: [x]}}\njobs: {a: {runs-on: x, steps: [run: y]}}\n")
    looked_at = run_workflow(text, Situation("x", "push", "refs/heads/main"), world())
    assert [(job.runs, job.why, [step.runs for step in job.steps]) for job in looked_at.jobs.values()] == [
        (Ternary.DEPENDS, looked_at.why, [Ternary.DEPENDS])
    ]
