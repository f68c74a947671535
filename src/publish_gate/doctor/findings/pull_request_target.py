"""The index refuses every identity from a run that `pull_request_target` started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("pull-request-target", "An upload is reached from pull_request_target", ("pull-request-target-event",))
_EVENT = "pull_request_target"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that this event reaches.

    Source of the refusal: warehouse/oidc/models/github.py, the check of ``event_name``, since 2026-03-02.
    """
    for job in examination.jobs:
        trigger = job.entry.trigger(_EVENT)
        answer = job.publishes_on.get(_EVENT, Ternary.NO) | job.publishes_on.get(f"{_EVENT}_fork", Ternary.NO)
        if trigger is None or answer is Ternary.NO:
            continue
        by_identity = is_identity(job)
        sure = answer is Ternary.YES
        says = (
            "the index refuses identities from this event"
            if by_identity
            else "this event runs with the repository's secrets for code that anybody may have written"
        )
        yield Finding(
            RULE,
            Severity.ERROR if by_identity and sure else Severity.WARNING,
            Confidence.HIGH if sure else Confidence.MEDIUM,
            f"`pull_request_target` {'reaches' if sure else 'can reach'} the upload in job "
            f"{job.upload.job.id!r}: {says}",
            "publish on a push to the default branch or of a tag instead",
            trigger.place,
            job.upload.job.id,
            "pull-request-target-event" if by_identity else "",
            situations=(_EVENT,),
        )
