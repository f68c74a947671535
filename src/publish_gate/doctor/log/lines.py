"""Turns a job log into plain lines: no time stamps, colours, commands of the runner or escapes."""

from __future__ import annotations

import codecs
import re
from typing import Final

LARGEST_LOG: Final = 10 * 1024 * 1024
"""The most bytes of a log that are read; of a longer one, its end, which is where it failed."""

_COLOURS: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
# `gh run view --log` puts the job and the step before the time, each with a tab behind it.
_STAMP: Final = re.compile(
    r"(?:[^\t\n]{0,200}\t[^\t\n]{0,200}\t)?\ufeff?"
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?[ \t]?"
)
_COMMAND: Final = re.compile(r"[ \t]*(?:##\[[a-z-]+\]|::[a-z-]+(?: .*?)?::)")
_LABEL: Final = re.compile(r"\A(?:> ?){0,3}(?:Error: |Warning: )?")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_log(data: bytes) -> str:
    """Return the text of a log, which a shell of Windows may have written as UTF-16; what is no text is replaced."""
    cut = data[-LARGEST_LOG:] if len(data) > LARGEST_LOG else data
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # The mark tells the order of the bytes; it was cut off if the beginning was.
            return (cut if cut is data else mark + cut).decode(encoding, "replace")
    sample = cut[:2000]
    nothing = sample.count(0) * 3
    if nothing > len(sample):
        return cut.decode("utf-16-le" if sample[1:2] == b"\0" else "utf-16-be", "replace")
    return cut.decode("utf-8", "replace")


def clean_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a log as the tools wrote them, in linear time."""
    if len(text) > LARGEST_LOG:
        text = text[-LARGEST_LOG:]
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines += _clean(line)
    return tuple(lines)


def _clean(line: str) -> list[str]:
    stamp = _STAMP.match(line)
    if stamp is not None:
        line = line[stamp.end() :]
    line = line.lstrip("\ufeff")
    command = _COMMAND.match(line)
    if command is not None:
        line = line[command.end() :]
    line = _LABEL.sub("", line)
    if command is None and "%0A" not in line:
        return [line]
    # As the runner's commands escape what they carry; the percent sign comes last.
    plain = line.replace("%0D", "").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    return plain.split("\n")
