"""A pull request reaches an upload: code that nobody has reviewed is published, or the index refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import guard_place, names_of
from publish_gate.doctor.fixes.edit_workflow import add_guard
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob

RULE = Rule(
    "publish-from-pull-request",
    "An upload is reached from a pull request",
    ("fork-pr-no-token", "over-broad-trigger"),
)
_OWN, _FORK = "pull_request", "pull_request_fork"
# A script that looks at one of these may well decide by the event.
_LOOKS = re.compile(r"(?i)GITHUB_(?:REF|EVENT|HEAD_REF|BASE_REF)|github\.(?:ref|event|head_ref|base_ref)")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that a pull request reaches, and the condition that lacks the event."""
    for job in examination.jobs:
        reached = [name for name in (_OWN, _FORK) if job.publishes_on.get(name, Ternary.NO) is not Ternary.NO]
        if reached:
            yield _finding(examination, job, reached)


def _finding(examination: Analysis, job: PublishingJob, reached: list[str]) -> Finding:
    sure = any(job.publishes_on[name] is Ternary.YES for name in reached)
    branch = examination.default_branch
    guard = f"github.event_name == 'push' && github.ref == 'refs/heads/{branch}'"
    who = "pull requests, from forks too," if _FORK in reached else "pull requests"
    how = "reach" if sure else "can reach"
    condition = job.upload.job.condition
    asks = f"its `if` ({names_of(condition)}) does not ask for the event" if condition is not None else "it has no `if`"
    refusal = ". A fork's run gets no identity token and fails" if is_identity(job) and _FORK in reached else ""
    return Finding(
        RULE,
        Severity.ERROR if sure or not _may_decide(job) else Severity.WARNING,
        Confidence.HIGH if sure else Confidence.MEDIUM,
        f"{who} {how} the upload in job {job.upload.job.id!r}: {asks}, so code that is not reviewed is "
        f"published{refusal}",
        f"let the job run only where it shall publish: if: {guard}",
        guard_place(job),
        job.upload.job.id,
        "fork-pr-no-token" if reached == [_FORK] else "over-broad-trigger",
        add_guard(job.upload.workflow, job.upload.job, guard),
        situations=tuple(reached),
    )


def _may_decide(job: PublishingJob) -> bool:
    """Whether something that is not seen from here may keep pull requests out: a call, or a script on the way."""
    if job.upload.step is None and job.inner is None:
        return True
    for owner in with_needed(job.upload.workflow, [job.upload.job.id]):
        texts = [step.run for step in owner.steps] + [entry.value for step in owner.steps for entry in step.env]
        if any(isinstance(each, Scalar) and _LOOKS.search(each.text) for each in texts):
            return True
    return False
