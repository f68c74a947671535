"""Evaluates an expression once, with what is taken for its unknowns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.access import access, star
from publish_gate.doctor.expressions.call_arguments import CallArguments
from publish_gate.doctor.expressions.coercion import equal, is_primitive
from publish_gate.doctor.expressions.functions import FUNCTIONS
from publish_gate.doctor.expressions.partial import either, equality, negation, order, truth_of
from publish_gate.doctor.expressions.possibilities import Sample, constant
from publish_gate.doctor.expressions.signatures import STATUS_FUNCTIONS
from publish_gate.doctor.expressions.syntax_tree import (
    And,
    Call,
    Compare,
    Context,
    Expression,
    Index,
    Literal,
    Not,
    Or,
    Property,
    Star,
)
from publish_gate.doctor.expressions.values import OneOf, Settled, Unknown, Value
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.expressions.bounds import Meter
    from publish_gate.doctor.expressions.possibilities import Choices


@dataclass(frozen=True, slots=True)
class Status:
    """How what came before has gone: what `success()`, `failure()` and `cancelled()` answer."""

    success: Ternary = Ternary.YES
    failure: Ternary = Ternary.NO
    cancelled: Ternary = Ternary.NO


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees: the contexts by their names in lower case, and how what came before has gone."""

    contexts: Mapping[str, Value]
    status: Status = Status()


_ANSWERS: dict[Ternary, Value] = {Ternary.YES: True, Ternary.NO: False, Ternary.DEPENDS: Unknown()}


class Evaluator:
    """One evaluation. Raises EvaluationError where GitHub would end with an error, and ExhaustedError."""

    def __init__(self, scope: Scope, choices: Choices, meter: Meter) -> None:
        self.scope = scope
        self.choices = choices
        self.meter = meter

    def value(self, node: Expression) -> Settled:
        """Return the value of a part where it is used as a value; never a OneOf."""
        value = self._plain(node)
        return self.choices.unknown(node, value) if isinstance(value, Unknown) else value

    def _plain(self, node: Expression) -> Settled:
        """Return the value of a part without taking anything for it where it is unknown; never a OneOf."""
        value = self.raw(node)
        return self.choices.one_of(node, value) if isinstance(value, OneOf) else value

    def raw(self, node: Expression) -> Value:
        """Return the value of a part as it comes, be it a OneOf."""
        self.meter.spend()
        return self._evaluate(node)

    def _evaluate(self, node: Expression) -> Value:  # noqa: PLR0911 - one line a kind of node
        match node:
            case Literal():
                return node.value
            case Context():
                return _number(self.scope.contexts.get(node.name.lower(), Unknown()))
            case Property():
                return _number(access(self._plain(node.base), node.name, self.meter))
            case Index():
                return _number(access(self._plain(node.base), self.value(node.index), self.meter))
            case Star():
                return star(self._plain(node.base), self.meter)
            case Call():
                return self._call(node)
            case Not():
                answer = negation(truth_of(self.value(node.operand)))
                return Unknown() if answer is None else answer
            case And():
                return self._joined(node.operands, stop=False)
            case Or():
                return self._joined(node.operands, stop=True)
            case _:
                return self._compare(node)

    def _joined(self, operands: tuple[Expression, ...], *, stop: bool) -> Settled:
        """Return the first operand whose truth is ``stop``, else the last."""
        value: Settled = None
        stopped_perhaps = False
        for operand in operands[:-1]:
            value = self.value(operand)
            if isinstance(value, Unknown) and value.truth is None:
                value = self.choices.truth(operand, value)
            answer = truth_of(value)
            if answer is stop:
                break
            stopped_perhaps = stopped_perhaps or answer is None
        else:
            value = self.value(operands[-1])
        if not stopped_perhaps:
            return value
        return Unknown(stop if truth_of(value) is stop else None)

    def _compare(self, node: Compare) -> Settled:
        left = self.value(node.left)
        right = self.value(node.right)
        match node.operator:
            case "==":
                answer = self.equality(left, right)
            case "!=":
                answer = negation(self.equality(left, right))
            case "<":
                answer = order(left, right)
            case ">":
                answer = order(right, left)
            case "<=":
                answer = either(self.equality(left, right), order(left, right))
            case _:
                answer = either(self.equality(left, right), order(right, left))
        return Unknown() if answer is None else answer

    def equality(self, left: Settled, right: Settled) -> bool | None:
        """Tell whether two values are equal, as far as that is known."""
        if isinstance(right, Sample):
            left, right = right, left
        if isinstance(left, str) and isinstance(right, str):
            self.meter.read(left)
            self.meter.read(right)
        if isinstance(left, Sample) and is_primitive(right):
            if constant(right) in left.constants:
                return equal(left.value, right)
            return equality(Unknown(left.truth), right)
        return equality(left, right)

    def _call(self, node: Call) -> Value:
        if node.name not in STATUS_FUNCTIONS:
            return _number(FUNCTIONS[node.name](CallArguments(self, node)))
        status = self.scope.status
        match node.name:
            case "always":
                return True
            case "cancelled":
                return _ANSWERS[status.cancelled]
            case "success":
                # Of some jobs only it is also true where it is of all; else it may be either.
                return _ANSWERS[status.success] if not node.arguments or status.success is Ternary.YES else Unknown()
            case _:
                return _ANSWERS[status.failure] if not node.arguments or status.failure is Ternary.NO else Unknown()


def _number(value: Value) -> Value:
    """Make a whole number that a caller has put into a context the double that GitHub knows."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
