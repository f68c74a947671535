"""Where an upload goes, and what it passes over there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publish_gate.doctor.findings.builds import version_setters
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import TRIAL, indexes, reaches, says_trial, taken
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.doctor.workflow.tree import Scalar


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
    """Return the address that was meant, None if ``text`` is right or belongs to no public index."""
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
