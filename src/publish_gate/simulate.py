"""The usual situations of a repository, to see before pushing what would happen in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from publish_gate.gate.rules import Prereleases
from publish_gate.gate.tags import prefix_of
from publish_gate.run_context import Context, Ref, RefKind, ReleaseFlags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.gate.rules import Target

_BRANCH = "some-feature"


class Situation(NamedTuple):
    """One usual situation with its name for the reader."""

    name: str
    context: Context


def situations(version: str, targets: Sequence[Target], default_branch: str) -> tuple[Situation, ...]:
    """List the usual situations for a project whose version is ``version``.

    The tags are spelled with the prefix that the targets' own tag patterns ask for, ``v`` where none does.
    """
    prefix = _tag_prefix(targets)
    own_tag, other_tag = f"{prefix}{version}", f"{prefix}{_another(version)}"
    main = Ref(RefKind.BRANCH, default_branch)
    branch = Ref(RefKind.BRANCH, _BRANCH)
    tag = Ref(RefKind.TAG, own_tag)
    merge = Ref(RefKind.OTHER, "refs/pull/1/merge")

    def context(event: str, ref: Ref, activity: str | None = None, *, fork: bool | None = None) -> Context:
        flags = ReleaseFlags(prerelease=activity == "prereleased", tag=ref.name) if event == "release" else None
        return Context(event, ref, activity, default_branch, foreign_head=fork, release=flags)

    activities = ("published", "released", "prereleased") if _tells_releases_apart(targets) else ("published",)

    return (
        Situation(f"push to {default_branch}", context("push", main)),
        Situation("push to another branch", context("push", branch)),
        Situation(f"push of tag {own_tag}", context("push", tag)),
        Situation(f"push of another tag ({other_tag})", context("push", Ref(RefKind.TAG, other_tag))),
        *(Situation(f"release {own_tag} {activity}", context("release", tag, activity)) for activity in activities),
        Situation("pull request", context("pull_request", merge, "opened", fork=False)),
        Situation("pull request from a fork", context("pull_request", merge, "opened", fork=True)),
        Situation(f"workflow_dispatch on {default_branch}", context("workflow_dispatch", main)),
        Situation("schedule", context("schedule", main)),
    )


def _tells_releases_apart(targets: Sequence[Target]) -> bool:
    """Whether it matters to a target if a release that comes out is marked as a pre-release."""
    return any(
        trigger.event == "release" and (trigger.types is not None or target.prereleases is not Prereleases.ALLOW)
        for target in targets
        for trigger in target.triggers
    )


def _tag_prefix(targets: Sequence[Target]) -> str:
    for target in targets:
        if target.tag is not None:
            return target.tag.prefix
        for trigger in target.triggers:
            for pattern in trigger.tags.patterns if trigger.tags is not None else ():
                if not pattern.negative:
                    return prefix_of(pattern)
    return "v"


def _another(version: str) -> str:
    """Return a version that is surely not ``version``, and looks like the next one."""
    try:
        parsed = Version(version)
    except InvalidVersion:
        return "0.0.1"
    return f"{parsed.major}.{parsed.minor}.{parsed.micro + 1}"
