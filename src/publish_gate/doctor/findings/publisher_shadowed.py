"""The publisher with the job's environment is taken first, and it is for another project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings import project_not_covered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding

RULE = project_not_covered.SHADOWED


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each upload whose own publisher is never looked at."""
    return project_not_covered.find(examination, RULE)
