"""Reads the log of a failed run: the error, how far it came, and what the token claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.log import details
from publish_gate.doctor.log.lines import clean_lines, decode_log
from publish_gate.doctor.log.messages import KNOWN, WEAK, Error, Stage

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims


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
    """Read a job's log, or a piece of one, in time that grows with its length alone.

    Of more than 10 MiB, the end is read. Time stamps, colours, commands of the runner and its escapes are
    removed; lines that a tool wrapped are put together.
    """
    from publish_gate.doctor.trusted_publishing.printed import printed_claims

    lines = clean_lines(decode_log(log) if isinstance(log, bytes) else log)
    flat = " ".join(" ".join(lines).split())
    code, description = details.answer(lines)
    status, message = details.upload_answer(flat)
    version = details.version(flat)
    signals = _signals(flat)
    if not signals and status == _BAD_REQUEST and "+" in (version or ""):
        # Of all that can be wrong with a file, this is certain, whatever else the index said.
        signals = (Signal(Error.LOCAL_VERSION, Stage.UPLOAD, 0),)
    at = signals[0].at if signals else 0
    return Record(
        signals=signals,
        code=code,
        description=description,
        claims=printed_claims(lines),
        tool=details.tool(flat),
        upload_status=status,
        upload_message=message,
        file=details.file(flat, at),
        project=details.project(flat),
        version=version,
        index=details.index(flat, at),
    )


def _signals(flat: str) -> tuple[Signal, ...]:
    """Return the errors in their order, each where it is first said, without those that others hide."""
    lower = flat.lower()
    first: dict[Error, Signal] = {}
    hidden: set[Error] = set()
    for known in KNOWN:
        at = lower.find(known.text)
        if at < 0:
            continue
        hidden.update(known.hides)
        if known.error not in first or at < first[known.error].at:
            first[known.error] = Signal(known.error, known.stage, at)
    if not first.keys() <= hidden | WEAK:
        hidden |= WEAK
    return tuple(sorted((each for each in first.values() if each.error not in hidden), key=lambda each: each.at))
