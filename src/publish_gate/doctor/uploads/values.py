"""Texts as far as the files tell them, each with the place in the workflow where it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from publish_gate.doctor.expressions import Expression, OneOf, Scope, Value
    from publish_gate.doctor.workflow.tree import Scalar

UNKNOWN = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a text for what is only known while the workflow runs."""

OF_EVENT = re.compile(r"GITHUB_(?:REF|EVENT|HEAD_REF|BASE_REF|ACTOR|TRIGGERING_ACTOR|REPOSITORY)|CI_COMMIT_")
"""The beginnings of variables that the runner sets, and that the event decides."""

MAX_CHOICES = 8
"""Values that one text may have in a situation; with more it counts as unknown."""
MAX_EXPRESSIONS = 200
"""Expressions in one text, above what people write."""
_OPEN = "${{"
_BODY = re.compile(r"(?:[^'}]|'[^']*'|\}(?!\}))*")
_MARK = re.compile("\ue000(?P<number>[0-9]{1,6})\ue001")
_RESERVED = str.maketrans({"\ue000": UNKNOWN, "\ue001": UNKNOWN})
_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*|\[\s*')(?P<name>[A-Za-z_][\w-]*)", re.IGNORECASE)
_EVENT = re.compile(r"\b(?:github|inputs)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w./:@%+,=-]+\Z")


class Text(NamedTuple):
    """A text in which `UNKNOWN` stands for what is decided at run time.

    ``choices`` are all the texts that it can be, if these are known though not which of them. ``source`` is where it
    is written in the workflow. ``of_event`` says that the event, the ref or an input decides it.
    """

    text: str
    source: Scalar | None = None
    choices: tuple[str, ...] = ()
    of_event: bool = False

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return UNKNOWN not in self.text

    @property
    def given(self) -> bool:
        """Whether it may be anything but empty."""
        return bool(self.text)

    @property
    def possible(self) -> tuple[str, ...]:
        """All texts that it can be; empty if they are not known."""
        return (self.text,) if self.known else self.choices


UNKNOWN_TEXT = Text(UNKNOWN)

Environment = dict[str, Text]


def one_of(texts: Iterable[str], source: Scalar | None = None) -> Text:
    """Make a text that is one of several."""
    distinct = tuple(dict.fromkeys(texts))
    if len(distinct) == 1:
        return Text(distinct[0], source)
    return Text(UNKNOWN, source, distinct if len(distinct) <= MAX_CHOICES else ())


def joined(pieces: list[Text], source: Scalar | None = None) -> Text:
    """Put pieces together; what can be one of several stays so if it is the only such piece."""
    if len(pieces) == 1:
        return pieces[0]
    text = "".join(piece.text for piece in pieces)
    unknown = [number for number, piece in enumerate(pieces) if not piece.known]
    choices: tuple[str, ...] = ()
    if len(unknown) == 1:
        number = unknown[0]
        before = "".join(piece.text for piece in pieces[:number])
        behind = "".join(piece.text for piece in pieces[number + 1 :])
        choices = tuple(f"{before}{choice}{behind}" for choice in pieces[number].choices)
    origin = source or next((piece.source for piece in pieces if piece.source is not None), None)
    return Text(text, origin, choices, any(piece.of_event for piece in pieces))


def first_given(environment: Mapping[str, Text], names: Iterable[str]) -> Text | None:
    """Return the first of some variables that is set to anything but the empty text."""
    found = (environment.get(name) for name in names)
    return next((value for value in found if value is not None and value.given), None)


class Template(NamedTuple):
    """A script whose expressions were put in; those that a shell has to see as one word are marks in it."""

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

    def variants(self) -> list[Template]:
        """Put each text in that an expression can be, if it is more than one word of a command."""
        for number, value in enumerate(self.values):
            if not value.known and any(not _WORD.match(choice) for choice in value.choices):
                mark = f"\ue000{number}\ue001"
                return [self._replace(text=self.text.replace(mark, choice)) for choice in value.choices]
        return [self]

    def plain(self) -> str:
        """Return the script with every value in its place."""
        return joined(self.resolve(self.text)).text


class Expressions:
    """Evaluates texts as one step sees them; without a scope nothing is known but what they say themselves."""

    def __init__(self, scope: Scope | None = None, conditions: tuple[Scalar, ...] = ()) -> None:
        self._scope = scope
        self._conditions = conditions

    def text(self, scalar: Scalar) -> Text:
        """Evaluate a value of the workflow to the text that the runner makes of it."""
        if _OPEN not in scalar.text:
            return Text(scalar.text, scalar)
        template = self.template(scalar)
        if _OPEN in template.text:  # one that is never closed
            return Text(UNKNOWN, scalar)
        value = joined(template.resolve(template.text))
        return value._replace(source=scalar)

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
            if value.known and not _WORD.match(value.text):
                pieces.append(value.text)
            else:
                pieces.append(f"\ue000{len(values)}\ue001")
                values.append(value._replace(source=scalar))
            position = end + 2
            count += 1
        pieces.append(text[position:])
        return Template("".join(pieces), tuple(values))

    def _evaluated(self, source: str) -> Text:
        from publish_gate.doctor.expressions import ExpressionError, OneOf, Scope, evaluate, parse_expression

        scope = self._scope or Scope({})
        try:
            parsed = parse_expression(source)
        except ExpressionError:
            return UNKNOWN_TEXT
        value = evaluate(parsed, scope)
        if isinstance(value, OneOf) and self._conditions:
            value = self._under_conditions(parsed, scope, value)
        return as_text(value)._replace(of_event=_EVENT.search(source) is not None)

    def _under_conditions(self, parsed: Expression, scope: Scope, value: OneOf) -> Value:
        """Leave out what an expression cannot be where the conditions hold under which it is looked at."""
        from publish_gate.doctor.expressions import And, ExpressionError, Not, OneOf, evaluate, parse_condition

        try:
            held = tuple(Not(Not(parse_condition(condition.text))) for condition in self._conditions)
        except ExpressionError:
            return value
        found = evaluate(And((*held, parsed)), scope)
        left = tuple(possible for possible in found.values if possible is not False) if isinstance(found, OneOf) else ()
        return left[0] if len(left) == 1 else OneOf(left or value.values)


def as_text(value: Value) -> Text:
    """Write a value of an expression as a text."""
    from publish_gate.doctor.expressions import OneOf, Unknown
    from publish_gate.doctor.expressions.values import write

    if isinstance(value, Unknown):
        return UNKNOWN_TEXT
    if isinstance(value, OneOf):
        texts = [as_text(item) for item in value.values]
        return one_of(text.text for text in texts) if all(text.known for text in texts) else UNKNOWN_TEXT
    return Text(write(value))


def secret_names(text: str) -> tuple[str, ...]:
    """Name the secrets that the expressions of a text read."""
    return tuple(match["name"] for match in _SECRET.finditer(text)) if _OPEN in text else ()
