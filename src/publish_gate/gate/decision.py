"""What a decision says: every check of every target with what was seen, and the reason that follows."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from packaging.version import Version

    from publish_gate.gate.compare import Comparison
    from publish_gate.gate.rules import Target
    from publish_gate.index.state import IndexState
    from publish_gate.versions.model import VersionReading


class CheckId(enum.Enum):
    """The checks, in the order in which they are made and told."""

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
    """The version of this commit: how it was read, and its PEP 440 form where it has one.

    ``expected_of`` names the tool that will compute the version when it builds; ``version`` is then what the pushed
    tag makes the gate expect, not what was read. Empty if the project's files say the version.
    """

    reading: VersionReading
    version: Version | None
    expected_of: str = ""


class NamedByTag(NamedTuple):
    """What else the pushed tag names: packages whose tags it could be as well, or that are released together.

    ``rivals`` are the names of all that it could mean if their tags are written differently, ``laggards`` those, with
    their versions, that it releases together with this package although they have another version.
    """

    rivals: tuple[str, ...] = ()
    laggards: tuple[str, ...] = ()


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

    @property
    def concerned(self) -> bool:
        """Whether this run is one that the target publishes on: its event and its ref hold."""
        return all(check.holds for check in self.checks if check.check in {CheckId.EVENT, CheckId.REF})

    @property
    def told(self) -> tuple[CheckResult, ...]:
        """The checks as they are told: the cause, what else does not hold, and then what does."""
        return tuple(sorted(self.checks, key=lambda check: (check.holds, check.reason is not self.reason)))

    def broken_by(self, reasons: frozenset[Reason]) -> CheckResult | None:
        """Return the check that does not hold for one of ``reasons``: the cause if it is one, else the first."""
        found = [check for check in self.checks if not check.holds and check.reason in reasons]
        return next((check for check in found if check.reason is self.reason), found[0] if found else None)


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
    def by_concern(self) -> tuple[TargetDecision, ...]:
        """The targets, the one that this run is about first: it publishes, or would by event and ref.

        If the run is about none, the nearest is the one that the fewest checks keep from publishing.
        """

        def distance(decision: TargetDecision) -> tuple[bool, bool, int]:
            return (
                not decision.should_publish,
                not decision.concerned,
                sum(not check.holds for check in decision.checks),
            )

        return tuple(sorted(self.targets, key=distance))

    @property
    def should_build(self) -> bool:
        """Whether any target's version checks hold."""
        return any(each.should_build for each in self.targets)

    @property
    def undecided(self) -> bool:
        """Whether any target could not be decided."""
        return any(each.undecided for each in self.targets)
