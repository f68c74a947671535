"""A copy of this action as its consumers get it, with or without its dependencies beside it."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import shutil
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SHIPPED = ("action.yml", "launch.py", "src", "requirements")
DEPENDENCIES = (
    "requests", "urllib3", "certifi", "idna", "charset_normalizer", "packaging", "yaml", "_yaml", "actions_toolkit",
    *(("tomli",) if sys.version_info < (3, 11) else ()),
)  # fmt: skip
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


def copy_release(folder: Path) -> Path:
    """Copy the action with a bundle of its dependencies, taken from those installed for this Python."""
    copy_action(folder)
    for name in DEPENDENCIES:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        source = Path(found.origin).parent
        shutil.copytree(source, folder / "bundle" / name, ignore=_NOT_SHIPPED)
    # Compiled once here, each of the many runs starts in half the time. Never checked against the source:
    # copies of it have other times.
    for name in ("src", "bundle"):
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compileall.compile_dir(folder / name, quiet=2, invalidation_mode=mode)
    return folder
