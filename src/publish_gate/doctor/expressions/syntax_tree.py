"""The parts of a parsed expression, each with the offset in the text at which it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from publish_gate.doctor.expressions.values import Primitive


class ExpressionError(ValueError):
    """A text that GitHub would refuse as an expression; ``offset`` is where in it the fault lies."""

    def __init__(self, message: str, offset: int) -> None:
        self.message = message
        self.offset = offset
        super().__init__(f"{message} (at offset {offset})")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, true, false or null, as it stands in the expression."""

    value: Primitive
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """A bare name such as ``github`` or ``needs``, spelled as written."""

    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Property:
    """``base.name``."""

    base: Expression
    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """``base[index]``."""

    base: Expression
    index: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Star:
    """``base.*`` or ``base[*]``."""

    base: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function; ``name`` is in lower case, as in ``startswith``."""

    name: str
    arguments: tuple[Expression, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """``!operand``."""

    operand: Expression
    offset: int = 0


@dataclass(frozen=True, slots=True)
class And:
    """Two or more operands joined by ``&&``; the first falsy one is the value, else the last."""

    operands: tuple[Expression, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more operands joined by ``||``; the first truthy one is the value, else the last."""

    operands: tuple[Expression, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Compare:
    """``left operator right``, the operator being one of ``== != < <= > >=``."""

    operator: str
    left: Expression
    right: Expression
    offset: int = 0


Expression: TypeAlias = Literal | Context | Property | Index | Star | Call | Not | And | Or | Compare


def children(node: Expression) -> tuple[Expression, ...]:
    """Return the expressions that a node is directly made of, in the order of the text."""
    match node:
        case Property() | Star():
            return (node.base,)
        case Index():
            return (node.base, node.index)
        case Call():
            return node.arguments
        case Not():
            return (node.operand,)
        case And() | Or():
            return node.operands
        case Compare():
            return (node.left, node.right)
        case _:
            return ()
