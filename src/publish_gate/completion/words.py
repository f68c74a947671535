"""What can be typed: the commands, their options and the values these take, read from the argument parser."""

from __future__ import annotations

import argparse
import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Kind(enum.Enum):
    """What a value is, where it is none of a few words."""

    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"


class Value(NamedTuple):
    """What an option or a position takes."""

    kind: Kind
    words: tuple[str, ...] = ()


class Option(NamedTuple):
    """One option under all its names; ``value`` is None for a switch."""

    names: tuple[str, ...]
    help: str
    value: Value | None


class Command(NamedTuple):
    """One command; ``rest`` is what stands behind its options."""

    name: str
    help: str
    options: tuple[Option, ...]
    rest: Value | None


class Program(NamedTuple):
    """The whole command line."""

    name: str
    options: tuple[Option, ...]
    commands: tuple[Command, ...]


def read(parser: argparse.ArgumentParser) -> Program:
    """Read a parser with commands."""
    known = _known_words()
    commands = tuple(
        Command(name, help_text, _options(each, known), _rest(each, known))
        for name, help_text, each in _commands(parser)
    )
    return Program(parser.prog, _options(parser, known), commands)


def _known_words() -> Mapping[str, tuple[str, ...]]:
    """Return the words of options whose values are checked later than by the parser."""
    from publish_gate.events import EVENTS
    from publish_gate.gate.reasons import ANY_NO, Reason
    from publish_gate.inputs import INPUTS
    from publish_gate.targets import BUILT_IN

    events = tuple(sorted(EVENTS))
    found = {each.name.replace("-", "_"): each.choices for each in INPUTS if each.choices}
    return {
        **found,
        "targets": (*BUILT_IN, ",".join(BUILT_IN)),
        "fail_when": (*(reason.value for reason in Reason), ANY_NO),
        "event": events,
        "events": events,
    }


# By the name of the option, or by what its help calls the value.
_FILES = frozenset({"version_file", "config", "FILE", "WORKFLOW"})
_FOLDERS = frozenset({"working_directory"})


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    for action in _actions(parser):
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - there is no other way to ask a parser
            helps = {each.dest: each.help or "" for each in action._get_subactions()}  # noqa: SLF001 - the same
            for name, each in action.choices.items():
                yield name, helps.get(name, ""), each


def _options(parser: argparse.ArgumentParser, known: Mapping[str, tuple[str, ...]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            tuple(action.option_strings),
            _plain(action),
            _value(action, known) if action.nargs != 0 else None,
        )
        for action in _actions(parser)
        if action.option_strings
    )


def _rest(parser: argparse.ArgumentParser, known: Mapping[str, tuple[str, ...]]) -> Value | None:
    return next((_value(action, known) for action in _actions(parser) if not action.option_strings), None)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - there is no other way to ask a parser


def _value(action: argparse.Action, known: Mapping[str, tuple[str, ...]]) -> Value:
    if action.choices is not None:
        return Value(Kind.TEXT, tuple(map(str, action.choices)))
    if action.dest in known:
        return Value(Kind.TEXT, known[action.dest])
    names = {action.dest, str(action.metavar)}
    if names & _FILES:
        return Value(Kind.FILE)
    return Value(Kind.FOLDER if names & _FOLDERS else Kind.TEXT)


def _plain(action: argparse.Action) -> str:
    """Return the first sentence of a help text: a menu shows one line."""
    text = (action.help or "").replace("%%", "%")
    return text.partition(". ")[0].removesuffix(".")
