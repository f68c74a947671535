"""What to do about a no: the input and the value that would allow it, or the lines of the config file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.events import EVENTS
from publish_gate.gate.rules import RELEASE_TYPES, DefaultBranch, carries_foreign_code
from publish_gate.run_context import RefKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from publish_gate.gate.patterns import PatternList
    from publish_gate.gate.rules import Target, Trigger
    from publish_gate.run_context import Context

# What a filter pattern takes for more than the character.
_SPECIAL = re.compile(r"([*?+\[\]\\!])")
_VERSION_TAIL = re.compile(r"[0-9]+(?:\.[0-9]+).*\Z", re.DOTALL)
_NOTHING = "Nothing to do if this run only builds and tests"


def for_event(target: Target, context: Context) -> str:
    """Say how to make ``target`` publish on this event, if it ever can; otherwise by what it publishes."""
    event, activity = context.event, context.activity
    words = (f"{trigger.event} of {trigger.describe_refs(context.default_branch)}" for trigger in target.triggers)
    by = " or ".join(dict.fromkeys(words))
    if carries_foreign_code(event):
        return f"Nothing to do: this event never publishes. It is published by {by}."
    own = [trigger.event for trigger in target.triggers]
    if event not in EVENTS or (event in own and activity not in RELEASE_TYPES):
        return f"{_NOTHING}; otherwise trigger it by {by}."
    if event in own:
        return f"{_NOTHING}; to publish on it, add `{activity}` to `types` below `targets.{target.name}.when.{event}`."
    if target.configured:
        how = f"add `{event}:` to `targets.{target.name}.when` in the config file"
    else:
        both = ", ".join(dict.fromkeys([*own, event]))
        how = f"set the input `events: {event}`, or `events: {both}` to keep what it publishes on now"
    return f"{_NOTHING}, or trigger it by {by}. To publish on this event, {how}."


def for_ref(target: Target, triggers: Sequence[Trigger], context: Context) -> str:
    """Say how to make ``target`` publish from this branch or tag."""
    ref = context.ref
    wanted = "; ".join(dict.fromkeys(trigger.describe_refs(context.default_branch) for trigger in triggers))
    from_there = f"{_NOTHING}; otherwise publish from {wanted}."
    if not ref.name:
        return f"Say which one is meant: --ref refs/heads/{context.default_branch}, or --ref refs/tags/TAG."
    if ref.kind is RefKind.OTHER or carries_foreign_code(context.event):
        return from_there
    branch = ref.kind is RefKind.BRANCH
    lists = [trigger.branches if branch else trigger.tags for trigger in triggers]
    present = dict.fromkeys(text for texts in lists for text in _texts(texts, context.default_branch))
    pattern = _pattern(ref.name) if branch else _pattern(_VERSION_TAIL.sub("", ref.name)) + "*"
    key, value = "branches" if branch else "tags", ", ".join([*present, pattern])
    if target.configured:
        event = triggers[0].event if triggers else context.event
        how = f"write `{key}: [{value}]` below `targets.{target.name}.when.{event}` in the config file"
    else:
        how = f"set the input `{key}: {value}`"
    return f"{from_there} To publish from this {ref.kind.value}, {how}."


def for_tag(version: Version, named: Version | None, tag: str) -> str:
    """Say what to do about a tag that names another version than the project's files."""
    given = "`version: ${{ github.ref_name }}`" if named is not None and tag.lstrip("vV")[:1].isdigit() else "`version`"
    by_workflow = f"give the gate the tag's version as the input {given}"
    if not any(version.release):
        return (
            f"{version} looks like a placeholder. If the workflow writes the tag's version into the files before the "
            f"build, {by_workflow}; otherwise set the version, and tag the commit that has it."
        )
    if version.local is not None:
        return (
            "A version made from git that is not the tag's means that the tag was not fetched (fetch-depth: 0) or that "
            "the tree was changed before the build; otherwise tag the commit whose version it is."
        )
    return (
        f"Set the version to {named or 'what the tag says'}, commit, and tag that commit anew (delete the tag first: "
        f"git push --delete origin {tag}). If the workflow writes the version from the tag, {by_workflow}."
    )


def for_built(version: Version, built: Sequence[str]) -> str:
    """Say what to do about built files of other versions than the one decided: ``built`` are theirs, as they stand."""
    found = [one for one in map(_version, built) if one is not None and one != version]
    if any(not any(one.release) for one in found):
        return (
            "A version of 0.0.0 or the like is what a tool falls back to if it finds no tag: fetch the whole history "
            "with tags (fetch-depth: 0), and see that the tool that computes the version is really used."
        )
    if any(one.local is not None or one.is_devrelease for one in found):
        return (
            "A version made from git gets `.devN` and a local segment if a tracked file was changed before the build, "
            "or if the tag was not fetched: build from a clean checkout of the tag (fetch-depth: 0); `git status` "
            "before the build shows what changed."
        )
    return (
        "Build again from this commit, into an empty folder. If the version is made from git and the commit has "
        "several tags, the tool may take another one: tag only one version on a commit."
    )


def _version(text: str) -> Version | None:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None


def _texts(patterns: PatternList | DefaultBranch | None, default_branch: str) -> list[str]:
    if isinstance(patterns, DefaultBranch):
        return [_pattern(default_branch)]
    return [pattern.text for pattern in patterns.patterns] if patterns is not None else []


def _pattern(name: str) -> str:
    return _SPECIAL.sub(r"\\\1", name)
