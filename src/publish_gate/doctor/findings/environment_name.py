"""The publisher names another environment than the job has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Rule
from publish_gate.doctor.findings.refusals import by_cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding

RULE = Rule("environment-name-mismatch", "The publisher names another environment", ("environment-name-mismatch",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that the index refuses for this reason."""
    return by_cause(examination, RULE)
