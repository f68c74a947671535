"""The GitHub adapter: inputs in, outputs, job summary and annotations out.

The one module that knows GitHub's files and commands, through ``actions_toolkit.core``.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from actions_toolkit import core

from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, ExitCode, Problem, describe_defect, describe_write_error, never_none
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.inputs import INPUTS
from publish_gate.outputs import no_outputs
from publish_gate.places import Place
from publish_gate.read_context import Overrides, read_context
from publish_gate.report.outputs import as_matrix, as_outputs
from publish_gate.text import one_line
from publish_gate.versions.model import FoundVersion
from publish_gate.workflow_steps import find_steps, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publish_gate.built import Dist
    from publish_gate.config.model import Config
    from publish_gate.gate.decision import CheckResult, PackageDecision, TargetDecision
    from publish_gate.gate_steps import GateStep
    from publish_gate.repository import Repository
    from publish_gate.run import Result
    from publish_gate.run_context import Context
    from publish_gate.settings import Settings

    Failing = list[tuple[TargetDecision, CheckResult]]
    # Level, title, message and place.
    _Annotation = tuple[str, str, str, Place | None]

# Reasons that are probably a mistake, not just a run that has nothing to publish.
_WARNED = frozenset(
    {
        Reason.LOCAL_VERSION,
        Reason.VERSION_BEHIND,
        Reason.TAG_MISMATCH,
        Reason.ENVIRONMENT_MISMATCH,
        Reason.VERSION_DYNAMIC,
        Reason.BUILT_MISMATCH,
        Reason.NOT_UPLOADABLE,
    }
)
_LARGEST_SUMMARY = 1024 * 1024
# GitHub shows ten annotations of a kind for one step.
_MOST_ANNOTATIONS = 10
# Beside the names of inputs, the key of the place of the step itself.
_STEP = ""


def main() -> int:
    """Run as a step of a workflow and return its exit code; writes all outputs on every path."""
    environ = dict(os.environ)
    never_none()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    try:
        return _run(environ)
    except ConfigurationError as error:
        _write_outputs(environ, no_outputs())
        from publish_gate.report import summary

        _append_summary(environ, summary.render_problems(error))
        steps = _workflow_lines(environ)
        for problem in error.problems[:_MOST_ANNOTATIONS]:
            place = problem.place or steps.get(problem.key, steps.get(_STEP))
            _annotate("error", "Publish Gate is not configured right", f"{problem.key}: {problem.message}", place)
        return error.exit_code
    except KeyboardInterrupt:
        message = "the run was cancelled before anything was decided"
        _refuse(environ, message)
        return ExitCode.UNDECIDED
    except (ImportError, SyntaxError):
        # A part of this program is missing or damaged: launch.py says so, and has written outputs that say no.
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: outputs must be written, no traceback shown
        written = describe_write_error(error) if isinstance(error, OSError) else ""
        _refuse(environ, written or describe_defect(error))
        return ExitCode.UNDECIDED


def _refuse(environ: Mapping[str, str], message: str) -> None:
    """Say no, and why, as far as anything can be written at all: launch.py has written outputs that say no before."""
    with suppress(Exception):
        _write_outputs(environ, no_outputs())
        from publish_gate.report import summary

        _append_summary(environ, summary.render_defect(message))
    with suppress(OSError, ValueError):
        _annotate("error", "Publish Gate could not decide", message, None)
        sys.stdout.flush()


def _run(environ: Mapping[str, str]) -> ExitCode:
    from publish_gate.repository import load, read_repository
    from publish_gate.run import check, with_tags

    if not environ.get("GITHUB_OUTPUT"):
        raise ConfigurationError(
            [Problem("GITHUB_OUTPUT", "is not set: this program is a step of a workflow; use publish-gate check")]
        )
    root = _root(environ)
    slips = _input_slips(environ)
    try:
        settings, config = load(root, {each.name: environ.get(each.variable, "") for each in INPUTS})
    except ConfigurationError as error:
        raise ConfigurationError([*slips, *error.problems]) from None
    if slips:
        raise ConfigurationError(slips)
    context = read_context(environ, Overrides(), root)
    repository = read_repository(root, settings, config)
    stated = repository.stated(settings)
    if stated:
        repository = _with_declared(repository, stated, environ)
    if settings.mode == "verify":
        return _verify(repository, settings, with_tags(context, repository, root), environ)
    dist = _read_dist(root, settings, environ) if settings.dist is not None else None
    result = check(repository, settings, with_tags(context, repository, root), None, dist)
    _write_outputs(environ, as_outputs(result))
    # Not imported before: whatever waits for the outputs need not wait for this.
    from publish_gate.report import summary

    _append_summary(environ, summary.render(result))
    failing = result.fails_by(settings.fail_when)
    _show(result)
    lines = _workflow_lines(environ)
    for warning in repository.warnings(settings):
        _annotate("warning", "Publish Gate", warning, lines.get("index-url", lines.get(_STEP)))
    _annotate_result(result, lines, failing)
    sick = _examine(root, settings, context, environ, config)
    sys.stdout.flush()
    return ExitCode.UNDECIDED if result.failed or failing or sick else ExitCode.DECIDED


def _verify(repository: Repository, settings: Settings, context: Context, environ: Mapping[str, str]) -> ExitCode:
    """Wait for what was uploaded; whatever is not as it should be fails the step."""
    from publish_gate.built import read_dist
    from publish_gate.verification import report
    from publish_gate.verification.wait import verify

    found = verify(repository, settings, context, read_dist(_root(environ), settings), core.info)
    _write_outputs(environ, report.as_outputs(found))
    _append_summary(environ, report.summary(found))
    for line in report.render(found).splitlines():
        core.info(line)
    lines = _workflow_lines(environ)
    for release in [release for release in found.releases if not release.right][:_MOST_ANNOTATIONS]:
        message = f"{report.headline(release)}. {report.advice(release)}"
        _annotate("error", "Publish Gate: not verified", message, lines.get(_STEP))
    return ExitCode.DECIDED if found.right else ExitCode.UNDECIDED


def _read_dist(root: Path, settings: Settings, environ: Mapping[str, str]) -> Dist | None:
    """Read what was built, and which tools of the running workflow upload it."""
    from publish_gate.built import read_dist, with_readers

    dist = read_dist(root, settings)
    path, _ = _running_workflow(environ)
    return with_readers(dist, root, path) if dist is not None and path else dist


def _examine(
    root: Path, settings: Settings, context: Context, environ: Mapping[str, str], config: Config | None
) -> bool:
    """Let the doctor look at the workflows, once everything else is told; returns whether that fails the step."""
    from publish_gate.doctor import summary as beside

    if settings.doctor == "off":
        return False
    strict = settings.doctor == "fail"
    try:
        opinion = beside.examine(root, context, environ, config)
    except ConfigurationError as error:
        for problem in error.problems[:_MOST_ANNOTATIONS]:
            message = f"{problem.key}: {problem.message}" if problem.key else problem.message
            _annotate("error" if strict else "warning", "Publish Gate: the doctor did not look", message, problem.place)
        return strict
    except Exception as error:  # noqa: BLE001 - a fault of the doctor must not become one of the gate
        _annotate(
            "error" if strict else "notice", "Publish Gate: the doctor could not look", describe_defect(error), None
        )
        return strict
    if opinion is None:
        return False
    _append_summary(environ, beside.render(opinion))
    for finding in beside.shown(opinion):
        level = "error" if strict and finding in opinion.errors else "warning"
        _annotate(level, f"Publish Gate: {finding.rule.id}", finding.text, finding.place)
    return strict and bool(opinion.errors)


def _write_outputs(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Write the outputs, before anything else that could fail is told."""
    if environ.get("GITHUB_OUTPUT"):
        for name, value in outputs.items():
            core.set_output(name, value)


