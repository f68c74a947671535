"""The job summary: yes or no and why in one line, all checks in a table, the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.gate.decision import CheckResult, PackageDecision, Status, TargetDecision
from publish_gate.report.headlines import beside_the_point, of_run
from publish_gate.text import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.errors import ConfigurationError
    from publish_gate.run import Result

# A row is at most about 2 kB, and GitHub takes 1 MiB for all summaries of a step.
_MOST_ROWS = 150
_MARKS = {
    Status.PASSED: "\N{CHECK MARK}",
    Status.FAILED: "\N{BALLOT X}",
    Status.UNKNOWN: "?",
    Status.SKIPPED: "\N{EN DASH}",
}


def render(result: Result) -> str:
    """Return the decision as Markdown."""
    return "\n".join(_lines(result)) + "\n"


def render_problems(error: ConfigurationError) -> str:
    """Return the problems of a wrong configuration as Markdown."""
    lines = ["### Publish Gate: cannot decide", "", "The gate is not configured right:", ""]
    lines += [f"- {markdown(str(problem))}" for problem in error.problems]
    return "\n".join(lines) + "\n"


def render_defect(message: str) -> str:
    """Return an unexpected error as Markdown."""
    return f"### Publish Gate: cannot decide\n\n{markdown(message)}\n"


def _lines(result: Result) -> Iterator[str]:
    if len(result.packages) == 1:
        yield from _one_package(result.packages[0].decision)
    else:
        yield from _many_packages(result)
    for note in result.notes:
        yield ""
        yield markdown(note)
    where = f"event {result.context.event or 'unknown'}, ref {result.context.ref.full or 'unknown'}"
    yield ""
    yield f"<sub>{markdown(where)}</sub>"


def _one_package(decision: PackageDecision) -> Iterator[str]:
    version = decision.local.version
    name = f"{decision.project} {version}" if version is not None else decision.project or "a project without a name"
    yield f"### Publish Gate: {markdown(name)}"
    if len(decision.targets) > 1:
        yield ""
        yield f"**{markdown(_capital(of_run(decision)))}**"
    for target in decision.by_concern:
        aside = beside_the_point(decision, target)
        yield ""
        yield _headline(target, aside=aside)
        broken = [check for check in target.told if not check.holds]
        if broken and not aside:
            yield ""
            yield from _checks(broken)
        if target.advice and not aside:
            yield ""
            yield f"**Next step:** {markdown(target.advice)}"
        rest = [check for check in target.checks if aside or check.holds]
        yield ""
        yield f"<details><summary>{'All checks' if aside else f'Checks that hold: {len(rest)}'}</summary>"
        yield ""
        yield from _checks(rest)
        yield ""
        yield "</details>"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _checks(checks: list[CheckResult]) -> Iterator[str]:
    yield "| | check | seen |"
    yield "|:-:|---|---|"
    for check in checks:
        yield f"| {_MARKS[check.status]} | {check.check.value} | {markdown(check.message)} |"


def _many_packages(result: Result) -> Iterator[str]:
    """What publishes and what could not be decided comes first and open, the rest folded."""
    rows = [(each.decision, target) for each in result.packages for target in each.decision.by_concern]
    first = [row for row in rows if row[1].should_publish]
    unknown = [row for row in rows if row[1].undecided]
    rest = [row for row in rows if not row[1].should_publish and not row[1].undecided]
    yield f"### Publish Gate: {len(result.packages)} packages, {len(first)} to publish"
    if unknown:
        yield ""
        yield f"\N{WARNING SIGN} **Cannot decide** {len(unknown)}:"
        yield from _rows(unknown)
    if first:
        yield ""
        yield f"\N{WHITE HEAVY CHECK MARK} **Publish** {len(first)}:"
        yield from _rows(first)
    if rest:
        yield ""
        yield f"<details{'' if first or unknown else ' open'}><summary>Do not publish {len(rest)}</summary>"
        yield from _rows(rest)
        yield ""
        yield "</details>"


def _rows(rows: list[tuple[PackageDecision, TargetDecision]]) -> Iterator[str]:
    yield ""
    yield "| package | version | target | reason | seen |"
    yield "|---|---|---|---|---|"
    for decision, target in rows[:_MOST_ROWS]:
        cells = (decision.project, str(decision.local.version or ""), target.target.name)
        seen = markdown(f"{target.message} {target.advice}" if target.undecided else target.message, 200)
        yield f"| {' | '.join(map(markdown, cells))} | `{target.reason.value}` | {seen} |"
    if len(rows) > _MOST_ROWS:
        yield ""
        yield f"and {len(rows) - _MOST_ROWS} more."


def _headline(target: TargetDecision, *, aside: bool) -> str:
    if aside:
        word = "\N{EN DASH} Not"
    elif target.undecided:
        word = "\N{WARNING SIGN} **Cannot decide**"
    elif target.should_publish:
        word = "\N{WHITE HEAVY CHECK MARK} **Publish**"
    else:
        word = "\N{NO ENTRY} **Do not publish**"
    return f"{word} to {markdown(target.target.name)} (`{target.reason.value}`): {markdown(target.message)}"
