"""Where a workflow asks Publish Gate, and how its outputs are read elsewhere in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import ExpressionError
from publish_gate.doctor.findings.written import Written, path_of, walk, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.expressions.syntax_tree import Expression
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_NEEDED, _STEPPED = 4, 4  # needs.JOB.outputs.NAME and steps.ID.outputs.NAME


class Reading(NamedTuple):
    """One place that reads an output of the gate.

    ``output`` is the action's output, empty where the gate job hands on none of that name; ``name`` is the name
    that is read. ``node`` is the reading expression inside of ``where``.
    """

    job: Job
    where: Written
    node: Expression
    name: str
    output: str
    gate: Job
    step: Step


def readings(workflow: Workflow) -> Iterator[Reading]:
    """Yield every place that reads an output of a step that is the gate, directly or by its job's outputs."""
    from publish_gate.doctor.uploads import gate_steps

    gates = [(job, step) for job, step in gate_steps(workflow) if step.id]
    if not gates:
        return
    for job in workflow.jobs:
        for where in written(job):
            for node in walk(where.expression):
                path = path_of(node)
                for gate, step in gates:
                    reading = _reading(job, where, node, path, gate, step)
                    if reading is not None:
                        yield reading


def _reading(
    job: Job, where: Written, node: Expression, path: tuple[str, ...], gate: Job, step: Step
) -> Reading | None:
    if len(path) != _NEEDED or path[2].lower() != "outputs":
        return None
    first, owner, _, name = path
    if first == "steps" and gate is job and owner.lower() == step.id.lower():
        return Reading(job, where, node, name, name, gate, step)
    if first == "needs" and owner.lower() == gate.id.lower() and _hands_on(gate, step):
        return Reading(job, where, node, name, handed_on(gate, step).get(name.lower(), ""), gate, step)
    return None


def _hands_on(gate: Job, step: Step) -> bool:
    return bool(handed_on(gate, step)) or not gate.outputs.entries


def handed_on(gate: Job, step: Step) -> dict[str, str]:
    """Return the gate job's outputs (in lower case) that are the action's outputs as they are, with those."""
    from publish_gate.doctor.expressions.parser import parse_template

    found: dict[str, str] = {}
    for entry in gate.outputs.entries:
        text = getattr(entry.value, "text", "")
        try:
            path = path_of(parse_template(text)) if "${{" in text else ()
        except ExpressionError:
            continue
        if len(path) == _STEPPED and path[0] == "steps" and path[1].lower() == step.id.lower():
            found[entry.key.lower()] = path[3]
    return found
