"""What the doctor finds: a fault with its place, how sure it is, and what to do."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from publish_gate import HOME
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.fixes.edits import Edit
    from publish_gate.places import Place


FOLDER = "docs/doctor"


def sentences(*texts: str) -> str:
    """Join what is said in several places to sentences, whether it was written as one or not."""
    return ". ".join(text[:1].upper() + text[1:].rstrip(".") for text in texts if text)


class Severity(enum.Enum):
    """How bad a finding is.

    An ERROR will fail or publish what it should not. A WARNING can, in a situation that the files do not rule
    out. ADVICE is about what would be better; nothing is wrong without it.
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Confidence(enum.Enum):
    """How sure a finding is: computed from what was read, or inferred from what usually holds."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Rule(NamedTuple):
    """One thing the doctor looks for: its ``id`` is also the name of its page in ``docs/doctor``.

    ``causes`` are the root causes of a failure that this finding explains, in the words of `log.causes`.
    """

    id: str
    title: str
    causes: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The address of the page that explains it."""
        return f"{HOME}/blob/main/{FOLDER}/{self.id}.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. ``job`` is the job's id, empty if it concerns none; ``remedy`` says what to do next.

    ``cause`` is the root cause this would be in a failed run, empty if it is none. ``edits`` change the
    workflow so that the fault is gone; ``safe`` says that they can be made without knowing more.
    ``situations`` are the names of those in which it shows, ``index`` is the one that it is about, empty if about any.
    """

    rule: Rule
    severity: Severity
    confidence: Confidence
    message: str
    remedy: str
    place: Place | None = None
    job: str = ""
    cause: str = ""
    edits: tuple[Edit, ...] = ()
    safe: bool = False
    situations: tuple[str, ...] = ()
    index: str = ""

    @property
    def text(self) -> str:
        """What was found and what to do, as sentences."""
        return sentences(self.message, self.remedy)


class Detector(NamedTuple):
    """A rule and what finds it."""

    rule: Rule
    find: Callable[[Analysis], Iterable[Finding]]


def detects(
    id: str,  # noqa: A002 - the field of a rule
    title: str,
    causes: tuple[str, ...] = (),
) -> Callable[[Callable[[Analysis], Iterable[Finding]]], Detector]:
    """Declare that a function detects a rule; its name then stands for both."""

    def declared(find: Callable[[Analysis], Iterable[Finding]]) -> Detector:
        return Detector(Rule(id, title, causes), find)

    return declared
