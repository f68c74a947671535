"""A repository that uses the action: the example project, or any files, in a git checkout of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "examples" / "litellm-codex-oauth-provider"
EXAMPLE_NAME = "litellm-codex-oauth-provider"
VERSION_FILE = "src/litellm_codex_oauth_provider/_version.py"
WORKFLOW = ".github/workflows/ci.yml"
REPOSITORY = "o/r"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: the event's name, the ref it is about, and what its payload says beside the repository."""

    name: str = "push"
    ref: str = "refs/heads/main"
    payload: Mapping[str, object] = field(default_factory=dict)

    def document(self) -> str:
        """Return the whole payload as JSON."""
        repository = {"full_name": REPOSITORY, "default_branch": "main", "fork": False}
        return json.dumps({"ref": self.ref, "repository": repository, **self.payload})


PUSH_TO_MAIN = Event()


def pull_request(head: str | None) -> Event:
    """Return a pull request whose code comes from the repository ``head``, or from a deleted one."""
    repo = None if head is None else {"full_name": head}
    payload = {"action": "opened", "pull_request": {"head": {"repo": repo}}}
    return Event("pull_request", "refs/pull/1/merge", payload)


def make_checkout(folder: Path, files: Mapping[str, str | bytes] | None = None, *, example: bool = True) -> Path:
    """Make a git checkout in ``folder``: the example project, if wanted, with ``files`` laid over it."""
    if example:
        shutil.copytree(EXAMPLE, folder)
    else:
        folder.mkdir()
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def commit(folder: Path) -> None:
    """Put everything in ``folder`` under version control, as `act` needs it."""
    for arguments in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"], [*_COMMIT, "start"]):
        subprocess.run(
            ["git", *arguments],  # noqa: S607 - whichever git there is
            cwd=folder, env=_GIT, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True,
        )  # fmt: skip


_COMMIT = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message"]
# No settings of whoever runs the tests: hooks, signing, templates.
_GIT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
