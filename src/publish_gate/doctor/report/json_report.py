"""The doctor's opinion as JSON: the contract of ``publish-gate doctor --format json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.answers import answers
from publish_gate.doctor.fixes.apply import patch_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.result import DoctorReport
    from publish_gate.doctor.trusted_publishing.forms import Form
    from publish_gate.doctor.trusted_publishing.matching import Verdict


def as_data(opinion: DoctorReport) -> dict[str, object]:
    """Return the whole opinion as what `json.dumps` takes."""
    diagnosis = opinion.diagnosis
    return {
        "verdict": _verdict(diagnosis.verdict) if diagnosis.verdict is not None else None,
        "cause": diagnosis.cause,
        "why": diagnosis.why,
        "missing": [str(each) for each in diagnosis.missing],
        "next": list(diagnosis.next),
        "findings": [finding_data(each, patch_in(opinion, each)) for each in opinion.findings],
        "publishing_jobs": [_job(each) for each in opinion.examination.jobs],
        "situations": list(_situations(opinion)),
        "answers": list(answers(opinion.examination)),
        "publishers": [_form(each) for each in opinion.forms],
    }


def _situations(opinion: DoctorReport) -> Iterator[dict[str, object]]:
    """Yield every situation that a workflow was looked at in, each once."""
    found = {run.situation.name: run.situation for run in opinion.examination.runs.values()}
    for situation in found.values():
        yield {
            "name": situation.name,
            "label": situation.label,
            "event": situation.event,
            "ref": situation.ref or None,
            "base": situation.base or None,
            "activity": situation.activity or None,
            "fork": situation.fork,
        }


def finding_data(finding: Finding, patch: str) -> dict[str, object]:
    """Return one finding; ``file``, ``line`` and ``column`` are null where it stands nowhere, ``patch`` without one."""
    place = finding.place
    return {
        "id": finding.rule.id,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "file": place.path if place is not None else None,
        "line": place.line if place is not None else None,
        "column": place.column if place is not None else None,
        "job": finding.job or None,
        "message": finding.message,
        "remedy": finding.remedy,
        "patch": patch or None,
        "docs": finding.rule.page,
        "cause": finding.cause or None,
        "situations": list(finding.situations),
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "code": verdict.code,
        "description": verdict.description,
        "token_covers": list(verdict.token_covers) if verdict.token_covers is not None else None,
    }


def _job(job: PublishingJob) -> dict[str, object]:
    upload = job.upload
    return {
        "file": upload.workflow.path,
        "job": upload.job.id,
        "step": upload.step.index if upload.step is not None else None,
        "line": upload.place.line,
        "how": upload.how.value,
        "index": upload.index.value,
        "auth": upload.auth.value,
        "environment": "expression" if job.environment is None else job.environment or None,
        "id_token": job.may_identify,
        "runs_on": {name: answer.value for name, answer in job.runs_on.items()},
        "publishes_on": {name: answer.value for name, answer in job.publishes_on.items()},
        "why_not": dict(job.why),
        "through": upload.through or None,
        "called": job.file if job.inner is not None else None,
    }


def _form(form: Form) -> dict[str, object]:
    return {
        "project": form.project,
        "owner": form.owner,
        "repository": form.repository,
        "workflow": form.workflow,
        "environment": form.environment,
        "link": form.link,
        "pending": form.pending,
    }
