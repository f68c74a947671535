"""The command ``publish-gate completion``: prints what makes a shell complete this command line."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from publish_gate.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHELLS = ("bash", "zsh", "fish", "powershell")

# By the name of the option, or by what its help calls the value.
_FILES = frozenset({"version_file", "config", "FILE", "WORKFLOW"})
_FOLDERS = frozenset({"working_directory"})


def add_options(parser: argparse.ArgumentParser, whole: argparse.ArgumentParser) -> None:
    """Add the options of `completion` to its parser; ``whole`` is the parser to complete."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")
    parser.set_defaults(whole=whole, format="text")


def run(options: argparse.Namespace) -> ExitCode:
    """Print the script."""
    import shtab

    describe_values(options.whole)
    sys.stdout.write(f"{shtab.complete(options.whole, options.shell).rstrip()}\n")
    return ExitCode.DECIDED


def describe_values(parser: argparse.ArgumentParser) -> None:
    """Tell a parser what its options take: the words that are checked later than by it, files and folders.

    It must not parse anything afterwards: words that may stand in a list are its only choices from then on.
    """
    import shtab

    words = _known_words()
    for action in _actions(parser):
        names = {action.dest, str(action.metavar)}
        if action.choices is None and action.dest in words:
            action.choices = words[action.dest]
        elif names & _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif names & _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


def _known_words() -> Mapping[str, tuple[str, ...]]:
    from publish_gate.events import EVENTS
    from publish_gate.gate.reasons import ANY_NO, Reason
    from publish_gate.inputs import INPUTS
    from publish_gate.targets import BUILT_IN

    events = tuple(sorted(EVENTS))
    return {
        **{input_.name.replace("-", "_"): input_.choices for input_ in INPUTS if input_.choices},
        "targets": (*BUILT_IN, ",".join(BUILT_IN)),
        "fail_when": (*(reason.value for reason in Reason), ANY_NO),
        "event": events,
        "events": events,
    }


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command, by its name."""
    return {
        name: command
        for action in parser._actions  # noqa: SLF001 - there is no other way to ask a parser
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - the same
        for name, command in action.choices.items()
    }


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for part in (parser, *commands(parser).values()):
        yield from part._actions  # noqa: SLF001 - the same
