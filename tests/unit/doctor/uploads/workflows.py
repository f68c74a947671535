"""Makes workflows out of single steps for the tests of the publishing surface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads import find_uploads
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.model import Upload
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
