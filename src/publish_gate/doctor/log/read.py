"""Reads the log of a failed run: the error, how far it came, and what the token claimed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from publish_gate.doctor.log.lines import by_job, clean_lines, job_logs
from publish_gate.doctor.log.messages import FAILED_STATUS, KNOWN, WEAK, Error, Stage
from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.log.lines import Line
    from publish_gate.doctor.trusted_publishing.claims import Claims

CODES: Final = (
    "invalid-publisher",
    "invalid-pending-publisher",
    "invalid-reuse-token",
    "invalid-payload",
    "invalid-token",
    "not-enabled",
)
"""The codes with which an index refuses a token. Source: warehouse's oidc/views.py."""

_LONGEST: Final = 1000
_CODE: Final = re.compile(rf"`?\b({'|'.join(CODES)})\b`?\s?:\s?")
_JSON_CODE: Final = re.compile(rf'"code"\s?:\s?"({"|".join(CODES)})"')
_JSON_TEXT: Final = re.compile(r'"description"\s?:\s?("(?:[^"\\]|\\.){0,4000}")')
_BARE_CODE: Final = re.compile(rf"(?<![\w-])({'|'.join(CODES)})(?![\w-])")
_MOST_LINES: Final = 4

_NAME: Final = r"[A-Za-z0-9._+!~-]{1,200}"
_STATUS: Final = re.compile(
    r"(?:HTTPError:? |HTTP Error |status code:? |Server says: |Response from \S{1,300}: |UploadError\] ?|Error: |^)"
    r"([345]\d\d)\b:? ?"
)
# What stands between the status and the reason: its standard name, the address, and uv's second status.
_PHRASE: Final = re.compile(
    r"(?:Bad Request|Forbidden|Client Error|Server Error|Conflict|Not Found|Unauthorized|Gone|Too Many Requests|"
    r"Bad Gateway|Service Unavailable|Internal Server Error|Gateway Timeout)?"
    r"(?:\)|\.? Server says)?(?: from \S{1,300}|:)? ?(?:[345]\d\d )?"
)
_ENDS: Final = re.compile(
    r" (?:ERROR|WARNING|INFO|Traceback|During|##\[|Post job|Cleaning up|Retry with|Process completed|"
    r"The server could not comply|Access was denied to this resource)\b"
)
_FILES: Final = (
    re.compile(rf"already exists \('({_NAME})'"),
    re.compile(rf"Binary wheel '({_NAME})' has"),
    re.compile(rf"Unknown distribution format: '({_NAME})'"),
    re.compile(r"Failed to publish:? `([^`]{1,300})`"),
    re.compile(rf"[Ff]ilename '({_NAME})'"),
    re.compile(r"Checking (\S{1,300}): (?:ERROR|FAILED|InvalidDistribution)"),
)
_UPLOADING: Final = re.compile(rf"Uploading ({_NAME}\.(?:whl|tar\.gz|zip|egg))")
_PROJECTS: Final = (
    re.compile(rf"not valid for project:? '({_NAME})'"),
    re.compile(rf"to upload to project '({_NAME})'"),
    re.compile(rf"The name '({_NAME})'"),
    re.compile(rf"Limit for project '({_NAME})'"),
    re.compile(rf"[Ss]tart filename for '({_NAME})'"),
)
_VERSIONS: Final = (
    re.compile(rf"local versions in <Version\('({_NAME})'\)>"),
    re.compile(rf"'({_NAME})' is an invalid value for Version"),
    re.compile(rf"Version in filename should be '({_NAME})'"),
    re.compile(rf"\(version ({_NAME})\)"),
)
_TOOLS: Final = (
    (
        "uv",
        (
            "failed to obtain token for trusted publishing",
            "tokenclaims {",
            "run uv publish",
            "error: failed to publish",
        ),
    ),
    (
        "pypa-action",
        ("gh-action-pypi-publish", "trusted publishing exchange failure", "attestation generation failure"),
    ),
    ("poetry", ("poetry publish", "[uploaderror]")),
    ("maturin", ("maturin upload", "maturin publish", "maturin failed")),
    ("flit", ("flit publish", "flit_core")),
    ("hatch", ("hatch publish",)),
    ("pdm", ("pdm publish",)),
    ("twine", ("uploading distributions to", "twine upload", "invaliddistribution", "error during upload. retry with")),
)


