"""Calls of local workflows: which are followed, what the called one sees, and what it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, Scope, Unknown
from publish_gate.doctor.simulation.evaluation import text_of
from publish_gate.doctor.simulation.inputs import called_inputs
from publish_gate.doctor.simulation.matrix import one_of
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.runs import WorkflowRun
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Job, Workflow

# GitHub nests called workflows ten deep at most, and takes fifty of them in one run.
_DEEPEST = 10
_MOST = 50


class Calls:
    """Where in the nest of calls a workflow stands. ``name`` tells one call from all others."""

    def __init__(self, world: RepositoryContext, workflow: Workflow) -> None:
        self._world = world
        self._path: tuple[str, ...] = (workflow.path,)
        self._count = [0]
        self.name = ""

    def enter(self, job: Job) -> tuple[Workflow, Calls] | None:
        """Return the workflow that a job calls, and where that stands; None where it is not followed."""
        callee = self._world.called(job.uses.text) if job.uses is not None else None
        if callee is None or callee.path in self._path or len(self._path) >= _DEEPEST or self._count[0] >= _MOST:
            return None
        if callee.trigger("workflow_call") is None:
            return None
        self._count[0] += 1
        inner = Calls(self._world, callee)
        inner._path = (*self._path, callee.path)
        inner._count = self._count
        inner.name = f"{self.name}{job.id}/"
        return callee, inner


def called_contexts(callee: Workflow, job: Job, contexts: Dictionary[str, Value], name: str) -> dict[str, Value]:
    """Return what a called workflow sees: the caller's event, and as inputs what the calling job gives.

    Secrets are unknown: an environment of the called workflow may have some that the caller does not pass on.
    """
    seen = {key: contexts[key] for key in ("github", "vars", "secrets")}
    defaults = Scope({**seen, "inputs": Object()})
    return {**seen, "inputs": called_inputs(callee, job.with_, Scope(contexts), defaults, name)}


def called_outputs(run: WorkflowRun, contexts: Dictionary[str, Value]) -> Object:
    """Return the outputs of a called workflow as the job that called it hands them on."""
    trigger = run.workflow.trigger("workflow_call")
    options = trigger.options if trigger is not None else None
    declared = options.get("outputs") if isinstance(options, Mapping) else None
    if not isinstance(declared, Mapping):
        return Object()
    jobs = {name: Object({"result": Unknown(), "outputs": each.outputs}) for name, each in run.jobs.items()}
    scope = Scope({**contexts, "jobs": Object(jobs)})
    outputs: dict[str, Value] = {}
    for entry in declared:
        value = entry.value.scalar("value") if isinstance(entry.value, Mapping) else None
        known = text_of(value, scope) if value is not None else Unknown()
        outputs[entry.key] = known if run.starts is Ternary.YES else one_of([known, ""])
    return Object(outputs)
