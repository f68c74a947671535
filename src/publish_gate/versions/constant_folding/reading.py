"""What the functions that fold expressions and read statements ask of the reader that calls them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from publish_gate.versions.constant_folding.values import Known

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from publish_gate.checkout import Checkout
    from publish_gate.versions.constant_folding.scope import Facts, Scope
    from publish_gate.versions.constant_folding.tree import Tree
    from publish_gate.versions.constant_folding.values import (
        Budget,
        Function,
        Imported,
        Module,
        Origin,
        Unknown,
        Value,
    )


class Flow(enum.Enum):
    """Whether what follows a statement is reached."""

    ON = "on"
    RAISED = "raised"
    LEFT = "left"


@dataclass(slots=True)
class Arguments:
    """The arguments of a call; ``rest`` is what ``**`` unpacks when it is not known."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    rest: Value | None = None

    def values(self) -> list[Value]:
        """Give all of them."""
        return [*self.positional, *self.keywords.values(), *([] if self.rest is None else [self.rest])]

    def constants(self) -> tuple[list[object], dict[str, object]] | None:
        """Give their values where all are known."""
        if not all(isinstance(value, Known) for value in self.values()):
            return None
        positional = [value.value for value in self.positional if isinstance(value, Known)]
        keywords = {name: value.value for name, value in self.keywords.items() if isinstance(value, Known)}
        return positional, keywords


class Loading(Protocol):
    """Reads the modules that a module imports; see ``Loader``."""

    checkout: Checkout
    tree: Tree
    budget: Budget
    disturbed: bool
    returning: list[str]

    def read(self, path: str) -> Reading | Unknown:
        """Read a module."""

    def resolve(self, imported: Imported) -> Value:
        """Follow an import to the value."""

    def attribute(self, module: Module, name: str, origin: Origin) -> Value:
        """Give an attribute."""

    def exports(self, module: Module) -> Mapping[str, Value] | None:
        """List what ``import *`` takes from a module; None where that is not certain."""

    def taint(self, module: Module) -> None:
        """Take note that a module may have been changed from outside."""


class Reading(Protocol):
    """Reads one module; see ``Evaluator`` for what it does with expressions, and ``Reader`` with statements."""

    loader: Loading
    path: str
    facts: Facts
    is_main: bool
    scope: Scope
    loaded: set[str]

    def origin(self, node: ast.AST) -> Origin:
        """Say where a node stands."""

    def unknown(self, cause: str, message: str, node: ast.AST, *, foreign: bool = False) -> Unknown:
        """Say that a node's value is not known."""

    def because(self, value: Value, node: ast.AST) -> Unknown:
        """Say that a node is not known because a part of it is not."""

    def evaluate(self, node: ast.expr) -> Value:
        """Fold an expression."""

    def truth(self, node: ast.expr) -> bool | None:
        """Fold a condition; None where it is not known."""

    def perhaps(self, nodes: list[ast.expr], node: ast.AST) -> None:
        """Take note of calls in parts of an expression that may or may not run."""

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        """Give an attribute."""

    def external(self, dotted: str, node: ast.AST) -> Value:
        """Give what is known of something outside the tree."""

    def touched(self, value: Unknown, node: ast.AST) -> None:
        """Take note that an object of the project was used."""

    def ran_code(self, node: ast.AST) -> None:
        """Take note that functions of the project may have run."""

    def lose_mutable(self, origin: Origin) -> None:
        """Forget what lists and dicts hold."""

    def bind_constant(self, target: ast.expr, value: object, node: ast.AST) -> None:
        """Bind the names of a target to a constant; raises UnfoldableError."""

    def run(self, nodes: Sequence[ast.stmt]) -> Flow:
        """Read statements in order, up to one that leaves."""

    def statement(self, node: ast.stmt) -> Flow:
        """Read one statement."""

    def called(self, node: ast.Call, callee: Value, arguments: Arguments) -> None:
        """Take note of a call."""

    def enter(self, function: Function, node: ast.Call) -> bool:
        """Read the body of a function that is called, where that is done."""

    def returned(self, function: Function, arguments: Arguments) -> Value | None:
        """Fold what a function returns that does nothing else; None if it is not certain."""
