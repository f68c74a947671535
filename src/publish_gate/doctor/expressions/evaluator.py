"""What an expression can be: evaluated in three values, the same unknown being the same everywhere in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.functions import FUNCTIONS
from publish_gate.doctor.expressions.possibilities import AllChoices, NoChoices, identity
from publish_gate.doctor.expressions.syntax_tree import (
    STATUS_FUNCTIONS,
    And,
    Call,
    Compare,
    Context,
    Expression,
    Index,
    Keys,
    Literal,
    Not,
    Or,
    Property,
    Star,
    children,
    walk,
)
from publish_gate.doctor.expressions.values import (
    Array,
    EvaluationError,
    ExhaustedError,
    Filtered,
    Meter,
    OneOf,
    Settled,
    Unknown,
    Value,
    access,
    agreed,
    either,
    equality,
    negation,
    order,
    star,
    truth_of,
)
from publish_gate.doctor.ternary import Ternary
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    """One evaluation. Raises EvaluationError if GitHub would end with an error, and ExhaustedError."""

    def __init__(self, scope: Scope, choices: Choices, meter: Meter) -> None:
        self.scope = scope
        self.choices = choices
        self.meter = meter

    def value(self, node: Expression) -> Settled:
        """Return the value of a part that is used as a value; never a OneOf."""
        value = self._plain(node)
        return self.choices.unknown(node, value) if isinstance(value, Unknown) else value

    def _plain(self, node: Expression) -> Settled:
        """Return the value of a part taking nothing for it if it is unknown; never a OneOf."""
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
        if isinstance(left, str) and isinstance(right, str):
            self.meter.read(left)
            self.meter.read(right)
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
                # Asked of some jobs only, it is true as well if it is of all; else it may be either.
                return _ANSWERS[status.success] if not node.arguments or status.success is Ternary.YES else Unknown()
            case _:
                return _ANSWERS[status.failure] if not node.arguments or status.failure is Ternary.NO else Unknown()


def _number(value: Value) -> Value:
    """Make a whole number that a caller has put into a context the double that GitHub knows."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class CallArguments:
    """The arguments of one call; each is evaluated once, when it is asked for."""

    def __init__(self, evaluator: Evaluator, node: Call) -> None:
        self._evaluator = evaluator
        self._node = node
        self._values: dict[int, Settled] = {}
        self.meter = evaluator.meter

    def __len__(self) -> int:
        return len(self._node.arguments)

    def __getitem__(self, index: int, /) -> Settled:
        if index not in self._values:
            self._values[index] = self._evaluator.value(self._node.arguments[index])
        return self._values[index]

    def decide(self, index: int, /) -> Settled:
        """Return a condition, with both truths tried if it is not known."""
        value = self[index]
        if isinstance(value, Unknown) and value.truth is None:
            value = self._evaluator.choices.truth(self._node.arguments[index], value)
            self._values[index] = value
        return value

    def same(self, index: int, value: Settled, /) -> bool | None:
        """Tell whether an argument equals a value."""
        return self._evaluator.equality(self[index], value)


_ONCE = 40_000
"""Steps that one evaluation may take."""
_ALTOGETHER = 60_000
"""Steps that all evaluations of one question may take."""
_MOST = 1000
"""Combinations of what unknowns can be that are tried; if there are more, they stay unknown."""
_POSSIBLE = 64
"""Values that a result can be one of; if there are more, it is unknown."""


def evaluate(expression: Expression, scope: Scope) -> Value:
    """Return the value of an expression, as far as it is known; never raises.

    Unknown are contexts that the scope does not have, what is made of unknown values unless the known part
    decides, and what would end in an error. A OneOf comes out if the values that are possible are all known:
    ``inputs.test && 'testpypi' || 'pypi'`` of an unknown input.
    """
    value = _once(expression, scope)
    if isinstance(value, Unknown):
        # What a path leads to keeps its name, by which it is known again in another expression.
        named = _raw(expression, scope) if isinstance(expression, Property | Index) else value
        if isinstance(named, OneOf) and named.name:
            return named
        values = _all(expression, scope, splits=True)
        value = value if values is None else _either(values)
    return Array(value.items) if isinstance(value, Filtered) else value


def _raw(expression: Expression, scope: Scope) -> Value:
    try:
        return _result(Evaluator(scope, NoChoices(), Meter(_ONCE)).raw, expression)
    except ExhaustedError:
        return Unknown()


def truths(expression: Expression, scope: Scope) -> frozenset[bool]:
    """Return the truth values that an expression can have; both if it would end in an error.

    A truth value that is possible is never left out. One that is not possible is left out if that follows from what
    is known and from which parts of the expression are the same: ``x == 'a' || x != 'a'`` is always true. What one
    unknown can be equal to at the same time is not looked into: of ``x == 'a' && x == 'b'`` nothing is known.
    """
    value = _once(expression, scope)
    possible = _truths(value)
    if len(possible) == 1:
        return possible
    values = _all(expression, scope, splits=_uses_choice(expression))
    if values is None:
        values = _all(expression, scope, splits=False)
    if values is None:
        return possible
    return frozenset().union(*(_truths(value) for value in values))


def answer(expression: Expression, scope: Scope) -> Ternary:
    """Tell whether an expression is truthy."""
    possible = truths(expression, scope)
    if len(possible) > 1:
        return Ternary.DEPENDS
    return Ternary.YES if True in possible else Ternary.NO


def _truths(value: Value) -> frozenset[bool]:
    possible = truth_of(value)
    return frozenset({True, False} if possible is None else {possible})


def _once(expression: Expression, scope: Scope) -> Value:
    """Evaluate with everything unknown left unknown: what comes out holds whatever the values are."""
    try:
        return _result(Evaluator(scope, NoChoices(), Meter(_ONCE)).value, expression)
    except ExhaustedError:
        return Unknown()


def _all(expression: Expression, scope: Scope, *, splits: bool) -> list[Value] | None:
    """Evaluate once for each combination of what unknowns can be; None if there are too many."""
    keys = Keys(expression)
    meter = Meter(_ALTOGETHER)
    values: list[Value] = []
    try:
        choices = AllChoices(keys, splits=splits)
        evaluator = Evaluator(scope, choices, meter)
        while len(values) < _MOST:
            values.append(_result(evaluator.value, expression))
            if not choices.next():
                return values
    except ExhaustedError:
        return None
    return None


def _uses_choice(expression: Expression) -> bool:
    """Tell whether the value that `&&`, `||` or case() chooses is used for anything but its truth."""
    return any(
        isinstance(part, And | Or) or (isinstance(part, Call) and part.name == "case")
        for node in walk(expression)
        if isinstance(node, Compare | Call | Property | Index | Star)
        for part in children(node)
    )


def _result(evaluated: Callable[[Expression], Value], expression: Expression) -> Value:
    """Return what comes out of an evaluation; nothing is known of it if GitHub would end with an error."""
    try:
        return evaluated(expression)
    except EvaluationError:
        return Unknown()


def _either(values: list[Value]) -> Value:
    """Return the one value that comes out in any case, a OneOf of several, or what is known of them all."""
    if any(isinstance(value, Unknown) for value in values):
        return Unknown(agreed(tuple(truth_of(value) for value in values)))
    distinct = {identity(value): value for value in values}
    if len(distinct) > _POSSIBLE:
        return Unknown(agreed(tuple(truth_of(value) for value in values)))
    return values[0] if len(distinct) == 1 else OneOf(tuple(distinct.values()))
