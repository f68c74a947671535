"""How a workflow reads the outputs of Publish Gate."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import And, Call, Compare, ExpressionError, Literal, Not, Or, walk
from publish_gate.doctor.findings.expressions_in import Written, path_of, place_in, scalars, written
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.fixes.edit_workflow import add_guard
from publish_gate.outputs import OUTPUTS
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.expressions.syntax_tree import Expression
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.gate_steps import Read


_NEEDED, _STEPPED = 4, 4  # needs.JOB.outputs.NAME and steps.ID.outputs.NAME


class Reading(NamedTuple):
    """One place that reads an output of the gate.

    ``output`` is the action's output, empty if the gate job hands on none of that name; ``name`` is the name
    that is read. ``node`` is the reading expression inside of ``where``.
    """

    job: Job
    where: Written
    node: Expression
    name: str
    output: str
    gate: Job
    step: Step


def readings(workflow: Workflow, read: Read | None) -> Iterator[Reading]:
    """Yield every place that reads an output of a step that is the gate, directly or by its job's outputs."""
    from publish_gate.doctor.uploads import gate_steps

    gates = [(job, step) for job, step in gate_steps(workflow, read) if step.id]
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


# The outputs whose text can be `false`.
_FLAGS = frozenset({"should-build", "should-publish", "is-prerelease"})


class Misuse(NamedTuple):
    """What is wrong with a condition; ``holds`` says that it always holds, not that it never does."""

    why: str
    holds: bool


@detects(
    "gate-output-string",
    "An output that is a text is taken for a truth value",
    ("if-condition-false", "over-broad-trigger"),
)
def gate_output_string(analysis: Analysis) -> Iterator[Finding]:
    """Name each condition that takes such an output as it is, negates it, or compares it with a boolean."""
    for workflow in analysis.workflows:
        for reading in readings(workflow, analysis.read):
            if not reading.where.condition or reading.output not in _FLAGS:
                continue
            what = misuse(reading.where.expression, reading.node)
            if what is not None:
                yield _gate_output_string_finding(reading, what)


def _gate_output_string_finding(reading: Reading, what: Misuse) -> Finding:
    name = one_line(reading.name, 60)
    return Finding(
        gate_output_string.rule,
        Severity.ERROR,
        Confidence.HIGH,
        f"the output {name!r} is the text 'true' or 'false', and {what.why}",
        f"compare it with the text:  {'.'.join(_shown(reading))} == 'true'",
        place_in(reading.where.scalar, 0),
        reading.job.id,
        "over-broad-trigger" if what.holds else "if-condition-false",
    )


def _shown(reading: Reading) -> tuple[str, ...]:
    if reading.job is reading.gate:
        return "steps", reading.step.id, "outputs", reading.name
    return "needs", reading.gate.id, "outputs", reading.name


def misuse(root: Expression, node: Expression) -> Misuse | None:
    """Say what is wrong with how ``node`` is used in a condition; None if it is compared with a text."""
    if _is_truth(root, node):
        return Misuse("a text that is not empty counts as true: this holds whatever the gate says", holds=True)
    for each in _compares(root):
        sides = (each.left, each.right)
        if node in sides and any(isinstance(side, Literal) and isinstance(side.value, bool) for side in sides):
            holds = each.operator == "!="
            return Misuse(f"it equals no boolean: this is {'always' if holds else 'never'} so", holds=holds)
    if _is_negated(root, node):
        return Misuse("a text that is not empty counts as true, so its negation never holds", holds=False)
    return None


def _is_truth(root: Expression, node: Expression) -> bool:
    """Whether the condition takes the node's own truth value."""
    if root == node:
        return True
    if isinstance(root, And | Or):
        return any(_is_truth(operand, node) for operand in root.operands)
    return isinstance(root, Not) and isinstance(root.operand, Not) and _is_truth(root.operand.operand, node)


def _is_negated(root: Expression, node: Expression) -> bool:
    if isinstance(root, Not):
        return _is_truth(root.operand, node)
    if isinstance(root, And | Or):
        return any(_is_negated(operand, node) for operand in root.operands)
    return False


