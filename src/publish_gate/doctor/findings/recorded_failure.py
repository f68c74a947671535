"""The log says why it failed, and that is all it takes: no workflow and no publisher would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.log.causes import ALL, cause_of_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("recorded-failure", "The log says why it failed", tuple(cause.id for cause in ALL if cause.remedy))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name the failure that a log proves."""
    record = examination.record
    if record is None:
        return
    for candidate in cause_of_error(record):
        if candidate.proven and candidate.cause.remedy:
            about = ", ".join(filter(None, (record.project, record.version, record.file)))
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"{candidate.cause.meaning}{f' ({about})' if about else ''}",
                candidate.cause.remedy,
                None,
                "",
                candidate.cause.id,
            )
