"""Folds string formatting, refusing every format that could run code or grow without bounds."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_T = TypeVar("_T")

_SCALARS = (str, int, float, bool, type(None))
# Two digits of width and precision are plenty for a version; more would be a way to fill the memory.
_CONVERSIONS: dict[str, Callable[[object], str]] = {"s": str, "r": repr, "a": ascii}
_PERCENT = re.compile(r"%(?:\((?P<key>[^()%]*)\))?[#0\- +]*\d{0,2}(?:\.\d{0,2})?(?P<type>[diouxXeEfFgGcrsa%])")
_SPEC = re.compile(r"(?:[^{}]?[<>=^])?[+\- ]?#?0?\d{0,2}[,_]?(?:\.\d{1,2})?[bcdeEfFgGosxX%]?", re.ASCII)
_FIELD = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]*|\d{0,2})")


class UnfoldableError(Exception):
    """The operation is not one that is certain to give the same result here as at run time."""


def percent(template: str, values: object) -> str:
    """Fold ``template % values``; raises UnfoldableError."""
    position = 0
    while (position := template.find("%", position)) >= 0:
        match = _PERCENT.match(template, position)
        if match is None:
            raise UnfoldableError
        position = match.end()
    items = values if isinstance(values, tuple) else tuple(_values(values))
    if not all(isinstance(item, _SCALARS) for item in items):
        raise UnfoldableError
    return attempt(lambda: template % values)


def braces(template: str, positional: Sequence[object], keywords: Mapping[str, object]) -> str:
    """Fold ``template.format(...)``; raises UnfoldableError."""
    if not all(isinstance(item, _SCALARS) for item in (*positional, *keywords.values())):
        raise UnfoldableError
    for _, field, spec, _ in attempt(lambda: list(string.Formatter().parse(template))):
        if field is None:
            continue
        # `{0.attribute}` and `{0[item]}` would look into the values.
        if _FIELD.fullmatch(field) is None or _SPEC.fullmatch(spec or "") is None:
            raise UnfoldableError
    return attempt(lambda: template.format(*positional, **keywords))


def one(value: object, conversion: int, spec: str) -> str:
    """Fold one field of an f-string; ``conversion`` is the code of ``r``, ``s`` or ``a``, or -1."""
    if not isinstance(value, _SCALARS) or _SPEC.fullmatch(spec) is None:
        raise UnfoldableError
    shown: object = value
    if conversion >= 0:
        shown = _CONVERSIONS[chr(conversion)](value)
    return attempt(lambda: format(shown, spec))


def attempt(operation: Callable[[], _T]) -> _T:
    """Run an operation on constants; what Python refuses, nobody can fold."""
    try:
        return operation()
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise UnfoldableError from error


def _values(values: object) -> list[object]:
    return list(values.values()) if isinstance(values, dict) else [values]
