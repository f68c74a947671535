"""Runs a workflow in a situation, job by job, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions import Object, OneOf, Scope, Status, Unknown
from publish_gate.doctor.simulation.contexts import called_inputs, github_context, inputs_context
from publish_gate.doctor.simulation.evaluation import holds, own_condition_holds, text_of
from publish_gate.doctor.simulation.job_steps import JobSteps
from publish_gate.doctor.simulation.matrix import matrix_entries, merged, one_of
from publish_gate.doctor.simulation.runs import JobRun, WorkflowRun
from publish_gate.doctor.simulation.triggers import beside, starts
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import in_order, with_needed
from publish_gate.doctor.workflow.tree import Mapping, Scalar
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.workflow.model import Job, Workflow

_THERE = Unknown(truth=True)


def run_workflow(
    workflow: Workflow, situation: Situation, world: RepositoryContext, wanted: Iterable[str] | None = None
) -> WorkflowRun:
    """Tell which jobs and steps of a workflow run in a situation.

    ``wanted`` are the ids of the jobs that matter: only they and what they need are looked at; None means all.

    Assumed are the upstream repository, jobs that succeed if they run, and no protection rules. An answer is NO
    only if the files say so. Never raises.
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
    run = _Run(workflow, situation, world, contexts, _Calls(world, workflow))
    return run.jobs(start.answer, start.why, needed)


class _Run:
    """One workflow, called or started by an event, while its jobs are gone through."""

    def __init__(
        self,
        workflow: Workflow,
        situation: Situation,
        world: RepositoryContext,
        contexts: Dictionary[str, Value],
        calls: _Calls,
    ) -> None:
        self._workflow = workflow
        self._situation = situation
        self._world = world
        self._contexts = contexts
        self._calls = calls
        self._called: dict[str, WorkflowRun] = {}
        self._needs = _Needs(calls.name)

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
        inner = _Run(callee, self._situation, self._world, _called_contexts(callee, job, contexts, calls.name), calls)
        run = inner.jobs(runs, "" if runs is Ternary.YES else f"job {job.id!r} may not call it ({job.place})")
        self._called[job.id] = run
        outputs = _called_outputs(run, inner._contexts)
        # What becomes of a call of which every job is skipped is not documented.
        nothing = bool(run.jobs) and all(inside.runs is Ternary.NO for inside in run.jobs.values())
        self._needs.done(job, Ternary.DEPENDS if nothing else runs, outputs)
        return outputs


def _outputs(block: Mapping, scope: Scope, runs: Ternary) -> Object:
    """Return what a job gives to those that need it; nothing but empty texts if it is skipped."""
    outputs: dict[str, Value] = {}
    for entry in block:
        value = text_of(entry.value, scope) if isinstance(entry.value, Scalar) else Unknown()
        if isinstance(value, OneOf) and value.name and runs is not Ternary.YES:
            outputs[entry.key] = OneOf((*value.values, ""), f"{value.name} or nothing")
        else:
            outputs[entry.key] = value if runs is Ternary.YES else one_of([value, ""])
    return Object(outputs)


# GitHub nests called workflows ten deep at most, and takes fifty of them in one run.
_DEEPEST = 10
_MOST = 50


class _Calls:
    """Where in the nest of calls a workflow stands. ``name`` tells one call from all others."""

    def __init__(self, world: RepositoryContext, workflow: Workflow) -> None:
        self._world = world
        self._path: tuple[str, ...] = (workflow.path,)
        self._count = [0]
        self.name = ""

    def enter(self, job: Job) -> tuple[Workflow, _Calls] | None:
        """Return the workflow that a job calls, and where that stands; None if it is not followed."""
        callee = self._world.called(job.uses.text) if job.uses is not None else None
        if callee is None or callee.path in self._path or len(self._path) >= _DEEPEST or self._count[0] >= _MOST:
            return None
        if callee.trigger("workflow_call") is None:
            return None
        self._count[0] += 1
        inner = _Calls(self._world, callee)
        inner._path = (*self._path, callee.path)
        inner._count = self._count
        inner.name = f"{self.name}{job.id}/"
        return callee, inner


def _called_contexts(callee: Workflow, job: Job, contexts: Dictionary[str, Value], name: str) -> dict[str, Value]:
    """Return what a called workflow sees: the caller's event, and as inputs what the calling job gives.

    Secrets are unknown: an environment of the called workflow may have some that the caller does not pass on.
    """
    seen = {key: contexts[key] for key in ("github", "vars", "secrets")}
    defaults = Scope({**seen, "inputs": Object()})
    return {**seen, "inputs": called_inputs(callee, job.with_, Scope(contexts), defaults, name)}


