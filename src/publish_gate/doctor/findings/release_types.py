"""`on: release` without `types:`: one release starts the workflow several times, and an edit does so again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.fixes.triggers import limit_release
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Workflow

RULE = Rule("release-without-types", "Every activity of a release publishes", ("duplicate-trigger",))
_RELEASE = "release_published"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each workflow that uploads on whatever happens to a release."""
    seen: set[str] = set()
    for job in examination.jobs:
        workflow = job.entry
        if workflow.path in seen or job.publishes_on.get(_RELEASE, Ternary.NO) is Ternary.NO:
            continue
        if _all_activities(workflow) and not _asks_for_activity(workflow, job):
            seen.add(workflow.path)
            yield _finding(workflow, job)


def _all_activities(workflow: Workflow) -> bool:
    trigger = workflow.trigger("release")
    return trigger is not None and not (
        isinstance(trigger.options, Mapping) and trigger.options.get("types") is not None
    )


def _asks_for_activity(workflow: Workflow, job: PublishingJob) -> bool:
    """Whether any condition of the workflow looks at the activity; which one exactly is left to the reader."""
    conditions = [each.condition for each in workflow.jobs]
    if job.upload.step is not None:
        conditions.append(job.upload.step.condition)
    return any("event.action" in each.text for each in conditions if each is not None)


def _finding(workflow: Workflow, job: PublishingJob) -> Finding:
    trigger = workflow.trigger("release")
    hidden = job.upload.skip_existing
    end = "; `skip-existing` hides the failures" if hidden else ", and all but the first upload fail"
    edits = limit_release(workflow)
    return Finding(
        RULE,
        Severity.WARNING if hidden else Severity.ERROR,
        Confidence.HIGH,
        "`release` has no `types`: creating, publishing, releasing, editing and deleting a release each start "
        f"the workflow{end}",
        "write:  release: {types: [published]}",
        trigger.place if trigger is not None else None,
        job.upload.job.id,
        "duplicate-trigger",
        edits,
        safe=bool(edits),
        situations=(_RELEASE,),
    )
