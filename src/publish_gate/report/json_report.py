"""The whole decision as plain data: the `report` output and `--format json`."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from publish_gate import __version__
from publish_gate.gate.checks import describe_distributions, find_release, missing_distributions
from publish_gate.index.state import Absent, Published, Unknown
from publish_gate.versions.model import VersionFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from publish_gate.gate.decision import CheckResult, LocalVersion, TargetDecision
    from publish_gate.gate.rules import Target
    from publish_gate.index.state import IndexState
    from publish_gate.places import Place
    from publish_gate.run import Decided, Result
    from publish_gate.run_context import ReleaseFlags

# Outputs of a job are limited to 1 MB: of a long history the newest releases are listed.
_MOST_VERSIONS = 200
_MOST_PACKAGES = 200
_MOST_FILES = 300
_LONGEST_TEXT = 1000

Json = dict[str, object]


class Detail(enum.Enum):
    """How much of each package is told; the first level that fits is used."""

    EVERYTHING = "everything"
    FAILED_CHECKS = "failed-checks"
    REASONS = "reasons"
    FIRST_PACKAGES = "first-packages"


def as_report(result: Result, detail: Detail = Detail.EVERYTHING, most: int = _MOST_PACKAGES) -> Json:
    """Return the decisions of one run as plain data for JSON; ``most`` bounds the packages of the least detail."""
    context, leading = result.context, result.leading.decision.leading
    packages: Sequence[Decided] = result.packages
    if detail is Detail.FIRST_PACKAGES:
        # What is published or could not be decided is what a reader looks for.
        packages = sorted(packages, key=lambda each: not (each.decision.publishing or each.decision.undecided))[:most]
    return {
        "tool": {"name": "publish-gate", "version": __version__},
        "context": {
            "event": context.event,
            "activity": context.activity,
            "ref": context.ref.full,
            "default-branch": context.default_branch,
            "repository": context.repository,
            "in-fork": context.in_fork,
            "foreign-head": context.foreign_head,
            "distrust": _cut(context.distrust) or None,
            "release": _release(context.release),
        },
        "detail": detail.value,
        "notes": [_cut(note) for note in result.notes],
        "packages": [_package(each, detail) for each in packages],
        "packages-omitted": len(result.packages) - len(packages),
        "decision": {
            "should-build": result.should_build,
            "should-publish": bool(result.publishing),
            "publish-to": leading.target.name if leading.should_publish else "",
            "package": result.leading.decision.project,
            "reason": leading.reason.value,
            "message": _cut(leading.message),
        },
    }


def _release(release: ReleaseFlags | None) -> Json | None:
    if release is None:
        return None
    return {
        "prerelease": release.prerelease,
        "draft": release.draft,
        "tag": _cut(release.tag or "") or None,
        "target-commitish": _cut(release.target or "") or None,
    }


def _package(decided: Decided, detail: Detail) -> Json:
    decision = decided.decision
    return {
        "name": decision.project,
        "path": decided.path,
        "version": _local(decision.local),
        "targets": [_target(decision.local.version, each, detail) for each in decision.targets],
    }


def _local(local: LocalVersion) -> Json:
    reading = local.reading
    if isinstance(reading, VersionFault):
        return {
            "normalized": None,
            "fault": reading.kind.value,
            "cause": reading.cause,
            "message": _cut(reading.message),
            "advice": _cut(reading.advice),
            "suggestion": reading.suggestion,
            **_place(reading.place),
        }
    return {
        "normalized": str(local.version) if local.version is not None else None,
        "text": _cut(reading.text),
        "declared-by": reading.declared_by,
        "computed-by": local.expected_of or None,
        "notes": [_cut(note) for note in reading.notes],
        **_place(reading.place),
    }


def _place(place: Place | None) -> Json:
    return {"file": place.path if place else None, "line": place.line if place else None}


def _target(version: Version | None, decision: TargetDecision, detail: Detail) -> Json:
    comparison = decision.comparison
    short: Json = {
        "target": decision.target.name,
        "should-build": decision.should_build,
        "should-publish": decision.should_publish,
        "reason": decision.reason.value,
    }
    if detail not in {Detail.EVERYTHING, Detail.FAILED_CHECKS}:
        return short
    failed = [_check(each) for each in decision.checks if not each.holds]
    if detail is Detail.FAILED_CHECKS:
        return {**short, "message": _cut(decision.message), "checks": failed}
    return {
        "target": decision.target.name,
        "should-build": decision.should_build,
        "should-publish": decision.should_publish,
        "reason": decision.reason.value,
        "message": _cut(decision.message),
        "advice": _cut(decision.advice),
        "concerned": decision.concerned,
        "environment": decision.target.environment,
        "policy": decision.target.policy.value,
        "previous-version": str(comparison.previous) if comparison and comparison.previous else None,
        "bump": comparison.bump if comparison else "",
        "index": _index(decision.index, version, decision.target),
        "checks": [_check(each) for each in decision.checks],
        "built": _built(decision),
    }


def _built(decision: TargetDecision) -> Json | None:
    if decision.built is None:
        return None
    upload, there = decision.uploads
    return {
        "folder": decision.built.folder,
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.hashes.get("sha256"), "version": file.version or None}
            for file in decision.built.files[:_MOST_FILES]
        ],
        "files-to-upload": list(upload[:_MOST_FILES]),
        "already-uploaded": list(there[:_MOST_FILES]),
    }


def _check(result: CheckResult) -> Json:
    return {
        "check": result.check.value,
        "status": result.status.value,
        "reason": result.reason.value if result.reason is not None else None,
        "message": _cut(result.message),
        "advice": _cut(result.advice),
        "evidence": {key: _cut(value) for key, value in result.evidence},
    }


def _index(state: IndexState | None, version: Version | None, target: Target) -> Json | None:
    if state is None:
        return None
    if isinstance(state, Unknown):
        return {
            "state": "unknown",
            "cause": state.cause.value,
            "message": _cut(state.message),
            "hint": _cut(state.hint),
            "url": state.url,
        }
    if isinstance(state, Absent):
        return {"state": "absent", "api": state.api.value, "url": state.url}
    return _published(state, version, target)


def _published(state: Published, version: Version | None, target: Target) -> Json:
    finals = [each for each in state.releases if not each.version.is_prerelease]
    early = [each for each in state.releases if each.version.is_prerelease]
    newest = list(reversed(state.releases[-_MOST_VERSIONS:]))
    release = find_release(state, version) if version is not None else None
    return {
        "state": "published",
        "api": state.api.value,
        "url": state.url,
        "project-status": state.status,
        "versions": [str(each.version) for each in newest],
        "versions-omitted": len(state.releases) - len(newest),
        "latest": {
            "final": str(finals[-1].version) if finals else None,
            "prerelease": str(early[-1].version) if early else None,
        },
        "yanked": [str(each.version) for each in newest if each.yanked],
        "ignored": [_cut(key) for key in state.ignored_keys[:_MOST_VERSIONS]],
        "without-files": [_cut(key) for key in state.fileless[:_MOST_VERSIONS]],
        "this-version": None
        if release is None
        else {
            "distributions": describe_distributions(release),
            "yanked": release.yanked,
            "uploaded": release.uploaded,
            "missing": missing_distributions(release, target.require),
        },
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "\N{HORIZONTAL ELLIPSIS}"
