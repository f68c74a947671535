"""A YAML document as a tree in which everything knows its place: strict where YAML is treacherous.

Two kinds of files are read: the config file, whose texts YAML 1.1 would turn into something else (``1.10`` into 1.1,
``no`` into false) and whose reader is told so, and workflow files, which GitHub reads by YAML 1.2's core schema.
Anchors and aliases are followed, merge keys are not. Sources: the YAML 1.2.2 specification, chapter 10.3, and
GitHub's workflow parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

# PyYAML's events and marks: its types take for optional what they always have.
_Event: TypeAlias = Any

LARGEST_FILE: Final = 1024 * 1024
"""Bytes of a file; one of this size has tens of thousands of lines, and beyond it something is wrong."""
_SHOWN = 60

# What YAML 1.1 resolves a plain text to, by the last part of its tag.
_TRAPS = {
    "null": "nothing",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
}
_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset({"str", "int", "float", "bool", "null"})

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"0o(?P<octal>[0-7]+)|0x(?P<hexadecimal>[0-9a-fA-F]+)")
_INFINITE = re.compile(r"(?P<sign>[-+]?)\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_NUMBER_STARTS = frozenset("+-.0123456789")

# PyYAML refuses control characters, and breaks lines where YAML 1.2 does not. They are put away in a private
# area of Unicode while it reads.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PUT_AWAY = re.compile("[\U000f0000-\U000fffff]")
_AREA = 0xF0000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, boolean or nothing.

    ``text`` is its content (of a plain ``1.10`` that is ``1.10``), ``value`` what the core schema makes of it,
    ``style`` its quote or block sign (``'``, ``"``, ``|``, ``>``, or empty if it is plain). ``place`` is where
    it begins, ``end`` the line and column (from 1, exclusive) where it ends in the file. ``trap`` says what
    YAML 1.1 takes it for if it is not quoted: a number, a boolean, a date, nothing; empty in workflow files.
    """

    text: str
    value: str | float | bool | None
    place: Place
    style: str = ""
    end: tuple[int, int] = (0, 0)
    trap: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    end: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; ``place`` is the key's."""

    key: str
    place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping in the order of the file; its keys are texts, each once. `get` takes the exact key."""

    entries: tuple[Entry, ...]
    place: Place
    end: tuple[int, int] = (0, 0)

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``, None if it is not there."""
        return next((entry.value for entry in self.entries if entry.key == key), None)

    def entry(self, key: str) -> Entry | None:
        """Return the entry of ``key``, None if it is not there."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def scalar(self, key: str) -> Scalar | None:
        """Return the value of ``key`` if it is a scalar."""
        value = self.get(key)
        return value if isinstance(value, Scalar) else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping


class Dialect(NamedTuple):
    """How a kind of file is read: its bounds, whether keys compare without case, and whether traps are told."""

    most_nodes: int
    deepest: int
    ignores_case: bool
    tells_traps: bool


MOST_SETTINGS: Final = 50_000
"""Values of a config file, aliases followed: five for each of ten thousand packages."""
MOST_NODES: Final = 20_000
"""Values of a workflow file, aliases followed: more take seconds, and the longest have half as many."""
CONFIG: Final = Dialect(most_nodes=MOST_SETTINGS, deepest=20, ignores_case=False, tells_traps=True)
WORKFLOW: Final = Dialect(most_nodes=MOST_NODES, deepest=100, ignores_case=True, tells_traps=False)


class TreeError(Exception):
    """The file is not a tree; carries every problem that was found before it became hopeless."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(str(problems[0]))


