"""Every branch reaches an upload: what is published was never merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import guard_place
from publish_gate.doctor.fixes.edit_workflow import add_guard, on_branch
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("publish-from-any-branch", "An upload is reached from every branch", ("over-broad-trigger",))
_FEATURE = "push_feature"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that a push to a feature branch reaches."""
    for job in examination.jobs:
        answer = job.publishes_on.get(_FEATURE, Ternary.NO)
        if answer is Ternary.NO:
            continue
        sure = answer is Ternary.YES
        # On the index that is for trying, some teams want just that.
        wrong = sure and job.upload.index is Index.PYPI
        guard = f"github.ref == {on_branch(examination.default_branch)}"
        yield Finding(
            RULE,
            Severity.ERROR if wrong else Severity.WARNING,
            Confidence.HIGH if sure else Confidence.MEDIUM,
            f"a push to any branch {'reaches' if sure else 'can reach'} the upload in job {job.upload.job.id!r}: "
            "what is on a branch is published before it is merged",
            f"let the job run on the default branch or on tags only: if: {guard}",
            guard_place(job),
            job.upload.job.id,
            "over-broad-trigger",
            add_guard(job.upload.workflow, job.upload.job, guard),
            situations=(_FEATURE,),
        )
