"""Where a workflow sets the inputs of this action."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.workflow_steps import find_steps

BEFORE = "jobs:\n  gate:\n    steps:\n      - uses: actions/checkout@v7\n        with:\n          path: x\n"
STEPS = [
    (
        "      - uses: publish-gate/publish-gate@v1\n        with:\n          policy: newer\n",
        {"policy": 9},
        "plain",
    ),
    (
        "      - name: gate\n        with:\n          policy: newer\n        uses: publish-gate/publish-gate@v1\n",
        {"policy": 9},
        "with before uses",
    ),
    (
        (
            "      - uses: 'publish-gate/publish-gate@v1' # why\n        id: gate\n        with:\n"
            '          # a comment\n\n          Tags: |\n            policy: no key\n          "events": push\n'
            "      - run: x\n        with:\n          not: ours\n"
        ),
        {"tags": 12, "events": 14},
        "comments, a block of text, quotes, and a step behind it",
    ),
    ("      - uses: publish-gate/publish-gate@v1\n", {}, "nothing set"),
    ("      - uses: publish-gate/publish-gate@v1\n        with:\n", {}, "an empty with"),
    (
        "      - uses: publish-gate/publish-gate@v1\n        with: {policy: newer}\n",
        {},
        "flow style is not read",
    ),
    (
        "      -\n        uses: someone/publish-gate@v1\n        with:\n          policy: newer\n",
        {"policy": 10},
        "the dash on a line of its own",
    ),
]


@pytest.mark.parametrize(("text", "inputs"), [row[:2] for row in STEPS], ids=[row[2] for row in STEPS])
def test_a_step_and_the_lines_of_its_inputs_are_found(text: str, inputs: dict[str, int]) -> None:
    (step,) = find_steps(BEFORE + text)
    assert step.inputs == inputs


def test_what_is_no_list_item_begins_below_what_stands_further_left() -> None:
    (step,) = find_steps("jobs:\n  call:\n    uses: o/publish-gate@v1\n    with:\n      policy: newer\n")
    assert (step.line, step.inputs) == (3, {"policy": 5})


@pytest.mark.parametrize("text", [BEFORE, "", "uses: my-publish-gates/x@v1\n", "uses: o/publish-gate-fork@v1"])
def test_another_action_is_not_ours(text: str) -> None:
    assert find_steps(text) == []


@given(st.lists(st.sampled_from(["- ", "  ", "uses: o/publish-gate@v1\n", "with:\n", "a: b\n", "#\n", "\n", "-\n"])))
def test_any_text_is_read_without_an_error(pieces: list[str]) -> None:
    for step in find_steps("".join(pieces)):
        assert all(line >= 1 for line in step.inputs.values())
