"""Where a workflow uses this action, and which inputs it sets at which line: a quick look, line by line.

Most workflows write a step plainly enough to be seen without reading YAML, which costs the start of the action more
than all else. `is_plain` says whether this is one; what is not is for `gate_steps`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_USES = re.compile(r"""(?P<lead>\s*(?:-\s+)?)uses:\s*["']?(?P<action>[^\s"'#]+)""")
_OURS = re.compile(r"(?:^|/)publish-gate(?:@|$)")
# What could be a step of ours, or inputs of it, that lines do not tell: local actions, flow style, quoted keys,
# anchors and aliases.
_NOT_PLAIN = re.compile(
    r"""uses["']?[ \t]*:[ \t]*(?:["']?\.|[>|&*])|[{,][ \t]*["']?uses|["']uses["']|with["']?[ \t]*:[ \t]*[^\s#]"""
    r"""|^[ \t]*-[ \t]*[*&]|^[ \t]*\?""",
    re.MULTILINE,
)
_NAMED = re.compile(r"publish-gate", re.IGNORECASE)
_KEY = re.compile(r"""(?P<lead>\s*(?:-\s+)?)["']?(?P<key>[A-Za-z0-9_-]+)["']?\s*:(?:\s|$)""")


class ActionStep(NamedTuple):
    """One step that uses this action: the line of its ``uses`` and the lines of the inputs it sets."""

    line: int
    inputs: Mapping[str, int]


def find_steps(text: str) -> list[ActionStep]:
    """Find the steps of a workflow that use this action, with block-style ``with:`` (lines count from 1)."""
    lines = text.splitlines()
    steps = []
    for number, line in enumerate(lines):
        match = _USES.match(line)
        if match is not None and _OURS.search(match["action"]):
            column = len(match["lead"])
            steps.append(ActionStep(number + 1, dict(_inputs(lines, number, column))))
    return steps


def is_plain(text: str) -> bool:
    """Whether `find_steps` sees every step of this action in a workflow, and all of its inputs."""
    if _NOT_PLAIN.search(text):
        return False
    told = (line for line in text.splitlines() if _NAMED.search(line) and _says_something(line))
    matches = map(_USES.match, told)
    return all(match is not None and _OURS.search(match["action"]) for match in matches)


def _inputs(lines: Sequence[str], uses: int, column: int) -> Iterator[tuple[str, int]]:
    for number, key in _keys(lines, _first_line(lines, uses, column), column):
        if key == "with":
            inner = next((_indent(line) for line in lines[number + 1 :] if _says_something(line)), 0)
            if inner > column:
                for line, name in _keys(lines, number + 1, inner):
                    yield name.lower(), line + 1
            return


def _first_line(lines: Sequence[str], uses: int, column: int) -> int:
    """Go up to the line with the dash that opens the step."""
    number = uses
    while number > 0 and "-" not in lines[number][:column]:
        if _says_something(lines[number]) and _indent(lines[number]) < column:
            break
        number -= 1
    return number


def _keys(lines: Sequence[str], start: int, column: int) -> Iterator[tuple[int, str]]:
    """Yield the mapping's keys at ``column`` from line ``start`` on, until something stands further left."""
    for number in range(start, len(lines)):
        line = lines[number]
        if not _says_something(line):
            continue
        match = _KEY.match(line)
        if match is not None and len(match["lead"]) == column and (number == start or "-" not in match["lead"]):
            yield number, match["key"]
        elif number > start and _indent(line) < column:
            return


def _says_something(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
