"""Builds the tree of a YAML document from its events: bounded, aliases followed, what GitHub refuses noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.workflow.events import Event, Kind
from publish_gate.doctor.workflow.tree import Entry, Mapping, Node, Scalar, Sequence
from publish_gate.doctor.workflow.yaml12 import core_value, restored, shown, without_halves
from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.events import EventReader

_MOST_NODES = 50_000
_DEEPEST = 100
_TAG = "tag:yaml.org,2002:"
_RESOLVED = frozenset({"int", "float", "bool", "null"})


class Hopeless(Exception):  # noqa: N818 - it says how the file stands
    """There is nothing to go on with; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


class _Anchored(NamedTuple):
    """A node that has a name, and how many nodes it means once its own aliases are followed."""

    node: Node
    size: int


class TreeBuilder:
    """Builds one tree; ``problems`` holds what GitHub refuses in it.

    ``restores`` tells that characters of the text have been put away, see `yaml12`.
    """

    def __init__(self, events: EventReader, path: str, *, restores: bool) -> None:
        self._restores = restores
        self._events = events
        self._file = path
        self._size = 0
        self._path: list[str] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self.problems: list[Problem] = []

    def document(self) -> Node:
        """Read the only document; raises `Hopeless` and what `EventReader.next` raises."""
        self._events.next()  # the stream begins
        if self._events.next().kind is Kind.STREAM_END:
            raise Hopeless(Problem("", "is empty", Place(self._file)))
        root = self._node(self._events.next(), 0)
        self._events.next()  # the document ends
        another = self._events.next()
        if another.kind is not Kind.STREAM_END:
            self._refuse("a second document begins here; GitHub reads only one", another)
        return root

    def _problem(self, message: str, event: Event) -> Problem:
        return Problem("".join(self._path).lstrip("."), message, Place(self._file, *event.start))

    def _refuse(self, message: str, event: Event) -> None:
        self.problems.append(self._problem(message, event))

    def _count(self, nodes: int, event: Event) -> None:
        self._size += nodes
        if self._size > _MOST_NODES:
            raise Hopeless(self._problem(f"has more than {_MOST_NODES:,} parts, aliases followed", event))

    def _node(self, event: Event, depth: int) -> Node:
        if event.kind is Kind.ALIAS:
            return self._alias(event)
        self._count(1, event)
        if depth > _DEEPEST:
            raise Hopeless(self._problem("is nested too deeply", event))
        if event.anchor is None:
            return self._content(event, depth)
        before = self._size
        self._anchors[event.anchor] = None
        node = self._content(event, depth)
        self._anchors[event.anchor] = _Anchored(node, self._size - before + 1)
        return node

    def _alias(self, event: Event) -> Node:
        name = event.anchor or ""
        if name not in self._anchors:
            raise Hopeless(self._problem(f"the anchor {shown(name)} is not defined before it is used", event))
        anchored = self._anchors[name]
        if anchored is None:
            raise Hopeless(self._problem(f"the anchor {shown(name)} contains itself", event))
        self._count(anchored.size, event)
        return anchored.node

    def _content(self, event: Event, depth: int) -> Node:
        place = Place(self._file, *event.start)
        if event.kind is Kind.SCALAR:
            return self._scalar(event, place)
        if event.tag not in {None, "!", f"{_TAG}map", f"{_TAG}seq"}:
            self._refuse(f"the tag {shown(event.tag or '')} is not understood; leave it out", event)
        self._path.append("")
        build = self._sequence if event.kind is Kind.SEQUENCE else self._mapping
        node = build(event, place, depth + 1)
        self._path.pop()
        return node

    def _scalar(self, event: Event, place: Place) -> Scalar:
        text = without_halves(restored(event.text) if self._restores else event.text)
        kind = "" if event.tag in {None, "!"} else (event.tag or "").removeprefix(_TAG)
        if kind not in {"", "str", *_RESOLVED}:
            self._refuse(f"the tag {shown(event.tag or '')} is not understood; leave it out", event)
        resolved = event.plain if not kind else kind in _RESOLVED
        return Scalar(text, core_value(text) if resolved else text, place, event.style, self._end(event))

    def _end(self, event: Event) -> tuple[int, int]:
        """Return where a scalar ends.

        The mark of a block stands where the next thing may begin, so go back over the blank lines.
        """
        if event.style not in {"|", ">"} or event.end[1] > 1:
            return event.end
        text, index, line = self._events.text, event.stop, event.end[0]
        while text[index - 1] in " \t\r\n":
            index -= 1
            line -= text[index] == "\n" or (text[index] == "\r" and text[index + 1] != "\n")
        start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
        return line, index - start + 1

    def _sequence(self, event: Event, place: Place, depth: int) -> Sequence:
        items: list[Node] = []
        end = event.end
        while (inner := self._events.next()).kind is not Kind.END:
            self._path[-1] = f"[{len(items)}]"
            items.append(self._node(inner, depth))
            end = _after(inner, items[-1])
        return Sequence(tuple(items), place, inner.end if event.flow else end)

    def _mapping(self, event: Event, place: Place, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        end = event.end
        while (inner := self._events.next()).kind is not Kind.END:
            key = self._node(inner, depth)
            name = key.text if isinstance(key, Scalar) else ""
            self._path[-1] = f".{name}" if isinstance(key, Scalar) else ""
            following = self._events.next()
            value = self._node(following, depth)
            end = _after(following, value)
            # GitHub compares keys without case.
            if not isinstance(key, Scalar):
                self._refuse("a key must be a text", inner)
            elif name == "<<" and not key.style:
                self._refuse("merge keys are not understood; write the keys out", inner)
            elif name.upper() in entries:
                first = entries[name.upper()].place.line
                self._refuse(f"{shown(name)} is already defined, at line {first}", inner)
            else:
                entries[name.upper()] = Entry(name, Place(self._file, *inner.start), value)
        return Mapping(tuple(entries.values()), place, inner.end if event.flow else end)


def _after(event: Event, node: Node) -> tuple[int, int]:
    """Return where something ends in the file: an alias where it stands, not where its anchor does."""
    return event.end if event.kind is Kind.ALIAS else node.end
