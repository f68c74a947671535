"""The errors that end a run, each with its exit code; anything else is a defect."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.places import Place


class ExitCode(enum.IntEnum):
    """What the exit status of the program means."""

    DECIDED = 0
    UNDECIDED = 1
    MISUSED = 2


class Problem(NamedTuple):
    """One thing that is wrong with what the user wrote.

    ``key`` is the input, option or key path it concerns, ``message`` what was found and expected, ``place``
    the spot in a file, where there is one.
    """

    key: str
    message: str
    place: Place | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place is not None else ""
        return f"{where}{self.key}: {self.message}" if self.key else f"{where}{self.message}"


class ConfigurationError(Exception):
    """The tool was used or configured wrongly; carries every problem at once."""

    exit_code = ExitCode.MISUSED

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
