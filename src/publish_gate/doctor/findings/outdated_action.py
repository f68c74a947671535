"""A release of the publishing action that is too old for what the job asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.uploads.action_release import is_before, release_of
from publish_gate.doctor.uploads.model import How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob

RULE = Rule("outdated-publish-action", "The publishing action is too old", ("outdated-publish-action",))

# Releases of the action, from its release notes: trusted publishing came with 1.8.0, metadata 2.4 with 1.12.3.
_IDENTITY = (1, 8, 0)
_METADATA = (1, 12, 3)


class _Age(NamedTuple):
    severity: Severity
    confidence: Confidence
    what: str


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each use of a release, or of the abandoned branch, that cannot do what is asked of it."""
    for job in examination.jobs:
        age = _age(job) if job.upload.how is How.PYPA_ACTION else None
        if age is not None:
            yield Finding(
                RULE,
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