def shown(text: str) -> str:
    """Return ``text`` quoted and short, for a message."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "\N{HORIZONTAL ELLIPSIS}")


def parse_tree(data: bytes, path: str, dialect: Dialect = CONFIG) -> tuple[Node | None, list[Problem]]:
    """Read a YAML document; returns it (None if the file is empty) and what is wrong with it.

    ``path`` is the file's path for messages. A key that is there twice keeps its first value. Raises `TreeError`
    if there is nothing to go on with.
    """
    return parse_text(decode(data, path), path, dialect)


def decode(data: bytes, path: str) -> str:
    """Turn a file into text: UTF-8, with or without a byte order mark, of a bounded size; raises `TreeError`."""
    if len(data) > LARGEST_FILE:
        raise TreeError([Problem("", f"is larger than {LARGEST_FILE // 1024} KiB", Place(path))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TreeError([Problem("", "is not UTF-8", Place(path, line))]) from None


def parse_text(text: str, path: str, dialect: Dialect) -> tuple[Node | None, list[Problem]]:
    """Read a YAML document that is text already; otherwise as `parse_tree`."""
    from yaml import error as yaml_error

    builder = _Builder(text, path, dialect)
    try:
        return builder.document(), builder.problems
    except yaml_error.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path)
        what = " ".join(part for part in (error.context, error.problem) if part)
        problem = Problem("", f"is not valid YAML: {what[:200]}", place)
    except (yaml_error.YAMLError, ValueError, OverflowError):
        # An escape for a character that does not exist.
        problem = Problem("", "is not valid YAML: it names a character that does not exist", Place(path))
    raise TreeError([*builder.problems, problem])


def core_value(text: str) -> str | float | bool | None:
    """Return what the core schema makes of a plain text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _NUMBER.fullmatch(text):
        return float(text)
    whole = _WHOLE.fullmatch(text)
    if whole is not None:
        return _float(int(whole["octal"], 8) if whole["octal"] else int(whole["hexadecimal"], 16))
    infinite = _INFINITE.fullmatch(text)
    if infinite is not None:
        return float(f"{infinite['sign']}inf")
    return float("nan") if text in _NOT_A_NUMBER else text


def _float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _trap(text: str) -> str:
    """Return what YAML 1.1 takes a plain text for, empty if for a text."""
    from yaml import resolver

    for tag, pattern in resolver.Resolver.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return _TRAPS.get(tag.removeprefix(_TAG), "")
    return ""


class _Anchored(NamedTuple):
    """A node that has a name, and how many nodes and levels it means once its own aliases are followed."""

    node: Node
    size: int
    levels: int


