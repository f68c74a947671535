"""Runs one command as a whole process, and tells what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TOP = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
_RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from publish_gate.cli import run; run()"
GATE = (sys.executable, "-I", "-c", _RUN, str(TOP / "src"))
"""The command line of this checkout, to be followed by its arguments."""
ON_PUSH_TO_MAIN = ("--event", "push", "--ref", "refs/heads/main")


class Spent(NamedTuple):
    """What a process took: seconds by the clock and of the processor, and the peak of its memory in bytes."""

    seconds: float
    processor: float
    memory: int


def spend(command: Sequence[str], folder: Path, output: int | IO[bytes] = subprocess.DEVNULL) -> Spent:
    """Run a command in a folder; ends this process with a message if the command fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
