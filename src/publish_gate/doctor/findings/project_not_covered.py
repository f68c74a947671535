"""The identity is accepted, but what the index hands out is not for the project that is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.trusted_publishing.refusals import uncovered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule(
    "project-not-covered",
    "The identity is good for another project",
    ("project-name-mismatch", "pending-publisher-not-created"),
)
SHADOWED = Rule(
    "publisher-shadowed",
    "A publisher with an environment hides the one that was meant",
    ("publisher-shadowed-by-specific-environment",),
)


def find(examination: Analysis, rule: Rule = RULE) -> Iterator[Finding]:
    """Name each upload whose project its token would not cover, where it is clear which project that is."""
    if examination.registry is None or len(examination.projects) != 1:
        return
    project = examination.projects[0]
    for job in examination.jobs:
        for identity in job.identities:
            if identity.verdict is None:
                continue
            reason = uncovered(project.name, identity.verdict, examination.registry, identity.index)
            if reason is None or reason.cause not in rule.causes:
                continue
            yield Finding(
                rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"job {job.upload.job.id!r}: {reason.found}",
                reason.advice,
                project.place if rule is RULE and project.place is not None else job.upload.job.place,
                job.upload.job.id,
                reason.cause,
                situations=(identity.situation.name,),
            )
            break
