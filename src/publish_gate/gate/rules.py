"""What a target asks for: events, branches, tags, policy, environment; and how a situation meets it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from publish_gate.records import dataclass
from publish_gate.run_context import RefKind

if TYPE_CHECKING:
    from publish_gate.gate.patterns import PatternList
    from publish_gate.gate.tag_templates import TagTemplate
    from publish_gate.run_context import Context, Ref


class Policy(enum.Enum):
    """Which versions count as ahead of what is published."""

    NEWER = "newer"
    SERIES = "series"
    UNPUBLISHED = "unpublished"


class Prereleases(enum.Enum):
    """Whether a target takes pre-releases (PEP 440: alpha, beta, rc and dev releases)."""

    ALLOW = "allow"
    DENY = "deny"
    ONLY = "only"


class Distribution(enum.Enum):
    """A kind of distribution that a release can be required to hold."""

    SDIST = "sdist"
    WHEEL = "wheel"


class DefaultBranch(enum.Enum):
    """Stands for the repository's default branch, whatever its name."""

    DEFAULT_BRANCH = "the default branch"


DEFAULT_BRANCH = DefaultBranch.DEFAULT_BRANCH

# What a release event can be about when it should publish; the other activity types (edited, deleted,
# unpublished) change a release that is already out.
RELEASE_TYPES = frozenset({"published", "released", "prereleased", "created"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event a target publishes on, with filters in the meaning of GitHub's ``on:``.

    A branch is held against the branch patterns, a tag against the tag patterns. Where only one of the two
    is filtered, the other never triggers; where neither is, both do.
    """

    event: str
    branches: PatternList | DefaultBranch | None = None
    branches_ignore: PatternList | None = None
    tags: PatternList | None = None
    tags_ignore: PatternList | None = None
    types: frozenset[str] | None = None

    def accepts_activity(self, activity: str | None) -> bool:
        """Whether the event's activity type is one that publishes."""
        if self.types is not None:
            return activity in self.types
        return self.event != "release" or activity is None or activity in RELEASE_TYPES

    def accepts_ref(self, ref: Ref, default_branch: str) -> bool:
        """Whether it publishes from this branch or tag; never from anything else."""
        if ref.kind is RefKind.BRANCH:
            return self._accepts_branch(ref.name, default_branch)
        if ref.kind is RefKind.TAG:
            return self._accepts_tag(ref.name)
        return False

    def _accepts_branch(self, name: str, default_branch: str) -> bool:
        if isinstance(self.branches, DefaultBranch):
            return name == default_branch
        if self.branches is not None:
            return self.branches.accepts(name)
        if self.branches_ignore is not None:
            return not self.branches_ignore.accepts(name)
        return self.tags is None and self.tags_ignore is None

    def _accepts_tag(self, name: str) -> bool:
        if self.tags is not None:
            return self.tags.accepts(name)
        if self.tags_ignore is not None:
            return not self.tags_ignore.accepts(name)
        return self.branches is None and self.branches_ignore is None

    def describe_refs(self, default_branch: str) -> str:
        """Say in words which refs it takes: ``branch main`` or ``tags v*``."""
        parts = []
        if isinstance(self.branches, DefaultBranch):
            parts.append(f"branch {default_branch}")
        elif self.branches is not None:
            parts.append(f"branches {self.branches}")
        if self.branches_ignore is not None:
            parts.append(f"branches other than {self.branches_ignore}")
        if self.tags is not None:
            parts.append(f"tags {self.tags}")
        if self.tags_ignore is not None:
            parts.append(f"tags other than {self.tags_ignore}")
        return " or ".join(parts) or "any branch or tag"


@dataclass(frozen=True, slots=True)
class Target:
    """One place to publish to, with its rules.

    ``environment`` is the GitHub environment that the publishing job declares; None for none. ``publisher_environment``
    is the one that the trusted publisher is registered with, as the config file tells it; None where it has none or
    is not told. ``declared`` are those that the workflow's uploading jobs declare, in lower case, an empty text for
    none at all; nothing where that is not known for sure. ``local`` says whether the index takes versions with a
    local segment; None where that is told by what it has. ``require`` lists what makes a release complete. ``after``
    names the target that must have the same version first, complete in the sense of ``after_require``. ``tag`` says
    how the package writes its tags; None where only the tag patterns do. ``closes`` says that the index takes no
    files for a release that has grown old, as the public ones do. ``configured`` says that a
    config file is in use.
    """

    name: str
    triggers: tuple[Trigger, ...]
    environment: str | None = None
    publisher_environment: str | None = None
    declared: tuple[str, ...] = ()
    local: bool | None = False
    policy: Policy = Policy.NEWER
    prereleases: Prereleases = Prereleases.ALLOW
    require: frozenset[Distribution] = frozenset()
    after: str | None = None
    after_require: frozenset[Distribution] = frozenset()
    repository_url: str = ""
    project_url: str = ""
    tag: TagTemplate | None = None
    closes: bool = True
    configured: bool = False


# Events whose code may come from people without write access, or that run in the base repository with its
# rights while such code can be checked out.
UNTRUSTED_EVENTS = frozenset({"merge_group", "issue_comment", "workflow_run"})


def carries_foreign_code(event: str) -> bool:
    """Whether an event never publishes, whatever the rules say."""
    return event.startswith("pull_request") or event in UNTRUSTED_EVENTS


def untrusted_because(context: Context) -> str | None:
    """Say why the code of this run is not trusted to be published; None where it is."""
    if context.distrust:
        return context.distrust
    if context.in_fork:
        where = f" {context.repository}" if context.repository else ""
        return f"the workflow runs in a fork: repository{where} is a fork"
    if context.foreign_head:
        return f"event {context.event} carries code of another repository (a fork)"
    if context.event.startswith("pull_request"):
        return f"event {context.event} carries code that is not merged yet"
    if context.event in UNTRUSTED_EVENTS:
        return f"event {context.event} can run code that nobody has merged"
    return None
