"""Runs a project's own regular expression on its version file in bounded time.

Python's ``re`` knows no time limit and nothing stops it from within, so the pattern runs in a process of its own,
which is ended when its time is up. That process sees neither the checkout nor anything that the environment names.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NamedTuple

from publish_gate.versions import pattern_worker

SECONDS = 5.0
"""How long one pattern may take."""
_MAX_TIMEOUTS = 3
_timed_out: list[str] = []


class PatternError(ValueError):
    """A pattern is not valid, or takes too long; the message says which."""


class Found(NamedTuple):
    """A match: its groups and where they start, the whole match first, and the numbers of the named groups."""

    groups: tuple[str | None, ...]
    starts: tuple[int, ...]
    names: dict[str, int]

    def number(self, group: str | int) -> int | None:
        """Give the number of a group; None if the pattern has no such group."""
        number = self.names.get(group) if isinstance(group, str) else group
        return number if number is not None and number < len(self.groups) else None


def search(pattern: str, text: str, flags: int = 0) -> Found | None:
    """Search ``text`` for a pattern that the project wrote; raises PatternError."""
    return _found(_ask({"pattern": pattern, "flags": int(flags), "text": text}))


def search_trusted(pattern: str, text: str, flags: int = 0) -> Found | None:
    """Search for a pattern that a build back end brings along, at once."""
    return _found(pattern_worker.answer({"pattern": pattern, "flags": int(flags), "text": text}))


def replace(pattern: str, replacement: str, text: str) -> str:
    """Replace every match of a pattern that the project wrote; raises PatternError."""
    return str(_ask({"pattern": pattern, "flags": 0, "text": text, "replacement": replacement})["text"])


def _found(answer: dict[str, Any]) -> Found | None:
    return Found(tuple(answer["groups"]), tuple(answer["starts"]), answer["names"]) if answer else None


def _ask(question: dict[str, Any]) -> dict[str, Any]:
    if len(_timed_out) >= _MAX_TIMEOUTS or question["pattern"] in _timed_out:
        raise PatternError("patterns of this repository have taken too long already")
    try:
        answer: dict[str, Any] = json.loads(run(json.dumps(question).encode()))
    except TimeoutError as error:
        _timed_out.append(question["pattern"])
        raise PatternError(f"the pattern takes longer than {SECONDS:.0f} seconds on this file") from error
    except (OSError, ValueError) as error:
        raise PatternError(f"the pattern cannot be run: {error}") from error
    if "error" in answer:
        raise PatternError(f"the pattern is not valid: {answer['error']}")
    return answer


def run(question: bytes) -> bytes:
    """Hand a question to the worker; raises OSError, of which TimeoutError says that the time is up."""
    import subprocess

    # -I: neither the environment nor a folder of the checkout can put a module in its way; -S: no site-packages.
    command = [sys.executable, "-I", "-S", pattern_worker.__file__]
    folder = os.path.dirname(pattern_worker.__file__)  # noqa: PTH120 - a string is what is needed
    try:
        return subprocess.run(  # noqa: S603 - this interpreter and a file of this package
            command, input=question, capture_output=True, timeout=SECONDS, cwd=folder, check=False
        ).stdout
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
