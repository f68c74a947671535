"""Situation by target: builds, publishes, and why not."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from publish_gate.report.json_report import as_report
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from publish_gate.gate.decision import TargetDecision
    from publish_gate.report.console import Style
    from publish_gate.report.json_report import Json
    from publish_gate.run import Outcome

_HEADER = ("situation", "target", "builds", "publishes", "why")
Row = tuple[str, str, str, str]
_NOTHING: Row = ("", "", "", "")


def render(outcomes: Sequence[Outcome], style: Style, *, verbose: bool = False) -> str:
    """Return the table of each package as text that ends with a line end.

    Situations that are decided alike share their rows. ``verbose`` gives each its own, with whole sentences.
    """
    packages: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        packages.setdefault(outcome.result.leading.decision.project, []).append(outcome)
    return "\n".join(_table(package, style, verbose=verbose) for package in packages.values())


def _table(outcomes: Sequence[Outcome], style: Style, *, verbose: bool) -> str:
    decision = outcomes[0].result.leading.decision
    name = decision.project or "a project without a name"
    lines = [style.paint(one_line(f"{name} {decision.local.version or ''}".strip()), "bold"), ""]
    if len({_row(target, verbose=True)[1:] for outcome in outcomes for target in _targets(outcome)}) == 1:
        # Nothing depends on the situation: it is said once, with what to do.
        first = decision.targets[0]
        mark = "cannot decide" if first.undecided else "publish" if first.should_publish else "do not publish"
        lines.append(f"in every situation: {mark} ({first.reason.value}): {one_line(first.message)}")
        return "\n".join([*lines, *([f"{style.arrow} {one_line(first.advice)}"] if first.advice else [])]) + "\n"
    rows = [row for group in _alike(outcomes, verbose=verbose) for row in group]
    widths = [max(map(len, column)) for column in list(zip(_HEADER, *rows, strict=True))[:-1]]
    lines.append(style.paint(_line(_HEADER, widths), "dim"))
    for row in rows:
        line = _line(row, widths).rstrip()
        lines.append(style.paint(line, "green") if row[3] == "yes" else line)
    return "\n".join(lines) + "\n"


def _alike(outcomes: Sequence[Outcome], *, verbose: bool) -> Iterator[list[tuple[str, ...]]]:
    """Yield the rows of all situations that are decided alike, their names below each other on the left."""
    groups: dict[tuple[tuple[Row, ...], int], list[str]] = {}
    for number, outcome in enumerate(outcomes):
        rows = tuple(_row(target, verbose=verbose) for target in _targets(outcome))
        groups.setdefault((rows, number if verbose else 0), []).append(one_line(outcome.situation, 60))
    for (rows, _), names in groups.items():
        repeated = names[0] if verbose else ""
        yield [(name or repeated, *(row or _NOTHING)) for name, row in zip_longest(names, rows)]


def as_data(outcomes: Sequence[Outcome]) -> dict[str, list[Json]]:
    """Return the table as plain data: a full report for each situation."""
    return {"situations": [{"situation": outcome.situation, **as_report(outcome.result)} for outcome in outcomes]}


def _targets(outcome: Outcome) -> Sequence[TargetDecision]:
    return outcome.result.leading.decision.targets


def _row(target: TargetDecision, *, verbose: bool) -> Row:
    return (
        one_line(target.target.name, 30),
        _answer(target.should_build, target),
        _answer(target.should_publish, target),
        one_line(f"{target.reason.value}: {target.message}") if verbose else target.reason.value,
    )


def _answer(yes: bool, target: TargetDecision) -> str:  # noqa: FBT001 - turns just that into its word
    if target.undecided:
        return "unknown"
    return "yes" if yes else "no"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False)), cells[-1]])
