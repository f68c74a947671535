"""The checks, one pure function each: from what was read to a result with its evidence."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from publish_gate.gate.built import NOT_BUILT, FileComparison, Refusal, equal_versions
from publish_gate.gate.decision import CheckId, CheckResult, LocalVersion, NamedByTag, Status
from publish_gate.gate.reasons import Reason
from publish_gate.gate.rules import RELEASE_TYPES, Distribution, Policy, Prereleases, WheelTag, untrusted_because
from publish_gate.gate.tags import carries_name, version_of_tag
from publish_gate.index.state import IndexState, Published, Release, Unknown
from publish_gate.names import normalize_name
from publish_gate.run_context import RefKind
from publish_gate.versions.model import FaultKind, VersionFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from packaging.version import Version

    from publish_gate.gate.built import Built, BuiltFile
    from publish_gate.gate.compare import Comparison
    from publish_gate.gate.patterns import Pattern
    from publish_gate.gate.rules import Requirement, Target
    from publish_gate.run_context import Context

# Since 2026-07-08 the public indexes refuse new files for a release whose first file is older.
UPLOAD_WINDOW = timedelta(days=14)

# Project statuses (PEP 792) under which warehouse takes no upload.
_CLOSED = {
    "archived": "Its owners can open it again: unarchive it in the project's settings on the index.",
    "quarantined": "Only the index can open it again: ask its support, and look at what it wrote to the owners.",
}

_NO_VERSION = "there is no version to look at"
_NO_ANSWER = "the index gave no answer to rely on"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one target's checks look at.

    ``release`` is this version on the index, ``named`` what else the pushed tag names, ``after`` the state of the index
    that has to come first, ``now`` an aware time, and ``built`` what was built, or `NOT_BUILT`.
    """

    project: str
    target: Target
    context: Context
    local: LocalVersion
    index: IndexState | None
    release: Release | None
    comparison: Comparison | None
    named: NamedByTag
    after: IndexState | None
    now: datetime
    built: Built = NOT_BUILT


def _passed(check: CheckId, message: str, *evidence: tuple[str, str]) -> CheckResult:
    return CheckResult(check, Status.PASSED, message, evidence=evidence)


def _skipped(check: CheckId, message: str) -> CheckResult:
    return CheckResult(check, Status.SKIPPED, message)


def _failed(check: CheckId, reason: Reason, message: str, advice: str, *evidence: tuple[str, str]) -> CheckResult:
    return CheckResult(check, Status.FAILED, message, reason, advice, evidence)


def _unknown(check: CheckId, state: Unknown) -> CheckResult:
    return CheckResult(
        check,
        Status.UNKNOWN,
        state.message,
        Reason.INDEX_UNAVAILABLE,
        state.hint[:1].upper() + state.hint[1:],
        (("cause", state.cause.value), ("url", state.url)),
    )


def readable(seen: Evidence) -> CheckResult:
    """The local version can be read without running code, and the project does not say that it is never published."""
    reading, held = seen.local.reading, seen.local.reading.withheld
    # `closes` marks the public indexes, and only they refuse the classifiers of private projects.
    if held is not None and (seen.target.closes or not held.by_public_indexes):
        where = (("place", str(held.place)),) if held.place else ()
        said = f"{held.message} ({held.place})" if held.place else held.message
        return _failed(CheckId.READABLE, Reason.NOT_A_PACKAGE, said, held.advice, *where)
    if isinstance(reading, VersionFault):
        dynamic = reading.kind is FaultKind.DYNAMIC
        reason = Reason.VERSION_DYNAMIC if dynamic else Reason.VERSION_UNREADABLE
        where = (("place", str(reading.place)),) if reading.place else ()
        return _failed(CheckId.READABLE, reason, reading.message, reading.advice, ("cause", reading.cause), *where)
    place = f" at {reading.place}" if reading.place else ""
    by = reading.declared_by
    tool = seen.local.expected_of
    if tool:
        message = f"{reading.text!r} is expected by {by}; what is built is computed by {tool}"
        return _passed(CheckId.READABLE, message, ("declared-by", by), ("computed-by", tool))
    return _passed(CheckId.READABLE, f"{reading.text!r} by {by}{place}", ("declared-by", by))


