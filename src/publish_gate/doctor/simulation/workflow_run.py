"""Runs a workflow in a situation, job by job, without running anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, OneOf, Scope, Status, Unknown
from publish_gate.doctor.simulation.activities import beside
from publish_gate.doctor.simulation.calls import Calls, called_contexts, called_outputs
from publish_gate.doctor.simulation.contexts import github_context
from publish_gate.doctor.simulation.evaluation import holds, text_of
from publish_gate.doctor.simulation.inputs import inputs_context
from publish_gate.doctor.simulation.job_steps import JobSteps
from publish_gate.doctor.simulation.matrix import matrix_entries, merged, one_of
from publish_gate.doctor.simulation.needs import Needs
from publish_gate.doctor.simulation.runs import JobRun, WorkflowRun
from publish_gate.doctor.simulation.triggers import starts
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import in_order, with_needed
from publish_gate.doctor.workflow.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.doctor.workflow.tree import Mapping

_THERE = Unknown(truth=True)


def run_workflow(
    workflow: Workflow, situation: Situation, world: RepositoryContext, wanted: Iterable[str] | None = None
) -> WorkflowRun:
    """Tell which jobs and steps of a workflow run in a situation.

    ``wanted`` are the ids of the jobs that matter: only they and what they need are looked at; None means all.

    Assumed are the upstream repository, jobs that succeed if they run, and no protection rules. An answer is NO
    only where the files say so. Never raises.
    """
    needed = None if wanted is None else frozenset(job.id.lower() for job in with_needed(workflow, wanted))
    run = _run(workflow, situation, world, needed)
    others = beside(workflow, situation) if "action" in workflow.text else ()
    for kind in others if run.starts is Ternary.YES else ():
        # Publishing a release may start the workflow more than once: what runs in another of those runs may run.
        run = _either(run, _run(workflow, replace(situation, activity=kind), world, needed))
    return run


def _either(run: WorkflowRun, other: WorkflowRun) -> WorkflowRun:
    """Add to a run the jobs that may run in another run that the same event may start."""
    jobs, called = dict(run.jobs), dict(run.called)
    for name, job in other.jobs.items():
        if job.runs is not Ternary.NO and jobs[name].runs is Ternary.NO:
            jobs[name] = replace(job, runs=Ternary.DEPENDS)
            called |= {name: other.called[name]} if name in other.called else {}
    return replace(run, jobs=jobs, called=called)


def _run(
    workflow: Workflow, situation: Situation, world: RepositoryContext, needed: frozenset[str] | None
) -> WorkflowRun:
    start = starts(workflow, situation, world)
    contexts: dict[str, Value] = {
        "github": github_context(situation, workflow, world),
        "inputs": inputs_context(situation, workflow),
        "vars": Object({}, open=True),
        # A pull request from a fork is given no secrets.
        "secrets": Object({"GITHUB_TOKEN": _THERE}, open=not situation.fork),
    }
    run = _Run(workflow, situation, world, contexts, Calls(world, workflow))
    return run.jobs(start.answer, start.why, needed)


class _Run:
    """One workflow, called or started by an event, while its jobs are gone through."""

    def __init__(
        self,
        workflow: Workflow,
        situation: Situation,
        world: RepositoryContext,
        contexts: Dictionary[str, Value],
        calls: Calls,
    ) -> None:
        self._workflow = workflow
        self._situation = situation
        self._world = world
        self._contexts = contexts
        self._calls = calls
        self._called: dict[str, WorkflowRun] = {}
        self._needs = Needs(calls.name)

    def jobs(self, begins: Ternary, why: str, needed: frozenset[str] | None = None) -> WorkflowRun:
        """Go through the jobs, all or those that are needed; ``begins`` tells whether the workflow does."""
        runs: dict[str, JobRun] = {}
        for job in in_order(self._workflow.jobs):
            if needed is not None and job.id.lower() not in needed:
                continue
            runs[job.id] = self._job(job, begins, why)
        return WorkflowRun(self._workflow, self._situation, begins, runs, why, self._called)

    def _job(self, job: Job, begins: Ternary, why: str) -> JobRun:
        if begins is Ternary.NO:
            return JobRun(job, Ternary.NO, self._contexts, why=why)
        status = Status(success=self._needs.success(job))
        contexts = {**self._contexts, "needs": self._needs.context(job)}
        text = job.condition.text if job.condition is not None else ""
        runs = begins & holds(text, Scope(contexts, status))
        reason = self._reason(job, contexts, status) if runs is not Ternary.YES else ""
        if runs is Ternary.NO:
            self._needs.done(job, runs, Object())
            return JobRun(job, runs, contexts, status, why=reason)
        contexts["strategy"] = Object({}, open=True)
        entries = matrix_entries(job, Scope(contexts))
        contexts["matrix"] = merged(entries, f"{self._calls.name}{job.id}.matrix")
        environment = self._environment(job, contexts, entries)
        if job.uses is not None:
            outputs = self._call(job, runs, contexts)
            return JobRun(job, runs, contexts, status, environment, outputs, reason or why)
        name = f"{self._calls.name}{job.id}"
        inside = JobSteps(job, contexts, self._workflow.env, entries, name, self._world.config, self._world.read)
        outputs = _outputs(job.outputs, inside.last_scope, runs) if job.outputs.entries else Object()
        self._needs.done(job, runs, outputs)
        return JobRun(job, runs, contexts, status, environment, outputs, reason or why, inside)

    def _reason(self, job: Job, contexts: Dictionary[str, Value], status: Status) -> str:
        """Say what keeps a job that does not run, or what it hangs on."""
        own = holds(job.condition.text, Scope(contexts)) if job.condition is not None else Ternary.YES
        if own is Ternary.NO and job.condition is not None:
            return f"its `if` is false ({job.condition.place})"
        skipped = self._needs.reason(job)
        if status.success is not Ternary.YES and skipped:
            return skipped
        if own is Ternary.DEPENDS and job.condition is not None:
            return f"its `if` is not decided by the files ({job.condition.place})"
        return ""

    def _environment(self, job: Job, contexts: Dictionary[str, Value], entries: tuple[Value, ...]) -> Value:
        name = job.environment.name if job.environment is not None else None
        if name is None:
            return None
        if "matrix" not in name.text:
            return text_of(name, Scope(contexts))
        return one_of([text_of(name, Scope({**contexts, "matrix": entry})) for entry in entries])

    def _call(self, job: Job, runs: Ternary, contexts: Dictionary[str, Value]) -> Value:
        """Go into a called workflow, if its text is known and it is not called too deeply or in a circle."""
        entered = self._calls.enter(job)
        if entered is None:
            outputs: Value = Object({}, open=True)
            self._needs.done(job, runs, outputs)
            return outputs
        callee, calls = entered
        inner = _Run(callee, self._situation, self._world, called_contexts(callee, job, contexts, calls.name), calls)
        run = inner.jobs(runs, "" if runs is Ternary.YES else f"job {job.id!r} may not call it ({job.place})")
        self._called[job.id] = run
        outputs = called_outputs(run, inner._contexts)
        # What becomes of a call of which every job is skipped is not documented.
        nothing = bool(run.jobs) and all(each.runs is Ternary.NO for each in run.jobs.values())
        self._needs.done(job, Ternary.DEPENDS if nothing else runs, outputs)
        return outputs


def _outputs(block: Mapping, scope: Scope, runs: Ternary) -> Object:
    """Return what a job gives to those that need it; nothing but empty texts where it is skipped."""
    outputs: dict[str, Value] = {}
    for entry in block:
        value = text_of(entry.value, scope) if isinstance(entry.value, Scalar) else Unknown()
        if isinstance(value, OneOf) and value.name and runs is not Ternary.YES:
            outputs[entry.key] = OneOf((*value.values, ""), f"{value.name} or nothing")
        else:
            outputs[entry.key] = value if runs is Ternary.YES else one_of([value, ""])
    return Object(outputs)
