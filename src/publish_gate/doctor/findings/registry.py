"""Everything that the doctor looks for, in the order in which it is documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings import (
    artifacts,
    collisions,
    conditions,
    default_token,
    files,
    gate_outputs,
    needs,
    publishers,
    rights,
    tools,
    triggers,
    unreviewed,
    upload_steps,
    versions,
)
from publish_gate.doctor.findings.model import Detector, Severity

if TYPE_CHECKING:
    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding, Rule

_SUBJECTS = (
    files,
    publishers,
    unreviewed,
    conditions,
    needs,
    triggers,
    default_token,
    gate_outputs,
    rights,
    upload_steps,
    tools,
    artifacts,
    collisions,
    versions,
)
DETECTORS = tuple(
    declared for subject in _SUBJECTS for declared in vars(subject).values() if isinstance(declared, Detector)
)
RULES: tuple[Rule, ...] = tuple(detector.rule for detector in DETECTORS)

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


def find_all(analysis: Analysis) -> tuple[Finding, ...]:
    """Return everything that is found: errors first, then by place."""
    found = list(dict.fromkeys(finding for detector in DETECTORS for finding in detector.find(analysis)))
    return tuple(sorted(found, key=_key))


def _key(finding: Finding) -> tuple[int, str, int, int]:
    place = finding.place
    where = ("", 0, 0) if place is None else (place.path, place.line or 0, place.column or 0)
    return _ORDER.index(finding.severity), *where
