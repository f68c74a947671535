"""Build the release tree: the action with its locked dependencies laid out ready to run, the same on any machine.

    python scripts/build_bundle.py [--output DIR] [--wheels DIR] [--archive DIR] [--check HASH]

Prints the hash of the tree, over names and contents. Wheels come from ``--wheels``, or are downloaded to .tools by
their hashes. ``SHA256SUMS`` lists every file; launch.py refuses to start where one is missing, changed or added.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

import sbom
from environment import TOOLS, TOP
from locked import Wheel, WheelsError, download, find_wheels, read_locks

sys.path.insert(0, str(TOP / "src"))

from publish_gate import __version__
from publish_gate.release_tree.verify import SUMS

LOCKS = (TOP / "requirements" / "action.txt", TOP / "requirements" / "action-no-deps.txt")
SHIPPED = ("action.yml", "launch.py", "LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md")
LEFT_OUT = {
    # It guesses the encoding of a text, which nothing here asks for; `requests` runs without it, and starts a
    # sixth faster. launch.py silences the warning that it is not there.
    "charset-normalizer",
}
# What a run reads: code, certificates. Compiled parts have Python beside them; the rest is for developers.
_RUNS = frozenset({".py", ".pem"})
# `actions-toolkit` installs its own tests under that name; `_yaml` is nothing but a name for the compiled part.
_NOT_RUN = frozenset({"tests", "_yaml"})
_LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
# Git must not change a byte of what the sums were made from.
_ATTRIBUTES = "* -text\n"
_MODE = 0o644
# The earliest time that a zip archive can tell.
_TIME = (1980, 1, 1, 0, 0, 0)


def build(folder: Path, wheels: Path | None = None) -> dict[str, bytes]:
    """Write the release tree into ``folder``, which is made anew; return its files by their paths.

    The locked wheels are those in ``wheels``, or are downloaded to .tools. Raises `WheelsError` if they are not what
    the locks list.
    """
    packages = read_locks(*LOCKS)
    if wheels is None:
        wheels = TOOLS / "wheels"
        download(packages, wheels)
    files = release_files(find_wheels(packages, wheels))
    write_tree(files, folder)
    return files


def release_files(wheels: list[Wheel]) -> dict[str, bytes]:
    """Return every file of the release tree by its path from the root, ``SHA256SUMS`` last."""
    files = {name: (TOP / name).read_bytes() for name in SHIPPED if (TOP / name).is_file()}
    files[".gitattributes"] = _ATTRIBUTES.encode()
    files |= {lock.relative_to(TOP).as_posix(): lock.read_bytes() for lock in LOCKS}
    for path in (TOP / "src" / "publish_gate").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.name != "py.typed":
            files[path.relative_to(TOP).as_posix()] = path.read_bytes()
    carried = [wheel for wheel in wheels if wheel.package.name not in LEFT_OUT]
    for wheel in carried:
        for name, content in unpack(wheel).items():
            if f"bundle/{name}" in files:
                raise WheelsError(f"{name} comes from two wheels, one of them {wheel.path.name}")
            files[f"bundle/{name}"] = content
    files["bundle/sbom.cdx.json"] = sbom.render(__version__, carried).encode()
    return {name: files[name] for name in sorted(files)} | {SUMS: sums(files).encode()}


def unpack(wheel: Wheel) -> dict[str, bytes]:
    """Return what is carried of a wheel: the code by its path, and its licences below ``licenses``."""
    files = {}
    with ZipFile(wheel.path) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ".data/" in entry.filename:
                raise WheelsError(
                    f"{wheel.path.name} holds {entry.filename!r}, which a wheel that can be carried has not"
                )
            if entry.is_dir():
                continue
            if path.parts[0].endswith(".dist-info"):
                if path.name.upper().startswith(_LICENCES):
                    files[f"licenses/{wheel.package.name}/{path.name}"] = archive.read(entry)
            elif path.suffix in _RUNS and not _NOT_RUN.intersection(path.parts[:-1]):
                files[path.as_posix()] = archive.read(entry)
    if not any(name.startswith("licenses/") for name in files):
        raise WheelsError(f"{wheel.path.name} has no licence in it")
    return files


def sums(files: dict[str, bytes]) -> str:
    """Return one line a file, as ``sha256sum --check`` and launch.py read them."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def tree_hash(files: dict[str, bytes]) -> str:
    """Return one hash over modes, names and contents of all files."""
    lines = (f"{_MODE:o} {name}\0{hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_tree(files: dict[str, bytes], folder: Path) -> None:
    """Write the files into ``folder``, which is made anew."""
    if folder.exists():
        if not (folder / SUMS).is_file() and any(folder.iterdir()):
            raise WheelsError(f"{folder} is there and is no release tree; it is left as it is")
        shutil.rmtree(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(_MODE)


def write_archive(files: dict[str, bytes], folder: Path) -> Path:
    """Write ``publish-gate-X.Y.Z.zip``: stored, as two versions of zlib compress to different bytes."""
    name = f"publish-gate-{__version__}"
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / f"{name}.zip", "w") as archive:
        for path in sorted(files):
            entry = ZipInfo(f"{name}/{path}", _TIME)
            entry.create_system = 3  # Unix, also where this runs on Windows
            entry.external_attr = (0o100000 | _MODE) << 16
            archive.writestr(entry, files[path])
    return folder / f"{name}.zip"


def main(arguments: list[str] | None = None) -> int:
    """Build, write, and print the hash of the tree."""
    parser = argparse.ArgumentParser(description="Build the release tree.")
    parser.add_argument(
        "--output", type=Path, default=TOP / "build" / "release-tree", help="folder to write, made anew"
    )
    parser.add_argument("--wheels", type=Path, help="folder of the locked wheels; nothing is downloaded then")
    parser.add_argument("--archive", type=Path, help="folder to write an archive of the tree to as well")
    parser.add_argument("--check", metavar="HASH", help="fail where the tree has another hash")
    options = parser.parse_args(arguments)
    try:
        files = build(options.output, options.wheels)
        if options.archive is not None:
            write_archive(files, options.archive)
    except (OSError, WheelsError) as error:
        sys.exit(f"no bundle: {error}")
    found = tree_hash(files)
    print(found)
    if options.check not in {None, found}:
        sys.exit(f"the tree was expected to have the hash {options.check}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
