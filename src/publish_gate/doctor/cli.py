"""The command ``publish-gate doctor``: options in, the opinion out, an exit code that says whether it is well."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from publish_gate.errors import ConfigurationError, ExitCode, Problem
from publish_gate.text import as_json, one_line

if TYPE_CHECKING:
    import argparse

    from publish_gate.doctor.result import DoctorReport
    from publish_gate.doctor.trusted_publishing.claims import Claims

FOUND_ERRORS = ExitCode.UNDECIDED
"""Exit status 1: something will fail or publish wrongly, or a cause is named."""


def run(options: argparse.Namespace) -> ExitCode:
    """Examine, tell, and mend where that was asked for; raises ConfigurationError where it is used wrongly."""
    if options.claims == "-" and options.log == "-":
        raise ConfigurationError([Problem("log", "the standard input can be the claims or the log, not both")])
    if options.live and options.claims:
        raise ConfigurationError([Problem("live", "asks for this job's claims; leave out --claims")])
    from publish_gate.doctor.result import UNDETERMINED

    root = find_root()
    opinion = examine_checkout(root, options, _live(options))
    if options.format == "json":
        from publish_gate.doctor.report.json_report import as_data

        _print(as_data(opinion))
    elif options.format == "sarif":
        from publish_gate.doctor.findings.registry import RULES
        from publish_gate.doctor.report import sarif

        _print(sarif.as_data(opinion, RULES))
    else:
        from publish_gate.doctor.report import text
        from publish_gate.report.console import style_of

        sys.stdout.write(text.render(opinion, style_of(sys.stdout)))
    if options.fix:
        from publish_gate.doctor.fixes.apply import apply_fixes

        apply_fixes(root, opinion, sys.stderr, assume_yes=options.yes)
    cause = opinion.diagnosis.cause not in {None, UNDETERMINED}
    return FOUND_ERRORS if opinion.errors or cause else ExitCode.DECIDED


def find_root() -> Path:
    """Return the top of the checkout around the current folder, or that folder itself."""
    from publish_gate.git import top_folder

    here = Path.cwd().resolve()
    return top_folder(here) or here


def examine_checkout(root: Path, options: argparse.Namespace, claims: Claims | None = None) -> DoctorReport:
    """Read what there is to read, and form an opinion."""
    from publish_gate.checkout import Checkout
    from publish_gate.doctor.analyse import examine
    from publish_gate.doctor.inputs import CliOptions, read_question
    from publish_gate.doctor.ternary import Ternary
    from publish_gate.read_context import Overrides, read_context
    from publish_gate.repository import read_config

    wanted = CliOptions(
        options.workflows,
        options.publishers,
        options.claims,
        options.log,
        options.index,
        options.project,
        options.event,
        options.ref,
    )
    config = read_config(Checkout.open(root, "."), options.config or None)
    context = read_context(os.environ, Overrides(options.event or None, options.ref or None), root)
    question = read_question(
        wanted, root, os.environ, claims=claims, config=config, default_branch=context.default_branch
    )
    opinion = examine(question)
    branch = f"refs/heads/{context.default_branch}"
    there = {each.name for each in opinion.examination.situations if each.ref == branch}
    published = [each.publishes_on.get(name) for each in opinion.examination.jobs for name in there]
    if context.branch_note and any(each not in {None, Ternary.NO} for each in published):
        sys.stderr.write(f"publish-gate: note: {one_line(context.branch_note)}\n")
    return opinion


def _live(options: argparse.Namespace) -> Claims | None:
    """Ask GitHub for this job's claims. The token itself never leaves that function."""
    if not options.live:
        return None
    from publish_gate.doctor.trusted_publishing.live_claims import NoClaims, live_claims

    def mask(token: str) -> None:
        # The one thing that is done with it: the runner is told to hide it, should it ever come up.
        if os.environ.get("GITHUB_ACTIONS") == "true":
            sys.stderr.write(f"::add-mask::{token}\n")
            sys.stderr.flush()

    answer = live_claims(os.environ, mask)
    if isinstance(answer, NoClaims):
        raise ConfigurationError([Problem("live", one_line(answer.message))])
    return answer


def _print(data: object) -> None:
    sys.stdout.write(as_json(data) + "\n")


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
