"""Situation by target: builds, publishes, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.report.json_report import as_report
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.gate.decision import TargetDecision
    from publish_gate.report.console import Style
    from publish_gate.report.json_report import Json
    from publish_gate.run import Outcome

_HEADER = ("situation", "target", "builds", "publishes", "why")


def render(outcomes: Sequence[Outcome], style: Style) -> str:
    """Return the table of each package as text that ends with a line end."""
    packages: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        packages.setdefault(outcome.result.leading.decision.project, []).append(outcome)
    return "\n".join(_table(each, style) for each in packages.values())


def _table(outcomes: Sequence[Outcome], style: Style) -> str:
    rows = [
        _row(outcome.situation, target) for outcome in outcomes for target in outcome.result.leading.decision.targets
    ]
    columns = list(zip(_HEADER, *rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns[:-1]]
    decision = outcomes[0].result.leading.decision
    version = decision.local.version
    name = decision.project or "a project without a name"
    lines = [style.paint(one_line(f"{name} {version or ''}".strip()), "bold"), ""]
    if len({row[2:] for row in rows}) == 1:
        # Nothing depends on the situation: it is said once, with what to do.
        first = decision.targets[0]
        mark = "cannot decide" if first.undecided else "publish" if first.should_publish else "do not publish"
        lines.append(f"in every situation: {mark} ({first.reason.value}): {one_line(first.message)}")
        return "\n".join([*lines, *([f"{style.arrow} {one_line(first.advice)}"] if first.advice else [])]) + "\n"
    lines.append(style.paint(_line(_HEADER, widths), "dim"))
    for row in rows:
        line = _line(row, widths)
        lines.append(style.paint(line, "green") if row[3] == "yes" else line)
    return "\n".join(lines) + "\n"


def as_data(outcomes: Sequence[Outcome]) -> dict[str, list[Json]]:
    """Return the table as plain data: a full report for each situation."""
    return {"situations": [{"situation": outcome.situation, **as_report(outcome.result)} for outcome in outcomes]}


def _row(situation: str, target: TargetDecision) -> tuple[str, ...]:
    return (
        one_line(situation, 60),
        one_line(target.target.name, 30),
        _answer(target.should_build, target),
        _answer(target.should_publish, target),
        one_line(f"{target.reason.value}: {target.message}"),
    )


def _answer(yes: bool, target: TargetDecision) -> str:  # noqa: FBT001 - turns just that into its word
    if target.undecided:
        return "unknown"
    return "yes" if yes else "no"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False)), cells[-1]])
