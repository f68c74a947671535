"""Reads one word of a script for sh or bash: quotes, escapes, variables and substitutions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from publish_gate.doctor.uploads.values import UNKNOWN

_PLAIN = re.compile(r"""[^\s\\'"$`;&|()<>]+""")
_IN_QUOTES = re.compile(r'[^\\"$`]+')
_NAME = re.compile(r"[A-Za-z_]\w*")
_BRACED = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?::?-(?P<default>[^{}$`\"'\\\n]*)|:?\?[^{}$`\"'\\\n]*)?\}")
_CUT = re.compile(r"\{(?P<name>[A-Za-z_]\w*)[#%/:^,]")
_SPECIAL = re.compile(r"[@*#?!$\-\d]")
_NESTED = re.compile(r"[{}()'\"\\]")

ReadCommands = Callable[[int], int]
"""Reads the commands of a substitution from a position inside it; returns the position behind its end."""

ReadText = Callable[[str, int], None]
"""Reads the commands of a text that stood between backquotes at a position."""


class Variable(NamedTuple):
    """A use of a variable, with the text that stands in for it if it is not set; ``cut`` if a part of it is used."""

    name: str
    default: str | None = None
    cut: bool = False


class Word(NamedTuple):
    """One word of a command: literal texts and variables in their order; None is a text that is not known.

    ``quoted`` says that a part of it was quoted, so that it is neither a keyword nor an assignment.
    """

    parts: tuple[str | Variable | None, ...]
    quoted: bool = False

    @property
    def literal(self) -> str:
        """The text, with `UNKNOWN` for everything that is not literal."""
        return "".join(part if isinstance(part, str) else UNKNOWN for part in self.parts)


class _Parts:
    """The parts of a word while it is read; texts that follow each other become one."""

    def __init__(self) -> None:
        self._done: list[str | Variable | None] = []
        self._texts: list[str] = []
        self.quoted = False

    def add(self, part: str | Variable | None) -> None:
        if isinstance(part, str):
            self._texts.append(part)
            return
        self._join()
        self._done.append(part)

    def word(self) -> Word:
        """Return the word as it was read up to here."""
        self._join()
        return Word(tuple(self._done), self.quoted)

    def _join(self) -> None:
        if self._texts:
            self._done.append("".join(self._texts))
            self._texts.clear()


def read_word(text: str, position: int, commands: ReadCommands, backquoted: ReadText) -> tuple[Word, int]:
    """Read the word that begins at ``position`` and return the position behind it; substitutions go to the readers."""
    parts = _Parts()
    while position < len(text):
        plain = _PLAIN.match(text, position)
        if plain is not None:
            parts.add(plain.group())
            position = plain.end()
            continue
        character = text[position]
        if character == "\\":
            follows = text[position + 1 : position + 3]
            if follows.startswith("\n") or follows == "\r\n":
                position += 2 if follows.startswith("\n") else 3
                continue
            parts.add(follows[:1])
            parts.quoted = True
            position += 2
        elif character == "'":
            position = _single(text, position + 1, parts)
        elif character == '"':
            position = _double(text, position + 1, parts, commands, backquoted)
        elif character == "$":
            position = _dollar(text, position, parts, commands)
        elif character == "`":
            position = _backquote(text, position, parts, backquoted)
        elif character in "<>" and text.startswith("(", position + 1):
            parts.add(None)
            position = commands(position + 2)
        else:
            break
    return parts.word(), position


def _single(text: str, position: int, parts: _Parts) -> int:
    end = text.find("'", position)
    end = len(text) if end < 0 else end
    parts.add(text[position:end])
    parts.quoted = True
    return end + 1


def _double(text: str, position: int, parts: _Parts, commands: ReadCommands, backquoted: ReadText) -> int:
    parts.quoted = True
    parts.add("")
    while position < len(text) and text[position] != '"':
        plain = _IN_QUOTES.match(text, position)
        if plain is not None:
            parts.add(plain.group())
            position = plain.end()
        elif text[position] == "\\":
            follows = text[position + 1 : position + 2]
            if follows != "\n":
                parts.add(follows if follows in set('$`"\\') else "\\" + follows)
            position += 2
        elif text[position] == "`":
            position = _backquote(text, position, parts, backquoted)
        else:
            position = _dollar(text, position, parts, commands, quoted=True)
    return position + 1


def _dollar(text: str, position: int, parts: _Parts, commands: ReadCommands, *, quoted: bool = False) -> int:
    """Read what a dollar sign begins."""
    behind = position + 1
    if text.startswith("((", behind):
        parts.add(None)
        return skip_parentheses(text, behind + 1)
    if text.startswith("(", behind):
        parts.add(None)
        return commands(behind + 1)
    if text.startswith("{", behind):
        braced = _BRACED.match(text, behind)
        if braced is not None:
            parts.add(Variable(braced["name"], braced["default"]))
            return braced.end()
        cut = _CUT.match(text, behind)
        parts.add(None if cut is None else Variable(cut["name"], cut=True))
        return _skip(text, behind + 1, "{", "}")
    name = _NAME.match(text, behind)
    if name is not None:
        parts.add(Variable(name.group()))
        return name.end()
    if _SPECIAL.match(text, behind) is not None:
        parts.add(None)
        return behind + 1
    if not quoted and text.startswith("'", behind):
        return _single(text, behind + 1, parts)
    if quoted or not text.startswith('"', behind):
        parts.add("$")
    return behind


def _backquote(text: str, position: int, parts: _Parts, backquoted: ReadText) -> int:
    end = position + 1
    while end < len(text) and text[end] != "`":
        end += 2 if text[end] == "\\" else 1
    parts.add(None)
    backquoted(text[position + 1 : end].replace("\\`", "`"), position)
    return end + 1


def skip_parentheses(text: str, position: int) -> int:
    """Go behind the parenthesis that closes the one in front of ``position``, without reading what is inside."""
    return _skip(text, position, "(", ")")


def _skip(text: str, position: int, opening: str, closing: str) -> int:
    depth = 1
    while True:
        match = _NESTED.search(text, position)
        if match is None:
            return len(text)
        position = match.end()
        sign = match.group()
        if sign == "\\":
            position += 1
        elif sign == "'" and opening == "(":
            end = text.find("'", position)
            position = len(text) if end < 0 else end + 1
        elif sign == opening:
            depth += 1
        elif sign == closing:
            depth -= 1
            if depth == 0:
                return position
