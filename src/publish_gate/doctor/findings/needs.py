"""What becomes of an upload if a job before it is skipped or fails, and what it reads of jobs that it does not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.syntax_tree import walk
from publish_gate.doctor.findings.expressions_in import guard_place, path_of, paths_in, place_in, written
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import is_local, names, once, reaches, taken
from publish_gate.doctor.fixes.edit_workflow import add_guard
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import in_order, with_needed
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation import WorkflowRun
    from publish_gate.doctor.workflow.model import Job, Workflow

_KEEP_ON = "!failure() && !cancelled()"


@detects("skipped-needs", "A skipped job skips the upload", ("skipped-needs",))
def skipped_needs(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that is skipped with a job which it should outlive."""
    for job in once(analysis.jobs, lambda job: (job.entry.path, job.upload.job.id)):
        if is_local(job.actual):
            continue
        refused = _refused(analysis, job)
        if refused:
            yield _asks_for_what_skips_it(job, refused)
        else:
            yield from _is_skipped_behind(analysis, job)


def _refused(analysis: Analysis, job: PublishingJob) -> list[str]:
    """Return the situations that the job's own condition asks for and in which an ancestor is skipped, if all are."""
    from publish_gate.doctor.simulation import own_condition

    owner = job.upload.job
    if owner.condition is None:
        return []
    runs = {
        name: run
        for name in job.publishes_on
        if (run := analysis.runs.get((job.entry.path, name))) is not None and run.starts is not Ternary.NO
    }
    wanted = [name for name, run in runs.items() if own_condition(run, owner) is Ternary.YES]
    refused = [name for name in wanted if job.runs_on.get(name) is Ternary.NO]
    # A condition that is always true, or that also lets the job run, says nothing about this situation.
    return refused if len(refused) == len(wanted) < len(runs) else []


def _asks_for_what_skips_it(job: PublishingJob, refused: list[str]) -> Finding:
    owner = job.upload.job
    why = job.why.get(refused[0], "a job that it needs is skipped")
    return Finding(
        skipped_needs.rule,
        Severity.WARNING,
        Confidence.HIGH,
        f"the `if` of job {owner.id!r} asks for {', '.join(refused)}, but there {why}: the job is skipped "
        "too, and the run stays green",
        f"begin the `if` with `{_KEEP_ON} &&`, or do not need the job that is skipped",
        guard_place(job),
        owner.id,
        "skipped-needs",
        add_guard(job.entry, owner, _KEEP_ON),
        situations=tuple(refused),
    )


def _is_skipped_behind(analysis: Analysis, job: PublishingJob) -> Iterator[Finding]:
    """Name a job that may be skipped, another that outlives that by a status function, and the upload that does not.

    GitHub puts `success()` before a condition without a status function, and a skipped job is no success, however
    far up it stands.
    """
    from publish_gate.doctor.simulation import own_condition

    owner, workflow = job.upload.job, job.entry
    if asks_for_status(owner):
        return
    before = [each for each in with_needed(workflow, [owner.id]) if each is not owner]
    for surviving in before:
        if not asks_for_status(surviving):
            continue
        behind = [each for each in with_needed(workflow, [surviving.id]) if each is not surviving]
        for skipped in behind:
            where = tuple(
                name
                for name in job.publishes_on
                if (run := analysis.runs.get((workflow.path, name))) is not None
                and run.starts is not Ternary.NO
                and skipped.condition is not None
                and not asks_for_status(skipped)
                and _reads(skipped).isdisjoint(_reads(surviving) | _reads(owner))
                and own_condition(run, skipped) is not Ternary.YES
                and own_condition(run, owner) is not Ternary.NO
                and own_condition(run, surviving) is not Ternary.NO
            )
            if where:
                # What the upload itself names may be there to hold it back.
                named = any(need.text.lower() == skipped.id.lower() for need in owner.needs)
                yield Finding(
                    skipped_needs.rule,
                    Severity.ADVICE if named else Severity.WARNING,
                    Confidence.LOW if named else Confidence.HIGH,
                    f"job {surviving.id!r} runs although {skipped.id!r} was skipped, because its `if` asks for the "
                    f"status itself; job {owner.id!r} does not: it is skipped with {skipped.id!r}, and the run stays "
                    "green",
                    f"begin the `if` of {owner.id!r} with `{_KEEP_ON} &&`",
                    guard_place(job),
                    owner.id,
                    "skipped-needs",
                    add_guard(workflow, owner, _KEEP_ON),
                    situations=where,
                )
                return


def _reads(job: Job) -> set[tuple[str, ...]]:
    """Return what a job's condition reads: two that are decided by the same thing are skipped together."""
    return set(paths_in(job.condition)) if job.condition is not None else set()


def asks_for_status(job: Job) -> bool:
    """Whether the condition of a job has a status function, which takes the place of the implied `success()`."""
    from publish_gate.doctor.expressions import uses_status_function
    from publish_gate.doctor.simulation.evaluation import condition

    parsed = condition(job.condition.text) if job.condition is not None else None
    return parsed is not None and uses_status_function(parsed)


