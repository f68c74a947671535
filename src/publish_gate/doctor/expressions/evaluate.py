"""What an expression can be: evaluated in three values, the same unknown being the same everywhere in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.bounds import EvaluationError, ExhaustedError, Meter
from publish_gate.doctor.expressions.evaluator import Evaluator, Scope, Status
from publish_gate.doctor.expressions.inspect import walk
from publish_gate.doctor.expressions.keys import Keys
from publish_gate.doctor.expressions.partial import agreed, truth_of
from publish_gate.doctor.expressions.possibilities import AllChoices, NoChoices, identity
from publish_gate.doctor.expressions.samples import find_samples
from publish_gate.doctor.expressions.syntax_tree import And, Call, Compare, Index, Or, Property, Star, children
from publish_gate.doctor.expressions.values import Array, Filtered, OneOf, Unknown, Value
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.doctor.expressions.syntax_tree import Expression

__all__ = ["Scope", "Status", "answer", "evaluate", "truths"]

_ONCE = 40_000
"""Steps that one evaluation may take."""
_ALTOGETHER = 60_000
"""Steps that all evaluations of one question may take."""
_MOST = 1000
"""Combinations of what unknowns can be that are tried; where there are more, they stay unknown."""
_POSSIBLE = 64
"""Values that a result can be one of; where there are more, it is unknown."""


def evaluate(expression: Expression, scope: Scope) -> Value:
    """Return the value of an expression, as far as it is known; never raises.

    Unknown are contexts that the scope does not have, what is made of unknown values unless the known part
    decides, and what would end in an error. A OneOf comes out where the values that are possible are all known:
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
    """Return the truth values that an expression can have; both where it would end in an error.

    A truth value that is possible is never left out. One that is not possible is left out where that follows from
    what is known, which parts of the expression are the same, and how `==` and truth of one unknown go together:
    ``x == 'a' || x != 'a'`` is always true, ``x == 'a' && x == 'b'`` never.
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
    return frozenset().union(*(_truths(each) for each in values))


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
    """Evaluate once for each combination of what unknowns can be; None where there are too many."""
    keys = Keys(expression)
    meter = Meter(_ALTOGETHER)
    values: list[Value] = []
    try:
        samples = {}
        if keys.any_repeated:
            plain = Evaluator(scope, NoChoices(), meter)
            samples = find_samples(expression, keys, lambda node: _result(plain.raw, node))
        choices = AllChoices(keys, samples, splits=splits)
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
    """Return what comes out of an evaluation; nothing is known of it where GitHub would end with an error."""
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
