"""A matrix made of the gate's `matrix` output: where nothing is to be published it is empty, and the run fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.syntax_tree import Call
from publish_gate.doctor.findings.gates import handed_on, readings
from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.written import path_of, scalars, walk, written
from publish_gate.doctor.fixes.edit_workflow import add_guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.gates import Reading
    from publish_gate.doctor.workflow.model import Job, Workflow

RULE = Rule("empty-matrix", "An empty matrix fails the run")
# The outputs that say whether anything is to be published, with how that is asked.
_GUARDS = {"publish-to": " != ''", "should-publish": " == 'true'", "matrix": " != ''"}


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each job whose matrix is that output and whose `if` does not ask whether there is anything in it."""
    for workflow in examination.workflows:
        seen: set[str] = set()
        for reading in readings(workflow):
            if reading.job.id not in seen and _is_matrix(reading) and not _is_guarded(workflow, reading):
                seen.add(reading.job.id)
                yield _finding(workflow, reading)


def _is_matrix(reading: Reading) -> bool:
    """Whether a matrix is read from the output as it is; one with something else in its place is never empty."""
    matrix = reading.job.strategy.get("matrix")
    if reading.output.lower() != "matrix" or matrix is None:
        return False
    if not any(each is reading.where.scalar for each in scalars(matrix)):
        return False
    calls = (node for node in walk(reading.where.expression) if isinstance(node, Call))
    return any(call.name == "fromjson" and reading.node in call.arguments for call in calls)


def _is_guarded(workflow: Workflow, reading: Reading) -> bool:
    """Whether the job, or one that it needs and is skipped with, asks for what the gate says."""
    waiting, seen = [reading.job], set[str]()
    while waiting:
        job = waiting.pop()
        if _asks(job, reading):
            return True
        seen.add(job.id)
        if _runs_anyway(job):
            continue
        needed = (workflow.job(name.text) for name in job.needs)
        waiting += [each for each in needed if each is not None and each.id not in seen]
    return False


def _runs_anyway(job: Job) -> bool:
    """Whether a job may run although one that it needs was skipped."""
    text = job.condition.text.lower() if job.condition is not None else ""
    return any(f"{name}(" in text for name in ("always", "failure", "cancelled"))


def _asks(job: Job, reading: Reading) -> bool:
    names = {name for name, output in handed_on(reading.gate, reading.step).items() if output.lower() in _GUARDS}
    conditions = (where.expression for where in written(job) if where.scalar is job.condition)
    for node in (node for condition in conditions for node in walk(condition)):
        path = [each.lower() for each in path_of(node)]
        if path[:3] == ["needs", reading.gate.id.lower(), "outputs"] and path[-1] in names:
            return True
    return False


def _finding(workflow: Workflow, reading: Reading) -> Finding:
    job, gate = reading.job, reading.gate
    handed = {output.lower(): name for name, output in handed_on(gate, reading.step).items()}
    output = next(each for each in _GUARDS if each in handed)
    guard = f"needs.{gate.id}.outputs.{handed[output]}{_GUARDS[output]}"
    edits = add_guard(workflow, job, guard)
    return Finding(
        RULE,
        Severity.ERROR,
        Confidence.HIGH,
        f"the matrix of job {job.id!r} is empty where nothing is to be published, and reading an empty text as JSON "
        "fails the run",
        f"let the job run only where there is something:  if: {guard}",
        reading.where.scalar.place,
        job.id,
        "",
        edits,
        safe=bool(edits),
    )
