"""Truth and comparison of values that are known in part, in three values: True, False and None for "not known"."""

from __future__ import annotations

import math

from publish_gate.doctor.expressions.coercion import FALSY, equal, less, truth
from publish_gate.doctor.expressions.values import Array, Known, Object, OneOf, Settled, Unknown, Value


def truth_of(value: Value) -> bool | None:
    """Tell whether a value is truthy, as far as that is known."""
    match value:
        case Unknown():
            return value.truth
        case OneOf():
            return agreed(tuple(truth_of(each) for each in value.values))
        case _:
            return truth(value)


def agreed(answers: tuple[bool | None, ...]) -> bool | None:
    """Return the answer that all give, None where they differ or there is none."""
    return answers[0] if answers and all(answer is answers[0] for answer in answers) else None


def negation(answer: bool | None) -> bool | None:  # noqa: FBT001 - the operand of an operator
    """Return the opposite, of "not known" that."""
    return None if answer is None else not answer


def either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - the operands of an operator
    """Tell whether at least one of two holds."""
    if one or other:
        return True
    return None if None in (one, other) else False


def settled(value: Value) -> Settled:
    """Return a value that is no OneOf: where several are possible, an Unknown with the truth that they share."""
    return Unknown(truth_of(value)) if isinstance(value, OneOf) else value


def equality(left: Settled, right: Settled) -> bool | None:
    """Tell whether ``left == right``, as far as that is known."""
    if isinstance(right, Unknown):
        left, right = right, left
    if isinstance(right, Unknown):
        return None
    if not isinstance(left, Unknown):
        return equal(left, right)
    if left.truth is False:
        return agreed(tuple(equal(each, right) for each in FALSY))
    if isinstance(right, float) and math.isnan(right):
        return False
    # What is truthy equals '0', 0, false or null at times ('0' == null), but never the empty text.
    return False if left.truth and right == "" else None


def order(left: Settled, right: Settled) -> bool | None:
    """Tell whether ``left < right``, as far as that is known."""
    lefts = _possible(left)
    rights = _possible(right)
    if any(_never_ordered(each) for each in (left, right)):
        return False
    if lefts is None or rights is None:
        return None
    return agreed(tuple(less(one, other) for one in lefts for other in rights))


def _possible(value: Settled) -> tuple[Known, ...] | None:
    """List all values that a value can be, None where there is no end of them."""
    if isinstance(value, Unknown):
        return FALSY if value.truth is False else None
    return (value,)


def _never_ordered(value: Settled) -> bool:
    return isinstance(value, Array | Object) or (isinstance(value, float) and math.isnan(value))


def never_empty(value: Settled) -> bool:
    """Tell whether the text of a value is certainly not empty. That of false and 0 is not, though they are falsy."""
    if isinstance(value, Unknown):
        return value.truth is True
    return value is not None and value != ""
