"""Reads scripts for PowerShell, as far as telling its commands takes."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from publish_gate.doctor.uploads.words_words import MAX_COMMANDS, MAX_SCRIPT, Command, Variable, Word

_BLANK = re.compile(r"(?:[ \t\r]|`\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_HERE = re.compile(r"@(?P<quote>['\"])[ \t\r]*\n")
_PLAIN = re.compile(r"[^\s`'\"$;&|(){}#>]+")
_IN_QUOTES = re.compile(r'[^`"$]+')
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[^}\n]{0,100})\}|(?P<plain>(?:[A-Za-z_]\w*:)?[A-Za-z_]\w*|[?$^_\d]))")
_SIGNS = re.compile(r"&&|\|\||[;&|(){}\n]")
_REDIRECTION = re.compile(r"[\d*]?>>?(?:&\d)?[ \t]*")
_ASSIGNS = frozenset({"=", "+=", "?="})
_KEYWORDS = frozenset({"else", "try", "finally", "do", "begin", "process", "end", "return", "!"})
_BRANCHES = frozenset({"if", "elseif", "while", "foreach", "for", "switch", "catch", "else", "function", "trap"})


class _Read(NamedTuple):
    word: Word
    end: int


def read_powershell(text: str) -> tuple[Command, ...]:
    """Return the commands of a script for PowerShell; ``$env:NAME`` is the variable ``NAME``."""
    text = text[:MAX_SCRIPT]
    return tuple(_Reader(text).read())


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._commands: list[Command] = []
        self._blocks: list[bool] = []
        self._branch = False
        self._ending = False
        self._fresh()

    def _fresh(self) -> None:
        self._words: list[Word] = []
        self._writes: list[Word] = []
        self._start = 0

    def read(self) -> list[Command]:
        position, text = 0, self._text
        while position < len(text) and len(self._commands) < MAX_COMMANDS:
            blank = _BLANK.match(text, position)
            if blank is not None:
                position = blank.end()
            elif text[position] == "#":
                comment = _COMMENT.match(text, position)
                position = comment.end() if comment is not None else position + 1
            elif text.startswith("<#", position):
                end = text.find("#>", position)
                position = len(text) if end < 0 else end + 2
            else:
                position = self._take(position)
        self._finish()
        return self._commands

    def _take(self, position: int) -> int:
        text = self._text
        redirection = _REDIRECTION.match(text, position)
        if redirection is not None:
            target = self._word(redirection.end())
            self._writes.append(target.word)
            return max(target.end, redirection.end())
        sign = _SIGNS.match(text, position)
        if self._ending and text[position] not in "\n{":  # the block of a condition may begin on the next line
            self._branch = self._ending = False
        if sign is not None:
            return self._operator(sign.group(), sign.end())
        read = self._word(position)
        if not self._words:
            self._start = position
            if not read.word.quoted and read.word.literal.lower() in _KEYWORDS:
                self._branch = self._branch or read.word.literal.lower() == "else"
                return read.end
        alone = self._words[0].parts if len(self._words) == 1 and read.word.literal in _ASSIGNS else ()
        if len(alone) == 1 and isinstance(alone[0], Variable):
            return self._assign(alone[0], read.end)
        self._words.append(read.word)
        return read.end

    def _assign(self, target: Variable, position: int) -> int:
        """Read what a variable is set to: one word; anything longer is a command whose result is not known."""
        blank = _BLANK.match(self._text, position)
        position = blank.end() if blank is not None else position
        start, self._words = self._start, []
        read = self._word(position)
        blank = _BLANK.match(self._text, read.end)
        behind = blank.end() if blank is not None else read.end
        alone = behind >= len(self._text) or self._text[behind] in ";\n}#)"
        value = read.word if alone and read.word.parts else Word((None,))
        assignment = ((target.name, value),)
        self._commands.append(Command((), self._line(start), assignment, branch=self._in_branch()))
        return behind if alone else position

    def _operator(self, sign: str, position: int) -> int:
        if sign == "&" and not self._words:  # calls what the next word names
            return position
        first = self._words[0].literal.lower() if self._words else ""
        if first in _BRANCHES and not self._words[0].quoted:
            self._branch = True
            self._words = []
        self._finish()
        if sign == "{":
            self._blocks.append(self._branch)
            self._branch = self._ending = False
        elif sign == "}" and self._blocks:
            self._blocks.pop()
        elif sign in {";", "\n"}:
            self._ending = True
        return position

    def _finish(self) -> None:
        if self._words or self._writes:
            line, branch = self._line(self._start), self._in_branch()
            self._commands.append(Command(tuple(self._words), line, branch=branch, writes=tuple(self._writes)))
        self._fresh()

    def _in_branch(self) -> bool:
        return self._branch or any(self._blocks)

    def _line(self, position: int) -> int:
        return bisect_right(self._breaks, position - 1)

    def _word(self, position: int) -> _Read:
        parts: list[str | Variable | None] = []
        text, start, quoted = self._text, position, False
        here = _HERE.match(text, position)
        if here is not None:
            end = text.find(f"\n{here['quote']}@", here.end() - 1)
            end = len(text) if end < 0 else end
            return _Read(Word((text[here.end() : end] if here["quote"] == "'" else None,), quoted=True), end + 3)
        while position < len(text):
            plain = _PLAIN.match(text, position)
            character = text[position]
            if plain is not None:
                parts.append(plain.group())
                position = plain.end()
            elif character == "`":
                parts.append(text[position + 1 : position + 2])
                position += 2
            elif character == "'":
                position = _single(text, position + 1, parts)
                quoted = True
            elif character == '"':
                position = _double(text, position + 1, parts)
                quoted = True
            elif character == "$":
                position = _variable(text, position, parts)
            elif character == "#" and position > start:
                parts.append("#")
                position += 1
            else:
                break
        return _Read(Word(tuple(parts), quoted), max(position, start + 1))


def _single(text: str, position: int, parts: list[str | Variable | None]) -> int:
    end = text.find("'", position)
    end = len(text) if end < 0 else end
    parts.append(text[position:end])
    return end + 1


def _double(text: str, position: int, parts: list[str | Variable | None]) -> int:
    while position < len(text) and text[position] != '"':
        plain = _IN_QUOTES.match(text, position)
        if plain is not None:
            parts.append(plain.group())
            position = plain.end()
        elif text[position] == "`":
            parts.append(text[position + 1 : position + 2])
            position += 2
        elif text.startswith("$(", position):
            parts.append(None)
            end = text.find(")", position)
            position = len(text) if end < 0 else end + 1
        else:
            position = _variable(text, position, parts)
    return position + 1


def _variable(text: str, position: int, parts: list[str | Variable | None]) -> int:
    match = _VARIABLE.match(text, position)
    if match is None:
        parts.append("" if text.startswith("$(", position) else "$")
        return position + 1
    name = match["braced"] or match["plain"] or ""
    scope, _, rest = name.rpartition(":")
    # A variable of the script is another than one of the environment with the same name.
    parts.append(Variable(rest) if scope.lower() == "env" else Variable(f"${rest.lower()}"))
    return match.end()