def valid(seen: Evidence) -> CheckResult:
    """It is a version in the sense of PEP 440; the indexes refuse any other."""
    reading = seen.local.reading
    if isinstance(reading, VersionFault):
        return _skipped(CheckId.VALID, _NO_VERSION)
    if seen.local.version is None:
        return _failed(
            CheckId.VALID,
            Reason.VERSION_INVALID,
            f"{reading.text!r} is not a PEP 440 version",
            "Write it like 1.2.3, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev4; indexes refuse anything else.",
        )
    spelled = "" if reading.text == str(seen.local.version) else f", the PEP 440 form of {reading.text!r}"
    return _passed(CheckId.VALID, f"{seen.local.version}{spelled}")


def public(seen: Evidence) -> CheckResult:
    """It has no local segment: warehouse refuses `1.0+g1234` on every upload. A private index may take it."""
    version = seen.local.version
    if version is None:
        return _skipped(CheckId.PUBLIC, _NO_VERSION)
    if version.local is not None:
        shown, where = f"local segment '+{version.local}'", seen.target.name
        if seen.target.local:
            return _passed(CheckId.PUBLIC, f"{shown}, which {where} takes (local: allow)")
        if seen.target.local is None and _has_local_versions(seen.index):
            return _passed(CheckId.PUBLIC, f"{shown}, as others on {where} have one")
        own = f" If this index takes it, set `targets.{where}.local: allow` in the config file."
        why = f"and nothing shows that {where} takes those"
        if seen.target.closes:
            why, own = "which the public indexes always refuse", ""
        elif seen.target.local is False:
            why = f"and {where} takes none (local: deny)"
        return _failed(
            CheckId.PUBLIC,
            Reason.LOCAL_VERSION,
            f"{version} has the local segment '+{version.local}', {why}",
            "Remove it. A version made from git (+g1234) usually means that no tag was there to count from: "
            f"fetch the whole history with tags (fetch-depth: 0) or build from the tag.{own}",
        )
    return _passed(CheckId.PUBLIC, "no local segment")


def _has_local_versions(index: IndexState | None) -> bool:
    """Whether an index has shown by what it holds that it takes local versions."""
    return isinstance(index, Published) and any(release.version.local is not None for release in index.releases)


def unpublished(seen: Evidence) -> CheckResult:
    """The exact version is not on the index, or is there half and can still be completed."""
    version, index = seen.local.version, seen.index
    if version is None:
        return _skipped(CheckId.UNPUBLISHED, _NO_VERSION)
    if isinstance(index, Unknown):
        return _unknown(CheckId.UNPUBLISHED, index)
    release = seen.release
    if release is None:
        fileless = isinstance(index, Published) and any(_names(key, version) for key in index.fileless)
        extra = " (listed without files: a file name used once can never be used again)" if fileless else ""
        return _passed(CheckId.UNPUBLISHED, f"{version} is not on {seen.target.name}{extra}")
    facts = (
        ("published-as", ", ".join(release.spellings)),
        ("distributions", describe_distributions(release)),
        *((("uploaded", release.uploaded),) if release.uploaded else ()),
    )
    missing = missing_distributions(release, seen.target.require) or _missing_files(seen)
    if missing and not (seen.target.closes and window_closed(release, seen.now)):
        return _passed(
            CheckId.UNPUBLISHED,
            f"{version} is on {seen.target.name} without its {missing}: the release can be completed",
            *facts,
        )
    yanked = ", and yanked: yanking frees no version" if release.yanked else ""
    late = (
        f"; its {missing} is missing, but the index refuses files for a release older than {UPLOAD_WINDOW.days} days"
        if missing
        else ""
    )
    return _failed(
        CheckId.UNPUBLISHED,
        Reason.ALREADY_PUBLISHED,
        f"{version} is already on {seen.target.name}{yanked}{late}",
        "Nothing to do, unless this commit should be released: then raise the version.",
        *facts,
    )


def _missing_files(seen: Evidence) -> str:
    """Name the built files that the release lacks, if all others are there as they are."""
    if seen.built.unknown is not None:
        return ""
    compared = seen.built.compared()
    missing = [name for name, found in compared.items() if found is FileComparison.MISSING]
    return _few(tuple(missing), 3) if FileComparison.DIFFERENT not in compared.values() else ""


