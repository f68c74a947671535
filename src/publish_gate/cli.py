"""The command line: options in, text or JSON out, an exit code that says whether it could decide."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TextIO

from publish_gate import __version__
from publish_gate.checkout import shown
from publish_gate.doctor.cli import add_options
from publish_gate.errors import ConfigurationError, ExitCode, Problem, describe_defect, describe_write_error, never_none
from publish_gate.help import completion as completion_command
from publish_gate.help.parser import Parser
from publish_gate.init import command as init_command
from publish_gate.inputs import INPUTS
from publish_gate.text import as_json, one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from publish_gate.built import Dist
    from publish_gate.gate_steps import GateStep
    from publish_gate.repository import Repository
    from publish_gate.settings import Settings

# So few answers are there before anybody could read how many.
_QUICK = 8


def run() -> NoReturn:
    """Run the command line as a program, and end at once.

    A thread that still waits for a server that never finishes must not hold the end up, and taking a whole
    interpreter apart piece by piece would cost as much as the decision.
    """
    try:
        code = main()
    except KeyboardInterrupt:
        code = ExitCode.UNDECIDED
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises."""
    # A run is short and its data bounded: looking for garbage costs it more than the garbage does.
    gc.disable()
    unheard = never_none()
    for stream in (sys.stdout, sys.stderr):
        # A name in a file may hold what this terminal's encoding lacks; showing it must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = command_line().parse_args(arguments)
    if unheard:
        sys.stderr.write("publish-gate: standard output is closed, so that no answer could be read; leave it open\n")
        return ExitCode.MISUSED
    try:
        Path.cwd()
    except OSError as error:
        sys.stderr.write(f"publish-gate: the current folder cannot be used ({error.strerror}); change to another\n")
        return ExitCode.MISUSED
    try:
        code: ExitCode = options.run(options)
        sys.stdout.flush()
    except ConfigurationError as error:
        _tell_problems(error, options.format)
        return error.exit_code
    except BrokenPipeError:
        # The reader of the output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.UNDECIDED
    except KeyboardInterrupt:
        sys.stderr.write("publish-gate: interrupted\n")
        return ExitCode.UNDECIDED
    except OSError as error:
        sys.stderr.write(f"publish-gate: {describe_write_error(error) or describe_defect(error)}\n")
        return ExitCode.UNDECIDED
    except Exception as error:  # noqa: BLE001 - the last resort: a defect must not become a traceback
        sys.stderr.write(f"publish-gate: {describe_defect(error)}\n")
        return ExitCode.UNDECIDED
    return code


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = Parser(prog="publish-gate", description="May this commit build, may it publish, and if not, why not.")
    parser.add_argument("--version", action="version", version=f"publish-gate {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser(
        "check",
        help="decide for this checkout, here and now",
        description="Decide for this checkout: may it build, may it publish, and if not, why not.",
    )
    _add_inputs(check)
    _add_workflow(check)
    check.add_argument("--event", metavar="NAME", help="event to decide for (default: this run's, else push)")
    check.add_argument("--ref", metavar="REF", help="full ref, such as refs/heads/main (default: this run's)")
    check.add_argument("--event-path", metavar="FILE", help="event payload (default: GITHUB_EVENT_PATH)")
    check.add_argument(
        "--exit-code", action="store_true", help="end with 0 only if it publishes: 1 undecided, 2 misused, 3 decided no"
    )
    check.set_defaults(run=_check)
    simulate = commands.add_parser(
        "simulate",
        help="decide for this checkout in all usual situations",
        description="Decide for this checkout under the usual situations, to see before pushing what each would do.",
    )
    _add_inputs(simulate)
    _add_workflow(simulate)
    simulate.add_argument("--verbose", action="store_true", help="a row for each situation, with whole sentences")
    simulate.set_defaults(run=_simulate)
    verify = commands.add_parser(
        "verify",
        help="wait until an upload is visible, and check that it is what was built",
        description="After an upload: wait until the release is there, complete, as it was built, and nothing else.",
    )
    _add_inputs(verify)
    _add_workflow(verify)
    verify.add_argument("--event", metavar="NAME", help="event of the run that uploaded (default: this run's)")
    verify.add_argument("--ref", metavar="REF", help="full ref of it, such as refs/tags/v1.2.0 (default: this run's)")
    verify.set_defaults(run=_verify)
    config = commands.add_parser(
        "config",
        help="check the config file and show the plan that follows from it",
        description="Check the config file and show the plan: packages, targets and rules, and what comes from where.",
    )
    _add_inputs(config)
    config.set_defaults(run=_config)
    doctor = commands.add_parser(
        "doctor",
        help="say which jobs publish, on what and as whom, and what is wrong with it",
        description="Read the workflows, and name what is wrong with trusted publishing, before or after it fails.",
    )
    # Its options are its own: the inputs of the action say nothing to it.
    add_options(doctor)
    doctor.set_defaults(run=_doctor)
    init = commands.add_parser(
        "init",
        help="write a workflow that decides, builds and publishes, and say what is left to do",
        description="Write a workflow that decides, builds and publishes, and say what to type into whose form.",
    )
    init_command.add_options(init)
    init.set_defaults(run=init_command.run)
    completion = commands.add_parser(
        "completion",
        help="print what makes a shell complete this command",
        description="Print what makes a shell complete this command, its options and their values.",
    )
    completion_command.add_options(completion, parser)
    completion.set_defaults(run=completion_command.run)
    return parser


