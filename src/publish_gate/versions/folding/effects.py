"""Finds, without evaluating anything, which names a piece of code could bind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERYTHING = "*"
"""Stands among the names for a star import: any name may be bound."""

NAMESPACE_FUNCTIONS = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "__import__"})
"""Built-in functions that can rebind names without writing them down."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Facts(NamedTuple):
    """What the functions of a module could do once somebody calls them.

    ``rebound`` are the names they declare ``global``; ``reflective`` means that they reach for the namespace
    as such, so that no name is safe.
    """

    rebound: frozenset[str]
    reflective: bool


def facts_of(tree: ast.Module) -> Facts:
    """Look through all functions and classes of a module."""
    rebound: set[str] = set()
    reflective = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            rebound.update(node.names)
        if isinstance(node, _FUNCTIONS):
            reflective = reflective or _reaches_for_the_namespace(node)
    return Facts(frozenset(rebound), reflective)


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """List the names that running these statements could bind, delete or rebind in their own scope."""
    names: set[str] = set()
    for node in _same_scope(nodes):
        names.update(_bound_by(node))
    return names


def walrus_names(node: ast.AST) -> set[str]:
    """List the names that ``:=`` binds inside an expression, comprehensions included."""
    return {
        part.target.id
        for part in _same_scope([node])
        if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name)
    }


def defaults_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    """List the defaults of a function, which run when it is defined."""
    return [*node.args.defaults, *filter(None, node.args.kw_defaults)]


def _bound_by(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.MatchMapping(rest=str(name)):
            return (name,)
        case ast.Import(names=aliases):
            return [alias.asname or alias.name.partition(".")[0] for alias in aliases]
        case ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
        case ast.Global(names=names):
            return names
        case _:
            return ()


def _same_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk the nodes that run in the scope of the given ones: not into the bodies of functions and classes.

    A comprehension has a scope of its own, but what ``:=`` binds in it lands outside.
    """
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            todo.extend([*node.decorator_list, *defaults_of(node)])
        elif isinstance(node, ast.Lambda):
            todo.extend(defaults_of(node))
        elif isinstance(node, ast.ClassDef):
            todo.extend([*node.decorator_list, *node.bases, *(item.value for item in node.keywords)])
            todo.extend(part for part in ast.walk(node) if isinstance(part, ast.Global))
        elif isinstance(node, _COMPREHENSIONS):
            todo.extend(part for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        else:
            todo.extend(ast.iter_child_nodes(node))


def _reaches_for_the_namespace(function: ast.AST) -> bool:
    own = {part.arg for part in ast.walk(function) if isinstance(part, ast.arg)}
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[ast.Name(id=first), *_]) if first in own:
                continue  # it changes what it was given, as `setattr(self, ...)` does
            case ast.Call(func=ast.Name(id=name)) if name in NAMESPACE_FUNCTIONS - {"locals", "__import__"}:
                return True
            case ast.Attribute(attr="modules" | "__dict__" | "f_globals" | "__globals__"):
                return True
            case _:
                continue
    return False
