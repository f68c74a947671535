"""What an expression refers to and asks, read from its parts without evaluating it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.coercion import write
from publish_gate.doctor.expressions.signatures import STATUS_FUNCTIONS
from publish_gate.doctor.expressions.syntax_tree import (
    Call,
    Context,
    Expression,
    Index,
    Literal,
    Property,
    Star,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reference(NamedTuple):
    """One mention of a context: ``("needs", "gate", "outputs", "x")``.

    The context is in lower case, the rest as written; ``*`` stands for ``.*``. The path stops where an index is
    computed. ``offset`` is where the context's name begins.
    """

    path: tuple[str, ...]
    offset: int


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all its parts, in the order of the text, outer ones before what they consist of."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(children(node))


def uses_status_function(expression: Expression) -> bool:
    """Tell whether always(), success(), failure() or cancelled() is called, so that no success() is implied."""
    return any(isinstance(node, Call) and node.name in STATUS_FUNCTIONS for node in walk(expression))


def references(expression: Expression) -> tuple[Reference, ...]:
    """Return each mention of a context with the longest path that the text tells, in the order of the text."""
    found: list[Reference] = []
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Context | Property | Index | Star):
            waiting += reversed(children(node))
            continue
        # From the end of a chain to its beginning; what is computed in between is looked through afterwards.
        path: list[str] = []
        while isinstance(node, Property | Index | Star):
            if isinstance(node, Index) and not isinstance(node.index, Literal):
                path.clear()
                waiting.append(node.index)
            else:
                path.append(_step(node))
            node = node.base
        if isinstance(node, Context):
            found.append(Reference((node.name.lower(), *reversed(path)), node.offset))
        else:
            waiting.append(node)
    return tuple(sorted(found, key=lambda reference: reference.offset))


def literals(expression: Expression) -> tuple[Literal, ...]:
    """Return the literals of an expression, in the order of the text."""
    return tuple(node for node in walk(expression) if isinstance(node, Literal))


def _step(node: Property | Index | Star) -> str:
    """Return the name that is asked for."""
    if isinstance(node, Property):
        return node.name
    return write(node.index.value) if isinstance(node, Index) and isinstance(node.index, Literal) else "*"
