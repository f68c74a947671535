"""A YAML document as GitHub reads it: a tree in which everything knows its place and its type.

GitHub reads workflow files by YAML 1.2's core schema: ``on`` is a text, ``1.10`` a number, ``yes`` a text;
anchors and aliases are followed, merge keys are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.places import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, boolean or nothing.

    ``text`` is its content (of a plain ``1.10`` that is ``1.10``), ``value`` what the core schema makes of it,
    ``style`` its quote or block sign (``'``, ``"``, ``|``, ``>``, or empty where it is plain). ``place`` is where
    it begins, ``end`` the line and column (from 1, exclusive) where it ends in the file.
    """

    text: str
    value: str | float | bool | None
    place: Place
    style: str = ""
    end: tuple[int, int] = (0, 0)


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
    """A mapping in the order of the file. Keys compare as GitHub compares them there; `get` takes the exact one."""

    entries: tuple[Entry, ...]
    place: Place
    end: tuple[int, int] = (0, 0)

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``, None where it is not there."""
        return next((entry.value for entry in self.entries if entry.key == key), None)

    def entry(self, key: str) -> Entry | None:
        """Return the entry of ``key``, None where it is not there."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def scalar(self, key: str) -> Scalar | None:
        """Return the value of ``key`` if it is a scalar."""
        value = self.get(key)
        return value if isinstance(value, Scalar) else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)


Node = Scalar | Sequence | Mapping
