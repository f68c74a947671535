"""The errors that end a run, each with its exit code; anything else is a defect."""

from __future__ import annotations

import enum
import errno
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.places import Place


class ExitCode(enum.IntEnum):
    """What the exit status of the program means."""

    DECIDED = 0
    UNDECIDED = 1
    MISUSED = 2
    REFUSED = 3


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


# Nothing of it names a file: what fails so is the stream that the answer is written to.
_WRITE_ERRORS = frozenset({errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EBADF, getattr(errno, "EDQUOT", errno.ENOSPC)})


def never_none() -> bool:
    """Put a stream that takes everything in place of each that is closed; returns whether standard output was."""
    unheard = sys.stdout is None
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - it stays open
    return unheard


def describe_write_error(error: OSError) -> str:
    """Say that the answer could not be written; empty if that is not what the error says."""
    if error.errno not in _WRITE_ERRORS or error.filename is not None:
        return ""
    return f"the answer could not be written ({error.strerror}): make room where standard output goes, or name another"


def describe_defect(error: Exception) -> str:
    """Say that something unexpected happened, and where, in one line without the error's own text."""
    trace = error.__traceback__
    where = ""
    while trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119 - pathlib would have to be imported for it
        trace = trace.tb_next
    return (
        f"unexpected error {type(error).__name__} at {where}. Nothing was decided. This is a defect of Publish "
        "Gate: please report it with the command or workflow step that led to it"
    )
