"""Building and uploading in one job: whatever runs during the build can publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.publishing_jobs import is_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("build-and-upload", "The job that builds can also publish")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each job that builds distributions and may ask for an identity token."""
    from publish_gate.doctor.uploads import builds

    seen: set[tuple[str, str]] = set()
    for job in examination.jobs:
        owner = job.upload.job
        key = (job.file, owner.id)
        if key in seen or not is_identity(job) or not job.may_identify or not builds(owner):
            continue
        seen.add(key)
        yield Finding(
            RULE,
            Severity.ADVICE,
            Confidence.HIGH,
            f"job {owner.id!r} builds and uploads with `id-token: write`: every build dependency and every test "
            "in it could publish in the project's name",
            "build in one job, hand the files over as an artifact, and upload in another that does nothing else",
            owner.place,
            owner.id,
        )
