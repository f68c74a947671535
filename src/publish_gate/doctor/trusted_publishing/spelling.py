"""How two texts differ that were meant to be one: spaces nobody sees, letters that look alike, capitals, a renaming."""

from __future__ import annotations

import unicodedata
from typing import Final

# Letters of other alphabets, and signs, that look like a character of file and environment names.
_LOOKS_LIKE: Final = str.maketrans(
    {
        "\u0430": "a",
        "\u0435": "e",
        "\u043e": "o",
        "\u0440": "p",
        "\u0441": "c",
        "\u0443": "y",
        "\u0445": "x",
        "\u0455": "s",
        "\u0456": "i",
        "\u0458": "j",
        "\u04bb": "h",
        "\u0501": "d",
        "\u0410": "A",
        "\u0412": "B",
        "\u0415": "E",
        "\u041a": "K",
        "\u041c": "M",
        "\u041d": "H",
        "\u041e": "O",
        "\u0420": "P",
        "\u0421": "C",
        "\u0422": "T",
        "\u0425": "X",
        "\u03bf": "o",
        "\u03bd": "v",
        "\u03b1": "a",
        "\u0131": "i",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2024": ".",
        "\u3002": ".",
        "\u2044": "/",
        "\u2215": "/",
    }
)
_LONGEST: Final = 300
_SIMILAR: Final = 0.6


def visible(text: str) -> str:
    """Return a text without what nobody sees in it: spaces of all kinds, zero-width and control characters."""
    return "".join(each for each in text if not _is_invisible(each))


def folded(text: str) -> str:
    """Return a text with its look-alikes written in the letters that they look like."""
    return unicodedata.normalize("NFKC", visible(text)).translate(_LOOKS_LIKE)


def odd_characters(text: str) -> tuple[str, ...]:
    """Name the characters of a text that are not seen, or that are taken for others, in their order."""
    odd = [each for each in text if _is_invisible(each) or (not each.isascii() and folded(each).isascii())]
    return tuple(dict.fromkeys(f"{_name(each)} (U+{ord(each):04X})" for each in odd))


def similarity(one: str, other: str) -> float:
    """Return how near two texts are, from 0 to 1; only their first 300 characters count."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one[:_LONGEST].lower(), other[:_LONGEST].lower(), autojunk=False).ratio()


def is_similar(one: str, other: str) -> bool:
    """Whether one text may be a new spelling of the other."""
    return similarity(one, other) >= _SIMILAR


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Cc", "Zs", "Zl", "Zp"}


def _name(character: str) -> str:
    if character == "\t":
        return "tab"
    return unicodedata.name(character, "control character").lower()
