"""Turns a log, in any form in which people get one, into plain lines: no time stamps, colours, commands or escapes."""

from __future__ import annotations

import codecs
import io
import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable

LARGEST_LOG: Final = 10 * 1024 * 1024
"""The most bytes of a log that are read; of a longer one, its end, which is where it failed."""

_COLOURS: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_TIME: Final = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_STAMP: Final = re.compile(rf"\ufeff?{_TIME}[ \t]?")
# `gh run view --log` puts the job and the step before each line, with a tab behind each of them; of a message of
# several lines, only the first has a time as well.
_COLUMNS: Final = re.compile(r"([^\t\n]{1,200})\t([^\t\n]{0,200})\t")
_STAMPED: Final = re.compile(rf"[^\t\n]{{1,200}}\t[^\t\n]{{0,200}}\t\ufeff?{_TIME}")
# A copied piece may have no time in it: then all of its lines, and at least so many, have the two columns.
_FEWEST_LINES: Final = 3
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


class JobLog(NamedTuple):
    """The log of one job; ``job`` is its name as GitHub shows it, empty if the log does not say."""

    job: str
    text: str


class Line(NamedTuple):
    """A line as a tool wrote it; ``failed`` says that the runner marked it as an error."""

    text: str
    failed: bool = False


MOST_FILES: Final = 1000
"""The most files of a downloaded archive that are looked at."""

_ENTRY: Final = re.compile(r"(?:\d+_)?([^/]{1,300})\.txt")


def job_logs(data: bytes) -> tuple[JobLog, ...]:
    """Return the logs of the jobs in what was downloaded, copied or printed, in its order.

    The page of a run gives a zip archive with a file for each job, `gh run view` puts the job's name before each
    line. At most 10 MiB are read of each; an archive that is damaged holds nothing.
    """
    if data.startswith(b"PK\x03\x04"):
        return tuple(_archived(data))
    if data.startswith(b"\x1f\x8b"):
        # The limit bounds what is unpacked, whatever the archive promises.
        data = _unpacked(data)
    return by_job(decode_log(data))


def _unpacked(data: bytes) -> bytes:
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        return decompressor.decompress(data, LARGEST_LOG)
    except zlib.error:
        return b""


def _archived(data: bytes) -> Iterable[JobLog]:
    """Yield the jobs of an archive: its top-level files; the folders beside them hold the same, step by step."""
    import zipfile

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError):
        return
    entries = [entry for entry in archive.infolist()[:MOST_FILES] if entry.filename.endswith(".txt")]
    left = 4 * LARGEST_LOG
    for entry in [entry for entry in entries if "/" not in entry.filename] or entries:
        named = _ENTRY.fullmatch(entry.filename.rpartition("/")[2])
        text = _entry(archive, entry, min(left, LARGEST_LOG))
        left -= len(text)
        folder = entry.filename.rpartition("/")[0]
        yield JobLog(folder or (named[1] if named is not None else ""), decode_log(text))


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    import zipfile

    try:
        with archive.open(entry) as file:
            return file.read(limit)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, RuntimeError, EOFError):
        return b""


def by_job(text: str) -> tuple[JobLog, ...]:
    """Divide what `gh run view --log` printed into its jobs; any other text is the log of one."""
    if len(text) > LARGEST_LOG:
        text = text[-LARGEST_LOG:]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [_COLUMNS.match(line) for line in lines]
    stamped = {match[0] for match, line in zip(found, lines, strict=True) if match and _STAMPED.match(line)}
    if not stamped:
        written = [match for match, line in zip(found, lines, strict=True) if line.strip()]
        if len(written) < _FEWEST_LINES or None in written:
            return (JobLog("", "\n".join(lines)),)
        stamped = {match[0] for match in written if match is not None}
    jobs: dict[str, list[str]] = {}
    job = ""
    for match, line in zip(found, lines, strict=True):
        if match is not None and match[0] in stamped:
            job = match[1].lstrip("\ufeff")
            line = line[match.end() :]  # noqa: PLW2901 - the rest of it is the line
        jobs.setdefault(job, []).append(line)
    return tuple(JobLog(name, "\n".join(lines)) for name, lines in jobs.items())


def clean_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a job's log as the tools wrote them, in linear time."""
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    lines: list[Line] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines += _clean(line)
    return tuple(lines)


def _clean(line: str) -> list[Line]:
    stamp = _STAMP.match(line)
    if stamp is not None:
        line = line[stamp.end() :]
    line = line.lstrip("\ufeff")
    command = _COMMAND.match(line)
    failed = False
    if command is not None:
        failed = "error" in command[0]
        line = line[command.end() :]
    line = _LABEL.sub("", line)
    if command is None and "%0A" not in line:
        return [Line(line, failed)]
    # As the runner's commands escape what they carry; the percent sign comes last.
    plain = line.replace("%0D", "").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    return [Line(part, failed) for part in plain.split("\n")]
