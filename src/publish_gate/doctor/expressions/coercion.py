"""How values of expressions become texts, numbers and truth values, and how they are compared.

Source: the runner's EvaluationResult and ExpressionUtility, which GitHub's documentation sums up under
"Operators". Everything here takes known values only.
"""

from __future__ import annotations

import math
from typing import Final, TypeGuard

from publish_gate.doctor.expressions.numbers import read_number, write_number
from publish_gate.doctor.expressions.values import Array, Known, Object, Primitive, Value, fold

FALSY: Final[tuple[Primitive, ...]] = (None, False, 0.0, math.nan, "")
"""All values that are not truthy."""


def is_primitive(value: Value) -> TypeGuard[Primitive]:
    """Tell whether a value is null, a boolean, a number or a text."""
    return value is None or isinstance(value, bool | int | float | str)


def truth(value: Known) -> bool:
    """Tell whether a value is truthy: all but null, false, 0, NaN and the empty text are."""
    if isinstance(value, float | int):
        return value == value and value != 0  # noqa: PLR0124 - NaN alone differs from itself
    return value is not None and value != ""


def write(value: Known) -> str:
    """Return a value as text; collections are written as the name of their kind."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return write_number(float(value))
        case Array():
            return "Array"
        case _:
            return "Object"


def number(value: Known) -> float:
    """Return a value as number; NaN for a collection, and for a text that is no number."""
    match value:
        case None:
            return 0.0
        case int() | float():
            return float(value)
        case str():
            return read_number(value)
        case _:
            return math.nan


def equal(left: Known, right: Known) -> bool:
    """Tell whether ``left == right``: texts without regard to case, different kinds as numbers, collections never.

    Two collections are equal where they are the same one.
    """
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right or fold(left) == fold(right)
    return number(left) == number(right)


def less(left: Known, right: Known) -> bool:
    """Tell whether ``left < right``: texts by their capital letters, different kinds as numbers, collections never."""
    if isinstance(left, str) and isinstance(right, str):
        return _order(left) < _order(right)
    return number(left) < number(right)


def _order(text: str) -> bytes:
    """Return what orders texts as .NET does: by the units of UTF-16."""
    return fold(text).encode("utf-16-be", "surrogatepass")
