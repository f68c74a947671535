"""What a decision says: every check of every target with what was seen, and the reason that follows."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.gate.reasons import Outcome, Reason

if TYPE_CHECKING:
    from packaging.version import Version

    from publish_gate.gate.compare import Comparison
    from publish_gate.gate.rules import Target
    from publish_gate.index.state import IndexState
    from publish_gate.versions.model import VersionReading


class CheckId(enum.Enum):
    """The checks, in the order in which the first failure gives the reason."""

    READABLE = "version-readable"
    VALID = "version-valid"
    PUBLIC = "version-public"
    UNPUBLISHED = "not-yet-published"
    OPEN = "project-open"
    AHEAD = "version-ahead"
    PRERELEASE = "prerelease-wanted"
    EVENT = "event"
    REF = "ref"
    TRUST = "trusted-source"
    TAG = "tag-names-version"
    ENVIRONMENT = "environment"
    PROMOTED = "promoted"


VERSION_CHECKS = (
    CheckId.READABLE,
    CheckId.VALID,
    CheckId.PUBLIC,
    CheckId.UNPUBLISHED,
    CheckId.OPEN,
    CheckId.AHEAD,
    CheckId.PRERELEASE,
)


class Status(enum.Enum):
    """How a check ended. SKIPPED: it does not apply, or an earlier one left nothing to look at."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: what was seen (``message``), the facts behind it and, where it does not hold, what to do."""

    check: CheckId
    status: Status
    message: str
    reason: Reason | None = None
    advice: str = ""
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether this check stands in nobody's way."""
        return self.status in {Status.PASSED, Status.SKIPPED}


@dataclass(frozen=True, slots=True)
class LocalVersion:
    """The version of this commit: how it was read, and its PEP 440 form where it has one."""

    reading: VersionReading
    version: Version | None


@dataclass(frozen=True, slots=True)
class TargetDecision:
    """May this commit build and publish, as far as one target goes."""

    target: Target
    index: IndexState | None
    checks: tuple[CheckResult, ...]
    should_build: bool
    should_publish: bool
    reason: Reason
    message: str
    advice: str
    comparison: Comparison | None

    @property
    def undecided(self) -> bool:
        """Whether the reason is an error: nothing could be decided."""
        return self.reason.outcome is Outcome.ERROR


@dataclass(frozen=True, slots=True)
class PackageDecision:
    """The decisions of one package for all of its targets, in the order they were asked for."""

    project: str
    local: LocalVersion
    targets: tuple[TargetDecision, ...]

    @property
    def publishing(self) -> TargetDecision | None:
        """The first target that publishes."""
        return next((each for each in self.targets if each.should_publish), None)

    @property
    def leading(self) -> TargetDecision:
        """The decision that the single outputs describe."""
        return self.publishing or self.targets[0]

    @property
    def should_build(self) -> bool:
        """Whether any target's version checks hold."""
        return any(each.should_build for each in self.targets)

    @property
    def undecided(self) -> bool:
        """Whether any target could not be decided."""
        return any(each.undecided for each in self.targets)
