"""Uploads that code reaches which nobody has reviewed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.expressions_in import guard_place, names_of, paths_in
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import (
    PULL_REQUESTS,
    is_default_branch,
    is_local,
    is_sure,
    names,
    once,
    reaches,
    refs,
)
from publish_gate.doctor.fixes.edit_workflow import add_guard, on_branch
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.findings.walker import Reach
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Job, Step

# A script that looks at one of these may well decide by the event.
_LOOKS = re.compile(r"(?i)GITHUB_(?:REF|EVENT|HEAD_REF|BASE_REF)|github\.(?:ref|event|head_ref|base_ref)")
_SCRIPTED = frozenset({"needs", "steps"})
_NOT_MADE_HERE = frozenset({"env", "inputs", "secrets", "vars"})
_EVENT, _TARGET, _FOLLOWS = "pull_request", "pull_request_target", "workflow_run"
_ALL_BRANCHES = frozenset({"*", "**"})


@detects(
    "publish-from-pull-request",
    "An upload is reached from a pull request",
    ("fork-pr-no-token", "over-broad-trigger"),
)
def publish_from_pull_request(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that a pull request reaches, and the condition that lacks the event."""
    for job in analysis.jobs:
        reached = reaches(analysis, job, lambda situation: situation.event == _EVENT)
        if not reached or is_local(job.actual):
            continue
        forks = any(reach.situation.fork for reach in reached)
        if not _asks_whether_merged(job):
            yield _by_pull_request(analysis, job, reached, forks=forks)
        elif forks and is_identity(job):
            # What was merged is reviewed; but the run belongs to the pull request still.
            yield Finding(
                publish_from_pull_request.rule,
                Severity.WARNING,
                Confidence.HIGH,
                f"job {job.upload.job.id!r} publishes when a pull request is merged; the run of one from a fork gets "
                "no identity token and fails",
                "publish on the push to the branch that it is merged into",
                guard_place(job),
                job.upload.job.id,
                "fork-pr-no-token",
                situations=names(reached),
            )


def _by_pull_request(analysis: Analysis, job: PublishingJob, reached: tuple[Reach, ...], *, forks: bool) -> Finding:
    sure, own = is_sure(reached), any(not reach.situation.fork for reach in reached)
    who = "pull requests, from forks too," if forks else "pull requests"
    how = "reach" if sure else "can reach"
    condition = job.upload.job.condition
    asks = f"its `if` ({names_of(condition)}) does not ask for the event" if condition is not None else "it has no `if`"
    refusal = ". A fork's run gets no identity token and fails" if is_identity(job) and forks else ""
    severity = Severity.ERROR if sure or not _may_decide(job) else Severity.WARNING
    if job.actual.index is Index.TESTPYPI and not forks:
        severity = Severity.ADVICE  # trying what is proposed, by those who may write: some teams want just that
    elif job.actual.index is Index.OTHER:
        severity = Severity.WARNING
    guard = _guard(analysis, job)
    return Finding(
        publish_from_pull_request.rule,
        severity,
        Confidence.HIGH if sure else Confidence.MEDIUM,
        f"{who} {how} the upload in job {job.upload.job.id!r}: {asks}, so code that is not reviewed is "
        f"published{refusal}",
        f"let the job run only when it should publish: if: {guard}"
        if guard
        else "publish on a push to the default branch or of a tag instead",
        guard_place(job),
        job.upload.job.id,
        "over-broad-trigger" if own else "fork-pr-no-token",
        add_guard(job.upload.workflow, job.upload.job, guard) if guard else (),
        situations=names(reached),
    )


def _asks_whether_merged(job: PublishingJob) -> bool:
    """Whether a condition on the way asks that the pull request was merged, so that its code was reviewed."""
    conditions = (owner.condition for owner in _on_the_way(job))
    return any(
        path[-1].startswith("merged") and path[-2] == _EVENT
        for condition in conditions
        if condition is not None
        for path in paths_in(condition)
        if len(path) > 1
    )


def _on_the_way(job: PublishingJob) -> Iterator[Job | Step]:
    """Yield the jobs that an upload waits for, its own and those that call it, and its step."""
    for upload in job.road:
        yield from with_needed(upload.workflow, [upload.job.id])
        if upload.step is not None:
            yield upload.step


