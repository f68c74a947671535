"""Which steps are Publish Gate, whatever they are called by, and what they hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.gate_steps import GateStep, find_gate_steps, input_slips, is_gate, running_steps, with_called
from publish_gate.inputs import INPUTS
from publish_gate.outputs import OUTPUTS
from publish_gate.workflow_steps import find_steps, is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = "publish-gate/publish-gate@v1"
OWN = "name: Publish Gate\nruns: {using: composite, steps: [{run: x}]}\n"
RENAMED = "name: Mine\noutputs:\n" + "".join(f"  {each.name}: {{value: x}}\n" for each in OUTPUTS)
FILES = {
    "action.yml": OWN,
    "own/action.yaml": OWN.upper().replace("NAME", "name").replace("RUNS: ", "runs: "),
    "renamed/action.yml": RENAMED,
    "around/action.yml": (
        "name: Publish Gate\ninputs: {to: {default: pypi}, at: {default: '${{ github.ref }}'}, x: }\n"
        f"runs:\n  steps:\n    - run: x\n    - uses: {OURS}\n      with:\n        targets: ${{{{ inputs.TO }}}}\n"
        "        version: ${{ inputs.at }}\n        tags: ${{ inputs.nothing }}\n        package: ${{ inputs.x }}\n"
    ),
    "twice/action.yml": "runs: {steps: [{uses: ./around}]}",
    "circle/action.yml": "runs: {steps: [{uses: ./circle}, {uses: ./circle}]}",
    "my-publish-gate/action.yml": "name: Other\nruns: {using: node24, main: x.js}\n",
    "publish-gate/action.yml": "name: Other\nruns: {using: composite, steps: [3, {run: x}]}\n",
    "list/action.yml": "- a",
    "steps/action.yml": "runs: {steps: x}",
    **{f"many{number}/action.yml": "runs: {steps: []}" for number in range(60)},
}


def read(path: str) -> bytes | None:
    text = FILES.get(path)
    return text.encode() if text is not None else None


def steps(text: str) -> tuple[GateStep, ...]:
    workflow = "on: push\njobs:\n  a:\n    steps:\n" + text
    return find_gate_steps(read_workflow(workflow.encode(), "w.yml"), read)


SPELLINGS = [
    (OURS, True),
    ("someone/publish-gate@main", True),
    ("Publish-Gate/PUBLISH-GATE@v1", True),
    ("octo/actions/publish-gate@v1", True),
    ("publish-gate/publish-gate", True),
    (" publish-gate/publish-gate@v1 ", True),
    ("publish-gate/publish-gate/@v1", True),
    ("publish-gate@v1", False),
    ("octo/publish-gate-fork@v1", False),
    ("octo/my-publish-gate@v1", False),
    ("publish-gate/other@v1", False),
    ("octo/publish-gate/setup@v1", False),
    ("octo//publish-gate@v1", False),
    ("docker://octo/publish-gate", False),
    ("", False),
    ("./", True),
    (".", True),
    ("./own", True),
    ("./own/", True),
    (".\\own", True),
    ("./renamed", True),
    ("./around", True),
    ("./twice/../around", True),
    ("./twice", True),
    ("./circle", False),
    ("./my-publish-gate", False),
    ("./publish-gate", False),
    ("./publish-gate/", False),
    ("./nowhere/publish-gate", False),
    ("../publish-gate", False),
    ("./list", False),
    ("./steps", False),
]


@pytest.mark.parametrize(("uses", "holds"), SPELLINGS)
def test_a_step_is_told_by_what_it_uses(uses: str, holds: bool) -> None:
    assert is_gate(uses, read) is holds


def test_without_files_a_local_step_is_none() -> None:
    assert not is_gate("./")
    assert is_gate(OURS)


HANDED = [
    (f"      - {{uses: {OURS}, with: {{targets: pypi, Timeout: 7.50, x: true, y: ~, z: [1]}}}}\n", "flow style"),
    (
        (
            f"      - with: &w\n          targets: pypi\n          Timeout: 7.5\n          x: yes\n          y: ''\n"
            f"          z: ${{{{ a }}}}\n        uses: x/y@v1\n      - with: *w\n        uses: {OURS}\n"
        ),
        "an alias",
    ),
]


@pytest.mark.parametrize("text", [row[0] for row in HANDED], ids=[row[1] for row in HANDED])
def test_what_a_step_hands_over(text: str) -> None:
    (step,) = steps(text)
    found = {name: handed.text for name, handed in step.inputs.items()}
    assert (step.job, step.workflow) == ("a", "w.yml")
    assert found == {"targets": "pypi", "timeout": "7.5", "x": found["x"], "y": "", "z": None}
    assert found["x"] in {"true", "yes"}


def test_an_action_around_it_hands_its_inputs_on() -> None:
    (step,) = steps("      - {uses: ./around, with: {to: testpypi}}\n")
    assert str(step.place) == "around/action.yml:6:7"
    handed = {name: each.text for name, each in step.inputs.items()}
    assert handed == {"targets": "testpypi", "version": None, "tags": None, "package": ""}
    (inner,) = steps("      - uses: ./twice\n")
    assert inner.inputs["targets"].text == "pypi"


def test_a_local_copy_takes_the_inputs_itself() -> None:
    (step,) = steps("      - {uses: ./own, with: {targets: pypi}}\n")
    assert (str(step.place), step.inputs["targets"].text) == ("w.yml:5:10", "pypi")


def test_steps_without_end_are_not_followed() -> None:
    assert steps("      - uses: ./circle\n") == ()
    many = "".join(f"      - uses: ./many{number}\n" for number in range(60))
    assert steps(many + "      - uses: ./own\n") == (), "so many actions are no repository"


def test_a_workflow_comes_with_those_that_it_calls() -> None:
    files = {"b.yml": "jobs: {b: {uses: ./c.yml}, x: {uses: ./b.yml}}", "c.yml": "jobs: {c: {steps: []}}"}
    text = "on: push\njobs: {a: {uses: ./b.yml}, o: {uses: o/r/.github/workflows/x.yml@v1}, n: {uses: ./nowhere.yml}}\n"
    found = with_called(
        read_workflow(text.encode(), "w.yml"), lambda path: files[path].encode() if path in files else None
    )
    assert [workflow.path for workflow in found] == ["w.yml", "b.yml", "c.yml"]


def test_calls_without_end_are_not_followed() -> None:
    def read_next(path: str) -> bytes:
        return f"jobs: {{a: {{uses: ./{path}.yml}}}}".encode()

    assert len(with_called(read_workflow(b"jobs: {a: {uses: ./a.yml}}", "w.yml"), read_next)) == 50


def received(**values: str) -> Mapping[str, str]:
    return {each.name: values.get(each.name.replace("-", "_"), each.default) for each in INPUTS}


RUNNING = (
    f"      - uses: {OURS}\n        with: {{targets: pypi}}\n"
    f"      - uses: {OURS}\n        with: {{target: pypi}}\n"
    f"      - uses: {OURS}\n        with: {{targets: '${{{{ x }}}}', policy: series}}\n"
    f"  b:\n    steps:\n      - uses: {OURS}\n"
)


@pytest.mark.parametrize(
    ("job", "values", "lines"),
    [
        ("a", {"targets": "pypi"}, [5]),
        ("a", {"targets": "pypi", "timeout": "", "working_directory": ""}, [5]),
        ("a", {}, [7]),
        ("a", {"targets": "anything", "policy": "series"}, [9]),
        ("a", {"policy": "newer"}, []),
        ("b", {}, [13]),
        ("c", {}, [7, 13]),
    ],
)
def test_the_running_step_is_told_by_its_job_and_by_what_arrived(
    job: str, values: dict[str, str], lines: list[int]
) -> None:
    found = running_steps(steps(RUNNING), job, received(**values))
    assert [step.place.line for step in found] == lines


def test_inputs_that_do_not_exist_are_told_once() -> None:
    found = steps(RUNNING)
    assert [str(each) for each in input_slips((*found, *found))] == [
        "w.yml:8:16: target: unknown input 'target'; did you mean 'targets'?"
    ]


PLAIN = [
    (f"      - uses: {OURS} # why\n        with:\n          a: b\n", True),
    ("      # uses publish-gate\n", True),
    ("      - uses: actions/checkout@v7\n        with: # nothing\n          path: x\n", True),
    ("      - uses: ./\n", False),
    ("      - uses: './own'\n", False),
    (f"      - {{uses: {OURS}}}\n", False),
    (f"      - {{id: x, 'uses': {OURS}}}\n", False),
    (f'      - "uses": {OURS}\n', False),
    (f"      - uses: {OURS}\n        with: {{a: b}}\n", False),
    (f"      - uses: {OURS}\n        with: *x\n", False),
    (f"      - uses: >-\n          {OURS}\n", False),
    ("      - *step\n", False),
    (f"      - ? uses\n        : {OURS}\n", False),
    ("      - uses: octo/PUBLISH-GATE@v1\n", False),
]


@pytest.mark.parametrize(("text", "holds"), PLAIN)
def test_what_lines_do_not_tell_is_not_plain(text: str, holds: bool) -> None:
    assert is_plain(text) is holds


PIECES = ["- ", "  ", f"uses: {OURS}\n", "uses: ./\n", "with:\n", "with: {a: b}\n", "a: b\n", "#\n", "\n", "- run: x\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_a_plain_text_tells_by_its_lines_what_its_yaml_says(pieces: list[str]) -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n" + "".join(f"      {piece}" for piece in pieces)
    workflow = read_workflow(text.encode(), "w.yml")
    if is_plain(text) and not workflow.problems:
        exact = find_gate_steps(workflow, read)
        quick = find_steps(text)
        assert {name for step in exact for name in step.inputs} <= {name for step in quick for name in step.inputs}
