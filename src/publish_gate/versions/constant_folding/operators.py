"""Folds operators and string formatting, refusing what could run code or grow without bounds."""

from __future__ import annotations

import ast
import operator
import re
import string
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from publish_gate.versions.constant_folding.values import (
    MAX_WEIGHT,
    Between,
    Known,
    Record,
    Stream,
    Unknown,
    is_foreign,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from publish_gate.versions.constant_folding.reading import Reading
    from publish_gate.versions.constant_folding.values import Origin, Value


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
    positional, keywords = [_shown(item) for item in positional], {key: _shown(keywords[key]) for key in keywords}
    fields = {name for item in (*positional, *keywords.values()) if isinstance(item, _Fields) for name in vars(item)}
    for _, field, spec, _ in attempt(lambda: list(string.Formatter().parse(template))):
        if field is None:
            continue
        # `{0.attribute}` and `{0[item]}` would look into the values, which only those of named tuples are made for.
        head, _, name = field.partition(".")
        if _FIELD.fullmatch(head) is None or (name and name not in fields) or _SPEC.fullmatch(spec or "") is None:
            raise UnfoldableError
    return attempt(lambda: template.format(*positional, **keywords))


class _Fields(SimpleNamespace):
    """The named items of a Record, for ``{0.major}``; it has no text of its own."""

    def __format__(self, spec: str) -> str:
        raise ValueError

    __repr__ = __str__ = __format__  # type: ignore[assignment]


def _shown(value: object) -> object:
    """Prepare a value for a template; raises UnfoldableError for what a template must not look into."""
    if isinstance(value, Record) and all(isinstance(item, _SCALARS) for item in value):
        return _Fields(**dict(zip(value.fields, value, strict=True)))
    if not isinstance(value, _SCALARS):
        raise UnfoldableError
    return value


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


_BINARY: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], object]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.inv,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: operator.contains(right, left),
    ast.NotIn: lambda left, right: not operator.contains(right, left),
}


def binary(reader: Reading, node: ast.BinOp) -> Value:
    """Fold ``a + b`` and its like."""
    left, right = reader.evaluate(node.left), reader.evaluate(node.right)
    return combine(reader, node.op, left, right, node)


