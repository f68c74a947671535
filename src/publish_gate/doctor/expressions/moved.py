"""Moves an expression to the place in a longer text from which it was cut."""

from __future__ import annotations

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


def moved(node: Expression, by: int) -> Expression:  # noqa: C901, PLR0911 - one line a kind of node
    """Return the same expression with ``by`` added to every offset. Its depth, which is bounded, is recursed into."""
    if not by:
        return node
    offset = node.offset + by
    match node:
        case Literal():
            return Literal(node.value, offset)
        case Context():
            return Context(node.name, offset)
        case Property():
            return Property(moved(node.base, by), node.name, offset)
        case Index():
            return Index(moved(node.base, by), moved(node.index, by), offset)
        case Star():
            return Star(moved(node.base, by), offset)
        case Call():
            return Call(node.name, tuple(moved(each, by) for each in node.arguments), offset)
        case Not():
            return Not(moved(node.operand, by), offset)
        case And():
            return And(tuple(moved(each, by) for each in node.operands), offset)
        case Or():
            return Or(tuple(moved(each, by) for each in node.operands), offset)
        case _:
            return Compare(node.operator, moved(node.left, by), moved(node.right, by), offset)