def open_project(seen: Evidence) -> CheckResult:
    """The project takes uploads: the public indexes refuse them to archived and quarantined ones (PEP 792)."""
    if seen.local.version is None:
        return _skipped(CheckId.OPEN, _NO_VERSION)
    if isinstance(seen.index, Unknown):
        return _unknown(CheckId.OPEN, seen.index)
    status = seen.index.status if isinstance(seen.index, Published) else None
    if status not in _CLOSED:
        return _passed(CheckId.OPEN, f"the project is {status}" if status else "nothing closes the project")
    return _failed(
        CheckId.OPEN,
        Reason.PROJECT_CLOSED,
        f"{seen.project} is {status} on {seen.target.name}, which refuses uploads to it",
        f"Nothing can be published before that changes. {_CLOSED[status]}",
        ("status", status),
    )


def ahead(seen: Evidence) -> CheckResult:
    """It is ahead of what is published, under the target's policy."""
    version, comparison = seen.local.version, seen.comparison
    if version is None:
        return _skipped(CheckId.AHEAD, _NO_VERSION)
    if isinstance(seen.index, Unknown):
        return _unknown(CheckId.AHEAD, seen.index)
    policy = seen.target.policy
    if comparison is None or comparison.previous is None:
        return _passed(CheckId.AHEAD, "nothing is published to be ahead of", ("policy", policy.value))
    previous = comparison.previous
    facts = (("policy", policy.value), ("previous", str(previous)))
    if comparison.ahead:
        if previous == version or policy is Policy.UNPUBLISHED:
            return _passed(CheckId.AHEAD, f"no other version stands in the way ({policy.value})", *facts)
        return _passed(CheckId.AHEAD, f"{version} is ahead of {previous} ({policy.value})", *facts)
    release = find_release(seen.index, previous)
    yanked = " (yanked)" if release is not None and release.yanked else ""
    kind = "version" if version.is_prerelease else "final version"
    scope = f"{kind} of {version.major}.{version.minor}" if policy is Policy.SERIES else kind
    other = (
        f"use policy 'series' to release {version.major}.{version.minor}.x beside a later series"
        if policy is Policy.NEWER
        else "use policy 'unpublished'"
    )
    return _failed(
        CheckId.AHEAD,
        Reason.VERSION_BEHIND,
        f"{version} is lower than {previous}{yanked}, the highest {scope} on {seen.target.name}",
        f"Raise the version above {previous}; if the lower version is meant, {other}.",
        *facts,
    )


def prerelease(seen: Evidence) -> CheckResult:
    """Pre-releases are wanted, or are all that is wanted; a release that is marked as one is one."""
    version, wanted = seen.local.version, seen.target.prereleases
    if version is None:
        return _skipped(CheckId.PRERELEASE, _NO_VERSION)
    early = is_early(version, seen.context)
    kind = "a pre-release" if version.is_prerelease else "released as a pre-release" if early else "a final release"
    if early and wanted is Prereleases.DENY:
        other = "Give it a final version" if version.is_prerelease else "Publish the release without that mark"
        return _failed(
            CheckId.PRERELEASE,
            Reason.PRERELEASE_NOT_ALLOWED,
            f"{version} is {kind}, and {seen.target.name} takes none (prereleases: deny)",
            f"{other}, or set prereleases to 'allow'.",
        )
    if not early and wanted is Prereleases.ONLY:
        return _failed(
            CheckId.PRERELEASE,
            Reason.FINAL_NOT_ALLOWED,
            f"{version} is final, and {seen.target.name} takes pre-releases only (prereleases: only)",
            f"Give it a pre-release version such as {version.base_version}rc1, or set prereleases to 'allow'.",
        )
    return _passed(CheckId.PRERELEASE, f"{version} is {kind} (prereleases: {wanted.value})")


