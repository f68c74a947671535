"""The values of GitHub's expression language, and what stands for those that the files do not tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values. Two arrays are equal in an expression only where they are the same one."""

    items: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Filtered(Array):
    """What ``.*`` makes: what is asked of it is asked of each of its items."""


@dataclass(frozen=True, slots=True)
class Object:
    """Named values; names are looked up without regard to case.

    Where it is ``open``, what is not listed may still be there and is an Unknown instead of null.
    """

    entries: Mapping[str, Value] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of which nothing is known, but perhaps whether it is truthy."""

    truth: bool | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these values: a boolean input, an output that is written in one of two branches.

    Two with the same ``name`` (and as many values) have the value at the same position at the same time.
    """

    values: tuple[Value, ...]
    name: str = ""


Primitive: TypeAlias = bool | float | str | None
Known: TypeAlias = Primitive | Array | Object
Settled: TypeAlias = Known | Unknown
Value: TypeAlias = Settled | OneOf

# Characters whose capital letter .NET's ordinal comparison does not take them for.
_KEPT = frozenset("\N{LATIN SMALL LETTER DOTLESS I}\N{LATIN SMALL LETTER LONG S}")


def fold(text: str) -> str:
    """Return ``text`` in capital letters, character by character, as texts and names are compared.

    Source: ``StringComparison.OrdinalIgnoreCase``, which the runner compares with.
    """
    capitals = text.upper()
    if text.isascii() or (len(capitals) == len(text) and _KEPT.isdisjoint(text)):
        return capitals
    return "".join(
        character if character in _KEPT or len(character.upper()) != 1 else character.upper() for character in text
    )
