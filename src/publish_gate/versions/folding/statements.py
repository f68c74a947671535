"""Which function reads which kind of statement; the kinds that only leave or ask are read here."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding import assignments, blocks, branches, definitions, imports
from publish_gate.versions.folding.branches import Flow
from publish_gate.versions.folding.values import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.versions.folding.reader import Reader


def read(reader: Reader, node: ast.stmt) -> Flow:
    """Read one statement."""
    leave = _LEAVING.get(type(node))
    if leave is not None:
        return leave(reader, node)
    bind = _BINDING.get(type(node))
    if bind is not None:
        bind(reader, node)
    elif not isinstance(node, ast.Pass | ast.Global | ast.Nonlocal):
        blocks.perhaps_often(reader, node)
    return Flow.ON


def _assign(reader: Reader, node: ast.Assign) -> None:
    assignments.assign(reader, node.targets, node.value, node)


def _expression(reader: Reader, node: ast.Expr) -> Flow:
    reader.evaluate(node.value)
    exits = isinstance(node.value, ast.Call) and brief(node.value.func) in _EXITS
    return Flow.RAISED if exits else Flow.ON


def _assert(reader: Reader, node: ast.Assert) -> Flow:
    return Flow.RAISED if reader.truth(node.test) is False else Flow.ON


def _raise(reader: Reader, node: ast.Raise) -> Flow:
    del reader, node
    return Flow.RAISED


def _leave(reader: Reader, node: ast.Return | ast.Break | ast.Continue) -> Flow:
    del reader, node
    return Flow.LEFT


_EXITS = frozenset({"sys.exit", "exit", "quit", "os._exit"})

_BINDING: dict[type[ast.stmt], Callable[..., None]] = {
    ast.AnnAssign: assignments.annotate,
    ast.Assign: _assign,
    ast.AsyncFunctionDef: definitions.function,
    ast.AugAssign: assignments.augment,
    ast.ClassDef: definitions.class_,
    ast.Delete: assignments.delete,
    ast.FunctionDef: definitions.function,
    ast.Import: imports.plain,
    ast.ImportFrom: imports.from_module,
}
"""Statements after which the next one certainly runs, if nothing is raised."""

_LEAVING: dict[type[ast.stmt], Callable[..., Flow]] = {
    ast.Assert: _assert,
    ast.Break: _leave,
    ast.Continue: _leave,
    ast.Expr: _expression,
    ast.If: branches.condition,
    ast.Raise: _raise,
    ast.Return: _leave,
    ast.Try: blocks.attempted,
}
"""Statements that tell themselves whether the next one is reached."""
