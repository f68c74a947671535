"""Which version a tag names."""

from __future__ import annotations

import pytest
from packaging.version import Version

from publish_gate.gate.patterns import compile_pattern
from publish_gate.gate.tags import prefix_of, version_of_tag

ROWS = [
    ("v1.3.0", "v*", "1.3.0", "a v and the version"),
    ("1.3.0", "*", "1.3.0", "no prefix"),
    ("v1.3.0", "*", "1.3.0", "a v is PEP 440's own"),
    ("v1.3.0-rc.1", "v*", "1.3.0rc1", "a SemVer spelling of a release candidate"),
    ("v1.0", "v*", "1.0.0", "trailing zeros mean nothing"),
    ("v1.0-1", "v*", "1.0.post1", "PEP 440's implicit post-release"),
    ("v2024.01.02", "v*", "2024.1.2", "zero-padded numbers"),
    ("v1.3.0", "v1.*", "1.3.0", "the pattern holds the beginning of the version"),
    ("v1.3.0", "v[0-9]+.[0-9]+.[0-9]+", "1.3.0", "the pattern spells the shape"),
    ("1.3.0", "v?[0-9]*", "1.3.0", "an optional v, left out"),
    ("v1.3.0", "v?[0-9]*", "1.3.0", "an optional v, there"),
    ("release/1.3.0", "release/*", "1.3.0", "a folder as the prefix"),
    ("release-2024.1", "release-2024.*", "2024.1", "a word and the beginning of the version"),
    ("my-pkg-v1.3.0", "my-pkg-v*", "1.3.0", "NAME-v from the pattern"),
    ("my-pkg@1.3.0", "my-pkg@*", "1.3.0", "NAME@ from the pattern"),
    ("py3-v1.0", "py3-v*", "1.0", "a name that ends in a digit"),
    ("My_Pkg-v1.3.0", "*", "1.3.0", "the project's own name in another spelling"),
    ("my-pkg/1.3.0", "**", "1.3.0", "the project's own name as a folder"),
    ("my-pkg==1.3.0", "*", "1.3.0", "the project's own name as in a requirement"),
    ("v1.3.0", "my-pkg-v*", "1.3.0", "a tag that the pattern would not let in is still read"),
    ("other-v1.3.0", "*", None, "another project's name"),
    ("my-pkg-docs-v1.3.0", "*", None, "a name that only begins like the project's"),
    ("v1.3.0-alpine", "v*", None, "a word that PEP 440 does not know"),
    ("nightly", "*", None, "no version at all"),
    ("v", "v*", None, "nothing behind the prefix"),
    ("v1.0" + "0" * 5000, "v*", None, "absurdly long"),
]


@pytest.mark.parametrize(("tag", "pattern", "expected"), [r[:3] for r in ROWS], ids=[r[3] for r in ROWS])
def test_a_tag_names_a_version(tag: str, pattern: str, expected: str | None) -> None:
    named = version_of_tag(tag, "my.pkg", [compile_pattern(pattern)])
    if expected is None:
        assert named is None
    else:
        assert named == Version(expected)


@pytest.mark.parametrize(
    ("tag", "expected"), [("v1.0", "1.0"), ("1.0", "1.0"), ("my-pkg-1.0", "1.0"), ("x-1.0", "None")]
)
def test_without_a_pattern_nothing_v_or_the_name_may_stand_in_front(tag: str, expected: str) -> None:
    assert str(version_of_tag(tag, "my-pkg")) == expected


@pytest.mark.parametrize(("pattern", "prefix"), [("v*", "v"), ("v1.*", "v"), ("*", ""), ("py3-v*", "py3-v")])
def test_the_prefix_is_what_stands_before_the_version(pattern: str, prefix: str) -> None:
    assert prefix_of(compile_pattern(pattern)) == prefix
