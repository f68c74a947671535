"""Reads expressions: a bare one, an `if:`, a text with ``${{ }}`` in it.

The grammar is GitHub's, read from the left to the right with a stack of what is still open, so that no depth is
recursed into. Source: the runner's ExpressionParser and LexicalAnalyzer.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

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
    call_fault,
)
from publish_gate.doctor.expressions.values import WHITESPACE, read_number

if TYPE_CHECKING:
    from publish_gate.doctor.expressions.values import Primitive

LONGEST: Final = 21_000
"""Characters of one expression. Source: MaxLength of the runner's ExpressionConstants."""
DEEPEST: Final = 50
"""Levels of one expression, the operands of a row of ``&&`` being on one level.

Source: MaxDepth of the runner's ExpressionConstants.
"""
_MOST_IN_ONE_TEXT = 254
"""Expressions in one text: GitHub makes arguments of format() of them, and counts those in a byte."""

_SPACES = re.compile(f"[{WHITESPACE}]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_VALUE = re.compile(
    rf"(?P<name>{_NAME.pattern})|(?P<number>[-+.0-9][^()\[\],!<>=&|{WHITESPACE}]*)|(?P<text>'(?:[^']|'')*'(?!'))|[(!]"
)
_SIGN = re.compile(r"==|!=|<=?|>=?|&&|\|\||[()\[\],.]")
_CONSTANTS: Final[dict[str, Primitive]] = {
    "null": None,
    "true": True,
    "false": False,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
_NOT = 5
_PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}

_OPEN = "${{"
_CLOSE = "}}"
# From inside an expression to its end: texts in quotes are passed over, and with them what they hold.
_BODY = re.compile(r"(?:[^'}]|'[^']*'|\}(?!\}))*")
_TEXT = re.compile(r"'(?:[^']|'')*'")


class Parsed(NamedTuple):
    """A node and the number of levels that it has."""

    node: Expression
    depth: int


class _Pending(NamedTuple):
    """An operator whose right side, or a bracket whose inside, is being read.

    ``precedence`` is 0 for brackets. ``name`` is that of the function called, ``first`` the number of values that
    stand in front of its arguments.
    """

    sign: str
    offset: int
    precedence: int = 0
    name: str = ""
    first: int = 0


