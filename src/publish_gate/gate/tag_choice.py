"""Which of several version tags on one commit a tool takes, as far as the tools themselves were seen to do it.

Most of them follow git-describe(1): an annotated tag goes before a lightweight one, of annotated ones the newest wins,
of equals the first by name. ``tests/vectors/tags-on-one-commit.jsonl`` has what each of them built.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.run_context import CommitTag

_SCM_VARIABLE = "SETUPTOOLS_SCM_PRETEND_VERSION"
# A tag up to where its version begins; a `v` belongs to the version.
_STEM = re.compile(r"(.*?)([vV]?[0-9].*)", re.DOTALL)


class Tool(NamedTuple):
    """How a tool chooses: does it see tags with and without ``v`` as one kind, and what overrides it.

    ``needs`` is a text that a tag must hold to be seen. ``highest`` says that it takes the highest version, and refuses
    to build if git-describe names another annotated tag.
    """

    both: bool = True
    variable: str = ""
    needs: str = ""
    highest: bool = False


_TOOLS = {
    "setuptools-scm": Tool(variable=_SCM_VARIABLE),
    "hatch-vcs": Tool(variable=_SCM_VARIABLE),
    "flit-scm": Tool(variable=_SCM_VARIABLE),
    "versioningit": Tool(),
    "setuptools-git-versioning": Tool(),
    "pdm-backend's source `scm`": Tool(variable="PDM_BUILD_SCM_VERSION", needs="."),
    "poetry-dynamic-versioning": Tool(both=False, variable="POETRY_DYNAMIC_VERSIONING_BYPASS"),
    "uv-dynamic-versioning": Tool(both=False, variable="UV_DYNAMIC_VERSIONING_BYPASS"),
    "versioneer": Tool(both=False),
    "pbr": Tool(variable="PBR_VERSION", highest=True),
}


class OtherTag(NamedTuple):
    """Another tag than the pushed one decides: what is so, and what to do."""

    message: str
    advice: str


def other_winner(tool: str, pushed: str, version: str, tags: Iterable[CommitTag]) -> OtherTag | None:
    """Say which other tag of the commit ``tool`` takes; None if it takes the pushed one, or if nobody knows.

    ``tags`` are those of the commit, as far as the checkout has them. Only tags that are spelled like the pushed one
    count: which others a project lets in is its own configuration.
    """
    known = _TOOLS.get(tool.replace("_", "-"))
    tags = tuple(tags)
    if known is None or all(tag.name != pushed for tag in tags):
        return None
    stem = _stem(pushed, both=known.both)
    versions = {
        tag: parsed
        for tag in tags
        if known.needs in tag.name and _stem(tag.name, both=known.both) == stem
        if (parsed := _version(tag.name)) is not None
    }
    wanted = Version(version)
    described = min((tag for tag in versions if tag.annotated or not known.highest), key=_described, default=None)
    highest = max(versions, key=lambda tag: versions[tag], default=None)
    winner, does = described, "takes that one"
    if known.highest:
        winner = highest
        if described is not None and versions[described] != max(versions.values()):
            winner, does = (highest if versions[described] == wanted else described), "refuses to build beside it"
    if winner is None or versions[winner] == wanted:
        return None
    what = f"tag {winner.name!r} is on the same commit, and {tool} {does}"
    what += f": it would build {versions[winner]}" if does.startswith("takes") else ""
    set_it = f"set {known.variable}={version} for the build and give the gate `version: {version}`"
    return OtherTag(
        f"tag {pushed!r} names {version}, but {what}",
        f"Delete the other tag (git push --delete origin {winner.name}) and run the job again"
        + (f", or {set_it}." if known.variable else ", or tag a commit of its own."),
    )


def _described(tag: CommitTag) -> tuple[bool, int, str]:
    return not tag.annotated, -tag.seconds, tag.name


def _split(tag: str) -> tuple[str, str]:
    found = _STEM.fullmatch(tag)
    return (found[1], found[2]) if found is not None else (tag, "")


def _stem(tag: str, *, both: bool) -> str:
    before, version = _split(tag)
    return before if both or version[:1].isdigit() else before + version[:1]


def _version(tag: str) -> Version | None:
    try:
        return Version(_split(tag)[1])
    except InvalidVersion:
        return None
