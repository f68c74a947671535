"""Decide a real project: sets itself up, then asks TestPyPI, or an index of its own where that is out of reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from environment import TOP, set_up
from loopback_index import serve

EXAMPLE = "examples/litellm-codex-oauth-provider"
PROJECT = "litellm-codex-oauth-provider"


def gate(python: str, *arguments: str, quiet: bool = False) -> tuple[int, str]:
    """Run the command line on the example; return its exit code and what it printed, if ``quiet``."""
    command = [python, "-m", "publish_gate", *arguments, "--working-directory", EXAMPLE]
    environment = {**os.environ, "PYTHONPATH": str(TOP / "src")}
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=quiet, text=True, check=False)
    return done.returncode, done.stdout if quiet else ""


def decide(python: str, *options: str) -> int:
    """Decide a push to main, then show the usual situations."""
    code, _ = gate(python, "check", "--event", "push", "--ref", "refs/heads/main", *options)
    print("\nAnd in the usual situations:\n", flush=True)
    other, _ = gate(python, "simulate", *options)
    return code or other


def main() -> int:
    """Run the whole of it and return the exit code."""
    python = str(set_up("try", ("action",)))
    situation = ("--event", "push", "--ref", "refs/heads/main", "--timeout", "10")
    code, text = gate(python, "check", *situation, "--format", "json", quiet=True)
    if code == 0 or json.loads(text)["decision"]["reason"] != "index-unavailable":
        return decide(python)
    with serve({PROJECT: ["0.1.0"]}) as address:
        print(f"TestPyPI cannot be reached from here; asking an index on {address} instead.\n", flush=True)
        return decide(python, "--index-url", address)


if __name__ == "__main__":
    sys.exit(main())
