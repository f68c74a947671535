"""The local version against what is published: is it ahead, of what, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.gate.rules import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a version was compared with.

    ``previous`` is the published version it was held against (None on a first release), ``ahead`` whether
    the policy is met, ``bump`` the part by which it is ahead of ``previous`` (empty where it is not).
    """

    previous: Version | None
    ahead: bool
    bump: str


def compare(local: Version, published: Sequence[Version], policy: Policy) -> Comparison:
    """Compare ``local`` with the ascending ``published`` versions.

    A final release is compared with final ones (post-releases are final), a pre-release or dev release with
    all. The same version is left out: whether it is there is another question.
    """
    others = [version for version in published if version != local]
    kin = others if local.is_prerelease else [each for each in others if not each.is_prerelease]
    lower = [version for version in kin or others if version < local]
    nearest = lower[-1] if lower else None
    if policy is Policy.UNPUBLISHED:
        previous, ahead = nearest, True
    else:
        considered = kin
        if policy is Policy.SERIES:
            considered = [each for each in kin if _series(each) == _series(local)]
        previous = considered[-1] if considered else nearest
        ahead = not considered or considered[-1] < local
    if local in published and (previous is None or previous < local):
        previous = local
    return Comparison(previous, ahead, _bump(local, previous, first=not published))


def _series(version: Version) -> tuple[int, int, int]:
    return (version.epoch, version.major, version.minor)


def _bump(local: Version, previous: Version | None, *, first: bool) -> str:
    if previous is None:
        return "initial" if first else ""
    if local <= previous:
        return ""
    if local.epoch != previous.epoch or local.major != previous.major:
        return "major"
    if local.minor != previous.minor:
        return "minor"
    if _release(local)[2:] != _release(previous)[2:]:
        return "patch"
    if local.pre != previous.pre:
        return "pre" if local.is_prerelease else _level(local)
    if local.post != previous.post:
        return "post"
    return "dev" if local.is_devrelease else _level(local)


def _level(version: Version) -> str:
    """Name the part that a final release stands for when only its own pre-releases came before."""
    if any(_release(version)[2:]):
        return "patch"
    return "minor" if version.minor else "major"


def _release(version: Version) -> tuple[int, ...]:
    """Return the release segment without trailing zeros: 1.0 and 1.0.0 are one."""
    parts = list(version.release)
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
