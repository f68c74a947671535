"""What the findings say of a cause: how clearly, about which job, and at which stage it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Severity
from publish_gate.doctor.log.causes import CAUSES
from publish_gate.doctor.log.messages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding

_STAGES: Final = (Stage.GATING, Stage.WORKFLOW_START, Stage.TOKEN_RETRIEVAL, Stage.TOKEN_EXCHANGE, Stage.UPLOAD)


class Explanation(NamedTuple):
    """A cause with what speaks for it; ``rest`` are further causes that stand behind the first."""

    cause: str
    why: str
    rest: tuple[str, ...] = ()


class Bar(NamedTuple):
    """How much a finding has to say to be taken for the cause: its least severity, and whether a guess will do."""

    severities: tuple[Severity, ...]
    guesses: bool


CERTAIN: Final = Bar((Severity.ERROR,), guesses=True)
LIKELY: Final = Bar((Severity.ERROR, Severity.WARNING), guesses=False)
POSSIBLE: Final = Bar((Severity.ERROR, Severity.WARNING, Severity.ADVICE), guesses=True)


def first_of(findings: Iterable[Finding], bar: Bar) -> Explanation | None:
    """Return what would fail first, of what is told clearly enough."""
    told = [
        each
        for each in findings
        if each.cause and each.severity in bar.severities and (bar.guesses or each.confidence is not Confidence.LOW)
    ]
    if not told:
        return None
    first = min(told, key=lambda each: (bar.severities.index(each.severity), order(each.cause)))
    rest = dict.fromkeys(each.cause for each in sorted(told, key=lambda each: order(each.cause)))
    why = first.told
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


def concerns(finding: Finding, examination: Analysis) -> bool:
    """Whether a finding can be about the job whose claims are known: one in another workflow file is not."""
    claims, place = examination.claims, finding.place
    names = {claims.caller_file, claims.workflow_file} - {None} if claims is not None else set()
    if not names or place is None or place.path not in {each.path for each in examination.workflows}:
        return True
    return place.path.rpartition("/")[2] in names
