"""Read the locks of the action, and get exactly the wheels that they list."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRY = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
# A pure wheel where there is one. Of a package that has compiled wheels only, all hold the same Python files, and
# this one is taken, whatever machine this runs on.
_WANTED = re.compile(r"-(?:py3-none-any|cp310-cp310-manylinux[^-]*x86_64[^-]*)\.whl\Z")
_TARGET = ("--python-version", "3.10", "--implementation", "cp", "--platform", "manylinux2014_x86_64")


class WheelsError(Exception):
    """The wheels are not what the locks list; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A package as the locks list it: exact version, and the SHA-256 of each of its wheels."""

    name: str
    version: str
    hashes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that the locks list: ``path`` and ``digest`` of the file, ``licence`` as its author declares it."""

    package: Locked
    path: Path
    digest: str
    licence: str


def read_locks(*locks: Path) -> list[Locked]:
    """Return all packages of the locks by name, those for some Python versions only included."""
    entries = [entry for lock in locks for entry in _ENTRY.finditer(lock.read_text("utf-8"))]
    packages = [Locked(each["name"], each["version"], frozenset(_HASH.findall(each["rest"]))) for each in entries]
    bare = [package.name for package in packages if not package.hashes]
    if bare or not packages:
        raise WheelsError(f"the locks list no hashes for {', '.join(bare) or 'anything'}; scripts/lock.py writes them")
    return sorted(packages, key=lambda package: package.name)


def download(packages: list[Locked], folder: Path) -> None:
    """Download with pip what ``folder`` lacks; pip checks each file against its hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if not any(_candidates(package, folder))]
    if not missing:
        return
    lines = [
        f"{package.name}=={package.version} {' '.join(f'--hash=sha256:{each}' for each in sorted(package.hashes))}"
        for package in missing
    ]
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch, "requirements.txt")
        requirements.write_text("\n".join(lines) + "\n", "utf-8")
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary", ":all:", *_TARGET, "--requirement", str(requirements)]
        try:
            subprocess.run([*command, "--dest", str(folder)], check=True)
        except subprocess.CalledProcessError:
            names = ", ".join(package.name for package in missing)
            raise WheelsError(f"pip could not download the locked wheels of {names}") from None


def find_wheels(packages: list[Locked], folder: Path) -> list[Wheel]:
    """Return the one wheel of each package in ``folder``, checked against the lock.

    Raises ``WheelsError`` for one that is missing, and for one that is not the file that was locked.
    """
    return [_find(package, folder) for package in packages]


def _find(package: Locked, folder: Path) -> Wheel:
    found = sorted(_candidates(package, folder))
    if len(found) != 1:
        seen = ", ".join(path.name for path in found) or "none"
        raise WheelsError(f"{folder} must hold one wheel of {package.name} {package.version}; it holds {seen}")
    digest = hashlib.sha256(found[0].read_bytes()).hexdigest()
    if digest not in package.hashes:
        raise WheelsError(f"{found[0].name} has SHA-256 {digest}, which the lock does not list")
    try:
        return Wheel(package, found[0], digest, _licence(found[0]))
    except BadZipFile:
        raise WheelsError(f"{found[0].name} is no wheel") from None


def _candidates(package: Locked, folder: Path) -> Iterator[Path]:
    # Wheels spell a name with underscores, and some in capitals.
    start = f"{package.name.replace('-', '_')}-{package.version}-"
    for path in folder.iterdir():
        if path.name.lower().startswith(start) and _WANTED.search(path.name):
            yield path


def _licence(path: Path) -> str:
    """Return the SPDX expression of a wheel's licence."""
    with ZipFile(path) as wheel:
        name = next(each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = BytesParser().parsebytes(wheel.read(name), headersonly=True)
    licence = metadata["License-Expression"] or metadata["License"]
    if not licence or not re.fullmatch(r"[A-Za-z0-9.+-]+(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]+)*", licence):
        raise WheelsError(f"{path.name} does not declare its licence in a form that the SBOM can repeat: {licence!r}")
    return str(licence)
