"""A job reads from `needs` what it does not need: that is always empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.written import path_of, place_in, walk, written
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Job, Workflow

RULE = Rule("needs-missing", "A job that is read from is not needed", ("if-condition-false",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such reading in the workflows that publish."""
    for workflow in {job.upload.workflow.path: job.upload.workflow for job in examination.jobs}.values():
        names = [job.upload.job.id for job in examination.jobs if job.upload.workflow is workflow]
        for job in with_needed(workflow, names):
            yield from _find(workflow, job, publishes=any(job is each.upload.job for each in examination.jobs))


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
                RULE,
                # What a test job reads in vain does not keep anything from being published.
                Severity.ERROR if publishes or where.condition else Severity.WARNING,
                Confidence.HIGH,
                f"needs.{shown} is read, but {shown!r} is not in the `needs` of job {job.id!r}{ancestor}: what is "
                "read is always empty",
                f"write  needs: [{', '.join([*(each.text for each in job.needs), path[1]])}]"
                if there is not None
                else f"there is no job {shown!r}; correct the name",
                place_in(where.scalar, 0),
                job.id,
                "if-condition-false",
            )
