"""From what was found to the root cause of a failure, or to an honest "the record does not decide"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.diagnosis.undetermined import LOG, missing, undecided_failure, undecided_identity, what_failed
from publish_gate.doctor.findings.model import Confidence, Severity, sentences
from publish_gate.doctor.log.causes import CAUSES, cause_of_error
from publish_gate.doctor.log.messages import Stage
from publish_gate.doctor.result import UNDETERMINED, Diagnosis
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.matching import ISSUER, match
from publish_gate.doctor.trusted_publishing.refusals import reasons, uncovered, would_follow
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping
from publish_gate.records import replace
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.simulation import WorkflowRun
    from publish_gate.doctor.trusted_publishing.refusals import Reason


_OF_IDENTITY: Final = frozenset({Stage.TOKEN_RETRIEVAL, Stage.TOKEN_EXCHANGE})
_TRIED: Final = frozenset({*_OF_IDENTITY, Stage.UPLOAD})
_TARGET: Final = "pull-request-target-event"
# What says that the upload was not even tried.
_NOT_TRIED: Final = frozenset(
    {
        "github-token-no-trigger",
        "if-condition-false",
        "skipped-needs",
        "release-created-on-draft",
        "trigger-tag-pattern-mismatch",
        "trigger-missing-tags",
        "invalid-workflow-file",
    }
)
# What a refusal can still go back to if a publisher matches all that is known of the identity.
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

    If there is a record of a failure, the question is what explains it; if there is none, what would
    fail first. An index that would accept, and a run that reached a later stage, rule earlier causes out.
    """
    record, claims = analysis.record, analysis.claims
    if record is not None:
        findings = [finding for finding in findings if _can_be_of(finding, analysis, record)]
        if record.signals or record.code is not None:
            return _of_failure(analysis, findings, record)
    if claims is not None:
        return _of_claims(analysis, findings, claims)
    if record is not None:
        return _of_silence(analysis, findings, record)
    found = first_of(about(findings, analysis.asked), CERTAIN) or foreign(analysis)
    if found is None and analysis.asked:
        found = _kept_back(analysis)
    return Diagnosis() if found is None else _diagnosis(analysis, findings, found)


def _diagnosis(analysis: Analysis, findings: Sequence[Finding], answer: Explanation) -> Diagnosis:
    after = later(findings, answer.cause, answer.rest)
    return Diagnosis(analysis.verdict, answer.cause, next=after, why=answer.why)


def _can_be_of(finding: Finding, analysis: Analysis, record: Record) -> bool:
    """Whether a finding can be about the failed run: about its index, its job, and what that run tried at all."""
    if finding.cause in _NOT_TRIED and (record.tool is not None or record.stage in _TRIED):
        return False
    if record.index is not None and finding.index not in {"", record.index}:
        return False
    uploads = [job for job in analysis.jobs if finding.job and finding.job in {each.job.id for each in job.road}]
    if not uploads:
        return True
    own = _jobs_of_log(analysis, record)
    if own and not any(job in own for job in uploads):
        return False
    return record.index is None or any(_may_go_to(job, record.index) for job in uploads)


def _may_go_to(job: PublishingJob, index: str) -> bool:
    upload = job.actual
    if upload.index in {Index.PYPI, Index.TESTPYPI}:
        return bool(upload.index.value == index)
    return upload.index is Index.DYNAMIC and (
        not upload.alternatives or index in {each.value for each in upload.alternatives}
    )


def _jobs_of_log(analysis: Analysis, record: Record) -> list[PublishingJob]:
    """Return the uploads of the job that a log is of; empty if it does not name one that uploads."""
    # A called job is named behind the one that calls, a leg of a matrix by its values.
    named = {part.partition(" (")[0].strip().lower() for part in (record.job or "").split(" / ")} - {""}
    found = []
    for job in analysis.jobs:
        owner = job.actual.job
        names = {owner.id.lower(), owner.name.text.lower() if owner.name is not None else owner.id.lower()}
        if names & named:
            found.append(job)
    return found


