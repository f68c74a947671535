"""Makes workflows out of single steps for the tests of the publishing surface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.publishing_jobs import publishing_jobs
from publish_gate.doctor.simulation import RepositoryContext
from publish_gate.doctor.simulation.situations import standard_situations
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow

PATH = ".github/workflows/ci.yml"


class Repository:
    """The files of a repository in memory."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> bytes | None:
        text = self._files.get(path)
        return text.encode("utf-8", "surrogateescape") if text is not None else None

    def workflow(self, path: str) -> Workflow | None:
        content = self.read(path)
        return read_workflow(content, path) if content is not None else None


class _Called(dict[str, "Workflow"]):
    """The workflows that files call, read when they are asked for."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def get(self, path: str, default: object = None) -> Workflow | None:  # type: ignore[override]
        assert default is None
        return self._sources.workflow(path)


def jobs_of(workflow: Workflow, sources: Sources | None = None) -> tuple[PublishingJob, ...]:
    """Find the uploads of a workflow, with when they happen."""
    known = _Called(sources) if sources is not None else {}
    asked = DoctorInput(workflows=(workflow,), known=known, sources=sources)
    read = sources.read if sources is not None else None
    return publishing_jobs(asked, RepositoryContext(workflows=known, read=read), standard_situations())[0]


def find_uploads(workflow: Workflow, sources: Sources | None = None) -> tuple[Upload, ...]:
    """Find the uploads of a workflow."""
    return tuple(job.upload for job in jobs_of(workflow, sources))


def published(workflow: Workflow, sources: Sources | None = None) -> list[str]:
    """Write uploads with the situations in which they happen: ``pypi: push_main, release_published?``."""
    return [
        f"{job.upload.index.value}: "
        + ", ".join(
            f"{name}{'?' * (answer.value == 'depends')}"
            for name, answer in job.publishes_on.items()
            if answer.value != "no"
        )
        for job in jobs_of(workflow, sources)
    ]


def workflow_of(job: Mapping[str, object], /, **top: object) -> Workflow:
    """Make a workflow of one job; JSON is YAML."""
    content = {"on": "push", "jobs": {"job": {"runs-on": "ubuntu-latest", **job}}, **top}
    return read_workflow(json.dumps(content).encode(), PATH)


def uploads_of(
    job: Mapping[str, object], files: Mapping[str, str] | None = None, /, **top: object
) -> tuple[Upload, ...]:
    """Find the uploads of a job."""
    return find_uploads(workflow_of(job, **top), Repository(files) if files is not None else None)


def uploads_of_script(script: str, files: Mapping[str, str] | None = None, /, **step: object) -> tuple[Upload, ...]:
    """Find the uploads of a `run:` step."""
    return uploads_of({"steps": [{"run": script, **step}]}, files)


def shown(uploads: tuple[Upload, ...]) -> list[str]:
    """Write uploads as texts such as ``twine pypi token``."""
    return [f"{each.how.value} {each.index.value} {each.auth.value}" for each in uploads]
