"""From what was found to the root cause of a failure, or to an honest "the record does not decide"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.diagnosis.undetermined import LOG, missing, undecided_failure, undecided_identity, what_failed
from publish_gate.doctor.findings.model import Confidence, Severity, sentences
from publish_gate.doctor.log.causes import CAUSES, cause_of_error
from publish_gate.doctor.log.messages import Stage
from publish_gate.doctor.result import UNDETERMINED, Diagnosis
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.trusted_publishing.afterwards import would_follow
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.coverage import uncovered
from publish_gate.doctor.trusted_publishing.matching import match
from publish_gate.doctor.trusted_publishing.refusals import reasons
from publish_gate.doctor.trusted_publishing.rules import ISSUER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.trusted_publishing.refusals import Reason


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


def diagnose(analysis: Analysis, findings: Sequence[Finding]) -> Diagnosis:
    """Return the diagnosis.

    Where there is a record of a failure, the question is what explains it; where there is none, what would
    fail first. An index that would accept, and a run that reached a later stage, rule earlier causes out.
    """
    record, claims = analysis.record, analysis.claims
    if record is not None and (record.signals or record.code is not None):
        return _of_failure(analysis, findings, record)
    if claims is not None:
        return _of_claims(analysis, findings, claims)
    if record is not None:
        return _of_silence(analysis, findings)
    found = first_of(about(findings, analysis.asked), CERTAIN) or foreign(analysis)
    return Diagnosis() if found is None else _diagnosis(analysis, findings, found)


def _diagnosis(analysis: Analysis, findings: Sequence[Finding], answer: Explanation) -> Diagnosis:
    after = later(findings, answer.cause, answer.rest)
    return Diagnosis(analysis.verdict, answer.cause, next=after, why=answer.why)


def _of_silence(analysis: Analysis, findings: Sequence[Finding]) -> Diagnosis:
    """Say why a run published nothing and failed at nothing."""
    found = first_of(findings, LIKELY) or foreign(analysis) or _kept_back(analysis) or first_of(findings, POSSIBLE)
    if found is not None:
        return _diagnosis(analysis, findings, found)
    why = "the log holds no error that is known, and nothing in the files explains it"
    return Diagnosis(analysis.verdict, UNDETERMINED, missing(analysis, LOG), why=why)


def _of_claims(analysis: Analysis, findings: Sequence[Finding], claims: Claims) -> Diagnosis:
    """Say what an index makes of claims that were given."""
    verdict = analysis.verdict
    own = [each for each in findings if concerns(each, analysis)]
    answer = refused(analysis, claims)
    if answer is not None:
        return _diagnosis(analysis, own, answer)
    if verdict is None or not verdict.accepted:
        return undecided_identity(analysis, claims)
    of_upload = [each for each in own if each.cause and CAUSES[each.cause].stage is Stage.UPLOAD]
    found = not_covered(analysis, project_meant(analysis)) or first_of(of_upload, CERTAIN)
    return Diagnosis(verdict) if found is None else _diagnosis(analysis, own, found)


def _of_failure(analysis: Analysis, findings: Sequence[Finding], record: Record) -> Diagnosis:
    """Explain a failure that a log tells of."""
    verdict, claims = analysis.verdict, analysis.claims
    candidates = cause_of_error(record)
    allowed = [each.cause.id for each in candidates if not each.proven]
    proven = [each.cause.id for each in candidates if each.proven]
    if any(text in (record.description or "") for text in _NOT_FOUND):
        allowed = [each for each in allowed if each not in _FOUND]
    matched = verdict is not None and verdict.publisher is not None and verdict.accepted is not False
    if record.stage is Stage.TOKEN_EXCHANGE and claims is not None and not proven:
        answer = refused(analysis, claims)
        if answer is not None and (answer.cause in allowed or not allowed):
            return _diagnosis(analysis, findings, answer)
        if matched:
            allowed = [each for each in allowed if each in _THOUGH_MATCHED]
    shown = _explaining(analysis, findings, record, {*allowed, *proven})
    if proven:
        return _diagnosis(analysis, findings, _proven(proven, [each for each in shown if each.cause not in proven]))
    causes = tuple(dict.fromkeys(each.cause for each in shown))
    # What the files show and the error allows is the explanation; of several, none is more than a guess.
    if len(causes) == 1 or (causes and shown[0].sure):
        return _diagnosis(analysis, findings, Explanation(causes[0], shown[0].why, causes[1:]))
    if record.stage is Stage.TOKEN_EXCHANGE and claims is not None and analysis.registry is not None:
        return undecided_identity(analysis, claims, what_failed(record))
    return undecided_failure(analysis, record, causes, allowed)


def _proven(proven: Sequence[str], behind: Sequence[_Shown]) -> Explanation:
    """Return what an error proves, or what the files show to stand behind it."""
    causes = list(dict.fromkeys(each.cause for each in behind))
    is_clear = len(causes) == 1 or any(each.sure for each in behind)
    cause, why = (behind[0].cause, behind[0].why) if is_clear else (proven[0], CAUSES[proven[0]].meaning)
    return Explanation(cause, why, tuple(each for each in (*proven, *causes) if each != cause))


def _explaining(analysis: Analysis, findings: Iterable[Finding], record: Record, causes: set[str]) -> list[_Shown]:
    """Return the causes that an error allows and something read shows, the sure ones first."""
    shown = [
        _Shown(each.cause, each.text, each.severity is Severity.ERROR)
        for each in findings
        if each.cause in causes
        and (CAUSES[each.cause].stage not in _OF_IDENTITY or concerns(each, analysis))
        and (each.cause != _TARGET or _starts_nothing_else(each, analysis))
    ]
    # A run that got as far as the upload was accepted before.
    covered = not_covered(analysis, record.project or project_meant(analysis))
    other = (covered if record.stage is Stage.UPLOAD else None, None if shown else foreign(analysis))
    shown += [_Shown(each.cause, each.why, sure=True) for each in other if each is not None and each.cause in causes]
    return sorted(shown, key=lambda each: (not each.sure, order(each.cause)))


def _starts_nothing_else(finding: Finding, analysis: Analysis) -> bool:
    """Whether the event that is refused is the only one from which a job publishes: another may have been it."""
    file = finding.place.path if finding.place is not None else ""
    jobs = [job for job in analysis.jobs if (job.entry.path, job.upload.job.id) == (file, finding.job)]
    reached = [name for job in jobs for name, answer in job.publishes_on.items() if answer is not Ternary.NO]
    return all(name.startswith("pull_request_target") for name in reached)


def _kept_back(analysis: Analysis) -> Explanation | None:
    """Return why a release reached no upload, where one was to be expected: the workflow starts and stops short."""
    names = analysis.asked or _RELEASES
    for job in analysis.jobs:
        for name in names:
            run = analysis.runs.get((job.entry.path, name))
            if run is None or run.starts is Ternary.NO or job.publishes_on.get(name) is not Ternary.NO:
                continue
            why = job.why.get(name, "")
            # Where a condition is what keeps it, that says so with its place.
            cause = "skipped-needs" if why.endswith("skipped") else "if-condition-false"
            return Explanation(cause, f"on {name}, job {job.upload.job.id!r} does not reach its upload: {why}")
    return None


_STAGES: Final = (Stage.GATING, Stage.WORKFLOW_START, Stage.TOKEN_RETRIEVAL, Stage.TOKEN_EXCHANGE, Stage.UPLOAD)


class Explanation(NamedTuple):
    """A cause with what speaks for it; ``rest`` are further causes that stand behind the first."""

    cause: str
    why: str
    rest: tuple[str, ...] = ()


class Threshold(NamedTuple):
    """How much a finding has to say to be taken for the cause: its least severity, and whether a guess will do."""

    severities: tuple[Severity, ...]
    guesses: bool


CERTAIN: Final = Threshold((Severity.ERROR,), guesses=True)
LIKELY: Final = Threshold((Severity.ERROR, Severity.WARNING), guesses=False)
POSSIBLE: Final = Threshold((Severity.ERROR, Severity.WARNING, Severity.ADVICE), guesses=True)


def first_of(findings: Iterable[Finding], threshold: Threshold) -> Explanation | None:
    """Return what would fail first, of what is told clearly enough."""
    told = [
        each
        for each in findings
        if each.cause
        and each.severity in threshold.severities
        and (threshold.guesses or each.confidence is not Confidence.LOW)
    ]
    if not told:
        return None
    first = min(told, key=lambda each: (threshold.severities.index(each.severity), order(each.cause)))
    rest = dict.fromkeys(each.cause for each in sorted(told, key=lambda each: order(each.cause)))
    why = first.text
    return Explanation(first.cause, why, tuple(each for each in rest if each != first.cause))


def about(findings: Iterable[Finding], asked: tuple[str, ...]) -> list[Finding]:
    """Leave out what shows in other situations than those that were asked about."""
    return [each for each in findings if not asked or not each.situations or set(asked) & set(each.situations)]


def order(cause: str) -> int:
    """Return the place of a cause's stage in the road of a publication."""
    return _STAGES.index(CAUSES[cause].stage)


