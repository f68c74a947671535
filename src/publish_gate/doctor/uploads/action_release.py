"""Which release of the PyPA action a step uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.model import Upload

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NUMBERS = r"v?([0-9]{1,6}(?:\.[0-9]{1,6}){0,2})"
_RELEASE = re.compile(rf"(?:release/)?{_NUMBERS}")
_COMMENT = re.compile(rf"#\s*{_NUMBERS}(?![\w.])")


def release_of(upload: Upload) -> tuple[int, ...] | None:
    """Return the release that is used: by the ref, or by the comment beside a commit; None if neither says it.

    One, two or three numbers: ``release/v1`` is the newest of its kind, whatever that is, and so is ``v1.8``.
    """
    match = _RELEASE.fullmatch(upload.version)
    if match is None and COMMIT.fullmatch(upload.version):
        match = _COMMENT.search(_line(upload))
    return tuple(int(number) for number in match[1].split(".")) if match is not None else None


def is_before(release: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether a release surely came before another one; of ``v1`` only what all of that kind are is sure."""
    return release < other[: len(release)]


def _line(upload: Upload) -> str:
    """Return the rest of the line on which the action is named."""
    lines = upload.workflow.text.splitlines()
    number = upload.place.line or 0
    return lines[number - 1] if 0 < number <= len(lines) else ""
