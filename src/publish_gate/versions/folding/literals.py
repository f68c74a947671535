"""Folds what is written out: constants, tuples, lists, dicts and f-strings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding import formats
from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.comprehensions import iterate
from publish_gate.versions.folding.values import Known

if TYPE_CHECKING:
    from publish_gate.versions.folding.evaluator import Evaluator
    from publish_gate.versions.folding.values import Value


def constant(reader: Evaluator, node: ast.Constant) -> Value:
    """Fold a constant of a type that a version could be made of."""
    if node.value is Ellipsis or isinstance(node.value, complex):
        return reader.not_folded(node)
    return Known(node.value, reader.origin(node))


def sequence(reader: Evaluator, node: ast.Tuple | ast.List) -> Value:
    """Fold ``(a, *b)`` and ``[a, *b]``."""
    items: list[object] = []
    # All items are evaluated even when one is unknown, for what they may call.
    missing: Value | None = None
    for item in node.elts:
        inner = item.value if isinstance(item, ast.Starred) else item
        value = reader.evaluate(inner)
        if not isinstance(value, Known):
            missing = missing or value
        elif isinstance(item, ast.Starred):
            items.extend(iterate(value.value))
        elif isinstance(value.value, Stream):
            missing = missing or reader.not_folded(node)
        else:
            items.append(value.value)
    if missing is not None:
        return reader.because(missing, node)
    return Known(tuple(items) if isinstance(node, ast.Tuple) else items, reader.origin(node))


def dict_display(reader: Evaluator, node: ast.Dict) -> Value:
    """Fold ``{a: b, **c}`` whose keys are texts or numbers."""
    result: dict[object, object] = {}
    missing: Value | None = None
    for key, item in zip(node.keys, node.values, strict=True):
        key_value = None if key is None else reader.evaluate(key)
        value = reader.evaluate(item)
        if not isinstance(value, Known) or isinstance(value.value, Stream):
            missing = missing or value
        elif key_value is None and isinstance(value.value, dict):
            result.update(value.value)
        elif isinstance(key_value, Known) and isinstance(key_value.value, str | int):
            result[key_value.value] = value.value
        else:
            missing = missing or key_value or value
    if missing is not None:
        return reader.because(missing, node)
    return Known(result, reader.origin(node))


def fstring(reader: Evaluator, node: ast.JoinedStr) -> Value:
    """Fold an f-string."""
    parts: list[str] = []
    for value in [reader.evaluate(part) for part in node.values]:
        if not isinstance(value, Known):
            return reader.because(value, node)
        parts.append(str(value.value))
    return Known("".join(parts), reader.origin(node))


def fstring_field(reader: Evaluator, node: ast.FormattedValue) -> Value:
    """Fold what stands between the braces of an f-string."""
    value = reader.evaluate(node.value)
    spec = Known("", value.origin) if node.format_spec is None else reader.evaluate(node.format_spec)
    if not isinstance(value, Known) or not isinstance(spec, Known):
        return reader.because(spec if isinstance(value, Known) else value, node)
    return Known(formats.one(value.value, node.conversion, str(spec.value)), reader.origin(node))
