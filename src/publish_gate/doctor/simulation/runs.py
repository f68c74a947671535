"""What a run of a workflow comes to in a situation: which jobs run, which steps, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Scope, Status
from publish_gate.doctor.simulation.views import StepView
from publish_gate.doctor.ternary import Ternary
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.job_steps import JobSteps
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Job, Step, Workflow


@dataclass(frozen=True, slots=True)
class StepRun:
    """Whether a step is reached: that its job runs is part of it."""

    step: Step
    runs: Ternary


@dataclass(frozen=True, slots=True)
class JobRun:
    """Whether a job runs, and what it sees.

    ``environment`` is the name of its environment: a text, a OneOf, Unknown, null if it has none or does not
    run. ``why`` says, where ``runs`` is not YES, what keeps it, with the place. ``contexts`` are those that its
    keys may use, without ``env`` and ``steps``; ``status`` is what `success()` and its kin answer in its ``if``.
    ``outputs`` is what a job that needs it sees of it.
    """

    job: Job
    runs: Ternary
    contexts: Mapping[str, Value]
    status: Status = field(default_factory=Status)
    environment: Value = None
    outputs: Value = None
    why: str = ""
    inside: JobSteps | None = field(default=None, repr=False, compare=False)

    @property
    def steps(self) -> tuple[StepRun, ...]:
        """All steps of the job, in their order. They are looked at when this is asked for the first time."""
        if self.inside is None or self.runs is Ternary.NO:
            return tuple(StepRun(step, Ternary.NO) for step in self.job.steps)
        answers = self.inside.answers()
        return tuple(StepRun(step, self.runs & answer) for step, answer in zip(self.job.steps, answers, strict=True))

    def views(self, index: int) -> tuple[StepView, ...]:
        """Return what a step sees, by its index: one view for each leg of the matrix, one for all if it has many."""
        legs = self.inside.legs if self.inside is not None else ()
        return tuple(
            StepView(walked.step, self.runs & walked.runs, walked.scope)
            for leg in legs
            for walked in leg
            if walked.step.index == index
        )

    def step(self, index: int) -> StepRun | None:
        """Return the step with an index as in `Step`, None if there is none."""
        return next((run for run in self.steps if run.step.index == index), None)


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A workflow in a situation.

    ``starts`` is for a called workflow whether the calling job runs. ``jobs`` are by their id as written, in an
    order in which each stands behind those it needs; a job that waits for itself is not there. ``called`` are the
    runs of called workflows whose text is known, by the id of the calling job. ``why`` says why it does not start.
    """

    workflow: Workflow
    situation: Situation
    starts: Ternary
    jobs: Mapping[str, JobRun]
    why: str = ""
    called: Mapping[str, WorkflowRun] = field(default_factory=dict)

    def job(self, name: str) -> JobRun | None:
        """Return the run of a job, None if there is none; names compare without case."""
        return next((run for key, run in self.jobs.items() if key.lower() == name.lower()), None)


def job_scope(run: JobRun) -> Scope:
    """Return what an expression sees in the keys of a job, such as ``environment`` or ``with``."""
    return Scope(run.contexts, run.status)
