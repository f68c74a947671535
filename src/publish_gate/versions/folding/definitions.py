"""Reads the definitions of functions and classes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding.effects import defaults_of
from publish_gate.versions.folding.scope import Scope
from publish_gate.versions.folding.values import Builtin, Class, Function

if TYPE_CHECKING:
    from publish_gate.versions.folding.reader import Reader
    from publish_gate.versions.folding.values import Value


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
    attributes = dict(inner.names) if simple else None
    reader.scope.names[node.name] = _decorated(reader, node, Class(node.name, attributes, reader.origin(node)))


def _is_object(value: Value) -> bool:
    return isinstance(value, Builtin) and value.name == "object"


def _decorated(reader: Reader, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value) -> Value:
    for decorator in node.decorator_list:
        reader.evaluate(decorator)
        reader.ran_code(node)
    if not node.decorator_list:
        return value
    return reader.unknown("callable", f"{node.name} is made by a decorator", node)