def event(seen: Evidence) -> CheckResult:
    """The event is one the target publishes on, and about something that is out."""
    context, target = seen.context, seen.target
    named = f"event {_event_name(context)}"
    wanted = ", ".join(dict.fromkeys(trigger.event for trigger in target.triggers))
    matching = [trigger for trigger in target.triggers if trigger.event == context.event]
    facts = (("event", context.event), ("publishes-on", wanted))
    if context.release is not None and context.release.draft:
        message = f"{named} is about a draft, which is not out yet"
        next_step = "Publish the release: then this event comes again."
        return _failed(CheckId.EVENT, Reason.EVENT_NOT_ALLOWED, message, next_step, *facts)
    if any(trigger.accepts_activity(context.activity) for trigger in matching):
        return _passed(CheckId.EVENT, named)
    from publish_gate.gate.advice import for_event

    if matching:
        types = sorted({name for trigger in matching for name in trigger.types or RELEASE_TYPES})
        message = f"{named} is not of a type that {target.name} publishes on ({', '.join(types)})"
    else:
        message = f"{named}; {target.name} publishes on {wanted}"
    return _failed(CheckId.EVENT, Reason.EVENT_NOT_ALLOWED, message, for_event(target, context), *facts)


def ref(seen: Evidence) -> CheckResult:
    """The branch or tag is one the target publishes from."""
    context, target = seen.context, seen.target
    # Where the event itself is none of the target's, its refs are still compared, with all of its triggers:
    # both answers help the reader.
    triggers = [one for one in target.triggers if one.event == context.event] or list(target.triggers)
    named = _ref_name(seen)
    if any(trigger.accepts_ref(context.ref, context.default_branch) for trigger in triggers):
        return _passed(CheckId.REF, named)
    from publish_gate.gate.advice import for_ref

    wanted = "; ".join(dict.fromkeys(trigger.describe_refs(context.default_branch) for trigger in triggers))
    return _failed(
        CheckId.REF,
        Reason.REF_NOT_ALLOWED,
        f"{named}; {target.name} publishes from {wanted}",
        for_ref(target, triggers, context),
        ("ref", context.ref.full),
        ("publishes-from", wanted),
    )


def trust(seen: Evidence) -> CheckResult:
    """The code is trusted: merged in this repository, not a fork's or a pull request's."""
    because = untrusted_because(seen.context)
    if because is None:
        unsaid = " (the event does not say whether this is a fork)" if seen.context.in_fork is None else ", not a fork"
        return _passed(CheckId.TRUST, f"no pull request{unsaid}")
    return _failed(
        CheckId.TRUST,
        Reason.UNTRUSTED_SOURCE,
        because,
        "Publish after the merge, by a push in the repository itself."
        if not seen.context.distrust
        else "Run it with the event payload that GitHub makes; without it nothing proves where the code is from.",
        ("event", seen.context.event),
    )


def tag(seen: Evidence) -> CheckResult:
    """A tag, if one triggered, names this version of this project.

    A tag that the target does not publish from, and that is no version's, says nothing of it.
    """
    context, version = seen.context, seen.local.version
    if context.ref.kind is not RefKind.TAG:
        return _skipped(CheckId.TAG, "no tag triggered this run")
    if version is None:
        return _skipped(CheckId.TAG, _NO_VERSION)
    if len(seen.named.rivals) > 1:
        return _failed(
            CheckId.TAG,
            Reason.TAG_MISMATCH,
            f"tag {context.ref.name!r} names more than one package: {', '.join(seen.named.rivals)}",
            "Give each package a tag of its own in the config file, such as tag: '{name}-v{version}', or all of them "
            "the same one.",
            ("tag", context.ref.name),
        )
    named = named_version(seen.target, context.ref.name, seen.project)
    if named == version and not seen.named.laggards:
        return _passed(CheckId.TAG, f"tag {context.ref.name!r} names {version}")
    if named is None and not seen.named.rivals and ref(seen).status is Status.FAILED:
        return _skipped(CheckId.TAG, f"tag {context.ref.name!r} is not one of this project's versions")
    facts = (("tag", context.ref.name), ("tag-version", str(named) if named is not None else ""))
    if named == version:
        return _failed(
            CheckId.TAG,
            Reason.TAG_MISMATCH,
            f"tag {context.ref.name!r} releases all packages that it names together, but {_few(seen.named.laggards)}",
            f"Set {named} in all of them and tag that commit, or give what is released apart a tag of its own.",
            *facts,
        )
    from publish_gate.gate.advice import for_tag

    says = f"names {named}" if named is not None else f"names no version of {seen.project}"
    return _failed(
        CheckId.TAG,
        Reason.TAG_MISMATCH,
        f"tag {context.ref.name!r} {says}, the project says {version}",
        for_tag(version, named, context.ref.name),
        *facts,
    )


