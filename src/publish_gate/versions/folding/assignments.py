"""Reads what binds or changes something: assignments of all kinds, and ``del``."""

from __future__ import annotations

import ast
import contextlib
from typing import TYPE_CHECKING

from publish_gate.versions.folding import operators
from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.comprehensions import bind_constant
from publish_gate.versions.folding.effects import bound_names
from publish_gate.versions.folding.formats import UnfoldableError
from publish_gate.versions.folding.values import External, Known, Module, Origin, Unknown, brief, is_foreign

if TYPE_CHECKING:
    from publish_gate.versions.folding.reader import Reader
    from publish_gate.versions.folding.values import Value


def assign(reader: Reader, targets: list[ast.expr], source: ast.expr, node: ast.stmt) -> None:
    """Read ``a = b = source``."""
    value = reader.evaluate(source)
    if isinstance(value, Known):
        if isinstance(value.value, Stream):
            value = reader.unknown("expression", f"`{brief(source)}` can be gone through once", node)
        elif not isinstance(source, ast.Name | ast.Attribute):
            value = Known(value.value, reader.origin(node))
    for target in targets:
        _bind(reader, target, value, node)


def annotate(reader: Reader, node: ast.AnnAssign) -> None:
    """Read ``a: type`` and ``a: type = source``."""
    if any(isinstance(part, ast.Call) for part in ast.walk(node.annotation)):
        reader.ran_code(node)
    if node.value is not None:
        assign(reader, [node.target], node.value, node)
    elif isinstance(node.target, ast.Name):
        reader.scope.declared.setdefault(node.target.id, node.lineno)
    else:
        reader.evaluate(node.target.value)  # nothing is stored, but what it would be stored in is looked up


def _bind(reader: Reader, target: ast.expr, value: Value, node: ast.stmt) -> None:
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


def _unpack(reader: Reader, target: ast.Tuple | ast.List, value: Value, node: ast.stmt) -> None:
    if isinstance(value, Known):
        with contextlib.suppress(UnfoldableError):
            bind_constant(reader, target, value.value, node)
            return
    if not is_foreign(value):
        reader.ran_code(node)
    stored(reader, target, reader.because(value, node), node)


def stored(reader: Reader, target: ast.expr, reason: Unknown, node: ast.stmt) -> None:
    """Take note that something unknown is stored in a target, whatever its form."""
    reader.scope.lose(bound_names([target]), reason)
    for part in ast.walk(target):
        if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            _changed(reader, part, reader.evaluate(part.value), node)


def _set_item(reader: Reader, target: ast.Subscript, value: Value, node: ast.stmt) -> None:
    holder = reader.evaluate(target.value)
    key = reader.evaluate(target.slice)
    if (
        isinstance(holder, Known)
        and isinstance(holder.value, dict)
        and isinstance(key, Known)
        and isinstance(key.value, str)
        and isinstance(value, Known)
    ):
        changed = Known({**holder.value, key.value: value.value}, Origin(reader.path, 0))
        if reader.scope.replace(holder.value, changed):
            return
    _changed(reader, target, holder, node)


def _set_attribute(reader: Reader, target: ast.Attribute, node: ast.stmt) -> None:
    """Forget what the attribute belongs to: it is looked up where it is defined, or not at all."""
    holder = reader.evaluate(target.value)
    if isinstance(holder, Module):
        reader.loader.taint(holder)
    _changed(reader, target, holder, node)


def _changed(reader: Reader, target: ast.expr, holder: Value, node: ast.stmt) -> None:
    """Take note that something which may be reached under other names was changed."""
    if isinstance(target, ast.Subscript):
        reader.evaluate(target.slice)
    reaches_modules = any(
        (isinstance(part, ast.Attribute) and part.attr in {"modules", "__dict__"})
        or (isinstance(part, ast.Name) and _is_sys_modules(reader.scope.find(part.id)))
        for part in ast.walk(target)
    )
    if reaches_modules or (reader.scope.module().leaked and not isinstance(holder, Known)):
        reason = reader.unknown("changed-by-code", f"`{brief(target)}` may rebind any name of the module", node)
        reader.scope.lose_everything(reason)
        return
    if not is_foreign(holder):
        reader.ran_code(node)
    reader.loader.disturbed = True
    reader.scope.lose_mutable(reader.origin(node))


def _is_sys_modules(value: Value | None) -> bool:
    return isinstance(value, External) and value.dotted == "sys.modules"


def augment(reader: Reader, node: ast.AugAssign) -> None:
    """Read ``a += b`` and its like."""
    added = reader.evaluate(node.value)
    if not isinstance(node.target, ast.Name):
        _changed(reader, node.target, reader.evaluate(node.target.value), node)
        return
    name = node.target.id
    current = reader.evaluate(ast.copy_location(ast.Name(name, ast.Load()), node.target))
    if isinstance(current, Known) and isinstance(current.value, list | dict):
        reader.scope.lose_mutable(reader.origin(node))  # it is changed in place, under all its names
        reader.scope.names[name] = reader.unknown("changed-by-code", "a list is changed in place", node)
        return
    try:
        reader.scope.names[name] = operators.combine(reader, node.op, current, added, node)
    except UnfoldableError:
        text = f"the value of `{brief(node)}` is not certain"
        reader.scope.names[name] = reader.unknown("expression", text, node)


def delete(reader: Reader, node: ast.Delete) -> None:
    """Read ``del a, b[c], d.e``."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            reader.scope.names.pop(target.id, None)
            reader.scope.declared.pop(target.id, None)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            _changed(reader, target, reader.evaluate(target.value), node)
        else:
            reader.scope.lose(bound_names([target]), reader.unknown("expression", "it is deleted", node))
