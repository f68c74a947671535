"""Which commit a release is, from git's answer; whatever else it says is no answer."""

from __future__ import annotations

import pytest

from publish_gate.init.released import commit_in

ONE, OTHER = "1" * 40, "2" * 40
TAG = "refs/tags/v0.1.0"
ROWS = [
    (f"{ONE}\t{TAG}\n", ONE, "a light tag"),
    (f"{ONE}\t{TAG}\n{OTHER}\t{TAG}^{{}}\n", OTHER, "an annotated tag stands for its commit"),
    ("", None, "no such tag"),
    (f"{ONE}\trefs/tags/v0.1.0-rc\n", None, "another tag"),
    (f"{ONE[:39]}\t{TAG}\n", None, "no whole commit"),
    (f"{'g' * 40}\t{TAG}\n", None, "no commit at all"),
    (f"<html>{ONE}\t{TAG}", None, "a page"),
]


@pytest.mark.parametrize(("answer", "commit"), [row[:2] for row in ROWS], ids=[row[2] for row in ROWS])
def test_commit_in(answer: str, commit: str | None) -> None:
    assert commit_in(answer, TAG) == commit