def environment(seen: Evidence) -> CheckResult:
    """The environment of the target is that of its publisher, and of the job that uploads, where these are known.

    GitHub's environment names ignore case, and warehouse compares the claim in lower case.
    """
    target = seen.target
    wanted, registered = target.environment, target.publisher_environment
    stated = f"environment {wanted!r}" if wanted else "no environment"
    if registered is not None and registered.lower() != (wanted or "").lower():
        return _failed(
            CheckId.ENVIRONMENT,
            Reason.ENVIRONMENT_MISMATCH,
            f"{target.name} is published to from {stated}, but its publisher names {registered!r}",
            f"Make the two one: set the environment of {target.name} to {registered!r}, and declare it on the job "
            "that uploads; or correct `publisher` in the config file, if it is registered otherwise.",
            ("environment", wanted or ""),
            ("publisher", registered),
        )
    # A publisher without an environment accepts every environment.
    if wanted and target.declared and wanted.lower() not in target.declared:
        declared = " or ".join(repr(name) if name else "no environment" for name in target.declared)
        return _failed(
            CheckId.ENVIRONMENT,
            Reason.ENVIRONMENT_MISMATCH,
            f"{target.name} is published to from {stated}, but the job that uploads to it declares {declared}",
            f"Declare `environment: {wanted}` on the job that uploads to {target.name}; or set the target's "
            "environment to the job's (none for no environment), if the publisher is registered so.",
            ("environment", wanted),
            ("declared", ", ".join(target.declared)),
        )
    hint = f"the publishing job must declare environment {wanted!r}" if wanted else "none is asked for"
    return _passed(CheckId.ENVIRONMENT, hint)


def promoted(seen: Evidence) -> CheckResult:
    """If the target comes after another, the same version is complete there.

    A run that does not publish here need not wait for it: it may be the very one that publishes there.
    """
    target, version = seen.target, seen.local.version
    if target.after is None:
        return _skipped(CheckId.PROMOTED, "no other target has to come first")
    if version is None:
        return _skipped(CheckId.PROMOTED, _NO_VERSION)
    if not (event(seen).holds and ref(seen).holds):
        return _skipped(CheckId.PROMOTED, f"this run is not one that publishes to {target.name}")
    if isinstance(seen.after, Unknown):
        return _unknown(CheckId.PROMOTED, seen.after)
    release = find_release(seen.after, version)
    missing = missing_distributions(release, target.after_require) if release else "release"
    if release is not None and release.yanked:
        missing = "approval: it is yanked"
    if release is not None and not missing:
        return _passed(CheckId.PROMOTED, f"{version} is complete on {target.after}")
    state = f"without its {missing}" if release is not None else "not there yet"
    return _failed(
        CheckId.PROMOTED,
        Reason.NOT_PROMOTED,
        f"{target.name} comes after {target.after}, where {version} is {state}",
        f"Publish {version} to {target.after} first; an index needs a minute or two to show an upload.",
        ("after", target.after),
    )


def built_version(seen: Evidence) -> CheckResult:
    """Every built file is of this project and version, by its metadata and by its name."""
    version, built = seen.local.version, seen.built
    if version is None:
        return _skipped(CheckId.BUILT_VERSION, _NO_VERSION)
    odd = tuple(filter(None, (_mismatch(file, seen.project, version) for file in built.distributions)))
    if odd:
        from publish_gate.gate.advice import for_built

        return _failed(
            CheckId.BUILT_VERSION,
            Reason.BUILT_MISMATCH,
            f"{_few(odd, 3)}; {seen.project} {version} was decided",
            for_built(version, [file.version for file in built.distributions]),
            ("folder", built.folder),
            ("files", _few(odd)),
        )
    return _passed(CheckId.BUILT_VERSION, f"{_files(len(built.distributions))} in {built.folder} of {version}")


def _mismatch(file: BuiltFile, project: str, version: Version) -> str:
    """Say what a file is that is not this version of this project, or whose name says something else."""
    if not file.is_of(project):
        return f"{file.name} is of {file.project or file.named_project}"
    if file.version and not equal_versions(file.version, version):
        return f"{file.name} has the version {file.version}"
    if file.named_version and not equal_versions(file.named_version, version):
        return f"{file.name} is named for {file.named_version}"
    if file.named_project and normalize_name(file.named_project) != normalize_name(project):
        return f"{file.name} is named for {file.named_project}"
    return ""


