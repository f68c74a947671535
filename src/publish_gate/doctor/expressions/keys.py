"""Which parts of an expression are the same, and so have the same value at the same time."""

from __future__ import annotations

from collections import Counter

from publish_gate.doctor.expressions.coercion import write
from publish_gate.doctor.expressions.syntax_tree import (
    Call,
    Compare,
    Context,
    Expression,
    Index,
    Literal,
    Property,
    children,
)
from publish_gate.doctor.expressions.values import fold


class Keys:
    """Numbers the parts of an expression so that two parts have one number where they say the same.

    ``a != b`` has the number of ``a == b``. Names are taken without regard to case, as GitHub takes them, but for
    those in ``env``, which is a matter of the runner's operating system.
    """

    def __init__(self, expression: Expression) -> None:
        self._numbers: dict[object, int] = {}
        self._of: dict[int, int] = {}
        self._counts: Counter[int] = Counter()
        self._add(expression)

    def of(self, node: Expression) -> int:
        """Return the number of a part of the expression."""
        return self._of[id(node)]

    def is_repeated(self, node: Expression) -> bool:
        """Tell whether the same part stands in the expression more than once."""
        return self._counts[self.of(node)] > 1

    @property
    def any_repeated(self) -> bool:
        """Whether there is a part, apart from literals, that stands in the expression more than once."""
        return any(count > 1 for count in self._counts.values())

    def _add(self, node: Expression) -> int:
        # The depth of an expression, which is bounded, is recursed into.
        parts = [self._add(each) for each in children(node)]
        number = self._numbers.setdefault(_key(node, parts), len(self._numbers))
        self._of[id(node)] = number
        if not isinstance(node, Literal):
            self._counts[number] += 1
        return number


def _key(node: Expression, parts: list[int]) -> object:
    match node:
        case Literal():
            return ("literal", type(node.value).__name__, write(node.value))
        case Context():
            return ("context", fold(node.name))
        case Property():
            return ("item", parts[0], node.name if _in_env(node.base) else fold(node.name))
        case Index():
            return ("index", *parts)
        case Call():
            return ("call", node.name, *parts)
        case Compare() if node.operator in {"==", "!="}:
            return ("==", *sorted(parts))
        case Compare():
            return (node.operator, *parts)
        case _:
            return (type(node).__name__, *parts)


def _in_env(base: Expression) -> bool:
    return isinstance(base, Context) and fold(base.name) == "ENV"
