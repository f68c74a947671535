"""Gathers the keys and files of an index's answer into releases, one for each version."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from publish_gate.index.files import Kind
from publish_gate.index.payload import bounded, time_or_none, too_large
from publish_gate.index.state import Published, Release

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.index.state import Api


MOST_RELEASES: Final = 20_000
"""The most spellings of versions of one project, and as many names that are none: one a day for 55 years."""


class Tally:
    """What is known of one version so far. ``published`` may hold without a file that could be counted."""

    __slots__ = ("live", "others", "published", "sdists", "spellings", "uploaded", "wheel_files", "wheels")

    def __init__(self, spelling: str) -> None:
        self.spellings = [spelling]
        self.sdists = self.wheels = self.others = self.live = 0
        self.published = False
        self.uploaded: str | None = None
        self.wheel_files: list[str] = []

    def add_file(self, kind: Kind, filename: str, *, yanked: bool, uploaded: object) -> None:
        """Count a distribution; ``uploaded`` is what the index gives as its upload time."""
        self.published = True
        self.count(kind, filename)
        if not yanked:
            self.live += 1
        self.note_upload(uploaded)

    def count(self, kind: Kind, filename: str) -> None:
        """Count a distribution by its kind."""
        if kind is Kind.WHEEL:
            self.wheels += 1
            self.wheel_files.append(filename)
        elif kind is Kind.SDIST:
            self.sdists += 1
        else:
            self.others += 1

    def note_upload(self, time: object) -> None:
        """Keep the earliest upload time. ISO 8601 times of one index sort as text."""
        if isinstance(time, str) and (self.uploaded is None or time < self.uploaded):
            self.uploaded = bounded(time)


class ReleaseTable:
    """Collects what an answer says; a version is the same under all its spellings (PEP 440)."""

    def __init__(self) -> None:
        self._tallies: dict[Version, Tally] = {}
        self._by_key: dict[str, Tally | None] = {}
        self._ignored: dict[str, None] = {}

    def tally(self, key: str) -> Tally | None:
        """Note a version as the index spells it; ``None`` where that is not PEP 440."""
        if key in self._by_key:
            return self._by_key[key]
        if len(self._by_key) >= MOST_RELEASES:
            raise too_large(f"more than {MOST_RELEASES:,} versions")
        version = _version(key)
        if version is None:
            self._by_key[key] = None
            return None
        tally = self._tallies.get(version)
        if tally is None:
            tally = self._tallies[version] = Tally(key)
        else:
            tally.spellings.append(key)
        self._by_key[key] = tally
        return tally

    def first(self, spellings: Iterable[str]) -> Tally | None:
        """Note the first of several spellings that is a version."""
        return next(filter(None, map(self.tally, spellings)), None)

    def knows(self, key: str) -> bool:
        """Tell whether a version was noted under any spelling."""
        version = _version(key)
        return version is not None and version in self._tallies

    def agrees(self, spellings: Iterable[str], tally: Tally | None) -> bool:
        """Tell whether what may be the version in a file name is that of ``tally``, or no version at all."""
        versions = [version for version in map(_version, spellings) if version is not None]
        return not versions or any(tally is not None and self._tallies.get(version) is tally for version in versions)

    def note_published(self, spellings: Iterable[str]) -> None:
        """Count the first of several spellings that is a version as published, whatever it stands below."""
        version = next(filter(None, map(_version, spellings)))
        found = self._tallies.setdefault(version, Tally(str(version)))
        if not found.published:
            found.published, found.live = True, 1

    def ignore(self, name: str) -> None:
        """Note a key or a file whose version cannot be told."""
        if len(self._ignored) >= MOST_RELEASES:
            raise too_large(f"more than {MOST_RELEASES:,} names that are not those of versions")
        self._ignored[name] = None

    def assume_published(self) -> None:
        """Count every version noted so far as published: files are there that fit none or any of them."""
        for tally in self._tallies.values():
            if not tally.published:
                tally.published, tally.live = True, 1

    def published(self, api: Api, url: str, status: str | None = None) -> Published:
        """Return what was gathered, releases ascending by version."""
        releases = tuple(
            Release(
                version,
                tuple(tally.spellings),
                tally.sdists,
                tally.wheels,
                tally.others,
                tally.live == 0,
                tally.uploaded and time_or_none(tally.uploaded),
                tuple(tally.wheel_files),
            )
            for version, tally in sorted(self._tallies.items(), key=itemgetter(0))
            if tally.published
        )
        bare = (key for tally in self._tallies.values() if not tally.published for key in tally.spellings)
        ignored = tuple(map(_showable, self._ignored))
        return Published(releases, api, url, ignored, tuple(bare), status)


# Two interfaces of an index spell the same versions.
@lru_cache(maxsize=16384)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:
        # InvalidVersion, or a number of more than 4,300 digits, which Python refuses to read.
        return None


def _showable(key: str) -> str:
    """Half a surrogate pair, which JSON can spell, would break whoever writes the key as UTF-8."""
    return key if key.isascii() else key.encode("utf-8", "backslashreplace").decode()