class _Builder:
    """Builds one tree from the events of PyYAML's parser; ``problems`` holds what must not be in it."""

    def __init__(self, text: str, path: str, dialect: Dialect) -> None:
        from publish_gate.config.yaml_reader import YamlParser

        readable = _UNPRINTABLE.sub(_put_away, text)
        self._parser = YamlParser(readable)
        self._restores = readable != text
        self._file = path
        self._dialect = dialect
        self._size = 0
        self._bottom = 0
        self._path: list[str] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self.problems: list[Problem] = []

    def document(self) -> Node | None:
        """Read the only document; raises `TreeError` and what PyYAML raises."""
        from yaml import events

        self._next()  # the stream begins
        if isinstance(self._next(), events.StreamEndEvent):
            return None
        root = self._node(self._next(), 0)
        self._next()  # the document ends
        another = self._next()
        if not isinstance(another, events.StreamEndEvent):
            what = "is not valid YAML: expected a single document in the stream but found another document"
            self._refuse(what, another)
        return root

    def _next(self) -> _Event:
        return self._parser.get_event()  # type: ignore[no-untyped-call]  # PyYAML's own

    def _place(self, event: _Event) -> Place:
        return Place(self._file, *_spot(event.start_mark))

    def _problem(self, message: str, event: _Event) -> Problem:
        return Problem("".join(self._path).lstrip("."), message, self._place(event))

    def _refuse(self, message: str, event: _Event) -> None:
        self.problems.append(self._problem(message, event))

    def _hopeless(self, message: str, event: _Event) -> TreeError:
        return TreeError([*self.problems, self._problem(message, event)])

    def _count(self, nodes: int, level: int, event: _Event) -> None:
        self._size += nodes
        self._bottom = max(self._bottom, level)
        # A few lines of aliases can mean billions of nodes.
        if self._size > self._dialect.most_nodes:
            raise self._hopeless(
                f"has more than {self._dialect.most_nodes:,} values, once its aliases are followed", event
            )
        if level > self._dialect.deepest:
            raise self._hopeless("is nested too deeply", event)

    def _node(self, event: _Event, level: int) -> Node:
        from yaml import events

        if isinstance(event, events.AliasEvent):
            return self._alias(event, level)
        self._count(1, level, event)
        anchor = event.anchor
        if anchor is None:
            return self._content(event, level)
        before, bottom = self._size, self._bottom
        self._anchors[anchor], self._bottom = None, level
        node = self._content(event, level)
        self._anchors[anchor] = _Anchored(node, self._size - before + 1, self._bottom - level)
        self._bottom = max(bottom, self._bottom)
        return node

    def _alias(self, event: _Event, level: int) -> Node:
        name = event.anchor
        if name not in self._anchors:
            what = f"is not valid YAML: found undefined alias {shown(name)}"
            raise TreeError([*self.problems, Problem("", what, self._place(event))])
        anchored = self._anchors[name]
        if anchored is None:
            raise self._hopeless(f"is nested too deeply: the anchor {shown(name)} contains itself", event)
        self._count(anchored.size, level + anchored.levels, event)
        return anchored.node

    def _content(self, event: _Event, level: int) -> Node:
        from yaml import events

        if isinstance(event, events.ScalarEvent):
            return self._scalar(event)
        is_list = isinstance(event, events.SequenceStartEvent)
        if event.tag not in {None, "!", f"{_TAG}map", f"{_TAG}seq"}:
            self._refuse(f"the tag {shown(event.tag)} is not understood; leave it out", event)
        self._path.append("")
        node = self._sequence(event, level + 1) if is_list else self._mapping(event, level + 1)
        self._path.pop()
        return node

    def _scalar(self, event: _Event) -> Scalar:
        text = _without_halves(_restored(event.value) if self._restores else event.value)
        kind = "" if event.tag in {None, "!"} else event.tag.removeprefix(_TAG)
        if kind not in {"", *_SCALAR_TAGS}:
            self._refuse(f"the tag {shown(event.tag)} is not understood; leave it out", event)
        style = event.style or ""
        is_plain = not style and event.implicit[0]
        resolved = is_plain if not kind else kind in _SCALAR_TAGS - {"str"}
        trap = ""
        if self._dialect.tells_traps:
            trap = _TRAPS.get(kind, "") if kind else _trap(text) if is_plain else ""
        return Scalar(text, core_value(text) if resolved else text, self._place(event), style, self._end(event), trap)

    def _end(self, event: _Event) -> tuple[int, int]:
        """Return where a scalar ends.

        The mark of a block stands where the next thing may begin, so go back over the blank lines.
        """
        line, column = _spot(event.end_mark)
        if event.style not in {"|", ">"} or column > 1:
            return line, column
        text, index = str(self._parser.buffer), event.end_mark.index
        while text[index - 1] in " \t\r\n":
            index -= 1
            line -= text[index] == "\n" or (text[index] == "\r" and text[index + 1] != "\n")
        start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
        return line, index - start + 1

    def _sequence(self, event: _Event, level: int) -> Sequence:
        from yaml import events

        items: list[Node] = []
        end = _spot(event.end_mark)
        while not isinstance(inner := self._next(), events.SequenceEndEvent):
            self._path[-1] = f"[{len(items)}]"
            items.append(self._node(inner, level))
            end = _after(inner, items[-1])
        return Sequence(tuple(items), self._place(event), _spot(inner.end_mark) if event.flow_style else end)

    def _mapping(self, event: _Event, level: int) -> Mapping:
        from yaml import events

        entries: dict[str, Entry] = {}
        end = _spot(event.end_mark)
        while not isinstance(inner := self._next(), events.MappingEndEvent):
            key = self._node(inner, level)
            name = key.text if isinstance(key, Scalar) else ""
            self._path[-1] = f".{name}" if isinstance(key, Scalar) else ""
            following = self._next()
            value = self._node(following, level)
            end = _after(following, value)
            self._add(entries, key, value, inner)
        end = _spot(inner.end_mark) if event.flow_style else end
        return Mapping(tuple(entries.values()), self._place(event), end)

    def _add(self, entries: dict[str, Entry], key: Node, value: Node, event: _Event) -> None:
        if not isinstance(key, Scalar):
            self._refuse("a key must be a text", event)
            return
        if key.text == "<<" and not key.style:
            self._refuse("merge keys are not understood; write the keys out", event)
            return
        if key.trap:
            self._refuse(f"YAML takes {shown(key.text)} for {key.trap}; write it in quotes", event)
        folded = key.text.upper() if self._dialect.ignores_case else key.text
        if folded in entries:
            self._refuse(f"is there already, at line {entries[folded].place.line}", event)
            return
        entries[folded] = Entry(key.text, self._place(event), value)


def _spot(mark: _Event) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _after(event: _Event, node: Node) -> tuple[int, int]:
    """Return where something ends in the file: an alias where it stands, not where its anchor does."""
    from yaml import events

    return _spot(event.end_mark) if isinstance(event, events.AliasEvent) else node.end


def _put_away(match: re.Match[str]) -> str:
    return chr(_AREA + min(ord(match.group()), 0xFFFF))


def _restored(text: str) -> str:
    """Take the characters out again that were put away."""
    return text if text.isascii() else _PUT_AWAY.sub(lambda match: chr(ord(match.group()) - _AREA), text)


def _without_halves(text: str) -> str:
    """Replace halves of characters, which are not text."""
    # An escape such as "\ud800" makes half a character, which nothing could write again.
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
