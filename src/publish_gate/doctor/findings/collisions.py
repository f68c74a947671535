"""Uploads that get into each other's way, or that nothing asks for."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.builds import commands, unwrapped, version_setters
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.publishers import attests
from publish_gate.doctor.findings.walker import called, is_default_branch, names, once, reaches, taken
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

# What starts one workflow, and no other.
_ONE_BY_ONE = frozenset({"repository_dispatch", "schedule", "workflow_call", "workflow_dispatch", "workflow_run"})
_PUBLIC = frozenset({Index.PYPI, Index.TESTPYPI})
_FOLDERS = ("packages-dir", "packages_dir")
_MATRIX = re.compile(r"\bmatrix\b|\bstrategy\b")
# What is built for one platform has its name in the file's.
_PLATFORM = re.compile(
    r"(?i)maturin|cibuildwheel|manylinux|plat-name|auditwheel|delocate|delvewheel|bdist_wheel|-march"
)


@detects(
    "two-uploads-in-one-job", "The second upload of a job meets the first one's attestations", ("attestations-exist",)
)
def two_uploads(analysis: Analysis) -> Iterator[Finding]:
    """Name the second use of the publishing action in a job that attests the same files again."""
    by_job: dict[tuple[str, str], list[PublishingJob]] = {}
    for job in taken(analysis):
        if job.actual.how is How.PYPA_ACTION and job.actual.step is not None and is_identity(job) and attests(job):
            by_job.setdefault((job.entry.path, job.actual.job.id), []).append(job)
    for (_, name), jobs in by_job.items():
        for first, second in pairwise(jobs):
            if first.actual.step is second.actual.step or _folder(first) != _folder(second):
                continue
            both = [
                reach
                for reach in reaches(analysis, second)
                if first.publishes_on.get(reach.situation.name, Ternary.NO) is not Ternary.NO
            ]
            if not both:
                continue
            yield Finding(
                two_uploads.rule,
                Severity.WARNING,
                Confidence.HIGH,
                f"job {name!r} uploads the same files twice: the first upload leaves its attestations beside them, and "
                "the second refuses to make others (already has a publish attestation)",
                "give each index a job of its own, or switch attestations off for one (with: {attestations: false})",
                second.actual.place,
                second.actual.job.id,
                "attestations-exist",
                situations=names(both),
            )


def _folder(job: PublishingJob) -> str:
    step = job.actual.step
    given = (step.with_.scalar(name) for name in _FOLDERS) if step is not None else ()
    return next((scalar.text.strip().rstrip("/") for scalar in given if scalar is not None), "dist")


@detects("upload-in-matrix", "Each leg of a matrix uploads files of the same name", ("duplicate-trigger",))
def upload_in_matrix(analysis: Analysis) -> Iterator[Finding]:
    """Name each job that builds and uploads the same in every leg of its matrix."""
    from publish_gate.doctor.uploads import builds

    for job in once(taken(analysis), lambda job: (job.actual.workflow.path, job.actual.job.id)):
        upload, owner = job.actual, job.actual.job
        built = builds(owner)
        if upload.step is None or not built or upload.skip_existing or not _has_several_legs(owner):
            continue
        last = upload.step.index
        if any(_differs(step) for step in owner.steps[: last + 1] if step in built or step is upload.step):
            continue
        environment = owner.environment.name if owner.environment is not None else None
        if environment is not None and _MATRIX.search(environment.text):
            continue
        yield Finding(
            upload_in_matrix.rule,
            Severity.WARNING,
            Confidence.MEDIUM,
            f"each leg of the matrix of job {owner.id!r} builds and uploads: files of the same name, such as the "
            "sdist, come several times, and the index refuses all but the first",
            "build in the matrix, hand the files over as artifacts, and upload them once in a job of its own",
            (owner.node.entry("strategy") or owner).place,
            owner.id,
            "duplicate-trigger",
            situations=names(reaches(analysis, job)),
        )


def _has_several_legs(job: Job) -> bool:
    """Whether a written-down matrix has more than one leg; what an expression makes is not known."""
    matrix = job.strategy.get("matrix")
    if not isinstance(matrix, Mapping):
        return False
    lists = [entry.value for entry in matrix if entry.key not in {"include", "exclude"}]
    included = matrix.get("include")
    if any(isinstance(node, Scalar) for node in (*lists, included)):
        return False
    product = 1
    for node in lists:
        product *= len(node.items) if isinstance(node, Sequence) else 1
    added = len(included.items) if isinstance(included, Sequence) else 0
    return (product if lists else 0) + (added if not lists else 0) > 1


def _differs(step: Step) -> bool:
    """Whether a step does something else in each leg, or makes files that have their platform in their name."""
    texts = [
        scalar.text for scalar in (step.run, step.uses, step.condition, step.working_directory) if scalar is not None
    ]
    texts += [
        entry.value.text for block in (step.with_, step.env) for entry in block if isinstance(entry.value, Scalar)
    ]
    return any(_MATRIX.search(text) or _PLATFORM.search(text) or "runner." in text for text in texts)


@detects("several-workflows-publish", "Several workflows publish on the same event", ("duplicate-trigger",))
def several_workflows(analysis: Analysis) -> Iterator[Finding]:
    """Name each pair of workflows that surely upload to one index in the same situation."""
    if len(analysis.projects) > 1:
        return  # each may publish its own
    by_index: dict[Index, list[PublishingJob]] = {}
    for job in taken(analysis):
        if job.actual.index in _PUBLIC:
            by_index.setdefault(job.actual.index, []).append(job)
    pairs = [
        (job, other)
        for jobs in by_index.values()
        for number, job in enumerate(jobs)
        for other in jobs[:number]
        if job.entry is not other.entry and job.actual.place != other.actual.place
    ]
    told: set[tuple[str, str]] = set()
    for job, other in pairs:
        there = {_happening(reach.situation) for reach in reaches(analysis, other) if reach.answer is Ternary.YES}
        both = [
            reach
            for reach in reaches(analysis, job, lambda situation: situation.event not in _ONE_BY_ONE)
            if reach.answer is Ternary.YES and _happening(reach.situation) in there
        ]
        pair = (other.entry.path, job.entry.path)
        if not both or pair in told:
            continue
        told.add(pair)
        yield Finding(
            several_workflows.rule,
            Severity.ADVICE,
            Confidence.MEDIUM,
            f"{pair[0]} and {pair[1]} both upload to {job.actual.index.value} on {called(both[0].situation)}: which "
            "one publishes, and what the other makes of it, is left to chance",
            "publish in one of them",
            job.upload.job.place,
            job.upload.job.id,
            situations=names(both),
        )


def _happening(situation: Situation) -> tuple[str, str, str]:
    return situation.event, situation.ref, situation.activity


@detects("nothing-compares-versions", "Every push uploads, be the version new or not", ("version-already-exists",))
def nothing_compares(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload that every push to the default branch surely reaches, though the version stands in a file."""
    from publish_gate.doctor.uploads import gate_steps

    if any(project.from_tags for project in analysis.projects):
        return
    for job in once(taken(analysis), lambda job: (job.entry.path, job.upload.job.id)):
        pushes = [
            reach
            for reach in reaches(analysis, job, lambda each: each.event == "push" and is_default_branch(analysis, each))
            if reach.answer is Ternary.YES
        ]
        if (
            not pushes
            or job.actual.index not in _PUBLIC
            or gate_steps(job.entry, analysis.read)
            or version_setters(job)
        ):
            continue
        if _releasing(job.entry, job) is not None:
            continue
        yield Finding(
            nothing_compares.rule,
            Severity.ADVICE,
            Confidence.HIGH,
            f"every push to {analysis.default_branch} reaches the upload in job {job.upload.job.id!r}, and nothing "
            "asks whether the version is new: each push without a bump fails, or is passed over in silence",
            "let Publish Gate decide in a job before it, and build and upload only if it says so",
            job.upload.job.place,
            job.upload.job.id,
            situations=names(pushes),
        )