@functools.lru_cache(maxsize=4096)
def read(text: str, base: int = 0) -> Parsed:
    """Return the expression in ``text``, which begins at the offset ``base`` of a longer one.

    Raises ExpressionError if GitHub would refuse the text.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"it is longer than {LONGEST} characters", base + LONGEST)
    if not text.strip(WHITESPACE):
        raise ExpressionError("it is empty", base)
    return _Parser(text, base).parse()


class _Parser:
    """Reads one expression; each node is made once the sign behind it is known to be one that may follow."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self._position = 0
        self._sign = ""
        self._values: list[Parsed] = []
        self._pending: list[_Pending] = []

    def parse(self) -> Parsed:
        """Read the whole text."""
        self._value()
        while self._sign:
            sign, offset = self._sign, self._position
            self._position += len(sign)
            if sign in _PRECEDENCE:
                self._reduce(_PRECEDENCE[sign])
                self._pending.append(_Pending(sign, offset, _PRECEDENCE[sign]))
                self._value()
            elif sign == ".":
                self._property()
            elif sign == "[":
                self._index(offset)
            else:
                self._end_of_part(sign, offset)
        self._reduce(1)
        if self._pending:
            self._unexpected(len(self._text))
        return self._values[0]

    def _skip(self) -> None:
        match = _SPACES.match(self._text, self._position)
        self._position = match.end() if match is not None else self._position

    def _look(self, refused: tuple[str, ...] = ("(",)) -> None:
        """Look at the sign behind a value; none is left at the end of the text. Raises if it may not stand there."""
        self._skip()
        match = _SIGN.match(self._text, self._position)
        self._sign = match.group() if match is not None else ""
        if self._sign in refused or (not self._sign and self._position < len(self._text)):
            self._unexpected(self._position)

    def _value(self) -> None:
        """Read up to the first complete value, with the operators and brackets in front of it."""
        while True:
            self._skip()
            start = self._position
            match = _VALUE.match(self._text, start)
            if match is None:
                self._unexpected(start)
            self._position = match.end()
            found = match.group()
            if match.lastgroup == "name" and found not in _CONSTANTS:
                if self._name(found, start):
                    return
            elif match.lastgroup is not None:
                self._literal(match.lastgroup, found, start)
                return
            else:
                self._pending.append(_Pending(found, start, _NOT if found == "!" else 0))

    def _name(self, name: str, start: int) -> bool:
        """Read a context, or the beginning of a call; tell whether it is complete."""
        self._look(())
        if self._sign != "(":
            self._push(Context(name, self._base + start))
            return True
        self._position += 1
        self._pending.append(_Pending("(", start, name=name, first=len(self._values)))
        self._skip()
        if not self._text.startswith(")", self._position):
            return False
        self._position += 1
        self._call(self._pending.pop())
        return True

    def _literal(self, kind: str, found: str, start: int) -> None:
        self._look(("(", "[", "."))
        value: Primitive
        if kind == "text":
            value = found[1:-1].replace("''", "'")
        elif kind == "name":
            value = _CONSTANTS[found]
        else:
            value = read_number(found)
            if value != value:  # noqa: PLR0124 - NaN alone differs from itself
                raise ExpressionError(f"{shown(found)} is not a number", self._base + start)
        self._push(Literal(value, self._base + start))

    def _property(self) -> None:
        self._skip()
        name = _NAME.match(self._text, self._position)
        if name is None and not self._text.startswith("*", self._position):
            self._unexpected(self._position)
        self._position = self._position + 1 if name is None else name.end()
        self._look()
        base = self._values.pop()
        offset = base.node.offset
        self._push(Star(base.node, offset) if name is None else Property(base.node, name.group(), offset), base)

    def _index(self, offset: int) -> None:
        self._skip()
        if not self._text.startswith("*", self._position):
            self._pending.append(_Pending("[", offset))
            self._value()
            return
        self._position += 1
        self._skip()
        if not self._text.startswith("]", self._position):
            self._unexpected(self._position)
        self._position += 1
        self._look()
        base = self._values.pop()
        self._push(Star(base.node, base.node.offset), base)

    def _end_of_part(self, sign: str, offset: int) -> None:
        """Close a bracket, or go on to the next argument."""
        self._reduce(1)
        opened = self._pending[-1] if self._pending else _Pending("", 0)
        if opened.sign != {")": "(", "]": "[", ",": "("}[sign] or (sign == "," and not opened.name):
            self._unexpected(offset)
        if sign == ",":
            self._value()
            return
        self._pending.pop()
        if opened.name:
            self._call(opened)
            return
        self._look()
        if sign == "]":
            index, base = self._values.pop(), self._values.pop()
            self._push(Index(base.node, index.node, base.node.offset), base, index)

    def _call(self, opened: _Pending) -> None:
        self._look()
        arguments = self._values[opened.first :]
        del self._values[opened.first :]
        fault = call_fault(opened.name, len(arguments))
        offset = self._base + opened.offset
        if fault is not None:
            raise ExpressionError(fault, offset)
        nodes = tuple(argument.node for argument in arguments)
        self._push(Call(opened.name.lower(), nodes, offset), *arguments)

    def _reduce(self, precedence: int) -> None:
        """Finish the operators that bind as closely, or closer."""
        while self._pending and self._pending[-1].precedence >= precedence:
            operator = self._pending.pop()
            right = self._values.pop()
            if operator.sign == "!":
                self._push(Not(right.node, self._base + operator.offset), right)
                continue
            left = self._values.pop()
            if operator.sign in {"&&", "||"}:
                self._values.append(_joined(And if operator.sign == "&&" else Or, left, right))
            else:
                self._push(Compare(operator.sign, left.node, right.node, left.node.offset), left, right)

    def _push(self, node: Expression, *parts: Parsed) -> None:
        self._values.append(_checked(node, 1 + max((part.depth for part in parts), default=0)))

    def _unexpected(self, offset: int) -> NoReturn:
        found = re.match(r"\w+|.", self._text[offset:], re.DOTALL)
        if found is None:
            why = "it ends too early"
        elif found.group() == "'":
            why = "a text in quotes stands where none can, or is never closed"
        else:
            why = f"{shown(found.group())} is not expected here"
        raise ExpressionError(why, self._base + offset)


def _joined(kind: type[And | Or], left: Parsed, right: Parsed) -> Parsed:
    """Join two operands to one row with the operands that they are rows of themselves."""
    operands: tuple[Expression, ...] = ()
    depth = 0
    for part in (left, right):
        row = part.node
        operands += row.operands if isinstance(row, kind) else (row,)
        depth = max(depth, part.depth if isinstance(row, kind) else part.depth + 1)
    return _checked(kind(operands, left.node.offset), depth)


def _checked(node: Expression, depth: int) -> Parsed:
    if depth > DEEPEST:
        raise ExpressionError(f"it is nested deeper than {DEEPEST} levels", node.offset)
    return Parsed(node, depth)


