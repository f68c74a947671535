"""Says in which folders setuptools looks for packages: configured, or discovered by its rules."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.setup_cfg import SetupCfg
    from publish_gate.versions.setup_py import SetupScript
    from publish_gate.versions.toml import Document


def package_dirs(checkout: Checkout, pyproject: Document | None, cfg: SetupCfg, script: SetupScript) -> dict[str, str]:
    """Say in which folders packages lie, configured or discovered, as setuptools works it out."""
    options = {} if pyproject is None else pyproject.table("tool", "setuptools")
    folders = dict(script.package_dir or cfg.mapping("options", "package_dir"))
    configured = options.get("package-dir")
    if isinstance(configured, dict):
        folders |= {str(key): str(value) for key, value in configured.items()}
    packages = options.get("packages")
    where = [] if pyproject is None else pyproject.get("tool", "setuptools", "packages", "find", "where")
    searched = [str(folder) for folder in where] if isinstance(where, list) else []
    searched = searched or cfg.list("options.packages.find", "where")
    _found_in(checkout, searched, folders)
    explicit = (
        packages is not None
        or "py-modules" in options
        or script.lists_packages
        or script.has_extensions
        or bool({"packages", "py_modules"} & cfg.sections.get("options", {}).keys())
    )
    if not explicit and not set(folders) - {""}:
        source = folders.get("", "src")
        if checkout.has_folder(source):
            folders.setdefault("", source)
    return folders


def _found_in(checkout: Checkout, where: list[str], folders: dict[str, str]) -> None:
    """Add the folders in which ``find`` looks for packages."""
    if len(where) == 1 and posixpath.normpath(where[0]) != ".":
        folders.setdefault("", where[0])
    elif len(where) > 1:
        for folder in where:
            if checkout.has_folder(folder) and posixpath.normpath(folder) != ".":
                names = [name for name in checkout.names_in(folder) if checkout.has_folder(f"{folder}/{name}")]
                folders.update({name: f"{folder}/{name}" for name in names if "." not in name})


def module_path(checkout: Checkout, module: str, folders: dict[str, str]) -> str | None:
    """Find the file of a module in those folders; None where there is none."""
    parts = module.split(".")
    base = posixpath.join(folders.get("", ""), *parts)
    for length in range(len(parts), 0, -1):
        # The most specific entry counts.
        if ".".join(parts[:length]) in folders:
            base = posixpath.join(folders[".".join(parts[:length])], *parts[length:])
            break
    candidates = [f"{base}.py", posixpath.join(base, "__init__.py")]
    return next((posixpath.normpath(path) for path in candidates if checkout.has_file(path)), None)
