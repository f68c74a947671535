"""Finding packages: globs, and the member lists of workspaces."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from publish_gate.checkout import Checkout
from publish_gate.config import discover
from publish_gate.config.discover import expand, find_packages
from publish_gate.config.globs import compile_glob
from publish_gate.config.model import Discovery, PackageEntry
from publish_gate.errors import ConfigurationError
from publish_gate.places import Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Make a repository with packages at several depths."""
    for folder in ("packages/a", "packages/b", "packages/b/deep", "libs/c", ".hidden/d", "docs", "packages/.e"):
        (tmp_path / folder).mkdir(parents=True)
        if folder != "docs":
            (tmp_path / folder / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "packages" / "loop").symlink_to(tmp_path)
    (tmp_path / "packages" / "file").write_text("", "utf-8")
    return Checkout.open(tmp_path, ".")


GLOBS = [
    (["packages/*"], [], ["packages/a", "packages/b"], "one level; no file, link or hidden folder"),
    (["./packages/*/"], [], ["packages/a", "packages/b"], "written with dots and slashes"),
    (["packages/**"], [], ["packages/a", "packages/b", "packages/b/deep"], "any depth"),
    (["*/c"], [], ["libs/c"], "a star in front"),
    (["packages/[ab]"], ["packages/b"], ["packages/a"], "a set, and an exception"),
    (["packages/[!a]"], [], ["packages/b"], "a set of what is not meant"),
    (["packages/?"], ["**/b"], ["packages/a"], "one character, and an exception at any depth"),
    (["packages/a", "libs/*"], [], ["libs/c", "packages/a"], "several patterns, sorted"),
    (["docs"], [], [], "a folder without a project"),
    (["nowhere/*"], [], [], "a folder that is not there"),
    (["../*"], [], [], "a way out"),
]


@pytest.mark.parametrize(("patterns", "exclude", "found"), [r[:3] for r in GLOBS], ids=[r[3] for r in GLOBS])
def test_a_glob_finds_folders_with_a_project(
    patterns: list[str], exclude: list[str], found: list[str], checkout: Checkout
) -> None:
    assert list(expand(checkout, patterns, exclude)) == found


def entry(path: str, discover: Discovery | None = None) -> PackageEntry:
    place = Place(".github/publish-gate.yml", 3, 5)
    return PackageEntry("all", place, path, discover, places={"path": place, "discover": place})


WORKSPACES = [
    (
        Discovery.UV,
        '[tool.uv.workspace]\nmembers = ["packages/*", "libs/c"]\nexclude = ["packages/b"]\n',
        ["libs/c", "packages/a"],
        "uv",
    ),
    (
        Discovery.UV,
        '[project]\nname = "root"\n[tool.uv.workspace]\nmembers = ["packages/a"]\n',
        [".", "packages/a"],
        "uv, whose root is a package itself",
    ),
    (
        Discovery.HATCH,
        (
            '[tool.hatch.envs.default]\nworkspace.members = [{path = "packages/a"}, "libs/*", 3]\n'
            'workspace.exclude = ["x"]\n[tool.hatch.envs.other]\ntype = "virtual"\n'
        ),
        ["libs/c", "packages/a"],
        "hatch",
    ),
    (
        Discovery.POETRY,
        (
            '[tool.poetry]\nname = "root"\n[tool.poetry.dependencies]\npython = "^3"\n'
            'a = {path = "./packages/a", develop = true}\n[tool.poetry.group.dev.dependencies]\n'
            'c = [{path = "packages/../libs/c"}]\n'
            '[tool.poetry.workspace]\ninclude = ["packages/b"]\n[tool.poetry.workspaces]\nx = "libs/c"\n'
        ),
        [".", "libs/c", "packages/a", "packages/b"],
        "poetry, by path dependencies and plug-ins' lists",
    ),
]


@pytest.mark.parametrize(("tool", "text", "found"), [r[:3] for r in WORKSPACES], ids=[r[3] for r in WORKSPACES])
def test_a_workspace_lists_its_members(tool: Discovery, text: str, found: list[str], checkout: Checkout) -> None:
    (checkout.root / "pyproject.toml").write_text(text, "utf-8")
    assert list(find_packages(checkout, entry(".", tool))) == found