def shown(text: str) -> str:
    """Quote a piece of an expression for a message, cut if it is long."""
    return repr(text if len(text) <= 40 else f"{text[:40]}...")  # noqa: PLR2004 - enough to recognise it


class _Part(NamedTuple):
    """A piece of a template: the text that stands there, or between the braces, and where it begins."""

    text: str
    offset: int
    is_expression: bool


def is_template(text: str) -> bool:
    """Tell whether GitHub looks for expressions in a text: it holds ``${{``."""
    return _OPEN in text


def parse_expression(text: str) -> Expression:
    """Return the expression that stands between ``${{`` and ``}}``.

    Raises ExpressionError if GitHub would refuse it: faulty syntax, a function that it does not have or with a
    wrong number of arguments, longer than 21,000 characters, deeper than 50 levels. Which contexts exist where is
    not looked at.
    """
    return read(text).node


def parse_template(text: str) -> Expression:
    """Return what the value of any key but `if:` is: a text, an expression, or `format()` of both.

    A text that is exactly one ``${{ }}`` is that expression and keeps its type; with anything around it, be it a
    line's end, it is a text. Raises ExpressionError. Source: ParseScalar of the runner's TemplateReader.
    """
    parts = _parts(text)
    if not parts or not is_template(text):
        return Literal(text)
    if len(parts) == 1:
        return read(parts[0].text, parts[0].offset).node
    return _formatted(parts)


def parse_condition(text: str) -> Expression:
    """Return the expression that GitHub makes of an `if:`.

    Without ``${{`` the whole text is the expression. With it, it is a template: exactly one ``${{ }}`` is the
    expression, anything more makes a text, which is true whenever it is not empty: `true && ${{ false }}`, and a
    block scalar whose last line end is kept. Nothing at all means `success()`. That `success() &&` is put in front
    if no status function is asked is left to the caller. Raises ExpressionError.
    Source: ConvertToIfCondition of GitHub's workflow parser.
    """
    offset = 0
    if is_template(text):
        parts = _parts(text)
        if len(parts) > 1:
            return _formatted(parts)
        inside = parts[0].text.strip(WHITESPACE)
        if _TEXT.fullmatch(inside) is None:
            return read(parts[0].text, parts[0].offset).node
        # One literal text is put in the place of the ${{ }} first, and read as a condition then.
        text = inside[1:-1].replace("''", "'")
        offset = parts[0].offset
    if not text.strip(WHITESPACE):
        return Call("success", (), 0)
    return read(text, offset).node


def _parts(text: str) -> tuple[_Part, ...]:
    """Cut a template into its texts and expressions; no two texts stand side by side, and none is empty."""
    parts: list[_Part] = []
    position = 0
    while position < len(text):
        start = text.find(_OPEN, position)
        end = start if start >= 0 else len(text)
        if end > position:
            parts.append(_Part(text[position:end], position, is_expression=False))
        if start < 0:
            break
        inside = start + len(_OPEN)
        body = _BODY.match(text, inside)
        position = inside if body is None else body.end()
        if not text.startswith(_CLOSE, position):
            raise ExpressionError(f"a '{_OPEN}' is never closed", start)
        parts.append(_Part(text[inside:position], inside, is_expression=True))
        position += len(_CLOSE)
    return tuple(parts)


def _formatted(parts: tuple[_Part, ...]) -> Expression:
    """Make the call of format() that GitHub makes, with GitHub's limits to an expression."""
    if sum(part.is_expression for part in parts) > _MOST_IN_ONE_TEXT:
        raise ExpressionError(f"there are more than {_MOST_IN_ONE_TEXT} expressions in one text", 0)
    if _length(parts) > LONGEST:
        raise ExpressionError(f"a text with expressions in it is longer than {LONGEST} characters", 0)
    pattern = ""
    values: list[Expression] = []
    for part in parts:
        if not part.is_expression:
            pattern += _escaped(part.text)
            continue
        value, depth = read(part.text, part.offset)
        if depth >= DEEPEST:
            raise ExpressionError(f"it is nested deeper than {DEEPEST} levels", part.offset)
        pattern += f"{{{len(values)}}}"
        values.append(value)
    return Call("format", (Literal(pattern), *values))


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _length(parts: tuple[_Part, ...]) -> int:
    """Count the characters of the expression that GitHub writes for a template: format('…{0}…', …)."""
    length = len("format('')")
    number = 0
    for part in parts:
        if part.is_expression:
            length += len(f"{{{number}}}, {part.text.strip(WHITESPACE)}")
            number += 1
        else:
            length += len(_escaped(part.text)) + part.text.count("'")
    return length
