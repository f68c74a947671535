"""Goes through the commands of a script with its variables, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.values import UNKNOWN_TEXT, Environment, Text, joined, one_of
from publish_gate.doctor.uploads.words_words import UNKNOWN, Variable, live_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.expressions import Template
    from publish_gate.doctor.uploads.words_words import Command, Word

_LONGEST = 4096
_EXPORTS = frozenset({"export", "declare", "typeset", "readonly", "local", "setx"})


class Call(NamedTuple):
    """A command with its words and environment, as it runs.

    ``branch`` says that it stands in a function or in a part that is not always run.
    """

    words: tuple[Text, ...]
    environment: Environment
    line: int
    branch: bool
    stdin: str | None = None


def run_through(commands: tuple[Command, ...], template: Template, environment: Environment) -> Iterator[Call]:
    """Yield the commands that are reached. ``environment`` is changed as the script sets variables."""
    for command in live_commands(commands):
        here = environment
        values = [(name, _one(word, template, environment)) for name, word in command.assignments]
        if command.words and values:
            here = {**environment, **dict(values)}
        else:
            for name, value in values:
                assign(environment, name, value, sure=not command.branch)
        words = tuple(text for word in command.words for text in _resolved(word, template, here))
        if words and words[0].text in _EXPORTS:
            for word in words[1:]:
                name, equals, text = word.text.partition("=")
                if equals and name.isidentifier():
                    choices = tuple(choice[len(name) + 1 :] for choice in word.choices)
                    assign(environment, name, Text(text, word.source, choices), sure=not command.branch)
        elif words:
            yield Call(words, here, command.line, command.branch or bool(command.function), command.stdin)


def assign(environment: Environment, name: str, value: Text, *, sure: bool) -> None:
    """Set a variable; where it is not sure that this happens, it is one of the old and the new value."""
    old = environment.get(name)
    if sure:
        environment[name] = value
    elif old is None:
        environment[name] = Text(UNKNOWN, value.source, ("", *value.possible) if value.possible else ())
    else:
        both = (*(old.possible or old.choices), *value.possible)
        certain = bool(value.possible) and bool(old.possible or old.choices)
        environment[name] = one_of(both, value.source) if certain else Text(UNKNOWN, value.source)


def _one(word: Word, template: Template, environment: Environment) -> Text:
    pieces: list[Text] = []
    for part in word.parts:
        pieces.extend(_piece(part, template, environment))
    return _bounded(joined(pieces)) if pieces else Text("")


def _resolved(word: Word, template: Template, environment: Environment) -> list[Text]:
    """Return the words that one becomes: an unquoted variable is split where it holds blanks."""
    text = _one(word, template, environment)
    expanded = any(isinstance(part, Variable) for part in word.parts)
    if word.quoted or not expanded:
        return [text]
    if text.known:
        pieces = text.text.split()
        return [text] if len(pieces) == 1 else [Text(piece, text.source) for piece in pieces]
    return [text]


def _piece(part: str | Variable | None, template: Template, environment: Environment) -> list[Text]:
    if part is None:
        return [UNKNOWN_TEXT]
    if isinstance(part, str):
        return template.resolve(part)
    value = environment.get(part.name)
    if value is None:
        return [UNKNOWN_TEXT if part.default is None else Text(UNKNOWN, None, (part.default,))]
    if value.known and not value.given and part.default is not None:
        return template.resolve(part.default)
    return [value]


def _bounded(text: Text) -> Text:
    return text if len(text.text) <= _LONGEST else Text(UNKNOWN, text.source)
