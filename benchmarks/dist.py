"""What was built: 40 files of 50 MB in total, checked by a process of its own, beside `sha256sum` and one decision.

The runs take turns (A B C A B C ...), so that a machine whose speed drifts does not decide the outcome. Prints the best
of each: the neighbours of this machine only ever add time. With ``--check`` the exit status says whether the bounds
hold: 1.5 times `sha256sum` over the same files plus one decision without them, and 60 MB of memory.

    python benchmarks/dist.py [--runs N] [--check]
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import shutil
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from measure import GATE, ON_PUSH_TO_MAIN, TOP, Spent, spend

sys.path.insert(0, str(TOP / "scripts"))

from loopback_index import serve

FILES, TOTAL = 40, 50 * 1000 * 1000
MOST_TIMES, MOST_MEMORY = 1.5, 60.0
METADATA = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"


def distributions(folder: Path) -> None:
    """Write an sdist and wheels for many Pythons and platforms, of what does not compress, as compiled code."""
    folder.mkdir()
    chance = random.Random(7)  # noqa: S311 - a filling, no secret
    filling = chance.randbytes(TOTAL // FILES - 2000)
    with gzip.open(folder / "demo-1.0.tar.gz", "wb") as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in (("PKG-INFO", METADATA.encode()), ("demo/code.bin", filling)):
            info = tarfile.TarInfo(f"demo-1.0/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    for number in range(FILES - 1):
        tag = f"cp3{10 + number % 5}-cp3{10 + number % 5}-manylinux_2_{17 + number // 5}_x86_64"
        with zipfile.ZipFile(folder / f"demo-1.0-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr("demo/__init__.py", f"number = {number}\n")
            wheel.writestr("demo/_code.so", filling)
            for name, text in (("METADATA", METADATA), ("WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n"), ("RECORD", "")):
                wheel.writestr(f"demo-1.0.dist-info/{name}", text)


def main() -> int:
    """Measure, print, and return an exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--check", action="store_true", help="fail if a bound does not hold")
    options = parser.parse_args()
    sums = shutil.which("sha256sum") or "sha256sum"
    with tempfile.TemporaryDirectory() as name, serve({"demo": ["0.9"]}) as address:
        folder = Path(name)
        distributions(folder / "dist")
        (folder / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.0"\n', "utf-8")
        decide = [*GATE, "check", "--index-url", address, "--no-workflow", *ON_PUSH_TO_MAIN]
        commands = {
            "sha256sum": [sums, *sorted(map(str, (folder / "dist").iterdir()))],
            "one decision": decide,
            "with dist": [*decide, "--dist", "dist/", "--exit-code"],
        }
        found: dict[str, list[Spent]] = {what: [] for what in commands}
        for _ in range(options.runs):
            for what, command in commands.items():
                found[what].append(spend(command, folder))
    best = {what: min(spent.seconds for spent in runs) for what, runs in found.items()}
    memory = max(spent.memory for spent in found["with dist"]) / 1e6
    bound = MOST_TIMES * best["sha256sum"] + best["one decision"]
    for what, seconds in best.items():
        print(f"{what:<14} {seconds * 1000:8.1f} ms")
    print(f"bound          {bound * 1000:8.1f} ms ({MOST_TIMES} x sha256sum + one decision)")
    print(f"memory         {memory:8.1f} MB (at most {MOST_MEMORY:g})")
    return int(options.check and (best["with dist"] > bound or memory > MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main())
