"""The parts of a parsed expression, each with the offset at which it begins, and what they have in common."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from publish_gate.doctor.expressions.values import fold, write
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

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


ANY_NUMBER: Final = 255
"""GitHub counts arguments in a byte."""


class Signature(NamedTuple):
    """How a function is written, and the least and the largest number of its arguments."""

    name: str
    least: int
    most: int


# Source: the runner's ExpressionConstants, and for what only workflows know the `if` contexts of GitHub's schema.
# success() and failure() of a job may name the jobs that they ask about.
_SIGNATURES = (
    Signature("case", 3, ANY_NUMBER),
    Signature("contains", 2, 2),
    Signature("endsWith", 2, 2),
    Signature("format", 1, ANY_NUMBER),
    Signature("fromJSON", 1, 1),
    Signature("join", 1, 2),
    Signature("startsWith", 2, 2),
    Signature("toJSON", 1, 1),
    Signature("hashFiles", 1, ANY_NUMBER),
    Signature("always", 0, 0),
    Signature("cancelled", 0, 0),
    Signature("failure", 0, ANY_NUMBER),
    Signature("success", 0, ANY_NUMBER),
)
SIGNATURES: Final = {signature.name.lower(): signature for signature in _SIGNATURES}
STATUS_FUNCTIONS: Final = frozenset({"always", "cancelled", "failure", "success"})
TRUTH_FUNCTIONS: Final = STATUS_FUNCTIONS | {"contains", "endswith", "startswith"}
"""Those that answer true or false and nothing else."""


def call_fault(name: str, count: int) -> str | None:
    """Say why a function cannot be called with ``count`` arguments, None if it can."""
    signature = SIGNATURES.get(name.lower())
    if signature is None:
        return f"there is no function {name!r}"
    if count < signature.least:
        return f"{signature.name}() takes at least {signature.least} arguments, not {count}"
    if count > signature.most:
        return f"{signature.name}() takes at most {signature.most} arguments, not {count}"
    if signature.name == "case" and count % 2 == 0:
        return f"case() takes pairs of condition and value, and a value for the rest: {count} arguments are none"
    return None


class Keys:
    """Numbers the parts of an expression so that two parts that say the same have one number.

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

    def _add(self, node: Expression) -> int:
        # The depth of an expression, which is bounded, is recursed into.
        parts = [self._add(child) for child in children(node)]
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
