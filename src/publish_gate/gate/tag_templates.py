"""How a package writes its tags: templates such as ``{name}-v{version}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from publish_gate.gate.patterns import Pattern, compile_pattern
from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIELDS = re.compile(r"\{[^{}]*\}|[{}]")
_SPECIAL = re.compile(r"([*?+\[\]\\!])")
# What git-check-ref-format(1) refuses in a name.
_NO_REF = re.compile(r"[\s~^:?*\\\[\x7f]|@\{(?!version)|//")
_LONGEST_TAG = 1024


def check_template(text: str) -> str:
    """Say what is wrong with a tag template; empty where nothing is."""
    fields = _FIELDS.findall(text)
    if fields.count("{version}") != 1 or not set(fields) <= {"{version}", "{name}"} or fields.count("{name}") > 1:
        return f"expected a template with {{version}} once and {{name}} at most once, found {text!r}"
    if _NO_REF.search(text) or text.startswith(("/", "-")) or ".." in text:
        return f"no tag of Git can look like {text!r}"
    if not text.endswith("{version}"):
        return f"the version must stand at the end of a tag, found {text!r}"
    return ""


class TagTemplate(NamedTuple):
    """A checked template for one package."""

    text: str
    project: str

    @property
    def prefix(self) -> str:
        """What stands before the version, with the name as the project spells it."""
        return self.text.removesuffix("{version}").replace("{name}", self.project)

    def tag(self, version: str) -> str:
        """Return the tag of a version."""
        return self.prefix + version

    def pattern(self) -> Pattern:
        """Return the filter pattern of all tags of this package."""
        return compile_pattern(_SPECIAL.sub(r"\\\1", self.prefix) + "*")

    def version_of(self, tag: str) -> Version | None:
        """Return the version that ``tag`` names for this package, or None where it is no tag of it.

        The name may be spelled in any way that is the same name on an index.
        """
        before, named, after = self.text.removesuffix("{version}").partition("{name}")
        if len(tag) > _LONGEST_TAG or not tag.startswith(before):
            return None
        rest = tag[len(before) :]
        if not named:
            return _parse(rest)
        wanted = normalize_name(self.project)
        for end in _ends(rest, after):
            if normalize_name(rest[:end]) == wanted:
                version = _parse(rest[end + len(after) :])
                if version is not None:
                    return version
        return None


def _ends(text: str, after: str) -> Iterable[int]:
    """Yield every place where the name could end."""
    if not after:
        return range(1, len(text))
    found = []
    place = text.find(after)
    while place != -1:
        found.append(place)
        place = text.find(after, place + 1)
    return found


def _parse(text: str) -> Version | None:
    # PEP 440 allows a `v` of its own: behind a prefix it would make two tags of one version.
    if not text[:1].isdigit():
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None
