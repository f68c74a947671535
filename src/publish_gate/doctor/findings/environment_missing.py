"""The publisher asks for an environment, and the uploading job has none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Finding, Rule
from publish_gate.doctor.findings.refusals import finding, refusals
from publish_gate.doctor.fixes.edit_workflow import first_key, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.refusals import Refused
    from publish_gate.doctor.fixes.edits import Edit

RULE = Rule(
    "environment-missing-in-job",
    "The publisher asks for an environment, the job has none",
    ("environment-missing-in-job",),
)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such job; an environment that is handed to an action instead is named as well."""
    for refused in refusals(examination):
        if refused.reason.cause not in RULE.causes:
            continue
        job = refused.job.actual.job
        place = job.environment.place if job.environment is not None else job.place
        found = finding(RULE, refused, place)
        step = refused.job.actual.step
        handed = step.with_.entry("environment") if step is not None else None
        if handed is not None:
            message = f"{found.message}; `with: environment:` (line {handed.place.line}) is an input of an action"
            found = replace(found, message=message)
        edits = _edits(refused)
        yield replace(found, edits=edits, safe=bool(edits))


def _edits(refused: Refused) -> tuple[Edit, ...]:
    job = refused.job.upload.job
    difference = refused.reason.difference
    # A called workflow may have other callers, with other publishers.
    if difference is None or job.environment is not None or job.uses is not None:
        return ()
    return first_key(refused.job.file, job, f"environment: {quoted(difference.registered)}")