def _add_workflow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workflow",
        metavar="FILE",
        default="",
        help="take the inputs from the step that uses Publish Gate in this workflow, also FILE:LINE or FILE:JOB "
        "(default: the only one in .github/workflows); options replace them one by one",
    )
    parser.add_argument("--no-workflow", action="store_true", help="go by the options alone")


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    for each in INPUTS:
        if each.action_only:
            continue
        # Defaults and checks are the loader's, so that every problem is told at once. A lone % is argparse's.
        name = "WORD" if each.choices else each.name.upper().replace("-", "_")
        choices = f" ({', '.join(each.choices)})" if each.choices else ""
        default = f" Default: {each.default}." if each.default else ""
        # The tool's own --version stands before the command, so the input may have the name after it.
        parser.add_argument(f"--{each.name}", metavar=name, help=each.help + choices + default)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the decision")


class _Loaded(NamedTuple):
    """What a command goes by: the package's folder, the settings, the repository, and remarks on them.

    ``root`` is the top of the checkout, ``workflow`` the one whose step's inputs were taken, or empty.
    """

    folder: Path
    settings: Settings
    repository: Repository
    notes: tuple[str, ...]
    root: Path
    workflow: str

    def dist(self) -> Dist | None:
        """Read what was built, if that is to be looked at, and which tools of the workflow upload it."""
        if self.settings.dist is None:
            return None
        from publish_gate.built import read_dist, with_readers

        dist = read_dist(self.root, self.settings)
        return with_readers(dist, self.root, self.workflow) if dist is not None and self.workflow else dist


def _load(options: argparse.Namespace) -> _Loaded:
    """Find the top of the checkout, and read inputs, workflow, config file and packages from there."""
    from publish_gate.git import top_folder
    from publish_gate.repository import load, read_repository

    given = {
        each.name: text
        for each in INPUTS
        if not each.action_only and (text := getattr(options, each.name.replace("-", "_"))) is not None
    }
    folder = _folder(given.get("working-directory", "").strip() or ".")
    root = top_folder(folder) or folder
    below = folder.relative_to(root).as_posix()
    if below != "." or "working-directory" in given:
        given["working-directory"] = below
    taken, notes, workflow = _of_workflow(options, root, below, given)
    values = {**taken, **given}
    if _is_built(root, taken):
        # What the workflow builds before it asks is not there yet.
        del values["version-file"]
        notes += (
            f"note: {taken['version-file']} is not there before the workflow builds it; the project was read instead",
        )
    settings, config = load(root, values)
    repository = read_repository(root, settings, config)
    stated = repository.stated(settings)
    if workflow and stated:
        repository = _with_declared(repository, stated, root, workflow)
    warnings = tuple(f"warning: {warning}" for warning in repository.warnings(settings))
    folder = root / settings.working_directory
    return _Loaded(folder, settings, repository, notes + warnings, root, workflow)


