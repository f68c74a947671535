"""Set up what the two commands need, in a folder of its own below .tools; only the standard library."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TOOLS = TOP / ".tools"
OLDEST = (3, 10)


def python_of(folder: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(name: str, locks: tuple[str, ...]) -> Path:
    """Make the virtual environment ``name`` with exactly what ``locks`` list; return its interpreter.

    It is made anew when Python or a lock has changed since, and used as it is otherwise.
    """
    if sys.version_info < OLDEST:
        sys.exit("Python 3.10 or newer is needed; run this with a newer one, such as python3.12")
    folder = TOOLS / name
    python = python_of(folder)
    files = [TOP / "requirements" / f"{lock}.txt" for lock in locks]
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    stamp = folder / "complete"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return python
    print(f"Setting up {folder.relative_to(TOP)} (once) ...", flush=True)
    venv.create(folder, clear=True, with_pip=True)
    for file in files:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--require-hashes", "--requirement", str(file)], check=True)
    stamp.write_text(digest.hexdigest())
    return python
