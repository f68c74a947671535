"""The version that is published: by the tag, by the files, by the history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.doctor.findings.expressions_in import guard_place
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.gate.tags import version_of_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, LocalProject, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step, Workflow


_TAG = "refs/tags/"


@detects("tag-version-mismatch", "The tag names another version than the files", ("tag-version-mismatch",))
def tag_version(analysis: Analysis) -> Iterator[Finding]:
    """Hold the tag that is asked about against the version of the checkout."""
    tag = asked_tag(analysis)
    if not tag or len(analysis.projects) != 1:
        return
    project = analysis.projects[0]
    named, declared = version_of_tag(tag, project.name), _parsed(project)
    if named is not None and declared is not None and named != declared:
        yield Finding(
            tag_version.rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"the tag {tag!r} names {named}, but {project.name} declares {declared}: that is what would be built",
            f"set the version to {named}, commit, and tag that commit; tags that were pushed stay where they are",
            project.place,
            "",
            "tag-version-mismatch",
        )


def asked_tag(analysis: Analysis) -> str:
    """Return the tag that the question is about, by its ref or by the claims; empty where it is about none."""
    refs = [analysis.claims.ref or ""] if analysis.claims is not None else []
    if analysis.record is not None and analysis.record.claims is not None:
        refs.append(analysis.record.claims.ref or "")
    refs += [situation.ref for situation in analysis.situations if situation.name in analysis.asked]
    return next((ref.removeprefix(_TAG) for ref in refs if ref.startswith(_TAG)), "")


def _parsed(project: LocalProject) -> Version | None:
    try:
        return Version(project.version or "")
    except InvalidVersion:
        return None


@detects("foreign-tag", "A tag of something else starts the upload", ("over-broad-trigger",))
def foreign_tag(analysis: Analysis) -> Iterator[Finding]:
    """Hold the tag that is asked about against the project's name and spelling of versions."""
    tag = asked_tag(analysis)
    if not tag or len(analysis.projects) != 1 or version_of_tag(tag, analysis.projects[0].name) is not None:
        return
    project = analysis.projects[0].name
    for job in analysis.jobs:
        answers = [job.publishes_on.get(name, Ternary.NO) for name in analysis.asked]
        if all(answer is Ternary.NO for answer in answers):
            continue
        yield Finding(
            foreign_tag.rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"the tag {tag!r} names no version of {project}, and job {job.upload.job.id!r} publishes on it: whatever "
            "version the files declare is uploaded (again)",
            "ask for the tag in the job's `if` (startsWith(github.ref, 'refs/tags/v')), or in `on.push.tags`",
            guard_place(job),
            job.upload.job.id,
            "over-broad-trigger",
            situations=analysis.asked,
        )


@detects("local-version", "A version with a local part is refused", ("local-version",))
def local_version(analysis: Analysis) -> Iterator[Finding]:
    """Name each project of the checkout whose declared version has a local part."""
    for project in analysis.projects:
        try:
            local = Version(project.version or "").local
        except InvalidVersion:
            continue
        if local is not None:
            yield Finding(
                local_version.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"{project.name} declares {project.version}: indexes take no version with a local part (+{local})",
                "leave out what follows the plus sign",
                project.place,
                "",
                "local-version",
            )


_CHECKOUT = "actions/checkout"
# What brings the tags, or the version itself, some other way.
_FETCHES = re.compile(r"\bgit[ \t]+(?:fetch|pull|describe|tag)\b")
_GIVEN = ("PRETEND_VERSION", "SCM_VERSION", "DYNAMIC_VERSIONING_BYPASS")


@detects("version-from-tags", "The version is made from tags that the build does not see", ("shallow-clone-version",))
def version_from_tags(analysis: Analysis) -> Iterator[Finding]:
    """Name each checkout without history in a job that builds such a project for an upload."""
    if not any(project.from_tags for project in analysis.projects):
        return
    from publish_gate.doctor.uploads import builds

    seen: set[object] = set()
    for job in analysis.jobs:
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
        version_from_tags.rule,
        Severity.WARNING if elsewhere else Severity.ADVICE,
        Confidence.MEDIUM,
        f"the version is made from Git tags, and job {builder.id!r} checks out without history and tags: {end}",
        "give the checkout  with: {fetch-depth: 0}",
        step.place,
        builder.id,
        "shallow-clone-version",
        situations=tuple(elsewhere),
    )
