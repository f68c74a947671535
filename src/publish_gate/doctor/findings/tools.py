"""The tool that uploads: whether it runs there, and whether its release can do what is asked of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import ExpressionError
from publish_gate.doctor.findings.back_ends import is_newer, needed, reads, written
from publish_gate.doctor.findings.expressions_in import path_of
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import once, taken
from publish_gate.doctor.fixes.edits import Edit, line_at
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.action_release import COMMIT, is_before, release_of
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step


_SYSTEMS = {"macos": "macOS", "windows": "Windows"}


class _Runner(NamedTuple):
    """A label of a runner; ``key`` is that of the matrix which gives it, empty if it is written at the job."""

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
    yield from (item for item in getattr(values, "items", ()) if isinstance(item, Scalar))
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
    remedy: str


@detects("outdated-publish-action", "The publishing action is too old", ("outdated-publish-action",))
def outdated_action(analysis: Analysis) -> Iterator[Finding]:
    """Name each use of a release, or of the abandoned branch, that cannot do what is asked of it."""
    for job in taken(analysis):
        age = _age(analysis, job)
        if age is not None:
            yield Finding(
                outdated_action.rule,
                age.severity,
                age.confidence,
                age.what,
                age.remedy,
                job.upload.place,
                job.upload.job.id,
                "outdated-publish-action",
            )


_CURRENT = "use its current release, pinned to the release's commit"


def _age(analysis: Analysis, job: PublishingJob) -> _Age | None:
    if job.upload.how is How.TWINE:
        return _of_metadata(analysis, job, "twine", _pinned_twine(job))
    if job.upload.how is not How.PYPA_ACTION:
        return None
    if job.upload.version in {"master", "main"}:
        return _Age(
            Severity.WARNING,
            Confidence.HIGH,
            f"the branch {job.upload.version!r} of the action is no longer kept; its releases are on `release/v1`",
            _CURRENT,
        )
    release = release_of(job.upload)
    if release is None:
        return None
    if is_before(release, _IDENTITY) and is_identity(job):
        return _Age(
            Severity.ERROR,
            Confidence.HIGH,
            f"release {_shown(release)} of the action knows no trusted publishing, and the job gives it no password",
            _CURRENT,
        )
    return _of_metadata(analysis, job, "action", release)


def _of_metadata(analysis: Analysis, job: PublishingJob, tool: str, release: tuple[int, ...] | None) -> _Age | None:
    """Say whether a release reads the metadata that is going to be built; of what is not known, what is usual."""
    if release is None:
        return None
    known = reads(tool, release) if len(release) == _EXACT else ""
    what = "the action" if tool == "action" else tool
    made = written(analysis, job)
    if made is not None and known:
        if not is_newer(made.version, known):
            return None
        first = needed(tool, made.version)
        return _Age(
            Severity.WARNING,
            Confidence.HIGH,
            f"the build back end ({one_line(made.requirement, 60)}) writes metadata {made.version}, and release "
            f"{_shown(release)} of {what} reads it up to {known}: it will refuse the distributions as invalid",
            f"use release {first} of {what} or a later one" if first else f"use the newest release of {what}",
        )
    if tool == "action" and is_before(release, _METADATA):
        return _Age(
            Severity.WARNING,
            Confidence.MEDIUM,
            f"release {_shown(release)} of the action refuses distributions with metadata 2.4, which current build "
            "back ends write",
            _CURRENT,
        )
    return None


_TWINE = re.compile(r"\btwine(?:\[[\w,]*\])?==([0-9]+(?:\.[0-9]+)*)")
_EXACT = 3


def _pinned_twine(job: PublishingJob) -> tuple[int, ...] | None:
    """Return the release of twine that the job installs, if it names one."""
    scripts = [step.run.text for step in job.actual.job.steps if step.run is not None]
    found = next((match for text in scripts if (match := _TWINE.search(text))), None)
    return tuple(int(part) for part in found[1].split(".")) if found is not None else None


def _shown(release: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in release)


# The objects of annotated tags of the action's releases by their first digits, with the release and its commit. A
# container image is published under each commit and each release's name, and never under the object of a tag.
_TAG_OBJECTS = {
    "7f25271a": ("v1.12.4", "76f52bc884231f62b9a034ebfe128415bbaabdfc"),
    "6733eb7d": ("v1.14.0", "cef221092ed1bacb1cc03d23a2d87d1d172e277b"),
    "a892a5a6": ("v1.14.2", "dc37677b2e1c63e2034f94d8a5b11f265b73ba33"),
}
_KNOWN_BY = 8


@detects("tag-object-pin", "The publishing action is pinned to a tag object", ("action-image-missing",))
def tag_object_pin(analysis: Analysis) -> Iterator[Finding]:
    """Name each use of the action at the object of an annotated tag, for which there is no image."""
    for job in taken(analysis):
        upload = job.upload
        release, commit = _TAG_OBJECTS.get(upload.version[:_KNOWN_BY], ("", ""))
        if upload.how is not How.PYPA_ACTION or not release or not COMMIT.fullmatch(upload.version):
            continue
        line = upload.place.line or 0
        start = line_at(upload.workflow.text, line).find(upload.version) + 1
        edit = Edit(upload.workflow.path, (line, start), (line, start + len(upload.version)), commit)
        edits = (edit,) if start else ()
        yield Finding(
            tag_object_pin.rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"{upload.version[:_KNOWN_BY]}… is the object of the annotated tag {release}, not the commit behind it: "
            "no image of the action is published under it, and the run ends with `manifest unknown`",
            f"pin the commit of {release}: {commit}",
            upload.place,
            upload.job.id,
            "action-image-missing",
            edits,
            safe=bool(edits),
        )


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


_INSIDE = re.compile(
    r"(?i)pypa/gh-action-pypi-publish@(?:[0-9a-f]{40}\s*#\s*)?(?:release/)?v?([0-9]+(?:\.[0-9]+){0,2})(?![\w.])"
)


def _release_inside(analysis: Analysis, uses: str) -> tuple[int, ...] | None:
    """Return the release of the publishing action that a composite action of the repository uses."""
    folder = uses.partition("/")[2].rstrip("/")
    for name in ("action.yml", "action.yaml"):
        content = analysis.sources.read(f"{folder}/{name}") if analysis.sources is not None else None
        found = _INSIDE.search(content[:_LARGEST].decode("utf-8", "replace")) if content is not None else None
        if found is not None:
            return tuple(int(part) for part in found[1].split("."))
    return None


_LARGEST = 256 * 1024
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
        release = _release_inside(analysis, uses)
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
