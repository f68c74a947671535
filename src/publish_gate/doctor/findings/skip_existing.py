"""`skip-existing` turns "this version is there already" into a green run that publishes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.uploads.model import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("skip-existing", "skip-existing hides a missing version bump", ("version-already-exists",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that passes over files that are there."""
    for job in examination.jobs:
        if not job.upload.skip_existing:
            continue
        trial = job.upload.index is Index.TESTPYPI
        yield Finding(
            RULE,
            Severity.ADVICE if trial else Severity.WARNING,
            Confidence.HIGH,
            f"job {job.upload.job.id!r} passes over files that the index has already: a forgotten version bump "
            "ends in a green run that publishes nothing, or adds new files to an old release",
            "ask Publish Gate first, upload only what is new, and leave `skip-existing` out",
            job.upload.place,
            job.upload.job.id,
        )
