"""Globs of folders: `*` and `?` within a level, `**` over levels, and sets in brackets."""

from __future__ import annotations

import re
from typing import NamedTuple

_PIECE = re.compile(r"(\*+|\?|\[!?[^\]]+\])")
_LEVELS = "**"
_ESCAPED_DASH = r"\-"
MOST_STARS = 4
"""The most stars in one part of a glob; who needs more can name the folder."""


class Glob(NamedTuple):
    """A glob, part by part; None stands for ``**``.

    No part looks back at what it has passed, so that a name takes as long as it is, whatever the glob.
    """

    parts: tuple[re.Pattern[str] | None, ...]

    def matches(self, path: str) -> bool:
        """Tell whether a whole path fits. A `**` at the end stands for one level or more, elsewhere also for none."""
        reachable = self._with_none({0})
        for name in path.split("/"):
            moved = set()
            for position in reachable:
                if position == len(self.parts):
                    continue
                part = self.parts[position]
                if part is None:
                    moved |= {position, position + 1} if position + 1 == len(self.parts) else {position}
                elif part.fullmatch(name):
                    moved.add(position + 1)
            reachable = self._with_none(moved)
        return len(self.parts) in reachable

    def _with_none(self, positions: set[int]) -> set[int]:
        """Add what is reachable if a `**` stands for no level."""
        for position in range(len(self.parts) - 1):
            if position in positions and self.parts[position] is None:
                positions.add(position + 1)
        return positions


def check_glob(text: str) -> str:
    """Say what is wrong with a glob; empty where nothing is."""
    if max((part.count("*") for part in text.split("/")), default=0) > MOST_STARS:
        return f"{text[:80]!r} has more than {MOST_STARS} stars in one part"
    try:
        compile_glob(text)
    except re.error:
        return f"{text[:80]!r} has a range that goes down"
    return ""


def compile_glob(pattern: str) -> Glob:
    """Compile a glob; raises ``re.error`` for a range that goes down."""
    return Glob(tuple(None if part == _LEVELS else _part(part) for part in pattern.strip("/").split("/")))


def _part(text: str) -> re.Pattern[str]:
    first, *middle = _between_stars(text)
    last = middle.pop() if middle else None
    # A piece between two stars is taken where it first fits, and for good: a lookahead is not tried again.
    taken = "".join(f"(?=(?P<p{number}>.*?{piece}))(?P=p{number})" for number, piece in enumerate(middle) if piece)
    return re.compile(first if last is None else f"{first}{taken}.*{last}", re.DOTALL)


def _between_stars(text: str) -> list[str]:
    """Return the regular expressions of what stands between the stars, each for so many characters."""
    pieces = [""]
    for piece in _PIECE.split(text):
        if piece.startswith("*"):
            pieces.append("")
        elif piece.startswith("[") and piece.endswith("]") and len(piece) > len("[]"):
            inside = piece[1:-1].removeprefix("!")
            negation = "^" if piece[1] == "!" else ""
            pieces[-1] += f"[{negation}{re.escape(inside).replace(_ESCAPED_DASH, '-')}]"
        else:
            pieces[-1] += "." if piece == "?" else re.escape(piece)
    return pieces
