"""A repository of its own that uses what `init` wrote, byte for byte: `act` as GitHub, and indexes on loopback.

Three things of GitHub are not on this machine, and have stand-ins at the same commits: the store of artifacts, the
uploading action (a container with an identity), and pipx, which would fetch what is installed here already.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from e2e.consumer import Event
from e2e.direct import PATH

from publish_gate import HOME
from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.init.pins import (
    BUILD,
    DOWNLOAD_ARTIFACT,
    OWN_REPOSITORY,
    PUBLISH,
    RELEASE,
    UPLOAD_ARTIFACT,
    Pin,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.servers import RealIndex

TOP = Path(__file__).resolve().parents[2]
SECONDS = 180.0
_ACT = Path(sys.executable).with_name("act")
_ACTION = """\
name: Stand-in
description: Does on this machine what the action of this name does on GitHub.
inputs:
  name: {{default: artifact}}
  path: {{default: .}}
  repository-url: {{default: {upload}}}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: ${{{{ inputs.name }}}}
        FOLDER: ${{{{ inputs.path }}}}
        ADDRESS: ${{{{ inputs.repository-url }}}}
      run: |
        {script}
"""
_STAND_INS: Mapping[Pin, str] = {
    UPLOAD_ARTIFACT: 'mkdir "$STORY/artifacts/$NAME" && cp -R "$FOLDER/." "$STORY/artifacts/$NAME"',
    DOWNLOAD_ARTIFACT: 'mkdir -p "$FOLDER" && cp -R "$STORY/artifacts/$NAME/." "$FOLDER"',
    PUBLISH: '"$STORY/upload" "$ADDRESS" dist/*',
}
_PIPX = """\
#!/bin/sh
test "$1 $2" = "run {build}" || exit 1
shift 2
exec "{python}" -m build --no-isolation "$@"
"""
_UPLOAD = """\
#!/bin/sh
case "$1" in
  {testpypi.upload}) to={0.upload} ;;
  {pypi.upload}) to={1.upload} ;;
  *) exit 1 ;;
esac
shift
exec "{python}" -m twine upload --non-interactive --disable-progress-bar --repository-url "$to" -u user -p password "$@"
"""


@dataclass(frozen=True, slots=True)
class Story:
    """The repository in ``checkout``, everything else of the world in ``world``."""

    world: Path
    checkout: Path
    commit: str

    def init(self, *options: str) -> str:
        """Run `publish-gate init` and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "publish_gate", "init", *options],
            cwd=self.checkout, env=self._environment() | {"PYTHONPATH": str(TOP / "src")},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        return done.stdout

    def push(self, ref: str = "refs/heads/main") -> dict[str, str]:
        """Commit everything, push to ``ref``, and return how each job that ran has ended."""
        git(self.checkout, "add", "--all")
        git(self.checkout, "commit", "--quiet", "--allow-empty", "--message", "x")
        shutil.rmtree(self.world / "artifacts", ignore_errors=True)
        (self.world / "artifacts").mkdir()
        payload = self.world / "event.json"
        payload.write_text(Event("push", ref).document(), "utf-8")
        command = [str(_ACT), "push", "--json", "--eventpath", str(payload), "--no-cache-server"]
        command += ["--platform", "ubuntu-latest=-self-hosted"]
        command += ["--local-repository", f"{OWN_REPOSITORY}@{self.commit}={self.world / 'action'}"]
        for pin in _STAND_INS:
            command += ["--local-repository", f"{pin.action}@{pin.commit}={self.world / pin.action}"]
        for name, value in {"GITHUB_REPOSITORY": "o/r", "GITHUB_REF": ref, "STORY": str(self.world)}.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(
            command, cwd=self.checkout, env=self._environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        assert done.returncode == 0, "".join(line["msg"] for line in told if "raw_output" in line) + done.stderr
        return {line["jobID"]: line["jobResult"] for line in told if "jobResult" in line}

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.world),
            "PATH": os.pathsep.join([str(self.world / "bin"), PATH]),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": str(self.world / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }


def begin(world: Path, release: Path, project: Path, indexes: tuple[RealIndex, RealIndex]) -> Story:
    """Lay out the world: the released action, a checkout of ``project``, stand-ins, what takes uploads."""
    shutil.copytree(release, world / "action")
    shutil.copytree(project, world / "checkout", ignore=shutil.ignore_patterns(".github", "__pycache__"))
    settings = f'[url "{(world / "action").as_posix()}"]\n  insteadOf = {HOME}\n'
    (world / "gitconfig").write_text(f"{settings}[user]\n  name = Test\n  email = test@localhost\n", "utf-8")
    for folder in ("action", "checkout"):
        git(world / folder, "init", "--quiet", "--initial-branch=main")
        git(world / folder, "add", "--all")
        git(world / folder, "commit", "--quiet", "--message", "start")
    git(world / "action", "tag", "--annotate", "--message", "x", RELEASE)
    git(world / "checkout", "remote", "add", "origin", "git@github.com:o/r.git")
    for pin, script in _STAND_INS.items():
        (world / pin.action).mkdir(parents=True)
        text = _ACTION.format(script=script, upload=PYPI.upload)
        (world / pin.action / "action.yml").write_text(text, "utf-8")
    (world / "bin").mkdir()
    upload = _UPLOAD.format(*indexes, testpypi=TESTPYPI, pypi=PYPI, python=sys.executable)
    for path, text in (("bin/pipx", _PIPX.format(build=BUILD, python=sys.executable)), ("upload", upload)):
        (world / path).write_text(text, "utf-8")
        (world / path).chmod(0o755)
    return Story(world, world / "checkout", git(world / "action", "rev-parse", "HEAD"))


def git(folder: Path, *arguments: str) -> str:
    """Run git with the settings of this world."""
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - whichever git there is
        cwd=folder,
        env={"PATH": PATH, "GIT_CONFIG_GLOBAL": str(folder.parent / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()
