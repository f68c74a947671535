"""Find out which releases of build back ends write which metadata version, and which tools read it.

Nothing is looked up: each release is installed into an environment of its own, builds a little project or checks a
little wheel, and what it did is what is written into the table (`--write`). It takes some minutes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/publish_gate/doctor/findings/metadata_versions.py"
VERSIONS = ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6")
_PROJECT = '[build-system]\nrequires = []\n[project]\nname = "sample"\nversion = "1.0"\ndescription = "x"\n'
# Releases to try, the oldest first: around those whose notes speak of metadata, and the newest.
BACK_ENDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "hatchling": (
        "hatchling.build",
        ("1.18.0", "1.21.1", "1.22.5", "1.25.0", "1.26.3", "1.27.0", "1.31.0", "1.32.0", "1.33.0"),
    ),
    "flit-core": ("flit_core.buildapi", ("3.8.0", "3.9.0", "3.10.1", "3.11.0", "3.12.0", "4.0.1", "4.2.0")),
    "setuptools": (
        "setuptools.build_meta",
        ("68.2.2", "75.1.0", "75.8.2", "76.1.0", "77.0.3", "78.1.1", "80.9.0", "82.0.1", "84.2.1"),
    ),
    "poetry-core": ("poetry.core.masonry.api", ("1.9.1", "2.0.1", "2.1.3", "2.3.2", "2.5.0")),
    "pdm-backend": ("pdm.backend", ("2.1.8", "2.3.3", "2.4.3", "2.4.10", "2.5.0")),
}
# The publishing action's releases with what its requirements/runtime.txt pins.
ACTION: dict[str, tuple[str, ...]] = {
    "1.6.4": ("twine==4.0.1", "pkginfo==1.9.2"),
    "1.8.10": ("twine==4.0.2", "pkginfo==1.9.6"),
    "1.8.13": ("twine==5.0.0", "pkginfo==1.10.0"),
    "1.12.2": ("twine==5.1.1", "pkginfo==1.10.0"),
    "1.12.3": ("twine==6.0.1", "pkginfo==1.12.0"),
    "1.14.0": ("twine==6.1.0", "packaging==25.0"),
    "1.14.2": ("twine==7.0.0", "packaging==26.2"),
}
TWINE = ("4.0.2", "5.0.0", "5.1.1", "6.0.1", "6.1.0", "6.2.0", "7.0.0")


def environment(folder: Path, *requirements: str) -> dict[str, str] | None:
    """Install requirements into a folder of their own and return the environment that has it; None if that fails."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), *requirements]
    done = subprocess.run(command, capture_output=True, check=False)
    return {**os.environ, "PYTHONPATH": str(folder)} if done.returncode == 0 else None


def written(back_end: str, distribution: str, release: str, folder: Path) -> str | None:
    """Return the metadata version that a release of a back end writes for a plain project."""
    found = environment(folder / "installed", f"{distribution}=={release}", "wheel")
    if found is None:
        return None
    project = folder / "project"
    (project / "sample").mkdir(parents=True)
    (project / "sample" / "__init__.py").write_text('"""Sample."""\n', "utf-8")
    (project / "pyproject.toml").write_text(_PROJECT, "utf-8")
    (project / "dist").mkdir()
    build = f"import {back_end} as b; b.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=project, env=found, capture_output=True, check=False)
    for wheel in (project / "dist").glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
            return archive.read(name).decode().splitlines()[0].partition(": ")[2]
    return None


def read(found: dict[str, str], version: str, folder: Path) -> bool:
    """Whether twine takes a wheel with this metadata version."""
    wheel = folder / version / "sample-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        metadata = f"Metadata-Version: {version}\nName: sample\nVersion: 1.0\nSummary: x\n\nx\n"
        archive.writestr("sample/__init__.py", "")
        archive.writestr("sample-1.0.dist-info/METADATA", metadata)
        archive.writestr("sample-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("sample-1.0.dist-info/RECORD", "")
    command = [sys.executable, "-m", "twine", "check", str(wheel)]
    return subprocess.run(command, env=found, capture_output=True, check=False).returncode == 0


def newest_read(folder: Path, *requirements: str) -> str | None:
    """Return the newest metadata version that an installation of twine reads."""
    found = environment(folder / "installed", *requirements)
    known = list(itertools.takewhile(lambda each: read(found, each, folder), VERSIONS)) if found is not None else []
    return known[-1] if known else None


def first(found: dict[str, str | None]) -> dict[str, str]:
    """Return for each metadata version the first release that has it, in the order in which they were tried."""
    firsts: dict[str, str] = {}
    for release, version in found.items():
        if version is not None:
            firsts.setdefault(version, release)
    return firsts


def table() -> str:
    """Return the module with what was found."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        writes = {
            name: first({each: written(module, name, each, top / f"{name}-{each}") for each in releases})
            for name, (module, releases) in BACK_ENDS.items()
        }
        action = {each: newest_read(top / f"action-{each}", *pins) for each, pins in ACTION.items()}
        twine = {each: newest_read(top / f"twine-{each}", f"twine=={each}") for each in TWINE}
    reads = {
        "action": {release: version for release, version in action.items() if version is not None},
        "twine": {release: version for release, version in twine.items() if version is not None},
    }
    lines = [
        '"""Which metadata version build back ends write, and which release of a tool reads it.',
        "",
        "Made by scripts/metadata_versions.py, which installs and asks them.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        f"WRITES: dict[str, dict[str, str]] = {writes!r}",
        '"""By back end: the first release that was found to write a version for a plain project."""',
        "",
        f"READS: dict[str, dict[str, str]] = {reads!r}",
        '"""By tool and release: the newest version that it reads, twine with what it installs today."""',
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name} instead of printing it")
    arguments = parser.parse_args()
    text = table()
    if arguments.write:
        TABLE.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
