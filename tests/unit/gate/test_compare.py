"""Ahead of what, and by how much: one row a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from publish_gate.gate.compare import compare
from publish_gate.gate.rules import Policy

NEWER, SERIES, UNPUBLISHED = Policy.NEWER, Policy.SERIES, Policy.UNPUBLISHED

ROWS = [
    ("1.0", "", NEWER, True, "None", "initial", "a first release"),
    ("1.0rc1", "", NEWER, True, "None", "initial", "a first release that is a pre-release"),
    ("1.0.1", "1.0", NEWER, True, "1.0", "patch", "a patch"),
    ("1.1", "1.0 1.0.3", NEWER, True, "1.0.3", "minor", "a minor release"),
    ("2.0", "1.9.9", NEWER, True, "1.9.9", "major", "a major release"),
    ("1!1.0", "2.0", NEWER, True, "2.0", "major", "a new epoch"),
    ("1.0.0.1", "1.0", NEWER, True, "1.0", "patch", "a fourth number"),
    ("1.0.post1", "1.0", NEWER, True, "1.0", "post", "a post-release"),
    ("1.10", "1.9", NEWER, True, "1.9", "minor", "ten comes after nine"),
    ("1.9", "1.10", NEWER, False, "1.10", "", "nine comes before ten"),
    ("1.5", "1.0 2.0", NEWER, False, "2.0", "", "lower than the highest"),
    ("1.5", "1.0 2.0rc1", NEWER, True, "1.0", "minor", "a final is compared with finals"),
    ("2.0", "1.0 2.0rc1 2.0rc2", NEWER, True, "1.0", "major", "a final after its own candidates"),
    ("2.0rc1", "1.0", NEWER, True, "1.0", "major", "a candidate of the next major"),
    ("2.0rc2", "1.0 2.0rc1", NEWER, True, "2.0rc1", "pre", "the next candidate"),
    ("2.0rc1", "2.0", NEWER, False, "2.0", "", "a candidate of what is out"),
    ("1.5rc1", "1.0 2.0", NEWER, False, "2.0", "", "a pre-release is compared with everything"),
    ("1.1.dev2", "1.0 1.1.dev1", NEWER, True, "1.1.dev1", "dev", "the next dev release"),
    ("1.1a1", "1.1.dev1", NEWER, True, "1.1.dev1", "pre", "an alpha after a dev release"),
    ("1.1", "1.1.dev1", NEWER, True, "1.1.dev1", "minor", "a final when only its dev release came before"),
    ("1.0", "1.0rc1", NEWER, True, "1.0rc1", "major", "a first final after its candidate"),
    ("1.2.0rc1", "1.2.0rc1.dev1", NEWER, True, "1.2.0rc1.dev1", "pre", "a candidate after its own dev release"),
    ("1.0.post1", "1.0.post1.dev1", NEWER, True, "1.0.post1.dev1", "post", "a post-release after its own dev release"),
    (
        "1.0.post1.dev2",
        "1.0.post1.dev1",
        NEWER,
        True,
        "1.0.post1.dev1",
        "dev",
        "its next dev release",
    ),
    ("1.1.1", "1.1.1b1", NEWER, True, "1.1.1b1", "patch", "a patch after its beta"),
    ("1.0", "1.0", NEWER, True, "1.0", "", "the same version is no hindrance here"),
    ("1.0", "1.0.0 2.0", NEWER, False, "2.0", "", "the same and a higher one"),
    ("1.4.9", "1.4.8 2.0", SERIES, True, "1.4.8", "patch", "a backport in its series"),
    ("1.4.7", "1.4.8 2.0", SERIES, False, "1.4.8", "", "behind in its own series"),
    ("1.5.0", "1.4.8 2.0", SERIES, True, "1.4.8", "minor", "the first of its series"),
    ("0.1", "1.0", SERIES, True, "None", "", "a series below everything"),
    ("1.4.9rc1", "1.4.8 1.4.9 2.0", SERIES, False, "1.4.9", "", "a candidate of what its series has"),
    ("1.5", "1.0 2.0", UNPUBLISHED, True, "1.0", "minor", "anything that is not there"),
    ("0.5", "1.0 2.0", UNPUBLISHED, True, "None", "", "even below everything"),
]


@pytest.mark.parametrize(
    ("local", "published", "policy", "ahead", "previous", "bump"),
    [r[:6] for r in ROWS],
    ids=[r[6] for r in ROWS],
)
def test_a_version_is_compared(
    local: str, published: str, policy: Policy, ahead: bool, previous: str, bump: str
) -> None:
    versions = sorted(Version(each) for each in published.split())
    found = compare(Version(local), versions, policy)
    assert (found.ahead, str(found.previous), found.bump) == (ahead, previous, bump)


VERSIONS = st.builds(
    lambda release, suffix: Version(".".join(map(str, release)) + suffix),
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.sampled_from(["", "a1", "rc1", ".post1", ".dev1", "rc1.dev2"]),
)


@given(VERSIONS, st.lists(VERSIONS, max_size=8))
def test_newer_is_the_strictest_policy(local: Version, published: list[Version]) -> None:
    versions = sorted(set(published))
    results = {policy: compare(local, versions, policy) for policy in Policy}
    assert results[UNPUBLISHED].ahead
    assert results[SERIES].ahead or not results[NEWER].ahead
    for result in results.values():
        assert not result.bump or result.previous is None or local > result.previous
        assert result.previous is None or result.previous in versions


@given(VERSIONS, st.lists(VERSIONS, max_size=8))
def test_the_newest_final_is_never_behind(local: Version, published: list[Version]) -> None:
    versions = sorted(set(published))
    if all(each < local for each in versions):
        assert compare(local, versions, NEWER).ahead
    if not local.is_prerelease:
        finals = [each for each in versions if not each.is_prerelease]
        assert compare(local, versions, NEWER).ahead is all(each <= local for each in finals)
