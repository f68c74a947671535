"""By what right a job uploads: its identity, its environment, its password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import taken
from publish_gate.doctor.fixes.edit_workflow import grant
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.uploads.model import Auth, How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.places import Place


# What others do inside, and where they get their permissions from, is not seen from here.
_CERTAIN = frozenset({How.PYPA_ACTION, How.UV, How.TWINE, How.PDM})


@detects(
    "missing-id-token-permission",
    "A job publishes by its identity without id-token: write",
    ("missing-id-token-permission",),
)
def missing_id_token_permission(analysis: Analysis) -> Iterator[Finding]:
    """Name each such job, and the block that takes the permission away."""
    for job in taken(analysis):
        by_identity = is_identity(job) and job.actual.how in _CERTAIN
        if job.may_identify or not (by_identity or job.actual.mints):
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
    # What a called workflow is left with by a caller that says nothing is not documented, and differs.
    unsaid = owner is job.caller and block is None
    # What has no credential here may find one in a file or a keyring.
    sure = not unsaid and is_identity(job)
    if unsaid:
        where = (
            f"the calling job {owner.id!r} says nothing of permissions, so that the repository's settings decide "
            "whether the called workflow gets it"
        )
    elif owner is job.caller:
        where = f"the calling job {owner.id!r} does not grant it, and a called workflow cannot have more"
    elif owner.permissions is not None:
        where = "the job's own `permissions` do not name it, and they replace those of the workflow as a whole"
    elif block is not None:
        where = "the workflow's `permissions` do not name it"
    else:
        where = "nothing grants it, and no repository setting does"
    change = grant(workflow, owner, "id-token", "write")
    return Finding(
        missing_id_token_permission.rule,
        Severity.ERROR if sure else Severity.WARNING,
        Confidence.HIGH if sure else Confidence.MEDIUM,
        f"job {owner.id!r} publishes {'with its identity' if is_identity(job) else 'without a credential'} but has no "
        f"`id-token: write`: {where}",
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


@detects(
    "empty-password-fallback",
    "An empty password secret becomes trusted publishing",
    ("empty-secret-falls-back-to-oidc",),
)
def empty_password(analysis: Analysis) -> Iterator[Finding]:
    """Name each password that comes from a secret."""
    for job in taken(analysis):
        secret = job.upload.credential
        if job.upload.how is not How.PYPA_ACTION or job.upload.auth is not Auth.TOKEN or secret is None:
            continue
        if "secrets." not in secret.text and "secrets[" not in secret.text:
            continue
        both = job.may_identify
        message = (
            "a secret that is missing, misspelt or not handed to this run is an empty text, and with an empty "
            "password the action falls back to trusted publishing"
        )
        end = (
            ", for which this job has the permission: it may publish by another way than it says"
            if both
            else " and then complains about permissions that were never meant to be there"
        )
        yield Finding(
            empty_password.rule,
            Severity.ADVICE,
            Confidence.LOW,
            message + end,
            "see that the secret exists for this repository and environment, or leave `password` out and publish "
            "by the job's identity",
            secret.place,
            job.upload.job.id,
            "empty-secret-falls-back-to-oidc",
        )


@detects("build-and-upload", "The job that builds can also publish")
def build_and_upload(analysis: Analysis) -> Iterator[Finding]:
    """Name each job that builds distributions and may ask for an identity token."""
    from publish_gate.doctor.uploads import builds

    seen: set[tuple[str, str]] = set()
    for job in taken(analysis):
        owner = job.upload.job
        key = (job.file, owner.id)
        if key in seen or not is_identity(job) or not job.may_identify or not builds(owner):
            continue
        seen.add(key)
        yield Finding(
            build_and_upload.rule,
            Severity.ADVICE,
            Confidence.HIGH,
            f"job {owner.id!r} builds and uploads with `id-token: write`: every build dependency and every test "
            "in it could publish in the project's name",
            "build in one job, hand the files over as an artifact, and upload in another that does nothing else",
            owner.place,
            owner.id,
        )


@detects("no-environment", "The publishing job has no environment")
def no_environment(analysis: Analysis) -> Iterator[Finding]:
    """Name each such job, and the environment that stands on another job by mistake."""
    seen: set[tuple[str, str]] = set()
    for job in taken(analysis):
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
            no_environment.rule,
            Severity.ADVICE,
            Confidence.HIGH,
            message,
            "give the job an `environment:`, name it in the publisher as well, and let it ask for a review",
            owner.place,
            owner.id,
        )


def _on_a_needed_job(workflow: Workflow, job: Job) -> Job | None:
    needed = (workflow.job(need.text) for need in job.needs)
    return next((need for need in needed if need is not None and need.environment is not None), None)
