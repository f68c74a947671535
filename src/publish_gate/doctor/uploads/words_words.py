"""What a shell script consists of: commands made of words, whose variables may be unknown."""

from __future__ import annotations

from typing import NamedTuple

UNKNOWN = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a resolved text for what is only known while the script runs."""

MAX_SCRIPT = 1024 * 1024
MAX_DEPTH = 12
MAX_COMMANDS = 20_000


class Variable(NamedTuple):
    """A use of a variable, with the text that stands in for it where it is not set."""

    name: str
    default: str | None = None


class Word(NamedTuple):
    """One word of a command: literal texts and variables in their order; None is a text that is not known.

    ``quoted`` says that a part of it was quoted, so that it is no keyword and no assignment.
    """

    parts: tuple[str | Variable | None, ...]
    quoted: bool = False

    @property
    def literal(self) -> str:
        """The text, with `UNKNOWN` for everything that is not literal."""
        return "".join(part if isinstance(part, str) else UNKNOWN for part in self.parts)


class Command(NamedTuple):
    """One simple command.

    ``assignments`` stand in front of it, or alone. ``line`` counts from 0 in the script. ``function`` is the
    function in whose body it stands, ``branch`` says that it stands in a part that is not always run.
    ``stdin`` is the here-document it reads, ``writes`` the files that its output goes to.
    """

    words: tuple[Word, ...]
    line: int
    assignments: tuple[tuple[str, Word], ...] = ()
    function: str = ""
    branch: bool = False
    stdin: str | None = None
    writes: tuple[Word, ...] = ()


def live_commands(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Leave out the bodies of functions that nothing calls."""
    bodies: dict[str, list[Command]] = {}
    waiting: list[Command] = []
    for command in commands:
        (bodies.setdefault(command.function, []) if command.function else waiting).append(command)
    called: set[str] = set()
    while waiting:
        name = waiting.pop().words
        first = name[0].literal if name else ""
        if first in bodies and first not in called:
            called.add(first)
            waiting.extend(bodies[first])
    return tuple(command for command in commands if not command.function or command.function in called)
