"""Reads assignments, conditions, loops and blocks that may not run to their end."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding.operators import UnfoldableError, combine
from publish_gate.versions.constant_folding.reading import Flow
from publish_gate.versions.constant_folding.scope import EVERYTHING, bound_names, lost_in, merge, walrus_names
from publish_gate.versions.constant_folding.values import (
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Origin,
    Stream,
    Unknown,
    brief,
    is_changeable,
    is_foreign,
    joined,
    members,
)

if TYPE_CHECKING:
    from publish_gate.versions.constant_folding.reading import Reading
    from publish_gate.versions.constant_folding.scope import Scope
    from publish_gate.versions.constant_folding.values import Value


def assign(reader: Reading, targets: list[ast.expr], source: ast.expr, node: ast.stmt) -> None:
    """Read ``a = b = source``."""
    value = reader.evaluate(source)
    if isinstance(value, Known):
        if isinstance(value.value, Stream):
            value = reader.unknown("expression", f"`{brief(source)}` can be gone through once", node)
        elif not isinstance(source, ast.Name | ast.Attribute):
            value = Known(value.value, reader.origin(node))
    for target in targets:
        _bind(reader, target, value, node)


def annotate(reader: Reading, node: ast.AnnAssign) -> None:
    """Read ``a: type`` and ``a: type = source``."""
    if any(isinstance(part, ast.Call) for part in ast.walk(node.annotation)):
        reader.ran_code(node)
    if node.value is not None:
        assign(reader, [node.target], node.value, node)
    elif isinstance(node.target, ast.Name):
        reader.scope.declared.setdefault(node.target.id, node.lineno)
    else:
        reader.evaluate(node.target.value)  # nothing is stored, but what it would be stored in is looked up


def _bind(reader: Reading, target: ast.expr, value: Value, node: ast.stmt) -> None:
    match target:
        case ast.Name(id=name):
            reader.scope.names[name] = value
        case ast.Tuple() | ast.List():
            _unpack(reader, target, value, node)
        case ast.Subscript():
            _set_item(reader, target, value, node)
        case ast.Attribute():
            _set_attribute(reader, target, node)
        case _:
            stored(reader, target, reader.because(value, node), node)


def _unpack(reader: Reading, target: ast.Tuple | ast.List, value: Value, node: ast.stmt) -> None:
    if isinstance(value, Known):
        with contextlib.suppress(UnfoldableError):
            reader.bind_constant(target, value.value, node)
            return
    if not is_foreign(value):
        reader.ran_code(node)
    stored(reader, target, reader.because(value, node), node)


def stored(reader: Reading, target: ast.expr, reason: Unknown, node: ast.stmt) -> None:
    """Take note that something unknown is stored in a target, whatever its form."""
    reader.scope.lose(bound_names([target]), reason)
    for part in ast.walk(target):
        if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            _changed(reader, part, reader.evaluate(part.value), node)


def _set_item(reader: Reading, target: ast.Subscript, value: Value, node: ast.stmt) -> None:
    holder = reader.evaluate(target.value)
    key = reader.evaluate(target.slice)
    contents = members(holder)
    if contents is not None and isinstance(key, Known) and isinstance(key.value, str):
        changed = joined(contents.items | {key.value: value}, Origin(reader.path, 0), contents.rest)
        if reader.scope.replace(holder, changed):
            return
    _changed(reader, target, holder, node)


def _set_attribute(reader: Reading, target: ast.Attribute, node: ast.stmt) -> None:
    """Forget what the attribute belongs to: it is looked up where it is defined, or not at all."""
    holder = reader.evaluate(target.value)
    if isinstance(holder, Module):
        reader.loader.taint(holder)
    _changed(reader, target, holder, node)


def _changed(reader: Reading, target: ast.expr, holder: Value, node: ast.stmt) -> None:
    """Take note that something which may be reached under other names was changed."""
    if isinstance(target, ast.Subscript):
        reader.evaluate(target.slice)
    if is_changeable(holder):
        reader.scope.replace(holder, reader.unknown("changed-by-code", f"`{brief(target)}` changes it", node))
    reaches_modules = any(
        (isinstance(part, ast.Attribute) and part.attr in {"modules", "__dict__"})
        or (isinstance(part, ast.Name) and _is_sys_modules(reader.scope.find(part.id)))
        for part in ast.walk(target.value)  # type: ignore[attr-defined]
    )
    # What takes the module's place in sys.modules leaves its own names alone.
    replaces = isinstance(target, ast.Subscript) and (_is_sys_modules(holder) or brief(target.value) == "sys.modules")
    if not replaces and (reaches_modules or (reader.scope.module().leaked and not isinstance(holder, Known))):
        reason = reader.unknown("changed-by-code", f"`{brief(target)}` may rebind any name of the module", node)
        key = reader.evaluate(target.slice) if isinstance(target, ast.Subscript) else None
        name = target.attr if isinstance(target, ast.Attribute) else key.value if isinstance(key, Known) else None
        if not isinstance(name, str):
            reader.scope.lose_everything(reason)
            return
        reader.scope.module().lose([name], reason)
    if not is_foreign(holder):
        reader.ran_code(node)
    reader.loader.disturbed = True
    reader.lose_mutable(reader.origin(node))


def _is_sys_modules(value: Value | None) -> bool:
    return isinstance(value, External) and value.dotted == "sys.modules"


def augment(reader: Reading, node: ast.AugAssign) -> None:
    """Read ``a += b`` and its like."""
    added = reader.evaluate(node.value)
    if not isinstance(node.target, ast.Name):
        _changed(reader, node.target, reader.evaluate(node.target.value), node)
        return
    name = node.target.id
    current = reader.evaluate(ast.copy_location(ast.Name(name, ast.Load()), node.target))
    if is_changeable(current):
        reader.lose_mutable(reader.origin(node))  # it is changed in place, under all its names
        reader.scope.names[name] = reader.unknown("changed-by-code", f"`{brief(node)}` changes it in place", node)
        return
    try:
        reader.scope.names[name] = combine(reader, node.op, current, added, node)
    except UnfoldableError:
        text = f"the value of `{brief(node)}` is not certain"
        reader.scope.names[name] = reader.unknown("expression", text, node)


def delete(reader: Reading, node: ast.Delete) -> None:
    """Read ``del a, b[c], d.e``."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            reader.scope.names.pop(target.id, None)
            reader.scope.declared.pop(target.id, None)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            _changed(reader, target, reader.evaluate(target.value), node)
        else:
            reader.scope.lose(bound_names([target]), reader.unknown("expression", "it is deleted", node))


