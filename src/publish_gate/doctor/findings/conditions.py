"""Conditions that hold always, never, or not when they should."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.expressions_in import guard_place, names_of
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.tried_refs import refs_to_try
from publish_gate.doctor.findings.walker import reaches
from publish_gate.doctor.fixes.edit_workflow import rewritten
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.model import Trigger
from publish_gate.doctor.workflow.tree import Mapping
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.simulation import RepositoryContext
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Scalar


# Jobs that are looked at for one upload: a second's work at most.
_MOST = 10_000
_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
_FILTERS = frozenset({"branches", "branches-ignore"})


@detects(
    "never-publishes",
    "Nothing can reach the upload",
    ("if-condition-false", "skipped-needs", "trigger-missing-tags"),
)
def never_publishes(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that no event of its workflow reaches, whatever the branch or tag."""
    if analysis.world is None:
        return
    seen: set[tuple[str, str]] = set()
    for job in analysis.jobs:
        key = (job.entry.path, job.upload.job.id)
        if key in seen or any(answer is not Ternary.NO for answer in job.publishes_on.values()):
            continue
        seen.add(key)
        if job.entry.problems or _is_called_otherwise(analysis, job) or _is_reachable(job, analysis.world):
            continue
        # What asks for the name of the repository may be right in another: a fork is not the place to publish from.
        elsewhere = "repository" in job.entry.text and _is_reachable(job, replace(analysis.world, repository=None))
        yield _never_publishes_finding(job, analysis.world, elsewhere=elsewhere)


def _is_called_otherwise(analysis: Analysis, job: PublishingJob) -> bool:
    """Whether what a call does not reach is reached otherwise: then this call is for the rest of the workflow."""
    return job.caller is not None and any(
        other.actual.place == job.actual.place and reaches(analysis, other, lambda each: each.event != "workflow_call")
        for other in analysis.jobs
    )


def _is_reachable(job: PublishingJob, world: RepositoryContext) -> bool:
    """Whether any event of the workflow reaches the upload, or may do so: with too much to try, it may."""
    opened = replace(job.entry, triggers=tuple(map(_for_any_base, job.entry.triggers)))
    tried = _situations(job, opened, world)
    return not tried or any(_is_reached(job, opened, each, world) for each in tried)


def _for_any_base(trigger: Trigger) -> Trigger:
    """Let pull requests to all branches in: a situation has only those to the default branch."""
    options = trigger.options
    if trigger.event not in _PULL_REQUESTS or not isinstance(options, Mapping):
        return trigger
    kept = tuple(entry for entry in options if entry.key not in _FILTERS)
    return replace(trigger, options=replace(options, entries=kept))


def _situations(job: PublishingJob, workflow: Workflow, world: RepositoryContext) -> list[Situation]:
    """Return what to try: all events of a workflow on all refs; empty if that is more than can be tried."""
    from publish_gate.doctor.simulation.situations import for_event

    jobs = with_needed(workflow, [job.upload.job.id])
    if job.inner is not None:
        jobs += with_needed(job.inner.workflow, [job.inner.job.id])
    refs = refs_to_try(workflow, jobs)
    events = [trigger.event for trigger in workflow.triggers]
    found = [each for event in events for ref in refs for each in for_event(event, ref, workflow, world.default_branch)]
    tried = {(each.event, each.ref, each.activity, each.fork): each for each in found}
    return list(tried.values()) if len(tried) * len(jobs) <= _MOST else []


def _is_reached(job: PublishingJob, workflow: Workflow, situation: Situation, world: RepositoryContext) -> bool:
    from publish_gate.doctor.simulation import upload_answer

    return upload_answer(workflow, situation, world, job.actual, job.caller) is not Ternary.NO


def _never_publishes_finding(job: PublishingJob, world: RepositoryContext, *, elsewhere: bool) -> Finding:
    cause, why, advice = _cause(job, world)
    where = f" in {world.repository}, though it would be in another repository" if elsewhere else ""
    return Finding(
        never_publishes.rule,
        Severity.WARNING if elsewhere else Severity.ERROR,
        Confidence.MEDIUM if elsewhere else Confidence.HIGH,
        f"nothing reaches the upload in job {job.upload.job.id!r}{where}: {why}",
        advice,
        guard_place(job),
        job.upload.job.id,
        cause,
    )


