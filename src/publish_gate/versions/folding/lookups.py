"""Folds names, attributes and subscripts: what is looked up in a scope, an object or a container."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from publish_gate.versions.folding.formats import UnfoldableError, attempt
from publish_gate.versions.folding.values import (
    Builtin,
    Class,
    External,
    Imported,
    Known,
    Module,
    is_foreign,
    is_mutable,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.evaluator import Evaluator
    from publish_gate.versions.folding.values import Value

_ENVIRONMENT = frozenset({"sys.version_info", "sys.platform", "sys.version", "os.name", "os.environ", "sys.argv"})


def name(reader: Evaluator, node: ast.Name) -> Value:
    """Say what a name stands for, following an import to its end."""
    value = reader.scope.find(node.id)
    if isinstance(value, Imported):
        resolved = reader.loader.resolve(value)
        if isinstance(resolved, Known) and is_mutable(resolved.value):
            # From here on it is followed under this name as well.
            reader.scope.replace_import(value, resolved)
        return resolved
    if value is not None:
        return value
    if hasattr(builtins, node.id):
        return Builtin(node.id, reader.origin(node))
    if node.id in {"__file__", "__name__", "__doc__", "__package__", "__spec__"}:
        return reader.unknown("expression", f"{node.id} is told at run time", node, foreign=True)
    return reader.unknown("unbound", f"nothing binds the name {node.id!r}", node)


def subscript(reader: Evaluator, node: ast.Subscript) -> Value:
    """Fold ``a[b]`` and ``a[b:c:d]``."""
    value = reader.evaluate(node.value)
    if isinstance(node.slice, ast.Slice):
        parts = [None if part is None else reader.evaluate(part) for part in _bounds(node.slice)]
        unknown = next((part for part in parts if part is not None and not isinstance(part, Known)), None)
        index: Any = slice(*(part.value if isinstance(part, Known) else None for part in parts))
    else:
        key = reader.evaluate(node.slice)
        unknown, index = (None, key.value) if isinstance(key, Known) else (key, None)
    if isinstance(value, Known) and unknown is None:
        holder: Any = value.value
        if not isinstance(holder, str | bytes | tuple | list | dict):
            raise UnfoldableError
        return Known(attempt(lambda: holder[index]), reader.origin(node))
    missing = unknown if isinstance(value, Known) and unknown is not None else value
    if not is_foreign(missing):
        reader.ran_code(node)
    return reader.because(missing, node)


def _bounds(node: ast.Slice) -> tuple[ast.expr | None, ...]:
    return node.lower, node.upper, node.step


def dotted(reader: Evaluator, node: ast.Attribute) -> Value:
    """Fold ``a.b``."""
    return attribute(reader, reader.evaluate(node.value), node.attr, node)


def attribute(reader: Evaluator, value: Value, name: str, node: ast.AST) -> Value:
    """Fold an attribute of a value."""
    if isinstance(value, External):
        return external(reader, f"{value.dotted}.{name}", node)
    if isinstance(value, Module):
        return reader.loader.attribute(value, name, reader.origin(node))
    if isinstance(value, Class):
        if value.attributes is None:
            text = f"the class {value.name!r} is made at run time"
            return reader.unknown("class", text, node)
        found = value.attributes.get(name)
        if isinstance(found, Known):
            return found
        return reader.unknown("class", f"{value.name}.{name} is told at run time", node)
    return reader.because(value, node)


def external(reader: Evaluator, dotted: str, node: ast.AST) -> Value:
    """Give what is known of something outside the tree."""
    if dotted in {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}:
        return Known(False, reader.origin(node))  # noqa: FBT003 - what it is at run time
    if any(dotted == name or dotted.startswith(f"{name}.") for name in _ENVIRONMENT):
        return reader.unknown("environment", f"{dotted} is told by the machine it runs on", node, foreign=True)
    return External(dotted, reader.origin(node))