def combine(reader: Reading, kind: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
    """Fold ``left kind right``; raises UnfoldableError."""
    for side in (left, right):
        if not isinstance(side, Known):
            if not (is_foreign(left) and is_foreign(right)):
                reader.ran_code(node)  # its operators may be the project's own
            return reader.because(side, node)
    first, second = left.value, right.value  # type: ignore[union-attr]
    operation = _BINARY.get(type(kind))
    numbers = isinstance(first, int | float) and isinstance(second, int | float)
    if isinstance(kind, ast.Mod) and isinstance(first, str):
        return Known(percent(first, second), reader.origin(node))
    if operation is None or isinstance(first, Stream | dict | bytes) or isinstance(second, Stream | dict):
        raise UnfoldableError
    if isinstance(kind, ast.Mult) and not numbers:
        _check_repetition(first, second)
    elif not isinstance(kind, ast.Add | ast.Mult) and not numbers:
        raise UnfoldableError
    return Known(attempt(lambda: operation(first, second)), reader.origin(node))


def _check_repetition(first: object, second: object) -> None:
    """Refuse ``"x" * 1000000000`` before it is computed."""
    sized, times = (second, first) if isinstance(first, int) else (first, second)
    if not isinstance(sized, str | tuple | list) or not isinstance(times, int):
        raise UnfoldableError
    if len(sized) * times > MAX_WEIGHT:
        raise UnfoldableError


def unary(reader: Reading, node: ast.UnaryOp) -> Value:
    """Fold ``-a``, ``+a``, ``~a`` and ``not a``."""
    if isinstance(node.op, ast.Not):
        truth = reader.truth(node.operand)
        if truth is None:
            return reader.because(reader.evaluate(node.operand), node)
        return Known(not truth, reader.origin(node))
    value = reader.evaluate(node.operand)
    if not isinstance(value, Known):
        return reader.because(value, node)
    operation, operand = _UNARY[type(node.op)], value.value
    if not isinstance(operand, int | float) or (isinstance(operand, bool) and isinstance(node.op, ast.Invert)):
        raise UnfoldableError
    return Known(attempt(lambda: operation(operand)), reader.origin(node))


def boolean(reader: Reading, node: ast.BoolOp) -> Value:
    """Fold ``a and b`` and ``a or b``."""
    *heads, last = node.values
    for head in heads:
        value = reader.evaluate(head)
        if not isinstance(value, Known):
            reader.perhaps(node.values[1:], node)
            return reader.because(value, node)
        if bool(value.value) is isinstance(node.op, ast.Or):
            return value
    return reader.evaluate(last)


def conditional(reader: Reading, node: ast.IfExp) -> Value:
    """Fold ``a if b else c``."""
    truth = reader.truth(node.test)
    if truth is None:
        reason = reader.evaluate(node.test)
        reader.perhaps([node.body, node.orelse], node)
        if isinstance(reason, Unknown):
            return Unknown("conditional", f"it depends on a condition: {reason.message}", reader.origin(node))
        return reader.because(reason, node)
    return reader.evaluate(node.body if truth else node.orelse)


def compare(reader: Reading, node: ast.Compare) -> Value:
    """Fold a chain of comparisons."""
    if _asks_for_main(node):
        return Known(reader.is_main is isinstance(node.ops[0], ast.Eq), reader.origin(node))
    values = [reader.evaluate(part) for part in (node.left, *node.comparators)]
    if len(values) == 2 and any(isinstance(value, Between) for value in values):  # noqa: PLR2004 - both sides
        return _compare_range(reader, node, values)
    for value in values:
        if not isinstance(value, Known):
            if not all(map(is_foreign, values)):
                reader.ran_code(node)
            return reader.because(value, node)
    constants = [value.value for value in values if isinstance(value, Known)]
    if any(isinstance(constant, Stream) for constant in constants):
        raise UnfoldableError
    outcome = all(
        _compare_two(kind, left, right) for kind, left, right in zip(node.ops, constants, constants[1:], strict=False)
    )
    return Known(outcome, reader.origin(node))


def _compare_range(reader: Reading, node: ast.Compare, values: list[Value]) -> Value:
    """Compare something like ``sys.version_info``: known if all Pythons agree."""
    unknown = next((value for value in values if not isinstance(value, Between | Known)), None)
    if unknown is not None:
        return reader.because(unknown, node)

    def agree(kind: ast.cmpop) -> bool | None:
        low, high = (
            _compare_two(kind, *(getattr(value, end, getattr(value, "value", None)) for value in values))
            for end in ("low", "high")
        )
        return low if low is high else None

    kind = node.ops[0]
    if isinstance(kind, ast.Eq | ast.NotEq):
        outcome = isinstance(kind, ast.NotEq) if agree(ast.Lt()) or agree(ast.Gt()) else None
    else:
        outcome = None if isinstance(kind, ast.In | ast.NotIn) else agree(kind)
    if outcome is None:
        return reader.because(next(value for value in values if isinstance(value, Between)), node)
    return Known(outcome, reader.origin(node))


def _compare_two(kind: ast.cmpop, left: object, right: object) -> bool:
    """Compare two constants; raises UnfoldableError."""
    if isinstance(kind, ast.Is | ast.IsNot):
        # Which equal constants are one object is the interpreter's own business.
        if left is not None and right is not None and not (isinstance(left, bool) and isinstance(right, bool)):
            raise UnfoldableError
        return (left is right) is isinstance(kind, ast.Is)
    operation = _COMPARE[type(kind)]
    return bool(attempt(lambda: operation(left, right)))


def _asks_for_main(node: ast.Compare) -> bool:
    """Recognise ``__name__ == "__main__"``, which is told by how the file is read."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [node.left, node.comparators[0]]
    names = [side for side in sides if isinstance(side, ast.Name) and side.id == "__name__"]
    texts = [side for side in sides if isinstance(side, ast.Constant) and side.value == "__main__"]
    return len(names) == 1 and len(texts) == 1


def iterate(value: object) -> tuple[object, ...]:
    """Go through a constant as a loop would; raises UnfoldableError."""
    if isinstance(value, Stream):
        return value.items
    if isinstance(value, str | tuple | list | dict):
        return tuple(value)
    raise UnfoldableError


def between(value: Between, operation: Callable[[Any], object], origin: Origin) -> Known | Between:
    """Do the same to both ends of a range; what is then the same for both is known."""
    low, high = attempt(lambda: (operation(value.low), operation(value.high)))
    return Known(low, origin) if low == high else Between(low, high, origin)
