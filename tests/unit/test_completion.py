"""What shells are offered: every command and option, each value as what it is."""

from __future__ import annotations

import pytest
import shtab

from publish_gate import cli
from publish_gate.help.completion import SHELLS, commands, describe_values

PARSER = cli.command_line()
describe_values(PARSER)
COMMANDS = commands(PARSER)

VALUES = [
    ("check", "--policy", ("newer", "series", "unpublished"), None, "words of an input"),
    ("check", "--format", ("text", "json"), None, "words of the parser"),
    ("check", "--targets", ("testpypi", "pypi", "testpypi,pypi"), None, "targets"),
    ("init", "--targets", ("testpypi", "pypi", "testpypi,pypi"), None, "targets of another command"),
    ("check", "--version-file", None, shtab.FILE, "a file"),
    ("check", "--config", None, shtab.FILE, "the config file"),
    ("check", "--event-path", None, shtab.FILE, "a file, by what the help calls it"),
    ("check", "--working-directory", None, shtab.DIRECTORY, "a folder"),
    ("check", "--package", None, None, "any text"),
    ("init", "--yes", None, None, "a switch"),
]


@pytest.mark.parametrize(
    ("command", "name", "words", "paths"), [row[:4] for row in VALUES], ids=[row[4] for row in VALUES]
)
def test_values(command: str, name: str, words: tuple[str, ...] | None, paths: object) -> None:
    (action,) = [action for action in COMMANDS[command]._actions if name in action.option_strings]  # noqa: SLF001
    assert (action.choices, getattr(action, "complete", None)) == (words, paths)


def test_every_reason_can_fail_a_step() -> None:
    (action,) = [action for action in COMMANDS["check"]._actions if action.dest == "fail_when"]  # noqa: SLF001
    assert action.choices is not None
    assert "already-published" in action.choices


@pytest.mark.parametrize("shell", SHELLS)
def test_every_name_is_in_every_script(shell: str) -> None:
    script = shtab.complete(PARSER, shell)
    for name, command in COMMANDS.items():
        assert name in script
        for action in command._actions:  # noqa: SLF001 - there is no other way to ask a parser
            assert all(option.lstrip("-") in script for option in action.option_strings)
