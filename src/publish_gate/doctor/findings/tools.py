"""The tool that uploads: whether it runs there, and whether its release can do what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import ExpressionError
from publish_gate.doctor.findings.expressions_in import path_of
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import once, taken
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.action_release import COMMIT, is_before, release_of
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step


_SYSTEMS = {"macos": "macOS", "windows": "Windows"}


class _Runner(NamedTuple):
    """A label of a runner; ``key`` is that of the matrix which gives it, empty where it is written at the job."""

    label: Scalar
    key: str = ""

    @property
    def system(self) -> str:
        """The system as ``runner.os`` calls it, empty for Linux and for what is not known."""
        return _SYSTEMS.get(self.label.text.lower().partition("-")[0], "")


@detects("container-action-non-linux", "The publishing action runs on Linux only", ("container-action-non-linux",))
def container_action(analysis: Analysis) -> Iterator[Finding]:
    """Name each job on macOS or Windows that uses it, directly or by its matrix."""
    seen: set[object] = set()
    for job in taken(analysis):
        owner, step = job.upload.job, job.upload.step
        if job.upload.how is not How.PYPA_ACTION or step is None or job.upload.place in seen:
            continue
        seen.add(job.upload.place)
        for runner in _runners(owner):
            reached = _is_reached(step, runner) if runner.system else Ternary.NO
            if reached is Ternary.NO:
                continue
            sure = reached is Ternary.YES
            yield Finding(
                container_action.rule,
                Severity.ERROR if sure else Severity.WARNING,
                Confidence.HIGH if sure else Confidence.MEDIUM,
                f"job {owner.id!r} runs on {runner.label.text!r}, and the publishing action is a container action "
                "that only runs on Linux",
                "upload from a job of its own with `runs-on: ubuntu-latest`, and hand the files over as an artifact",
                runner.label.place,
                owner.id,
                "container-action-non-linux",
            )
            break


def _is_reached(step: Step, runner: _Runner) -> Ternary:
    """Tell whether the step's condition lets it run there; one that asks for no system does."""
    from publish_gate.doctor.expressions import Object, Scope
    from publish_gate.doctor.simulation.evaluation import own_condition_holds

    text = step.condition.text if step.condition is not None else ""
    if "matrix" not in text and "runner" not in text:
        return Ternary.YES
    matrix = Object({runner.key: runner.label.text} if runner.key else {}, open=True)
    return own_condition_holds(text, Scope({"matrix": matrix, "runner": Object({"os": runner.system}, open=True)}))


def _runners(job: Job) -> Iterator[_Runner]:
    """Yield the runner labels that are written down: plain ones, and those of a static matrix."""
    node = job.runs_on.get("labels") if isinstance(job.runs_on, Mapping) else job.runs_on
    for label in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(label, Scalar):
            key = _matrix_key(label)
            yield from [_Runner(label)] if not key else (_Runner(each, key) for each in _values(job, key))


def _matrix_key(label: Scalar) -> str:
    """Return ``os`` for ``${{ matrix.os }}``, empty for everything else."""
    from publish_gate.doctor.expressions import parse_template

    try:
        path = path_of(parse_template(label.text)) if "${{" in label.text else ()
    except ExpressionError:
        return ""
    return path[1] if len(path) > 1 and path[0] == "matrix" else ""


def _values(job: Job, key: str) -> Iterator[Scalar]:
    """Yield the values of a key of a static matrix, those of its ``include`` too."""
    matrix = job.strategy.get("matrix")
    if not isinstance(matrix, Mapping):
        return
    values = matrix.get(key)
    yield from (each for each in getattr(values, "items", ()) if isinstance(each, Scalar))
    included = matrix.get("include")
    for entry in included.items if isinstance(included, Sequence) else ():
        value = entry.scalar(key) if isinstance(entry, Mapping) else None
        if value is not None:
            yield value


# Releases of the action, from its release notes: trusted publishing came with 1.8.0, metadata 2.4 with 1.12.3.
_IDENTITY = (1, 8, 0)
_METADATA = (1, 12, 3)


class _Age(NamedTuple):
    severity: Severity
    confidence: Confidence
    what: str


@detects("outdated-publish-action", "The publishing action is too old", ("outdated-publish-action",))
def outdated_action(analysis: Analysis) -> Iterator[Finding]:
    """Name each use of a release, or of the abandoned branch, that cannot do what is asked of it."""
    for job in taken(analysis):
        age = _age(job) if job.upload.how is How.PYPA_ACTION else None
        if age is not None:
            yield Finding(
                outdated_action.rule,
                age.severity,
                age.confidence,
                age.what,
                "use its current release, pinned to the release's commit",
                job.upload.place,
                job.upload.job.id,
                "outdated-publish-action",
            )


def _age(job: PublishingJob) -> _Age | None:
    if job.upload.version in {"master", "main"}:
        return _Age(
            Severity.WARNING,
            Confidence.HIGH,
            f"the branch {job.upload.version!r} of the action is no longer kept; its releases are on `release/v1`",
        )
    release = release_of(job.upload)
    if release is None:
        return None
    shown = ".".join(str(part) for part in release)
    if is_before(release, _IDENTITY) and is_identity(job):
        return _Age(
            Severity.ERROR,
            Confidence.HIGH,
            f"release {shown} of the action knows no trusted publishing, and the job gives it no password",
        )
    if is_before(release, _METADATA):
        return _Age(
            Severity.WARNING,
            Confidence.MEDIUM,
            f"release {shown} of the action refuses distributions with metadata 2.4, which current build back ends "
            "write",
        )
    return None


@detects("unpinned-publish-action", "The publishing action can change under you")
def unpinned_action(analysis: Analysis) -> Iterator[Finding]:
    """Name each use of the PyPA action that is not pinned to a commit."""
    for job in taken(analysis):
        if job.upload.how is How.PYPA_ACTION and job.upload.version and not COMMIT.fullmatch(job.upload.version):
            yield Finding(
                unpinned_action.rule,
                Severity.ADVICE,
                Confidence.HIGH,
                f"the action is used at {one_line(job.upload.version, 60)!r}, which its owner can move; it holds "
                "the right to publish",
                "pin it to the full commit of a release, with the release as a comment",
                job.upload.place,
                job.upload.job.id,
            )


# Since this release the action makes the container action that it runs, by the name of its own repository.
_NAMES_ITS_IMAGE = (1, 12)


@detects("publish-in-composite-action", "The publishing action runs inside a composite action")
def publish_in_composite(analysis: Analysis) -> Iterator[Finding]:
    """Name each use of a composite action of the repository in which the PyPA action uploads."""
    for job in once(taken(analysis), lambda job: job.actual.place):
        upload, step = job.actual, job.actual.step
        uses = step.uses.text.strip() if step is not None and step.uses is not None else ""
        if not uses.startswith(("./", "$/")) or How.PYPA_ACTION not in {upload.how, upload.inside}:
            continue
        # Until then it was a container action itself, which knew its own image.
        release = release_of(upload)
        if release is not None and is_before(release, _NAMES_ITS_IMAGE):
            continue
        yield Finding(
            publish_in_composite.rule,
            Severity.WARNING,
            Confidence.MEDIUM,
            f"job {upload.job.id!r} publishes through the composite action {one_line(uses, 80)!r}: inside of one, the "
            "publishing action takes the outer action's repository for its own, and looks for its container image "
            "there. Its maintainers do not support it",
            "use the publishing action in a step of the job itself",
            upload.place,
            upload.job.id,
        )
