"""Reads scripts for sh and bash: every character is looked at once, so no script can make it slow."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.bash_commands import BLANK, Group, Reader
from publish_gate.doctor.uploads.quoting import skip_parentheses
from publish_gate.doctor.uploads.words_words import MAX_COMMANDS, MAX_DEPTH, MAX_SCRIPT, Command

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMENT = re.compile(r"#[^\n]*")
_REDIRECTION = re.compile(r"(?:\d{0,4}|\{\w{1,40}\})(?P<sign><<<|<<-?|<>|<&|>>|>\||>&|&>>|&>|<(?!\()|>(?!\())")
_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[;&|\n()]")


class _Heredoc(NamedTuple):
    """A here-document whose text follows after the line; ``command`` is the number of the command it is for."""

    end: str
    tabs: bool
    command: int


class _Script:
    """A script while it is read. ``commands`` grows; here-documents are put in when their text was met."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.commands: list[Command] = []
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._heredocs: list[_Heredoc] = []

    def line(self, position: int) -> int:
        """Tell the line of a position, from 0."""
        return bisect_right(self._breaks, position - 1)

    def read_list(self, position: int, end: str, depth: int, function: str = "") -> int:
        """Read commands up to ``end`` (``)`` or nothing) and return the position behind it."""
        groups = [Group("", function)]
        reader = Reader(self, depth, groups)
        while position < len(self.text) and len(self.commands) < MAX_COMMANDS:
            blank = BLANK.match(self.text, position)
            if blank is not None:
                position = blank.end()
                continue
            if self.text[position] == "#":
                comment = _COMMENT.match(self.text, position)
                position = comment.end() if comment is not None else position + 1
                continue
            redirection = _REDIRECTION.match(self.text, position)
            if redirection is not None:
                position = reader.redirect(redirection)
                continue
            operator = _OPERATOR.match(self.text, position)
            if operator is None:
                position = reader.word(position)
                continue
            sign, position = operator.group(), operator.end()
            if sign == ")" and end == ")" and len(groups) == 1:
                reader.finish(sign)
                return position
            position = reader.operator(sign, position)
        reader.finish("")
        return len(self.text) if len(self.commands) >= MAX_COMMANDS else position

    def inner(self, depth: int, function: str) -> Callable[[int], int]:
        """Return what reads the inside of a command substitution, from behind its parenthesis."""

        def read(position: int) -> int:
            if depth >= MAX_DEPTH:
                return skip_parentheses(self.text, position)
            return self.read_list(position, ")", depth + 1, function)

        return read

    def backquoted(self, source: str, position: int, depth: int) -> None:
        """Read the commands between backquotes, whose text stands by itself."""
        if depth < MAX_DEPTH:
            line = self.line(position)
            found = _read(source, depth + 1)
            self.commands.extend(command._replace(line=command.line + line) for command in found)

    def expect(self, end: str, *, tabs: bool) -> None:
        """Remember that a here-document for the command that is being read follows after this line."""
        self._heredocs.append(_Heredoc(end, tabs, len(self.commands)))

    def read_heredocs(self, position: int) -> int:
        """Read the texts that follow the line that ends at ``position``; return the position behind them."""
        for heredoc in self._heredocs:
            start = position
            finish = len(self.text)
            while position < len(self.text):
                line_end = self.text.find("\n", position)
                line_end = len(self.text) if line_end < 0 else line_end
                line = self.text[position:line_end].rstrip("\r")
                if (line.lstrip("\t") if heredoc.tabs else line) == heredoc.end:
                    finish = position
                    position = line_end + 1
                    break
                position = line_end + 1
            if heredoc.command < len(self.commands):
                command = self.commands[heredoc.command]
                self.commands[heredoc.command] = command._replace(stdin=self.text[start:finish])
        self._heredocs.clear()
        return min(position, len(self.text))


def _read(text: str, depth: int) -> list[Command]:
    script = _Script(text)
    script.read_list(0, "", depth)
    return script.commands


def read_posix(text: str) -> tuple[Command, ...]:
    """Return the commands of a script for sh or bash in the order of their text, those in substitutions included."""
    return tuple(_read(text[:MAX_SCRIPT], 0))
