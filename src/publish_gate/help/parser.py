"""Help as a manual page has it: what each command adds to its options, and the parser that shows it."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from typing import TYPE_CHECKING, Any, NoReturn

from publish_gate.text import without_credentials

if TYPE_CHECKING:
    from publish_gate.help.pages import Page

WIDEST = 100
"""Columns of a help page at most; a narrower terminal gets narrower lines."""
_NARROWEST = 60


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with the sections of a manual page; its commands are of the same class."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - argparse hands its own settings on to a command
        super().__init__(**{"formatter_class": _Formatter, **settings})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, which may hold an address with a password."""
        super().error(without_credentials(message))

    def format_help(self) -> str:
        """Return the whole page."""
        from publish_gate.help.pages import PAGES

        text = super().format_help().rstrip("\n")
        page = PAGES.get(self.prog.partition(" ")[2])
        return f"{text}\n\n{_sections(page)}" if page is not None else f"{text}\n"


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=_width())


def _width() -> int:
    columns = shutil.get_terminal_size((WIDEST, 0)).columns
    return max(_NARROWEST, min(WIDEST, columns)) - 2


def _sections(page: Page) -> str:
    parts = [
        ("exit status", _table(page.exit_status)),
        ("environment", _table(page.environment)),
        ("files", _table(page.files)),
        ("examples", [f"  {line}" for about, command in page.examples for line in (f"{about}:", f"    {command}")]),
        ("see also", [f"  {each}" for each in page.see_also]),
    ]
    return "\n\n".join("\n".join([f"{title}:", *lines]) for title, lines in parts if lines) + "\n"


def _table(rows: tuple[tuple[str, str], ...]) -> list[str]:
    """Return names and meanings in two columns."""
    left = max((len(name) for name, _ in rows), default=0) + 4
    lines = []
    for name, meaning in rows:
        wrapped = textwrap.wrap(meaning, max(_width() - left, 20))
        lines.append(f"  {name:<{left - 2}}{wrapped[0]}")
        lines += [f"{'':<{left}}{line}" for line in wrapped[1:]]
    return lines
