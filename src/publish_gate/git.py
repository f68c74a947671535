"""What git says about a checkout, for runs outside of a workflow. Reads only, runs no hook."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.context import CommitTag

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 5.0
# More tags than this stand on no commit by intention.
_MOST_TAGS = 200


class GitCheckout(NamedTuple):
    """The current ref and the remote's default branch, where known."""

    ref: str
    default_branch: str | None


def describe_checkout(directory: Path) -> GitCheckout:
    """Describe the checkout around ``directory``.

    On a branch, that branch is the ref; with a detached head, a tag that names the commit. Empty where
    neither is there, where it is no git checkout, or where there is no git.
    """
    ref = _git(directory, "symbolic-ref", "--quiet", "HEAD")
    if not ref:
        tag = _git(directory, "tag", "--points-at", "HEAD").split("\n")[0]
        ref = f"refs/tags/{tag}" if tag else ""
    remote = _git(directory, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
    return GitCheckout(ref, remote.removeprefix("refs/remotes/origin/") or None)


def top_folder(directory: Path) -> Path | None:
    """Return the top folder of the checkout around ``directory`` (an absolute path), or None outside of one."""
    # Git itself would cost a process; a checkout's top is where `.git` is, as a folder or (in a worktree) a file.
    for folder in (directory, *directory.parents):
        if (folder / ".git").exists():
            return folder
    return None


def origin(directory: Path) -> str:
    """Return the address of the remote ``origin``, empty where there is none."""
    return _git(directory, "remote", "get-url", "origin")


def tags_here(directory: Path) -> tuple[CommitTag, ...]:
    """Return the tags of the commit that is checked out, as far as the checkout has them.

    Empty if there is none, if it is not a git checkout, or if there is no git.
    """
    if top_folder(directory) is None:
        return ()
    form = "--format=%(objecttype) %(taggerdate:unix) %(refname:strip=2)"
    lines = _git(directory, "for-each-ref", "--points-at=HEAD", f"--count={_MOST_TAGS}", form, "refs/tags").split("\n")
    parts = [line.split(" ", 2) for line in lines if line.count(" ") >= 2]  # noqa: PLR2004 - three parts
    return tuple(CommitTag(name, kind == "tag", int(date) if date.isdigit() else 0) for kind, date, name in parts)


def _git(directory: Path, *arguments: str) -> str:
    # fsmonitor is the one setting of a checkout that could start a program for commands like these; in a clone that
    # lacks objects, git would fetch them, by whatever the checkout's settings name.
    import os
    import subprocess

    environment = {**os.environ, "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(directory), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the folder is passed as one argument
            command, capture_output=True, timeout=_TIMEOUT, check=False, stdin=subprocess.DEVNULL, env=environment
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    if done.returncode != 0:
        return ""
    return done.stdout.decode("utf-8", "surrogateescape").strip("\n")
