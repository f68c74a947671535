"""What shells are told to complete: all of the parser, each value as what it is."""

from __future__ import annotations

import argparse
import re

import pytest

from publish_gate import cli
from publish_gate.completion import bash, fish, zsh
from publish_gate.completion.words import Command, Kind, Option, Program, Value, read

PROGRAM = read(cli.command_line())
COMMANDS = {command.name: command for command in PROGRAM.commands}


def option(command: str, name: str) -> Option:
    return next(each for each in COMMANDS[command].options if name in each.names)


VALUES = [
    ("check", "--policy", Value(Kind.TEXT, ("newer", "series", "unpublished")), "words of an input"),
    ("check", "--format", Value(Kind.TEXT, ("text", "json")), "words of the parser"),
    ("check", "--targets", Value(Kind.TEXT, ("testpypi", "pypi", "testpypi,pypi")), "targets"),
    ("init", "--targets", Value(Kind.TEXT, ("testpypi", "pypi", "testpypi,pypi")), "targets of another command"),
    ("check", "--version-file", Value(Kind.FILE), "a file"),
    ("check", "--config", Value(Kind.FILE), "the config file"),
    ("check", "--event-path", Value(Kind.FILE), "a file, by what the help calls it"),
    ("check", "--working-directory", Value(Kind.FOLDER), "a folder"),
    ("check", "--package", Value(Kind.TEXT), "any text"),
    ("init", "--yes", None, "a switch"),
    ("check", "--help", None, "help"),
]


@pytest.mark.parametrize(("command", "name", "value"), [row[:3] for row in VALUES], ids=[row[3] for row in VALUES])
def test_values(command: str, name: str, value: Value | None) -> None:
    assert option(command, name).value == value


def test_commands_and_what_stands_behind_their_options() -> None:
    assert {"check", "simulate", "config", "init", "completion"} <= set(COMMANDS)
    assert COMMANDS["completion"].rest == Value(Kind.TEXT, ("bash", "zsh", "fish"))
    assert COMMANDS["check"].rest is None
    assert {name for each in PROGRAM.options for name in each.names} == {"-h", "--help", "--version"}
    already = option("check", "--fail-when").value
    assert already is not None
    assert "already-published" in already.words


# Everything that a shell could take for more than itself.
STRANGE = Program(
    "publish-gate",
    (Option(("-h", "--help"), "it's [all]: a $(help) `of` 100 %", None),),
    (
        Command("one", "one's: \\ [help]", (Option(("--file", "-f"), 'a "file"', Value(Kind.FILE)),), Value(Kind.FILE)),
        Command(
            "two", "", (Option(("--in",), "x", Value(Kind.FOLDER)), Option(("--to",), "y", Value(Kind.TEXT))), None
        ),
        Command("three", "no options", (), Value(Kind.FOLDER)),
        Command("four", "no options", (), Value(Kind.TEXT)),
    ),
)


@pytest.mark.parametrize("program", [PROGRAM, STRANGE], ids=["this one", "a strange one"])
def test_every_name_is_in_every_script(program: Program) -> None:
    for script in (bash.render(program), zsh.render(program), fish.render(program)):
        for command in program.commands:
            assert command.name in script
            for each in command.options:
                assert all(name.lstrip("-") in script for name in each.names)
        assert script.endswith("\n")


def test_texts_are_quoted_for_their_shell() -> None:
    assert "it'\\''s \\[all\\]\\: a $(help)" in zsh.render(STRANGE)
    assert "'it\\'s [all]: a $(help)" in fish.render(STRANGE)
    assert "$(help)" not in bash.render(STRANGE), "bash shows no help texts"


def test_a_parser_without_commands() -> None:
    parser = argparse.ArgumentParser("x")
    parser.add_argument("--level", type=int, choices=(1, 2), help="How much. Default: 1.")
    program = read(parser)
    assert program.commands == ()
    assert program.options[1] == Option(("--level",), "How much", Value(Kind.TEXT, ("1", "2")))


def test_words_need_no_quotes() -> None:
    values = [each.value for command in PROGRAM.commands for each in command.options if each.value is not None]
    assert [word for value in values for word in value.words if not re.fullmatch(r"[\w,.-]+", word)] == []
