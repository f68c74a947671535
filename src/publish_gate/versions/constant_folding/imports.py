"""Reads import statements."""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding.values import External, Imported, Known, Module, Unknown

if TYPE_CHECKING:
    import ast

    from publish_gate.versions.constant_folding.reading import Reading
    from publish_gate.versions.constant_folding.values import Value


# Both name what is outside even where a file of that name lies beside: versioneer.py is a copy of the tool.
_NEVER_IN_TREE = sys.stdlib_module_names | {"versioneer"}


def plain(reader: Reading, node: ast.Import) -> None:
    """Read ``import a.b`` and ``import a.b as c``."""
    for alias in node.names:
        parts = alias.name.split(".")
        found = _absolute(reader, parts, node)
        name = alias.asname or parts[0]
        if found is None:
            reader.scope.names[name] = External(alias.name if alias.asname else parts[0], reader.origin(node))
            continue
        loads(reader, found, node)
        top = _absolute(reader, parts[:1], node)
        reader.scope.names[name] = found if alias.asname or top is None else top


def from_module(reader: Reading, node: ast.ImportFrom) -> None:
    """Read ``from a.b import c`` and its relative forms."""
    parts = node.module.split(".") if node.module else []
    found = _relative(reader, parts, node) if node.level else _absolute(reader, parts, node)
    dotted = "." * node.level + (node.module or "")
    if found is not None and node.module:
        loads(reader, found, node)
    for alias in node.names:
        if alias.name == "*":
            _star(reader, found, dotted, node)
            continue
        if found is None:
            separator = "" if dotted.endswith(".") else "."
            value = reader.external(f"{dotted}{separator}{alias.name}", node)
        elif found.file == reader.path:
            value = _from_self(reader, found, alias.name, node)
        else:
            value = Imported(found, alias.name, reader.origin(node))
        reader.scope.names[alias.asname or alias.name] = value


def loads(reader: Reading, module: Module, node: ast.stmt) -> None:
    """Take note that an import runs a module of the tree.

    Python binds a submodule in its package when it is first imported, over whatever had that name. The
    module may import further ones, so a name that a submodule shares is not certain from here on.
    """
    package = posixpath.dirname(reader.path)
    if posixpath.basename(reader.path) != "__init__.py":
        return
    place = posixpath.relpath(module.file or module.folder or "", package or ".")
    child = place.split("/")[0].removesuffix(".py")
    scope = reader.scope.module()
    siblings = reader.loader.tree.submodules(package)
    for name in siblings - reader.loaded - {child}:
        if isinstance(scope.names.get(name), Known):
            text = f"{name!r} may be bound to the submodule of that name by a later import"
            scope.names[name] = Unknown("ambiguous", text, reader.origin(node))
    is_new = child in siblings and child not in reader.loaded
    found = reader.loader.tree.find(package, [child], reader.origin(node)) if is_new else None
    if found is not None:
        reader.loaded.add(child)
        scope.names[child] = found


def _from_self(reader: Reading, package: Module, name: str, node: ast.ImportFrom) -> Value:
    """Read ``from . import name`` in the package itself: a name bound already, or else a submodule."""
    bound = reader.scope.module().names.get(name)
    if bound is not None:
        return bound
    found = reader.loader.tree.find(package.folder or "", [name], reader.origin(node))
    if found is None:
        text = f"the package has no submodule {name!r} in the tree"
        return Unknown("import-not-in-tree", text, reader.origin(node))
    loads(reader, found, node)
    return found


def _star(reader: Reading, found: Module | None, dotted: str, node: ast.ImportFrom) -> None:
    exported = None if found is None else reader.loader.exports(found)
    if exported is None:
        text = f"`from {dotted} import *` may bind any name"
        reader.scope.lose_everything(Unknown("star-import", text, reader.origin(node)))
        return
    reader.scope.names.update(exported)


def _relative(reader: Reading, parts: list[str], node: ast.ImportFrom) -> Module | None:
    folder = posixpath.dirname(reader.path)
    for _ in range(node.level - 1):
        folder = posixpath.normpath(posixpath.join(folder, ".."))
    if folder.startswith(".."):
        return None
    return reader.loader.tree.find("" if folder == "." else folder, parts, reader.origin(node))


def _absolute(reader: Reading, parts: list[str], node: ast.stmt) -> Module | None:
    if parts[0] in _NEVER_IN_TREE:
        return None
    for root in reader.loader.tree.roots(reader.path, parts[0]):
        found = reader.loader.tree.find(root, parts, reader.origin(node))
        if found is not None:
            return found
    return None