def condition(reader: Reading, node: ast.If) -> Flow:
    """Read ``if`` with its ``elif`` and ``else``."""
    rebound = walrus_names(node.test)
    reason = reader.unknown("walrus", "it is bound inside a condition", node)
    reader.scope.lose(rebound, reason)
    truth = reader.truth(node.test)
    reader.scope.lose(rebound, reason)
    if truth is not None:
        return reader.run(node.body if truth else node.orelse)
    return _either(reader, [node.body, node.orelse], node)


def _either(reader: Reading, blocks: list[list[ast.stmt]], node: ast.stmt) -> Flow:
    """Read blocks of which one runs, and go on from those that do not leave."""
    start, ends, flows = reader.scope, [], []
    for block in blocks:
        reader.scope = start.copy()
        flow = reader.run(block)
        flows.append(flow)
        if flow is Flow.ON:
            ends.append(reader.scope)
    reader.scope = start
    if not ends:
        return Flow.LEFT if Flow.LEFT in flows else Flow.RAISED
    start.take(merge(ends, reader.origin(node)))
    return Flow.ON


_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def attempted(reader: Reading, node: ast.Try) -> Flow:
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


def _cannot_fail(reader: Reading, node: ast.stmt) -> bool:
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


def _is_in_tree(reader: Reading, name: str) -> bool:
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


def perhaps_often(reader: Reading, node: ast.stmt) -> None:
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


def _part(reader: Reading, part: ast.AST, node: ast.stmt) -> None:
    """Read a part of such a statement: a target, an expression, a statement of its body."""
    if isinstance(part, ast.expr) and isinstance(getattr(part, "ctx", None), ast.Store):
        reason = reader.unknown("conditional", f"it is bound by `{_keyword(node)}`", node)
        stored(reader, part, reason, node)
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
            stored(reader, part.optional_vars, reader.because(entered, part.context_expr), node)
    else:
        for inner in ast.iter_child_nodes(part):
            _part(reader, inner, node)


def _lose_bound(reader: Reading, nodes: list[ast.AST] | list[ast.stmt], inside: Scope, node: ast.stmt) -> None:
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
