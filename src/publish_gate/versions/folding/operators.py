"""Folds operators: arithmetic, comparisons, ``and``, ``or``, ``not`` and ``if``-``else``."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from publish_gate.versions.folding import formats
from publish_gate.versions.folding.bounds import MAX_WEIGHT, Stream
from publish_gate.versions.folding.formats import UnfoldableError, attempt
from publish_gate.versions.folding.values import Known, Unknown, is_foreign

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.versions.folding.evaluator import Evaluator
    from publish_gate.versions.folding.values import Value

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


def binary(reader: Evaluator, node: ast.BinOp) -> Value:
    """Fold ``a + b`` and its like."""
    left, right = reader.evaluate(node.left), reader.evaluate(node.right)
    return combine(reader, node.op, left, right, node)


def combine(reader: Evaluator, kind: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
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
        return Known(formats.percent(first, second), reader.origin(node))
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


def unary(reader: Evaluator, node: ast.UnaryOp) -> Value:
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


def boolean(reader: Evaluator, node: ast.BoolOp) -> Value:
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


def conditional(reader: Evaluator, node: ast.IfExp) -> Value:
    """Fold ``a if b else c``."""
    truth = reader.truth(node.test)
    if truth is None:
        reason = reader.evaluate(node.test)
        reader.perhaps([node.body, node.orelse], node)
        if isinstance(reason, Unknown):
            return Unknown("conditional", f"it depends on a condition: {reason.message}", reader.origin(node))
        return reader.because(reason, node)
    return reader.evaluate(node.body if truth else node.orelse)


def compare(reader: Evaluator, node: ast.Compare) -> Value:
    """Fold a chain of comparisons."""
    if _asks_for_main(node):
        return Known(reader.is_main is isinstance(node.ops[0], ast.Eq), reader.origin(node))
    values = [reader.evaluate(part) for part in (node.left, *node.comparators)]
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
