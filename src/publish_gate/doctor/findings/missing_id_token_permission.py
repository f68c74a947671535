"""A job that publishes by its identity is not allowed to ask for an identity token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.fixes.permissions import grant
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.uploads.model import How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.places import Place

RULE = Rule(
    "missing-id-token-permission",
    "A job publishes by its identity without id-token: write",
    ("missing-id-token-permission",),
)
# What others do inside, and where they get their permissions from, is not seen from here.
_CERTAIN = {How.PYPA_ACTION, How.UV, How.TWINE, How.PDM}


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such job, and the block that takes the permission away."""
    for job in examination.jobs:
        if not is_identity(job) or job.may_identify or job.actual.how not in _CERTAIN:
            continue
        if not _is_left_to_callers(job):
            yield _finding(job)


def _is_left_to_callers(job: PublishingJob) -> bool:
    """Whether the workflow is only ever called, and has no block: its callers grant the permission, or do not."""
    only_called = all(trigger.event == "workflow_call" for trigger in job.entry.triggers)
    return only_called and (job.upload.job.permissions or job.entry.permissions) is None


def _finding(job: PublishingJob) -> Finding:
    workflow, owner = _lacking(job)
    block = owner.permissions or workflow.permissions
    place: Place = block.place if block is not None else owner.place
    if owner is job.caller:
        where = f"the calling job {owner.id!r} does not grant it, and a called workflow cannot have more"
    elif owner.permissions is not None:
        where = "the job's own `permissions` do not name it, and they replace those of the workflow as a whole"
    elif block is not None:
        where = "the workflow's `permissions` do not name it"
    else:
        where = "nothing grants it, and no repository setting does"
    change = grant(workflow, owner, "id-token", "write")
    return Finding(
        RULE,
        Severity.ERROR,
        Confidence.HIGH,
        f"job {owner.id!r} publishes with its identity but has no `id-token: write`: {where}",
        "add to the job:  permissions: {id-token: write}  (and contents: read if it checks out a private repository)",
        place,
        owner.id,
        "missing-id-token-permission",
        change.edits,
        safe=change.safe,
    )


def _lacking(job: PublishingJob) -> tuple[Workflow, Job]:
    """Return the job whose block lacks the permission: in a called workflow, that one's own or its caller."""
    actual = job.actual
    block = actual.job.permissions or actual.workflow.permissions
    if block is not None and block.level("id-token") != "write":
        return actual.workflow, actual.job
    return job.entry, job.upload.job
