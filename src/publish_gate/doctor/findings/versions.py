"""The version that is published: by the tag, by the files, by the history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.doctor.findings.builds import built_project, changes, is_given, version_setters
from publish_gate.doctor.findings.expressions_in import guard_place
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import called, is_default_branch, is_sure, names, reaches, taken
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.gate.tags import version_of_tag
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, LocalProject, PublishingJob
    from publish_gate.doctor.findings.walker import Reach
    from publish_gate.doctor.workflow.model import Job, Step


_TAG = "refs/tags/"


@detects("tag-version-mismatch", "The tag names another version than the files", ("tag-version-mismatch",))
def tag_version(analysis: Analysis) -> Iterator[Finding]:
    """Hold the tag that is asked about against the version of the checkout."""
    tag = asked_tag(analysis)
    if not tag or len(analysis.projects) != 1:
        return
    project = analysis.projects[0]
    named, declared = version_of_tag(tag, project.name), _parsed(project)
    if any(version_setters(job) for job in _publishing(analysis)):
        return  # what the files declare is not what is built
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
    """Return the tag that the question is about, by its ref or by the claims; empty if it is about none."""
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
    """Name each project whose declared version has a local part: an error only if that is what is uploaded."""
    for project in analysis.projects:
        version = _parsed(project)
        if version is None or version.local is None or not analysis.jobs:
            continue
        # What stands on the default branch between two releases is published by nobody; a release may set another.
        sure = any(map(is_sure, _uploads_as_declared(analysis, project)))
        yield Finding(
            local_version.rule,
            Severity.ERROR if sure else Severity.ADVICE,
            Confidence.HIGH if sure else Confidence.LOW,
            f"{project.name} declares {project.version}: indexes take no version with a local part (+{version.local})",
            "leave out what follows the plus sign",
            project.place,
            "",
            "local-version" if sure else "",
        )


def _uploads_as_declared(analysis: Analysis, project: LocalProject) -> Iterator[tuple[Reach, ...]]:
    """Yield where the version of the checkout is what is uploaded: on the default branch, or on the tag asked about."""
    for job in taken(analysis):
        if (
            job.actual.index in {Index.PYPI, Index.TESTPYPI}
            and _builds(analysis, job, project)
            and not version_setters(job)
        ):
            yield reaches(
                analysis,
                job,
                lambda situation: situation.name in analysis.asked or is_default_branch(analysis, situation),
            )


def _builds(analysis: Analysis, job: PublishingJob, project: LocalProject) -> bool:
    """Whether a project is surely among what is built for an upload: the root of a repository need not be."""
    from publish_gate.doctor.uploads import builds

    workflow = job.actual.workflow
    return any(
        built_project(step, builder, workflow, analysis.projects) == project
        for builder in with_needed(workflow, [job.actual.job.id])
        for step in builds(builder)
    )


def _publishing(analysis: Analysis) -> Iterator[PublishingJob]:
    """Yield the uploads that are reached in what is asked about."""
    for job in taken(analysis):
        if not analysis.asked or any(
            job.publishes_on.get(name, Ternary.NO) is not Ternary.NO for name in analysis.asked
        ):
            yield job


@detects("version-set-by-workflow", "The workflow sets the version while it runs")
def version_set_by_workflow(analysis: Analysis) -> Iterator[Finding]:
    """Name the first command on the way to each upload that sets the version, unless the gate is told it."""
    from publish_gate.doctor.uploads import gate_steps

    seen: set[object] = set()
    for job in taken(analysis):
        told = any(step.with_.get("version") is not None for _, step in gate_steps(job.entry, analysis.read))
        setters = version_setters(job)
        if told or not setters or setters[0].place in seen:
            continue
        setter = setters[0]
        seen.add(setter.place)
        yield Finding(
            version_set_by_workflow.rule,
            Severity.ADVICE,
            Confidence.MEDIUM,
            f"job {setter.job.id!r} sets the version while it runs ({one_line(setter.command, 80)}): what is published "
            "is not what the files of the commit declare",
            "tell Publish Gate the version that is going to be built:  with: {version: ...}, or commit it",
            setter.place,
            setter.job.id,
        )


_CHECKOUT = "actions/checkout"
# What brings the tags some other way.
_FETCHES = re.compile(r"\bgit[ \t]+(?:fetch|pull|describe|tag)\b")


@detects("version-from-tags", "The version is made from tags that the build does not see", ("shallow-clone-version",))
def version_from_tags(analysis: Analysis) -> Iterator[Finding]:
    """Name each checkout without history in a job that builds such a project for an upload."""
    seen: set[object] = set()
    for job, builder, build in _built_from_tags(analysis):
        if _fetches(builder):
            continue
        for step in _shallow(builder, build):
            if step.place not in seen:
                seen.add(step.place)
                yield _finding(analysis, builder, step, job)


def _built_from_tags(analysis: Analysis) -> Iterator[tuple[PublishingJob, Job, Step]]:
    """Yield the steps that build a project whose version comes from tags, and is not handed to it."""
    if not any(project.from_tags for project in analysis.projects):
        return
    from publish_gate.doctor.uploads import builds

    for job in taken(analysis):
        workflow = job.actual.workflow
        for builder in with_needed(workflow, [job.actual.job.id]):
            if is_given(workflow, builder):
                continue
            for step in builds(builder):
                project = built_project(step, builder, workflow, analysis.projects)
                # maturin takes the version of Cargo.toml, whatever another back end would do.
                if project is not None and project.from_tags and not _is_maturin(step):
                    yield job, builder, step


def _is_maturin(step: Step) -> bool:
    return any(scalar is not None and "maturin" in scalar.text for scalar in (step.run, step.uses))


def _fetches(job: Job) -> bool:
    return any(step.run is not None and _FETCHES.search(step.run.text) for step in job.steps)


def _shallow(job: Job, build: Step) -> list[Step]:
    return [
        step
        for step in job.steps[: build.index]
        if step.uses is not None
        and step.uses.text.lower().split("@")[0] == _CHECKOUT
        and step.with_.get("repository") is None
        and _is_off(step, "fetch-depth", "1")
        and _is_off(step, "fetch-tags", "false")
    ]


def _is_off(step: Step, name: str, default: str) -> bool:
    value = step.with_.scalar(name)
    return value is None or value.text.strip().lower() == default


def _finding(analysis: Analysis, builder: Job, step: Step, job: PublishingJob) -> Finding:
    # On a pushed tag the checkout brings that one tag along; elsewhere there is none.
    found = reaches(analysis, job, lambda situation: not situation.is_tag)
    elsewhere = names(found)
    where = ", ".join(called(reach.situation) for reach in found)
    end = (
        f"on {where} the version becomes 0.1.dev… or one with a local part, which indexes refuse"
        if elsewhere
        else "it works only if the checked-out commit has the tag itself"
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
        situations=elsewhere,
    )


@detects("dirty-tree", "A file is changed before a version is made from tags", ("local-version",))
def dirty_tree(analysis: Analysis) -> Iterator[Finding]:
    """Name the first step that leaves a file of the checkout changed when such a project is built."""
    seen: set[object] = set()
    for job, builder, build in _built_from_tags(analysis):
        changed = next(changes(builder, build), None)
        if changed is None or builder.place in seen:
            continue
        seen.add(builder.place)
        step, command = changed
        yield Finding(
            dirty_tree.rule,
            Severity.WARNING,
            Confidence.MEDIUM,
            f"job {builder.id!r} changes a file ({one_line(command, 80)}) before it builds a project whose version is "
            "made from Git tags: the tree is then not the tag's, and the version becomes the next .dev0 or gets a "
            "local part with the date",
            "commit the change before the tag is made, or hand the version to the back end (such as "
            "SETUPTOOLS_SCM_PRETEND_VERSION)",
            (step.run or step).place,
            builder.id,
            "local-version",
            situations=names(reaches(analysis, job)),
        )