def _answer(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the code with which an index refused a token, and its description; None where nothing says it."""
    for number, line in enumerate(lines):
        if len(line) > _LONGEST * 10:
            continue
        structured = _JSON_CODE.search(line)
        if structured is not None:
            return structured[1], _json_description(line)
        found = _CODE.search(line)
        if found is not None:
            return found[1], _description(line[found.end() :], lines[number + 1 : number + _MOST_LINES])
    for line in lines:
        bare = _BARE_CODE.search(line)
        if bare is not None:
            return bare[1], None
    return None, None


def _json_description(line: str) -> str | None:
    found = _JSON_TEXT.search(line)
    if found is None:
        return None
    try:
        return str(json.loads(found[1]))[:_LONGEST]
    except ValueError:
        return None


def _description(text: str, following: Sequence[str]) -> str | None:
    """Return a description that may go on in the next lines, to its closing bracket."""
    text = text.strip()
    for line in following:
        if text and text.count("(") <= text.count(")"):
            break
        if not line.strip():
            break
        text = f"{text} {line.strip()}".strip()
    return text[:_LONGEST] or None


def _upload_answer(flat: str) -> tuple[int | None, str | None]:
    """Return the status with which an index refused a file, and its reason."""
    found = _STATUS.search(flat)
    if found is not None:
        phrase = _PHRASE.match(flat, found.end())
        start = found.end() if phrase is None else phrase.end()
        text = flat[start : start + _LONGEST // 2]
        end = _ENDS.search(text)
        message = (text[: end.start()] if end is not None else text).strip()
        return int(found[1]), message or None
    return None, None


def _file(flat: str, before: int) -> str | None:
    """Return the file that an error is about: the one it names, or the last that was sent ``before`` it."""
    named = _first(_FILES, flat)
    if named is not None:
        return named.rpartition("/")[2]
    last = None
    for found in _UPLOADING.finditer(flat, 0, before or len(flat)):
        last = found[1]
    return last


def _project(flat: str) -> str | None:
    """Return the project that an error names."""
    return _first(_PROJECTS, flat)


def _version(flat: str) -> str | None:
    """Return the version that an error names."""
    return _first(_VERSIONS, flat)


def _first(patterns: Sequence[re.Pattern[str]], flat: str) -> str | None:
    for pattern in patterns:
        found = pattern.search(flat)
        if found is not None:
            return found[1]
    return None


def _tool(flat: str) -> str | None:
    """Return what uploaded: the name of the program, or ``pypa-action``."""
    lower = flat.lower()
    return next((name for name, marks in _TOOLS if any(mark in lower for mark in marks)), None)


def _index(flat: str, before: int) -> str | None:
    """Return the public index that was uploaded to: the one named last ``before`` the error, else the first after."""
    mentions: list[tuple[int, str]] = []
    for each in PUBLIC_INDEXES:
        for host in {each.host, urlsplit(each.upload).netloc}:
            for address in (f"https://{host}/legacy", f"https://{host}/_/oidc", f"repository at {host} "):
                last = flat.rfind(address, 0, before) if before else -1
                if last >= 0:
                    mentions.append((last, each.name))
                first = flat.find(address, before)
                if first >= 0:
                    mentions.append((-first - 1, each.name))
    return max(mentions)[1] if mentions else None


_BAD_REQUEST: Final = 400


class Signal(NamedTuple):
    """One recognised text: what it means, at which stage it is said, and where it begins in the flattened log."""

    error: Error
    stage: Stage
    at: int


@dataclass(frozen=True, slots=True)
class Record:
    """What the log of a run says.

    ``signals`` are the errors that were recognised, in their order; nothing was, where it is empty. ``code`` and
    ``description`` are an index's answer to the token, ``claims`` what a tool printed of it. ``tool`` is what
    uploaded. ``upload_status`` and ``upload_message`` are an index's answer to a file, ``file``, ``project``
    and ``version`` what they are about, ``index`` is ``pypi`` or ``testpypi``. ``job`` is the name of the job.
    ``quote`` is the first line that tells of an error, if none was recognised. All are None if nothing says it.
    """

    signals: tuple[Signal, ...] = ()
    code: str | None = None
    description: str | None = None
    claims: Claims | None = None
    tool: str | None = None
    upload_status: int | None = None
    upload_message: str | None = None
    file: str | None = None
    project: str | None = None
    version: str | None = None
    index: str | None = None
    job: str | None = None
    quote: str | None = None

    @property
    def error(self) -> Error | None:
        """The first error; what comes after it may only follow from it."""
        return self.signals[0].error if self.signals else None

    @property
    def stage(self) -> Stage | None:
        """How far the run came; None where the log does not tell."""
        if self.signals:
            return self.signals[0].stage
        if self.code is not None:
            return Stage.TOKEN_EXCHANGE
        return Stage.UPLOAD if self.upload_status is not None else None

    def has(self, error: Error) -> bool:
        """Whether an error was recognised."""
        return any(signal.error is error for signal in self.signals)


def read_log(log: str | bytes) -> Record:
    """Read the log of a run, or a piece of one, in time that grows with its length alone.

    Archives are unpacked, time stamps, colours, commands of the runner and its escapes removed; lines that a tool
    wrapped are put together. Of several jobs, the first in which a known error stands is read, else the first in
    which any stands.
    """
    jobs = job_logs(log) if isinstance(log, bytes) else by_job(log)
    records = [_read_job(job, text) for job, text in jobs] or [Record()]
    return next(
        (record for record in records if record.error not in {None, *WEAK}),
        next((record for record in records if record.signals or record.quote or record.code), records[-1]),
    )


def _read_job(job: str, log: str) -> Record:
    from publish_gate.doctor.trusted_publishing.read_claims import printed_claims

    marked = clean_lines(log)
    lines = [line.text for line in marked]
    flat = " ".join(" ".join(lines).split())
    code, description = _answer(lines)
    status, message = _upload_answer(flat)
    version = _version(flat)
    signals = _signals(flat)
    if not signals and status == _BAD_REQUEST and "+" in (version or ""):
        # Of all that can be wrong with a file, this is certain, whatever else the index said.
        signals = (Signal(Error.LOCAL_VERSION, Stage.UPLOAD, 0),)
    if not signals and status is not None:
        error = next((error for first, last, error in FAILED_STATUS if first <= status <= last), None)
        signals = (Signal(error, Stage.UPLOAD, 0),) if error is not None else ()
    at = signals[0].at if signals else 0
    return Record(
        signals=signals,
        code=code,
        description=description,
        claims=printed_claims(lines),
        tool=_tool(flat),
        upload_status=status,
        upload_message=message,
        file=_file(flat, at),
        project=_project(flat),
        version=version,
        index=_index(flat, at),
        job=job or None,
        quote=None if signals else _quote(marked),
    )


# What the runner and its shells say of every step that failed.
_HOLLOW: Final = re.compile(
    r"(?i)\W*(?:process completed with exit code|the process '[^']*' failed|the operation was canceled|"
    r"error during upload\. retry with|docker run failed with exit code)"
)
_FAILED: Final = re.compile(r"\s*(?:\[?(?:error|fatal|ERROR|FATAL)\]?\b:?|\w+(?:Error|Exception)\b:?)\s*\S")
_LONGEST_QUOTE: Final = 300


def _quote(lines: Sequence[Line]) -> str | None:
    """Return the first line that tells of an error: one that the runner marked, else one that looks like it."""
    said = [line for line in lines if line.text.strip() and not _HOLLOW.match(line.text)]
    marked = next((line.text for line in said if line.failed), None)
    found = marked or next((line.text for line in said if _FAILED.match(line.text)), None)
    return " ".join(found.split())[:_LONGEST_QUOTE] if found is not None else None


def _signals(flat: str) -> tuple[Signal, ...]:
    """Return the errors in their order, each where it is first said, without those that others hide."""
    lower = flat.lower()
    first: dict[Error, Signal] = {}
    hidden: set[Error] = set()
    for known in KNOWN:
        places = [at for text in known.texts if (at := lower.find(text)) >= 0]
        if not places:
            continue
        hidden.update(known.hides)
        at = min(places)
        if known.error not in first or at < first[known.error].at:
            first[known.error] = Signal(known.error, known.stage, at)
    if not first.keys() <= hidden | WEAK:
        hidden |= WEAK
    return tuple(sorted((each for each in first.values() if each.error not in hidden), key=lambda each: each.at))
