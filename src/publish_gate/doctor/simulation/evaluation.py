"""Expressions of workflow files, parsed once for all situations, and evaluated."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import OneOf, Unknown
from publish_gate.doctor.expressions.values import write
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Expression, Scope, Value
    from publish_gate.doctor.workflow.tree import Scalar

_PARSED = 4096  # texts; the conditions of a large repository, several times


@lru_cache(maxsize=_PARSED)
def condition(text: str) -> Expression | None:
    """Parse an ``if:``; None if GitHub would refuse it."""
    from publish_gate.doctor.expressions import ExpressionError, parse_condition

    try:
        return parse_condition(text)
    except ExpressionError:
        return None


@lru_cache(maxsize=_PARSED)
def template(text: str) -> Expression | None:
    """Parse any other value with ``${{ }}``; None if GitHub would refuse it."""
    from publish_gate.doctor.expressions import ExpressionError, parse_template

    try:
        return parse_template(text)
    except ExpressionError:
        return None


def holds(text: str, scope: Scope) -> Ternary:
    """Tell whether an ``if:`` holds, the implied ``success()`` included. One that is refused decides nothing."""
    from publish_gate.doctor.expressions import answer, uses_status_function

    parsed = condition(text)
    if parsed is None:
        return Ternary.DEPENDS
    if uses_status_function(parsed):
        return answer(parsed, scope)
    return scope.status.success & answer(parsed, scope)


def own_condition_holds(text: str, scope: Scope) -> Ternary:
    """Tell whether an ``if:`` holds by itself, whatever has run before."""
    from publish_gate.doctor.expressions import answer

    parsed = condition(text)
    return Ternary.DEPENDS if parsed is None else answer(parsed, scope)


def value_of(scalar: Scalar, scope: Scope) -> Value:
    """Evaluate a scalar: one that is exactly one ``${{ }}`` keeps the type of what comes out."""
    if "${{" not in scalar.text:
        return scalar.value
    from publish_gate.doctor.expressions import evaluate

    parsed = template(scalar.text)
    return Unknown() if parsed is None else evaluate(parsed, scope)


def text_of(scalar: Scalar, scope: Scope) -> Value:
    """Evaluate a scalar whose value becomes a text: an environment variable, an output, an input of an action."""
    if "${{" not in scalar.text:
        return write(scalar.value)
    return as_text(value_of(scalar, scope))


def as_text(value: Value) -> Value:
    """Turn a value into a text, as far as it is known."""
    if isinstance(value, Unknown):
        # What is falsy may become a text that is not: `false` does.
        return Unknown(value.truth or None)
    if isinstance(value, OneOf):
        return OneOf(tuple(as_text(item) for item in value.values), f"text of {value.name}" if value.name else "")
    return write(value)
