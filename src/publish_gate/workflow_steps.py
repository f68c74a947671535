"""Where a workflow uses this action, and which inputs it sets at which line.

GitHub hands a composite action only the inputs that it declares; a misspelt one is dropped. To name it, the
step is looked up in the workflow file itself. This reads lines, not YAML: it is used to point at a place,
never to decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_USES = re.compile(r"""(?P<lead>\s*(?:-\s+)?)uses:\s*["']?(?P<action>[^\s"'#]+)""")
_OURS = re.compile(r"(?:^|/)publish-gate(?:@|$)")
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
