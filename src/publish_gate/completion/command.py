"""The command ``publish-gate completion``: prints the script for one shell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from publish_gate.errors import ExitCode

if TYPE_CHECKING:
    import argparse

SHELLS = ("bash", "zsh", "fish")


def add_options(parser: argparse.ArgumentParser, whole: argparse.ArgumentParser) -> None:
    """Add the options of `completion` to its parser; ``whole`` is the parser that is to be completed."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")
    parser.set_defaults(whole=whole, format="text")


def run(options: argparse.Namespace) -> ExitCode:
    """Print the script."""
    from publish_gate.completion import bash, fish, words, zsh

    render = {"bash": bash.render, "zsh": zsh.render, "fish": fish.render}
    sys.stdout.write(render[options.shell](words.read(options.whole)))
    return ExitCode.DECIDED
