"""The job summary: yes or no and why in one line, all checks in a table, the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.gate.decision import Status, TargetDecision
from publish_gate.safe_text import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.errors import ConfigurationError
    from publish_gate.run import Result

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
    decision = result.decision
    version = decision.local.version
    name = f"{decision.project} {version}" if version is not None else decision.project
    yield f"### Publish Gate: {markdown(name)}"
    for target in decision.targets:
        yield ""
        yield _headline(target)
        yield ""
        yield "| | check | seen |"
        yield "|:-:|---|---|"
        for each in target.checks:
            yield f"| {_MARKS[each.status]} | {each.check.value} | {markdown(each.message)} |"
        if target.advice:
            yield ""
            yield f"**Next step:** {markdown(target.advice)}"
    where = f"event {result.context.event or 'unknown'}, ref {result.context.ref.full or 'unknown'}"
    yield ""
    yield f"<sub>{markdown(where)}</sub>"


def _headline(target: TargetDecision) -> str:
    if target.undecided:
        word = "\N{WARNING SIGN} **Cannot decide**"
    elif target.should_publish:
        word = "\N{WHITE HEAVY CHECK MARK} **Publish**"
    else:
        word = "\N{NO ENTRY} **Do not publish**"
    return f"{word} to {markdown(target.target.name)} (`{target.reason.value}`): {markdown(target.message)}"
