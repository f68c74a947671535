"""Reads TOML files, with the line on which a key stands."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.faults import NAME_THE_FILE, read_bytes, refuse, refuse_bom

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

_BARE_OR_QUOTED = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"([^"\\\n]*)"|'([^'\n]*)')[ \t]*""")
_STRINGS = re.compile(
    r'''
    """(?:[^\\]|\\.)*?"{3,5}
    | \'{3}.*?\'{3,5}
    | "(?:[^"\\\n]|\\.)*"
    | \'[^\'\n]*\'
    ''',
    re.DOTALL | re.VERBOSE,
)


MAX_KEY_PARTS = 1000
"""Parts of the keys in a line, and what looks like them; reading a key takes time and memory with their square."""
_PART_END = re.compile(r"""[\w"'-][ \t]*\.(?=[ \t]*[\w"'-])""", re.ASCII)


class Document(NamedTuple):
    """A parsed TOML file; ``path`` is relative to the package's folder."""

    checkout: Checkout
    path: str
    content: dict[str, object]
    text: str

    def get(self, *keys: str) -> object:
        """Give the value under a path of keys; None where there is none."""
        value: object = self.content
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                return None
            value = value[key]
        return value

    def table(self, *keys: str) -> dict[str, object]:
        """Give a table; an empty one where there is none, or something else."""
        value = self.get(*keys)
        return value if isinstance(value, dict) else {}

    def place(self, *keys: str) -> Place:
        """Say where a key stands; without the line where that is not certain."""
        return self.checkout.place(self.path, line_of(self.text, keys) if keys else None)


def load(checkout: Checkout, path: str, named_in: Place | None = None) -> Document:
    """Read and parse a TOML file; raises Refusal."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # pragma: no cover - Python 3.10, which has no tomllib
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

    content = read_bytes(checkout, path, named_in)
    refuse_bom(checkout, path, content)
    try:
        text = content.decode("utf-8")
        refuse_long_keys(text)
        parsed = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = f"{path} is not valid TOML: {str(error)[:200]}"
        raise refuse("invalid-toml", message, checkout.place(path), advice=NAME_THE_FILE) from error
    return Document(checkout, path, parsed, text)


def refuse_long_keys(text: str) -> None:
    """Raise ValueError if a line may hold a key of too many parts."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") < MAX_KEY_PARTS or line.lstrip().startswith("#"):
            continue
        if sum(1 for _ in _PART_END.finditer(line)) >= MAX_KEY_PARTS:
            raise ValueError(f"line {number} has a key of more than {MAX_KEY_PARTS} parts, or as many dots in a text")


def line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """Find the line of a key in a text that is known to be TOML; None where it is not certain."""
    found = [
        each.line
        for each in _statements(text)
        # An inline table holds the rest of the keys; it is certain where it stands on one line.
        if each.keys == keys or (each.on_one_line and each.keys == keys[: len(each.keys)])
    ]
    return found[0] if len(found) == 1 else None


class _Statement(NamedTuple):
    """A key with its value, by its keys from the root of the document."""

    keys: tuple[str, ...]
    line: int
    on_one_line: bool


# A file is asked for several keys, one after the other.
@lru_cache(maxsize=4)
def _statements(text: str) -> tuple[_Statement, ...]:
    """Find the statements of a text; without those in a table, or with a key, that is not understood."""
    table: tuple[str, ...] | None = ()
    found = []
    position, line, counted = 0, 1, 0
    while position < len(text):
        position = _skip_blank(text, position)
        if position >= len(text):
            break
        line += text.count("\n", counted, position)
        counted = position
        if text[position] == "[":
            arrays = text.startswith("[[", position)
            names, position = _keys(text, position + (2 if arrays else 1))
            table = None if arrays or names is None else names
            position = _end_of_statement(text, position + (2 if arrays else 1))
            continue
        names, position = _keys(text, position)
        end = _end_of_statement(text, position)
        if table is not None and names is not None:
            found.append(_Statement((*table, *names), line, "\n" not in text[position:end].strip()))
        position = end
    return tuple(found)


def _skip_blank(text: str, position: int) -> int:
    """Go to the next character that is neither blank nor part of a comment."""
    while position < len(text):
        if text[position] == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif text[position].isspace() or text[position] == "\ufeff":
            position += 1
        else:
            break
    return position


def _keys(text: str, position: int) -> tuple[tuple[str, ...] | None, int]:
    """Read a dotted key; None where it is written in a way that is not understood."""
    names = []
    while True:
        match = _BARE_OR_QUOTED.match(text, position)
        if match is None:
            return None, position
        names.append(next(group for group in match.groups() if group is not None))
        position = match.end()
        if not text.startswith(".", position):
            return tuple(names), position
        position += 1


def _end_of_statement(text: str, position: int) -> int:
    """Go behind the value: to the end of the first line on which no bracket and no string is open."""
    depth = 0
    while position < len(text):
        character = text[position]
        if character in "\"'":
            match = _STRINGS.match(text, position)
            position = position + 1 if match is None else match.end()
            continue
        if character == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
            continue
        if character == "\n" and depth == 0:
            return position
        depth += (character in "[{") - (character in "]}")
        position += 1
    return position
