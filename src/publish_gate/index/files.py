"""What a distribution's file name tells: its kind and its version, for a project that is known."""

from __future__ import annotations

import enum
import re
from typing import Final

from publish_gate.records import dataclass, field

_SDIST: Final = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.z", ".tar")
_OTHER: Final = (".egg", ".exe", ".msi", ".rpm", ".deb", ".dmg")
_LONGEST_NAME: Final = 512
"""No file system takes longer names; a bound keeps the patterns below cheap."""

# What stands after the version in the names of installers and eggs: `1.0-py3.9`, `1.0.win32-py2.7`,
# `1.0.linux-x86_64`, `1.0-1.noarch`.
_TAIL: Final = re.compile(
    r"-py\d.*$|\.(?:win|linux|macosx|cygwin|darwin)[-\d].*$|-\d+\.(?:noarch|src|x86_64|i\d86|aarch64)$",
    re.IGNORECASE | re.ASCII,
)


class Kind(enum.Enum):
    """What sort of distribution a file is."""

    SDIST = "sdist"
    WHEEL = "wheel"
    OTHER = "other"


_PACKAGE_TYPES: Final = {"sdist": Kind.SDIST, "bdist_wheel": Kind.WHEEL}


def kind_of(filename: str, package_type: object = None) -> Kind:
    """Return the kind an index names (its ``packagetype``), else the one the file name shows."""
    if isinstance(package_type, str) and package_type:
        return _PACKAGE_TYPES.get(package_type, Kind.OTHER)
    lowered = filename.lower()
    if lowered.endswith(".whl"):
        return Kind.WHEEL
    for suffix in _SDIST:
        if lowered.endswith(suffix):
            return Kind.OTHER if _TAIL.search(lowered[: -len(suffix)]) else Kind.SDIST
    return Kind.OTHER


def looks_like_distribution(filename: str) -> bool:
    """Tell whether a name ends as distributions do."""
    return filename.lower().endswith((".whl", *_SDIST, *_OTHER))


# What stands beside a distribution: signatures, checksums, attestations, notes.
_COMPANION: Final = re.compile(
    r"\.(?:asc|sig|sigstore|pem|crt|cert|sha\d+|md5|b2|json|jsonl|metadata|provenance|attestation|txt|md|html?|xml|ya?ml)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileNames:
    """Reads the file names of one project; ``project`` is its normalised name."""

    project: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _stem: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = "[-_.]+".join(map(re.escape, self.project.split("-")))
        pattern = rf"{name}-(?P<rest>.+)(?:(?P<wheel>\.whl)|(?P<sdist>{_any(_SDIST)})|{_any(_OTHER)})"
        object.__setattr__(self, "_pattern", re.compile(pattern, re.IGNORECASE | re.ASCII))
        object.__setattr__(self, "_stem", name)

    def is_plain(self, filename: str, version: str) -> bool:
        """Tell quickly whether a file is named as most are: for this version, letter by letter."""
        plain, start = filename.lower().replace("_", "-"), f"{self.project}-{version}"
        rest = plain[len(start) :]
        return plain.startswith(start) and (rest == ".tar.gz" or (rest.startswith("-") and rest.endswith(".whl")))

    def may_hide(self, filename: str) -> bool:
        """Tell whether a file may be a distribution of a kind that is not known here, and so hide its version."""
        if looks_like_distribution(filename) or _COMPANION.search(filename):
            return False
        return re.fullmatch(rf"{self._stem}-\d[^/]*\.[a-z][a-z0-9]*", filename, re.IGNORECASE | re.ASCII) is not None

    def spellings(self, filename: str) -> tuple[str, ...]:
        """Return what may be the version in a file name, most likely first; empty if it is no such name.

        Wheels stand as ``name-version-…`` (fields never hold a dash), source distributions as
        ``name-version.tar.gz``, where old ones have dashes in name and version.
        """
        found = self._pattern.fullmatch(filename) if len(filename) <= _LONGEST_NAME else None
        if found is None:
            return ()
        rest = found["rest"]
        if found["wheel"]:
            version, dash, _tags = rest.partition("-")
            return _unescaped(version) if dash else ()
        short = _TAIL.sub("", rest)
        if found["sdist"]:
            return (rest,) if short == rest else (rest, *_unescaped(short))
        return (*_unescaped(short), rest)


def _any(suffixes: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, suffixes))


def _unescaped(version: str) -> tuple[str, ...]:
    """Wheels and eggs write ``_`` for ``-`` (``1.0_1`` is 1.0-1) and, of old, for ``+``."""
    if "_" not in version:
        return (version,)
    return version, version.replace("_", "-"), version.replace("_", "+", 1).replace("_", ".")
