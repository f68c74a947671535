"""Reads blocks that may run often, not at all, or not to their end: ``try``, loops, ``with`` and ``match``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding import assignments
from publish_gate.versions.folding.branches import Flow
from publish_gate.versions.folding.effects import EVERYTHING, bound_names
from publish_gate.versions.folding.scope import lost_in
from publish_gate.versions.folding.values import (
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Unknown,
    is_foreign,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.reader import Reader
    from publish_gate.versions.folding.scope import Scope

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def attempted(reader: Reader, node: ast.Try) -> Flow:
    """Read ``try``: what its body binds is known where the body certainly ends well, or nothing catches."""
    before = reader.scope.copy()
    flow = reader.run(node.body)
    trusted = all(_cannot_fail(reader, statement) for statement in node.body)
    if flow is Flow.ON and (trusted or not node.handlers or all(_raises(handler) for handler in node.handlers)):
        flow = reader.run(node.orelse)
        last = reader.run(node.finalbody)
        return last if last is not Flow.ON else flow
    # The body may stop anywhere, and what a handler binds then is a stand-in.
    inside = reader.scope
    for handler in node.handlers:
        reader.scope = before.copy()
        if handler.name:
            reader.scope.names[handler.name] = reader.unknown("conditional", "it is an exception", handler)
        reader.run(handler.body)
        inside = lost_in(inside, reader.scope)
    reader.scope = inside
    reader.run(node.orelse)
    _lose_bound(reader, [*node.body, *node.handlers, *node.orelse], inside, node)
    return reader.run(node.finalbody)


def _cannot_fail(reader: Reader, node: ast.stmt) -> bool:
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
            return all(_is_in_tree(reader, name) for name in names)
        case _:
            return False


def _is_in_tree(reader: Reader, name: str) -> bool:
    value = reader.scope.names.get(name)
    if isinstance(value, Imported):
        return isinstance(reader.loader.resolve(value), Known | Function | Class | Module)
    return isinstance(value, Known | Module)


def _raises(handler: ast.ExceptHandler) -> bool:
    return (
        bool(handler.body)
        and isinstance(handler.body[-1], ast.Raise)
        and not any(isinstance(part, ast.Return | ast.Break | ast.Continue) for part in ast.walk(handler))
    )


def perhaps_often(reader: Reader, node: ast.stmt) -> None:
    """Read a statement whose body runs any number of times, or until something happens."""
    names = bound_names([node])
    before = reader.unknown("conditional", f"it is bound inside `{_keyword(node)}`", node)
    reader.scope.lose(names - {EVERYTHING} if isinstance(node, (*_LOOPS, ast.Match)) else (), before)
    start = reader.scope
    reader.scope = inside = start.copy()
    for part in ast.iter_child_nodes(node):
        _part(reader, part, node)
    reader.scope = start
    start.take(lost_in(start, inside))
    _lose_bound(reader, [node], inside, node)


def _part(reader: Reader, part: ast.AST, node: ast.stmt) -> None:
    """Read a part of such a statement: a target, an expression, a statement of its body."""
    if isinstance(part, ast.expr) and isinstance(getattr(part, "ctx", None), ast.Store):
        reason = reader.unknown("conditional", f"it is bound by `{_keyword(node)}`", node)
        assignments.stored(reader, part, reason, node)
    elif isinstance(part, ast.expr):
        value = reader.evaluate(part)
        if isinstance(value, Unknown):
            reader.touched(value, part)  # it is gone through, asked for its truth, or matched
    elif isinstance(part, ast.stmt):
        reader.statement(part)
    elif isinstance(part, ast.withitem):
        entered = reader.evaluate(part.context_expr)
        if not is_foreign(entered):
            reader.ran_code(part.context_expr)
        if part.optional_vars is not None:
            assignments.stored(reader, part.optional_vars, reader.because(entered, part.context_expr), node)
    else:
        for inner in ast.iter_child_nodes(part):
            _part(reader, inner, node)


def _lose_bound(reader: Reader, nodes: list[ast.AST] | list[ast.stmt], inside: Scope, node: ast.stmt) -> None:
    """Forget the names bound in a block, keeping the reason why each is not known."""
    for name in bound_names(nodes):
        value = inside.names.get(name) or inside.everything
        if isinstance(value, Imported):
            value = reader.loader.resolve(value)
        if isinstance(value, External):
            value = reader.because(value, node)
        text = f"{name!r} is bound inside `{_keyword(node)}`, which may not run to its end"
        reason = value if isinstance(value, Unknown) else reader.unknown("conditional", text, node)
        if name == EVERYTHING:
            reader.scope.lose_everything(reason)
        else:
            reader.scope.names[name] = reason


def _keyword(node: ast.stmt) -> str:
    return type(node).__name__.removeprefix("Async").removesuffix("Star").lower()