@detects("publishes-after-failure", "The upload runs although a job before it failed", ("over-broad-trigger",))
def publishes_after_failure(analysis: Analysis) -> Iterator[Finding]:
    """Name each job that uploads although one that it waits for has failed, and does not say that it may."""
    for job in once(taken(analysis), lambda job: (job.entry.path, job.upload.job.id)):
        owner, workflow = job.upload.job, job.entry
        before = [need for need in with_needed(workflow, [owner.id]) if need is not owner]
        if not before or not any(map(asks_for_status, (owner, *before))):
            continue
        reached = reaches(analysis, job)
        run = analysis.runs[workflow.path, reached[0].situation.name]
        ignored = sorted(earlier.id for earlier in before if _is_ignored(run, workflow, owner, earlier))
        if ignored:
            yield Finding(
                publishes_after_failure.rule,
                Severity.WARNING,
                Confidence.HIGH,
                f"job {owner.id!r} publishes even if {', '.join(map(repr, ignored))} failed: a status function in an "
                "`if` takes the place of the `success()` that GitHub implies",
                "ask for `!failure() && !cancelled()` instead of `always()`, which lets skipped jobs pass and no "
                "failed one",
                guard_place(job),
                owner.id,
                "",
                add_guard(workflow, owner, "!failure()"),
                situations=names(reached),
            )


def _is_ignored(run: WorkflowRun, workflow: Workflow, owner: Job, failed: Job) -> bool:
    """Whether a job runs as well after another one failed as after it succeeded."""
    if failed.continue_on_error is not None:
        return False  # it is meant not to matter
    named = ("needs", failed.id.lower(), "result")
    reads = paths_in(owner.condition) if owner.condition is not None else ()
    if any(tuple(part.lower() for part in path) == named for path in reads):
        return False  # it looks at the result, and knows what it lets pass
    usual, after = _ran(run, workflow, owner, None), _ran(run, workflow, owner, failed)
    return usual is after is not Ternary.NO


def _ran(run: WorkflowRun, workflow: Workflow, owner: Job, failed: Job | None) -> Ternary:
    """Tell whether a job runs if one before it fails and all others do what they do."""
    from publish_gate.doctor.expressions import Object, OneOf, Scope, Status
    from publish_gate.doctor.simulation.evaluation import holds

    answers: dict[str, Ternary] = {}
    fails: dict[str, bool] = {}
    results: dict[str, Value] = {}
    for job in in_order(with_needed(workflow, [owner.id])):
        name = job.id.lower()
        needs = [need.text.lower() for need in job.needs]
        fails[name] = job is failed or any(fails[need] for need in needs)
        known = run.job(job.id)
        contexts = dict(known.contexts) if known is not None else {}
        seen = contexts.get("needs")
        entries: Mapping[str, Value] = seen.entries if isinstance(seen, Object) else {}
        contexts["needs"] = Object(
            {need.text: _with_result(entries.get(need.text), results[need.text.lower()]) for need in job.needs}
        )
        success = Ternary.YES
        for need in needs:
            success = success & (Ternary.NO if fails[need] else answers[need])
        failure = Ternary.YES if any(fails[need] for need in needs) else Ternary.NO
        text = job.condition.text if job.condition is not None else ""
        answers[name] = holds(text, Scope(contexts, Status(success, failure)))
        result: Value = "success" if answers[name] is Ternary.YES else "skipped"
        if answers[name] is Ternary.DEPENDS:
            result = OneOf(("success", "skipped"), f"{job.id}.result")
        results[name] = "failure" if job is failed else result
    return answers.get(owner.id.lower(), Ternary.NO)


def _with_result(seen: Value, result: Value) -> Value:
    from publish_gate.doctor.expressions import Object

    outputs = seen.entries.get("outputs") if isinstance(seen, Object) else None
    return Object({"result": result, "outputs": Object({}, open=True) if outputs is None else outputs})


@detects("needs-missing", "A job that is read from is not needed", ("if-condition-false",))
def needs_missing(analysis: Analysis) -> Iterator[Finding]:
    """Name each such reading in the workflows that publish."""
    for workflow in {job.upload.workflow.path: job.upload.workflow for job in analysis.jobs}.values():
        names = [job.upload.job.id for job in analysis.jobs if job.upload.workflow is workflow]
        for job in with_needed(workflow, names):
            yield from _find(workflow, job, publishes=any(job is each.upload.job for each in analysis.jobs))


def _find(workflow: Workflow, job: Job, *, publishes: bool) -> Iterator[Finding]:
    needed = {name.text.lower() for name in job.needs}
    told: set[str] = set()
    for where in written(job):
        for node in walk(where.expression):
            path = path_of(node)
            if len(path) < 2 or path[0] != "needs":  # noqa: PLR2004 - needs and the job's id
                continue
            name = path[1].lower()
            if name in needed or name in told:
                continue
            told.add(name)
            there = workflow.job(name)
            shown = one_line(path[1], 60)
            ancestor = "" if there is None else ", although the job is there"
            yield Finding(
                needs_missing.rule,
                # What a test job reads in vain does not keep anything from being published.
                Severity.ERROR if publishes or where.condition else Severity.WARNING,
                Confidence.HIGH,
                f"needs.{shown} is read, but {shown!r} is not in the `needs` of job {job.id!r}{ancestor}: what is "
                "read is always empty",
                f"write  needs: [{', '.join([*(need.text for need in job.needs), path[1]])}]"
                if there is not None
                else f"there is no job {shown!r}; correct the name",
                place_in(where.scalar, 0),
                job.id,
                "if-condition-false",
            )