def built_complete(seen: Evidence) -> CheckResult:
    """What the target requires was built, or is on the index already."""
    built = seen.built
    files, release, require = built.distributions, seen.release, seen.target.require
    complete = release is not None and not missing_distributions(release, require)
    if not files:
        if complete and built.shared:
            return _skipped(CheckId.BUILT_COMPLETE, "nothing of it was built, and nothing of it is missing")
        message, missing = f"there is no wheel or sdist of {seen.project} in {built.folder}", "file"
    else:
        wheels = [file.name for file in files if file.kind is Distribution.WHEEL]
        present = {Distribution.SDIST: len(files) - len(wheels), Distribution.WHEEL: len(wheels)}
        if release is not None:
            present[Distribution.SDIST] += release.sdists
            present[Distribution.WHEEL] += release.wheels
            wheels += release.wheel_files
        missing = " and ".join(missing_of(present, wheels, require))
        if not missing:
            return _passed(CheckId.BUILT_COMPLETE, f"{_files(len(files))}, and nothing that is required is missing")
        message = f"{built.folder} has no {missing}, which {seen.target.name} requires"
    return _failed(
        CheckId.BUILT_COMPLETE,
        Reason.BUILT_MISMATCH,
        message,
        "See that every job that builds has ended and that its files lie in this folder (download-artifact puts each "
        "artifact into a folder of its own without `merge-multiple: true`); or correct `require`.",
        ("folder", built.folder),
        ("missing", missing),
    )


def uploadable(seen: Evidence) -> CheckResult:
    """Nothing that was built is known to be refused, by the index or by the tool that uploads."""
    built = seen.built
    told_before = seen.local.version is not None and seen.local.version.local is not None
    refused = [
        (file.name, refusal)
        for file in built.files
        for refusal in file.refusals
        if (refusal.everywhere or seen.target.closes) and not (refusal.local and told_before)
    ]
    sdists = tuple(file.name for file in built.distributions if file.kind is Distribution.SDIST)
    if seen.target.closes and len(sdists) > 1:
        advice = "Remove the older ones before the build: an index takes one sdist of a release."
        refused.append((sdists[1], Refusal(f"is a second sdist, beside {sdists[0]}", advice)))
    if not refused:
        return _passed(CheckId.UPLOADABLE, f"nothing is known that {seen.target.name} would refuse")
    told = tuple(f"{name} {refusal.message}" for name, refusal in refused)
    return _failed(
        CheckId.UPLOADABLE,
        Reason.NOT_UPLOADABLE,
        _few(told, 3),
        refused[0][1].advice,
        *(("refused", text) for text in told[:1]),
        ("all", "; ".join(told[:20])),
    )


def content(seen: Evidence) -> CheckResult:
    """Nothing that was built has the name of a file that the index has with another content."""
    built = seen.built
    if seen.local.version is None:
        return _skipped(CheckId.CONTENT, _NO_VERSION)
    if isinstance(seen.index, Unknown):
        return _unknown(CheckId.CONTENT, seen.index)
    where = seen.target.name
    if built.unknown is not None and seen.release is not None:
        return _unknown(CheckId.CONTENT, built.unknown)
    names: dict[FileComparison, list[str]] = {kind: [] for kind in FileComparison}
    for name, found in built.compared().items():
        names[found].append(name)
    different, unclear = names[FileComparison.DIFFERENT], names[FileComparison.UNCLEAR]
    if different:
        return _failed(
            CheckId.CONTENT,
            Reason.CONTENT_DIFFERS,
            f"{_few(tuple(different), 3)} {'is' if len(different) == 1 else 'are'} on {where} with other content",
            "Raise the version: a file name is never used again. If only what failed to be uploaded was to be added, "
            "upload the very files that were built then (the artifact of that run).",
            ("different", _few(tuple(different))),
            ("identical", _few(tuple(names[FileComparison.IDENTICAL]))),
        )
    there = len(names[FileComparison.IDENTICAL]) + len(unclear)
    compared = f", {len(unclear)} of them without a hash to compare" if unclear else ""
    message = f"{_files(len(names[FileComparison.MISSING]))} to upload, {there} already on {where}{compared}"
    return _passed(CheckId.CONTENT, message)


