"""From what was found to the root cause of a failure, or to an honest "the record does not decide"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.diagnosis.acceptance import foreign, not_covered, project_meant, refused
from publish_gate.doctor.diagnosis.evidence import (
    CERTAIN,
    LIKELY,
    POSSIBLE,
    Explanation,
    about,
    concerns,
    first_of,
    later,
    order,
)
from publish_gate.doctor.diagnosis.undetermined import LOG, missing, undecided_failure, undecided_identity, what_failed
from publish_gate.doctor.findings.model import Severity
from publish_gate.doctor.log.causes import CAUSES, cause_of_error
from publish_gate.doctor.log.messages import Stage
from publish_gate.doctor.result import UNDETERMINED, Diagnosis
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.trusted_publishing.claims import Claims

_OF_IDENTITY: Final = frozenset({Stage.TOKEN_RETRIEVAL, Stage.TOKEN_EXCHANGE})
_TARGET: Final = "pull-request-target-event"
_RELEASES: Final = ("push_tag_v1.2.3", "release_published")
# What a refusal can still go back to where a publisher matches all that is known of the identity.
_THOUGH_MATCHED: Final = frozenset({_TARGET, "custom-sub-claim", "wrong-index", "server-side-bug"})
# What the index checks after it found a publisher, for which it has other words than for finding none.
_FOUND: Final = frozenset({_TARGET, "custom-sub-claim"})
_NOT_FOUND: Final = ("matching claims was not found", "All lookup strategies exhausted")


class _Shown(NamedTuple):
    """A cause that the files show; ``sure`` says that it surely leads to this error."""

    cause: str
    why: str
    sure: bool


def diagnose(examination: Analysis, findings: Sequence[Finding]) -> Diagnosis:
    """Return the diagnosis.

    Where there is a record of a failure, the question is what explains it; where there is none, what would
    fail first. An index that would accept, and a run that reached a later stage, rule earlier causes out.
    """
    record, claims = examination.record, examination.claims
    if record is not None and (record.signals or record.code is not None):
        return _of_failure(examination, findings, record)
    if claims is not None:
        return _of_claims(examination, findings, claims)
    if record is not None:
        return _of_silence(examination, findings)
    found = first_of(about(findings, examination.asked), CERTAIN) or foreign(examination)
    return Diagnosis() if found is None else _diagnosis(examination, findings, found)


def _diagnosis(examination: Analysis, findings: Sequence[Finding], answer: Explanation) -> Diagnosis:
    after = later(findings, answer.cause, answer.rest)
    return Diagnosis(examination.verdict, answer.cause, next=after, why=answer.why)


def _of_silence(examination: Analysis, findings: Sequence[Finding]) -> Diagnosis:
    """Say why a run published nothing and failed at nothing."""
    found = (
        first_of(findings, LIKELY) or foreign(examination) or _kept_back(examination) or first_of(findings, POSSIBLE)
    )
    if found is not None:
        return _diagnosis(examination, findings, found)
    why = "the log holds no error that is known, and nothing in the files explains it"
    return Diagnosis(examination.verdict, UNDETERMINED, missing(examination, LOG), why=why)


def _of_claims(examination: Analysis, findings: Sequence[Finding], claims: Claims) -> Diagnosis:
    """Say what an index makes of claims that were given."""
    verdict = examination.verdict
    own = [each for each in findings if concerns(each, examination)]
    answer = refused(examination, claims)
    if answer is not None:
        return _diagnosis(examination, own, answer)
    if verdict is None or not verdict.accepted:
        return undecided_identity(examination, claims)
    of_upload = [each for each in own if each.cause and CAUSES[each.cause].stage is Stage.UPLOAD]
    found = not_covered(examination, project_meant(examination)) or first_of(of_upload, CERTAIN)
    return Diagnosis(verdict) if found is None else _diagnosis(examination, own, found)


def _of_failure(examination: Analysis, findings: Sequence[Finding], record: Record) -> Diagnosis:
    """Explain a failure that a log tells of."""
    verdict, claims = examination.verdict, examination.claims
    candidates = cause_of_error(record)
    allowed = [each.cause.id for each in candidates if not each.proven]
    proven = [each.cause.id for each in candidates if each.proven]
    if any(text in (record.description or "") for text in _NOT_FOUND):
        allowed = [each for each in allowed if each not in _FOUND]
    matched = verdict is not None and verdict.publisher is not None and verdict.accepted is not False
    if record.stage is Stage.TOKEN_EXCHANGE and claims is not None and not proven:
        answer = refused(examination, claims)
        if answer is not None and (answer.cause in allowed or not allowed):
            return _diagnosis(examination, findings, answer)
        if matched:
            allowed = [each for each in allowed if each in _THOUGH_MATCHED]
    shown = _explaining(examination, findings, record, {*allowed, *proven})
    if proven:
        return _diagnosis(examination, findings, _proven(proven, [each for each in shown if each.cause not in proven]))
    causes = tuple(dict.fromkeys(each.cause for each in shown))
    # What the files show and the error allows is the explanation; of several, none is more than a guess.
    if len(causes) == 1 or (causes and shown[0].sure):
        return _diagnosis(examination, findings, Explanation(causes[0], shown[0].why, causes[1:]))
    if record.stage is Stage.TOKEN_EXCHANGE and claims is not None and examination.registry is not None:
        return undecided_identity(examination, claims, what_failed(record))
    return undecided_failure(examination, record, causes, allowed)


def _proven(proven: Sequence[str], behind: Sequence[_Shown]) -> Explanation:
    """Return what an error proves, or what the files show to stand behind it."""
    causes = list(dict.fromkeys(each.cause for each in behind))
    is_clear = len(causes) == 1 or any(each.sure for each in behind)
    cause, why = (behind[0].cause, behind[0].why) if is_clear else (proven[0], CAUSES[proven[0]].meaning)
    return Explanation(cause, why, tuple(each for each in (*proven, *causes) if each != cause))


def _explaining(examination: Analysis, findings: Iterable[Finding], record: Record, causes: set[str]) -> list[_Shown]:
    """Return the causes that an error allows and something read shows, the sure ones first."""
    shown = [
        _Shown(each.cause, each.told, each.severity is Severity.ERROR)
        for each in findings
        if each.cause in causes
        and (CAUSES[each.cause].stage not in _OF_IDENTITY or concerns(each, examination))
        and (each.cause != _TARGET or _starts_nothing_else(each, examination))
    ]
    # A run that got as far as the upload was accepted before.
    covered = not_covered(examination, record.project or project_meant(examination))
    other = (covered if record.stage is Stage.UPLOAD else None, None if shown else foreign(examination))
    shown += [_Shown(each.cause, each.why, sure=True) for each in other if each is not None and each.cause in causes]
    return sorted(shown, key=lambda each: (not each.sure, order(each.cause)))


def _starts_nothing_else(finding: Finding, examination: Analysis) -> bool:
    """Whether the event that is refused is the only one from which a job publishes: another may have been it."""
    file = finding.place.path if finding.place is not None else ""
    jobs = [job for job in examination.jobs if (job.entry.path, job.upload.job.id) == (file, finding.job)]
    reached = [name for job in jobs for name, answer in job.publishes_on.items() if answer is not Ternary.NO]
    return all(name.startswith("pull_request_target") for name in reached)


def _kept_back(examination: Analysis) -> Explanation | None:
    """Return why a release reached no upload, where one was to be expected: the workflow starts and stops short."""
    names = examination.asked or _RELEASES
    for job in examination.jobs:
        for name in names:
            run = examination.runs.get((job.entry.path, name))
            if run is None or run.starts is Ternary.NO or job.publishes_on.get(name) is not Ternary.NO:
                continue
            why = job.why.get(name, "")
            # Where a condition is what keeps it, that says so with its place.
            cause = "skipped-needs" if why.endswith("skipped") else "if-condition-false"
            return Explanation(cause, f"on {name}, job {job.upload.job.id!r} does not reach its upload: {why}")
    return None
