"""A copy of this action as its consumers get it: a release, or a checkout without dependencies beside it."""

from __future__ import annotations

import compileall
import py_compile
import shutil
from pathlib import Path

import build_bundle
from environment import TOOLS
from locked import download, read_locks

from publish_gate.release_tree.verify import SUMS

TOP = Path(__file__).resolve().parents[2]
SHIPPED = ("action.yml", "launch.py", "src", "requirements")
WHEELS = TOOLS / "wheels"
_NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.egg-info")


def copy_action(folder: Path) -> Path:
    """Copy what a checkout of the action holds; its dependencies are to be installed by it."""
    folder.mkdir(parents=True)
    for name in SHIPPED:
        source = TOP / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=_NOT_SHIPPED)
        else:
            shutil.copy2(source, folder / name)
    return folder


def locked_wheels() -> Path:
    """Return the folder of the locked wheels; those that it lacks are downloaded, once a checkout."""
    download(read_locks(*build_bundle.LOCKS), WHEELS)
    return WHEELS


def copy_release(folder: Path, *, compiled: bool = True) -> Path:
    """Build the action as it is released.

    Where it is ``compiled``, which no release is, each of the many runs of a test session starts in half the time.
    """
    build_bundle.build(folder)
    if compiled:
        for name in ("src", "bundle"):
            # Never checked against the source: copies of it have other times.
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            compileall.compile_dir(folder / name, quiet=2, invalidation_mode=mode)
        renew_sums(folder)
    return folder


def renew_sums(release: Path) -> None:
    """Write ``SHA256SUMS`` anew for whatever the folder holds."""
    sums = release / SUMS
    sums.unlink(missing_ok=True)
    files = {path.relative_to(release).as_posix(): path.read_bytes() for path in release.rglob("*") if path.is_file()}
    sums.write_text(build_bundle.sums(files), "utf-8", newline="\n")
