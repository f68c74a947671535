"""YAML as GitHub reads it: version 1.2 with its core schema, anchors followed, merge keys refused, places exact.

PyYAML scans and parses; what a plain text means is decided here, by the core schema, so that ``on`` is a text
and ``0o17`` a number. Sources: the YAML 1.2.2 specification, chapter 10.3, and GitHub's workflow parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.tree import Node

# Far beyond any workflow: GitHub itself stops at less.
LARGEST_FILE = 1024 * 1024
_SHOWN = 60

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"0o(?P<octal>[0-7]+)|0x(?P<hexadecimal>[0-9a-fA-F]+)")
_INFINITE = re.compile(r"(?P<sign>[-+]?)\.(?:inf|Inf|INF)")
_NO_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_NUMBER_STARTS = frozenset("+-.0123456789")

# PyYAML refuses control characters, and breaks lines where YAML 1.2 does not. They are put away in a private
# area of Unicode while it reads.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PUT_AWAY = re.compile("[\U000f0000-\U000fffff]")
_AREA = 0xF0000


def parse_yaml(data: bytes, path: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document; returns its tree and everything that is wrong with it. Never raises.

    ``path`` is the file's path for messages. The tree is None where nothing can be gone on with; a key that
    stands there twice keeps its first value.
    """
    text, problem = decode(data, path)
    if problem is not None:
        return None, [problem]
    return parse_text(text, path)


def decode(data: bytes, path: str) -> tuple[str, Problem | None]:
    """Turn a file into text: UTF-8, with or without a byte order mark, of a bounded size."""
    if len(data) > LARGEST_FILE:
        return "", Problem("", f"is larger than {LARGEST_FILE // 1024} KiB", Place(path))
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return "", Problem("", "is not UTF-8", Place(path, data[: error.start].count(b"\n") + 1))


def parse_text(text: str, path: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document that is text already; otherwise as `parse_yaml`."""
    from publish_gate.doctor.workflow.events import EventReader, YamlError
    from publish_gate.doctor.workflow.tree_builder import Hopeless, TreeBuilder

    readable = _UNPRINTABLE.sub(_put_away, text)
    builder = TreeBuilder(EventReader(readable), path, restores=readable != text)
    try:
        return builder.document(), builder.problems
    except Hopeless as error:
        return None, [*builder.problems, error.problem]
    except YamlError as error:
        problem = Problem("", f"is not valid YAML: {error}", Place(path, error.line, error.column))
        return None, [*builder.problems, problem]


def core_value(text: str) -> str | float | bool | None:
    """Return what the core schema makes of a plain text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _NUMBER.fullmatch(text):
        return float(text)
    whole = _WHOLE.fullmatch(text)
    if whole is not None:
        return _float(int(whole["octal"], 8) if whole["octal"] else int(whole["hexadecimal"], 16))
    infinite = _INFINITE.fullmatch(text)
    if infinite is not None:
        return float(f"{infinite['sign']}inf")
    return float("nan") if text in _NO_NUMBER else text


def _float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def shown(text: str) -> str:
    """Return ``text`` quoted and short, to be told to the reader."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "\N{HORIZONTAL ELLIPSIS}")


def _put_away(match: re.Match[str]) -> str:
    return chr(_AREA + min(ord(match.group()), 0xFFFF))


def restored(text: str) -> str:
    """Take the characters out again that were put away."""
    return text if text.isascii() else _PUT_AWAY.sub(lambda match: chr(ord(match.group()) - _AREA), text)


def without_halves(text: str) -> str:
    """Replace halves of characters, which are no text."""
    # An escape such as "\ud800" makes half a character, which nothing could write again.
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
