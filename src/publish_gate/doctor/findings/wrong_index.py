"""A job that says it is for one index, and uploads to the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.uploads.model import How, Index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob

RULE = Rule("wrong-index", "The job uploads to another index than it says", ("wrong-index",))
_TRIAL = re.compile(r"(?i)(?<![a-z])test[-_ ]?pypi|pypi[-_ ]?test(?:ing)?$")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each job whose environment or name says TestPyPI while its upload goes to PyPI, and the reverse."""
    for job in examination.jobs:
        upload = job.upload
        if upload.how is How.OTHER:
            continue
        says = _says(job, also_there=_is_tried_as_well(job, examination))
        if says and upload.index is Index.PYPI:
            yield _finding(
                job,
                f"{says!r} says TestPyPI, but nothing sends the upload there: it goes to PyPI",
                "give the upload TestPyPI's address (repository-url), or correct the name",
            )
        elif upload.index is Index.TESTPYPI and (job.environment or "").lower() == "pypi":
            yield _finding(
                job,
                f"the environment is {job.environment!r}, but the upload goes to TestPyPI",
                "use an environment of its own for TestPyPI, or send the upload to PyPI",
                sure=False,
            )


def _is_tried_as_well(job: PublishingJob, examination: Analysis) -> bool:
    """Whether the same job also uploads to TestPyPI, which then may be what its name is about."""
    owner = job.upload.job
    return any(each.upload.job is owner and each.upload.index is Index.TESTPYPI for each in examination.jobs)


def _says(job: PublishingJob, *, also_there: bool) -> str:
    """Return what the job calls itself that says TestPyPI, and not PyPI as well; empty where nothing does."""
    step = job.upload.step
    names = [
        job.environment or "",
        step.name.text if step is not None and step.name is not None else "",
        *([] if also_there else [job.upload.job.id]),
        job.upload.job.name.text if job.upload.job.name is not None and not also_there else "",
    ]
    return next((name for name in names if _TRIAL.search(name) and "pypi" not in _TRIAL.sub("", name).lower()), "")


def _finding(job: PublishingJob, message: str, remedy: str, *, sure: bool = True) -> Finding:
    # The environment is what the publisher is bound to; a name alone may be a remnant.
    strong = sure and _TRIAL.search(job.environment or "") is not None
    return Finding(
        RULE,
        Severity.ERROR if strong else Severity.WARNING,
        Confidence.HIGH if strong else Confidence.LOW,
        f"job {job.upload.job.id!r}: {message}",
        remedy,
        job.upload.place,
        job.upload.job.id,
        "wrong-index",
    )
