"""Limits of the reading, so that no file can make it slow or large."""

from __future__ import annotations

from dataclasses import dataclass

MAX_NODES = 200_000
"""Syntax nodes that one reading may visit, over all files that it follows imports to."""
MAX_FILES = 200
"""Files that one reading may follow imports to."""
MAX_DEPTH = 120
"""Nested expressions and statements; far above what people write, far below Python's own limit."""
MAX_TEXT = 4096
"""Characters of a folded string."""
MAX_BITS = 256
"""Bits of a folded integer."""
MAX_WEIGHT = 10_000
"""Characters and items of a folded container, counted through all its levels."""
MAX_LEVELS = 20
"""Levels of a folded container."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What can be gone through once: a generator, ``map``, ``zip``. It has no text, no length and no items."""

    items: tuple[object, ...]


class TooMuchError(Exception):
    """A limit was reached; nothing is known about the file."""


@dataclass(slots=True)
class Budget:
    """Counts what a reading has used up."""

    nodes: int = 0
    depth: int = 0

    def visit(self) -> None:
        """Count one node; raises TooMuchError past the limits."""
        self.nodes += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH:
            raise TooMuchError


def is_small(value: object) -> bool:
    """Tell whether a folded value stays inside the limits."""
    if isinstance(value, str | bytes):
        return len(value) <= MAX_TEXT
    return _weigh(value, 0, 0) <= MAX_WEIGHT


def _weigh(value: object, weight: int, level: int) -> int:
    """Add the size of a value to ``weight``, giving up past the limit: shared parts count each time."""
    if isinstance(value, str | bytes):
        return weight + len(value) + 1
    if isinstance(value, int):
        return weight + (1 if value.bit_length() <= MAX_BITS else MAX_WEIGHT + 1)
    weight += 1 if level < MAX_LEVELS else MAX_WEIGHT + 1
    items: tuple[object, ...] = ()
    if isinstance(value, dict):
        items = (*value.keys(), *value.values())
    elif isinstance(value, tuple | list):
        items = tuple(value)
    elif isinstance(value, Stream):
        items = value.items
    for item in items:
        if weight > MAX_WEIGHT:
            break
        weight = _weigh(item, weight, level + 1)
    return weight
