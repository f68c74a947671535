"""The publishing action is followed by a branch or tag that can move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.uploads.action_release import COMMIT
from publish_gate.doctor.uploads.model import How
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("unpinned-publish-action", "The publishing action can change under you")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each use of the PyPA action that is not pinned to a commit."""
    for job in examination.jobs:
        if job.upload.how is How.PYPA_ACTION and job.upload.version and not COMMIT.fullmatch(job.upload.version):
            yield Finding(
                RULE,
                Severity.ADVICE,
                Confidence.HIGH,
                f"the action is used at {one_line(job.upload.version, 60)!r}, which its owner can move; it holds "
                "the right to publish",
                "pin it to the full commit of a release, with the release as a comment",
                job.upload.place,
                job.upload.job.id,
            )
