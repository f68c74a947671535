"""The upload runs in a called workflow, and the index looks for that one in the caller's repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import reached
from publish_gate.doctor.findings.refusals import by_cause
from publish_gate.doctor.publishing_jobs import called_elsewhere, is_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule(
    "reusable-workflow", "The upload runs in a called workflow that no publisher can name", ("reusable-workflow",)
)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload in a workflow of another repository, and each that its publisher does not name."""
    elsewhere: set[tuple[str, str]] = set()
    for job in examination.jobs:
        called = called_elsewhere(job)
        uses = job.upload.job.uses
        if called is None or uses is None or not is_identity(job) or not reached(job):
            continue
        own, there = examination.repository, called["repository"]
        if own is not None and there.lower() == own.lower():
            continue  # this repository at another ref: what is registered decides
        elsewhere.add((uses.place.path, job.upload.job.id))
        yield Finding(
            RULE,
            Severity.ERROR,
            Confidence.HIGH,
            f"job {job.upload.job.id!r} publishes by its identity in a workflow of {there}: the index looks for "
            "the called file in the repository that calls, so no publisher matches",
            "move the uploading job into a workflow of this repository; the called one may build",
            uses.place,
            job.upload.job.id,
            "reusable-workflow",
        )
    for finding in by_cause(examination, RULE):
        if finding.place is None or (finding.place.path, finding.job) not in elsewhere:
            yield finding
