"""Push a tag whose commit holds the release tree and nothing else; a tag that is there already is never moved.

    python scripts/tag_release.py --tree build/release-tree --tag v1.2.3 --built-from COMMIT

The commit has no parent: main never holds a bundle, and a tag never holds what main is tested with.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = "publish-gate release"
MAIL = "noreply@github.com"


def git(*arguments: str, **environment: str) -> str:
    """Run git in the current repository; return what it printed."""
    command = ["git", "-c", f"user.name={NAME}", "-c", f"user.email={MAIL}", "-c", "core.autocrlf=false", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


def commit(tree: Path, message: str) -> str:
    """Store every file below ``tree`` as a commit without a parent; return its name."""
    with tempfile.TemporaryDirectory() as scratch:
        place = {"GIT_INDEX_FILE": str(Path(scratch, "index")), "GIT_WORK_TREE": str(tree.resolve())}
        # No rules for what to leave out are in the tree; those of whoever runs this must not count.
        git(
            "-C",
            str(tree.resolve()),
            "add",
            "--all",
            "--force",
            ".",
            GIT_DIR=git("rev-parse", "--absolute-git-dir"),
            **place,
        )
        return git("commit-tree", git("write-tree", **place), "-m", message)


def main(arguments: list[str] | None = None) -> int:
    """Commit, tag, and push the tag."""
    parser = argparse.ArgumentParser(description="Push a tag whose commit holds the release tree.")
    parser.add_argument("--tree", type=Path, required=True, help="the release tree")
    parser.add_argument("--tag", required=True, help="the tag, as v1.2.3")
    parser.add_argument("--built-from", required=True, help="the commit of main that it was built from")
    parser.add_argument("--remote", default="origin")
    options = parser.parse_args(arguments)
    reference = f"refs/tags/{options.tag}"
    if git("ls-remote", options.remote, reference):
        sys.exit(f"{options.tag} is there already, and a tag is never moved; raise the version")
    made = commit(options.tree, f"Publish Gate {options.tag}\n\nBuilt from {options.built_from}")
    # Refused by the remote, without force, if somebody was quicker.
    git("push", "--quiet", options.remote, f"{made}:{reference}")
    print(f"{options.tag} is {made}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
