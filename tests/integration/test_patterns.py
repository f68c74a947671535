"""A project's own regular expressions, run in a process that can be stopped."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest

from publish_gate.versions import patterns
from publish_gate.versions.patterns import PatternError, replace, search

if TYPE_CHECKING:
    from pathlib import Path

FOUND = {
    "a usual pattern": (r"^version = \"(?P<version>[^\"]+)\"", 'version = "1.2"'),
    "spaces and digits": (r"VERSION\s*=\s*'(?P<version>\d+\.\d+)'", "VERSION = '1.2'"),
    "dotted rounds": (r"(?P<version>\d+(?:\.\d+)*)", "x 1.2 y"),
    "rounds of rounds": (r"version:\s*(?P<version>(?:\d+\.)+\d+(?:rc\d+)?)$", "version: 1.2"),
    "lazy steps over a long header": (
        r"(?s)major = \d+.*?minor = \d+.*?version = (?P<version>\S+)",
        "major = 1\n" + "int f(int a);\n" * 20_000 + "minor = 2\n" + "x\n" * 20_000 + "version = 1.2",
    ),
    "a look behind and a conditional": (r"(?<=v)(x)?(?(1)y|)(?P<version>\d\.\d)", "v1.2"),
    "more characters than ASCII": (r"é(?P<version>\S+)", "é1.2"),
}


@pytest.fixture(autouse=True)
def _forget_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_timed_out", [])


@pytest.mark.parametrize(("pattern", "text"), [pytest.param(*row, id=name) for name, row in FOUND.items()])
def test_a_pattern_is_run(pattern: str, text: str) -> None:
    match = search(pattern, text, re.MULTILINE)
    assert match is not None
    number = match.number("version")
    assert number is not None
    assert match.groups[number] == "1.2"
    assert text[match.starts[number] :].startswith("1.2")


def test_a_pattern_that_matches_nothing_finds_nothing() -> None:
    assert search("x", "y") is None


def test_a_match_is_replaced() -> None:
    assert replace("-", ".post", "1.2-3") == "1.2.post3"


@pytest.mark.parametrize("pattern", ["(", "(?P<a>x)(?P<a>x)", "x{99999999999999999999}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="not valid"):
        search(pattern, "x")


def test_a_pattern_that_never_ends_is_stopped_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.5)
    start = time.monotonic()
    with pytest.raises(PatternError, match="takes longer"):
        search("(a+)+b", "a" * 50)
    with pytest.raises(PatternError, match="too long already"):
        search("(a+)+b", "a" * 50)
    assert time.monotonic() - start < 10


def test_nothing_of_the_checkout_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json.py", "re.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit(9)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path))
    assert search("x", "x") is not None


def test_without_an_interpreter_there_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", os.fspath(tmp_path / "none"))
    with pytest.raises(PatternError, match="cannot be run"):
        search("x", "x")
