"""Loads the modules of a tree for reading, each once, and answers what a name in one stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.folding.bounds import MAX_FILES, Budget, TooMuchError
from publish_gate.versions.folding.branches import Flow
from publish_gate.versions.folding.reader import Reader
from publish_gate.versions.folding.tree import Tree, parse
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
    from publish_gate.checkout import Checkout
    from publish_gate.versions.folding.values import Value


class Outcome(NamedTuple):
    """What a name in a module stands for; ``value`` is None where nothing binds it.

    ``declared`` is the line of an annotation without a value, ``has_getattr`` tells that the module makes
    names up, ``generated_by_versioneer`` that its functions ask the repository.
    """

    value: Value | None
    declared: int | None = None
    has_getattr: bool = False
    generated_by_versioneer: bool = False


class Loader:
    """Reads modules of one checkout inside one budget.

    ``extra_roots`` are folders that packages lie in. ``disturbed`` is set once code that is not read may have
    changed a list or dict of any module.
    """

    def __init__(self, checkout: Checkout, extra_roots: tuple[str, ...] = ()) -> None:
        self.checkout = checkout
        self.tree = Tree(checkout, extra_roots)
        self.budget = Budget()
        self.disturbed = False
        self._readers: dict[str, Reader | Unknown] = {}
        self._reading: dict[str, Reader | None] = {}
        self._tainted: set[str] = set()
        self._resolving: set[tuple[str, str]] = set()

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
        reader = Reader(self, path, tree, is_main=is_main)
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
            found = self.tree.find(module.folder, [name], origin)
            if found is not None and isinstance(early.scope.module().names.get(name), Module | None):
                return found
        outcome = Outcome(None) if module.file is None else self.look_up(module.file, name)
        if self.disturbed and isinstance(outcome.value, Known) and is_mutable(outcome.value.value):
            text = f"code that is not read may have changed the contents of {name!r}"
            return Unknown("changed-by-code", text, outcome.value.origin)
        if outcome.value is not None:
            return outcome.value
        found = None if module.folder is None else self.tree.find(module.folder, [name], origin)
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
