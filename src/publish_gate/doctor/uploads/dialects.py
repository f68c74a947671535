"""Which shell a `run:` step uses, and its commands read in that language."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.bash import read_posix
from publish_gate.doctor.uploads.powershell import read_batch
from publish_gate.doctor.uploads.powershell_powershell import read_powershell
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.words_words import Command
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Node


class Dialect(enum.Enum):
    """A language that a step's script is written in; OTHER is one that is not read."""

    POSIX = "posix"
    POWERSHELL = "powershell"
    BATCH = "batch"
    PYTHON = "python"
    OTHER = "other"


_PROGRAMS = {
    "bash": Dialect.POSIX,
    "sh": Dialect.POSIX,
    "dash": Dialect.POSIX,
    "zsh": Dialect.POSIX,
    "msys2": Dialect.POSIX,
    "wsl-bash": Dialect.POSIX,
    "wsl": Dialect.POSIX,
    "pwsh": Dialect.POWERSHELL,
    "powershell": Dialect.POWERSHELL,
    "cmd": Dialect.BATCH,
    "python": Dialect.PYTHON,
    "python3": Dialect.PYTHON,
}


def dialect_of(step: Step, job: Job, workflow: Workflow | None = None) -> Dialect:
    """Tell the language of a step's script: its own ``shell``, the job's or workflow's default, or the runner's."""
    named = step.shell or _default(job.defaults) or (_default(workflow.defaults) if workflow is not None else None)
    if named is None:
        return Dialect.POWERSHELL if _on_windows(job.runs_on) else Dialect.POSIX
    words = named.text.replace("\\", "/").split()
    programs = (word.rpartition("/")[2].removesuffix(".exe") for word in words)
    known = (_PROGRAMS[program] for program in programs if program in _PROGRAMS)
    if "${{" in named.text:
        return Dialect.POSIX
    return next(known, Dialect.OTHER)


def _default(block: Mapping) -> Scalar | None:
    run = block.get("run")
    return run.scalar("shell") if isinstance(run, Mapping) else None


def _on_windows(runner: Node | None) -> bool:
    if isinstance(runner, Sequence):
        return any(_on_windows(item) for item in runner.items)
    return isinstance(runner, Scalar) and runner.text.lower().startswith("windows")


def read_commands(text: str, dialect: Dialect) -> tuple[Command, ...]:
    """Return the commands of a script in a shell's language; none of one in another language."""
    if dialect is Dialect.POSIX:
        return read_posix(text)
    if dialect is Dialect.POWERSHELL:
        return read_powershell(text)
    return read_batch(text) if dialect is Dialect.BATCH else ()
