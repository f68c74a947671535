"""The hooks for pre-commit: their manifest is one, and in a scratch repository they pass and fail as they should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from e2e.consumer import EXAMPLE, commit

from publish_gate import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).resolve().parents[2]
MANIFEST = TOP / ".pre-commit-hooks.yaml"
PACKAGED = ("src", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml")
SECONDS = 120.0


def pre_commit(*arguments: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run pre-commit in a folder, with its own folder for what it sets up."""
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments], cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def has_command(name: str) -> bool:
    """Whether the command line knows a command."""
    try:
        cli.main([name, "--help"])
    except SystemExit as ended:
        return ended.code == 0
    return False


def test_the_manifest_is_one(tmp_path: Path) -> None:
    done = pre_commit("validate-manifest", str(MANIFEST), folder=tmp_path, home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_manifest_refuses_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "hooks.yaml").write_text("- id: x\n", "utf-8")
    assert pre_commit("validate-manifest", "hooks.yaml", folder=tmp_path, home=tmp_path / "home").returncode != 0


def test_the_hooks_run_commands_that_there_are() -> None:
    for hook in yaml.safe_load(MANIFEST.read_text("utf-8")):
        program, command = hook["entry"].split()
        assert program == "publish-gate"
        if command != "doctor" or has_command("doctor"):
            assert has_command(command)


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of this project, as pre-commit clones it."""
    folder = tmp_path_factory.mktemp("hooks") / "publish-gate"
    folder.mkdir()
    for name in PACKAGED:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it sets up: once for all of these tests."""
    return tmp_path_factory.mktemp("pre-commit")


CONFIG = ".github/publish-gate.yml"
WORKFLOW = ".github/workflows/ci.yml"
GOOD_CONFIG = "targets:\n  testpypi:\n    policy: newer\n"
BAD_CONFIG = "targets:\n  testpypi:\n    policy: newest\n"
# Publishes without an identity, which trusted publishing needs.
BAD_WORKFLOW = (
    "on: {push: {branches: [main]}}\npermissions: {}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - uses: pypa/gh-action-pypi-publish@dc37677b2e1c63e2034f94d8a5b11f265b73ba33 # v1.14.2\n"
)
CASES = [
    ("a config file that is right", "publish-gate-config", {CONFIG: GOOD_CONFIG}, True, "Passed"),
    ("a config file that is wrong", "publish-gate-config", {CONFIG: BAD_CONFIG}, False, "publish-gate.yml:3"),
    ("no config file", "publish-gate-config", {}, True, "no files to check"),
    ("a workflow that is right", "publish-gate-doctor", {}, True, "Passed"),
    ("a workflow that is wrong", "publish-gate-doctor", {WORKFLOW: BAD_WORKFLOW}, False, "id-token"),
]


@pytest.mark.parametrize(
    ("hook", "files", "passes", "text"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)  # fmt: skip
def test_a_hook_in_a_scratch_repository(
    hook: str, files: Mapping[str, str], passes: bool, text: str, hooks: Path, home: Path, tmp_path: Path
) -> None:
    if hook == "publish-gate-doctor" and not has_command("doctor"):
        pytest.skip("this command line has no doctor yet")
    scratch = shutil.copytree(EXAMPLE, tmp_path / "scratch")
    for name, content in files.items():
        (scratch / name).write_text(content, "utf-8")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607 - whichever git there is
        cwd=hooks, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    use = {"repos": [{"repo": str(hooks), "rev": head, "hooks": [{"id": hook}]}]}
    (scratch / ".pre-commit-config.yaml").write_text(yaml.safe_dump(use), "utf-8")
    commit(scratch)
    done = pre_commit("run", "--all-files", folder=scratch, home=home)
    assert (done.returncode == 0) is passes, done.stdout
    assert text in done.stdout
