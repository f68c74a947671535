"""Reads plain texts: a file that holds the version and nothing else, or ``version = 1.2.3`` in an ini file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.versions.faults import BOM, NAME_THE_FILE, read_text, refuse
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

_ASSIGNMENT = re.compile(r"[ \t]*(?:__version__|version)[ \t]*[=:][ \t]*(.*?)[ \t]*", re.IGNORECASE)
_QUOTED = re.compile(r"""(["'])(.*)\1""")
_SHAPE = re.compile(r"[^\s=:;#]{1,200}")


def read_line(checkout: Checkout, path: str, declared_by: str, named_in: Place | None = None) -> FoundVersion:
    """Read a file that holds one line, the version; raises Refusal."""
    lines = _lines(checkout, path, named_in)
    if len(lines) == 1 and _SHAPE.fullmatch(lines[0][1]):
        number, line = lines[0]
        bom = read_text(checkout, path, named_in).startswith("\ufeff") and named_in is not None
        notes = (f"{path} begins with {BOM}: the build back end will refuse the version",) if bom else ()
        return FoundVersion(line, checkout.place(path, number), declared_by, notes)
    what = "is empty" if not lines else "holds more than a version"
    raise refuse("not-one-line", f"{path} {what}", checkout.place(path), advice=NAME_THE_FILE)


def read_any(checkout: Checkout, path: str) -> FoundVersion:
    """Read a file with the version alone, or with one line such as ``version = 1.2.3``; raises Refusal."""
    lines = _lines(checkout, path, None)
    assignments = [
        (number, match.group(1)) for number, line in lines if (match := _ASSIGNMENT.fullmatch(line)) is not None
    ]
    if len(assignments) == 1:
        number, value = assignments[0]
        quoted = _QUOTED.fullmatch(value)
        version = quoted.group(2) if quoted else value
        if _SHAPE.fullmatch(version):
            return FoundVersion(version, checkout.place(path, number), "version-file")
    if len(assignments) > 1:
        text = f"{path} has more than one line `version = ...`"
        raise refuse("ambiguous", text, checkout.place(path, assignments[1][0]), advice=NAME_THE_FILE)
    return read_line(checkout, path, "version-file")


def _lines(checkout: Checkout, path: str, named_in: Place | None) -> list[tuple[int, str]]:
    """Give the lines that hold something, with their numbers."""
    content = read_text(checkout, path, named_in).removeprefix("\ufeff")
    return [(number, line.strip()) for number, line in enumerate(content.split("\n"), 1) if line.strip()]