def test_a_workspace_may_lie_below_the_root(checkout: Checkout) -> None:
    text = '[tool.uv.workspace]\nmembers = ["deep"]\n[project]\nname = "b"\n'
    (checkout.root / "packages" / "b" / "pyproject.toml").write_text(text, "utf-8")
    assert find_packages(checkout, entry("packages/b", Discovery.UV)) == ("packages/b", "packages/b/deep")


def test_a_plain_path_is_itself(checkout: Checkout) -> None:
    assert find_packages(checkout, entry("packages/a")) == ("packages/a",)


NOTHING = [
    (entry("docs/*"), "", "no folder that matches 'docs/*' has a pyproject.toml", "a glob of nothing"),
    (entry(".", Discovery.UV), "", "the uv workspace in '.' has no member", "no members"),
    (entry(".", Discovery.UV), "[tool.uv.workspace]\nmembers = 3\n", "has no member", "members that are no list"),
    (entry(".", Discovery.UV), "x = [", "is not valid TOML", "no TOML"),
    (entry("docs", Discovery.UV), "", "docs/pyproject.toml", "no pyproject.toml"),
]


@pytest.mark.parametrize(("wanted", "text", "says"), [r[:3] for r in NOTHING], ids=[r[3] for r in NOTHING])
def test_finding_nothing_is_a_problem_with_its_place(
    wanted: PackageEntry, text: str, says: str, checkout: Checkout
) -> None:
    (checkout.root / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(says)) as caught:
        find_packages(checkout, wanted)
    assert str(caught.value).startswith(".github/publish-gate.yml:3:5: packages.all.")


@pytest.mark.parametrize("pattern", ["packages/[z-a]", "a*b*c*d*e*f"])
def test_a_glob_that_cannot_be_walked_is_a_problem(pattern: str, checkout: Checkout) -> None:
    with pytest.raises(ConfigurationError, match="packages: "):
        expand(checkout, [pattern])


def test_a_folder_that_cannot_be_listed_is_a_problem(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> list[str]:
        raise PermissionError

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(ConfigurationError, match="packages: "):
        expand(checkout, ["packages/*"])


def test_a_root_that_says_it_is_no_package_is_left_out(checkout: Checkout) -> None:
    text = '[project]\nname = "root"\n[tool.uv]\npackage = false\n[tool.uv.workspace]\nmembers = ["packages/a"]\n'
    (checkout.root / "pyproject.toml").write_text(text, "utf-8")
    assert find_packages(checkout, entry(".", Discovery.UV)) == ("packages/a",)


def test_absurdly_many_folders_are_a_problem(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "_MOST_NAMES", 3)
    with pytest.raises(ConfigurationError, match="more than 3 files and folders"):
        expand(checkout, ["**"])


MATCHES = [
    ("*a*a*a*a", "a" * 5000 + "b", False, "four stars over a long name"),
    ("*a*a*a*a", "xaxaaa", True, "four stars, all of them needed"),
    ("*a*a*a*a", "aaa", False, "a letter too few"),
    ("ab*b", "ab", False, "what stands before a star is not what stands behind it"),
    ("ab*b", "abb", True, "nothing between"),
    ("a*[bc]?*d", "axbcxbd", True, "a set and any character between stars"),
    ("**/x", "x", True, "any depth, and none"),
    ("**/x", "a/b/x", True, "any depth"),
    ("a/**", "a", False, "all within, and not itself"),
    ("a/**", "a/b/c", True, "all within"),
    ("a/**/**/b", "a/b", True, "any depth twice"),
    ("a/*", "a/b/c", False, "one level"),
    ("**/*a*a*a*a/**", "/".join(["a" * 200] * 20) + "b", True, "stars in many levels"),
    ("[", "[", True, "a bracket by itself"),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), [r[:3] for r in MATCHES], ids=[r[3] for r in MATCHES])
def test_a_glob_matches_without_looking_back(pattern: str, path: str, expected: bool) -> None:
    assert compile_glob(pattern).matches(path) is expected
