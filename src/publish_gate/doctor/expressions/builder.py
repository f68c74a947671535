"""Makes the parts of an expression of what the parser has recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from publish_gate.doctor.expressions import signatures
from publish_gate.doctor.expressions.numbers import read_number
from publish_gate.doctor.expressions.syntax_tree import (
    And,
    Call,
    Compare,
    Context,
    Expression,
    ExpressionError,
    Index,
    Literal,
    Not,
    Or,
    Property,
    Star,
)

if TYPE_CHECKING:
    from lark import Token

    from publish_gate.doctor.expressions.values import Primitive

DEEPEST = 50
"""Levels of one expression, the operands of a row of ``&&`` being on one level.

Source: MaxDepth of the runner's ExpressionConstants.
"""


class Built(NamedTuple):
    """A node and the number of levels that it has."""

    node: Expression
    depth: int


def _deeper(node: Expression, *parts: Built) -> Built:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > DEEPEST:
        raise ExpressionError(f"it is nested deeper than {DEEPEST} levels", node.offset)
    return Built(node, depth)


class Builder:
    """Makes nodes of what the parser has recognised, from the inside out, so that no depth is ever recursed into."""

    def null(self, children: list[Any]) -> Built:
        """Make null."""
        return self._literal(children, None)

    def true(self, children: list[Any]) -> Built:
        """Make true."""
        return self._literal(children, value=True)

    def false(self, children: list[Any]) -> Built:
        """Make false."""
        return self._literal(children, value=False)

    def nan(self, children: list[Any]) -> Built:
        """Make NaN."""
        return self._literal(children, float("nan"))

    def infinity(self, children: list[Any]) -> Built:
        """Make Infinity."""
        return self._literal(children, float("inf"))

    def string(self, children: list[Token]) -> Built:
        """Make a text; a quote in it is written twice."""
        return self._literal(children, str(children[0])[1:-1].replace("''", "'"))

    def number(self, children: list[Token]) -> Built:
        """Make a number; raises ExpressionError where it is none."""
        number = read_number(children[0])
        if number != number:  # noqa: PLR0124 - NaN alone differs from itself
            raise ExpressionError(f"{shown(children[0])} is no number", start_of(children[0]))
        return self._literal(children, number)

    @staticmethod
    def _literal(children: list[Token], value: Primitive) -> Built:
        return _deeper(Literal(value, start_of(children[0])))

    def context(self, children: list[Token]) -> Built:
        """Make a bare name."""
        return _deeper(Context(str(children[0]), start_of(children[0])))

    def property(self, children: list[Any]) -> Built:
        """Make ``base.name``."""
        base, name = children
        return _deeper(Property(base.node, str(name), base.node.offset), base)

    def star(self, children: list[Built]) -> Built:
        """Make ``base.*``."""
        (base,) = children
        return _deeper(Star(base.node, base.node.offset), base, Built(base.node, 1))

    def index(self, children: list[Built]) -> Built:
        """Make ``base[index]``."""
        base, index = children
        return _deeper(Index(base.node, index.node, base.node.offset), base, index)

    def call(self, children: list[Any]) -> Built:
        """Make a call; raises ExpressionError where there is no such function, or not of so many arguments."""
        name, *arguments = children
        why = signatures.fault(str(name), len(arguments))
        if why is not None:
            raise ExpressionError(why, start_of(name))
        node = Call(str(name).lower(), tuple(argument.node for argument in arguments), start_of(name))
        return _deeper(node, *arguments)

    def negate(self, children: list[Any]) -> Built:
        """Make ``!operand``."""
        sign, operand = children
        return _deeper(Not(operand.node, start_of(sign)), operand)

    def compare(self, children: list[Any]) -> Built:
        """Make a comparison."""
        left, operator, right = children
        return _deeper(Compare(str(operator), left.node, right.node, left.node.offset), left, right)

    def join_and(self, children: list[Built]) -> Built:
        """Join two operands of ``&&``."""
        return _joined(And, *children)

    def join_or(self, children: list[Built]) -> Built:
        """Join two operands of ``||``."""
        return _joined(Or, *children)


def _joined(kind: type[And | Or], left: Built, right: Built) -> Built:
    """Join two operands to one row with the operands that they are rows of themselves."""
    operands: tuple[Expression, ...] = ()
    depth = 0
    for part in (left, right):
        row = part.node
        operands += row.operands if isinstance(row, kind) else (row,)
        depth = max(depth, part.depth if isinstance(row, kind) else part.depth + 1)
    if depth > DEEPEST:
        raise ExpressionError(f"it is nested deeper than {DEEPEST} levels", left.node.offset)
    return Built(kind(operands, left.node.offset), depth)


def start_of(token: Token) -> int:
    """Return the offset at which a token begins."""
    return token.start_pos or 0


def shown(text: str) -> str:
    """Quote a piece of an expression for a message, cut where it is long."""
    return repr(str(text) if len(text) <= 40 else f"{text[:40]}...")  # noqa: PLR2004 - enough to recognise it
