"""Asks which jobs and steps of a small workflow run in the nine situations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate.doctor.simulation import RepositoryContext, WorkflowRun, run_workflow
from publish_gate.doctor.simulation.situations import Situation, standard_situations
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.workflow.model import Workflow

REPOSITORY = "owner/project"
PATH = ".github/workflows/release.yml"
ALL_EVENTS = "[push, pull_request, release, workflow_dispatch, schedule, workflow_call]"
SHORT = {
    "pull_request": "pr",
    "pull_request_fork": "fork",
    "push_main": "main",
    "push_feature": "feature",
    "push_tag_v1.2.3": "tag",
    "release_published": "release",
    "workflow_dispatch_main": "dispatch",
    "schedule": "schedule",
    "workflow_call": "call",
}
EVERYWHERE = frozenset(SHORT.values())


def workflow(text: str, path: str = PATH) -> Workflow:
    """Read a workflow."""
    return read_workflow(text.encode(), path)


def world(repository: str | None = REPOSITORY, **called: str) -> RepositoryContext:
    """Return a repository with these workflows to call, named without `.yml`."""
    paths = {f".github/workflows/{name}.yml": text for name, text in called.items()}
    return RepositoryContext(repository, "main", {path: workflow(text, path) for path, text in paths.items()})


def situation(short: str) -> Situation:
    """Return one of the nine by its short name."""
    return next(each for each in standard_situations() if SHORT[each.name] == short)


def run(text: str, short: str, around: RepositoryContext | None = None) -> WorkflowRun:
    """Look at a workflow in one of the nine situations."""
    return run_workflow(workflow(text), situation(short), around or world())


def runs(text: str, job: str = "publish", step: int | None = None, around: RepositoryContext | None = None) -> str:
    """Say where a job, or a step of it, runs: `tag, dispatch?` with a mark where it depends."""
    return ", ".join(_where(text, job, step, around or world()))


def _where(text: str, job: str, step: int | None, around: RepositoryContext) -> Iterator[str]:
    read = workflow(text)
    for each in standard_situations():
        found = run_workflow(read, each, around).job(job)
        assert found is not None
        reached = found if step is None else found.step(step)
        assert reached is not None
        if reached.runs is not Ternary.NO:
            yield SHORT[each.name] + ("" if reached.runs is Ternary.YES else "?")


def job(condition: str, on: str = ALL_EVENTS) -> str:
    """Return a workflow whose job `publish` has this condition."""
    return f"on: {on}\njobs:\n  publish:\n    if: {json.dumps(condition)}\n    runs-on: x\n    steps: [run: y]\n"


def trigger(on: str) -> str:
    """Return a workflow with these lines below `on:` and a job `publish`."""
    lines = "".join(f"  {line}\n" for line in on.split("\n"))
    return f"on:\n{lines}jobs: {{publish: {{runs-on: x, steps: [run: y]}}}}\n"
