"""Loads the modules of a tree for reading, each once, and answers what a name in one stands for."""

from __future__ import annotations

import ast
import posixpath
import sys
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions.folding.bounds import MAX_FILES, Budget, TooMuchError
from publish_gate.versions.folding.effects import facts_of
from publish_gate.versions.folding.statements import Flow, Reader
from publish_gate.versions.folding.values import (
    Function,
    Imported,
    Known,
    Module,
    Origin,
    Unknown,
    is_mutable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.checkout import Checkout
    from publish_gate.versions.folding.calls import Arguments
    from publish_gate.versions.folding.values import Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a name in a module stands for; ``value`` is None where nothing binds it.

    ``declared`` is the line of an annotation without a value, ``has_getattr`` tells that the module makes
    names up, ``generated_by_versioneer`` that its functions ask the repository.
    """

    value: Value | None
    declared: int | None = None
    has_getattr: bool = False
    generated_by_versioneer: bool = False


@dataclass(frozen=True, slots=True)
class SetupCall:
    """One call of ``setup()`` in a setup.py."""

    node: ast.Call
    arguments: Arguments
    origin: Origin


@dataclass(slots=True)
class Loader:
    """Reads modules of one checkout inside one budget.

    ``extra_roots`` are folders that packages lie in. ``disturbed`` is set once code that is not read may have
    changed a list or dict of any module.
    """

    checkout: Checkout
    extra_roots: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    disturbed: bool = False
    _readers: dict[str, Reader | Unknown] = field(default_factory=dict)
    _reading: dict[str, Reader | None] = field(default_factory=dict)
    _tainted: set[str] = field(default_factory=set)
    _resolving: set[tuple[str, str]] = field(default_factory=set)
    _submodules: dict[str, frozenset[str]] = field(default_factory=dict)

    def read(self, path: str, *, is_main: bool = False) -> Reader | Unknown:
        """Read a module to its end; Unknown says why that was not possible."""
        if path in self._reading:
            return Unknown("import-cycle", "modules import each other", Origin(path, 1))
        if path not in self._readers:
            self._reading[path] = None
            try:
                self._readers[path] = self._read(path, is_main=is_main)
            finally:
                del self._reading[path]
        return self._readers[path]

    def _read(self, path: str, *, is_main: bool) -> Reader | Unknown:
        if len(self._readers) >= MAX_FILES:
            raise TooMuchError
        tree = parse(self.checkout, path)
        if isinstance(tree, Unknown):
            return tree
        reader = Reader(self, path, facts_of(tree), is_main=is_main)
        self._reading[path] = reader
        if reader.run(tree.body) is not Flow.ON and not is_main:
            return Unknown("raises", "the module raises an exception when it is imported", Origin(path, 1))
        return reader

    def look_up(self, path: str, name: str) -> Outcome:
        """Say what a name stands for once the module has run."""
        reader = self.read(path)
        if isinstance(reader, Unknown):
            return Outcome(reader)
        if path in self._tainted:
            text = "other code sets attributes of this module"
            return Outcome(Unknown("changed-by-code", text, Origin(path, 1)))
        value = reader.scope.find(name)
        if isinstance(value, Imported):
            value = self.resolve(value)
        return Outcome(
            value,
            reader.scope.declared.get(name),
            "__getattr__" in reader.scope.names,
            any(
                isinstance(reader.scope.names.get(function), Function) for function in ("get_keywords", "get_versions")
            ),
        )

    def resolve(self, imported: Imported) -> Value:
        """Follow an import to the value, through as many modules as it takes."""
        step = (imported.origin.path, imported.name)
        if step in self._resolving:
            return Unknown("import-cycle", "modules import the name from each other", imported.origin)
        self._resolving.add(step)
        try:
            return self.attribute(imported.module, imported.name, imported.origin)
        finally:
            self._resolving.discard(step)

    def attribute(self, module: Module, name: str, origin: Origin) -> Value:
        """Give an attribute of a module: a name in it, or else a submodule."""
        early = self._reading.get(module.file or "")
        if early is not None and module.folder is not None:
            # A package that is still being read: its submodules are there already, its names come and go.
            found = self.find(module.folder, [name], origin)
            if found is not None and isinstance(early.scope.module().names.get(name), Module | None):
                return found
        outcome = Outcome(None) if module.file is None else self.look_up(module.file, name)
        if self.disturbed and isinstance(outcome.value, Known) and is_mutable(outcome.value.value):
            text = f"code that is not read may have changed the contents of {name!r}"
            return Unknown("changed-by-code", text, outcome.value.origin)
        if outcome.value is not None:
            return outcome.value
        found = None if module.folder is None else self.find(module.folder, [name], origin)
        if found is not None:
            return found
        where = module.file or module.folder or ""
        if outcome.has_getattr:
            text = f"the function __getattr__ in {where} makes {name!r} up"
            return Unknown("module-getattr", text, origin)
        text = f"{where} has no {name!r} in the tree"
        return Unknown("import-not-in-tree", text, origin)

    def exports(self, module: Module) -> dict[str, Value] | None:
        """List what ``import *`` takes from a module; None where that is not certain."""
        reader = None if module.file is None else self.read(module.file)
        if not isinstance(reader, Reader) or reader.scope.everything is not None:
            return None
        listed = reader.scope.names.get("__all__")
        if listed is None:
            return {name: value for name, value in reader.scope.names.items() if not name.startswith("_")}
        names = listed.value if isinstance(listed, Known) else None
        if not isinstance(names, list | tuple):
            return None
        return {str(name): self.attribute(module, str(name), Origin(reader.path, 1)) for name in names}

    def taint(self, module: Module) -> None:
        """Forget a module whose attributes are set from outside."""
        if module.file is not None:
            self._tainted.add(module.file)

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
        """List the names of the modules and packages that lie in a package."""
        if package not in self._submodules:
            try:
                names = self.checkout.names_in(package or ".")
            except CheckoutError:
                names = ()
            self._submodules[package] = frozenset(
                name.removesuffix(".py") for name in names if name.removesuffix(".py").isidentifier()
            )
        return self._submodules[package]

    def setup_call(self, path: str, node: ast.Call, arguments: Arguments) -> SetupCall:
        """Describe a call of ``setup()`` with everything resolved that can be."""
        for name, value in arguments.keywords.items():
            if isinstance(value, Imported):
                arguments.keywords[name] = self.resolve(value)
        return SetupCall(node, arguments, Origin(path, node.lineno))


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
