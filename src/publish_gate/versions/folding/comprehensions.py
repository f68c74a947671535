"""Folds list comprehensions and generators over constants, and unpacks constants into targets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.effects import walrus_names
from publish_gate.versions.folding.formats import UnfoldableError
from publish_gate.versions.folding.scope import Scope
from publish_gate.versions.folding.values import Known, UnknownError

if TYPE_CHECKING:
    from publish_gate.versions.folding.evaluator import Evaluator
    from publish_gate.versions.folding.values import Value


def comprehension(reader: Evaluator, node: ast.GeneratorExp | ast.ListComp) -> Value:
    """Fold a comprehension with one loop, going through it at once."""
    if len(node.generators) != 1 or node.generators[0].is_async or walrus_names(node):
        reader.ran_code(node)
        raise UnfoldableError
    generator = node.generators[0]
    source = reader.evaluate(generator.iter)
    if not isinstance(source, Known):
        reader.ran_code(node)
        return reader.because(source, node)
    results: list[object] = []
    outer, reader.scope = reader.scope, Scope(reader.scope)
    try:
        for item in iterate(source.value):
            reader.loader.budget.visit()
            bind_constant(reader, generator.target, item, node)
            if all(bool(reader.constant(test)) for test in generator.ifs):
                result = reader.constant(node.elt)
                if isinstance(result, Stream):
                    raise UnfoldableError  # noqa: TRY301 - joins the others below
                results.append(result)
    except UnknownError as error:
        reader.ran_code(node)
        return reader.because(error.value, node)
    except UnfoldableError:
        reader.ran_code(node)  # its target may be an item of something else
        raise
    finally:
        reader.scope = outer
    return Known(results if isinstance(node, ast.ListComp) else Stream(tuple(results)), reader.origin(node))


def bind_constant(reader: Evaluator, target: ast.expr, value: object, node: ast.AST) -> None:
    """Bind the names of a target to a constant, unpacking it as Python does; raises UnfoldableError."""
    if isinstance(target, ast.Name):
        kept = reader.not_folded(node) if isinstance(value, Stream) else Known(value, reader.origin(node))
        reader.scope.names[target.id] = kept
    elif isinstance(target, ast.Tuple | ast.List) and not any(isinstance(t, ast.Starred) for t in target.elts):
        items = iterate(value)
        if len(items) != len(target.elts):
            raise UnfoldableError
        for inner, item in zip(target.elts, items, strict=True):
            bind_constant(reader, inner, item, node)
    else:
        raise UnfoldableError


def iterate(value: object) -> tuple[object, ...]:
    """Go through a constant as a loop would; raises UnfoldableError."""
    if isinstance(value, Stream):
        return value.items
    if isinstance(value, str | tuple | list | dict):
        return tuple(value)
    raise UnfoldableError
