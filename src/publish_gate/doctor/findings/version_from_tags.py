"""A version made from Git tags, built where the tags are not: it is a wrong one, or one the index refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import with_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

RULE = Rule(
    "version-from-tags", "The version is made from tags that the build does not see", ("shallow-clone-version",)
)
_CHECKOUT = "actions/checkout"
# What brings the tags, or the version itself, some other way.
_FETCHES = re.compile(r"\bgit[ \t]+(?:fetch|pull|describe|tag)\b")
_GIVEN = ("PRETEND_VERSION", "SCM_VERSION", "DYNAMIC_VERSIONING_BYPASS")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each checkout without history in a job that builds such a project for an upload."""
    if not any(project.from_tags for project in examination.projects):
        return
    from publish_gate.doctor.uploads import builds

    seen: set[object] = set()
    for job in examination.jobs:
        for builder in with_needed(job.upload.workflow, [job.upload.job.id]):
            if not builds(builder) or _is_told(job.upload.workflow, builder):
                continue
            for step in _shallow(builder):
                if step.place not in seen:
                    seen.add(step.place)
                    yield _finding(builder, step, job)


def _is_told(workflow: Workflow, builder: Job) -> bool:
    """Whether a job fetches the tags by a command, or is told the version by a variable."""
    scripts = [step.run.text for step in builder.steps if step.run is not None]
    blocks = (workflow.env, builder.env, *(step.env for step in builder.steps))
    names = [entry.key for block in blocks for entry in block]
    return any(_FETCHES.search(text) for text in scripts) or any(
        given in text for given in _GIVEN for text in (*scripts, *names)
    )


def _shallow(job: Job) -> list[Step]:
    return [
        step
        for step in job.steps
        if step.uses is not None
        and step.uses.text.lower().split("@")[0] == _CHECKOUT
        and step.with_.get("repository") is None
        and _is_off(step, "fetch-depth", "1")
        and _is_off(step, "fetch-tags", "false")
    ]


def _is_off(step: Step, name: str, default: str) -> bool:
    value = step.with_.scalar(name)
    return value is None or value.text.strip().lower() == default


def _finding(builder: Job, step: Step, job: PublishingJob) -> Finding:
    # On a pushed tag the checkout brings that one tag along; elsewhere there is none.
    elsewhere = [
        name
        for name, answer in job.publishes_on.items()
        if answer is not Ternary.NO and name not in {"push_tag_v1.2.3", "release_published"}
    ]
    end = (
        f"on {', '.join(elsewhere)} the version becomes 0.1.dev… or one with a local part, which indexes refuse"
        if elsewhere
        else "it works only where the checked-out commit has the tag itself"
    )
    return Finding(
        RULE,
        Severity.WARNING if elsewhere else Severity.ADVICE,
        Confidence.MEDIUM,
        f"the version is made from Git tags, and job {builder.id!r} checks out without history and tags: {end}",
        "give the checkout  with: {fetch-depth: 0}",
        step.place,
        builder.id,
        "shallow-clone-version",
        situations=tuple(elsewhere),
    )
