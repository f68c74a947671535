"""What release.yml runs: the tag with the tree, the notes, and the comparison of outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import tag_release
from environment import TOP
from expect import differences
from release_notes import notes

if TYPE_CHECKING:
    from pathlib import Path

GIT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
FILES = {".gitattributes": "* -text\n", "action.yml": "name: x\r\n", "bundle/a.py": "", ".gitignore": "bundle/\n"}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "-C", str(folder), *arguments]
    return subprocess.run(command, env=GIT, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a workflow on main, a remote, and a release tree that git would ignore."""
    git(tmp_path, "init", "--quiet", "--bare", "origin")
    folder = tmp_path / "checkout"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "checkout")
    (folder / ".github").mkdir()
    (folder / ".github" / "ci.yml").touch()
    (folder / ".gitignore").write_text("build/\nbundle/\n", "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "main")
    git(folder, "remote", "add", "origin", str(tmp_path / "origin"))
    for name, text in FILES.items():
        path = folder / "build" / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    monkeypatch.chdir(folder)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, GIT[name])
    return folder


def release(tag: str = "v1.0.0") -> None:
    tag_release.main(["--tree", "build/tree", "--tag", tag, "--built-from", "0123abc"])


def test_a_tag_holds_the_tree_and_nothing_else(checkout: Path, tmp_path: Path) -> None:
    release()
    remote = tmp_path / "origin"
    assert git(remote, "ls-tree", "-r", "--name-only", "v1.0.0").splitlines() == sorted(FILES)
    assert subprocess.run(
        ["git", "-C", str(remote), "show", "v1.0.0:action.yml"],  # noqa: S607 - whichever git there is
        capture_output=True, check=True,
    ).stdout == b"name: x\r\n"  # fmt: skip
    assert git(remote, "log", "--format=%P", "v1.0.0") == ""
    assert "Built from 0123abc" in git(remote, "log", "--format=%B", "v1.0.0")
    assert git(remote, "branch", "--list") == ""
    # The checkout itself is as it was.
    assert git(checkout, "status", "--porcelain") == ""


def test_a_tag_is_never_moved(checkout: Path, tmp_path: Path) -> None:
    release()
    before = git(tmp_path / "origin", "rev-parse", "v1.0.0")
    (checkout / "build" / "tree" / "action.yml").write_text("name: y\n", "utf-8")
    with pytest.raises(SystemExit, match=r"v1\.0\.0 is there already, and a tag is never moved"):
        release()
    assert git(tmp_path / "origin", "rev-parse", "v1.0.0") == before
    release("v1.0.1")
    assert git(tmp_path / "origin", "tag").splitlines() == ["v1.0.0", "v1.0.1"]


CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

### Added

- This.

## [1.0.0] - 2026-11-01

- That.

[1.0.0]: https://example.org/
"""


@pytest.mark.parametrize(("version", "text"), [("1.1.0", "### Added\n\n- This."), ("1.0.0", "- That.")])
def test_notes_are_those_of_the_version(version: str, text: str) -> None:
    assert notes(CHANGELOG, version) == text


def test_a_version_without_notes() -> None:
    with pytest.raises(KeyError):
        notes(CHANGELOG, "2.0.0")
    command = [sys.executable, str(TOP / "scripts" / "release_notes.py"), "999.0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("expected", "wanted", "outcome", "found"),
    [
        (["a=1", "b="], None, None, []),
        (["a=1"], "failure", "failure", []),
        (["a=2"], None, None, ["a is '1', not '2'"]),
        (["c=x=y"], None, None, ["c is '', not 'x=y'"]),
        (["a=1"], "failure", "success", ["the step ended with 'success', not with 'failure'"]),
        (["a=1"], "failure", None, ["the step ended with None, not with 'failure'"]),
    ],
)
def test_outputs_are_held_against_what_they_must_be(
    expected: list[str], wanted: str | None, outcome: str | None, found: list[str]
) -> None:
    assert differences(expected, {"a": "1"}, wanted, outcome) == found
