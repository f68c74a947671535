"""Uploads that code reaches which nobody has reviewed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.expressions_in import guard_place, names_of
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.fixes.edit_workflow import add_guard, on_branch
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob


_OWN, _FORK = "pull_request", "pull_request_fork"
# A script that looks at one of these may well decide by the event.
_LOOKS = re.compile(r"(?i)GITHUB_(?:REF|EVENT|HEAD_REF|BASE_REF)|github\.(?:ref|event|head_ref|base_ref)")


@detects(
    "publish-from-pull-request",
    "An upload is reached from a pull request",
    ("fork-pr-no-token", "over-broad-trigger"),
)
def publish_from_pull_request(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that a pull request reaches, and the condition that lacks the event."""
    for job in analysis.jobs:
        reached = [name for name in (_OWN, _FORK) if job.publishes_on.get(name, Ternary.NO) is not Ternary.NO]
        if reached:
            yield _finding(analysis, job, reached)


def _finding(analysis: Analysis, job: PublishingJob, reached: list[str]) -> Finding:
    sure = any(job.publishes_on[name] is Ternary.YES for name in reached)
    branch = analysis.default_branch
    guard = f"github.event_name == 'push' && github.ref == 'refs/heads/{branch}'"
    who = "pull requests, from forks too," if _FORK in reached else "pull requests"
    how = "reach" if sure else "can reach"
    condition = job.upload.job.condition
    asks = f"its `if` ({names_of(condition)}) does not ask for the event" if condition is not None else "it has no `if`"
    refusal = ". A fork's run gets no identity token and fails" if is_identity(job) and _FORK in reached else ""
    return Finding(
        publish_from_pull_request.rule,
        Severity.ERROR if sure or not _may_decide(job) else Severity.WARNING,
        Confidence.HIGH if sure else Confidence.MEDIUM,
        f"{who} {how} the upload in job {job.upload.job.id!r}: {asks}, so code that is not reviewed is "
        f"published{refusal}",
        f"let the job run only where it shall publish: if: {guard}",
        guard_place(job),
        job.upload.job.id,
        "fork-pr-no-token" if reached == [_FORK] else "over-broad-trigger",
        add_guard(job.upload.workflow, job.upload.job, guard),
        situations=tuple(reached),
    )


def _may_decide(job: PublishingJob) -> bool:
    """Whether something that is not seen from here may keep pull requests out: a call, or a script on the way."""
    if job.upload.step is None and job.inner is None:
        return True
    for owner in with_needed(job.upload.workflow, [job.upload.job.id]):
        texts = [step.run for step in owner.steps] + [entry.value for step in owner.steps for entry in step.env]
        if any(isinstance(each, Scalar) and _LOOKS.search(each.text) for each in texts):
            return True
    return False


_FEATURE = "push_feature"


@detects("publish-from-any-branch", "An upload is reached from every branch", ("over-broad-trigger",))
def publish_from_any_branch(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that a push to a feature branch reaches."""
    for job in analysis.jobs:
        answer = job.publishes_on.get(_FEATURE, Ternary.NO)
        if answer is Ternary.NO:
            continue
        sure = answer is Ternary.YES
        # On the index that is for trying, some teams want just that.
        wrong = sure and job.upload.index is Index.PYPI
        guard = f"github.ref == {on_branch(analysis.default_branch)}"
        yield Finding(
            publish_from_any_branch.rule,
            Severity.ERROR if wrong else Severity.WARNING,
            Confidence.HIGH if sure else Confidence.MEDIUM,
            f"a push to any branch {'reaches' if sure else 'can reach'} the upload in job {job.upload.job.id!r}: "
            "what is on a branch is published before it is merged",
            f"let the job run on the default branch or on tags only: if: {guard}",
            guard_place(job),
            job.upload.job.id,
            "over-broad-trigger",
            add_guard(job.upload.workflow, job.upload.job, guard),
            situations=(_FEATURE,),
        )


_TARGET = "pull_request_target"


@detects("pull-request-target", "An upload is reached from pull_request_target", ("pull-request-target-event",))
def pull_request_target(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that this event reaches.

    Source of the refusal: warehouse/oidc/models/github.py, the check of ``event_name``, since 2026-03-02.
    """
    for job in analysis.jobs:
        trigger = job.entry.trigger(_TARGET)
        answer = job.publishes_on.get(_TARGET, Ternary.NO) | job.publishes_on.get(
            "pull_request_target_fork", Ternary.NO
        )
        if trigger is None or answer is Ternary.NO:
            continue
        by_identity = is_identity(job)
        sure = answer is Ternary.YES
        says = (
            "the index refuses identities from this event"
            if by_identity
            else "this event runs with the repository's secrets for code that anybody may have written"
        )
        yield Finding(
            pull_request_target.rule,
            Severity.ERROR if by_identity and sure else Severity.WARNING,
            Confidence.HIGH if sure else Confidence.MEDIUM,
            f"`pull_request_target` {'reaches' if sure else 'can reach'} the upload in job "
            f"{job.upload.job.id!r}: {says}",
            "publish on a push to the default branch or of a tag instead",
            trigger.place,
            job.upload.job.id,
            "pull-request-target-event" if by_identity else "",
            situations=(_TARGET,),
        )


_FOLLOWS = "workflow_run"


@detects("workflow-run", "An upload follows another workflow's run")
def workflow_run(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that `workflow_run` reaches without asking what the other run was."""
    seen: set[str] = set()
    for job in analysis.jobs:
        trigger = job.entry.trigger(_FOLLOWS)
        if trigger is None or job.entry.path in seen or job.publishes_on.get(_FOLLOWS, Ternary.YES) is Ternary.NO:
            continue
        seen.add(job.entry.path)
        limited = isinstance(trigger.options, Mapping) and trigger.options.get("branches") is not None
        asked = "workflow_run.event" in job.entry.text or "workflow_run.head_" in job.entry.text
        yield Finding(
            workflow_run.rule,
            Severity.ADVICE if limited or asked else Severity.WARNING,
            Confidence.MEDIUM,
            "this publishes after another workflow has run, with this repository's rights; that other run may have "
            "been a pull request's, a fork's branch may have the name of yours, and it may have failed",
            "publish in the workflow that builds, or ask for github.event.workflow_run.conclusion == 'success', its "
            "event and its head repository",
            trigger.place,
            job.upload.job.id,
        )
