"""Which version a tag names: PEP 440 behind the prefix that the tag pattern asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.gate.patterns import Pattern

# `v1.` of a pattern `v1.*` is the prefix `v` and the beginning of a version.
_VERSION_TAIL = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)*\.?\Z")
# `NAME-v1.2`, `NAME-1.2`, `NAME@1.2`, `NAME/v1.2`, `NAME_1.2`: every place where a name could end.
_NAME_END = re.compile(r"[-_@/.=]+(?=[vV]?[0-9])")
_LONGEST_TAG = 1024


def version_of_tag(tag: str, project: str, patterns: Iterable[Pattern] = ()) -> Version | None:
    """Return the version that ``tag`` names for ``project``, or None where it names none.

    The prefix is the fixed beginning of a pattern (``v`` of ``v*``, ``NAME@`` of ``NAME@*``); behind it the
    rest must be PEP 440 in any of its spellings (``v1.3.0-rc.1`` is 1.3.0rc1). Where no pattern fixes a
    beginning, nothing, ``v`` or the project's own name may stand before the version: the tag of another
    project names nothing here.
    """
    if len(tag) > _LONGEST_TAG:
        return None
    prefixes = [prefix_of(pattern) for pattern in patterns]
    for prefix in (*filter(None, prefixes), ""):
        if not tag.startswith(prefix):
            continue
        rest = tag[len(prefix) :]
        version = _parse(rest)
        if version is None and not prefix:
            version = _behind_name(rest, project)
        if version is not None:
            return version
    return None


def prefix_of(pattern: Pattern) -> str:
    """Return what a tag pattern puts before the version: ``v`` of ``v*`` and of ``v1.*``."""
    return _VERSION_TAIL.sub("", pattern.literal)


def carries_name(pattern: Pattern, project: str) -> bool:
    """Whether a tag pattern begins with the name of ``project``: ``NAME-v*``, ``NAME@*``, ``NAME/*``."""
    if pattern.negative:
        return False
    name = re.sub(r"[-_@/.=]+[vV]?\Z", "", prefix_of(pattern))
    return normalize_name(name) == normalize_name(project)


def _behind_name(text: str, project: str) -> Version | None:
    wanted = normalize_name(project)
    for separator in _NAME_END.finditer(text):
        if normalize_name(text[: separator.start()]) == wanted:
            return _parse(text[separator.end() :])
    return None


def _parse(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
