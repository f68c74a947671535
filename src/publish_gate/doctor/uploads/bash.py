"""Reads scripts for sh and bash: every character is looked at once, so no script can make it slow."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from publish_gate.doctor.uploads.words import Word, read_word, skip_parentheses

MAX_SCRIPT = 1024 * 1024
"""Characters of a step's script; a whole workflow file is not larger."""
MAX_DEPTH = 12
"""Levels of loops, conditions and substitutions of a script, above what people write."""
MAX_COMMANDS = 20_000
"""Commands of a script, above what people write."""
_MAX_GUARDS = 40
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_REDIRECTION = re.compile(r"(?:\d{0,4}|\{\w{1,40}\})(?P<sign><<<|<<-?|<>|<&|>>|>\||>&|&>>|&>|<(?!\()|>(?!\())")
_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[;&|\n()]")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[[^\]\n]*\])?\+?=")
_BODY = re.compile(r"(?:[ \t\r\n]|\\\n|#[^\n]*\n)*(?P<sign>[{(])")
_OPENING = {"if": "fi", "do": "done", "{": "}"}
_LEADING = frozenset({"then", "else", "elif", "do", "while", "until", "!", "if", "{", "time", "coproc"})
_HEADERS = frozenset({"for", "select", "case"})
_BRANCH_ENDS = frozenset({";;", ";&", ";;&"})
_CONDITIONAL = frozenset({"fi", "esac", "done"})
_NAMED = 2  # `function` and its name
_CONDITIONS = frozenset({"[", "[[", "test"})


class Command(NamedTuple):
    """One simple command.

    ``assignments`` stand in front of it, or alone. ``line`` counts from 0 in the script. ``function`` is the
    function in whose body it stands, ``branch`` says that it stands in a part that is not always run, ``guards`` are
    the words of the conditions around it. ``stdin`` is the here-document it reads.
    """

    words: tuple[Word, ...]
    line: int
    assignments: tuple[tuple[str, Word], ...] = ()
    function: str = ""
    branch: bool = False
    stdin: str | None = None
    guards: tuple[Word, ...] = ()


class _Group:
    """A part of the script between two signs; ``asked`` are the words of its conditions, read while ``asks``."""

    def __init__(self, end: str, function: str = "", branch: bool = False) -> None:  # noqa: FBT001, FBT002 - internal
        self.end = end
        self.function = function
        self.branch = branch
        self.asks = end == "fi"
        self.asked: list[Word] = []


class _Heredoc(NamedTuple):
    """A here-document whose text follows after the line; ``command`` is the number of the command it is for."""

    end: str
    tabs: bool
    command: int


@lru_cache(maxsize=256)
def read_posix(text: str) -> tuple[Command, ...]:
    """Return the commands of a script for sh or bash in the order of their text, those in substitutions included."""
    return tuple(_read(text[:MAX_SCRIPT], 0))


def _read(text: str, depth: int) -> list[Command]:
    script = _Script(text)
    _Reader(script, depth).read_list(0, "")
    return script.commands