def _folder(given: str) -> Path:
    # Not Path's own test, which raises for a path that is too long for any file system.
    folder = Path(given)
    if not os.path.isdir(folder):  # noqa: PTH112 - the line above
        folder = Path(given.replace("\\", "/"))  # as it is written on Windows
    if not os.path.isdir(folder):  # noqa: PTH112 - the same
        message = f"{shown(given)} is not a folder (from {str(Path.cwd())!r})"
        raise ConfigurationError([Problem("working-directory", message)])
    return folder.resolve()


def _is_built(root: Path, taken: Mapping[str, str]) -> bool:
    """Whether the workflow reads the version from something that is not in the checkout."""
    file = taken.get("version-file", "").strip()
    return bool(file) and not (root / taken.get("working-directory", "") / file).exists()


def _of_workflow(
    options: argparse.Namespace, root: Path, folder: str, given: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[str, ...], str]:
    """Return the inputs that the workflow's own step hands over, remarks, and the workflow; nothing without a step."""
    from publish_gate.read_context import in_actions

    wanted = getattr(options, "workflow", None)
    # A step of a workflow that calls the command line has its own options to say what it wants.
    if wanted is None or options.no_workflow or (in_actions(os.environ) and not wanted):
        return {}, (), ""
    if not wanted and not (root / ".github" / "workflows").is_dir():
        return {}, (), ""  # without the rooms that read workflows
    from publish_gate import workflow_inputs

    steps: Sequence[GateStep] = workflow_inputs.find_steps(root)
    if wanted:
        steps = workflow_inputs.named_steps(root, wanted, steps)
    asking = sys.stdin.isatty() and sys.stderr.isatty()
    step = workflow_inputs.choose(steps, folder, given, _ask if asking else None)
    if step is None:
        return {}, (), ""
    known = workflow_inputs.known_context(getattr(options, "event", None), getattr(options, "ref", None))
    return workflow_inputs.take(step, given, known)


def _with_declared(repository: Repository, targets: frozenset[str], root: Path, workflow: str) -> Repository:
    """Take into account what the workflow's uploading jobs declare."""
    from publish_gate.checkout import Checkout
    from publish_gate.declared import with_declared
    from publish_gate.doctor.uploads.sources import CheckoutSources
    from publish_gate.doctor.workflow.read import read_workflow

    checkout = Checkout.open(root, ".")
    data = checkout.read_bytes(workflow)
    return with_declared(repository, targets, read_workflow(data, workflow), CheckoutSources(checkout, {}))


def _ask(steps: Sequence[GateStep]) -> GateStep:
    """Let the user choose one of several steps."""
    from publish_gate.init.questions import Terminal
    from publish_gate.workflow_inputs import describe

    def chosen(answer: str) -> GateStep:
        if not answer.isdecimal() or not 0 < int(answer[:9]) <= len(steps):
            raise ConfigurationError([Problem("workflow", f"answer a number from 1 to {len(steps)}")])
        return steps[int(answer) - 1]

    for number, step in enumerate(steps, 1):
        sys.stderr.write(f"{number:>3}  {one_line(describe(step))}\n")
    return Terminal(sys.stdin, sys.stderr).ask("Which step's inputs", "1", chosen)


def _tell_notes(notes: Sequence[str], form: str) -> None:
    """Say what was assumed: below the decision, or beside it where a program reads that."""
    if form == "json":
        sys.stderr.writelines(f"publish-gate: {one_line(note, 1000)}\n" for note in notes)
    elif notes:
        sys.stdout.write("\n" + "".join(f"{one_line(note, 1000)}\n" for note in notes))


