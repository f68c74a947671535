"""What can run when: which workflow starts in a situation, which of its jobs, which of their steps."""

from publish_gate.doctor.simulation.job_steps import any_of
from publish_gate.doctor.simulation.runs import JobRun, StepRun, WorkflowRun, job_scope
from publish_gate.doctor.simulation.views import StepView, composite_views
from publish_gate.doctor.simulation.workflow_run import own_condition, run_workflow, upload_answer, upload_run
from publish_gate.doctor.simulation.world import RepositoryContext

__all__ = [
    "JobRun",
    "RepositoryContext",
    "StepRun",
    "StepView",
    "WorkflowRun",
    "any_of",
    "composite_views",
    "job_scope",
    "own_condition",
    "run_workflow",
    "upload_answer",
    "upload_run",
]
