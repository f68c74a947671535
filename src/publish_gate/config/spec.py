"""What a config file may hold, as data: read from a tree with every problem noted, and told as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from publish_gate.config.tree import Mapping as MappingNode
from publish_gate.config.tree import Node, Scalar, Sequence, shown
from publish_gate.errors import Problem
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from publish_gate.places import Place

Check = Callable[[str], str]
"""Says what is wrong with a text; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Located:
    """A text of the file with its key path and its place."""

    text: str
    key: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping of the file: what each known key holds (only those that are there and right)."""

    values: Mapping[str, Value]
    places: Mapping[str, Place]
    key: str
    place: Place

    def text(self, name: str) -> Located | None:
        """Return the text that ``name`` holds."""
        value = self.values.get(name)
        return value if isinstance(value, Located) else None

    def texts(self, name: str) -> tuple[Located, ...] | None:
        """Return the list that ``name`` holds."""
        value = self.values.get(name)
        return value if isinstance(value, tuple) else None

    def table(self, name: str) -> Table | None:
        """Return the mapping that ``name`` holds."""
        value = self.values.get(name)
        return value if isinstance(value, Table) else None


Value = Located | tuple[Located, ...] | Table | None
"""What a spec reads; None where the file says nothing there (an empty mapping, or something wrong)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text: one of ``choices``, where there are any, that ``check`` has nothing against.

    ``nothing`` says what to write for none at all, where that can be.
    """

    about: str
    choices: tuple[str, ...] = ()
    check: Check | None = None
    example: str = ""
    nothing: str = ""

    @property
    def expected(self) -> str:
        """What to write, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        none = f", or {self.nothing}" if self.nothing else ""
        return f"a text such as {shown(self.example)}{none}" if self.example else "a text"

    def read(self, node: Node, key: str, problems: list[Problem]) -> Located | None:
        """Read a text that is not something else to YAML."""
        if not isinstance(node, Scalar):
            problems.append(Problem(key, f"expected {self.expected}, found {kind(node)}", node.place))
            return None
        if node.trap and node.text not in self.choices:
            quoted = f"; write it in quotes: '{node.text}'" if node.text and not self.choices else ""
            message = f"expected {self.expected}, found {shown(node.text)}, which YAML takes for {node.trap}{quoted}"
            problems.append(Problem(key, message, node.place))
            return None
        wrong = self._wrong(node.text)
        if wrong:
            problems.append(Problem(key, wrong, node.place))
            return None
        return Located(node.text, key, node.place)

    def _wrong(self, text: str) -> str:
        from publish_gate.text import did_you_mean

        if self.choices:
            wrong = self.check(text) if self.check is not None else ""
            return wrong or ("" if text in self.choices else did_you_mean("value", text, self.choices))
        if not text.isprintable() or not text.strip():
            return f"expected {self.expected}, found {shown(text)}"
        return self.check(text) if self.check is not None else ""

    def schema(self) -> dict[str, object]:
        """Return it as JSON Schema."""
        found: dict[str, object] = {"description": self.about, "type": "string"}
        if self.choices:
            found["enum"] = list(self.choices)
        else:
            found["minLength"] = 1
            found["examples"] = [self.example]
        return found


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts; a single one may stand without the list."""

    about: str
    item: Text
    check: Callable[[list[str]], str] | None = None

    def read(self, node: Node, key: str, problems: list[Problem]) -> tuple[Located, ...] | None:
        """Read a list; each item is judged by itself, then all of them together."""
        if isinstance(node, Sequence):
            items = [self.item.read(each, f"{key}[{at}]", problems) for at, each in enumerate(node.items)]
        elif isinstance(node, Scalar):
            items = [self.item.read(node, key, problems)]
        else:
            problems.append(Problem(key, f"expected a list, found {kind(node)}", node.place))
            return None
        if not items:
            problems.append(Problem(key, "expected at least one item, found an empty list", node.place))
            return None
        found = [each for each in items if each is not None]
        if len(found) != len(items):
            return None
        wrong = self.check([each.text for each in found]) if self.check is not None else ""
        if wrong:
            problems.append(Problem(key, wrong, node.place))
            return None
        return tuple(found)

    def schema(self) -> dict[str, object]:
        """Return it as JSON Schema."""
        item = self.item.schema()
        many = {"type": "array", "items": item, "minItems": 1}
        return {"description": self.about, "oneOf": [item, many]}


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with known keys. ``check`` looks at the whole of it and notes what does not go together.

    ``required`` are the keys that must be there, with what to say where one is not; ``check_key`` says what is wrong
    with a key, known or not.
    """

    about: str
    fields: Mapping[str, Spec]
    required: Mapping[str, str] | tuple[str, ...] = ()
    check: Callable[[Table], list[Problem]] | None = None
    optional: bool = True
    least: int = 0
    check_key: Check | None = None

    def read(self, node: Node, key: str, problems: list[Problem]) -> Table | None:
        """Read the mapping; unknown keys are told with the nearest known one."""
        from publish_gate.text import did_you_mean

        if isinstance(node, Scalar) and node.trap == "nothing" and self.optional:
            return Table({}, {}, key, node.place)
        if not isinstance(node, MappingNode):
            known = ", ".join(self.fields)
            problems.append(
                Problem(key, f"expected a mapping with keys such as {known}; found {kind(node)}", node.place)
            )
            return None
        values: dict[str, Value] = {}
        places: dict[str, Place] = {}
        for entry in node.entries:
            inner = f"{key}.{entry.key}" if key else entry.key
            spec = self.fields.get(entry.key)
            wrong = self.check_key(entry.key) if self.check_key is not None else ""
            if wrong:
                problems.append(Problem(inner, wrong, entry.place))
                continue
            if spec is None:
                problems.append(Problem(inner, did_you_mean("key", entry.key, self.fields), entry.place))
                continue
            places[entry.key] = entry.place
            values[entry.key] = spec.read(entry.value, inner, problems)
        problems += [
            Problem(f"{key}.{name}" if key else name, _missing(self.required, name), node.place)
            for name in self.required
            if name not in places
        ]
        table = Table(values, places, key, node.place)
        if len(node.entries) < self.least:
            problems.append(
                Problem(key, f"expected one of {', '.join(self.fields)}; found an empty mapping", node.place)
            )
        if self.check is not None:
            problems += self.check(table)
        return table

    def schema(self) -> dict[str, object]:
        """Return it as JSON Schema."""
        found: dict[str, object] = {
            "description": self.about,
            "type": ["object", "null"] if self.optional else "object",
            "additionalProperties": False,
            "properties": {name: spec.schema() for name, spec in self.fields.items()},
        }
        if self.required:
            found["required"] = list(self.required)
        if self.least:
            found["minProperties"] = self.least
        return found


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping whose keys are names of the user's own, each with the same kind of value."""

    about: str
    value: Spec
    check_name: Check
    most: int = 10_000

    def read(self, node: Node, key: str, problems: list[Problem]) -> Table | None:
        """Read the mapping in its order."""
        if not isinstance(node, MappingNode) or not node.entries:
            problems.append(Problem(key, f"expected a mapping with at least one name, found {kind(node)}", node.place))
            return None
        if len(node.entries) > self.most:
            problems.append(
                Problem(key, f"holds {len(node.entries)} names; at most {self.most} can be decided", node.place)
            )
        values: dict[str, Value] = {}
        for entry in node.entries[: self.most]:
            inner = f"{key}.{entry.key}"
            wrong = self.check_name(entry.key)
            if wrong:
                problems.append(Problem(inner, wrong, entry.place))
            values[entry.key] = self.value.read(entry.value, inner, problems)
        return Table(values, {each.key: each.place for each in node.entries}, key, node.place)

    def schema(self) -> dict[str, object]:
        """Return it as JSON Schema."""
        return {
            "description": self.about,
            "type": "object",
            "minProperties": 1,
            "additionalProperties": self.value.schema(),
        }


@dataclass(frozen=True, slots=True)
class Either:
    """A text, a list of texts, or a mapping: whichever of them stands there is read by its own spec."""

    about: str
    text: Text | Texts
    mapping: Fields

    def read(self, node: Node, key: str, problems: list[Problem]) -> Value:
        """Read by the shape of what stands there."""
        spec = self.mapping if isinstance(node, MappingNode) else self.text
        return spec.read(node, key, problems)

    def schema(self) -> dict[str, object]:
        """Return it as JSON Schema."""
        shapes = [self.text.schema(), self.mapping.schema()]
        flat: list[object] = []
        for shape in shapes:
            alternatives = shape.get("oneOf")
            flat += alternatives if isinstance(alternatives, list) else [shape]
        return {"description": self.about, "oneOf": flat}


Spec = Text | Texts | Fields | Named | Either


def _missing(required: Mapping[str, str] | tuple[str, ...], name: str) -> str:
    return f"is missing: {required[name]}" if isinstance(required, Mapping) else "is missing"


def kind(node: Node) -> str:
    """Say what a node is, for a message."""
    if isinstance(node, Scalar):
        return "nothing" if node.trap == "nothing" else shown(node.text)
    return "a list" if isinstance(node, Sequence) else "a mapping"
