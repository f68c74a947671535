"""The local version against what is published: is it ahead, of what, and by how much."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.gate.rules import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from packaging.version import Version


class Comparison(NamedTuple):
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
    # A history can hold thousands of versions: it is searched from its near end, not filtered as a whole.
    place = bisect_left(published, local)
    present = place < len(published) and published[place] == local
    below = published[:place]

    def is_kin(version: Version) -> bool:
        return local.is_prerelease or not version.is_prerelease

    highest = _last(published, lambda each: is_kin(each) and each != local)
    nearest = _last(below, is_kin if highest is not None else _any)
    if policy is Policy.SERIES:
        series = _series(local)
        highest = _last(published, lambda each: _series(each) == series and is_kin(each) and each != local)
    if policy is Policy.UNPUBLISHED:
        previous, ahead = nearest, True
    else:
        previous, ahead = highest or nearest, highest is None or highest < local
    if present and (previous is None or previous < local):
        previous = local
    return Comparison(previous, ahead, _bump(local, previous, first=not published))


def _last(versions: Sequence[Version], wanted: Callable[[Version], bool]) -> Version | None:
    return next(filter(wanted, reversed(versions)), None)


def _any(_: Version) -> bool:
    return True


def _series(version: Version) -> tuple[int, int, int]:
    return (version.epoch, version.major, version.minor)


def _bump(local: Version, previous: Version | None, *, first: bool) -> str:
    if previous is None:
        return "initial" if first else ""
    if local <= previous or local.public == previous.public:
        # A local segment is no part of the release that it marks a build of.
        return ""
    if local.epoch != previous.epoch or local.major != previous.major:
        return "major"
    if local.minor != previous.minor:
        return "minor"
    if _release(local)[2:] != _release(previous)[2:]:
        return "patch"
    if local.pre != previous.pre:
        return "pre" if local.is_prerelease else _level(local)
    if local.post != previous.post or (local.post is not None and not local.is_devrelease):
        return "post"
    if local.is_devrelease:
        return "dev"
    return "pre" if local.pre is not None else _level(local)


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
