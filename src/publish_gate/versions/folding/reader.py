"""Reads the statements of a module in order, as an import would run them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.folding import statements
from publish_gate.versions.folding.branches import Flow
from publish_gate.versions.folding.effects import walrus_names
from publish_gate.versions.folding.evaluator import Evaluator
from publish_gate.versions.folding.scope import Scope
from publish_gate.versions.folding.values import External, Function, brief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.versions.folding.calls import Arguments
    from publish_gate.versions.folding.modules import Loader
    from publish_gate.versions.folding.values import Origin, Value


class SetupCall(NamedTuple):
    """One call of ``setup()`` in a setup.py."""

    node: ast.Call
    arguments: Arguments
    origin: Origin


class Reader(Evaluator):
    """Reads one module; afterwards ``scope`` holds what its names stand for.

    ``setup_calls`` are the calls of ``setup()`` in a setup.py, ``loaded`` the submodules imported so far.
    """

    def __init__(self, loader: Loader, path: str, tree: ast.Module, *, is_main: bool) -> None:
        super().__init__(loader, path, tree, is_main=is_main)
        self.setup_calls: list[SetupCall] = []
        self.loaded: set[str] = set()
        self._running: set[str] = set()

    def run(self, nodes: Sequence[ast.stmt]) -> Flow:
        """Read statements in order, up to one that leaves."""
        for node in nodes:
            flow = self.statement(node)
            if flow is not Flow.ON:
                return flow
        return Flow.ON

    def statement(self, node: ast.stmt) -> Flow:
        """Read one statement."""
        budget = self.loader.budget
        budget.depth += 1
        try:
            budget.visit()
            # `:=` binds in the middle of a statement: neither before nor after it is its name certain.
            rebound = walrus_names(node) if not isinstance(node, _WITH_BLOCKS) else set()
            reason = self.unknown("walrus", "it is bound inside an expression", node)
            self.scope.lose(rebound, reason)
            flow = statements.read(self, node)
            self.scope.lose(rebound - _plain_targets(node), reason)
        finally:
            budget.depth -= 1
        return flow

    # Reading a setup.py.

    def called(self, node: ast.Call, callee: Value, arguments: Arguments) -> None:
        """Keep the calls of ``setup()``."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        dotted = callee.dotted if isinstance(callee, External) else name
        if self.is_main and dotted.rpartition(".")[2] == "setup" and not isinstance(callee, Function):
            self.setup_calls.append(SetupCall(node, arguments, self.origin(node)))

    def enter(self, function: Function, node: ast.Call) -> bool:
        """Read the body of a function of setup.py that calls ``setup()``."""
        body = function.node.body
        if not self.is_main or isinstance(body, ast.expr) or function.name in self._running:
            return False
        if not any(
            isinstance(part, ast.Call) and brief(part.func).rpartition(".")[2] == "setup"
            for part in ast.walk(function.node)
        ):
            return False
        self.ran_code(node)
        self._running.add(function.name)
        outer, self.scope = self.scope, Scope(self.scope.module())
        unknown = self.unknown("call", "it is an argument of a function", node)
        self.scope.lose({part.arg for part in ast.walk(function.node.args) if isinstance(part, ast.arg)}, unknown)
        self.run(body)
        self.scope = outer
        self._running.discard(function.name)
        return True


_WITH_BLOCKS = (ast.If, ast.Try, ast.With, ast.For)
"""Statements whose blocks are read one statement at a time, each with its own ``:=``."""


def _plain_targets(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
