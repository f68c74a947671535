"""The doctor beside the gate: what becomes an annotation, and what a job summary shows of hostile workflows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.asked import FOLDER
from unit.doctor.scenarios import publishing

from publish_gate.doctor import summary as beside
from publish_gate.doctor.analysis import Analysis
from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.result import Diagnosis, DoctorReport
from publish_gate.places import Place
from publish_gate.run_context import Context, Ref

if TYPE_CHECKING:
    from pathlib import Path

RULE = Rule("a-rule", "A rule")
FINDING = Finding(RULE, Severity.ERROR, Confidence.HIGH, "it fails", "mend it", Place("a.yml", 3, 5), "publish")


def opinion(*findings: Finding) -> DoctorReport:
    """Return an opinion with these findings."""
    return DoctorReport(Analysis(), findings, Diagnosis())


def some(severity: Severity, many: int) -> tuple[Finding, ...]:
    """Return findings of one severity."""
    return tuple(replace(FINDING, severity=severity, message=f"{severity.value} {number}") for number in range(many))


@pytest.mark.parametrize(
    ("findings", "messages"),
    [
        pytest.param((), [], id="none"),
        pytest.param(some(Severity.ADVICE, 2), [], id="no advice"),
        pytest.param(some(Severity.WARNING, 1), ["warning 0"], id="a warning"),
        pytest.param(
            (*some(Severity.ERROR, 3), *some(Severity.WARNING, 3)),
            ["error 0", "error 1", "error 2", "warning 0"],
            id="the first four of many",
        ),
    ],
)
def test_the_worst_become_annotations(findings: tuple[Finding, ...], messages: list[str]) -> None:
    assert [each.message for each in beside.shown(opinion(*findings))] == messages


def test_a_section_of_the_summary_lists_what_was_found() -> None:
    text = beside.render(opinion(FINDING, *some(Severity.ADVICE, 1)))
    assert "<details open><summary>The workflows that publish: 1 to look at</summary>" in text
    (row,) = [line for line in text.splitlines() if "it fails" in line]
    assert row.startswith("| \N{CROSS MARK} | a.yml&#58;3&#58;5 | it fails ([a-rule](https://")
    assert row.endswith("/docs/doctor/a-rule.md)) | mend it |")
    assert text.endswith("</details>\n")


def test_advice_alone_is_folded_away() -> None:
    text = beside.render(opinion(replace(FINDING, severity=Severity.ADVICE, place=None)))
    assert "<details><summary>The workflows that publish: advice only</summary>" in text
    assert "|  | it fails" in text


def test_of_very_many_the_rest_is_counted() -> None:
    text = beside.render(opinion(*some(Severity.WARNING, 75)))
    assert text.count("\N{WARNING SIGN}") == 60
    assert "and 15 more" in text


@pytest.mark.parametrize(
    "hostile",
    ["a | b", "</details><script>", "@everyone", "![x](y)", "\x1b[2J", "::set-output name=x::y", "##[error]x", "a\nb"],
)
def test_nothing_of_a_workflow_is_more_than_text(hostile: str) -> None:
    found = Finding(RULE, Severity.ERROR, Confidence.HIGH, hostile, hostile, Place(hostile, 1), hostile)
    text, plain = beside.render(opinion(found)), beside.render(opinion(FINDING))
    assert len(text.splitlines()) == len(plain.splitlines())
    assert hostile not in text
    assert text.count("|") == plain.count("|")
    assert text.count("<") == plain.count("<")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({}, None, id="no workflows"),
        pytest.param({"a.yml": "on: push\njobs: {}\n"}, None, id="none that publishes"),
        pytest.param({"a.yml": publishing(permissions="")}, "missing-id-token-permission", id="one with a fault"),
    ],
)
def test_it_reads_the_workflows_of_the_checkout(tmp_path: Path, files: dict[str, str], found: str | None) -> None:
    folder = tmp_path / FOLDER
    for name, text in files.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    context = Context("push", Ref.parse("refs/heads/main"))
    environ = {"GITHUB_REPOSITORY": "octo/sample"}
    told = beside.examine(tmp_path, context, environ, None)
    assert (told and told.findings[0].rule.id) == found


def test_what_the_gate_says_of_the_version_is_not_said_again(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "release.yml").write_text(publishing(environment="pypi"), "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "sample"\nversion = "1.0+g1"\n', "utf-8")
    context = Context("push", Ref.parse("refs/heads/main"))
    told = beside.examine(tmp_path, context, {"GITHUB_REPOSITORY": "octo/sample"}, None)
    assert told is not None
    assert {each.rule.id for each in told.findings} == {"unpinned-publish-action"}
