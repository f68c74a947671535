"""Reads the statements of a module in order, as an import would run them."""

from __future__ import annotations

import ast
import contextlib
import enum
from typing import TYPE_CHECKING

from publish_gate.versions.folding import imports
from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.effects import EVERYTHING, bound_names, walrus_names
from publish_gate.versions.folding.expressions import Evaluator, brief, is_foreign
from publish_gate.versions.folding.formats import UnfoldableError
from publish_gate.versions.folding.scope import Scope, merge
from publish_gate.versions.folding.values import (
    Builtin,
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Origin,
    Unknown,
    Value,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.versions.folding.calls import Arguments
    from publish_gate.versions.folding.effects import Facts
    from publish_gate.versions.folding.modules import Loader, SetupCall

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Flow(enum.Enum):
    """Whether what follows a statement is reached."""

    ON = "on"
    RAISED = "raised"
    LEFT = "left"


class Reader(Evaluator):
    """Reads one module; afterwards ``scope`` holds what its names stand for."""

    def __init__(self, loader: Loader, path: str, facts: Facts, *, is_main: bool) -> None:
        super().__init__(loader, path, facts, is_main=is_main)
        self.setup_calls: list[SetupCall] = []
        self.loaded: set[str] = set()
        self._running: set[str] = set()

    def run(self, statements: Sequence[ast.stmt]) -> Flow:
        """Read statements in order, up to one that leaves."""
        for statement in statements:
            flow = self._statement(statement)
            if flow is not Flow.ON:
                return flow
        return Flow.ON

    def _statement(self, node: ast.stmt) -> Flow:
        budget = self.loader.budget
        budget.depth += 1
        try:
            budget.visit()
            # `:=` binds in the middle of a statement: neither before nor after it is its name certain.
            rebound = walrus_names(node) if not isinstance(node, ast.If | ast.Try | ast.With | _LOOPS[0]) else set()
            reason = self.unknown("walrus", "it is bound inside an expression", node) if rebound else None
            if reason is not None:
                self.scope.lose(rebound, reason)
            flow = self._dispatch(node)
            if reason is not None:
                self.scope.lose(rebound - _plain_targets(node), reason)
        finally:
            budget.depth -= 1
        return flow

    def _dispatch(self, node: ast.stmt) -> Flow:  # noqa: C901, PLR0912 - one case for each kind of statement
        match node:
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, self.evaluate(value), value, node)
            case ast.AnnAssign(target=target, value=None):
                if isinstance(target, ast.Name):
                    self.scope.declared.setdefault(target.id, node.lineno)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                if any(isinstance(part, ast.Call) for part in ast.walk(node.annotation)):
                    self.ran_code(node)
                self._assign([target], self.evaluate(value), value, node)
            case ast.AugAssign():
                self._augment(node)
            case ast.Expr(value=value):
                self.evaluate(value)
                return Flow.RAISED if _exits(value) else Flow.ON
            case ast.Import():
                imports.plain(self, node)
            case ast.ImportFrom():
                imports.from_module(self, node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.ClassDef():
                self._class(node)
            case ast.If():
                return self._if(node)
            case ast.Try():
                return self._try(node)
            case ast.Delete(targets=targets):
                self._delete(targets, node)
            case ast.Raise():
                return Flow.RAISED
            case ast.Return() | ast.Break() | ast.Continue():
                return Flow.LEFT
            case ast.Assert(test=test):
                return Flow.RAISED if self.truth(test) is False else Flow.ON
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                pass
            case _:
                self._perhaps_often(node)
        return Flow.ON

    # Assignments.

    def _assign(self, targets: list[ast.expr], value: Value, source: ast.expr, node: ast.stmt) -> None:
        if isinstance(value, Known):
            if isinstance(value.value, Stream):
                value = self.unknown("expression", f"`{brief(source)}` can be gone through once", node)
            elif not isinstance(source, ast.Name | ast.Attribute):
                value = Known(value.value, self.origin(node))
        for target in targets:
            self.bind(target, value, node)

    def bind(self, target: ast.expr, value: Value, node: ast.stmt) -> None:
        """Bind a target of an assignment."""
        match target:
            case ast.Name(id=name):
                self.scope.names[name] = value
            case ast.Tuple() | ast.List():
                self._unpack(target, value, node)
            case ast.Subscript():
                self._set_item(target, value, node)
            case ast.Attribute():
                self._set_attribute(target, value, node)
            case _:
                self._stored(target, self.because(value, node), node)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.stmt) -> None:
        if isinstance(value, Known):
            with contextlib.suppress(UnfoldableError):
                self.bind_constant(target, value.value, node)
                return
        if not is_foreign(value):
            self.ran_code(node)
        self._stored(target, self.because(value, node), node)

    def _stored(self, target: ast.expr, reason: Unknown, node: ast.stmt) -> None:
        """Take note that something unknown is stored in a target, whatever its form."""
        self.scope.lose(bound_names([target]), reason)
        for part in ast.walk(target):
            if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
                self._changed(part, self.evaluate(part.value), node)

    def _set_item(self, target: ast.Subscript, value: Value, node: ast.stmt) -> None:
        holder = self.evaluate(target.value)
        key = self.evaluate(target.slice)
        if (
            isinstance(holder, Known)
            and isinstance(holder.value, dict)
            and isinstance(key, Known)
            and isinstance(key.value, str)
            and isinstance(value, Known)
        ):
            changed = Known({**holder.value, key.value: value.value}, Origin(self.path, 0))
            if self.scope.replace(holder.value, changed):
                return
        self._changed(target, holder, node)

    def _set_attribute(self, target: ast.Attribute, value: Value, node: ast.stmt) -> None:
        del value  # an attribute is looked up where it is defined, or not at all
        holder = self.evaluate(target.value)
        if isinstance(holder, Module):
            self.loader.taint(holder)
        self._changed(target, holder, node)

    def _changed(self, target: ast.expr, holder: Value, node: ast.stmt) -> None:
        """Take note that something which may be reached under other names was changed."""
        reaches_modules = any(
            (isinstance(part, ast.Attribute) and part.attr in {"modules", "__dict__"})
            or (
                isinstance(part, ast.Name)
                and isinstance(self.scope.find(part.id), External)
                and _is_sys_modules(self.scope.find(part.id))
            )
            for part in ast.walk(target)
        )
        if reaches_modules or (self.scope.module().leaked and not isinstance(holder, Known)):
            reason = self.unknown("changed-by-code", f"`{brief(target)}` may rebind any name of the module", node)
            self.scope.lose_everything(reason)
            return
        if not is_foreign(holder):
            self.ran_code(node)
        self.loader.disturbed = True
        self.scope.lose_mutable(self.origin(node))

    def _augment(self, node: ast.AugAssign) -> None:
        added = self.evaluate(node.value)
        if not isinstance(node.target, ast.Name):
            self._changed(node.target, self.evaluate(node.target.value), node)
            return
        name = node.target.id
        current = self.evaluate(ast.copy_location(ast.Name(name, ast.Load()), node.target))
        if isinstance(current, Known) and isinstance(current.value, list | dict):
            self.scope.lose_mutable(self.origin(node))  # it is changed in place, under all its names
            self.scope.names[name] = self.unknown("changed-by-code", "a list is changed in place", node)
            return
        try:
            self.scope.names[name] = self.combine(node.op, current, added, node)
        except UnfoldableError:
            self.scope.names[name] = self.unknown("expression", f"the value of `{brief(node)}` is not certain", node)

    def _delete(self, targets: list[ast.expr], node: ast.stmt) -> None:
        for target in targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)
                self.scope.declared.pop(target.id, None)
            elif isinstance(target, ast.Subscript | ast.Attribute):
                self._changed(target, self.evaluate(target.value), node)
            else:
                self.scope.lose(bound_names([target]), self.unknown("expression", "it is deleted", node))

    # Definitions.

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.evaluate(default)
        self.scope.names[node.name] = self._decorated(node, Function(node.name, node, self.origin(node)))

    def _class(self, node: ast.ClassDef) -> None:
        bases = [self.evaluate(base) for base in node.bases]
        for keyword in node.keywords:
            self.evaluate(keyword.value)
        globals_in_body = {name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names}
        outer, self.scope = self.scope, Scope(self.scope)
        self.run(node.body)
        inner, self.scope = self.scope, outer
        if globals_in_body:
            self.scope.lose(globals_in_body, self.unknown("global", "a class body rebinds it", node))
        simple = not node.keywords and all(_is_object(base) for base in bases) and inner.everything is None
        if not simple:
            self.ran_code(node)  # a metaclass or `__init_subclass__` may run
        attributes = dict(inner.names) if simple else None
        self.scope.names[node.name] = self._decorated(node, Class(node.name, attributes, self.origin(node)))

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value) -> Value:
        for decorator in node.decorator_list:
            self.evaluate(decorator)
            self.ran_code(node)
        if not node.decorator_list:
            return value
        return self.unknown("callable", f"{node.name} is made by a decorator", node)

    # Branches.

    def _if(self, node: ast.If) -> Flow:
        rebound = walrus_names(node.test)
        reason = self.unknown("walrus", "it is bound inside a condition", node)
        self.scope.lose(rebound, reason)
        truth = self.truth(node.test)
        self.scope.lose(rebound, reason)
        if truth is not None:
            return self.run(node.body if truth else node.orelse)
        return self._either([node.body, node.orelse], node)

    def _either(self, blocks: list[list[ast.stmt]], node: ast.stmt) -> Flow:
        """Read blocks of which one runs, and go on from those that do not leave."""
        start, ends, flows = self.scope, [], []
        for block in blocks:
            self.scope = start.copy()
            flow = self.run(block)
            flows.append(flow)
            if flow is Flow.ON:
                ends.append(self.scope)
        self.scope = start
        if not ends:
            return Flow.LEFT if Flow.LEFT in flows else Flow.RAISED
        start.take(merge(ends, self.origin(node)))
        return Flow.ON

    def _try(self, node: ast.Try) -> Flow:
        before = self.scope.copy()
        flow = self.run(node.body)
        trusted = all(self._cannot_fail(statement) for statement in node.body)
        if flow is Flow.ON and (trusted or not node.handlers or all(_raises(handler) for handler in node.handlers)):
            flow = self.run(node.orelse)
            last = self.run(node.finalbody)
            return last if last is not Flow.ON else flow
        # The body may stop anywhere, and what a handler binds then is a stand-in.
        inside = self.scope
        for handler in node.handlers:
            self.scope = before.copy()
            if handler.name:
                self.scope.names[handler.name] = self.unknown("conditional", "it is an exception", handler)
            self.run(handler.body)
            inside = _lost_in(inside, self.scope)
        self.scope = inside
        self.run(node.orelse)
        self._lose_bound([*node.body, *node.handlers, *node.orelse], inside, node, "try")
        return self.run(node.finalbody)

    def _cannot_fail(self, node: ast.stmt) -> bool:
        """Tell whether a statement inside ``try`` certainly ends well."""
        match node:
            case ast.Assign(targets=[*targets], value=ast.Constant()):
                return all(isinstance(target, ast.Name) for target in targets)
            case (
                ast.AnnAssign(target=ast.Name(), value=ast.Constant() | None)
                | ast.Pass()
                | ast.FunctionDef(decorator_list=[])
            ):
                return True
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names = [alias.asname or alias.name.partition(".")[0] for alias in aliases]
                return all(self._is_in_tree(name) for name in names)
            case _:
                return False

    def _is_in_tree(self, name: str) -> bool:
        value = self.scope.names.get(name)
        if isinstance(value, Imported):
            return isinstance(self.loader.resolve(value), Known | Function | Class | Module)
        return isinstance(value, Known | Module)

    def _perhaps_often(self, node: ast.stmt) -> None:
        """Read a statement whose body runs any number of times, or until something happens."""
        names = bound_names([node])
        before = self.unknown("conditional", f"it is bound inside `{_keyword(node)}`", node)
        self.scope.lose(names - {EVERYTHING} if isinstance(node, (*_LOOPS, ast.Match)) else (), before)
        start = self.scope
        self.scope = inside = start.copy()
        for part in ast.iter_child_nodes(node):
            self._part(part, node)
        self.scope = start
        start.take(_lost_in(start, inside))
        self._lose_bound([node], inside, node, _keyword(node))

    def _part(self, part: ast.AST, node: ast.stmt) -> None:
        if isinstance(part, ast.expr) and isinstance(getattr(part, "ctx", None), ast.Store):
            self._stored(part, self.unknown("conditional", f"it is bound by `{_keyword(node)}`", node), node)
        elif isinstance(part, ast.expr):
            self.evaluate(part)
        elif isinstance(part, ast.stmt):
            self._statement(part)
        elif isinstance(part, ast.withitem):
            entered = self.evaluate(part.context_expr)
            if not is_foreign(entered):
                self.ran_code(part.context_expr)
            if part.optional_vars is not None:
                self._stored(part.optional_vars, self.because(entered, part.context_expr), node)
        else:
            for inner in ast.iter_child_nodes(part):
                self._part(inner, node)

    def _lose_bound(self, nodes: list[ast.AST] | list[ast.stmt], inside: Scope, node: ast.stmt, word: str) -> None:
        """Forget the names bound in a block, keeping the reason why each is not known."""
        for name in bound_names(nodes):
            value = inside.names.get(name) or inside.everything
            if isinstance(value, Imported):
                value = self.loader.resolve(value)
            if isinstance(value, External):
                value = self.because(value, node)
            text = f"{name!r} is bound inside `{word}`, which may not run to its end"
            reason = value if isinstance(value, Unknown) else self.unknown("conditional", text, node)
            if name == EVERYTHING:
                self.scope.lose_everything(reason)
            else:
                self.scope.names[name] = reason

    # The calls of a setup.py.

    def called(self, node: ast.Call, callee: Value, arguments: Arguments) -> None:
        """Keep the calls of ``setup()``."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        dotted = callee.dotted if isinstance(callee, External) else name
        if self.is_main and dotted.rpartition(".")[2] == "setup" and not isinstance(callee, Function):
            self.setup_calls.append(self.loader.setup_call(self.path, node, arguments))

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


def _plain_targets(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _lost_in(scope: Scope, other: Scope) -> Scope:
    """Carry over that names were lost in another branch; what that branch bound is not taken."""
    joined = scope.copy()
    for name, value in scope.names.items():
        there = other.names.get(name, other.everything)
        if isinstance(value, Unknown) or there is None:
            continue
        if isinstance(there, Unknown) or (isinstance(value, Class) and isinstance(there, Class)):
            joined.names[name] = there
        elif isinstance(value, Known) and not same(value, there):
            text = f"{name!r} may have been changed in a part of the code that may not run"
            joined.names[name] = Unknown("conditional", text, value.origin)
    joined.leaked = scope.leaked or other.leaked
    if other.everything is not None and joined.everything is None:
        joined.names = {name: joined.names[name] for name in joined.names if name in other.names}
        joined.everything = other.everything
    if joined.parent is not None and other.parent is not None:
        joined.parent = _lost_in(joined.parent, other.parent)
    return joined


def _raises(handler: ast.ExceptHandler) -> bool:
    return (
        bool(handler.body)
        and isinstance(handler.body[-1], ast.Raise)
        and not any(isinstance(part, ast.Return | ast.Break | ast.Continue) for part in ast.walk(handler))
    )


def _exits(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and brief(node.func) in {"sys.exit", "exit", "quit", "os._exit"}


def _is_object(value: Value) -> bool:
    return isinstance(value, Builtin) and value.name == "object"


def _is_sys_modules(value: Value | None) -> bool:
    return isinstance(value, External) and value.dotted == "sys.modules"


def _keyword(node: ast.stmt) -> str:
    return type(node).__name__.removeprefix("Async").removesuffix("Star").lower()
