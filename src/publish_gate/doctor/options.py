"""The options of ``publish-gate doctor``, apart from what they do: every command's help lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the doctor's options to its parser."""
    add = parser.add_argument
    add("workflows", nargs="*", metavar="WORKFLOW", help="workflow files (default: all of .github/workflows)")
    add(
        "--publishers",
        metavar="FILE",
        default="",
        help="the publishers as they are registered, YAML or JSON (default: those of the config file)",
    )
    add("--claims", metavar="FILE", default="", help="claims of an identity token: JSON, or as a job printed them; -")
    add("--log", metavar="FILE", default="", help="the log of a job that failed; - for the standard input")
    add("--live", action="store_true", help="in a job with id-token: write, ask GitHub for this job's own claims")
    add("--index", choices=("testpypi", "pypi"), default="", help="the index that the question is about")
    add("--project", metavar="NAME", default="", help="the project that is to be published")
    add("--event", metavar="EVENT", default="", help="ask about this event only")
    add("--ref", metavar="REF", default="", help="and this full ref, such as refs/tags/v1.2.3")
    add("--fix", action="store_true", help="show changes that are safe to make, ask, and make them")
    add("--yes", action="store_true", help="with --fix: make them without asking")
    add("--config", metavar="FILE", default="", help="the config file (default: .github/publish-gate.yml)")
    add("--format", choices=("text", "json", "sarif"), default="text", help="how to print what was found")
