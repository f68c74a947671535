"""Globs of folders: `*` and `?` within a level, `**` over levels, and sets in brackets."""

from __future__ import annotations

import re

_PIECE = re.compile(r"(\*\*/?|\*|\?|\[!?[^\]]+\])")
_KNOWN = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_ESCAPED_DASH = r"\-"
# A regular expression with many of them can take for ever on a long name.
_MOST_STARS = 4


def check_glob(text: str) -> str:
    """Say what is wrong with a glob; empty where nothing is."""
    if max((part.count("*") for part in text.split("/")), default=0) > _MOST_STARS:
        return f"{text[:80]!r} has more than {_MOST_STARS} stars in one part"
    try:
        glob_regex(text)
    except re.error:
        return f"{text[:80]!r} has a range that goes down"
    return ""


def glob_regex(pattern: str) -> re.Pattern[str]:
    """Return a glob as a regular expression; raises ``re.error`` for a range that goes down."""
    text = ""
    for piece in _PIECE.split(pattern.strip("/")):
        if piece.startswith("[") and piece.endswith("]"):
            inside = piece[1:-1].removeprefix("!")
            negation = "^" if piece[1] == "!" else ""
            text += f"[{negation}{re.escape(inside).replace(_ESCAPED_DASH, '-')}]"
        else:
            text += _KNOWN.get(piece, re.escape(piece))
    return re.compile(text)
