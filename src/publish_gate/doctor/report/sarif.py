"""The findings as SARIF 2.1.0, for code scanning and editors.

Source of the form: OASIS, Static Analysis Results Interchange Format Version 2.1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from publish_gate import HOME, __version__
from publish_gate.doctor.findings.model import Confidence, Severity
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.findings.model import Finding, Rule
    from publish_gate.doctor.result import DoctorReport

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_RANKS = {Confidence.HIGH: 90.0, Confidence.MEDIUM: 60.0, Confidence.LOW: 30.0}


def as_data(opinion: DoctorReport, rules: Sequence[Rule]) -> dict[str, object]:
    """Return a SARIF log with one run; ``rules`` are all that were looked for."""
    positions = {rule.id: number for number, rule in enumerate(rules)}
    driver = {
        "name": "publish-gate",
        "informationUri": HOME,
        "version": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    # Code scanning shows nothing that stands nowhere: what is about no file is told of the first workflow.
    anywhere = next((Place(each.path) for each in opinion.examination.workflows), None)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, positions[each.rule.id], each.place or anywhere) for each in opinion.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.title},
        "help": {"text": f"What it detects, why it matters, and what to do: {rule.page}"},
        "helpUri": rule.page,
    }


def _result(finding: Finding, position: int, place: Place | None) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule.id,
        "ruleIndex": position,
        "level": _LEVELS[finding.severity],
        "rank": _RANKS[finding.confidence],
        "message": {"text": finding.text},
    }
    if place is not None:
        result["locations"] = [{"physicalLocation": _location(place)}]
    return result


def _location(place: Place) -> dict[str, object]:
    region = {"startLine": place.line or 1}
    if place.column is not None:
        region["startColumn"] = place.column
    # A file's name can hold what is no text in any encoding.
    uri = quote(place.path.encode("utf-8", "surrogatepass"))
    return {"artifactLocation": {"uri": uri}, "region": region}
