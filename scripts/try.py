"""Decide a real project: sets itself up, then asks TestPyPI, or an index of its own where that is out of reach."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import TOP, set_up
from loopback_index import serve

PROJECT = "litellm-codex-oauth-provider"
EXAMPLE = TOP / "examples" / PROJECT


def gate(python: str, folder: Path, *arguments: str, quiet: bool = False) -> tuple[int, str]:
    """Run the command line in ``folder``; return its exit code and what it printed, if ``quiet``."""
    command = [python, "-m", "publish_gate", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(TOP / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=quiet, text=True, check=False)
    return done.returncode, done.stdout if quiet else ""


def decide(python: str, folder: Path, *options: str) -> int:
    """Decide a push to main, then show the usual situations."""
    code, _ = gate(python, folder, "check", "--event", "push", "--ref", "refs/heads/main", *options)
    print("\nAnd in the usual situations:\n", flush=True)
    other, _ = gate(python, folder, "simulate", *options)
    return code or other


def main() -> int:
    """Run the whole of it and return the exit code."""
    python = str(set_up("try", ("action",)))
    with tempfile.TemporaryDirectory() as name:
        # A copy: inside this repository, its own config file would be the example's.
        folder = Path(name) / PROJECT
        shutil.copytree(EXAMPLE, folder)
        return decide_example(python, folder)


def decide_example(python: str, folder: Path) -> int:
    """Decide against TestPyPI, or against an index on loopback where that cannot be reached."""
    situation = ("--event", "push", "--ref", "refs/heads/main", "--timeout", "10")
    code, text = gate(python, folder, "check", *situation, "--format", "json", quiet=True)
    if code == 0 or json.loads(text)["decision"]["reason"] != "index-unavailable":
        return decide(python, folder)
    with serve({PROJECT: ["0.1.0"]}) as address:
        print(f"TestPyPI cannot be reached from here; asking an index on {address} instead.\n", flush=True)
        return decide(python, folder, "--index-url", address)


if __name__ == "__main__":
    sys.exit(main())
