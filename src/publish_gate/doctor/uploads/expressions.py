"""Evaluates the `${{ }}` parts of a step as far as the file alone decides them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.values import UNKNOWN_TEXT, Text, joined, one_of
from publish_gate.doctor.uploads.words_words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from publish_gate.doctor.expressions.values import Value
    from publish_gate.doctor.workflow.tree import Scalar

_OPEN = "${{"
_BODY = re.compile(r"(?:[^'}]|'[^']*'|\}(?!\}))*")
_MARK = re.compile("\ue000(?P<number>[0-9]{1,6})\ue001")
_RESERVED = str.maketrans({"\ue000": UNKNOWN, "\ue001": UNKNOWN})
_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*|\[\s*')(?P<name>[A-Za-z_][\w-]*)", re.IGNORECASE)
MAX_EXPRESSIONS = 200


class Template(NamedTuple):
    """A script whose expressions were put in; those that are not known are marks in it, ``values`` theirs."""

    text: str
    values: tuple[Text, ...] = ()

    def resolve(self, text: str) -> list[Text]:
        """Cut a text of the script at its marks, each of which becomes its value."""
        pieces, position = [], 0
        for match in _MARK.finditer(text):
            if match.start() > position:
                pieces.append(Text(text[position : match.start()]))
            number = int(match["number"])
            pieces.append(self.values[number] if number < len(self.values) else UNKNOWN_TEXT)
            position = match.end()
        if position < len(text) or not pieces:
            pieces.append(Text(text[position:]))
        return pieces


class Expressions:
    """What is known of the contexts at one step; they are made when the first expression is met."""

    def __init__(self, make: Callable[[], Mapping[str, Value]]) -> None:
        self._make = make
        self._contexts: Mapping[str, Value] | None = None

    def text(self, scalar: Scalar) -> Text:
        """Evaluate a value of the workflow to the text that the runner makes of it."""
        if _OPEN not in scalar.text:
            return Text(scalar.text, scalar)
        template = self.template(scalar)
        if _OPEN in template.text:  # one that is never closed
            return Text(UNKNOWN, scalar)
        value = joined(template.resolve(template.text))
        return Text(value.text, scalar, value.choices)

    def template(self, scalar: Scalar) -> Template:
        """Put the values of its expressions into a script, as GitHub does before a shell sees it."""
        text = scalar.text.translate(_RESERVED)
        pieces: list[str] = []
        values: list[Text] = []
        position, count = 0, 0
        while count < MAX_EXPRESSIONS:
            start = text.find(_OPEN, position)
            if start < 0:
                break
            body = _BODY.match(text, start + len(_OPEN))
            end = start if body is None else body.end()
            if not text.startswith("}}", end):
                break
            pieces.append(text[position:start])
            value = self._evaluated(text[start + len(_OPEN) : end])
            if value.known:
                pieces.append(value.text)
            else:
                pieces.append(f"\ue000{len(values)}\ue001")
                values.append(Text(UNKNOWN, scalar, value.choices))
            position = end + 2
            count += 1
        pieces.append(text[position:])
        return Template("".join(pieces), tuple(values))

    def _evaluated(self, source: str) -> Text:
        from publish_gate.doctor.expressions.evaluator import Scope, evaluate
        from publish_gate.doctor.expressions.parser import parse_expression
        from publish_gate.doctor.expressions.syntax_tree import ExpressionError

        if self._contexts is None:
            self._contexts = self._make()
        try:
            value = evaluate(parse_expression(source), Scope(self._contexts))
        except ExpressionError:
            return UNKNOWN_TEXT
        return _as_text(value)


def _as_text(value: Value) -> Text:
    from publish_gate.doctor.expressions.values import OneOf, Unknown, write

    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, OneOf):
        texts = tuple(_as_text(each) for each in value.values)
        return one_of(tuple(each.text for each in texts)) if all(each.known for each in texts) else UNKNOWN_TEXT
    return Text(write(value))


def secret_names(text: str) -> tuple[str, ...]:
    """Name the secrets that the expressions of a text read."""
    return tuple(match["name"] for match in _SECRET.finditer(text)) if _OPEN in text else ()
