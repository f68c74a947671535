"""Where the record does not decide: what is missing, how to get it, and what can be said all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from publish_gate.doctor.log.causes import CAUSES
from publish_gate.doctor.log.messages import Stage
from publish_gate.doctor.result import UNDETERMINED, Diagnosis, Missing
from publish_gate.doctor.trusted_publishing.matching import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Publisher

CLAIMS: Final = Missing("the claims of the identity", "give the failed job's log (--log), or its claims (--claims)")
PUBLISHERS: Final = Missing(
    "the publishers as they are registered",
    "copy owner, repository, workflow and environment from the project's publishing page on the index into a file "
    "(--publishers)",
)
ALL_PUBLISHERS: Final = Missing(
    "the other publishers of the projects", "list all that the publishing pages show in the file (--publishers)"
)
REGISTERED: Final = Missing(
    "what the index has registered at present",
    "open the project's publishing page, on the very index that was uploaded to, and compare it with the publisher "
    "given here character by character; one that was added or changed after the run explains it as well",
)
FILE_NAME: Final = Missing("the workflow file that the publisher names", "copy it from the project's publishing page")
EVENT: Final = Missing(
    "the event that started the run (the claim event_name)",
    "no tool prints it: see the run's page on GitHub, and add it to the claims (--claims)",
)
INDEX: Final = Missing("the index that was uploaded to", "name it (--index), or give the whole log (--log)")
WORKFLOW: Final = Missing(
    "the workflow file", "run the doctor in the repository, at the tag or commit that failed, or name the file"
)
AT_FAILURE: Final = Missing(
    "the files as they were when it failed", "run the doctor at the tag or commit of the failed run"
)
LOG: Final = Missing("what the failed run said", "give the log of its publishing job (--log)")
PROJECT: Final = Missing("the project's name", "name it (--project), or run the doctor in the repository")

_SPECIAL: Final = {"publishers": ALL_PUBLISHERS, "workflow of the publisher": FILE_NAME, "event_name": EVENT}
_TARGET: Final = "pull_request_target"
_MOST_NAMED: Final = 8


def undecided_identity(analysis: Analysis, claims: Claims, told: str = "") -> Diagnosis:
    """Say why nothing known keeps an identity from being accepted, and what would tell more.

    ``told`` is what the failed run said, empty if there is none.
    """
    verdict = analysis.verdict
    if analysis.registry is None:
        why = hint(claims) or "whether these claims are accepted depends on the publishers that are registered"
        wanted = missing(analysis, PUBLISHERS)
    elif verdict is None:
        why, wanted = "the indexes would not answer alike, and nothing says which of them was asked", (INDEX,)
    elif verdict.accepted is False:
        why, wanted = verdict.description or "", tuple(map(_claim, _lacking(claims))) or (CLAIMS,)
    elif verdict.publisher is not None:
        why, wanted = _matched(analysis, claims, verdict, verdict.publisher)
    else:
        why = "which publisher these claims come to depends on what was not told"
        wanted = tuple(map(_claim, verdict.missing))
    return Diagnosis(verdict, UNDETERMINED, wanted, why=f"{told}: {why}" if told else why)


def _lacking(claims: Claims) -> list[str]:
    """Return the claims that every token has, and these say they have not."""
    return [name for name in REQUIRED if claims.is_absent(name) or claims.get(name) == ""]


def _claim(name: str) -> Missing:
    return _SPECIAL.get(
        name, Missing(f"the claim {name}", "give all claims as the job printed them (--claims or --log)")
    )


def _matched(
    analysis: Analysis, claims: Claims, verdict: Verdict, publisher: Publisher
) -> tuple[str, tuple[Missing, ...]]:
    """Explain that a publisher matches, so that it is not what was given that explains a refusal."""
    environment = f"environment {publisher.environment!r}" if publisher.environment else "any environment"
    why = (
        f"the publisher given ({publisher.slug}, {publisher.workflow}, {environment}) matches everything that is told "
        "of this identity, so these values are not why it was refused"
    )
    open_event = claims.is_unknown("event_name") and may_be_target(analysis, claims)
    if open_event:
        why += f"; a run that {_TARGET} started is refused whatever matches"
    others = [each for each in verdict.missing if each != "event_name"]
    return why, (*map(_claim, others), *((EVENT,) if open_event else ()), REGISTERED)


def may_be_target(analysis: Analysis, claims: Claims) -> bool:
    """Whether a run whose event nobody told can have been started by ``pull_request_target``.

    That event is for a branch; and the file that was started, where it is known, has to listen to it.
    """
    if not (claims.ref or "refs/heads/").startswith("refs/heads/"):
        return False
    known = [workflow for workflow in analysis.workflows if workflow.file_name == claims.caller_file]
    return not known or any(each.trigger(_TARGET) is not None for each in known)


def hint(claims: Claims) -> str:
    """Say what a missing environment means as long as no publisher is known; empty if the job has one."""
    if claims.has_no_environment:
        return (
            "the job has no environment; that is the cause if the publisher names one, and nothing more than a guess "
            "as long as that is not known"
        )
    return ""


def undecided_failure(analysis: Analysis, record: Record, shown: Sequence[str], allowed: Sequence[str]) -> Diagnosis:
    """Name what a failure can be, and what would decide it.

    ``shown`` are the causes that the files show, of which none is more likely than another, ``allowed`` those that
    the error leaves open.
    """
    claims = analysis.claims
    possible = ", ".join((shown or allowed)[:_MOST_NAMED])
    told = what_failed(record)
    guess = hint(claims) if claims is not None and analysis.registry is None else ""
    why = ". ".join(filter(None, (f"{told}: this can be {possible}" if possible else told, guess)))
    wanted = missing(analysis, *_wanted(record, claims, allowed))
    return Diagnosis(analysis.verdict, UNDETERMINED, wanted, why=why)


def what_failed(record: Record) -> str:
    """Return in few words what a log says."""
    error = record.error.value if record.error is not None else ""
    return record.description or record.upload_message or error or record.code or record.quote or ""


def _wanted(record: Record, claims: Claims | None, possible: Sequence[str]) -> list[Missing]:
    wanted = []
    if record.stage is Stage.TOKEN_EXCHANGE:
        wanted.append(PUBLISHERS)
        if claims is None:
            wanted.append(CLAIMS)
    stages = {CAUSES[each].stage for each in possible}
    if stages & {Stage.TOKEN_RETRIEVAL, Stage.TOKEN_EXCHANGE, Stage.GATING}:
        wanted.append(WORKFLOW)
    if "project-name-mismatch" in possible:
        wanted += [PUBLISHERS, PROJECT]
    return wanted or [AT_FAILURE]


def missing(analysis: Analysis, *wanted: Missing) -> tuple[Missing, ...]:
    """Return what is wanted and not there, and never nothing; the workflow is wanted wherever it is not there."""
    there = set()
    if analysis.registry is not None:
        there.add(PUBLISHERS)
    if analysis.workflows:
        there.add(WORKFLOW)
    if analysis.projects or analysis.project:
        there.add(PROJECT)
    return tuple(dict.fromkeys(want for want in (*wanted, WORKFLOW) if want not in there)) or (AT_FAILURE,)
