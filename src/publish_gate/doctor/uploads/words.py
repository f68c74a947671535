"""Writes sets of words as one text, which reads better than a column of quotes."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Return the words of a text that are separated by blanks."""
    return frozenset(text.split())
