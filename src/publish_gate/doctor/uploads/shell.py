"""Parts of files that run commands: what is found where a script or a task is followed."""

from __future__ import annotations

from typing import NamedTuple

from publish_gate.doctor.uploads.dialects import Dialect


class Piece(NamedTuple):
    """Commands in a file: a text in a shell's language, or the ``words`` of one command.

    ``line`` is where they begin, from 0. ``branch`` says that they are only run in some cases, as those in a
    function are. ``environment`` is set for them.
    """

    path: str
    line: int
    text: str = ""
    words: tuple[str, ...] = ()
    dialect: Dialect = Dialect.POSIX
    branch: bool = False
    environment: tuple[tuple[str, str], ...] = ()
    task: tuple[str, str] | None = None
