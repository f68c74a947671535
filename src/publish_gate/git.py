"""What git says about a checkout, for runs outside of a workflow. Reads only, runs no hook."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 5.0


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


def differing(directory: Path, ref: str, folder: str) -> tuple[str, ...] | None:
    """Return the files of a folder that the commit of a full ref has otherwise than HEAD; None if it is not known."""
    commit = _git(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        return None
    names = _git(directory, "diff-tree", "-r", "--name-only", "--no-commit-id", commit, "HEAD", "--", folder)
    return tuple(names.split("\n")) if names else ()


def _git(directory: Path, *arguments: str) -> str:
    # fsmonitor is the one setting of a checkout that could start a program for commands like these.
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "-C", str(directory), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the folder is passed as one argument
            command, capture_output=True, timeout=_TIMEOUT, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    if done.returncode != 0:
        return ""
    return done.stdout.decode("utf-8", "surrogateescape").strip("\n")
