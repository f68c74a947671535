"""The decision as lines of text, for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.gate.decision import CheckResult, Status, TargetDecision
from publish_gate.safe_text import one_line
from publish_gate.versions.model import VersionFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.run import Result


class Style(NamedTuple):
    """How a stream shows things: ``colour`` for terminals, ``unicode`` where its encoding has the marks."""

    colour: bool = False
    unicode: bool = True

    def mark(self, status: Status) -> str:
        """Return the mark of a check's status."""
        return _MARKS[status][0 if self.unicode else 1]

    def paint(self, text: str, colour: str) -> str:
        """Return ``text`` in a colour, where the stream shows colours."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour else text

    @property
    def arrow(self) -> str:
        """Return what stands before the next step."""
        return "\N{RIGHTWARDS ARROW}" if self.unicode else "->"


_MARKS = {
    Status.PASSED: ("\N{CHECK MARK}", "ok"),
    Status.FAILED: ("\N{BALLOT X}", "NO"),
    Status.UNKNOWN: ("?", "??"),
    Status.SKIPPED: ("\N{MIDDLE DOT}", "--"),
}
_COLOURS = {"green": "32", "red": "31", "yellow": "33", "bold": "1", "dim": "2"}
_STATUS_COLOURS = {
    Status.PASSED: "green",
    Status.FAILED: "red",
    Status.UNKNOWN: "yellow",
    Status.SKIPPED: "dim",
}


def render(result: Result, style: Style) -> str:
    """Return the whole decision as text that ends with a line end."""
    return "\n".join(_lines(result, style)) + "\n"


def headline(target: TargetDecision) -> str:
    """Say yes or no for one target, and why, in one line."""
    if target.undecided:
        word = "cannot decide"
    elif target.should_publish:
        word = "publish"
    else:
        word = "do not publish"
    return one_line(f"{target.target.name}: {word} ({target.reason.value}): {target.message}")


def _lines(result: Result, style: Style) -> Iterator[str]:
    decision, context = result.decision, result.context
    version = decision.local.version
    reading = decision.local.reading
    shown = str(version) if version is not None else "without a version"
    if not isinstance(reading, VersionFault) and version is None:
        shown = repr(reading.text)
    yield style.paint(one_line(f"{decision.project} {shown}"), "bold") + (
        one_line(f" ({reading.place})") if reading.place is not None else ""
    )
    yield one_line(f"event {context.event or 'unknown'}, ref {context.ref.full or 'unknown'}")
    if not isinstance(reading, VersionFault):
        for note in reading.notes:
            yield one_line(f"note: {note}")
    for target in decision.targets:
        yield ""
        colour = "green" if target.should_publish else "yellow" if target.undecided else "red"
        yield style.paint(headline(target), colour)
        width = max(len(each.check.value) for each in target.checks)
        for each in target.checks:
            yield _check_line(each, width, style)
        if target.advice:
            yield f"  {style.arrow} {one_line(target.advice)}"


def _check_line(result: CheckResult, width: int, style: Style) -> str:
    mark = style.paint(style.mark(result.status), _STATUS_COLOURS[result.status])
    return f"  {mark} {result.check.value:<{width}}  {one_line(result.message)}"
