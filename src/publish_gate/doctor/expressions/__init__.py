"""GitHub's expression language, complete, evaluated where some inputs are not known.

The grammar, and `lark` with it, is loaded when the first expression is parsed.
"""

from publish_gate.doctor.expressions.evaluate import answer, evaluate, truths
from publish_gate.doctor.expressions.evaluator import Scope, Status
from publish_gate.doctor.expressions.inspect import Reference, literals, references, uses_status_function, walk
from publish_gate.doctor.expressions.syntax import is_template, parse_condition, parse_expression, parse_template
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
    "Reference",
    "Scope",
    "Star",
    "Status",
    "Unknown",
    "Value",
    "answer",
    "children",
    "evaluate",
    "is_template",
    "literals",
    "parse_condition",
    "parse_expression",
    "parse_template",
    "references",
    "truths",
    "uses_status_function",
    "walk",
]
