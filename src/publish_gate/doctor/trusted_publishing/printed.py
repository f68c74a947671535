"""Finds the claims that upload tools print when an index refuses a token.

The PyPA action prints one claim a line, ``* `name`: `value```, and ``MISSING`` where the token has none; its older
releases leave some claims out, which are then unknown. uv prints a structure, ``name: "value",``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.trusted_publishing.claims import MISSING, Claims

if TYPE_CHECKING:
    from collections.abc import Iterable

PRINTED: Final = (
    "sub",
    "repository",
    "repository_owner",
    "repository_owner_id",
    "workflow_ref",
    "job_workflow_ref",
    "ref",
    "environment",
)
"""The claims that tools print, of which older releases print fewer."""

_LONGEST_LINE: Final = 4096
_QUOTED: Final = re.compile(r"(?:[*\u2022-]\s*)?`([a-z_]{1,60})`\s*:\s*`([^`]*)`")
_BARE: Final = re.compile(r"(?:[*\u2022-]\s*)?`?([a-z_]{1,60})`?\s*[:=]")
_MEMBER: Final = re.compile(r'(?:r#)?([a-z_]{1,60}):\s*(?:Some\(\s*)?"([^"]*)"\s*\)?,?')
_SOME: Final = re.compile(r"(?:r#)?([a-z_]{1,60}):\s*(Some\(|None,?)")
_INNER: Final = re.compile(r'"([^"]*)",?')
# What stands above the claims: a line that says so, so that `ref: main` of a checkout is not taken for one.
_HEADING: Final = re.compile(r"claims rendered below|rendered as `?MISSING|Token claims, which must match")
_STRUCTURE: Final = re.compile(r"TokenClaims\s*\{")


_OPEN: Final = "\0"
"""Stands for a value that is on the next line."""


def printed_claims(lines: Iterable[str], *, anywhere: bool = False) -> Claims | None:
    """Return the first block of claims among lines that are cleaned of time stamps and colours; None without one.

    With ``anywhere``, the lines are known to be claims, so that quotes and a heading are not insisted on.
    """
    found: dict[str, str | None] = {}
    below = inside = anywhere
    pending = ""
    for whole in lines:
        line = whole.strip()
        if not line or len(line) > _LONGEST_LINE:
            continue
        below = below or _HEADING.search(line) is not None
        inside = (inside and line not in {"}", "},"}) or _STRUCTURE.search(line) is not None
        told = (_member(line, pending) if inside else None) or _plain(line, bare=below)
        if told is None:
            continue
        name, value = told
        pending = name if value == _OPEN else ""
        if value == _OPEN:
            continue
        if name in found:
            break  # the next block begins
        found[name] = None if value == MISSING else value
    values = {name: value for name, value in found.items() if value is not None}
    return Claims(values, frozenset(found) - set(values)) if found else None


def _plain(line: str, *, bare: bool) -> tuple[str, str | None] | None:
    """Read a line of the action; ``bare`` ones may have lost their marks on the way to a clipboard."""
    quoted = _QUOTED.fullmatch(line)
    if quoted is not None:
        return quoted[1], quoted[2]
    loose = _BARE.match(line) if bare else None
    if loose is None or loose[1] not in PRINTED:
        return None
    value = line[loose.end() :].strip().removeprefix("`").removesuffix("`")
    return (loose[1], value) if value and "`" not in value else None


def _member(line: str, pending: str) -> tuple[str, str | None] | None:
    """Read a line of uv's structure."""
    inner = _INNER.fullmatch(line) if pending else None
    if inner is not None:
        return pending, inner[1]
    member = _MEMBER.fullmatch(line)
    if member is not None:
        return member[1], member[2]
    optional = _SOME.fullmatch(line)
    if optional is None:
        return None
    return optional[1], _OPEN if optional[2].startswith("Some") else None
