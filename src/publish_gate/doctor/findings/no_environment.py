"""A job publishes by its identity without an environment to protect it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.publishing_jobs import is_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Job, Workflow

RULE = Rule("no-environment", "The publishing job has no environment")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such job, and the environment that stands on another job by mistake."""
    seen: set[tuple[str, str]] = set()
    for job in examination.jobs:
        owner = job.upload.job
        key = (job.file, owner.id)
        if not is_identity(job) or owner.environment is not None or owner.uses is not None or key in seen:
            continue
        seen.add(key)
        elsewhere = _on_a_needed_job(job.upload.workflow, owner)
        message = (
            f"job {owner.id!r} publishes without an environment, so the publisher cannot be bound to one"
            if elsewhere is None
            else f"the environment stands on job {elsewhere.id!r}, not on {owner.id!r}, which is the one that "
            "presents its identity: the publisher cannot be bound to it"
        )
        yield Finding(
            RULE,
            Severity.ADVICE,
            Confidence.HIGH,
            message,
            "give the job an `environment:`, name it in the publisher as well, and let it ask for a review",
            owner.place,
            owner.id,
        )


def _on_a_needed_job(workflow: Workflow, job: Job) -> Job | None:
    needed = (workflow.job(each.text) for each in job.needs)
    return next((each for each in needed if each is not None and each.environment is not None), None)
