"""Which index a question is about, as far as anything says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.trusted_publishing.matching import Verdict, match
from publish_gate.doctor.trusted_publishing.publishers import INDEXES
from publish_gate.doctor.trusted_publishing.refusals import reasons
from publish_gate.hosts import PYPI

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Registry


def index_meant(question: DoctorInput, claims: Claims | None, jobs: Iterable[PublishingJob]) -> str:
    """Return the name of the index that a question is about; empty where nothing says it.

    What the user says comes first, then the log, the publishers' file, the token's audience, and in the end the
    one public index to which the workflow of the claims (without claims: every workflow) uploads by its identity.
    """
    record, registry = question.record, question.registry
    audience = claims.get("aud") if claims is not None else None
    told = (
        question.index,
        record.index if record is not None else None,
        registry.audience if registry is not None else None,
        audience if audience in INDEXES else None,
    )
    return next((each for each in told if each), "") or _of_jobs(claims, jobs)


def verdict_on(claims: Claims, registry: Registry, index: str) -> tuple[str, Verdict | None]:
    """Return the index that given claims are held against, and its answer.

    Where nothing says which it is (``index`` is empty), there is an answer only if both give it, for one cause.
    """
    if index:
        return index, match(claims, registry, audience=index)
    answers = {name: match(claims, registry, audience=name) for name in INDEXES}
    essences = {
        (verdict.code, verdict.missing, verdict.token_covers, *_causes(claims, registry, name, verdict))
        for name, verdict in answers.items()
    }
    return (PYPI.name, answers[PYPI.name]) if len(essences) == 1 else ("", None)


def _causes(claims: Claims, registry: Registry, index: str, verdict: Verdict) -> tuple[str, ...]:
    return tuple(each.cause for each in reasons(claims, registry, index, verdict))


def _of_jobs(claims: Claims | None, jobs: Iterable[PublishingJob]) -> str:
    found = {job.actual.index.value for job in jobs if is_identity(job) and (claims is None or _is_of(claims, job))}
    return found.pop() if len(found) == 1 and found <= set(INDEXES) else ""


def _is_of(claims: Claims, job: PublishingJob) -> bool:
    """Whether claims can be a job's: it is in the file that was started, as far as that is known."""
    started = claims.caller_file
    if started is not None:
        return job.entry.file_name == started
    return claims.workflow_file in {None, job.file.rpartition("/")[2]}
