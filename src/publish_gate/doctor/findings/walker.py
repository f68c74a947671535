"""One walk over the publishing jobs for all findings: which situations reach an upload, and what it is for."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.workflow.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.uploads.model import Upload

PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
# Names that mean this machine or its own network, whatever the resolver says.
_LOCAL_NAMES = ("localhost", ".local", ".localhost", ".internal", ".lan", ".test", ".example", ".invalid")


class Reach(NamedTuple):
    """A situation in which an upload happens (YES) or may happen (DEPENDS)."""

    situation: Situation
    answer: Ternary


def reaches(
    analysis: Analysis, job: PublishingJob, wanted: Callable[[Situation], bool] = lambda _: True
) -> tuple[Reach, ...]:
    """Return the situations, of those that are wanted, in which an upload is or may be reached."""
    found = []
    for name, answer in job.publishes_on.items():
        run = analysis.runs.get((job.entry.path, name))
        if answer is not Ternary.NO and run is not None and wanted(run.situation):
            found.append(Reach(run.situation, answer))
    return tuple(found)


def is_sure(found: Iterable[Reach]) -> bool:
    """Whether the upload surely happens in one of these situations."""
    return any(reach.answer is Ternary.YES for reach in found)


def names(found: Iterable[Reach]) -> tuple[str, ...]:
    """Return the names of the situations."""
    return tuple(reach.situation.name for reach in found)


def called(situation: Situation) -> str:
    """Return what people call a situation."""
    return getattr(situation, "label", "") or situation.name


def refs(found: Iterable[Reach]) -> str:
    """Return the branches or tags of the situations as a text, each once."""
    return ", ".join(dict.fromkeys(repr(reach.situation.ref_name) for reach in found))


def taken(analysis: Analysis) -> Iterator[PublishingJob]:
    """Yield the uploads that something reaches, and that go anywhere but to the runner's own network."""
    for job in analysis.jobs:
        if any(answer is not Ternary.NO for answer in job.publishes_on.values()) and not is_local(job.actual):
            yield job


def once(jobs: Iterable[PublishingJob], key: Callable[[PublishingJob], Hashable]) -> Iterator[PublishingJob]:
    """Yield the first job of each key."""
    seen: set[Hashable] = set()
    for job in jobs:
        value = key(job)
        if value not in seen:
            seen.add(value)
            yield job


def is_default_branch(analysis: Analysis, situation: Situation) -> bool:
    """Whether a situation is on the default branch."""
    return situation.ref == f"refs/heads/{analysis.default_branch}"


def is_local(upload: Upload) -> bool:
    """Whether an upload goes to this machine or a private network: nothing is published by it."""
    if upload.index is not Index.OTHER or upload.url is None:
        return False
    try:
        host = (urlsplit(upload.url.text.strip()).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(_LOCAL_NAMES)) and "$" not in host


TRIAL = re.compile(r"(?i)(?<![a-z])test[-_ ]?pypi|pypi[-_ ]?test(?:ing)?$")


def indexes(analysis: Analysis, job: PublishingJob) -> set[Index]:
    """Return all indexes that the same job uploads to: a job has one name and one environment for them all."""
    owner = (job.actual.workflow.path, job.actual.job.id)
    return {each.actual.index for each in analysis.jobs if (each.actual.workflow.path, each.actual.job.id) == owner}


def says_trial(analysis: Analysis, job: PublishingJob) -> str:
    """Return what the job, or one that calls it, says of TestPyPI and not of PyPI as well; empty if nothing does."""
    step = job.actual.step
    also_there = Index.TESTPYPI in indexes(analysis, job)
    names = [job.environment or "", step.name.text if step is not None and step.name is not None else ""]
    for owner in () if also_there else (upload.job for upload in job.road):
        names += [owner.id, owner.name.text if owner.name is not None else ""]
        # What a call hands over names what it is for.
        names += [entry.value.text for entry in owner.with_ if isinstance(entry.value, Scalar)]
    return next((name for name in names if TRIAL.search(name) and "pypi" not in TRIAL.sub("", name).lower()), "")
