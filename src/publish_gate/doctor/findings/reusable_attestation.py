"""Attestations made in a called workflow name the caller, and the index holds them against the called file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.uploads.action_release import is_before, release_of
from publish_gate.doctor.uploads.model import How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob

RULE = Rule(
    "reusable-workflow-attestation",
    "Attestations from a called workflow are refused",
    ("reusable-workflow-attestation",),
)
# Attestations are made by default since this release of the action.
_DEFAULT_SINCE = (1, 11)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload in a called workflow that makes attestations."""
    for job in examination.jobs:
        if job.caller is not None and is_identity(job) and _attests(job):
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"the upload runs in {job.file}, called by {job.entry.path}: attestations are signed for the file that "
                "GitHub starts, while the index finds the publisher by the called one. No publisher satisfies both",
                f"move the uploading job into {job.entry.file_name}, or switch attestations off for it "
                "(with: {attestations: false})",
                job.actual.place,
                job.actual.job.id,
                "reusable-workflow-attestation",
            )


def _attests(job: PublishingJob) -> bool:
    upload = job.actual
    if upload.attestations is not None:
        return upload.attestations
    if upload.how is not How.PYPA_ACTION:
        return False
    release = release_of(upload)
    return release is None or not is_before(release, _DEFAULT_SINCE)
