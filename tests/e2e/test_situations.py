"""Every usual situation by every list of targets, run as a workflow: all outputs as a job downstream sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME, VERSION_FILE
from e2e.index import host
from e2e.protocol import foreign_commands
from e2e.runner import Gate, workflow
from e2e.situations import PUBLISHED, SITUATIONS, TARGETS, VERSION, Situation

from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.simulate import situations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from e2e.runner import Runner
    from integration.servers import FaultServer

# What the contract promises for each target, whatever the decision.
WHERE = {
    index.name: {
        "environment": index.name,
        "repository-url": index.upload,
        "project-url": f"{index.web}/project/{EXAMPLE_NAME}/{VERSION}/",
    }
    for index in PUBLIC_INDEXES
}
MARKS = {"passed": "\N{CHECK MARK}", "failed": "\N{BALLOT X}"}


def expected_matrix(target: str) -> dict[str, object]:
    """Return the matrix that publishes the example to one target."""
    entry = {"package": EXAMPLE_NAME, "path": ".", "version": VERSION, "target": target, "reason": "new-version"}
    return {"include": [entry | WHERE[target]]}


def check_outputs(outputs: Mapping[str, str], situation: Situation, targets: str) -> None:
    """Hold all outputs of one gate against the situation's row."""
    target, reason = situation.target(targets), situation.reason(targets)
    publish = reason == "new-version"
    found = dict(outputs)
    report = json.loads(found.pop("report"))
    matrix = found.pop("matrix")
    message = found.pop("message")
    assert found == {
        "should-build": "true",
        "should-publish": "true" if publish else "false",
        "publish-to": target if publish else "",
        "package": EXAMPLE_NAME,
        "version": VERSION,
        "previous-version": PUBLISHED,
        "bump": "minor",
        "is-prerelease": "false",
        "reason": reason,
        "matrix-rest": "",
        **dict.fromkeys(("files-to-upload", "already-uploaded", "verified", "missing", "different", "seconds"), ""),
        **WHERE[target],
    }
    assert (json.loads(matrix) if matrix else None) == (expected_matrix(target) if publish else None)
    assert report["decision"] == {
        "should-build": True,
        "should-publish": publish,
        "publish-to": target if publish else "",
        "package": EXAMPLE_NAME,
        "reason": reason,
        "message": message,
    }
    assert [each["target"] for each in report["packages"][0]["targets"]] == TARGETS[targets].split(", ")
    assert (report["packages"][0]["version"]["file"], report["packages"][0]["version"]["line"]) == (VERSION_FILE, 3)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_all_outputs_reach_the_job_downstream(
    situation: Situation, checkout: Path, index: FaultServer, runner: Runner
) -> None:
    url = host(index, PUBLISHED)
    gates = [Gate(name, {"targets": text, "index-url": url}) for name, text in TARGETS.items()]
    run = runner.run(checkout, workflow(*gates), situation.event)
    for name in TARGETS:
        check_outputs(run.outputs[name], situation, name)
    assert run.status == 0
    assert run.jobs == {"gate": "success", "downstream": "success"}
    assert set(run.outcomes.values()) == {"success"}
    assert [each.level for each in run.annotations] == warnings_expected(situation)
    assert foreign_commands(run.log) == []
    check_summary(run.summary, situation)


def warnings_expected(situation: Situation) -> list[str]:
    """A tag that names another version is probably a mistake: each of the three gates warns, once."""
    return ["warning"] * len(TARGETS) if situation.pypi == "tag-mismatch" else []


def check_summary(summary: str, situation: Situation) -> None:
    """One line that says yes or no and why, the checks with their marks, and what to do next."""
    reasons = {situation.testpypi, situation.pypi}
    for reason in reasons:
        word = "Publish" if reason == "new-version" else "Do not publish"
        assert any(word in line and f"(`{reason}`)" in line for line in summary.splitlines())
    assert f"| {MARKS['passed']} |" in summary
    assert f"| {MARKS['failed']} |" in summary
    assert "**Next step:**" in summary


def test_the_situations_are_those_of_simulate() -> None:
    named = [each.context for each in situations(VERSION, (), "main")]
    told = [(each.event, each.ref.full) for each in named]
    assert [(each.event.name, each.event.ref) for each in SITUATIONS] == told
