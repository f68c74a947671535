"""A tag that names no version of this project starts its upload: a release of something else publishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import guard_place
from publish_gate.doctor.findings.tag_version import asked_tag
from publish_gate.doctor.ternary import Ternary
from publish_gate.gate.tags import version_of_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("foreign-tag", "A tag of something else starts the upload", ("over-broad-trigger",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Hold the tag that is asked about against the project's name and spelling of versions."""
    tag = asked_tag(examination)
    if not tag or len(examination.projects) != 1 or version_of_tag(tag, examination.projects[0].name) is not None:
        return
    project = examination.projects[0].name
    for job in examination.jobs:
        answers = [job.publishes_on.get(name, Ternary.NO) for name in examination.asked]
        if all(answer is Ternary.NO for answer in answers):
            continue
        yield Finding(
            RULE,
            Severity.ERROR,
            Confidence.HIGH,
            f"the tag {tag!r} names no version of {project}, and job {job.upload.job.id!r} publishes on it: whatever "
            "version the files declare is uploaded (again)",
            "ask for the tag in the job's `if` (startsWith(github.ref, 'refs/tags/v')), or in `on.push.tags`",
            guard_place(job),
            job.upload.job.id,
            "over-broad-trigger",
            situations=examination.asked,
        )
