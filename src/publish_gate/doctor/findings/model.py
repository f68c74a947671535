"""What the doctor finds: a fault with its place, how sure it is, and what to do."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from publish_gate.doctor.fixes.edits import Edit
    from publish_gate.places import Place


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

    ``causes`` are the root causes of a failure that this finding explains, in the words of `record.causes`.
    """

    id: str
    title: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. ``job`` is the job's id, empty where it concerns none; ``remedy`` says what to do next.

    ``cause`` is the root cause this would be in a failed run, empty where it is none. ``edits`` change the
    workflow so that the fault is gone; ``safe`` says that they can be made without knowing more.
    ``situations`` are the names of those in which it shows.
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

    @property
    def told(self) -> str:
        """What was found and what to do, as sentences."""
        return sentences(self.message, self.remedy)
