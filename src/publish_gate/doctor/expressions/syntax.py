"""Reads expressions out of the texts of a workflow: a bare one, an `if:`, a text with ``${{ }}`` in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from publish_gate.doctor.expressions import parser as grammar
from publish_gate.doctor.expressions.builder import DEEPEST
from publish_gate.doctor.expressions.moved import moved
from publish_gate.doctor.expressions.numbers import WHITESPACE
from publish_gate.doctor.expressions.signatures import ANY_NUMBER
from publish_gate.doctor.expressions.syntax_tree import Call, Expression, ExpressionError, Literal

_OPEN = "${{"
_CLOSE = "}}"
# From inside an expression to its end: texts in quotes are passed over, and with them what they hold.
_BODY = re.compile(r"(?:[^'}]|'[^']*'|\}(?!\}))*")
_TEXT = re.compile(r"'(?:[^']|'')*'")


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

    Raises ExpressionError where GitHub would refuse it: faulty syntax, a function that it does not have or with a
    wrong number of arguments, longer than 21,000 characters, deeper than 50 levels. Which contexts exist where is
    not looked at. Source: the runner's ExpressionParser and LexicalAnalyzer.
    """
    return grammar.read(text)[0]


def parse_template(text: str) -> Expression:
    """Return what the value of any key but `if:` is: a text, an expression, or `format()` of both.

    A text that is exactly one ``${{ }}`` is that expression and keeps its type; with anything around it, be it a
    line's end, it is a text. Raises ExpressionError. Source: ParseScalar of the runner's TemplateReader.
    """
    parts = _parts(text)
    if not parts or not is_template(text):
        return Literal(text)
    if len(parts) == 1:
        return _read(parts[0])[0]
    return _formatted(parts)


def parse_condition(text: str) -> Expression:
    """Return the expression that GitHub makes of an `if:`.

    Without ``${{`` the whole text is the expression. With it, it is a template: exactly one ``${{ }}`` is the
    expression, anything more makes a text, which is true whenever it is not empty: `true && ${{ false }}`, and a
    block scalar whose last line end is kept. Nothing at all means `success()`. That `success() &&` is put in front
    where no status function is asked is left to the caller. Raises ExpressionError.
    Source: ConvertToIfCondition of GitHub's workflow parser.
    """
    offset = 0
    if is_template(text):
        parts = _parts(text)
        if len(parts) > 1:
            return _formatted(parts)
        inside = parts[0].text.strip(WHITESPACE)
        if _TEXT.fullmatch(inside) is None:
            return _read(parts[0])[0]
        # One literal text is put in the place of the ${{ }} first, and read as a condition then.
        text = inside[1:-1].replace("''", "'")
        offset = parts[0].offset
    if not text.strip(WHITESPACE):
        return Call("success", (), 0)
    return moved(parse_expression(text), offset)


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


def _read(part: _Part) -> tuple[Expression, int]:
    try:
        node, depth = grammar.read(part.text)
    except ExpressionError as error:
        raise ExpressionError(error.message, part.offset + error.offset) from None
    return moved(node, part.offset), depth


def _formatted(parts: tuple[_Part, ...]) -> Expression:
    """Make the call of format() that GitHub makes, with GitHub's limits to an expression."""
    if sum(part.is_expression for part in parts) >= ANY_NUMBER:
        raise ExpressionError(f"there are more than {ANY_NUMBER - 1} expressions in one text", 0)
    if _length(parts) > grammar.LONGEST:
        raise ExpressionError(f"a text with expressions in it is longer than {grammar.LONGEST} characters", 0)
    pattern = ""
    values: list[Expression] = []
    for part in parts:
        if not part.is_expression:
            pattern += _escaped(part.text)
            continue
        value, depth = _read(part)
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
