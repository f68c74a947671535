"""A project's own regular expressions: run where they end soon, refused where they may not."""

from __future__ import annotations

import re

import pytest

from publish_gate.versions.patterns import MAX_PATTERN, PatternError, search

HARMLESS = {
    "a usual pattern": (r"^version = \"(?P<version>[^\"]+)\"", 'version = "1.2"'),
    "spaces and digits": (r"VERSION\s*=\s*'(?P<version>\d+\.\d+)'", "VERSION = '1.2'"),
    "dotted rounds": (r"(?P<version>\d+(?:\.\d+)*)", "x 1.2 y"),
    "dotted rounds in a group": (r"v(?P<version>[0-9]+(\.[0-9]+)*)\n", "v1.2\n"),
    "a fixed number of rounds": (r"(?P<version>(?:\d\.){1}\d)", "1.2"),
    "a choice": (r"(?:VERSION|version): (?P<version>\S+)", "version: 1.2"),
    "any case": (r"(?i)VERSION: (?P<version>.*)$", "Version: 1.2"),
    "a look ahead": (r"(?P<version>\d\.\d)(?= )(?! x)", "1.2 "),
    "a look behind": (r"(?<=v)(?P<version>\d\.\d)", "v1.2"),
    "a conditional": (r"(v)?(?(1)|x?)(?P<version>\d\.\d)", "v1.2"),
    "not a character": (r"=(?P<version>[^;]*);", "=1.2;"),
    "not one character": (r"=(?P<version>(?:[^;])+);", "=1.2;"),
    "classes": (r"\w+\W+(?P<version>[\d.]+)\D*\S*", "version = 1.2 x"),
    "repeated groups": (r"(?:ab)*(?P<version>1.2)", "abab1.2"),
    "a large file": (
        r"^__version__ = ['\"](?P<version>[^'\"]*)['\"]",
        "x = 1\n" * 50_000 + "__version__ = '1.2'",
    ),
}

EXPLOSIVE = {
    "nested plus": (r"(a+)+b", "a" * 30),
    "nested star": (r"(a*)*b", "a" * 30),
    "nested choice": (r"(a|aa)+b", "a" * 40),
    "nested any": (r"(.*)*x", "a" * 30),
    "rounds that overlap": (r"(?:\d\d*)*x", "1" * 30),
    "rounds of a literal and any": (r"(?:a.*)*x", "a" * 30),
    "rounds of rounds": (r"(?:a(?:b+)c*)*x", "ab" * 30),
    "rounds of a literal and a group": (r"(?:a(?:bc)*)*x", "abc" * 30),
    "many repetitions in a row": (r"\s*\s*\s*\s*\s*\s*x", " " * 400),
    "any over a long line": (r".*.*x", "a" * 20_000),
    "any over everything": (r"(?s).*a.*b.*c", "x\n" * 20_000),
    "a deep nest": ("(" * 400 + ")" * 400 + "(a+)+", "aaa"),
    "too many repetitions": (r"a*" * 100, "b"),
    "an invalid pattern": (r"(", ""),
    "a long pattern": ("a" * (MAX_PATTERN + 1), ""),
    "a huge count": (r"(?:a{1,1000}){1,1000}b", "a" * 2000),
}


@pytest.mark.parametrize(("pattern", "text"), [pytest.param(*row, id=name) for name, row in HARMLESS.items()])
def test_it_runs(pattern: str, text: str) -> None:
    match = search(pattern, text, re.MULTILINE)
    assert match is not None
    assert match.group("version") == "1.2"


@pytest.mark.parametrize(("pattern", "text"), [pytest.param(*row, id=name) for name, row in EXPLOSIVE.items()])
def test_it_refuses(pattern: str, text: str) -> None:
    with pytest.raises(PatternError):
        search(pattern, text, re.MULTILINE)