def _of_silence(analysis: Analysis, findings: Sequence[Finding], record: Record) -> Diagnosis:
    """Say why a run published nothing and failed at nothing that is known."""
    if record.quote:
        return undecided_failure(analysis, record, (), ())
    own = about(findings, analysis.asked)
    if record.tool is not None or record.index is not None:
        # It ran, and nothing that is known failed: a guess would be one.
        own = [finding for finding in own if finding.cause in _NOT_TRIED]
        found = first_of(own, LIKELY)
    else:
        found = first_of(own, LIKELY) or foreign(analysis) or _kept_back(analysis) or first_of(own, POSSIBLE)
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
        answer = _wrong_target(analysis, findings, allowed) or refused(analysis, claims)
        if answer is not None and (answer.cause in allowed or not allowed):
            return _diagnosis(analysis, findings, answer)
        if matched:
            allowed = [each for each in allowed if each in _THOUGH_MATCHED]
    shown = _explaining(analysis, findings, record, {*allowed, *proven})
    if proven:
        behind = [each for each in shown if each.cause not in proven]
        answer = _proven(proven, behind, _said_of(proven[0], findings))
        return _diagnosis(analysis, findings, answer)
    causes = tuple(dict.fromkeys(each.cause for each in shown))
    # What the files show and the error allows is the explanation; of several, none is more than a guess.
    if len(causes) == 1 or (causes and shown[0].sure):
        return _diagnosis(analysis, findings, Explanation(causes[0], shown[0].why, causes[1:]))
    if record.stage is Stage.TOKEN_EXCHANGE and claims is not None and analysis.registry is not None:
        return undecided_identity(analysis, claims, what_failed(record))
    return undecided_failure(analysis, record, causes, allowed)


def _wrong_target(analysis: Analysis, findings: Iterable[Finding], allowed: Sequence[str]) -> Explanation | None:
    """Return that the upload surely goes to another index than it is meant for, whatever that one says of it."""
    for finding in findings:
        if (
            finding.cause in _OF_TARGET
            and finding.cause in allowed
            and finding.severity is Severity.ERROR
            and concerns(finding, analysis)
        ):
            return Explanation(finding.cause, finding.text)
    return None


def _said_of(cause: str, findings: Iterable[Finding]) -> str:
    """Return what a log says of a cause, with what the files show of it, if they do, in place of the usual advice."""
    told = [finding for finding in findings if finding.cause == cause]
    recorded = [finding for finding in told if finding.rule.id == _RECORDED]
    messages = [*(finding.message for finding in recorded), CAUSES[cause].meaning]
    shown = [finding.text for finding in told if finding.rule.id != _RECORDED]
    return sentences(messages[0], *(shown or [finding.remedy for finding in recorded])[:1])


def _proven(proven: Sequence[str], behind: Sequence[_Shown], said: str) -> Explanation:
    """Return what an error proves, in the words that were ``said`` of it, or what the files show to stand behind it."""
    causes = list(dict.fromkeys(each.cause for each in behind))
    is_clear = len(causes) == 1 or any(each.sure for each in behind)
    cause, why = (behind[0].cause, behind[0].why) if is_clear else (proven[0], said)
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
    """Return why a release reached no upload, if one was to be expected: nothing starts, or it stops short."""
    stopped: Explanation | None = None
    for job in analysis.jobs:
        for name, answer in job.publishes_on.items():
            run = analysis.runs.get((job.entry.path, name))
            if run is None or not run.situation.is_tag or (analysis.asked and name not in analysis.asked):
                continue
            if answer is not Ternary.NO and analysis.asked:
                return None  # another upload is reached
            if answer is Ternary.NO and stopped is None:
                stopped = _stop(job, run, job.why.get(name, ""), asked=bool(analysis.asked))
    return stopped


def _stop(job: PublishingJob, run: WorkflowRun, why: str, *, asked: bool) -> Explanation | None:
    situation = run.situation
    if run.starts is not Ternary.NO:
        # If a condition is what keeps it, that says so with its place.
        cause = "skipped-needs" if why.endswith("skipped") else "if-condition-false"
        return Explanation(cause, f"on {situation.name}, job {job.upload.job.id!r} does not reach its upload: {why}")
    if not asked or situation.event != "push":
        return None
    push = job.entry.trigger("push")
    tags = texts(push.options.get("tags")) if push is not None and isinstance(push.options, Mapping) else ()
    if not tags:
        return None
    patterns = ", ".join(repr(one_line(tag.text, 60)) for tag in tags[:_MOST_PATTERNS])
    found = f"the tag {situation.ref_name!r} does not start {job.entry.path}: its tag patterns are {patterns}"
    return Explanation("trigger-tag-pattern-mismatch", found)


_RECORDED: Final = "recorded-failure"
_MOST_PATTERNS: Final = 5
_OF_TARGET: Final = frozenset({"wrong-index", "wrong-upload-url"})
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
    # What goes to the wrong place is that before anything the wrong place says of it.
    return _STAGES.index(Stage.WORKFLOW_START if cause in _OF_TARGET else CAUSES[cause].stage)


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
    """Return why an index refuses claims, by claims and publishers alone; None if they do not decide."""
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
    """Return the project that is to be uploaded; empty if nothing says which it is."""
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
    """Return the cause if every publisher is for another repository than the one that was told."""
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
