"""Which function folds which kind of expression; what is not listed is not folded."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding import calls, comprehensions, literals, lookups, operators
from publish_gate.versions.folding.effects import defaults_of
from publish_gate.versions.folding.values import Function

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.versions.folding.evaluator import Evaluator
    from publish_gate.versions.folding.values import Value


def _lambda(reader: Evaluator, node: ast.Lambda) -> Value:
    for default in defaults_of(node):
        reader.evaluate(default)
    return Function("<lambda>", node, reader.origin(node))


def _walrus(reader: Evaluator, node: ast.NamedExpr) -> Value:
    # Its name is lost around the whole statement, by the reader of statements.
    return reader.evaluate(node.value)


EXPRESSIONS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Attribute: lookups.dotted,
    ast.BinOp: operators.binary,
    ast.BoolOp: operators.boolean,
    ast.Call: calls.call,
    ast.Compare: operators.compare,
    ast.Constant: literals.constant,
    ast.Dict: literals.dict_display,
    ast.FormattedValue: literals.fstring_field,
    ast.GeneratorExp: comprehensions.comprehension,
    ast.IfExp: operators.conditional,
    ast.JoinedStr: literals.fstring,
    ast.Lambda: _lambda,
    ast.List: literals.sequence,
    ast.ListComp: comprehensions.comprehension,
    ast.Name: lookups.name,
    ast.NamedExpr: _walrus,
    ast.Subscript: lookups.subscript,
    ast.Tuple: literals.sequence,
    ast.UnaryOp: operators.unary,
}
"""The folding functions by the kind of node that they take."""
