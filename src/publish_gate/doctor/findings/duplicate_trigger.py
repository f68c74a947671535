"""One release starts the upload twice: by the tag that is pushed and by the release that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob

RULE = Rule("duplicate-trigger", "A pushed tag and its release both publish", ("duplicate-trigger",))
_TAG, _RELEASE = "push_tag_v1.2.3", "release_published"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload, and each pair of uploads to one index, that one release starts twice."""
    by_index: dict[tuple[object, str], list[PublishingJob]] = {}
    for job in examination.jobs:
        by_index.setdefault((job.upload.index, job.upload.url.text if job.upload.url else ""), []).append(job)
    for jobs in by_index.values():
        on_tag = next((job for job in jobs if job.publishes_on.get(_TAG) is Ternary.YES), None)
        on_release = next((job for job in jobs if job.publishes_on.get(_RELEASE) is Ternary.YES), None)
        if on_tag is not None and on_release is not None and _same_files(on_tag, on_release, examination):
            yield _finding(on_tag, on_release)


def _same_files(one: PublishingJob, other: PublishingJob, examination: Analysis) -> bool:
    # Where a repository has several projects, each upload may be of another.
    return one is other or len(examination.projects) == 1 or (one.entry is other.entry and not examination.projects)


def _finding(on_tag: PublishingJob, on_release: PublishingJob) -> Finding:
    hidden = on_tag.upload.skip_existing and on_release.upload.skip_existing
    same = on_tag is on_release
    where = (
        f"job {on_tag.upload.job.id!r} publishes"
        if same
        else f"jobs {on_tag.upload.job.id!r} ({on_tag.entry.file_name}) and {on_release.upload.job.id!r} "
        f"({on_release.entry.file_name}) publish"
    )
    trigger = on_release.entry.trigger("release")
    end = ", and `skip-existing` hides it" if hidden else ": the second upload is refused with `File already exists`"
    return Finding(
        RULE,
        Severity.WARNING if hidden else Severity.ERROR,
        Confidence.HIGH if same else Confidence.MEDIUM,
        f"{where} when the tag is pushed and again when its release is published{end}",
        "listen to one of the two: `push: tags` or `release: types: [published]`",
        trigger.place if trigger is not None else on_release.upload.job.place,
        on_release.upload.job.id,
        "duplicate-trigger",
        situations=(_TAG, _RELEASE),
    )
