"""The findings as SARIF: nothing in it that the format does not know, and everything that code scanning asks for."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from unit.doctor.asked import FOLDER, ask, read
from unit.doctor.report.opinions import HOSTILE, MADE_UP
from unit.doctor.scenarios import publishing

from publish_gate import __version__
from publish_gate.doctor.analysis import Analysis
from publish_gate.doctor.findings.model import Confidence, Finding, Severity
from publish_gate.doctor.findings.registry import RULES
from publish_gate.doctor.report.sarif import as_data
from publish_gate.doctor.result import Diagnosis, DoctorReport
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

SARIF: Any = import_module("sarif_pydantic").Sarif  # it comes without type information
# The format has this key (3.14.27 of its text), which the reader leaves out.
UNTOLD = ["columnKind"]
RULE = RULES[3]
FINDING = Finding(RULE, Severity.ERROR, Confidence.HIGH, "it fails", "mend it", Place("a b.yml", 3, 5))


def log_of(opinion: DoctorReport) -> dict[str, Any]:
    """Return the SARIF log as somebody reads it who has only the text."""
    read_again: dict[str, Any] = json.loads(json.dumps(as_data(opinion, RULES)))
    return read_again


def result_of(finding: Finding, examination: Analysis | None = None) -> dict[str, Any]:
    """Return the one result of a finding."""
    (result,) = log_of(DoctorReport(examination or Analysis(), (finding,), Diagnosis()))["runs"][0]["results"]
    found: dict[str, Any] = result
    return found


def unknown_keys(model: Any) -> list[str]:  # noqa: ANN401 - a model of the format, or what is in one
    """Return the keys that a reader of the format has no meaning for."""
    if isinstance(model, list):
        return [key for each in model for key in unknown_keys(each)]
    if not hasattr(model, "model_fields_set"):
        return []
    own = [*(model.model_extra or ())]
    return own + [key for name in model.model_fields_set - set(own) for key in unknown_keys(getattr(model, name))]


def is_known_whole(log: Mapping[str, Any]) -> bool:
    """Whether a reader of the format understands all of it, and writes the same again."""
    model = SARIF.model_validate(log)
    same: bool = model.model_dump(by_alias=True, exclude_unset=True, mode="json") == dict(log)
    return same and unknown_keys(model) == UNTOLD


@given(HOSTILE | MADE_UP)
def test_every_opinion_is_valid_and_known_to_the_last_key(opinion: DoctorReport) -> None:
    log = log_of(opinion)
    assert is_known_whole(log)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, finding in zip(run["results"], opinion.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule.id
        assert ("locations" in result) is (finding.place is not None or bool(opinion.examination.workflows))
        for location in result.get("locations", ()):
            physical = location["physicalLocation"]
            assert physical["region"]["startLine"] >= 1
            assert physical["region"].get("startColumn", 1) >= 1
            assert physical["artifactLocation"]["uri"].isascii()
            assert physical["artifactLocation"]["uri"].isprintable()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param([], id="in the log"),
        pytest.param(["runs", 0, "tool", "driver", "rules", 0], id="in a rule"),
        pytest.param(["runs", 0, "results", 0], id="in a result"),
        pytest.param(["runs", 0, "results", 0, "locations", 0, "physicalLocation", "region"], id="in a region"),
    ],
)
def test_an_unknown_key_would_be_seen(path: list[str | int]) -> None:
    log = log_of(ask({"release.yml": publishing(permissions="")}))
    assert is_known_whole(log)
    part: Any = log
    for key in path:
        part = part[key]
    part["colour"] = "red"
    assert not is_known_whole(log)


def test_the_tool_names_itself_and_its_rules() -> None:
    log = log_of(ask())
    driver = log["runs"][0]["tool"]["driver"]
    assert log["version"] == "2.1.0"
    assert (driver["name"], driver["version"]) == ("publish-gate", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    assert len({rule["id"] for rule in driver["rules"]}) == len(RULES)
    for rule in driver["rules"]:
        assert rule["helpUri"].endswith(f"/docs/doctor/{rule['id']}.md")
        assert rule["helpUri"] in rule["help"]["text"]
        assert rule["shortDescription"]["text"] == rule["fullDescription"]["text"] != ""


@pytest.mark.parametrize(
    ("finding", "level", "rank"),
    [
        pytest.param(FINDING, "error", 90.0, id="an error that is sure"),
        pytest.param(
            replace(FINDING, severity=Severity.WARNING, confidence=Confidence.MEDIUM), "warning", 60.0, id="a warning"
        ),
        pytest.param(replace(FINDING, severity=Severity.ADVICE, confidence=Confidence.LOW), "note", 30.0, id="advice"),
    ],
)
def test_severity_and_confidence_have_their_words(finding: Finding, level: str, rank: float) -> None:
    result = result_of(finding)
    assert (result["level"], result["rank"]) == (level, rank)
    assert result["message"] == {"text": "It fails. Mend it"}


@pytest.mark.parametrize(
    ("place", "uri", "region"),
    [
        pytest.param(Place("a/b.yml", 3, 5), "a/b.yml", {"startLine": 3, "startColumn": 5}, id="line and column"),
        pytest.param(Place("a.yml", 3), "a.yml", {"startLine": 3}, id="a line"),
        pytest.param(Place("a.yml"), "a.yml", {"startLine": 1}, id="a whole file"),
        pytest.param(Place("a b#c?d.yml", 1), "a%20b%23c%3Fd.yml", {"startLine": 1}, id="signs that mean something"),
        pytest.param(Place("javascript:x", 1), "javascript%3Ax", {"startLine": 1}, id="what looks like a scheme"),
        pytest.param(Place("\udcff.yml", 1), "%ED%B3%BF.yml", {"startLine": 1}, id="a name that is no text"),
    ],
)
def test_a_place_is_a_location(place: Place, uri: str, region: dict[str, int]) -> None:
    (location,) = result_of(replace(FINDING, place=place))["locations"]
    assert location == {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    assert unquote_to_bytes(uri).decode("utf-8", "surrogatepass") == place.path


def test_what_stands_nowhere_is_told_of_the_first_workflow() -> None:
    workflows = tuple(read({"release.yml": publishing(), "ci.yml": publishing()}).values())
    (location,) = result_of(replace(FINDING, place=None), Analysis(workflows=workflows))["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == f"{FOLDER}release.yml"
    assert "locations" not in result_of(replace(FINDING, place=None))
