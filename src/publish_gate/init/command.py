"""The command ``publish-gate init``: options and answers in, a workflow and what is left to do out."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from publish_gate.errors import ExitCode
from publish_gate.text import as_json

if TYPE_CHECKING:
    import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `init` to its parser; what is not given is asked for on a terminal."""
    add = parser.add_argument
    add("--package", metavar="NAME", default="", help="name of the project (default: the one that it declares)")
    add(
        "--targets",
        metavar="TARGETS",
        default="",
        help="where to publish: testpypi, pypi, or both with a comma (default: both)",
    )
    add(
        "--workflow",
        metavar="NAME",
        default="",
        help="file name of the workflow in .github/workflows (default: release.yml)",
    )
    add("--branch", metavar="NAME", default="", help="branch to publish from (default: the default branch)")
    add(
        "--repository",
        metavar="OWNER/NAME",
        default="",
        help="repository on GitHub (default: where the remote origin leads)",
    )
    add(
        "--environment",
        metavar="NAME",
        default="",
        help="environment to publish from; {target} and {name} stand for the names of target and package (default: "
        "{target})",
    )
    add("--yes", action="store_true", help="ask nothing: take the default of whatever is not given")
    add("--offline", action="store_true", help="do not ask GitHub for the commit of this release of the action")
    add("--format", choices=("text", "json"), default="text", help="how to print what is left to do")


def run(options: argparse.Namespace) -> ExitCode:
    """Ask, write, and say what is left to do; raises ConfigurationError where nothing can be written."""
    from publish_gate.init import next_steps, workflow, writing
    from publish_gate.init.collecting import Given, collect, notes, version_of
    from publish_gate.init.questions import Terminal
    from publish_gate.init.released import released_commit
    from publish_gate.init.surveying import survey

    found = survey(Path(os.path.realpath(Path.cwd())))
    given = Given(
        options.package, options.targets, options.workflow, options.branch, options.repository, options.environment
    )
    # Questions need somebody who reads them and somebody who answers.
    asking = not options.yes and sys.stdin.isatty() and sys.stderr.isatty()
    terminal = Terminal(sys.stdin, sys.stderr) if asking else None
    plan, repository = collect(given, found, terminal)
    if terminal is not None and not terminal.confirm(f"Write {plan.path}"):
        sys.stderr.write("publish-gate: nothing was written\n")
        return ExitCode.UNDECIDED
    plan = replace(plan, own_commit=None if options.offline else released_commit())
    writing.write_new(found.top, plan.workflow, workflow.render(plan))
    said = notes(given, found, plan)
    if options.format == "json":
        sys.stdout.write(as_json(next_steps.as_data(plan, repository, said)) + "\n")
    else:
        sys.stdout.write(next_steps.render(plan, repository, version_of(found), said))
    return ExitCode.DECIDED
