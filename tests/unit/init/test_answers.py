"""Which answers can be: everything that ends in a workflow, a shell, a form or a file name is held to plain words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate import remotes
from publish_gate.errors import ConfigurationError
from publish_gate.init import answers
from publish_gate.remotes import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

TAKEN: list[tuple[Callable[[str], object], str, object, str]] = [
    (answers.package_name, " demo ", "demo", "a name"),
    (answers.package_name, "My_Pkg.x", "My_Pkg.x", "a name in its own spelling"),
    (answers.workflow_name, "release.yml", "release.yml", "a workflow"),
    (answers.workflow_name, " Publish-2.x.yaml ", "Publish-2.x.yaml", "the other ending"),
    (answers.workflow_name, "console.yml", "console.yml", "a name that begins like a device"),
    (answers.branch_name, "main", "main", "a branch"),
    (answers.branch_name, "release/1.x", "release/1.x", "a branch with a slash"),
    (answers.folder_name, "packages/my.pkg_1-x", "packages/my.pkg_1-x", "a folder"),
    (answers.folder_name, ".", ".", "the top"),
    (remotes.repository_name, "octo-org/sample.project", Repository("octo-org", "sample.project"), "a repository"),
]


@pytest.mark.parametrize(("check", "text", "value"), [row[:3] for row in TAKEN], ids=[row[3] for row in TAKEN])
def test_taken(check: Callable[[str], object], text: str, value: object) -> None:
    assert check(text) == value


REFUSED: list[tuple[Callable[[str], object], str, str, str]] = [
    (answers.package_name, "-x-", "not a project name", "a name no index could host"),
    (answers.package_name, "a\n::error::x", "not a project name", "a command for a runner"),
    (answers.target_list, "testpipy", "did you mean 'testpypi'?", "a misspelt target"),
    (answers.target_list, " , ", "name at least one of testpypi, pypi", "no target"),
    (answers.workflow_name, ".github/workflows/ci.yml", "is a path; .*; give 'ci.yml'", "a path"),
    (answers.workflow_name, "..\\ci.yml", "is a path; .*; give 'ci.yml'", "a path on Windows"),
    (answers.workflow_name, "workflows/", r"is a path; workflows always lie in .github/workflows$", "a folder"),
    (answers.workflow_name, "release", "does not end in .yml or .yaml", "no ending"),
    (answers.workflow_name, "release.YML", "does not end in", "an ending in capitals"),
    (answers.workflow_name, ".yml", "not a file name for a workflow", "an ending alone"),
    (answers.workflow_name, "-x.yml", "not a file name for a workflow", "an option"),
    (answers.workflow_name, "a b.yml", "not a file name for a workflow", "a space"),
    (answers.workflow_name, "relea\u200bse.yml", r"'relea\\\\u200bse.yml' is not a file name", "a zero-width space"),
    (answers.workflow_name, "x\x1b[2J.yml", "not a file name for a workflow", "an escape sequence"),
    (answers.workflow_name, "NUL.yml", "not a file name for a workflow", "a device of Windows"),
    (answers.workflow_name, "com1.release.yml", "not a file name for a workflow", "a device of Windows with more"),
    (answers.branch_name, "", "not a plain branch name", "no branch"),
    (answers.branch_name, "main*", "not a plain branch name", "a pattern"),
    (answers.branch_name, "a..b", "not a plain branch name", "two dots"),
    (answers.branch_name, "a/", "not a plain branch name", "a slash at the end"),
    (answers.branch_name, "x']\n  tags: ['*", "not a plain branch name", "more YAML"),
    (answers.folder_name, "../x", "cannot be written", "a folder outside"),
    (answers.folder_name, "a;b", "cannot be written", "a command for a shell"),
    (answers.folder_name, "-rf", "cannot be written", "an option for a shell"),
    (remotes.repository_name, "sampleproject", "is not OWNER/NAME", "no owner"),
    (remotes.repository_name, "o/..", "is not OWNER/NAME", "a folder as a name"),
    (remotes.repository_name, "https://github.com/o/r", "is not OWNER/NAME", "an address"),
]


@pytest.mark.parametrize(("check", "text", "message"), [row[:3] for row in REFUSED], ids=[row[3] for row in REFUSED])
def test_refused(check: Callable[[str], object], text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as refused:
        check(text)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("testpypi", ["testpypi"]),
        ("pypi", ["pypi"]),
        ("testpypi,pypi", ["testpypi", "pypi"]),
        (" pypi ,\ttestpypi, pypi", ["testpypi", "pypi"]),
        (answers.DEFAULT_TARGETS, ["testpypi", "pypi"]),
    ],
)
def test_targets_are_listed_in_their_own_order(text: str, names: list[str]) -> None:
    assert [target.name for target in answers.target_list(text)] == names


REMOTES = [
    ("https://github.com/o/r.git", "o/r", "https"),
    ("https://github.com/o/r", "o/r", "without the ending"),
    ("https://github.com/o/r/", "o/r", "with a slash"),
    ("HTTPS://GitHub.com/Octo-Org/R.x", "Octo-Org/R.x", "in capitals, which the names keep"),
    ("https://user:secret@github.com/o/r.git", "o/r", "with credentials"),
    ("git@github.com:o/r.git", "o/r", "as scp writes it"),
    ("ssh://git@github.com/o/r.git", "o/r", "ssh"),
    ("ssh://git@ssh.github.com:443/o/r.git", "o/r", "ssh through a firewall"),
    ("git://github.com/o/r.git", "o/r", "git"),
    ("", None, "no remote"),
    ("/srv/git/o/r.git", None, "a folder"),
    ("https://gitlab.com/o/r.git", None, "another host"),
    ("https://github.com.evil.example/o/r.git", None, "a host that begins like it"),
    ("https://evil.example/github.com/o/r.git", None, "a path that reads like it"),
    ("https://github.com/o", None, "no repository"),
    ("https://github.com/o/r/tree", None, "a path below one"),
    ("https://github.com/o/..", None, "a folder"),
    ("git@github.com:o/r;x", None, "more than a name"),
]


@pytest.mark.parametrize(("address", "slug"), [row[:2] for row in REMOTES], ids=[row[2] for row in REMOTES])
def test_repository_of_a_remote(address: str, slug: str | None) -> None:
    found = remotes.repository_of_remote(address)
    assert (f"{found.owner}/{found.name}" if found is not None else None) == slug


@given(st.text(max_size=30).map(lambda text: f"{text}.yml"))
def test_a_workflow_name_that_is_taken_is_nothing_but_itself(text: str) -> None:
    try:
        name = answers.workflow_name(text)
    except ConfigurationError as error:
        assert str(error).isprintable()  # noqa: PT017 - either ending is right
    else:
        assert re.fullmatch(r"[\w.-]+\.yml", name, re.ASCII)
        assert json.dumps(name) == f'"{name}"'
