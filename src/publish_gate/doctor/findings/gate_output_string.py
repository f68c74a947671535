"""An output of the gate is a text: `'false'` counts as true, and is never equal to a boolean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import And, Call, Compare, Literal, Not, Or
from publish_gate.doctor.findings.gates import readings
from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.written import place_in
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.expressions.syntax_tree import Expression
    from publish_gate.doctor.findings.gates import Reading

RULE = Rule(
    "gate-output-string",
    "An output that is a text is taken for a truth value",
    ("if-condition-false", "over-broad-trigger"),
)
# The outputs whose text can be `false`.
_FLAGS = frozenset({"should-build", "should-publish", "is-prerelease"})


class Misuse(NamedTuple):
    """What is wrong with a condition; ``holds`` says that it always holds, not that it never does."""

    why: str
    holds: bool


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each condition that takes such an output as it is, negates it, or compares it with a boolean."""
    for workflow in examination.workflows:
        for reading in readings(workflow):
            if not reading.where.condition or reading.output not in _FLAGS:
                continue
            what = misuse(reading.where.expression, reading.node)
            if what is not None:
                yield _finding(reading, what)


def _finding(reading: Reading, what: Misuse) -> Finding:
    name = one_line(reading.name, 60)
    return Finding(
        RULE,
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
    """Say what is wrong with how ``node`` is used in a condition; None where it is compared with a text."""
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
        return any(_is_truth(each, node) for each in root.operands)
    return isinstance(root, Not) and isinstance(root.operand, Not) and _is_truth(root.operand.operand, node)


def _is_negated(root: Expression, node: Expression) -> bool:
    if isinstance(root, Not):
        return _is_truth(root.operand, node)
    if isinstance(root, And | Or):
        return any(_is_negated(each, node) for each in root.operands)
    return False


def _compares(root: Expression) -> Iterator[Compare]:
    if isinstance(root, Compare):
        yield root
    elif isinstance(root, And | Or):
        for each in root.operands:
            yield from _compares(each)
    elif isinstance(root, Not):
        yield from _compares(root.operand)
    elif isinstance(root, Call):
        for each in root.arguments:
            yield from _compares(each)
