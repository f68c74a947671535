"""Which of several tags of one commit a tool takes: what the tools themselves built, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.version import InvalidVersion, Version

from publish_gate.gate.tag_choice import other_winner
from publish_gate.run_context import CommitTag

VECTORS = Path(__file__).parents[2] / "vectors" / "tags-on-one-commit.jsonl"
# Tags that are spelled otherwise: whether a project lets them in is its own configuration, so nothing is claimed.
SPELLED_OTHERWISE = ("a tag of another package", "a tag of no version", "one without the v")


class Built(NamedTuple):
    """What was built with these tags on one commit, one of them pushed."""

    tool: str
    case: str
    pushed: str
    tags: tuple[CommitTag, ...]
    takes_it: bool


def built() -> list[Built]:
    rows = []
    for line in VECTORS.read_text("utf-8").splitlines():
        row = json.loads(line)
        tags = tuple(CommitTag(name, bool(day), day * 86400) for name, day in row["tags"])
        for tag in tags:
            try:
                version = Version(tag.name)
            except InvalidVersion:
                continue
            takes_it = row["builds"] is not None and Version(row["builds"]) == version
            rows.append(Built(row["tool"], row["case"], tag.name, tags, takes_it))
    return rows


ROWS = built()


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.tool}: {row.case}: {row.pushed}" for row in ROWS])
def test_what_a_tool_takes_is_what_it_built(row: Built) -> None:
    other = other_winner(row.tool, row.pushed, str(Version(row.pushed)), row.tags)
    if row.takes_it:
        assert other is None, "never a wrong no"
    elif not row.case.startswith(SPELLED_OTHERWISE) and not (row.tool == "pbr" and "post" in row.pushed):
        assert other is not None
        assert f"tag {row.pushed!r}" in other.message


TWO = (CommitTag("v1.2.0"), CommitTag("v1.3.0"))
REMEDIES = [
    ("hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION=1.3.0", "a variable of setuptools-scm's"),
    ("setuptools_scm", "give the gate `version: 1.3.0`", "and the gate is given the same"),
    ("pdm-backend's source `scm`", "PDM_BUILD_SCM_VERSION=1.3.0", "a variable of pdm's"),
    ("poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS=1.3.0", "a variable of poetry's plugin"),
    ("versioneer", "or tag a commit of its own", "no variable"),
]


@pytest.mark.parametrize(("tool", "says"), [row[:2] for row in REMEDIES], ids=[row[2] for row in REMEDIES])
def test_the_way_out_is_named(tool: str, says: str) -> None:
    other = other_winner(tool, "v1.3.0", "1.3.0", TWO)
    assert other is not None
    assert "it would build 1.2.0" in other.message
    assert "git push --delete origin v1.2.0" in other.advice
    assert says in other.advice


NOTHING_KNOWN = [
    ("trampolim", "v1.3.0", TWO, "a tool that was not seen"),
    ("hatch-vcs", "v1.4.0", TWO, "a tag that is not on the commit"),
    ("hatch-vcs", "v1.3.0", (), "a checkout without tags"),
    ("hatch-vcs", "v1.3.0", (CommitTag("v1.3.0"), CommitTag("v1.3")), "another spelling of the version"),
    ("pbr", "v1.3.0", (CommitTag("v1.3.0"),), "the only tag"),
    ("hatch-vcs", "v1.3.0", (CommitTag("v1.3.0"), CommitTag("v1x")), "one that only looks like a version"),
]


@pytest.mark.parametrize(
    ("tool", "pushed", "tags"), [row[:3] for row in NOTHING_KNOWN], ids=[row[3] for row in NOTHING_KNOWN]
)
def test_nothing_is_claimed_where_nobody_knows(tool: str, pushed: str, tags: tuple[CommitTag, ...]) -> None:
    assert other_winner(tool, pushed, pushed.removeprefix("v"), tags) is None
