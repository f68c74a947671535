"""Which jobs of the workflows publish, and in which situations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.analysis import PublishingJob
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Auth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publish_gate.doctor.question import DoctorInput
    from publish_gate.doctor.simulation import JobRun, RepositoryContext, WorkflowRun
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow

Runs = dict[tuple[str, str], "WorkflowRun"]
# A called workflow may call another; GitHub allows more, nobody publishes that deep.
_DEEPEST = 4


class Known:
    """The sources of workflows that came without a repository around them: each other."""

    def __init__(self, workflows: Mapping[str, Workflow]) -> None:
        self._workflows = workflows

    def read(self, path: str) -> bytes | None:  # noqa: ARG002 - the protocol's
        """Know no other file."""
        return None

    def workflow(self, path: str) -> Workflow | None:
        """Return a workflow by its path."""
        return self._workflows.get(path)


def publishing_jobs(
    question: DoctorInput, world: RepositoryContext, situations: Sequence[Situation]
) -> tuple[tuple[PublishingJob, ...], Runs]:
    """Return the uploads of all workflows asked about, and the runs that were looked at for them.

    Each workflow is looked at in its own situations, and in those asked about.
    """
    from publish_gate.doctor.simulation import run_workflow
    from publish_gate.doctor.simulation.situations import situations_of
    from publish_gate.doctor.uploads import find_uploads

    sources = question.sources or Known(question.known)
    runs: Runs = {}
    jobs: list[PublishingJob] = []
    for workflow in question.workflows:
        uploads = find_uploads(workflow, sources)
        if not uploads:
            continue
        own = {situation.name: situation for situation in situations_of(workflow, world.default_branch)}
        here = tuple((own | {situation.name: situation for situation in situations}).values())
        wanted = {upload.job.id for upload in uploads}
        for situation in here:
            runs[workflow.path, situation.name] = run_workflow(workflow, situation, world, wanted)
        jobs += [_job(workflow, _road(upload, sources, world), here, runs) for upload in uploads]
    return tuple(jobs), runs


def _road(upload: Upload, sources: Sources, world: RepositoryContext) -> tuple[Upload, ...]:
    """Follow calls to what uploads in the end: the upload, what uploads in the workflow that it calls, and so on.

    It ends early where the text of a called workflow is not known.
    """
    from publish_gate.doctor.uploads import find_uploads

    road = [upload]
    while len(road) <= _DEEPEST and upload.step is None and upload.job.uses is not None:
        called = world.called(upload.job.uses.text)
        if called is None or any(each.workflow.path == called.path for each in road):
            break
        found = find_uploads(called, sources)
        if not found:
            break
        outer = upload
        upload = min(found, key=lambda each: (each.index is not outer.index, each.auth is not outer.auth))
        road.append(upload)
    return tuple(road)


def _job(
    workflow: Workflow,
    road: tuple[Upload, ...],
    situations: Sequence[Situation],
    runs: Mapping[tuple[str, str], WorkflowRun],
) -> PublishingJob:
    from publish_gate.doctor.workflow.permissions import granted

    starts: dict[str, Ternary] = {}
    publishes: dict[str, Ternary] = {}
    why: dict[str, str] = {}
    for situation in situations:
        name = situation.name
        starts[name], publishes[name], reason = upload_answers(runs[workflow.path, name], road)
        if reason:
            why[name] = reason
    actual = road[-1]
    callers = [(each.workflow, each.job) for each in road[:-1]]
    environment = actual.job.environment
    text = environment.name.text if environment is not None and environment.name is not None else ""
    return PublishingJob(
        upload=road[0],
        entry=workflow,
        inner=actual if len(road) > 1 else None,
        runs_on=starts,
        publishes_on=publishes,
        why=why,
        may_identify=granted("id-token", actual.workflow, actual.job, callers).level == "write",
        environment=None if "${{" in text else text,
        environment_text=text,
        between=road[1:-1],
    )


def upload_answers(run: WorkflowRun, road: Sequence[Upload]) -> tuple[Ternary, Ternary, str]:
    """Tell whether the first job of a road starts and the upload at its end is reached in a run, and why not."""
    upload = road[0]
    job = run.job(upload.job.id)
    if job is None:
        return Ternary.NO, Ternary.NO, run.why
    starts = run.starts & job.runs
    reached, why = starts, job.why or run.why
    if upload.step is not None:
        step = job.step(upload.step.index)
        reached = starts & (step.runs if step is not None else Ternary.DEPENDS)
        if reached is Ternary.NO and starts is not Ternary.NO:
            why = "the `if` of the step is false"
    elif len(road) > 1 and starts is not Ternary.NO:
        called = run.called.get(job.job.id)
        # What is not gone into, because it is called too often, may be reached.
        inside, reason = (Ternary.DEPENDS, "") if called is None else upload_answers(called, road[1:])[1:]
        reached = starts & inside
        why = reason or why
    return starts, reached, why if reached is Ternary.NO else ""


def uploading_run(run: WorkflowRun, road: Sequence[Upload]) -> JobRun | None:
    """Return the run of the job at the end of a road; None where it was not gone into."""
    for calling in road[:-1]:
        called = run.called.get(calling.job.id)
        if called is None:
            return None
        run = called
    return run.job(road[-1].job.id)


def is_identity(job: PublishingJob) -> bool:
    """Whether the upload authenticates by the job's identity."""
    return Auth.OIDC in {job.upload.auth, job.actual.auth}
