"""The publisher names another repository: renamed, spelled with other capitals, or another altogether."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Rule
from publish_gate.doctor.findings.refusals import by_cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding

RULE = Rule(
    "repository-mismatch",
    "The publisher names another repository",
    ("repository-mismatch", "repository-renamed", "repository-name-case"),
)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload that the index refuses for this reason."""
    return by_cause(examination, RULE)