def _append_summary(environ: Mapping[str, str], text: str) -> None:
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        data = text.encode("utf-8", "replace")[:_LARGEST_SUMMARY]
        try:
            with Path(path).open("ab") as file:
                file.write(data)
        except (OSError, ValueError) as error:
            _annotate("warning", "Publish Gate", f"the job summary could not be written ({type(error).__name__})", None)


def _show(result: Result) -> None:
    from publish_gate.report import console

    # Every line is free of `##[`, and none begins with what a file or a ref says, so the runner takes none
    # of them for a command.
    for line in console.render(result, console.Style()).splitlines():
        core.info(line)


def _annotate(level: str, title: str, message: str, place: Place | None) -> None:
    show = {"error": core.error, "warning": core.warning, "notice": core.notice}[level]
    position = {"file": one_line(place.path, 1000), "start_line": place.line} if place is not None else {}
    show(one_line(message, 1000), title=title, **position)


def _annotate_result(result: Result, lines: Mapping[str, Place], failing: Failing) -> None:
    """Point at what is probably a mistake; GitHub shows ten of a kind, so the rest is left to the summary."""
    told = [each for package in result.packages for each in _annotations(package.decision, lines, failing)]
    told += [("notice", "Publish Gate", note, None) for note in result.notes]
    matrix = as_matrix(result)
    if matrix.rest:
        message = f"the matrix holds {matrix.entries} entries, {matrix.rest} more wait for the next run"
        told.insert(0, ("warning", "Publish Gate", message, None))
    counts = dict.fromkeys(("error", "warning", "notice"), 0)
    for level, title, message, place in told:
        counts[level] += 1
        if counts[level] <= _MOST_ANNOTATIONS:
            _annotate(level, title, message, place)