# The order in which they are told; which of several gives the reason is in `precedence`.
CHECKS = (
    readable,
    valid,
    public,
    unpublished,
    open_project,
    ahead,
    prerelease,
    event,
    ref,
    trust,
    tag,
    environment,
    promoted,
)

# What is looked at besides, if what was built is there to be looked at.
BUILT_CHECKS = (built_version, built_complete, uploadable, content)


def find_release(index: IndexState | None, version: Version) -> Release | None:
    """Return the published release that equals ``version`` by PEP 440, if the index has it."""
    if not isinstance(index, Published):
        return None
    place = bisect_left(index.releases, version, key=lambda release: release.version)
    found = index.releases[place] if place < len(index.releases) else None
    return found if found is not None and found.version == version else None


def missing_distributions(release: Release, require: frozenset[Requirement]) -> str:
    """Name the required kinds of distribution, and wheels, that ``release`` lacks; empty if it is complete."""
    present = {Distribution.SDIST: release.sdists, Distribution.WHEEL: release.wheels}
    return " and ".join(missing_of(present, release.wheel_files, require))


def missing_of(
    present: Mapping[Distribution, int], wheels: Sequence[str], require: frozenset[Requirement]
) -> list[str]:
    """Name what is required and not among so many distributions of each kind, with wheels of these names."""
    missing = [kind.value for kind in Distribution if kind in require and not present[kind]]
    tags = sorted(tag for tag in require if isinstance(tag, WheelTag))
    missing += [tag.value for tag in tags if not any(map(tag.matches, wheels))]
    return missing


def describe_distributions(release: Release) -> str:
    """Count the distributions of a release in words."""
    counts = ((release.sdists, "sdist"), (release.wheels, "wheel"), (release.others, "other"))
    return ", ".join(f"{count} {kind}" for count, kind in counts if count) or "none"


def window_closed(release: Release, now: datetime) -> bool:
    """Whether the index refuses further files for this release because it is too old.

    An unknown time of upload counts as open: the index will say no by itself, and nothing is lost.
    """
    if release.uploaded is None:
        return False
    try:
        uploaded = datetime.fromisoformat(release.uploaded.replace("Z", "+00:00"))
    except ValueError:
        return False
    if uploaded.tzinfo is None:
        uploaded = uploaded.replace(tzinfo=now.tzinfo)
    return now - uploaded > UPLOAD_WINDOW


def named_version(target: Target, tag_name: str, project: str) -> Version | None:
    """Return the version that a tag names for ``project``, by the package's own way of writing tags if it has one."""
    if target.tag is not None:
        return target.tag.version_of(tag_name)
    return version_of_tag(tag_name, project, deciding_patterns(target, tag_name, project))


def deciding_patterns(target: Target, tag_name: str, project: str) -> list[Pattern]:
    """Return the tag patterns of ``target`` that let this tag in.

    Where one of its patterns begins with the project's own name, only such ones speak for the project: the
    others of a list that several packages share are theirs.
    """
    lists = [trigger.tags for trigger in target.triggers if trigger.tags is not None]
    found = [patterns.deciding(tag_name) for patterns in lists]
    deciding = [pattern for pattern in found if pattern is not None and not pattern.negative]
    if any(carries_name(pattern, project) for patterns in lists for pattern in patterns.patterns):
        return [pattern for pattern in deciding if carries_name(pattern, project)]
    return deciding


def is_early(version: Version, context: Context) -> bool:
    """Whether a version is a pre-release, or its release is marked as one."""
    return version.is_prerelease or (context.release is not None and context.release.prerelease)


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _few(names: tuple[str, ...], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _names(key: str, version: Version) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(key) == version
    except InvalidVersion:
        return False


def _event_name(context: Context) -> str:
    if not context.event:
        return "unknown"
    return f"{context.event} ({context.activity})" if context.activity else context.event


def _ref_name(seen: Evidence) -> str:
    ref = seen.context.ref
    if ref.kind is RefKind.OTHER:
        return f"{ref.name!r} is neither a branch nor a tag" if ref.name else "no branch and no tag is known"
    return f"{ref.kind.value} {ref.name!r}"