def _cause(job: PublishingJob, world: RepositoryContext) -> tuple[str, str, str]:
    events = ", ".join(sorted({trigger.event for trigger in job.entry.triggers}))
    push = job.entry.trigger("push")
    if push is not None:
        opened = replace(job.entry, triggers=(Trigger("push", push.place),))
        tags = [each for each in _situations(job, opened, world) if each.is_tag]
        if any(_is_reached(job, opened, each, world) for each in tags):
            return (
                "trigger-missing-tags",
                "it wants a tag, and the filters of `on.push` let no such tag start the workflow",
                "add `tags: ['v*']` beside the branches of `on.push`, or remove the job",
            )
    reasons = sorted({text for text in job.why.values() if "skipped" in text})
    if reasons:
        return (
            "skipped-needs",
            f"on {events}, {reasons[0]}",
            (
                "a skipped job skips all that need it: begin the `if` with `!cancelled() &&` and ask for the results "
                "that count, or do not need the skipped job"
            ),
        )
    return (
        "if-condition-false",
        f"its condition is false on all that starts the workflow ({events})",
        "make the condition fit the triggers, or the triggers the condition",
    )


# As GitHub finds them: a text in quotes is passed over, and with it what it holds.
_PART = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_NAME = re.compile(r"[\w.-]+")


@detects("always-true-condition", "The condition is always true", ("over-broad-trigger",))
def always_true_condition(analysis: Analysis) -> Iterator[Finding]:
    """Name each such condition on the way to an upload."""
    for workflow in {job.entry.path: job.entry for job in analysis.jobs}.values():
        concerned = _on_the_way(workflow, {job.upload.job.id for job in analysis.jobs if job.entry is workflow})
        for owner, job in concerned:
            condition = owner.condition
            if condition is not None and is_text(condition.text):
                edits = _unwrapped(analysis, workflow, job, condition)
                yield Finding(
                    always_true_condition.rule,
                    Severity.ERROR,
                    Confidence.HIGH,
                    f"the condition {names_of(condition)!r} is always true: only what stands between ${{{{ and }}}} "
                    "is an expression, the rest makes it a text, and a text that is not empty is true",
                    "write the whole condition as one expression, without ${{ }}",
                    condition.place,
                    job.id,
                    "over-broad-trigger",
                    edits,
                    safe=bool(edits),
                )


def is_text(condition: str) -> bool:
    """Whether a condition has something outside of its expressions: be it a space, or the end of a block scalar."""
    from publish_gate.doctor.expressions import ExpressionError, is_template, parse_condition

    if not is_template(condition):
        return False
    try:
        parse_condition(condition)
    except ExpressionError:
        return False  # GitHub refuses the file: said elsewhere
    return _PART.sub("", condition) != ""


def _unwrapped(analysis: Analysis, workflow: Workflow, job: Job, condition: Scalar) -> tuple[Edit, ...]:
    """Return the edit that makes one expression of a condition; nothing if that is not what it would be."""
    from publish_gate.doctor.expressions import ExpressionError, parse_condition

    line, column = condition.place.line, condition.place.column
    if line is None or column is None or condition.end[0] != line or condition.style in {"|", ">"}:
        return ()
    only_and = not set(_PART.sub("", condition.text)) - set(" &")

    def bare(match: re.Match[str]) -> str:
        inner = match[1].strip()
        return inner if _NAME.fullmatch(inner) or (only_and and "||" not in inner) else f"({inner})"

    text = _PART.sub(bare, condition.text.strip())
    try:
        parse_condition(text)
    except ExpressionError:
        return ()
    if not _may_hold(analysis, workflow, job, text):
        return ()  # it would be the next error
    return (Edit(workflow.path, (line, column), condition.end, rewritten(condition, text)),)


def _may_hold(analysis: Analysis, workflow: Workflow, job: Job, text: str) -> bool:
    """Whether a condition may hold in any situation that the workflow is looked at in."""
    from publish_gate.doctor.expressions import Scope
    from publish_gate.doctor.simulation.evaluation import own_condition_holds

    runs = [
        run.job(job.id)
        for (path, _), run in analysis.runs.items()
        if path == workflow.path and run.starts is not Ternary.NO
    ]
    known = [run for run in runs if run is not None]
    return not known or any(own_condition_holds(text, Scope(run.contexts)) is not Ternary.NO for run in known)


def _on_the_way(workflow: Workflow, names: set[str]) -> Iterator[tuple[Job | Step, Job]]:
    """Yield the publishing jobs, all they need, and their steps that have a condition."""
    for job in with_needed(workflow, sorted(names)):
        yield job, job
        if job.id in names:
            for step in job.steps:
                yield step, job
