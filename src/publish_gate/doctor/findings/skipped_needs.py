"""A job's own condition asks for a situation in which a job that it needs is skipped, and so it is too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import guard_place
from publish_gate.doctor.fixes.edit_workflow import add_guard
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job

RULE = Rule("skipped-needs", "A skipped job skips the upload", ("skipped-needs",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload whose own condition holds where an ancestor is skipped, and nowhere else."""
    from publish_gate.doctor.simulation import own_condition

    for job in examination.jobs:
        owner = job.upload.job
        if owner.condition is None:
            continue
        runs = {
            each.name: run
            for each in examination.situations
            if (run := examination.runs.get((job.entry.path, each.name))) is not None and run.starts is not Ternary.NO
        }
        wanted = [name for name, run in runs.items() if own_condition(run, owner) is Ternary.YES]
        refused = [name for name in wanted if job.runs_on.get(name) is Ternary.NO]
        # A condition that is always true, or that also lets the job run, says nothing about this situation.
        if refused and len(refused) == len(wanted) < len(runs):
            yield _finding(job, owner, refused)


def _finding(job: PublishingJob, owner: Job, refused: list[str]) -> Finding:
    why = job.why.get(refused[0], "a job that it needs is skipped")
    return Finding(
        RULE,
        Severity.WARNING,
        Confidence.HIGH,
        f"the `if` of job {owner.id!r} asks for {', '.join(refused)}, but there {why}: the job is skipped "
        "too, and the run stays green",
        "begin the `if` with `!failure() && !cancelled() &&`, or do not need the job that is skipped",
        guard_place(job),
        owner.id,
        "skipped-needs",
        add_guard(job.entry, owner, "!failure() && !cancelled()"),
        situations=tuple(refused),
    )
