"""The doctor beside the gate: a look at the workflows of a run, told in the job summary and as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.records import replace
from publish_gate.text import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from publish_gate.config.model import Config
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.result import DoctorReport
    from publish_gate.run_context import Context

# GitHub shows ten annotations of a kind for one step, and the gate has some to show as well.
_MOST_SHOWN = 4
_MOST_ROWS = 60
# What the gate itself says of the version, at the same line.
_SAID = frozenset({"local-version"})
_MARKS = {"error": "\N{CROSS MARK}", "warning": "\N{WARNING SIGN}", "advice": "\N{INFORMATION SOURCE}"}


def examine(root: Path, context: Context, environ: Mapping[str, str], config: Config | None) -> DoctorReport | None:
    """Form an opinion of the checkout's workflows; None where it has none, or none that publishes.

    It reads files and nothing else.
    """
    from publish_gate.doctor.inputs import CliOptions, has_workflows, read_question

    if not has_workflows(root):
        return None
    from publish_gate.doctor.analyse import examine as form_opinion

    question = read_question(
        CliOptions(), root, environ, config=config, default_branch=context.default_branch, only_likely=True
    )
    opinion = form_opinion(question)
    findings = tuple(each for each in opinion.findings if each.rule.id not in _SAID)
    return replace(opinion, findings=findings) if findings else None


def shown(opinion: DoctorReport) -> tuple[Finding, ...]:
    """Return the findings that become annotations; advice stays in the summary."""
    return tuple(each for each in opinion.findings if each.severity.value != "advice")[:_MOST_SHOWN]


def render(opinion: DoctorReport) -> str:
    """Return the findings as a section of the job summary."""
    return "\n".join(_lines(opinion)) + "\n"


def _lines(opinion: DoctorReport) -> Iterator[str]:

    serious = [each for each in opinion.findings if each.severity.value != "advice"]
    many = f"{len(serious)} to look at" if serious else "advice only"
    yield ""
    yield f"<details{' open' if serious else ''}><summary>The workflows that publish: {many}</summary>"
    yield ""
    yield "| | where | what | do |"
    yield "|:-:|---|---|---|"
    for each in opinion.findings[:_MOST_ROWS]:
        where = markdown(str(each.place)) if each.place is not None else ""
        what = f"{markdown(each.message)} ([{each.rule.id}]({each.rule.page}))"
        yield f"| {_MARKS[each.severity.value]} | {where} | {what} | {markdown(each.remedy)} |"
    if len(opinion.findings) > _MOST_ROWS:
        yield ""
        yield f"and {len(opinion.findings) - _MOST_ROWS} more: `publish-gate doctor` lists all."
    yield ""
    yield "</details>"
