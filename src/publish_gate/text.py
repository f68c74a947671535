"""Texts that are shown: untrusted ones made harmless for logs, Markdown and terminals, and help with misspelt words.

A runner takes a line with `##[word]` anywhere, or with `::word` at its start, for a command; a terminal
obeys escape sequences; Markdown renders HTML and mentions. What comes from files, refs, payloads and indexes
passes through here before it is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 500
"""Characters of a text from elsewhere that is shown."""
_USERINFO = re.compile(r"://[^\s/?#]*@")


def without_credentials(text: str) -> str:
    """Return ``text`` with a mask in place of what an address in it has before its host."""
    return _USERINFO.sub("://***@", text) if "://" in text and "@" in text else text


def one_line(text: str, limit: int = LONGEST) -> str:
    """Return ``text`` as one printable line of at most ``limit`` characters that no runner takes for a command."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape", "replace").decode("ascii")
        for character in without_credentials(text[: limit * 2])
    )
    shown = shown.replace("##[", "## [").replace("::", ": :")
    return shown if len(shown) <= limit else shown[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def as_json(data: object) -> str:
    """Return JSON to be printed: a runner finds no command in it, as no two ``#`` stand side by side."""
    import json

    return json.dumps(data, indent=2).replace("##", "\\u0023\\u0023")


_MARKDOWN = str.maketrans({character: f"&#{ord(character)};" for character in "&<>\"'|`*_[]()#~\\@!:"})


def markdown(text: str, limit: int = LONGEST) -> str:
    """Return ``text`` so that Markdown shows it as it is: no HTML, table, link, mention or emphasis."""
    return one_line(text, limit).translate(_MARKDOWN)


def did_you_mean(kind: str, word: str, known: Iterable[str]) -> str:
    """Say that ``word`` is not known, and which known one is nearest."""
    from difflib import get_close_matches

    known = list(known)
    near = get_close_matches(word.lower(), known, 1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    many = 12
    listed = "" if near and len(known) > many else f" (known: {', '.join(known)})"
    return f"unknown {kind} {word!r}{hint}{listed}"
