"""What the doctor says in the end: the verdict, the cause, what is missing, and every finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Severity
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.trusted_publishing.forms import Form
    from publish_gate.doctor.trusted_publishing.matching import Verdict

UNDETERMINED = "undetermined"


class Missing(NamedTuple):
    """Something that would decide the question: what it is, and how to get it."""

    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.what}: {self.how}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why publishing failed or would fail.

    ``cause`` is a root cause's id, `UNDETERMINED` where the record does not decide, None where nothing is wrong.
    ``missing`` is what would decide it, ``next`` the causes that would surface once this one is gone, ``why``
    one sentence.
    """

    verdict: Verdict | None = None
    cause: str | None = None
    missing: tuple[Missing, ...] = ()
    next: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """An examination with its findings, the diagnosis, and the values for the index's forms."""

    examination: Analysis
    findings: tuple[Finding, ...]
    diagnosis: Diagnosis
    forms: tuple[Form, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that will fail or publish wrongly."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)