def _called_outputs(run: WorkflowRun, contexts: Dictionary[str, Value]) -> Object:
    """Return the outputs of a called workflow as the job that called it hands them on."""
    trigger = run.workflow.trigger("workflow_call")
    options = trigger.options if trigger is not None else None
    declared = options.get("outputs") if isinstance(options, Mapping) else None
    if not isinstance(declared, Mapping):
        return Object()
    jobs = {name: Object({"result": Unknown(), "outputs": job.outputs}) for name, job in run.jobs.items()}
    scope = Scope({**contexts, "jobs": Object(jobs)})
    outputs: dict[str, Value] = {}
    for entry in declared:
        value = entry.value.scalar("value") if isinstance(entry.value, Mapping) else None
        known = text_of(value, scope) if value is not None else Unknown()
        outputs[entry.key] = known if run.starts is Ternary.YES else one_of([known, ""])
    return Object(outputs)


_RESULTS = ("success", "skipped")


class _Done(NamedTuple):
    """A job that has been gone through.

    ``ran`` tells whether it ran, and so succeeded; ``behind`` whether all its ancestors did; ``skipped`` is the
    nearest of itself and its ancestors that did not, or may not have, run.
    """

    job: Job
    ran: Ternary
    behind: Ternary
    skipped: str
    seen: Value


class _Needs:
    """The jobs of one workflow that have been gone through, in an order in which each stands behind its needs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done: dict[str, _Done] = {}

    def done(self, job: Job, ran: Ternary, outputs: Value) -> None:
        """Note how a job has gone, and what it gives to those that need it."""
        result: Value = "skipped" if ran is Ternary.NO else "success"
        if ran is Ternary.DEPENDS:
            result = OneOf(_RESULTS, f"{self._name}{job.id}.result")
        seen = Object({"result": result, "outputs": outputs})
        behind, skipped = self._ancestors(job)
        self._done[job.id.lower()] = _Done(job, ran, behind, job.id if ran is not Ternary.YES else skipped, seen)

    def context(self, job: Job) -> Object:
        """Return the `needs` context of a job: the jobs it names itself, and no others."""
        done = [self._done[need.text.lower()] for need in job.needs]
        return Object({need.job.id: need.seen for need in done})

    def success(self, job: Job) -> Ternary:
        """Tell whether `success()` holds for a job: all its ancestors ran, not only those that it names.

        A job that was skipped has not succeeded, and skips what waits for it however far down, unless a condition
        there asks for the status itself.
        """
        return self._ancestors(job)[0]

    def reason(self, job: Job) -> str:
        """Say which ancestor is, or may be, skipped; empty if none is."""
        answer, skipped = self._ancestors(job)
        if answer is Ternary.YES:
            return ""
        named = any(need.text.lower() == skipped.lower() for need in job.needs)
        how = "is skipped" if answer is Ternary.NO else "may be skipped"
        return f"it needs {skipped!r}, which {how}" if named else f"{skipped!r}, which it waits for, {how}"

    def _ancestors(self, job: Job) -> tuple[Ternary, str]:
        answer, skipped = Ternary.YES, ""
        for need in job.needs:
            done = self._done[need.text.lower()]
            # Whether a skip carries over a called workflow that ran in spite of it is not documented.
            behind = done.behind | Ternary.DEPENDS if done.job.uses is not None else done.behind
            one = done.ran & behind
            if answer is not (answer & one):
                skipped = done.skipped
            answer = answer & one
        return answer, skipped


def own_condition(run_of_all: WorkflowRun, job: Job) -> Ternary:
    """Tell whether a job's ``if`` holds by itself: if the workflow started and all that the job needs ran."""
    if job.condition is None:
        return Ternary.YES
    run = run_of_all.job(job.id)
    contexts = dict(run.contexts) if run is not None else {}
    contexts["needs"] = Object({need.text: _met(contexts.get("needs"), need.text) for need in job.needs})
    return own_condition_holds(job.condition.text, Scope(contexts))


def _met(needs: Value, name: str) -> Object:
    seen = needs.entries.get(name) if isinstance(needs, Object) else None
    if isinstance(seen, Object) and seen.entries.get("result") == "success":
        return seen
    return Object({"result": "success", "outputs": Object({}, open=True)})


def upload_run(run: WorkflowRun, upload: Upload, caller: Job | None = None) -> tuple[JobRun | None, Ternary]:
    """Return the run of the job that an upload stands in, and whether the upload is reached.

    ``caller`` is the job of ``run`` that calls the workflow in which the upload stands, None if it stands in the
    workflow of ``run`` itself. The run is None, and the answer DEPENDS, if the job is not found.
    """
    inner = run.called.get(caller.id) if caller is not None else run
    job = inner.job(upload.job.id) if inner is not None else None
    if job is None:
        return None, Ternary.NO if run.starts is Ternary.NO else Ternary.DEPENDS
    if upload.step is None:
        return job, job.runs
    step = job.step(upload.step.index)
    return job, job.runs & Ternary.DEPENDS if step is None else step.runs


def upload_answer(
    workflow: Workflow, situation: Situation, world: RepositoryContext, upload: Upload, caller: Job | None = None
) -> Ternary:
    """Tell whether an upload is reached when ``workflow`` is looked at in ``situation``."""
    wanted = [caller.id if caller is not None else upload.job.id]
    return upload_run(run_workflow(workflow, situation, world, wanted), upload, caller)[1]
