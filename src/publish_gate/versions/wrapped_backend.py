"""Finds the build back end that a project's own one, which lies in its tree, hands on."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding import Origin, Unknown
from publish_gate.versions.constant_folding.tree import Tree, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.checkout import Checkout
    from publish_gate.versions.toml import Document

_MOST_FILES = 20
_TOUCHES = frozenset({"version", "__version__", "VERSION"})


def imports(checkout: Checkout, document: Document, backend: str) -> set[str]:
    """List the modules that an in-tree back end imports; none if it could change the version, or is not in the tree."""
    tree, names = Tree(checkout), set[str]()
    listed = document.get("build-system", "backend-path")
    roots = [posixpath.normpath(str(folder)) for folder in (listed if isinstance(listed, list) else [])]
    seen = _files(tree, roots, backend.partition(":")[0].split("."))
    todo = list(seen)
    while todo:
        path = todo.pop()
        module = parse(checkout, path)
        if isinstance(module, Unknown) or len(seen) > _MOST_FILES or any(map(_touches_version, ast.walk(module))):
            return set()
        for folder, parts in _imported(module, path):
            found = _files(tree, [folder] if folder else roots, parts)
            todo.extend(found - seen)
            seen |= found
            if not found and not folder:
                names.update((".".join(parts), ".".join(parts[:-1])))
    return names


def _files(tree: Tree, folders: list[str], parts: list[str]) -> set[str]:
    found = [tree.find("" if folder == "." else folder, parts, Origin("", 1)) for folder in folders]
    return {module.file for module in found if module is not None and module.file is not None}


def _touches_version(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return text in _TOUCHES
        case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.Name(id=name):
            return name in _TOUCHES
        case _:
            return False


def _imported(module: ast.Module, path: str) -> Iterator[tuple[str, list[str]]]:
    """List what is imported: the folder of what lies beside the file, an empty one for anything else."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (("", alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folder = posixpath.dirname(path)
            for _ in range(node.level - 1):
                folder = posixpath.dirname(folder)
            parts = node.module.split(".") if node.module else []
            beside = folder or "." if node.level else ""
            yield from ((beside, [*parts, alias.name]) for alias in node.names)
            if parts:
                yield beside, parts
