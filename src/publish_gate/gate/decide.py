"""The decision: settings, context, local version and index state in, a `PackageDecision` out.

Nothing here reads a file, a clock, the network or the environment.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.gate.built import NOT_BUILT
from publish_gate.gate.checks import BUILT_CHECKS, CHECKS, Evidence, find_release, named_version
from publish_gate.gate.compare import compare
from publish_gate.gate.decision import (
    VERSION_CHECKS,
    CheckResult,
    LocalVersion,
    NamedByTag,
    PackageDecision,
    TargetDecision,
)
from publish_gate.gate.precedence import cause
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.index.state import Published, Unknown
from publish_gate.run_context import RefKind
from publish_gate.versions.model import FaultKind, FoundVersion, VersionFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from publish_gate.gate.built import Built
    from publish_gate.gate.rules import Target
    from publish_gate.index.state import IndexState
    from publish_gate.run_context import Context
    from publish_gate.versions.model import VersionReading

_LONGEST_VERSION = 512


def resolve_version(reading: VersionReading, context: Context, project: str, targets: Sequence[Target]) -> LocalVersion:
    """Turn what was read into the version of this commit.

    A git-tag back end is expected to take its version from the tag that triggered the run, if one did, if it names a
    version of this project, and if the checkout shows no other tag that the tool would take.
    """
    if isinstance(reading, VersionFault):
        return _from_tag(reading, context, project, targets)
    if len(reading.text) > _LONGEST_VERSION:
        return LocalVersion(reading, None)
    try:
        return LocalVersion(reading, Version(reading.text))
    except InvalidVersion:
        return LocalVersion(reading, None)


def _from_tag(fault: VersionFault, context: Context, project: str, targets: Sequence[Target]) -> LocalVersion:
    tag = context.ref.name if context.ref.kind is RefKind.TAG else None
    if fault.kind is not FaultKind.DYNAMIC or not fault.from_tags or tag is None:
        return LocalVersion(fault, None)
    named = next(filter(None, (named_version(target, tag, project) for target in targets)), None)
    if named is None:
        return LocalVersion(fault, None)
    if context.tags_here:
        from publish_gate.gate.tag_choice import other_winner

        other = other_winner(fault.tool, tag, str(named), context.tags_here)
        if other is not None:
            return LocalVersion(replace(fault, message=other.message, advice=other.advice), None)
    found = FoundVersion(str(named), None, "the tag that was pushed", withheld=fault.withheld)
    return LocalVersion(found, named, fault.tool or "a tool")


def decide(  # noqa: PLR0913, PLR0917 - everything that a decision goes by, and nothing else
    project: str,
    targets: Sequence[Target],
    context: Context,
    reading: VersionReading,
    states: Mapping[str, IndexState],
    now: datetime,
    named: NamedByTag = NamedByTag(),  # noqa: B008 - immutable
    built: Mapping[str, Built] = MappingProxyType({}),
) -> PackageDecision:
    """Decide one project for all of its ``targets`` (at least one).

    ``states`` maps the name of a target, and of every target that another comes ``after``, to what its index
    said; a missing one is only allowed where there is no version to ask about. ``now`` is an aware time.
    ``named`` says what else the pushed tag names. ``built`` maps the name of a target to what was built for it; the
    checks of what was built are made only for those.
    """
    local = resolve_version(reading, context, project, targets)
    return PackageDecision(
        project,
        local,
        tuple(
            _decide_target(
                Evidence(
                    project,
                    target,
                    context,
                    local,
                    states.get(target.name),
                    release=None,
                    comparison=None,
                    named=named,
                    after=states.get(target.after) if target.after is not None else None,
                    now=now,
                    built=built.get(target.name, NOT_BUILT),
                )
            )
            for target in targets
        ),
    )


def _decide_target(seen: Evidence) -> TargetDecision:
    target, index, version = seen.target, seen.index, seen.local.version
    if version is not None and index is None:
        # What was not asked must not look like what is not there.
        raise ValueError(f"the index of {target.name} was not asked")
    if version is not None and not isinstance(index, Unknown):
        published = [each.version for each in index.releases] if isinstance(index, Published) else []
        compared = compare(version, published, target.policy)
        seen = replace(seen, release=find_release(index, version), comparison=compared)
    checks = tuple(check(seen) for check in (CHECKS if seen.built is NOT_BUILT else (*CHECKS, *BUILT_CHECKS)))
    should_build = all(each.holds for each in checks if each.check in VERSION_CHECKS)
    failed = cause(checks)
    reason = failed.reason if failed is not None and failed.reason is not None else _positive(seen)
    return TargetDecision(
        target=target,
        index=index,
        checks=checks,
        should_build=should_build,
        should_publish=failed is None,
        reason=reason,
        message=_message(seen, reason, failed, checks),
        advice=failed.advice if failed is not None else "",
        comparison=seen.comparison,
        built=seen.built if seen.built is not NOT_BUILT else None,
    )


def _positive(seen: Evidence) -> Reason:
    if not isinstance(seen.index, Published) or not seen.index.releases:
        return Reason.FIRST_RELEASE
    if seen.release is not None:
        return Reason.INCOMPLETE_RELEASE
    return Reason.NEW_VERSION


def _message(seen: Evidence, reason: Reason, failed: CheckResult | None, checks: Sequence[CheckResult]) -> str:
    if failed is not None:
        # What is certain without the index is worth more than "try again".
        certain = cause(check for check in checks if check.reason and check.reason.outcome is not Outcome.ERROR)
        if reason is Reason.INDEX_UNAVAILABLE and certain is not None:
            return f"{failed.message}; whatever it would have said: {certain.message}"
        return failed.message
    what = f"{seen.project} {seen.local.version}"
    if seen.local.expected_of:
        what += f" (expected by its tag; {seen.local.expected_of} computes what is built)"
    where = seen.target.name
    previous = seen.comparison.previous if seen.comparison is not None else None
    if reason is Reason.FIRST_RELEASE:
        return f"{what} is the first release on {where}"
    if reason is Reason.INCOMPLETE_RELEASE:
        return f"{what} is on {where}, but not complete; what is missing can still be added"
    return f"{what} is new on {where}" + (f", after {previous}" if previous is not None else "")
