"""What uploads, with which release of which tool, and where to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from publish_gate.doctor.expressions.syntax_tree import ExpressionError
from publish_gate.doctor.findings.builds import version_setters
from publish_gate.doctor.findings.expressions_in import path_of
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import TRIAL, indexes, reaches, says_trial, taken
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.action_release import COMMIT, is_before, release_of
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step, Workflow


@detects("wrong-index", "The job uploads to another index than it says", ("wrong-index",))
def wrong_index(analysis: Analysis) -> Iterator[Finding]:
    """Name each job whose environment or name says TestPyPI while its upload goes to PyPI, and the reverse."""
    for job in taken(analysis):
        upload = job.actual
        # What is decided inside an action of others may well go where the name says.
        if upload.how is How.OTHER or (upload.step is None and upload.inside is None):
            continue
        says = says_trial(analysis, job) if upload.index is Index.PYPI else ""
        if says:
            yield _finding(
                job,
                f"{says!r} says TestPyPI, but nothing sends the upload there: it goes to PyPI",
                "give the upload TestPyPI's address (repository-url), or correct the name",
                sure=TRIAL.search(job.environment or "") is not None or _only_on_trial(analysis),
            )
        elif (
            upload.index is Index.TESTPYPI
            and (job.environment or "").lower() == "pypi"
            and Index.PYPI not in indexes(analysis, job)
        ):
            yield _finding(
                job,
                f"the environment is {job.environment!r}, but the upload goes to TestPyPI",
                "use an environment of its own for TestPyPI, or send the upload to PyPI",
                sure=False,
            )


def _only_on_trial(analysis: Analysis) -> bool:
    """Whether all publishers that are known are on TestPyPI."""
    known = analysis.registry
    everyone = (*known.publishers, *known.pending) if known is not None else ()
    return bool(everyone) and all(publisher.index == Index.TESTPYPI.value for publisher in everyone)


def _finding(job: PublishingJob, message: str, remedy: str, *, sure: bool) -> Finding:
    # The environment is what the publisher is bound to; a name alone may be a remnant.
    return Finding(
        wrong_index.rule,
        Severity.ERROR if sure else Severity.WARNING,
        Confidence.HIGH if sure else Confidence.LOW,
        f"job {job.upload.job.id!r}: {message}",
        remedy,
        job.upload.place,
        job.upload.job.id,
        "wrong-index",
    )


# What holds more than an address, or a part that is made while the workflow runs, is not judged.
_ADDRESS = re.compile(r"\w+://[^\s$]+")


@detects("wrong-upload-url", "The upload address takes no uploads", ("wrong-upload-url",))
def wrong_upload_url(analysis: Analysis) -> Iterator[Finding]:
    """Name each written-down address of a public index that is not its upload address."""
    seen: set[object] = set()
    for job in taken(analysis):
        url = job.upload.url
        if url is None or url.place in seen or not _ADDRESS.fullmatch(url.text.strip()):
            continue
        seen.add(url.place)
        right = right_address(url.text)
        if right is not None:
            edits = _edit(job.upload.workflow, url, right)
            yield Finding(
                wrong_upload_url.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"{one_line(url.text, 100)} takes no uploads",
                f"write {right} (with the slash at its end)",
                url.place,
                job.upload.job.id,
                "wrong-upload-url",
                edits,
                safe=bool(edits),
            )


def right_address(text: str) -> str | None:
    """Return the address that was meant, None where ``text`` is right or belongs to no public index."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    for index in PUBLIC_INDEXES:
        upload = urlsplit(index.upload)
        bare = index.host
        if host not in {bare, f"www.{bare}", upload.hostname, f"upload.{bare}"}:
            continue
        same = parts.scheme == upload.scheme and host == upload.hostname and parts.path == upload.path
        return None if same and not parts.query and not parts.fragment else index.upload
    return None


def _edit(workflow: Workflow, url: Scalar, right: str) -> tuple[Edit, ...]:
    line, column = url.place.line, url.place.column
    if line is None or column is None or url.end[0] != line or url.style in {"|", ">"}:
        return ()
    return (Edit(workflow.path, (line, column), url.end, f"{url.style}{right}{url.style}"),)


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


def _has_the_tag_s_version(analysis: Analysis, job: PublishingJob) -> bool:
    """Whether what is uploaded has the version that its tag names, so that no bump can be forgotten."""
    reached = reaches(analysis, job)
    by_tag = bool(reached) and all(reach.situation.is_tag for reach in reached)
    from_tags = bool(analysis.projects) and all(project.from_tags for project in analysis.projects)
    return by_tag and (from_tags or any(setter.by_tag for setter in version_setters(job)))


@detects("skip-existing", "skip-existing hides a missing version bump", ("version-already-exists",))
def skip_existing(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that passes over files that are there, unless each release has its own version by its tag."""
    for job in taken(analysis):
        if not job.upload.skip_existing or _has_the_tag_s_version(analysis, job):
            continue
        trial = job.upload.index is Index.TESTPYPI
        yield Finding(
            skip_existing.rule,
            Severity.ADVICE if trial else Severity.WARNING,
            Confidence.HIGH,
            f"job {job.upload.job.id!r} passes over files that the index has already: a forgotten version bump "
            "ends in a green run that publishes nothing, or adds new files to an old release",
            "ask Publish Gate first, upload only what is new, and leave `skip-existing` out",
            job.upload.place,
            job.upload.job.id,
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
