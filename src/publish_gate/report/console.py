"""The decision as lines of text, for a terminal or a log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.gate.decision import CheckResult, PackageDecision, Status, TargetDecision
from publish_gate.report.headlines import beside_the_point, of_run
from publish_gate.text import one_line
from publish_gate.versions.model import VersionFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

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
    context = result.context
    where = one_line(f"event {context.event or 'unknown'}, ref {context.ref.full or 'unknown'}")
    if len(result.packages) == 1:
        yield from _one_package(result.packages[0].decision, where, style)
    else:
        yield from _many_packages(result, where, style)
    if result.notes:
        yield ""
    for note in result.notes:
        yield one_line(f"note: {note}")


def _one_package(decision: PackageDecision, where: str, style: Style) -> Iterator[str]:
    reading = decision.local.reading
    if len(decision.targets) > 1:
        yield style.paint(one_line(of_run(decision)), "bold")
    yield style.paint(one_line(_called(decision)), "bold") + (
        one_line(f" ({reading.place})") if reading.place is not None else ""
    )
    yield where
    if not isinstance(reading, VersionFault):
        for note in reading.notes:
            yield one_line(f"note: {note}")
    for target in decision.by_concern:
        aside = beside_the_point(decision, target)
        yield ""
        yield style.paint(headline(target), "dim" if aside else _colour(target))
        if aside:
            continue
        width = max(len(each.check.value) for each in target.checks)
        for check in target.told:
            yield _check_line(check, width, style)
        if target.advice:
            yield f"  {style.arrow} {one_line(target.advice)}"


def _many_packages(result: Result, where: str, style: Style) -> Iterator[str]:
    """One line for each package and target: a monorepo's log has to be read at a glance."""
    yield style.paint(f"{len(result.packages)} packages, {len(result.publishing)} to publish", "bold")
    yield where
    yield ""
    names = [one_line(_called(each.decision), 60) for each in result.packages]
    width = max(map(len, names))
    for name, package in zip(names, result.packages, strict=True):
        for target in package.decision.by_concern:
            yield f"{name:<{width}}  {style.paint(headline(target), _colour(target))}"
            if target.undecided and target.advice:
                yield f"{'':<{width}}  {style.arrow} {one_line(target.advice)}"


def _called(decision: PackageDecision) -> str:
    """Return the name and version of a project, as far as it has them."""
    version, reading = decision.local.version, decision.local.reading
    name = decision.project or "a project without a name"
    if version is not None:
        return f"{name} {version}"
    if not isinstance(reading, VersionFault):
        return f"{name} {reading.text!r}"
    return f"{name} without a version" if decision.project else f"{name} or a version"


def _colour(target: TargetDecision) -> str:
    return "green" if target.should_publish else "yellow" if target.undecided else "red"


def _check_line(result: CheckResult, width: int, style: Style) -> str:
    mark = style.paint(style.mark(result.status), _STATUS_COLOURS[result.status])
    return f"  {mark} {result.check.value:<{width}}  {one_line(result.message)}"


def style_of(stream: TextIO) -> Style:
    """Find out what a stream can show: colours only on a terminal and where NO_COLOR is not set."""
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    try:
        "\N{CHECK MARK}\N{BALLOT X}\N{RIGHTWARDS ARROW}\N{MIDDLE DOT}".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        marks = False
    else:
        marks = True
    return Style(colour=terminal and not os.environ.get("NO_COLOR"), unicode=marks)