def later(findings: Iterable[Finding], cause: str, rest: tuple[str, ...]) -> tuple[str, ...]:
    """Return what would come up once ``cause`` is gone: what stands beside it, and errors of later stages."""
    after = [
        each.cause
        for each in findings
        if each.severity is Severity.ERROR and each.cause and order(each.cause) >= order(cause)
    ]
    return tuple(each for each in dict.fromkeys([*rest, *sorted(after, key=order)]) if each != cause)


def concerns(finding: Finding, analysis: Analysis) -> bool:
    """Whether a finding can be about the job whose claims are known: one in another workflow file is not."""
    claims, place = analysis.claims, finding.place
    names = {claims.caller_file, claims.workflow_file} - {None} if claims is not None else set()
    if not names or place is None or place.path not in {each.path for each in analysis.workflows}:
        return True
    return place.path.rpartition("/")[2] in names


def refused(analysis: Analysis, claims: Claims) -> Explanation | None:
    """Return why an index refuses claims, by claims and publishers alone; None where they do not decide."""
    verdict, registry = analysis.verdict, analysis.registry
    if verdict is None or registry is None or verdict.accepted is None:
        return _by_itself(claims)
    index = analysis.index_asked
    found = reasons(claims, registry, index, verdict)
    if not found:
        return None
    after = would_follow(claims, registry, index, verdict, project_meant(analysis))
    return _told(found[0], after)


