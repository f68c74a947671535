"""The usual situations, and how their tags are spelled."""

from __future__ import annotations

import pytest

from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.rules import DEFAULT_BRANCH, Prereleases, Target, Trigger
from publish_gate.simulate import situations

BRANCH_ONLY = Target("testpypi", (Trigger("push", branches=DEFAULT_BRANCH),))
TAGS = [
    ((), "1.2", ["v1.2", "v1.2.1"], "a v where no target takes tags"),
    (("v*",), "1.2rc1", ["v1.2rc1", "v1.2.1"], "a v of the pattern"),
    (("!x", "pkg-v*"), "1.2", ["pkg-v1.2", "pkg-v1.2.1"], "a name, behind a negative pattern"),
    (("*",), "1.2", ["1.2", "1.2.1"], "no prefix"),
    (("v*",), "one", ["vone", "v0.0.1"], "a version that is none"),
]


@pytest.mark.parametrize(("patterns", "version", "tags"), [r[:3] for r in TAGS], ids=[r[3] for r in TAGS])
def test_the_tags_are_spelled_as_the_target_wants_them(
    patterns: tuple[str, ...], version: str, tags: list[str]
) -> None:
    targets = [BRANCH_ONLY]
    if patterns:
        targets.append(Target("pypi", (Trigger("push", tags=compile_patterns(patterns)),)))
    found = situations(version, targets, "trunk")
    assert [each.context.ref.name for each in found[2:4]] == tags
    assert found[4].context.ref.name == tags[0]


def test_there_are_nine_and_each_is_told_apart() -> None:
    found = situations("1.0", [BRANCH_ONLY], "trunk")
    assert len({each.name for each in found}) == len(found) == 9
    assert found[0].context.ref.full == "refs/heads/trunk"
    assert found[1].context.ref.name != "trunk"
    assert [each.context.foreign_head for each in found[5:7]] == [False, True]


ALL = ["published", "released", "prereleased"]
APART = [
    (Trigger("release"), Prereleases.ALLOW, ["published"], "any release publishes"),
    (Trigger("release", types=frozenset({"released"})), Prereleases.ALLOW, ALL, "a rule that names types"),
    (Trigger("release"), Prereleases.DENY, ALL, "a rule that takes no pre-releases"),
    (Trigger("push"), Prereleases.DENY, ["published"], "a rule that is not about releases"),
]


@pytest.mark.parametrize(("trigger", "wanted", "shown"), [row[:3] for row in APART], ids=[row[3] for row in APART])
def test_releases_are_shown_apart_where_rules_tell_them_apart(
    trigger: Trigger, wanted: Prereleases, shown: list[str]
) -> None:
    found = situations("1.2", [Target("pypi", (trigger,), prereleases=wanted)], "main")
    releases = [each for each in found if each.context.event == "release"]
    assert [each.name for each in releases] == [f"release v1.2 {activity}" for activity in shown]
    marked = [each.context.release is not None and each.context.release.prerelease for each in releases]
    assert marked == [activity == "prereleased" for activity in shown]
