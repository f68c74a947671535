"""Every command's help is a whole manual page: its sections are there, it fits a terminal, its examples are right."""

from __future__ import annotations

import argparse
import shlex

import pytest

from publish_gate import HOME, __version__, cli
from publish_gate.help.completion import commands
from publish_gate.help.pages import PAGES
from publish_gate.help.parser import WIDEST, Parser

PARSER = cli.command_line()
COMMANDS = list(commands(PARSER))
SECTIONS = ("usage:", "options:", "exit status:", "examples:", "see also:")
EXAMPLES = [command for name, page in PAGES.items() if name in {"", *COMMANDS} for _, command in page.examples]


def help_of(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main([*([name] if name else []), "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", ["", "80", "40", "300"])
@pytest.mark.parametrize("name", ["", *COMMANDS], ids=["the program", *COMMANDS])
def test_help_is_a_page(
    name: str, columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = help_of(name, capsys)
    places = [text.index(section) for section in SECTIONS]
    assert places == sorted(places)
    assert max(map(len, text.splitlines())) <= WIDEST
    assert HOME in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_every_command_has_a_page_and_a_line_in_the_list() -> None:
    assert set(COMMANDS) <= set(PAGES)
    assert all(commands(PARSER)[name].description for name in COMMANDS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_taken_by_the_parser(example: str) -> None:
    program, *arguments = shlex.split(example)
    assert program == "publish-gate"
    assert callable(PARSER.parse_args(arguments).run)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_commands_that_a_page_leads_to_exist(page: object) -> None:
    for other in getattr(page, "see_also", ()):
        if other.startswith("publish-gate ") and "COMMAND" not in other:
            assert other.split()[1] in PAGES


def test_a_command_without_a_page_has_plain_help() -> None:
    parser = Parser(prog="publish-gate other", description="Something.")
    assert parser.format_help().endswith("show this help message and exit\n")
    assert "exit status" not in parser.format_help()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"publish-gate {__version__}\n"


def test_commands_are_of_the_same_class() -> None:
    parser = Parser(prog="x")
    assert isinstance(parser.add_subparsers().add_parser("y"), Parser)
    assert isinstance(parser, argparse.ArgumentParser)
