"""Asks the home of this action which commit its release is: the one question that `init` puts to the network."""

from __future__ import annotations

import os
import re
import subprocess
from tempfile import TemporaryDirectory
from typing import Final

from publish_gate import HOME
from publish_gate.init.pins import RELEASE

_SECONDS: Final = 10.0
_LINE: Final = re.compile(r"(?P<commit>[0-9a-f]{40})\t(?P<ref>\S+)")


def released_commit() -> str | None:
    """Return the commit that the tag of this release names; None where git, or the network, does not tell."""
    ref = f"refs/tags/{RELEASE}"
    # No question to the user, and from a folder of its own: the settings of the checkout must have no part in it.
    settings = ["-c", "credential.helper=", "-c", "core.askPass="]
    command = ["git", *settings, "ls-remote", "--quiet", HOME, ref, f"{ref}^{{}}"]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_ASKPASS", "SSH_ASKPASS"):
        environment.pop(name, None)
    try:
        with TemporaryDirectory(prefix="publish-gate-") as folder:
            done = subprocess.run(  # noqa: S603 - a fixed command
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False,
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return commit_in(done.stdout.decode("utf-8", "replace"), ref) if done.returncode == 0 else None


def commit_in(answer: str, ref: str) -> str | None:
    """Read git's answer: an annotated tag is an object of its own, and ``^{}`` the commit it stands for."""
    found = {match["ref"]: match["commit"] for match in map(_LINE.fullmatch, answer.splitlines()) if match is not None}
    return found.get(f"{ref}^{{}}", found.get(ref))
