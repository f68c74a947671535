"""Single questions to a run: whether an upload is reached, whether a condition holds by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, Scope
from publish_gate.doctor.simulation.evaluation import own_condition_holds
from publish_gate.doctor.simulation.workflow_run import run_workflow
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.runs import JobRun, WorkflowRun
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.workflow.model import Job, Workflow


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

    ``caller`` is the job of ``run`` that calls the workflow in which the upload stands, None where it stands in the
    workflow of ``run`` itself. The run is None, and the answer DEPENDS, where the job is not found.
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
