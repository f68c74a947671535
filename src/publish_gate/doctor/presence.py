"""As whom each publishing job comes to the index in each situation, and what the index would say."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.analysis import Identity
from publish_gate.doctor.publishing_jobs import is_identity, uploading_run
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.trusted_publishing.expected_claims import presented_claims
from publish_gate.doctor.trusted_publishing.matching import match
from publish_gate.doctor.uploads.model import Index
from publish_gate.hosts import PYPI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.simulation import WorkflowRun
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Registry

_FOLDER = ".github/workflows/"
_CALLED = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<file>\.github/workflows/[^/@]+)@(?P<ref>.+)")


def with_identities(
    jobs: Sequence[PublishingJob],
    question: DoctorInput,
    runs: Mapping[tuple[str, str], WorkflowRun],
    repository: str | None,
    meant: str,
) -> tuple[PublishingJob, ...]:
    """Return the jobs with what they would present wherever they publish.

    ``meant`` is the index that the question is about, to which publishers belong that do not name theirs; empty
    where nothing says it.
    """
    default = meant or PYPI.name
    return tuple(
        replace(job, identities=tuple(_identities(job, question, runs, repository, default)))
        if is_identity(job)
        else job
        for job in jobs
    )


def _identities(
    job: PublishingJob,
    question: DoctorInput,
    runs: Mapping[tuple[str, str], WorkflowRun],
    repository: str | None,
    default: str,
) -> Iterator[Identity]:
    index = job.actual.index.value if job.actual.index in {Index.PYPI, Index.TESTPYPI} else question.index
    if not index or (question.index and index != question.index):
        return
    registry = registry_of(question.registry, index, default)
    file = _uploading_file(job)
    for name, answer in job.publishes_on.items():
        run = runs[job.entry.path, name]
        situation = run.situation
        # Said of itself already: a pull request from a fork gets no identity at all.
        if answer is Ternary.NO or (situation.fork and situation.event == "pull_request"):
            continue
        environment = _environment(job, run)
        claims = presented_claims(
            situation,
            repository=repository,
            owner_id=question.owner_id,
            started=_path(job.entry.path),
            job_file=file.path,
            environment=environment,
            called_from=file.repository,
            called_ref=situation.ref if file.ref == situation.ref_name else file.ref,
        )
        verdict = match(claims, registry, audience=index) if registry is not None else None
        yield Identity(situation, claims, environment, index, verdict)


class _File(NamedTuple):
    """The workflow file that holds the uploading job: ``repository`` and ``ref`` are empty where they are the run's.

    ``path`` is None where it is decided while the workflow runs.
    """

    path: str | None
    repository: str = ""
    ref: str = ""


def _uploading_file(job: PublishingJob) -> _File:
    """Follow the calls to the file that holds the uploading job."""
    file = _File(_path(job.entry.path))
    for each in job.road:
        uses = each.job.uses.text.strip() if each.job.uses is not None else ""
        elsewhere = _CALLED.fullmatch(uses)
        if elsewhere is not None:
            file = _File(elsewhere["file"], elsewhere["repository"], elsewhere["ref"])
        elif uses:
            # A local call stays in the repository and at the commit of the file that calls.
            file = file._replace(path=uses.removeprefix("./") if uses.startswith(f"./{_FOLDER}") else None)
    return file


def called_elsewhere(job: PublishingJob) -> re.Match[str] | None:
    """Return what a call names whose file is not known: mostly another repository's, run in the caller's name."""
    uses = job.actual.job.uses
    return _CALLED.fullmatch(uses.text.strip()) if uses is not None else None


def with_caller(claims: Claims, jobs: Sequence[PublishingJob]) -> Claims:
    """Add to claims the workflow that was started, which older tools do not print, where the files leave only one.

    That is so where the uploading job's file can only be called, and one workflow alone calls it.
    """
    file, repository = claims.workflow_file, claims.get("repository")
    if file is None or repository is None or claims.ref is None or not claims.is_unknown("workflow_ref"):
        return claims
    here = [job for job in jobs if job.file.rpartition("/")[2] == file]
    startable = any(each.event != "workflow_call" for job in here for each in job.actual.workflow.triggers)
    callers = {job.entry.file_name for job in here if job.caller is not None}
    if startable or len(callers) != 1:
        return claims
    started = f"{repository}/{_FOLDER}{callers.pop()}@{claims.ref}"
    return replace(claims, values={**claims.values, "workflow_ref": started})


def registry_of(registry: Registry | None, index: str, default: str) -> Registry | None:
    """Return what is known of an index's publishers; None where nothing is.

    Publishers that do not say which index they are on are taken for those of ``default``.
    """
    if registry is None:
        return None
    everyone = (*registry.publishers, *registry.pending)
    said = {each.index for each in everyone}
    if index in said or index == default or (everyone and None not in said):
        return registry.on(index)
    return None


def _environment(job: PublishingJob, run: WorkflowRun) -> str | None:
    """Return the name of the environment in a run; empty for none, None where the files do not decide it."""
    if job.actual.job.uses is not None:
        return None  # the file that declares it, or does not, is not known
    if job.environment is not None:
        return job.environment
    found = uploading_run(run, job.road)
    if found is None:
        return None
    # An expression that comes to nothing is no environment.
    value = "" if found.environment is None else found.environment
    return value if isinstance(value, str) else None


def _path(path: str) -> str:
    """Return the path that GitHub would run the file from; one that lies elsewhere is meant to be put there."""
    return path if path.startswith(_FOLDER) else _FOLDER + path.rpartition("/")[2]
