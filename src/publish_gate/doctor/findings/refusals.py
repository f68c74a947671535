"""The refusals that the publishing jobs would meet, shared by the findings about identities."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Finding, Severity
from publish_gate.doctor.trusted_publishing.refusals import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, Identity, PublishingJob
    from publish_gate.doctor.findings.model import Rule
    from publish_gate.doctor.trusted_publishing.refusals import Reason
    from publish_gate.places import Place


class Refused(NamedTuple):
    """An upload, why it is refused, and in which situations; ``first`` says that the index would stop here."""

    job: PublishingJob
    reason: Reason
    situations: tuple[str, ...]
    identity: Identity


def refusals(examination: Analysis) -> Iterator[Refused]:
    """Yield each reason for which an upload is refused once, with all situations in which it is."""
    for job in examination.jobs:
        found: dict[tuple[str, str], list[tuple[Reason, Identity]]] = {}
        for identity in job.identities:
            if identity.verdict is None or examination.registry is None:
                continue
            for reason in reasons(identity.claims, examination.registry, identity.index, identity.verdict):
                found.setdefault((reason.cause, reason.found), []).append((reason, identity))
        for each in found.values():
            names = tuple(dict.fromkeys(identity.situation.name for _, identity in each))
            yield Refused(job, each[0][0], names, each[0][1])


def by_cause(examination: Analysis, rule: Rule) -> Iterator[Finding]:
    """Yield the refusals that a rule explains."""
    for refused in refusals(examination):
        if refused.reason.cause in rule.causes:
            yield finding(rule, refused, _place(refused))


def finding(rule: Rule, refused: Refused, place: Place) -> Finding:
    """Return the finding for a refusal at a place."""
    job = refused.job.caller or refused.job.upload.job
    some = 0 < len(refused.situations) < len(refused.job.identities)
    where = f" (on {', '.join(refused.situations)})" if some else ""
    return Finding(
        rule,
        Severity.ERROR,
        Confidence.HIGH,
        f"job {job.id!r} would be refused{where}: {refused.reason.found}",
        refused.reason.advice,
        place,
        job.id,
        refused.reason.cause,
        situations=refused.situations,
    )


def _place(refused: Refused) -> Place:
    """Return where the job says what the index does not take: its environment, else the job."""
    job = refused.job.upload.job
    if refused.reason.cause == "environment-name-mismatch" and job.environment is not None:
        return job.environment.name.place if job.environment.name is not None else job.environment.place
    return job.place
