"""Finds modules below a checkout as Python's imports would, and reads import statements."""

from __future__ import annotations

import ast
import posixpath
import sys
import warnings
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.records import dataclass, field
from publish_gate.versions.constant_folding.values import External, Imported, Known, Module, Origin, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.checkout import Checkout
    from publish_gate.versions.constant_folding.reader import Reader
    from publish_gate.versions.constant_folding.values import Value


@dataclass(frozen=True, slots=True)
class Tree:
    """The modules of a checkout; ``extra_roots`` are folders that packages lie in."""

    checkout: Checkout
    extra_roots: tuple[str, ...] = ()
    _submodules: dict[str, frozenset[str]] = field(default_factory=dict)

    def find(self, folder: str, parts: list[str], origin: Origin) -> Module | None:
        """Find the file of a module below a folder, as Python looks: a package goes before a module."""
        path = posixpath.join(folder, *parts)
        if self.checkout.has_file(posixpath.join(path, "__init__.py")):
            return Module(posixpath.join(path, "__init__.py"), path, origin)
        if parts and self.checkout.has_file(f"{path}.py"):
            return Module(f"{path}.py", None, origin)
        if self.checkout.has_folder(path or "."):
            return Module(None, path, origin)
        return None

    def roots(self, path: str, top: str) -> Iterable[str]:
        """List the folders in which an absolute import of ``top``, written in ``path``, can be found."""
        folders = []
        folder = posixpath.dirname(path)
        while folder and folder != "..":
            if posixpath.basename(folder) == top:
                folders.append(posixpath.dirname(folder))
            folder = posixpath.dirname(folder)
        outermost = posixpath.dirname(path)
        while outermost and self.checkout.has_file(posixpath.join(outermost, "__init__.py")):
            outermost = posixpath.dirname(outermost)
        return dict.fromkeys([*folders, outermost, *self.extra_roots])

    def submodules(self, package: str) -> frozenset[str]:
        """List the names of the modules and packages that lie in a package; raises CheckoutError."""
        if package not in self._submodules:
            names = self.checkout.names_in(package or ".")
            self._submodules[package] = frozenset(
                name.removesuffix(".py") for name in names if name.removesuffix(".py").isidentifier()
            )
        return self._submodules[package]


def parse(checkout: Checkout, path: str) -> ast.Module | Unknown:
    """Parse a file of the checkout; Unknown says why that was not possible."""
    try:
        content = checkout.read_bytes(path)
    except CheckoutError as error:
        return Unknown(error.problem.value, str(error), Origin(path, 1))
    reader = f"Python {'.'.join(map(str, sys.version_info[:3]))}, which reads it,"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the project's code is warned of is not our users' concern
            return ast.parse(content)
    except SyntaxError as error:
        text = f"{reader} does not understand the syntax: {error.msg}"
        return Unknown("syntax-error", text, Origin(path, error.lineno or 1))
    except (ValueError, RecursionError, MemoryError) as error:
        text = f"{reader} cannot parse it ({type(error).__name__})"
        return Unknown("syntax-error", text, Origin(path, 1))


# Both name what is outside even where a file of that name lies beside: versioneer.py is a copy of the tool.
_NEVER_IN_TREE = sys.stdlib_module_names | {"versioneer"}


def plain(reader: Reader, node: ast.Import) -> None:
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


def from_module(reader: Reader, node: ast.ImportFrom) -> None:
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


def loads(reader: Reader, module: Module, node: ast.stmt) -> None:
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


def _from_self(reader: Reader, package: Module, name: str, node: ast.ImportFrom) -> Value:
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


def _star(reader: Reader, found: Module | None, dotted: str, node: ast.ImportFrom) -> None:
    exported = None if found is None else reader.loader.exports(found)
    if exported is None:
        text = f"`from {dotted} import *` may bind any name"
        reader.scope.lose_everything(Unknown("star-import", text, reader.origin(node)))
        return
    reader.scope.names.update(exported)


def _relative(reader: Reader, parts: list[str], node: ast.ImportFrom) -> Module | None:
    folder = posixpath.dirname(reader.path)
    for _ in range(node.level - 1):
        folder = posixpath.normpath(posixpath.join(folder, ".."))
    if folder.startswith(".."):
        return None
    return reader.loader.tree.find("" if folder == "." else folder, parts, reader.origin(node))


def _absolute(reader: Reader, parts: list[str], node: ast.stmt) -> Module | None:
    if parts[0] in _NEVER_IN_TREE:
        return None
    for root in reader.loader.tree.roots(reader.path, parts[0]):
        found = reader.loader.tree.find(root, parts, reader.origin(node))
        if found is not None:
            return found
    return None
