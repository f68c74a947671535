"""Changes of a file as pieces of text, so that comments and formatting around them stay."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# What YAML 1.2 takes for the end of a line, which is less than what `str.splitlines` does.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Edit(NamedTuple):
    """Replace what stands from ``start`` to ``end`` (line and column from 1, the end exclusive) of ``path``."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class EditError(ValueError):
    """The edits contradict each other or point outside of the text."""


def insert_line(path: str, line: int, indent: int, text: str) -> Edit:
    """Return the edit that puts ``text`` on a line of its own before ``line``."""
    body = "".join(f"{' ' * indent}{each}\n" if each else "\n" for each in text.split("\n"))
    return Edit(path, (line, 1), (line, 1), body)


def line_at(text: str, number: int | None) -> str:
    """Return a line of a file's text by its number, without its end; empty if there is no such line."""
    lines = _LINE.findall(text)
    return lines[number - 1].rstrip("\r\n") if number is not None and 0 < number <= len(lines) else ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits to a file's text, whose line ends are kept; raises `EditError`."""
    lines, edits = _LINE.findall(text), tuple(edits)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if lines and not lines[-1].endswith(("\n", "\r")) and any(edit.start[0] > len(lines) for edit in edits):
        lines[-1] += newline  # behind the last line comes another
        text += newline
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position: tuple[int, int]) -> int:
        line, column = position
        if not 1 <= line <= len(starts) or column < 1:
            raise EditError(f"line {line}, column {column} is not in the text")
        found = starts[line - 1] + column - 1
        limit = starts[line] if line < len(starts) else len(text)
        if found > limit:
            raise EditError(f"line {line} has no column {column}")
        return found

    # The same edit may be proposed by two findings; it is made once.
    spans = sorted({(offset(edit.start), offset(edit.end), edit.text) for edit in edits})
    result, position = [], 0
    for number, (begin, end, replacement) in enumerate(spans):
        twice = number > 0 and begin == end and _is_same_key(spans[number - 1], spans[number])
        if begin < position or end < begin or twice:
            raise EditError("two changes touch the same text")
        result += [text[position:begin], replacement.replace("\n", newline)]
        position = end
    return "".join([*result, text[position:]])


def _is_same_key(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two changes put a key of the same name into one spot."""
    return one[:2] == other[:2] and one[2].partition(":")[0] == other[2].partition(":")[0]


def diff(path: str, before: str, after: str) -> str:
    """Return the unified diff of a file, empty if nothing changes."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{line}\n" for line in lines)