def _told(reason: Reason, causes: Iterable[str] = ()) -> Explanation:
    rest = tuple(each for each in causes if each != reason.cause)
    return Explanation(reason.cause, sentences(reason.found, reason.advice), rest)


def _by_itself(claims: Claims) -> Explanation | None:
    """Return what is wrong with an identity whatever the publishers are."""
    job, repository = claims.job_workflow, claims.get("repository")
    if claims.get("iss") not in {None, ISSUER}:
        return Explanation("custom-issuer", "the index takes identities of github.com alone")
    if claims.get("event_name") == "pull_request_target":
        return Explanation("pull-request-target-event", "the index takes no identity from pull_request_target")
    if job is not None and repository is not None and job.repository.lower() != repository.lower():
        why = f"the upload runs in a workflow of {job.repository}, which no publisher of {repository} can name"
        return Explanation("reusable-workflow", why)
    return None


def project_meant(analysis: Analysis) -> str:
    """Return the project that is to be uploaded; empty where nothing says which it is."""
    if analysis.project:
        return analysis.project
    return analysis.projects[0].name if len(analysis.projects) == 1 else ""


def not_covered(analysis: Analysis, project: str) -> Explanation | None:
    """Return why the token of an accepted identity is not for a project."""
    verdict, registry = analysis.verdict, analysis.registry
    if not project or verdict is None or registry is None or verdict.publisher is None or verdict.accepted is False:
        return None
    reason = uncovered(project, replace(verdict, code="ok"), registry, analysis.index_asked)
    return _told(reason) if reason is not None else None


def foreign(analysis: Analysis) -> Explanation | None:
    """Return the cause where every publisher is for another repository than the one that was told."""
    registry, repository = analysis.registry, analysis.repository
    if registry is None or repository is None or analysis.claims is not None:
        return None
    known = registry.on(analysis.meant) if analysis.meant else registry
    everyone = (*known.publishers, *known.pending)
    if not everyone or any(each.slug == repository for each in everyone):
        return None
    # Whichever index they are on, what is asked is how they differ from the repository.
    here = replace(known, publishers=tuple(replace(each, index=None) for each in everyone), pending=())
    claims = Claims({"repository": repository})
    found = reasons(claims, here, analysis.index_asked, match(claims, here, audience=analysis.index_asked))
    return _told(found[0], [each.cause for each in found]) if found else None
