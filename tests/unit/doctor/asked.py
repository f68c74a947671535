"""Asks the doctor about small workflows, as texts by file name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publish_gate.doctor.analyse import examine
from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.result import DoctorReport
    from publish_gate.doctor.workflow.model import Workflow

FOLDER = ".github/workflows/"
REPOSITORY = "octo/sample"
PUBLISHER = Publisher("octo", "sample", "release.yml", "pypi", projects=("sample",))
REGISTRY = Registry((PUBLISHER,))
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "publisher-matching.json").read_text("utf-8")
)["vectors"]


def read(files: Mapping[str, str]) -> dict[str, Workflow]:
    """Read workflows of the usual folder, by their paths."""
    return {FOLDER + name: read_workflow(text.encode(), FOLDER + name) for name, text in files.items()}


def question(files: Mapping[str, str] | None = None, only: Iterable[str] = (), **facts: Any) -> DoctorInput:  # noqa: ANN401 - whatever a question holds
    """Return a question about workflows, all of them or ``only`` some."""
    known = read(files or {})
    wanted = {FOLDER + name for name in only} or known.keys()
    asked = tuple(each for path, each in known.items() if path in wanted)
    return replace(DoctorInput(workflows=asked, known=known, repository=REPOSITORY), **facts)


def ask(files: Mapping[str, str] | None = None, only: Iterable[str] = (), **facts: Any) -> DoctorReport:  # noqa: ANN401 - the same
    """Return the doctor's opinion of workflows, all of them or ``only`` some."""
    return examine(question(files, only, **facts))


def job_of(files: Mapping[str, str], only: Iterable[str] = (), **facts: Any) -> PublishingJob:  # noqa: ANN401 - the same
    """Return the one publishing job of workflows."""
    (job,) = ask(files, only, **facts).examination.jobs
    return job


def published(job: PublishingJob) -> str:
    """Say where a job publishes: ``push_main, schedule?`` with a mark where it depends."""
    said = {"yes": "", "depends": "?"}
    return ", ".join(f"{name}{said[answer.value]}" for name, answer in job.publishes_on.items() if answer.value in said)


def printed(**changes: str | None) -> Claims:
    """Return the claims that the upload action prints of a run of a tag; None stands for an absent one."""
    ref = changes.get("ref") or "refs/tags/v1.2.3"
    values: dict[str, str | None] = {
        "sub": "repo:octo/sample:environment:pypi",
        "repository": "octo/sample",
        "repository_owner": "octo",
        "repository_owner_id": "1234",
        "workflow_ref": f"octo/sample/{FOLDER}release.yml@{ref}",
        "job_workflow_ref": f"octo/sample/{FOLDER}release.yml@{ref}",
        "ref": ref,
        "environment": "pypi",
        **changes,
    }
    told = {name: value for name, value in values.items() if value is not None}
    return Claims(told, frozenset(values) - set(told))
