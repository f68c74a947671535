"""Evaluates expressions in the scope that is current, and notes which code of the project may have run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding.bounds import is_small
from publish_gate.versions.folding.effects import facts_of
from publish_gate.versions.folding.expressions import EXPRESSIONS
from publish_gate.versions.folding.formats import UnfoldableError
from publish_gate.versions.folding.scope import Scope
from publish_gate.versions.folding.values import (
    Builtin,
    Class,
    External,
    Function,
    Known,
    Module,
    Origin,
    Unknown,
    UnknownError,
    Value,
    brief,
    describe,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.modules import Loader

_OBJECTS = frozenset({"call", "call-of-project-class", "callable"})


class Evaluator:
    """Evaluates the expressions of one module: the value they certainly have, or why it is not known."""

    def __init__(self, loader: Loader, path: str, tree: ast.Module, *, is_main: bool) -> None:
        self.loader = loader
        self.path = path
        self.tree = tree
        self.facts = facts_of(tree)
        self.is_main = is_main
        self.scope = Scope()

    def origin(self, node: ast.AST) -> Origin:
        """Say where a node stands."""
        return Origin(self.path, getattr(node, "lineno", 1))

    def unknown(self, cause: str, message: str, node: ast.AST, *, foreign: bool = False) -> Unknown:
        """Say that a node's value is not known."""
        return Unknown(cause, message, self.origin(node), foreign)

    def evaluate(self, node: ast.expr) -> Value:
        """Fold an expression."""
        budget = self.loader.budget
        budget.depth += 1
        try:
            budget.visit()
            fold = EXPRESSIONS.get(type(node))
            value = self.not_folded(node) if fold is None else fold(self, node)
        except UnfoldableError:
            value = self.unknown("expression", f"the value of `{brief(node)}` is not certain", node)
        finally:
            budget.depth -= 1
        if isinstance(value, Known) and not is_small(value.value):
            return self.unknown("too-large", "the value is too large to be a version", node)
        return value

    def constant(self, node: ast.expr) -> object:
        """Fold an expression that must be known; raises UnknownError with the value that is not."""
        value = self.evaluate(node)
        if not isinstance(value, Known):
            raise UnknownError(value)
        return value.value

    def truth(self, node: ast.expr) -> bool | None:
        """Fold a condition; None where it is not known."""
        value = self.evaluate(node)
        if isinstance(value, Known):
            return bool(value.value)
        if isinstance(value, Unknown):
            self.touched(value, node)
        if isinstance(value, Function | Class | Module | Builtin):
            return True if not isinstance(value, Class) or value.attributes is not None else None
        return None

    def not_folded(self, node: ast.AST) -> Unknown:
        """Give up on a form that is not read, but for what its parts do."""
        children = list(ast.iter_child_nodes(node))
        inner = [part for part in children if isinstance(part, ast.expr)]
        inner += [part.iter for part in children if isinstance(part, ast.comprehension)]
        if any(isinstance(part, ast.Call | ast.Await | ast.Yield) for part in ast.walk(node)):
            self.ran_code(node)
        unknown = [value for value in map(self.evaluate, inner) if isinstance(value, Unknown)]
        for value in unknown:
            self.touched(value, node)
        if unknown:
            return unknown[0]
        return self.unknown("expression", f"`{brief(node)}` is not a form that is read", node)

    def because(self, value: Value, node: ast.AST) -> Unknown:
        """Say that a node is not known because a part of it is not."""
        if isinstance(value, Unknown):
            self.touched(value, node)
            return value
        if isinstance(value, External):
            text = f"{value.dotted} is imported from outside the tree"
            return self.unknown("import-not-in-tree", text, node, foreign=True)
        return self.unknown("expression", f"`{brief(node)}` uses {describe(value)}", node)

    def touched(self, value: Unknown, node: ast.AST) -> None:
        """Take note that an object of the project was used: its properties and operators are code."""
        if value.cause in _OBJECTS and not value.foreign:
            self.ran_code(node)

    def perhaps(self, nodes: list[ast.expr], node: ast.AST) -> None:
        """Take note of calls in parts of an expression that may or may not run."""
        for inner in nodes:
            self.evaluate(inner)
        if any(isinstance(part, ast.Call) for inner in nodes for part in ast.walk(inner)):
            self.ran_code(node)

    def ran_code(self, node: ast.AST) -> None:
        """Take note that functions of the project may have run: what they can rebind is lost."""
        origin = self.origin(node)
        module = self.scope.module()
        self.loader.disturbed = True
        if module.leaked or self.facts.reflective:
            text = "code that is called may have rebound any name of the module"
            self.scope.lose_everything(Unknown("changed-by-code", text, origin))
            return
        for name in self.facts.rebound:
            text = f"a function that may have been called rebinds {name!r} with `global`"
            module.names[name] = Unknown("global", text, origin)
        self.scope.lose_mutable(origin)