def _compares(root: Expression) -> Iterator[Compare]:
    if isinstance(root, Compare):
        yield root
    elif isinstance(root, And | Or):
        for operand in root.operands:
            yield from _compares(operand)
    elif isinstance(root, Not):
        yield from _compares(root.operand)
    elif isinstance(root, Call):
        for operand in root.arguments:
            yield from _compares(operand)


_NAMES = tuple(output.name for output in OUTPUTS)


@detects("gate-output-unknown", "An output of the gate that does not exist is read", ("if-condition-false",))
def gate_output_unknown(analysis: Analysis) -> Iterator[Finding]:
    """Name each such reading, and the name that was probably meant."""
    for workflow in analysis.workflows:
        for reading in readings(workflow, analysis.read):
            declared = {entry.key.lower() for entry in reading.gate.outputs.entries}
            if not reading.output and reading.name.lower() in declared:
                continue  # handed on from something else
            if not reading.output or reading.output.lower() not in _NAMES:
                yield _gate_output_unknown_finding(reading)


def _gate_output_unknown_finding(reading: Reading) -> Finding:
    name = one_line(reading.name, 60)
    direct = reading.job is reading.gate
    known = list(_NAMES) if direct or reading.output else list(handed_on(reading.gate, reading.step)) or list(_NAMES)
    close = difflib.get_close_matches(reading.name.lower(), known, 1)
    hint = f"; {close[0]!r} was probably meant" if close else ""
    if direct or reading.output:
        message = (
            f"Publish Gate has no output {one_line(reading.output or reading.name, 60)!r}: it is always empty{hint}"
        )
        remedy = f"its outputs are {', '.join(_NAMES)}"
    else:
        message = f"job {reading.gate.id!r} hands on no output {name!r}: here it is always empty{hint}"
        if name.lower() in _NAMES:
            source = f"${{{{ steps.{reading.step.id}.outputs.{name} }}}}"
            remedy = f"add to the job {reading.gate.id}:  outputs: {{{name}: {source}}}"
        else:
            remedy = f"read {close[0]!r} instead" if close else f"the gate's outputs are {', '.join(_NAMES)}"
    return Finding(
        gate_output_unknown.rule,
        Severity.ERROR,
        Confidence.HIGH,
        message,
        remedy,
        place_in(reading.where.scalar, 0),
        reading.job.id,
        "if-condition-false",
    )


# The outputs that say whether anything is to be published, with how that is asked.
_GUARDS = {"publish-to": " != ''", "should-publish": " == 'true'", "matrix": " != ''"}


@detects("empty-matrix", "An empty matrix fails the run")
def empty_matrix(analysis: Analysis) -> Iterator[Finding]:
    """Name each job whose matrix is that output and whose `if` does not ask whether there is anything in it."""
    for workflow in analysis.workflows:
        seen: set[str] = set()
        for reading in readings(workflow, analysis.read):
            if reading.job.id not in seen and _is_matrix(reading) and not _is_guarded(workflow, reading):
                seen.add(reading.job.id)
                yield _empty_matrix_finding(workflow, reading)


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
        waiting += [need for need in needed if need is not None and need.id not in seen]
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


def _empty_matrix_finding(workflow: Workflow, reading: Reading) -> Finding:
    job, gate = reading.job, reading.gate
    handed = {output.lower(): name for name, output in handed_on(gate, reading.step).items()}
    output = next(each for each in _GUARDS if each in handed)
    guard = f"needs.{gate.id}.outputs.{handed[output]}{_GUARDS[output]}"
    edits = add_guard(workflow, job, guard)
    return Finding(
        empty_matrix.rule,
        Severity.ERROR,
        Confidence.HIGH,
        f"the matrix of job {job.id!r} is empty if nothing is to be published, and reading an empty text as JSON "
        "fails the run",
        f"let the job run only if there is something:  if: {guard}",
        reading.where.scalar.place,
        job.id,
        "",
        edits,
        safe=bool(edits),
    )
