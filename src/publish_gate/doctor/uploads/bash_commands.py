"""Puts the words of a script for sh or bash together to commands, and keeps track of what is nested in what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from publish_gate.doctor.uploads.quoting import read_word, skip_parentheses
from publish_gate.doctor.uploads.words_words import Command, Word

if TYPE_CHECKING:
    from collections.abc import Callable

BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[[^\]\n]*\])?\+?=")
_OPENING = {"if": "fi", "case": "esac", "do": "done"}
_LEADING = frozenset({"then", "else", "elif", "do", "while", "until", "!", "if", "{", "time", "coproc"})
_HEADERS = frozenset({"for", "select"})
_BRANCH_ENDS = frozenset({";;", ";&", ";;&"})
_BODY = re.compile(r"(?:[ \t\r\n]|\\\n|#[^\n]*\n)*(?P<sign>[{(])")
_CONDITIONAL = frozenset({"fi", "esac", "done"})
_NAMED = 2  # `function` and its name
_CONDITIONS = frozenset({"[", "[[", "test"})


class Source(Protocol):
    """The script whose commands are read: where they go, and who reads what stands inside of others."""

    text: str
    commands: list[Command]

    def line(self, position: int) -> int:
        """Tell the line of a position, from 0."""

    def inner(self, depth: int, function: str) -> Callable[[int], int]:
        """Return what reads the inside of a command substitution."""

    def backquoted(self, source: str, position: int, depth: int) -> None:
        """Read the commands between backquotes."""

    def expect(self, end: str, *, tabs: bool) -> None:
        """Remember that a here-document follows after this line."""

    def read_heredocs(self, position: int) -> int:
        """Read the here-documents that follow a line; return the position behind them."""


class Group(NamedTuple):
    """A part of the script between two signs.

    The commands inside belong to ``function`` where it is one's body, and are not always run in a ``branch``.
    """

    end: str
    function: str = ""
    branch: bool = False


class Reader:
    """Puts words together to commands, and keeps the groups that are open."""

    def __init__(self, script: Source, depth: int, groups: list[Group]) -> None:
        self._script = script
        self._depth = depth
        self._groups = groups
        self._after_test = False
        self._pattern = False
        self._fresh()

    def _fresh(self) -> None:
        self._words: list[Word] = []
        self._assignments: list[tuple[str, Word]] = []
        self._writes: list[Word] = []
        self._start = -1
        self._header = ""

    def word(self, position: int) -> int:
        """Read the word at ``position``."""
        text = self._script.text
        read = read_word(text, position, self._inner(), self._backquoted)
        word, behind = read.word, max(read.end, position + 1)
        literal = "" if word.quoted else word.literal
        if not self._words:
            if self._keyword(literal):
                return behind
            first = word.parts[0] if word.parts else None
            assignment = _ASSIGNMENT.match(first) if isinstance(first, str) else None
            if assignment is not None:
                return self._assign(word, assignment, behind, position)
        if self._header == "function" and literal == "{" and len(self._words) == _NAMED:
            return self._begin(behind)
        if self._start < 0:
            self._start = position
        self._words.append(word)
        return behind

    def _inner(self) -> Callable[[int], int]:
        return self._script.inner(self._depth, self._groups[-1].function)

    def _backquoted(self, source: str, position: int) -> None:
        self._script.backquoted(source, position, self._depth)

    def _keyword(self, literal: str) -> bool:
        """Take a keyword; what follows it is the beginning of a command again."""
        if self._header or self._assignments:
            return False
        if literal in _HEADERS or literal == "case":
            self._header = literal
            if literal == "case":
                self._open("esac")
            return False
        if literal == "function":
            self._header = literal
            return False
        if literal in {"fi", "done", "esac", "}"}:
            if len(self._groups) > 1 and self._groups[-1].end == literal:
                self._groups.pop()
            self._pattern = False
            return True
        if literal in _LEADING:
            if literal in _OPENING:
                self._open(_OPENING[literal])
            elif literal == "{":
                self._open("}")
            return True
        return False

    def _assign(self, word: Word, match: re.Match[str], behind: int, position: int) -> int:
        if self._start < 0:
            self._start = position
        rest = (match.string[match.end() :], *word.parts[1:])
        value = Word(tuple(part for part in rest if part != ""), word.quoted)
        if self._script.text.startswith("(", behind) and not value.parts:  # an array
            behind = skip_parentheses(self._script.text, behind + 1)
            value = Word((None,))
        if match.group().endswith("+="):
            value = Word((None,))
        self._assignments.append((match["name"], value))
        return behind

    def redirect(self, match: re.Match[str]) -> int:
        """Read a redirection with its file or here-document."""
        text, position = self._script.text, match.end()
        blank = BLANK.match(text, position)
        position = blank.end() if blank is not None else position
        if position >= len(text) or text[position] in "\n;|)(":
            return position
        read = read_word(text, position, self._inner(), self._backquoted)
        sign = match["sign"]
        if sign in {"<<", "<<-"}:
            self._script.expect(read.word.literal, tabs=sign == "<<-")
        elif ">" in sign:
            self._writes.append(read.word)
        return max(read.end, position + 1)

    def operator(self, sign: str, position: int) -> int:
        """Take an operator; return the position behind it, and behind the here-documents that follow a line."""
        if self._pattern or self._header == "case":  # up to its parenthesis, a pattern of a case
            self._pattern = sign != ")"
            self._fresh()
            return self._script.read_heredocs(position) if sign == "\n" else position
        if sign == "(":
            named = self._header == "function" and len(self._words) == _NAMED
            if (named or (len(self._words) == 1 and not self._header)) and self._script.text.startswith(")", position):
                return self._body(position + 1)
            self.finish(sign)
            if self._script.text.startswith("(", position):  # arithmetic
                return skip_parentheses(self._script.text, position)
            self._open(")")
        elif sign == ")":
            self.finish(sign)
            if len(self._groups) > 1 and self._groups[-1].end == ")":
                self._groups.pop()
        elif sign == "\n" and self._header == "function" and len(self._words) == _NAMED:
            return self._body(position)
        else:
            self.finish(sign)
            self._pattern = sign in _BRANCH_ENDS and self._groups[-1].end == "esac"
        return self._script.read_heredocs(position) if sign == "\n" else position

    def _open(self, end: str, function: str = "") -> None:
        around = self._groups[-1]
        self._groups.append(Group(end, function or around.function, around.branch or end in _CONDITIONAL))

    def _body(self, position: int) -> int:
        """Go into the body of the function that the last word names, where one follows."""
        match = _BODY.match(self._script.text, position)
        if match is None:
            self._fresh()
            return position
        return self._begin(match.end(), "}" if match["sign"] == "{" else ")")

    def _begin(self, position: int, end: str = "}") -> int:
        name = self._words[-1].literal
        self._fresh()
        self._open(end, name)
        return position

    def finish(self, sign: str) -> None:
        """End the command that is being read."""
        words = self._words
        if (words or self._assignments or self._writes) and not self._header:
            self._script.commands.append(
                Command(
                    tuple(words),
                    self._script.line(max(self._start, 0)),
                    tuple(self._assignments),
                    self._groups[-1].function,
                    self._groups[-1].branch or self._after_test,
                    None,
                    tuple(self._writes),
                ),
            )
        first = words[0].literal if words else ""
        self._after_test = sign == "||" or (sign == "&&" and (self._after_test or first in _CONDITIONS))
        self._fresh()