def _check(options: argparse.Namespace) -> ExitCode:
    from publish_gate.read_context import Overrides, in_actions, read_context
    from publish_gate.run import check, with_tags

    loaded = _load(options)
    folder, settings, repository, notes, *_ = loaded
    context = read_context(os.environ, Overrides(options.event, options.ref, options.event_path), folder)
    context = with_tags(context, repository, folder)
    if not context.ref.full and not in_actions(os.environ):
        notes += (
            "note: no branch or tag is known here (not a git checkout, or a detached HEAD without a tag); give --ref",
        )
    dist = loaded.dist()
    with progress_on(sys.stderr) as progress:
        result = check(repository, settings, context, progress, dist)
    if options.format == "json":
        from publish_gate.report.json_report import as_report

        _print_json(as_report(result))
    else:
        from publish_gate.report import console

        sys.stdout.write(console.render(result, console.style_of(sys.stdout)))
    _tell_notes(notes, options.format)
    if result.failed:
        return ExitCode.UNDECIDED
    if result.fails_by(settings.fail_when):
        return ExitCode.REFUSED if options.exit_code else ExitCode.UNDECIDED
    if not options.exit_code or result.publishing:
        return ExitCode.DECIDED
    undecided = any(package.decision.undecided for package in result.packages)
    return ExitCode.UNDECIDED if undecided else ExitCode.REFUSED


def _verify(options: argparse.Namespace) -> ExitCode:
    from publish_gate.read_context import Overrides, read_context
    from publish_gate.run import with_tags
    from publish_gate.verification import report
    from publish_gate.verification.wait import verify

    loaded = _load(options)
    folder, settings, repository, notes, *_ = loaded
    context = read_context(os.environ, Overrides(options.event, options.ref), folder)
    context = with_tags(context, repository, folder)

    def tell(line: str) -> None:
        sys.stderr.write(f"{one_line(line, 1000)}\n")

    found = verify(repository, settings, context, loaded.dist(), tell)
    if options.format == "json":
        _print_json(report.as_data(found))
    else:
        sys.stdout.write(report.render(found))
    _tell_notes(notes, options.format)
    return ExitCode.DECIDED if found.right else ExitCode.UNDECIDED


def _simulate(options: argparse.Namespace) -> ExitCode:
    from publish_gate.read_context import Overrides, read_context
    from publish_gate.report import table
    from publish_gate.report.console import style_of
    from publish_gate.run import branch_notes, simulate

    folder, settings, repository, notes, *_ = _load(options)
    here = read_context(os.environ, Overrides(), folder)
    outcomes = simulate(repository, settings, here)
    notes += tuple(f"note: {note}" for note in branch_notes(repository.packages, here))
    if options.format == "json":
        _print_json(table.as_data(outcomes))
    else:
        sys.stdout.write(table.render(outcomes, style_of(sys.stdout), verbose=options.verbose))
    _tell_notes(notes, options.format)
    undecided = any(outcome.result.failed for outcome in outcomes)
    return ExitCode.UNDECIDED if undecided else ExitCode.DECIDED


def _doctor(options: argparse.Namespace) -> ExitCode:
    from publish_gate.doctor.cli import run

    return run(options)


def _config(options: argparse.Namespace) -> ExitCode:
    from publish_gate.pending import shared_publishers
    from publish_gate.report.console import style_of
    from publish_gate.report.plan import as_data, render

    _, settings, repository, notes, *_ = _load(options)
    if options.format == "json":
        _print_json(as_data(repository, settings))
    else:
        sys.stdout.write(render(repository, settings, style_of(sys.stdout)))
    _tell_notes(notes + tuple(f"note: {each}" for each in shared_publishers(repository)), options.format)
    return ExitCode.DECIDED


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Callable[[int, int], None] | None]:
    """Show on a terminal how many of how many answers are there; in a log, nothing."""
    if not stream.isatty():
        yield None
        return
    shown = False

    def show(done: int, many: int) -> None:
        nonlocal shown
        if many > _QUICK:
            shown = True
            stream.write(f"\rasked {done} of {many} ")
            stream.flush()

    try:
        yield show
    finally:
        if shown:
            stream.write("\r\x1b[K")
            stream.flush()


def _print_json(data: object) -> None:
    sys.stdout.write(as_json(data) + "\n")


def _tell_problems(error: ConfigurationError, form: str) -> None:
    if form == "json":
        problems = [
            {
                "key": each.key,
                "message": each.message,
                "file": each.place.path if each.place else None,
                "line": each.place.line if each.place else None,
                "column": each.place.column if each.place else None,
            }
            for each in error.problems
        ]
        _print_json({"error": "configuration", "problems": problems})
    for problem in error.problems:
        sys.stderr.write(f"publish-gate: {one_line(str(problem), 1000)}\n")
