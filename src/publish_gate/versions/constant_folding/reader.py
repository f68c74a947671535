"""Reads the statements of a module in order, as an import would run them, and answers what its names stand for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.constant_folding.evaluator import Evaluator
from publish_gate.versions.constant_folding.imports import from_module, plain
from publish_gate.versions.constant_folding.reading import Flow
from publish_gate.versions.constant_folding.scope import Scope, defaults_of, walrus_names
from publish_gate.versions.constant_folding.statements import (
    annotate,
    assign,
    attempted,
    augment,
    condition,
    delete,
    perhaps_often,
)
from publish_gate.versions.constant_folding.tree import Tree, parse
from publish_gate.versions.constant_folding.values import (
    MAX_FILES,
    Budget,
    Builtin,
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Origin,
    RecordType,
    TooMuchError,
    Unknown,
    brief,
    is_mutable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from publish_gate.checkout import Checkout
    from publish_gate.versions.constant_folding.reading import Arguments, Loading
    from publish_gate.versions.constant_folding.values import Value


def function(reader: Reader, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Read ``def``: the body is not run, but defaults, annotations and decorators are."""
    for default in defaults_of(node):
        reader.evaluate(default)
    annotations = [part.annotation for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    if any(
        isinstance(part, ast.Call) for each in filter(None, [*annotations, node.returns]) for part in ast.walk(each)
    ):
        reader.ran_code(node)
    made = Function(node.name, node, reader.origin(node))
    reader.scope.names[node.name] = _decorated(reader, node, made)


def class_(reader: Reader, node: ast.ClassDef) -> None:
    """Read ``class``: its body runs at once, in a scope of its own."""
    bases = [reader.evaluate(base) for base in node.bases]
    for keyword in node.keywords:
        reader.evaluate(keyword.value)
    globals_in_body = {name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names}
    outer, reader.scope = reader.scope, Scope(reader.scope)
    reader.run(node.body)
    inner, reader.scope = reader.scope, outer
    if globals_in_body:
        reader.scope.lose(globals_in_body, reader.unknown("global", "a class body rebinds it", node))
    simple = not node.keywords and all(_is_object(base) for base in bases) and inner.everything is None
    if not simple:
        reader.ran_code(node)  # a metaclass or `__init_subclass__` may run
    record = _record_class(node, bases, inner, reader.origin(node))
    if record is not None:
        reader.scope.names[node.name] = _decorated(reader, node, record)
        return
    attributes = dict(inner.names) if simple else None
    reader.scope.names[node.name] = _decorated(reader, node, Class(node.name, attributes, reader.origin(node)))


def _record_class(node: ast.ClassDef, bases: list[Value], inner: Scope, origin: Origin) -> RecordType | None:
    """Read a class of named tuples, if nothing in it changes what its items are."""
    base = bases[0] if len(bases) == 1 and not node.keywords else None
    defined = {name for name, value in inner.names.items() if isinstance(value, Function)}
    if inner.everything is not None or not {name for name in defined if name.startswith("__")} <= {
        "__str__",
        "__repr__",
    }:
        return None
    if isinstance(base, RecordType) and not inner.names.keys() & set(base.fields):
        return base
    if isinstance(base, External) and base.dotted in {"typing.NamedTuple", "typing_extensions.NamedTuple"}:
        fields = [
            part.target.id
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        ]
        defaults = [value for name in fields if (value := inner.names.get(name)) is not None]
        constants = tuple(value.value for value in defaults if isinstance(value, Known))
        return RecordType(tuple(fields), constants, origin) if len(constants) == len(defaults) else None
    return None


def _is_object(value: Value) -> bool:
    return isinstance(value, Builtin) and value.name == "object"


def _decorated(reader: Reader, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value) -> Value:
    for decorator in node.decorator_list:
        reader.evaluate(decorator)
        reader.ran_code(node)
    if not node.decorator_list:
        return value
    return reader.unknown("callable", f"{node.name} is made by a decorator", node)


def _expression(reader: Reader, node: ast.Expr) -> Flow:
    if isinstance(node.value, ast.NamedExpr):
        assign(reader, [node.value.target], node.value.value, node)
        return Flow.ON
    reader.evaluate(node.value)
    exits = isinstance(node.value, ast.Call) and brief(node.value.func) in _EXITS
    return Flow.RAISED if exits else Flow.ON


_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit"})

_STATEMENTS: dict[type[ast.stmt], Callable[..., Flow | None]] = {
    ast.AnnAssign: annotate,
    ast.Assert: lambda reader, node: Flow.RAISED if reader.truth(node.test) is False else None,
    ast.Assign: lambda reader, node: assign(reader, node.targets, node.value, node),
    ast.AsyncFunctionDef: function,
    ast.AugAssign: augment,
    ast.Break: lambda *_: Flow.LEFT,
    ast.ClassDef: class_,
    ast.Continue: lambda *_: Flow.LEFT,
    ast.Delete: delete,
    ast.Expr: _expression,
    ast.FunctionDef: function,
    ast.Global: lambda *_: None,
    ast.If: condition,
    ast.Import: plain,
    ast.ImportFrom: from_module,
    ast.Nonlocal: lambda *_: None,
    ast.Pass: lambda *_: None,
    ast.Raise: lambda *_: Flow.RAISED,
    ast.Return: lambda *_: Flow.LEFT,
    ast.Try: attempted,
}
"""What reads a kind of statement, and tells if the next one is not reached; any other one may run often or never."""


class SetupCall(NamedTuple):
    """One call of ``setup()`` in a setup.py."""

    node: ast.Call
    arguments: Arguments
    origin: Origin


class Reader(Evaluator):
    """Reads one module; afterwards ``scope`` holds what its names stand for.

    ``setup_calls`` are the calls of ``setup()`` in a setup.py, ``loaded`` the submodules imported so far.
    """

    def __init__(self, loader: Loading, path: str, tree: ast.Module, *, is_main: bool) -> None:
        super().__init__(loader, path, tree, is_main=is_main)
        self.setup_calls: list[SetupCall] = []
        self.loaded: set[str] = set()
        self._running: set[str] = set()

    def run(self, nodes: Sequence[ast.stmt]) -> Flow:
        """Read statements in order, up to one that leaves."""
        for node in nodes:
            flow = self.statement(node)
            if flow is not Flow.ON:
                return flow
        return Flow.ON

    def statement(self, node: ast.stmt) -> Flow:
        """Read one statement."""
        budget = self.loader.budget
        budget.depth += 1
        try:
            budget.visit()
            # `:=` binds in the middle of a statement: neither before nor after it is its name certain.
            rebound = walrus_names(node) if not isinstance(node, _WITH_BLOCKS) else set()
            reason = self.unknown("walrus", "it is bound inside an expression", node)
            self.scope.lose(rebound, reason)
            flow = _STATEMENTS.get(type(node), perhaps_often)(self, node) or Flow.ON
            self.scope.lose(rebound - _plain_targets(node), reason)
        finally:
            budget.depth -= 1
        return flow

    # Reading a setup.py.

    def called(self, node: ast.Call, callee: Value, arguments: Arguments) -> None:
        """Keep the calls of ``setup()``."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        dotted = callee.dotted if isinstance(callee, External) else name
        if self.is_main and dotted.rpartition(".")[2] == "setup" and not isinstance(callee, Function):
            self.setup_calls.append(SetupCall(node, arguments, self.origin(node)))

    def enter(self, function: Function, node: ast.Call) -> bool:
        """Read the body of a function of setup.py that calls ``setup()``."""
        body = function.node.body
        if not self.is_main or isinstance(body, ast.expr) or function.name in self._running:
            return False
        if not any(
            isinstance(part, ast.Call) and brief(part.func).rpartition(".")[2] == "setup"
            for part in ast.walk(function.node)
        ):
            return False
        self.ran_code(node)
        self._running.add(function.name)
        outer, self.scope = self.scope, Scope(self.scope.module())
        unknown = self.unknown("call", "it is an argument of a function", node)
        self.scope.lose({part.arg for part in ast.walk(function.node.args) if isinstance(part, ast.arg)}, unknown)
        self.run(body)
        self.scope = outer
        self._running.discard(function.name)
        return True

    def returned(self, function: Function, arguments: Arguments) -> Value | None:
        """Fold what a function returns that does nothing else; None if it is not certain."""
        result, names = _result(function.node), [part.arg for part in function.node.args.args]
        reader = self if function.origin.path == self.path else self.loader.read(function.origin.path)
        given = len(arguments.positional) + len(arguments.keywords)
        if result is None or isinstance(reader, Unknown) or arguments.rest is not None or given != len(names):
            return None
        values = dict(zip(names, arguments.positional, strict=False)) | arguments.keywords
        if values.keys() != set(names) or len(self.loader.returning) >= _NESTED_CALLS:
            return None
        outer, reader.scope = reader.scope, Scope(reader.scope.module(), values)
        self.loader.returning.append(function.name)
        try:
            value = reader.evaluate(result)
        finally:
            reader.scope = outer
            self.loader.returning.pop()
        return value if isinstance(value, Known) and not is_mutable(value.value) else None


_NESTED_CALLS = 3


def _result(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.expr | None:
    """Give the expression that a function returns, if that is all it does and its arguments are plain ones."""
    spec = node.args
    if isinstance(node, ast.AsyncFunctionDef) or any(
        (spec.posonlyargs, spec.vararg, spec.kwarg, spec.kwonlyargs, spec.defaults)
    ):
        return None
    if isinstance(node, ast.Lambda):
        result: ast.expr | None = node.body
    else:
        docstring = ast.get_docstring(node) is not None
        body = node.body[docstring:]
        result = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    odd = ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr
    return None if result is None or any(isinstance(part, odd) for part in ast.walk(result)) else result


_WITH_BLOCKS = (ast.If, ast.Try, ast.With, ast.For)
"""Statements whose blocks are read one statement at a time, each with its own ``:=``."""


def _plain_targets(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.NamedExpr):
        return {node.value.target.id}
    return {target.id for target in targets if isinstance(target, ast.Name)}


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
        self.returning: list[str] = []

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
