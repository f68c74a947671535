"""The doctor beside the gate: after the outputs, and never in their way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME, WORKFLOW
from e2e.index import document

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.direct import Step
    from integration.servers import FaultServer

FAULTY = """\
on: {push: {branches: ['**']}, pull_request: {}}
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


@pytest.fixture
def gate(step: Step, index: FaultServer) -> Step:
    """Return a step that publishes a new version."""
    index.on(f"/pypi/{EXAMPLE_NAME}/json", document(EXAMPLE_NAME, ["0.0.1"]))
    return replace(step, inputs={"targets": "testpypi", "index-url": index.url})


ROWS = [
    ("off", 0, [], "switched off, it says nothing"),
    ("warn", 0, ["warning"], "it warns, and the step goes on"),
    ("fail", 1, ["error"], "it fails the step, and the outputs stand"),
]


@pytest.mark.parametrize(("word", "status", "levels"), [row[:3] for row in ROWS], ids=[row[3] for row in ROWS])
def test_what_it_finds(word: str, status: int, levels: list[str], gate: Step, checkout: Path) -> None:
    (checkout / WORKFLOW).write_text(FAULTY, "utf-8")
    run = replace(gate, inputs={**gate.inputs, "doctor": word}).run()
    assert run.status == status
    assert (run.outputs["should-publish"], run.outputs["publish-to"]) == ("true", "testpypi")
    told = [each for each in run.annotations if "publish-from-pull-request" in str(each)]
    assert [each.level for each in told] == levels
    assert ("publish-from-pull-request" in run.summary) is bool(levels)
    assert all(WORKFLOW in str(each) for each in told)


def test_an_unknown_word_is_a_wrong_configuration(gate: Step) -> None:
    run = replace(gate, inputs={**gate.inputs, "doctor": "heal"}).run()
    assert run.status == 2
    assert run.outputs["should-publish"] == "false"


HOSTILE = {
    "an alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\n" * 50,
    "no YAML": "on: [push\n\t: {",
    "bytes": "\x00\x01",
    "a thousand levels": "on: " + "[" * 1000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_workflow_changes_nothing(text: str, gate: Step, checkout: Path) -> None:
    (checkout / ".github" / "workflows" / "publish.yml").write_text(text, "utf-8")
    run = gate.run()
    assert run.status == 0
    assert run.outputs["should-publish"] == "true"
    assert not any("Traceback" in line for line in run.log)
