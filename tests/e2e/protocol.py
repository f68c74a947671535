"""What a runner reads from a step: commands in its log, and the file of its outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LEVELS = frozenset({"error", "warning", "notice"})
_COMMAND = re.compile(r"::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<text>.*)\Z")
_OWN_TITLE = re.compile(r"Publish Gate|\A([\w.-]+, )?[\w.-]+: [a-z-]+\Z", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Annotation:
    """An error, warning or notice that GitHub shows; ``file`` and ``line`` as they were given, or empty."""

    level: str
    title: str
    text: str
    file: str = ""
    line: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether its title is one that this action gives; text that slipped through would have none."""
        return _OWN_TITLE.search(self.title) is not None

    @property
    def place(self) -> str:
        """The spot it points at as ``file:line``; empty where it points nowhere."""
        return f"{self.file}:{self.line}" if self.file else ""


def log_lines(text: str) -> list[str]:
    """Split a log as the runner does: at every carriage return and line feed."""
    return _LINE_ENDS.split(text)


def is_command(line: str) -> bool:
    """Whether the runner takes a line of the log for a command: `::` at its start, or `##[` anywhere."""
    return line.lstrip().startswith("::") or "##[" in line


def annotation(line: str) -> Annotation | None:
    """Return the annotation that a line of the log is, if it is one."""
    match = _COMMAND.match(line)
    if match is None or match["name"] not in LEVELS:
        return None
    pairs = (pair.partition("=") for pair in (match["properties"] or "").split(",") if pair)
    return read_annotation(match["name"], {key: _plain(value) for key, _, value in pairs}, _plain(match["text"]))


def read_annotation(level: str, properties: Mapping[str, str], text: str) -> Annotation:
    """Make an annotation of the parts of a command, decoded."""
    return Annotation(level, properties.get("title", ""), text, properties.get("file", ""), properties.get("line", ""))


def foreign_commands(lines: Iterable[str]) -> list[str]:
    """Return the lines that a runner would obey and that are no annotation of this action."""
    return [line for line in lines if is_command(line) and not _is_ours(line)]


def _is_ours(line: str) -> bool:
    found = annotation(line)
    return "##[" not in line and found is not None and found.is_ours


def read_outputs(text: str) -> dict[str, str]:
    """Read the file that GITHUB_OUTPUT names by the runner's rules; raises ValueError where it would."""
    outputs: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        equals, opening = line.find("="), line.find("<<")
        if equals >= 0 and (opening < 0 or equals < opening):
            outputs[line[:equals]] = line[equals + 1 :]
        elif opening > 0 and line[opening + 2 :]:
            outputs[line[:opening]] = "\n".join(_until(lines, line[opening + 2 :]))
        elif line:
            raise ValueError(f"neither a value nor the start of one: {line!r}")
    return outputs


def _until(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    for line in lines:
        if line == delimiter:
            return
        yield line
    raise ValueError(f"no line says {delimiter!r}")


def _plain(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text