def _may_decide(job: PublishingJob) -> bool:
    """Whether something that is not seen from here may keep pull requests out.

    A call, a value that is not made in the workflow, or a script or action on the way that may look at the event.
    """
    if job.upload.step is None and job.inner is None:
        return True
    paths = [path for owner in _on_the_way(job) if owner.condition is not None for path in paths_in(owner.condition)]
    if any(path[0] in _NOT_MADE_HERE or path[:2] == ("github", "event") for path in paths):
        return True
    if not any(path[0] in _SCRIPTED and "outputs" in path for path in paths):
        return True
    for owner in with_needed(job.upload.workflow, [job.upload.job.id]):
        texts = [step.run for step in owner.steps] + [entry.value for step in owner.steps for entry in step.env]
        if any(isinstance(text, Scalar) and _LOOKS.search(text.text) for text in texts):
            return True
        if any(step.uses is not None and step.id for step in owner.steps):
            return True
    return False


@detects("publish-from-any-branch", "An upload is reached from every branch", ("over-broad-trigger",))
def publish_from_any_branch(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that a push to a branch reaches which nothing names."""
    for job in analysis.jobs:
        reached = _unnamed_branches(analysis, job)
        if not reached or is_local(job.actual):
            continue
        sure = is_sure(reached)
        severity = Severity.WARNING
        if job.upload.index is Index.PYPI:
            severity = Severity.ERROR if sure else Severity.WARNING
        elif job.upload.index in {Index.TESTPYPI, Index.OTHER}:
            severity = Severity.ADVICE  # pushed by those who may write, to an index for trying or one of their own
        guard = _guard(analysis, job) or f"github.ref == {on_branch(analysis.default_branch)}"
        yield Finding(
            publish_from_any_branch.rule,
            severity,
            Confidence.HIGH if sure else Confidence.MEDIUM,
            f"a push to any branch (such as {refs(reached[:1])}) {'reaches' if sure else 'can reach'} the upload in "
            f"job {job.upload.job.id!r}: what is on a branch is published before it is merged",
            f"let the job run on the default branch or on tags only: if: {guard}",
            guard_place(job),
            job.upload.job.id,
            "over-broad-trigger",
            add_guard(job.upload.workflow, job.upload.job, guard),
            situations=names(reached),
        )


def _unnamed_branches(analysis: Analysis, job: PublishingJob) -> tuple[Reach, ...]:
    """Return the pushes to branches that reach an upload, unless its workflow names the branches that may."""
    push = job.entry.trigger("push")
    options = push.options if push is not None and isinstance(push.options, Mapping) else None
    named = {pattern.text for pattern in texts(options.get("branches"))} if options is not None else set()
    if named and named.isdisjoint(_ALL_BRANCHES):
        return ()
    return reaches(
        analysis,
        job,
        lambda situation: (
            situation.event == "push" and situation.is_branch and not is_default_branch(analysis, situation)
        ),
    )


def _guard(analysis: Analysis, job: PublishingJob) -> str:
    """Return the condition that keeps an upload to the reviewed code that reaches it; empty if none does.

    What starts the workflow by itself, and what it is called by, stays as it is.
    """
    unnamed = {reach.situation.name for reach in _unnamed_branches(analysis, job)}

    def is_reviewed(situation: Situation) -> bool:
        return situation.event not in PULL_REQUESTS and situation.name not in unnamed

    situations = [reach.situation for reach in reaches(analysis, job, is_reviewed)]
    events = {situation.event for situation in situations}
    if not events:
        return ""
    # In a called workflow the event is the caller's.
    if events != {"push"}:
        return f"github.event_name != '{_EVENT}'" if not unnamed else ""
    refs = [f"github.ref == {on_branch(analysis.default_branch)}"] * any(each.is_branch for each in situations)
    refs += ["startsWith(github.ref, 'refs/tags/')"] * any(each.is_tag for each in situations)
    where = refs[0] if len(refs) == 1 else f"({' || '.join(refs)})"
    pulled = reaches(analysis, job, lambda situation: situation.event in PULL_REQUESTS)
    return f"github.event_name == 'push' && {where}" if pulled else where


@detects("pull-request-target", "An upload is reached from pull_request_target", ("pull-request-target-event",))
def pull_request_target(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that this event reaches.

    Source of the refusal: warehouse/oidc/models/github.py, the check of ``event_name``, since 2026-03-02.
    """
    for job in analysis.jobs:
        trigger = job.entry.trigger(_TARGET)
        reached = reaches(analysis, job, lambda situation: situation.event == _TARGET)
        if trigger is None or not reached or is_local(job.actual):
            continue
        by_identity = is_identity(job)
        sure = is_sure(reached)
        if not by_identity and _asks_whether_merged(job):
            continue
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
            situations=names(reached),
        )


@detects("workflow-run", "An upload follows another workflow's run")
def workflow_run(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that `workflow_run` reaches without asking what the other run was."""
    following = (job for job in analysis.jobs if reaches(analysis, job, lambda each: each.event == _FOLLOWS))
    for job in once(following, lambda job: job.entry.path):
        trigger = job.entry.trigger(_FOLLOWS)
        if trigger is None or is_local(job.actual):
            continue
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
