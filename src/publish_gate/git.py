"""What git says about a checkout, for runs outside of a workflow. Reads only, runs no hook."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.run_context import CommitTag

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT = 5.0
# More tags than this stand on no commit by intention.
_MOST_TAGS = 200
_HEADS = "refs/heads/"
_ORIGIN = "refs/remotes/origin/"


class GitCheckout(NamedTuple):
    """The current ref and the default branch, each empty where git does not know it.

    ``guess`` says what the default branch was concluded from, where no remote tells it.
    """

    ref: str
    default_branch: str
    guess: str = ""


def describe_checkout(directory: Path) -> GitCheckout:
    """Describe the checkout around ``directory``.

    On a branch, that branch is the ref; with a detached head, a tag that names the commit. The default branch is
    what a remote's HEAD says, else the only branch, else the current one. Everything is empty where it is not a git
    checkout, or where there is no git.
    """
    ref = _git(directory, "symbolic-ref", "--quiet", "HEAD")
    if not ref:
        tag = _git(directory, "tag", "--points-at", "HEAD").split("\n")[0]
        ref = f"refs/tags/{tag}" if tag else ""
    if not ref and top_folder(directory) is None:
        return GitCheckout("", "")  # not a checkout: every further question would cost a process for nothing
    origin_head = _git(directory, "symbolic-ref", "--quiet", _ORIGIN + "HEAD")
    if origin_head:
        return GitCheckout(ref, origin_head.removeprefix(_ORIGIN))
    listed = _git(directory, "for-each-ref", "--format=%(refname) %(symref)", _HEADS, "refs/remotes/*/HEAD")
    return GitCheckout(ref, *guess_default_branch(ref, listed.split("\n")))


def guess_default_branch(ref: str, lines: list[str]) -> tuple[str, str]:
    """Return the default branch and what it was concluded from, empty where one of the remotes tells it.

    ``lines`` are branches and the remotes' HEADs, each with the ref that it stands for behind a blank.
    """
    heads = [head.split("/", 3)[-1] for _, _, head in (line.partition(" ") for line in lines) if head]
    if len(set(heads)) == 1:
        return heads[0], ""
    branches = [line.strip().removeprefix(_HEADS) for line in lines if line.startswith(_HEADS)]
    if len(branches) == 1:
        return branches[0], "the only branch here"
    if ref.startswith(_HEADS):
        return ref.removeprefix(_HEADS), "the current branch"
    return "", ""


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


def differing(directory: Path, ref: str, folder: str) -> tuple[str, ...] | None:
    """Return the files of a folder that the commit of a full ref has otherwise than HEAD; None if it is not known."""
    commit = _git(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        return None
    names = _git(directory, "diff-tree", "-r", "--name-only", "--no-commit-id", commit, "HEAD", "--", folder)
    return tuple(names.split("\n")) if names else ()


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
