"""Where this run is: event, ref, repository and who could have written the code."""

from __future__ import annotations

import enum
from typing import NamedTuple

from publish_gate.records import dataclass


class RefKind(enum.Enum):
    """What a ref names."""

    BRANCH = "branch"
    TAG = "tag"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Ref:
    """A full Git ref, split. ``name`` is the branch or tag, or the whole ref where it is neither."""

    kind: RefKind
    name: str

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Split ``refs/heads/main``; what is neither branch nor tag (a pull request's merge ref) is OTHER."""
        for prefix, kind in (("refs/heads/", RefKind.BRANCH), ("refs/tags/", RefKind.TAG)):
            if text.startswith(prefix) and len(text) > len(prefix):
                return cls(kind, text[len(prefix) :])
        return cls(RefKind.OTHER, text)

    @property
    def full(self) -> str:
        """The ref as Git and GitHub write it."""
        prefix = {RefKind.BRANCH: "refs/heads/", RefKind.TAG: "refs/tags/", RefKind.OTHER: ""}[self.kind]
        return prefix + self.name


class CommitTag(NamedTuple):
    """A tag of the commit; ``seconds`` (since 1970) is when it was made, 0 for a lightweight one."""

    name: str
    annotated: bool = False
    seconds: int = 0


class ReleaseFlags(NamedTuple):
    """What a release says of itself; ``tag`` and ``target`` are None if it does not."""

    prerelease: bool = False
    draft: bool = False
    tag: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The situation a decision is made in.

    ``event`` is GitHub's name of the event, empty where there is none. ``activity`` is its activity type
    (``published`` ...). ``default_branch`` is ``main`` where nothing names one; ``default_branch_guess`` says what it
    was concluded from, where nothing tells it for sure. ``in_fork`` says that the
    workflow runs in a fork of the repository, ``foreign_head`` that the pull request comes from another
    repository than its base; None where the payload does not tell. ``distrust`` says what the payload fails to prove,
    empty if nothing. ``release`` is what a release event is about. ``tags_here`` are the tags of the commit, as far
    as the checkout has them and anybody needs to know.
    """

    event: str
    ref: Ref
    activity: str | None = None
    default_branch: str = "main"
    repository: str | None = None
    in_fork: bool | None = None
    foreign_head: bool | None = None
    distrust: str = ""
    release: ReleaseFlags | None = None
    tags_here: tuple[CommitTag, ...] = ()
    default_branch_guess: str = ""
