"""What happens in the situation that was asked about: which job uploads, and if none does, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.ternary import Ternary
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Workflow

_LONGEST = 1000


def answers(analysis: Analysis) -> Iterator[str]:
    """Yield a sentence for each situation that was asked about, or that a log tells of."""
    for situation in analysis.situations:
        if situation.name in analysis.answered:
            yield one_line(f"on {situation.label}, {_answer(analysis, situation)}", _LONGEST)
    if analysis.elsewhere:
        names = ", ".join(path.rpartition("/")[2] for path in analysis.elsewhere)
        yield one_line(f"note: the commit of that ref has other workflow files than this one: {names}", _LONGEST)


def _answer(analysis: Analysis, situation: Situation) -> str:
    said = []
    for answer, word in ((Ternary.YES, "uploads"), (Ternary.DEPENDS, "may upload")):
        for job in analysis.jobs:
            if job.publishes_on.get(situation.name) is answer:
                why = _depends(analysis, job, situation) if answer is Ternary.DEPENDS else ""
                said.append(
                    f"job {job.upload.job.id!r} of {job.entry.file_name} {word} to {job.actual.index.value}{why}"
                )
    return "; ".join(dict.fromkeys(said)) or f"nothing is uploaded: {_why_not(analysis, situation)}"


def _depends(analysis: Analysis, job: PublishingJob, situation: Situation) -> str:
    run = analysis.runs.get((job.entry.path, situation.name))
    found = run.job(job.upload.job.id) if run is not None else None
    why = (found.why if found is not None else "") or (run.why if run is not None else "")
    return f" ({why})" if why else ""


def _why_not(analysis: Analysis, situation: Situation) -> str:
    reasons = []
    for job in analysis.jobs:
        why = job.why.get(situation.name, "").removeprefix("the workflow does not start: ")
        run = analysis.runs.get((job.entry.path, situation.name))
        starts = run is None or run.starts is not Ternary.NO
        reasons.append(
            f"job {job.upload.job.id!r}: {why}" if starts else f"{job.entry.file_name} does not start: {why}"
        )
    return "; ".join(dict.fromkeys(reasons)) or nothing_publishes(analysis.workflows)


def nothing_publishes(workflows: Sequence[Workflow]) -> str:
    """Say that no job publishes, or that this is not known because a job has syntax that is not known."""
    for workflow in workflows:
        for job in workflow.jobs:
            if job.unknown:
                return f"whether job {job.id!r} publishes is not known: {job.unknown[0]}"
    return f"no job that publishes was found in {len(workflows)} workflow file(s)"
