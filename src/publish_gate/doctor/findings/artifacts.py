"""Artifacts between the jobs that build and the one that uploads."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import names, once, reaches, taken
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.workflow.graph import with_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_DOWNLOAD, _UPLOAD = "actions/download-artifact@", "actions/upload-artifact@"
_OLD = re.compile(r"@v?[123](?:\.|\Z)")
_DISTRIBUTIONS = re.compile(r"(?i)dist|wheel|\.whl|\.tar\.gz|sdist|pypi|packages?\b")


class _Artifact(NamedTuple):
    """An artifact that a job before hands over: its name, and the path that is in it."""

    name: str
    path: str


@detects(
    "ambiguous-artifacts", "Every artifact is downloaded for the upload", ("no-distributions", "non-dist-file-in-dist")
)
def ambiguous_artifacts(analysis: Analysis) -> Iterator[Finding]:
    """Name each download without a name in front of an upload, if several artifacts are there."""
    for job in once(taken(analysis), lambda job: job.actual.place):
        upload = job.actual
        if upload.step is None or upload.how is not How.PYPA_ACTION:
            continue
        download = _last_download(upload.job, upload.step)
        if download is None:
            continue
        found = list(_artifacts(upload.workflow, upload.job))
        folder = _folder(job)
        path = _text(download, "path") or "."
        if len(found) < 2 or "$" in path:  # noqa: PLR2004 - one is no choice
            continue
        if _text(download, "merge-multiple").lower() == "true":
            others = [one for one in found if not _DISTRIBUTIONS.search(f"{one.name} {one.path}")]
            if posixpath.normpath(path) == folder and others:
                yield _finding(
                    analysis,
                    job,
                    download,
                    f"all artifacts are put into {path!r}, {others[0].name!r} among them, which is no distribution",
                    "non-dist-file-in-dist",
                )
        elif not any(posixpath.normpath(posixpath.join(path, one.name)) == folder for one in found):
            yield _finding(
                analysis,
                job,
                download,
                f"each artifact is put into a folder of its own below {path!r}, such as "
                f"{posixpath.join(path, found[0].name)!r}, and the upload looks into {folder!r}",
                "no-distributions",
            )


def _last_download(job: Job, upload: Step) -> Step | None:
    """Return the download of everything just before an upload; None if a script may put the files right."""
    for step in reversed(job.steps[: upload.index]):
        if step.run is not None:
            return None
        uses = step.uses.text.strip().lower() if step.uses is not None else ""
        if uses.startswith(_DOWNLOAD):
            named = any(step.with_.get(name) is not None for name in ("name", "pattern", "artifact-ids"))
            return None if named or _OLD.search(uses) else step
    return None


def _artifacts(workflow: Workflow, job: Job) -> Iterator[_Artifact]:
    """Yield the artifacts of the jobs that are over when ``job`` begins, as far as their names are written down."""
    for owner in with_needed(workflow, [job.id]):
        for step in owner.steps if owner is not job else ():
            uses = step.uses.text.strip().lower() if step.uses is not None else ""
            if uses.startswith(_UPLOAD):
                name = _text(step, "name") or "artifact"
                yield _Artifact(name, _text(step, "path"))
                if "matrix." in name:
                    yield _Artifact(name, _text(step, "path"))


def _folder(job: PublishingJob) -> str:
    step = job.actual.step
    given = (_text(step, name) for name in ("packages-dir", "packages_dir")) if step is not None else ()
    return posixpath.normpath(next(filter(None, given), "dist"))


def _text(step: Step, name: str) -> str:
    scalar = step.with_.scalar(name)
    return scalar.text.strip() if scalar is not None else ""


def _finding(analysis: Analysis, job: PublishingJob, download: Step, what: str, cause: str) -> Finding:
    return Finding(
        ambiguous_artifacts.rule,
        Severity.WARNING,
        Confidence.MEDIUM,
        f"job {job.actual.job.id!r} downloads artifacts without a name: {what}",
        "name the artifact, or ask for those of a `pattern` with `merge-multiple: true`",
        (download.uses or download).place,
        job.actual.job.id,
        cause,
        situations=names(reaches(analysis, job)),
    )