class _Script:
    """A script while it is read. ``commands`` grows; here-documents are put in when their text is met."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.commands: list[Command] = []
        self.heredocs: list[_Heredoc] = []
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def line(self, position: int) -> int:
        """Tell the line of a position, from 0."""
        return bisect_right(self._breaks, position - 1)

    def read_heredocs(self, position: int) -> int:
        """Read the texts that follow the line that ends at ``position``; return the position behind them."""
        for heredoc in self.heredocs:
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
        self.heredocs.clear()
        return min(position, len(self.text))


class _Reader:
    """Puts words together to commands, and keeps the groups that are open."""

    def __init__(self, script: _Script, depth: int, function: str = "") -> None:
        self._script = script
        self._text = script.text
        self._depth = depth
        self._groups = [_Group("", function)]
        self._after_test = False
        self._tested: list[Word] = []
        self._pattern = False
        self._fresh()

    def _fresh(self) -> None:
        self._words: list[Word] = []
        self._assignments: list[tuple[str, Word]] = []
        self._start = -1
        self._header = ""

    def read_list(self, position: int, end: str) -> int:
        """Read commands up to ``end`` (``)`` or nothing) and return the position behind it."""
        text, commands = self._text, self._script.commands
        while position < len(text) and len(commands) < MAX_COMMANDS:
            blank = _BLANK.match(text, position)
            if blank is not None:
                position = blank.end()
                continue
            if text[position] == "#":
                comment = _COMMENT.match(text, position)
                position = comment.end() if comment is not None else position + 1
                continue
            redirection = _REDIRECTION.match(text, position)
            if redirection is not None:
                position = self._redirect(redirection)
                continue
            operator = _OPERATOR.match(text, position)
            if operator is None:
                position = self._word(position)
                continue
            sign, position = operator.group(), operator.end()
            if sign == ")" and end == ")" and len(self._groups) == 1:
                self._finish(sign)
                return position
            position = self._operator(sign, position)
        self._finish("")
        return len(text) if len(commands) >= MAX_COMMANDS else position

    def _inner(self, position: int) -> int:
        """Read the inside of a command substitution, from behind its parenthesis."""
        if self._depth >= MAX_DEPTH:
            return skip_parentheses(self._text, position)
        return _Reader(self._script, self._depth + 1, self._groups[-1].function).read_list(position, ")")

    def _backquoted(self, source: str, position: int) -> None:
        """Read the commands between backquotes, whose text stands by itself."""
        if self._depth < MAX_DEPTH:
            line = self._script.line(position)
            found = _read(source, self._depth + 1)
            self._script.commands.extend(command._replace(line=command.line + line) for command in found)

    def _word(self, position: int) -> int:
        word, behind = read_word(self._text, position, self._inner, self._backquoted)
        behind = max(behind, position + 1)
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

    def _keyword(self, literal: str) -> bool:
        """Take a keyword; what follows it is the beginning of a command again."""
        if self._header or self._assignments:
            return False
        if literal in _HEADERS or literal == "function":
            self._header = literal
            if literal == "case":
                self._open("esac")
            return False
        if literal in {"fi", "done", "esac", "}"}:
            if len(self._groups) > 1 and self._groups[-1].end == literal:
                self._groups.pop()
            self._pattern = False
            return True
        if literal in _LEADING:
            if literal in _OPENING:
                self._open(_OPENING[literal])
            elif self._groups[-1].end == "fi":
                self._groups[-1].asks = literal == "elif" or (self._groups[-1].asks and literal != "then")
            return True
        return False

    def _assign(self, word: Word, match: re.Match[str], behind: int, position: int) -> int:
        if self._start < 0:
            self._start = position
        rest = (match.string[match.end() :], *word.parts[1:])
        value = Word(tuple(part for part in rest if part != ""), word.quoted)
        if self._text.startswith("(", behind) and not value.parts:  # an array
            behind = skip_parentheses(self._text, behind + 1)
            value = Word((None,))
        if match.group().endswith("+="):
            value = Word((None,))
        self._assignments.append((match["name"], value))
        return behind

    def _redirect(self, match: re.Match[str]) -> int:
        """Read a redirection with its file or here-document."""
        position = match.end()
        blank = _BLANK.match(self._text, position)
        position = blank.end() if blank is not None else position
        if position >= len(self._text) or self._text[position] in "\n;|)(":
            return position
        word, behind = read_word(self._text, position, self._inner, self._backquoted)
        if match["sign"] in {"<<", "<<-"}:
            heredoc = _Heredoc(word.literal, match["sign"] == "<<-", len(self._script.commands))
            self._script.heredocs.append(heredoc)
        return max(behind, position + 1)

    def _operator(self, sign: str, position: int) -> int:
        """Take an operator; return the position behind it, and behind the here-documents that follow a line."""
        if self._pattern or self._header == "case":  # up to its parenthesis, a pattern of a case
            if self._header == "case":
                self._groups[-1].asked += self._words
            self._pattern = sign != ")"
            self._fresh()
            return self._script.read_heredocs(position) if sign == "\n" else position
        if sign == "(":
            named = self._header == "function" and len(self._words) == _NAMED
            if (named or (len(self._words) == 1 and not self._header)) and self._text.startswith(")", position):
                return self._body(position + 1)
            self._finish(sign)
            if self._text.startswith("(", position):  # arithmetic
                return skip_parentheses(self._text, position)
            self._open(")")
        elif sign == ")":
            self._finish(sign)
            if len(self._groups) > 1 and self._groups[-1].end == ")":
                self._groups.pop()
        elif sign == "\n" and self._header == "function" and len(self._words) == _NAMED:
            return self._body(position)
        else:
            self._finish(sign)
            self._pattern = sign in _BRANCH_ENDS and self._groups[-1].end == "esac"
        return self._script.read_heredocs(position) if sign == "\n" else position

    def _open(self, end: str, function: str = "") -> None:
        around = self._groups[-1]
        self._groups.append(_Group(end, function or around.function, around.branch or end in _CONDITIONAL))

    def _body(self, position: int) -> int:
        """Go into the body of the function that the last word names, if one follows."""
        match = _BODY.match(self._text, position)
        if match is None:
            self._fresh()
            return position
        return self._begin(match.end(), "}" if match["sign"] == "{" else ")")

    def _begin(self, position: int, end: str = "}") -> int:
        name = self._words[-1].literal
        self._fresh()
        self._open(end, name)
        return position

    def _finish(self, sign: str) -> None:
        """End the command that is being read."""
        words, group = self._words, self._groups[-1]
        if (words or self._assignments) and not self._header:
            guards = [word for around in self._groups[-MAX_DEPTH:] for word in around.asked[:_MAX_GUARDS]]
            self._script.commands.append(
                Command(
                    tuple(words),
                    self._script.line(max(self._start, 0)),
                    tuple(self._assignments),
                    group.function,
                    group.branch or self._after_test,
                    None,
                    (*guards, *self._tested)[:_MAX_GUARDS],
                ),
            )
        asking = next((around for around in reversed(self._groups[-MAX_DEPTH:]) if around.asks), None)
        if asking is not None:
            asking.asked += words
        tests = bool(words) and words[0].literal in _CONDITIONS
        self._after_test = sign == "||" or (sign == "&&" and (self._after_test or tests))
        self._tested = [*self._tested, *(words if tests else ())][:_MAX_GUARDS] if self._after_test else []
        self._fresh()


def live_commands(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Leave out the bodies of functions that nothing calls."""
    bodies: dict[str, list[Command]] = {}
    waiting: list[Command] = []
    for command in commands:
        (bodies.setdefault(command.function, []) if command.function else waiting).append(command)
    called: dict[str, tuple[Word, ...]] = {}
    while waiting:
        command = waiting.pop()
        first = command.words[0].literal if command.words else ""
        if first in bodies and first not in called:
            called[first] = command.guards + called.get(command.function, ())
            waiting.extend(bodies[first])
    return tuple(
        command._replace(guards=(*called[command.function], *command.guards)[:_MAX_GUARDS])
        if command.function
        else command
        for command in commands
        if not command.function or command.function in called
    )