def _annotations(decision: PackageDecision, lines: Mapping[str, Place], failing: Failing) -> Iterator[_Annotation]:
    from publish_gate.report.headlines import beside_the_point, of_run

    reading = decision.local.reading
    place = reading.place
    for note in reading.notes if isinstance(reading, FoundVersion) else ():
        yield "notice", "Publish Gate", note, place
    seen: set[tuple[Reason, str]] = set()
    # With several targets, what the run does goes before what one of them says.
    before = f"{of_run(decision)}. " if len(decision.targets) > 1 else ""
    for target in decision.by_concern:
        check = next((check for other, check in failing if other is target), None)
        level = _level(target, failed=check is not None)
        if level is None or (check is None and beside_the_point(decision, target)):
            continue
        reason, message, advice = target.reason, target.message, target.advice
        if check is not None and check.reason is not None and check.reason is not reason:
            # What fails the step need not be the cause.
            reason, message, advice = check.reason, check.message, check.advice
        if (reason, message) in seen and reason is not Reason.INDEX_UNAVAILABLE:
            continue
        seen.add((reason, message))
        spot = lines.get("index-url", lines.get(_STEP)) if reason is Reason.INDEX_UNAVAILABLE else place
        end = "" if message.endswith(".") else "."
        # A project whose files cannot be read has no name.
        title = f"{', '.join(filter(None, (decision.project, target.target.name)))}: {reason.value}"
        yield level, title, f"{before}{message}{end} {advice}", spot
        before = ""


def _level(target: TargetDecision, *, failed: bool) -> str | None:
    if failed or target.reason.outcome is Outcome.ERROR:
        return "error"
    return "warning" if target.reason in _WARNED else None


def _workflow_lines(environ: Mapping[str, str]) -> dict[str, Place]:
    """Return where the running workflow uses this action and sets its inputs; empty where that is not clear."""
    path, data = _running_workflow(environ)
    text = data.decode("utf-8", "replace")
    if is_plain(text):
        plain = find_steps(text)
        if len(plain) == 1:
            lines = {_STEP: plain[0].line, **plain[0].inputs}
            return {name: Place(path, line) for name, line in lines.items()}
    steps = _running_steps(environ, path, data)
    if len(steps) != 1:
        # With several such steps that hand over the same it is not known which of them this is.
        return {}
    return {_STEP: steps[0].place, **{name: handed.place for name, handed in steps[0].inputs.items()}}


def _input_slips(environ: Mapping[str, str]) -> list[Problem]:
    """Name the inputs of this step that do not exist: GitHub only warns of them, and their rule would be dropped."""
    path, data = _running_workflow(environ)
    text = data.decode("utf-8", "replace")
    known = {each.name for each in INPUTS}
    if is_plain(text) and all(step.inputs.keys() <= known for step in find_steps(text)):
        return []
    from publish_gate.gate_steps import input_slips

    return input_slips(_running_steps(environ, path, data))


def _running_steps(environ: Mapping[str, str], path: str, data: bytes) -> list[GateStep]:
    """Return the steps of the running workflow that this one can be."""
    if not data:
        return []
    from publish_gate.doctor.uploads.sources import reader
    from publish_gate.doctor.workflow.read import read_workflow
    from publish_gate.gate_steps import find_gate_steps, running_steps, with_called

    received = {each.name: environ.get(each.variable, "") for each in INPUTS}
    read = reader(_root(environ))
    steps = [step for each in with_called(read_workflow(data, path), read) for step in find_gate_steps(each, read)]
    return running_steps(steps, environ.get("GITHUB_JOB", ""), received)


def _with_declared(repository: Repository, targets: frozenset[str], environ: Mapping[str, str]) -> Repository:
    """Take into account what the running workflow's uploading jobs declare."""
    from publish_gate.declared import with_declared
    from publish_gate.doctor.uploads.sources import CheckoutSources
    from publish_gate.doctor.workflow.read import read_workflow

    path, data = _running_workflow(environ)
    if not path:
        return repository
    return with_declared(
        repository, targets, read_workflow(data, path), CheckoutSources(Checkout.open(_root(environ), "."), {})
    )


def _running_workflow(environ: Mapping[str, str]) -> tuple[str, bytes]:
    """Return path and content of the workflow that runs, as the checkout has it; nothing where it has not."""
    reference = environ.get("GITHUB_WORKFLOW_REF", "").split("@")[0]
    repository = environ.get("GITHUB_REPOSITORY", "")
    path = reference.removeprefix(f"{repository}/")
    if not repository or path == reference or not path.startswith(".github/workflows/"):
        return "", b""
    try:
        return path, Checkout.open(_root(environ), ".").read_bytes(path)
    except CheckoutError:
        return "", b""


def _root(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())