# The output by which a tool says that it has released, by action; a command of the first says it as well.
_RELEASED = {
    "python-semantic-release/python-semantic-release": "released",
    "relekang/python-semantic-release": "released",
    "cycjimmy/semantic-release-action": "new_release_published",
    "googleapis/release-please-action": "release_created",
    "google-github-actions/release-please-action": "release_created",
}


@detects("nothing-released", "The upload does not ask whether anything was released", ("no-distributions",))
def nothing_released(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload behind a tool that releases now and then, if it is reached whether that did so or not."""
    for job in once(taken(analysis), lambda job: (job.entry.path, job.upload.job.id)):
        pushes = reaches(analysis, job, lambda situation: situation.event == "push" and situation.is_branch)
        if not any(reach.answer is Ternary.YES for reach in pushes):
            continue
        found = _releasing(job.entry, job)
        if found is None:
            continue
        owner, step, output = found
        name = step.id or "release"
        source = f"steps.{name}" if owner is job.upload.job else f"needs.{owner.id}"
        given = "" if step.id else f" (and give that step `id: {name}`)"
        yield Finding(
            nothing_released.rule,
            Severity.WARNING,
            Confidence.HIGH,
            f"job {owner.id!r} releases only if there is something to release, and the upload in job "
            f"{job.upload.job.id!r} does not ask for it: there is nothing to upload then, or what was uploaded before",
            f"let it run only then:  if: {source}.outputs.{output} == 'true'{given}",
            job.actual.place if owner is job.upload.job else job.upload.job.place,
            job.upload.job.id,
            "no-distributions",
            situations=names(pushes),
        )


def _is_release(command: list[str]) -> bool:
    words = unwrapped(command)
    plain = [word for word in words if not word.startswith("-")]
    return plain[:1] == ["semantic-release"] and plain[1:2] in (["version"], ["publish"]) and "--print" not in words


def _releasing(workflow: Workflow, job: PublishingJob) -> tuple[Job, Step, str] | None:
    owner = job.upload.job
    for need in with_needed(workflow, [owner.id]):
        for step in need.steps:
            if need is owner and job.upload.step is not None and step.index >= job.upload.step.index:
                break
            action = step.uses.text.partition("@")[0].lower() if step.uses is not None else ""
            if action in _RELEASED:
                return need, step, _RELEASED[action]
            if step.run is not None and any(map(_is_release, commands(step.run.text))):
                return need, step, "released"
    return None
