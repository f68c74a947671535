"""Renew the locked requirements: exact versions and hashes, without the address of any index.

Run it with ``uv`` installed: ``python scripts/lock.py``, or with ``--keep`` to add what an ``.in`` file asks for and
leave every version as it is that can stay. For what runs inside the action only wheels are
listed, and of a package that has a pure-Python wheel only that one, so that every runner gets the same code.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "requirements"
sys.path.insert(0, str(TOP / "src"))

from publish_gate import hosts  # noqa: E402 - found in the folder put on the path just above

OLDEST = "3.10"
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<marker>[^\\\n]*)", re.MULTILINE)


def compile_lock(source: Path, *options: str) -> str:
    """Resolve ``source`` for every platform and every supported Python, with hashes."""
    command = [
        "uv", "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST, "--generate-hashes",
        "--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links", *options, str(source),
    ]  # fmt: skip
    if "--keep" not in sys.argv[1:]:
        return subprocess.run([*command, "--upgrade"], check=True, capture_output=True, text=True).stdout
    # uv keeps what the file that it writes to says already.
    lock = source.with_suffix(".txt")
    subprocess.run([*command, "--output-file", str(lock)], check=True)
    return lock.read_text("utf-8")


def wheel_hashes(name: str, version: str) -> list[str]:
    """Return the hashes of the pure-Python wheel, or of all wheels where there is none."""
    address = f"{hosts.PYPI.web}/pypi/{name}/json"
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the address is https
        files = json.load(answer)["releases"][version]
    wheels = {file["filename"]: file["digests"]["sha256"] for file in files if file["packagetype"] == "bdist_wheel"}
    pure = [digest for filename, digest in wheels.items() if filename.endswith("-none-any.whl")]
    return sorted(pure or wheels.values())


def only_wheels(lock: str) -> str:
    """Rewrite a lock so that it lists wheels only."""
    lines = []
    for match in PINNED.finditer(lock):
        pinned = f"{match['name']}=={match['version']}{match['marker'].rstrip()}"
        hashes = [f"    --hash=sha256:{digest}" for digest in wheel_hashes(match["name"], match["version"])]
        lines.append(" \\\n".join([pinned, *hashes]))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the lock files."""
    head = "# Written by scripts/lock.py from {}; do not edit.\n"
    for name, options in (("action", ()), ("action-no-deps", ("--no-deps",))):
        lock = only_wheels(compile_lock(FOLDER / f"{name}.in", *options))
        (FOLDER / f"{name}.txt").write_text(head.format(f"{name}.in") + lock, "utf-8", newline="\n")
    for name, constraints in (("dev", ["--constraint", str(FOLDER / "action.txt")]), ("examples", [])):
        lock = compile_lock(FOLDER / f"{name}.in", *constraints)
        (FOLDER / f"{name}.txt").write_text(head.format(f"{name}.in") + lock, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
