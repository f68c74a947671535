"""`workflow_run` publishes after another workflow, whatever that one ran on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("workflow-run", "An upload follows another workflow's run")
_EVENT = "workflow_run"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that `workflow_run` reaches without asking what the other run was."""
    seen: set[str] = set()
    for job in examination.jobs:
        trigger = job.entry.trigger(_EVENT)
        if trigger is None or job.entry.path in seen or job.publishes_on.get(_EVENT, Ternary.YES) is Ternary.NO:
            continue
        seen.add(job.entry.path)
        limited = isinstance(trigger.options, Mapping) and trigger.options.get("branches") is not None
        asked = "workflow_run.event" in job.entry.text or "workflow_run.head_" in job.entry.text
        yield Finding(
            RULE,
            Severity.ADVICE if limited or asked else Severity.WARNING,
            Confidence.MEDIUM,
            "this publishes after another workflow has run, with this repository's rights; that other run may have "
            "been a pull request's, a fork's branch may have the name of yours, and it may have failed",
            "publish in the workflow that builds, or ask for github.event.workflow_run.conclusion == 'success', its "
            "event and its head repository",
            trigger.place,
            job.upload.job.id,
        )
