"""A YAML document as a tree in which everything knows its line: strict where YAML is treacherous.

What is read is text: YAML 1.1 would turn ``1.10`` into 1.1, ``no`` into false and ``on`` into true, silently,
and keep the last of two equal keys. Here a scalar keeps its text, and the reader is told what YAML would have
made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    import yaml

# A config file of this size has tens of thousands of lines; beyond it something is wrong.
LARGEST_FILE = 1024 * 1024
_MOST_NODES = 100_000
_DEEPEST = 20
_SHOWN = 60

# What PyYAML resolves a plain scalar to, by the last part of its tag.
_TRAPS = {
    "null": "nothing",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. ``trap`` says what YAML takes it for if it is not quoted: a number, a boolean, a date, nothing."""

    text: str
    place: Place
    trap: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: str
    place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; its keys are texts, each once, in the order of the file."""

    entries: tuple[Entry, ...]
    place: Place


Node = Scalar | Sequence | Mapping


def shown(text: str) -> str:
    """Return ``text`` quoted and short, to be told to the reader."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "\N{HORIZONTAL ELLIPSIS}")


class TreeError(Exception):
    """The file is no tree; carries every problem that was found before it became hopeless."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(str(problems[0]))


def parse_tree(data: bytes, path: str) -> tuple[Node | None, list[Problem]]:
    """Read a YAML document; returns it (None where the file is empty) and what is wrong with it.

    ``path`` is the file's path for messages. Raises `TreeError` where there is nothing to go on with.
    """
    import yaml

    if len(data) > LARGEST_FILE:
        raise TreeError([Problem("", f"is larger than {LARGEST_FILE // 1024} KiB", Place(path))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TreeError([Problem("", "is not UTF-8", Place(path, line))]) from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Place(path, mark.line + 1, mark.column + 1) if mark is not None else Place(path)
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise TreeError([Problem("", f"is not valid YAML: {what[:200]}", where)]) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise TreeError([Problem("", f"is not valid YAML ({type(error).__name__})", Place(path))]) from None
    if root is None:
        return None, []
    builder = _Builder(path)
    return builder.build(root, "", 0), builder.problems


class _Builder:
    """Copies PyYAML's nodes into the tree, bounded, and notes what a config file must not hold."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._nodes = 0
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, key: str, depth: int) -> Node:
        """Copy one node and what is below it."""
        place = Place(self._path, node.start_mark.line + 1, node.start_mark.column + 1)
        self._nodes += 1
        # An alias is the node it stands for: a few lines of them can mean billions of nodes, or a circle.
        if self._nodes > _MOST_NODES or depth > _DEEPEST:
            what = "is nested too deeply" if depth > _DEEPEST else "means too much once its aliases are followed"
            raise TreeError([*self.problems, Problem(key, what, place)])
        if node.tag is not None and not _is_plain_tag(node):
            self.problems.append(Problem(key, f"the tag {shown(node.tag)} is not understood; leave it out", place))
        import yaml

        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key, place, depth)
        if isinstance(node, yaml.SequenceNode):
            items = (self.build(item, f"{key}[{number}]", depth + 1) for number, item in enumerate(node.value))
            return Sequence(tuple(items), place)
        return Scalar(str(node.value), place, _trap(node))

    def _mapping(self, node: yaml.MappingNode, key: str, place: Place, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        for name, value in node.value:
            spot = Place(self._path, name.start_mark.line + 1, name.start_mark.column + 1)
            if name.id != "scalar":
                self.problems.append(Problem(key, "a key must be a text", spot))
                continue
            inner = f"{key}.{name.value}" if key else name.value
            if name.value == "<<" and not name.style:
                self.problems.append(Problem(inner, "merge keys are not understood; write the keys out", spot))
                continue
            trap = _trap(name)
            if trap:
                message = f"YAML takes {shown(name.value)} for {trap}; write it in quotes"
                self.problems.append(Problem(inner, message, spot))
            if name.value in entries:
                first = entries[name.value].place.line
                self.problems.append(Problem(inner, f"is there already, at line {first}", spot))
                continue
            entries[name.value] = Entry(name.value, spot, self.build(value, inner, depth + 1))
        return Mapping(tuple(entries.values()), place)


def _is_plain_tag(node: yaml.Node) -> bool:
    return node.tag.startswith("tag:yaml.org,2002:") and node.tag.rpartition(":")[2] in {
        "str",
        "int",
        "float",
        "bool",
        "null",
        "timestamp",
        "map",
        "seq",
        "merge",
        "value",
    }


def _trap(node: yaml.Node) -> str:
    return _TRAPS.get(str(node.tag).rpartition(":")[2], "")
