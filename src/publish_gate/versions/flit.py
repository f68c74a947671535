"""Reads the version as flit does: ``__version__`` in the files of the module."""

from __future__ import annotations

import ast
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding import Loader, Unknown
from publish_gate.versions.constant_folding.tree import parse
from publish_gate.versions.faults import DECLARE_IT, Refusal, refuse
from publish_gate.versions.model import FoundVersion, VersionFault
from publish_gate.versions.python import fault_of, read_name

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.toml import Document

DECLARED_BY = "flit-module.__version__"


def read(checkout: Checkout, pyproject: Document, name: str | None) -> FoundVersion | VersionFault:
    """Read the version of the module; ``name`` is the project's. Raises Refusal."""
    module = pyproject.get("tool", "flit", "module", "name") or pyproject.get("tool", "flit", "metadata", "module")
    if not isinstance(module, str):
        module = None if name is None else _module_name(name)
    if not module:
        text = "flit needs the name of the module, and neither [project] nor [tool.flit] gives one"
        raise refuse("nothing-declares-a-version", text, pyproject.place(), advice=DECLARE_IT)
    files = _files(checkout, pyproject, module)
    found: FoundVersion | None = None
    for path in files:
        found = _first_constant(checkout, path) or found
    if found is not None:
        return found
    # Then flit imports the module.
    return read_name(Loader(checkout), files[-1], "__version__", DECLARED_BY)


def read_theme(checkout: Checkout, pyproject: Document, name: str) -> FoundVersion:
    """Read the version as sphinx-theme-builder does: a constant in ``__init__.py`` below ``src``; raises Refusal."""
    path = f"src/{name.replace('-', '_')}/__init__.py"
    found = _first_constant(checkout, path) if checkout.has_file(path) else None
    if found is None:
        text = f"sphinx-theme-builder looks for a plain `__version__` in {path}, and there is none"
        raise refuse("nothing-declares-a-version", text, pyproject.place("project", "dynamic"), advice=DECLARE_IT)
    return replace(found, declared_by="sphinx-theme-builder.__version__")


def read_py_build_cmake(checkout: Checkout, pyproject: Document, name: str) -> FoundVersion | VersionFault:
    """Read the version as py-build-cmake does: ``__version__`` of the module itself; raises Refusal."""
    options = pyproject.table("tool", "py-build-cmake", "module")
    folder, module = options.get("directory", "."), options.get("name", _module_name(name))
    if not isinstance(folder, str) or not isinstance(module, str) or options.get("generated"):
        text = "[tool.py-build-cmake.module] does not name a module that is in the tree"
        raise refuse("module-not-found", text, pyproject.place(), advice=DECLARE_IT)
    path = _files(checkout, pyproject, posixpath.normpath(posixpath.join(folder, module)))[-1]
    declared_by = "py-build-cmake.__version__"
    found = _first_constant(checkout, path)
    if found is not None:
        return replace(found, declared_by=declared_by)
    return read_name(Loader(checkout), path, "__version__", declared_by)


def _module_name(name: str) -> str:
    if name.endswith("-stubs"):
        return f"{name.removesuffix('-stubs').replace('-', '_')}-stubs"
    return name.replace("-", "_")


def _files(checkout: Checkout, pyproject: Document, module: str) -> list[str]:
    """List the files that flit looks into; the last that has a version counts."""
    path = module.replace(".", "/")
    folders = [folder for folder in (path, f"src/{path}") if checkout.has_folder(folder)]
    single = [file for file in (f"{path}.py", f"src/{path}.py") if checkout.has_file(file)]
    if len(folders) + len(single) != 1:
        what = "more than one file or folder" if folders or single else "no file or folder"
        text = f"{what} could be the module {module!r}: looked for {path}, {path}.py and the same in src/"
        raise refuse("module-not-found", text, pyproject.place(), advice=DECLARE_IT)
    if single:
        return single
    names = ("__version__.py", "_version.py", "version.py")
    files = [posixpath.join(folders[0], name) for name in names]
    return [*filter(checkout.has_file, files), posixpath.join(folders[0], "__init__.py")]


def _first_constant(checkout: Checkout, path: str) -> FoundVersion | None:
    """Find the first plain constant that a file assigns to ``__version__``."""
    tree = parse(checkout, path)
    if isinstance(tree, Unknown):
        raise Refusal(fault_of(Loader(checkout), "__version__", tree))
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Constant):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets):
            return _constant(checkout, path, node, node.value.value)
    return None


def _constant(checkout: Checkout, path: str, node: ast.stmt, value: object) -> FoundVersion | None:
    place = checkout.place(path, node.lineno)
    if isinstance(value, str) and value:
        return FoundVersion(value, place, DECLARED_BY)
    if not value:
        return None
    raise refuse("not-a-string", f"__version__ is a {type(value).__name__}, not a string", place)
