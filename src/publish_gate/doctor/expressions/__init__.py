"""GitHub's expression language, complete, evaluated even if some inputs are not known."""

from publish_gate.doctor.expressions.evaluator import Scope, Status, answer, evaluate, truths
from publish_gate.doctor.expressions.parser import is_template, parse_condition, parse_expression, parse_template
from publish_gate.doctor.expressions.syntax_tree import (
    And,
    Call,
    Compare,
    Context,
    Expression,
    ExpressionError,
    Index,
    Literal,
    Not,
    Or,
    Property,
    Star,
    children,
    uses_status_function,
    walk,
)
from publish_gate.doctor.expressions.values import Array, Object, OneOf, Unknown, Value

__all__ = [
    "And",
    "Array",
    "Call",
    "Compare",
    "Context",
    "Expression",
    "ExpressionError",
    "Index",
    "Literal",
    "Not",
    "Object",
    "OneOf",
    "Or",
    "Property",
    "Scope",
    "Star",
    "Status",
    "Unknown",
    "Value",
    "answer",
    "children",
    "evaluate",
    "is_template",
    "parse_condition",
    "parse_expression",
    "parse_template",
    "truths",
    "uses_status_function",
    "walk",
]
