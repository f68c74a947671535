"""The names of a module: what they stand for, and which of them a piece of code could bind."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.constant_folding.values import Class, Known, Unknown, Value, is_mutable, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publish_gate.versions.constant_folding.values import Origin


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


@dataclass(slots=True)
class Scope:
    """Names and what they stand for.

    ``everything`` is set once any name may have been rebound: then only what is bound later is known.
    ``declared`` are names annotated without a value, by line.
    """

    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    everything: Unknown | None = None
    leaked: bool = False

    def find(self, name: str) -> Value | None:
        """Look a name up here and in the scopes around; None where nothing binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            if scope.everything is not None:
                return scope.everything
            scope = scope.parent
        return None

    def module(self) -> Scope:
        """Give the outermost scope, whose names are the module's."""
        return self if self.parent is None else self.parent.module()

    def chain(self) -> Iterable[Scope]:
        """Give this scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def copy(self) -> Scope:
        """Give the scope to a branch, which may or may not be taken."""
        parent = None if self.parent is None else self.parent.copy()
        return Scope(parent, dict(self.names), dict(self.declared), self.everything, self.leaked)

    def take(self, other: Scope) -> None:
        """Go on from where a branch ended."""
        self.names = other.names
        self.declared = other.declared
        self.everything = other.everything
        self.leaked = other.leaked
        if self.parent is not None and other.parent is not None:
            self.parent.take(other.parent)

    def lose(self, names: Iterable[str], reason: Unknown) -> None:
        """Forget what names stand for."""
        for name in names:
            self.names[name] = reason

    def lose_everything(self, reason: Unknown) -> None:
        """Forget all names, also those that nothing has bound so far."""
        for scope in self.chain():
            scope.names.clear()
            scope.everything = reason

    def lose_mutable(self, origin: Origin) -> None:
        """Forget the contents of lists, dicts and classes that unseen code could have changed."""
        reason = Unknown("changed-by-code", "code that is not read may have changed its contents", origin)
        for scope in self.chain():
            for name, value in scope.names.items():
                changeable = isinstance(value, Class) or (isinstance(value, Known) and is_mutable(value.value))
                if changeable:
                    lost = Class(value.name, None, value.origin) if isinstance(value, Class) else reason
                    scope.names[name] = lost

    def replace_import(self, old: Value, new: Known) -> None:
        """Put a list or dict of another module in the place of the import, under all its names."""
        for scope in self.chain():
            for name, value in scope.names.items():
                if value is old:
                    scope.names[name] = new

    def replace(self, old: object, new: Known) -> bool:
        """Put a changed list or dict in the place of the old one, under all its names.

        Tells whether there was any: what has no name here may be held by another module, or by a class.
        """
        found = False
        for scope in self.chain():
            for name, value in scope.names.items():
                if isinstance(value, Class):
                    scope.names[name] = Class(value.name, None, value.origin)
                if not isinstance(value, Known):
                    continue
                if value.value is old:
                    scope.names[name] = new
                    found = True
                elif _holds_mutable(value.value):
                    # The old one may be an item of this.
                    text = "something that it may hold was changed"
                    scope.names[name] = Unknown("changed-by-code", text, new.origin)
        return found


def _holds_mutable(value: object) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return any(is_mutable(item) for item in items)


def merge(branches: list[Scope], origin: Origin) -> Scope:
    """Join branches of which one was taken: a name is known where all of them agree."""
    first, *others = branches
    if not others:
        return first
    parents = [branch.parent for branch in branches if branch.parent is not None]
    merged = Scope(merge(parents, origin) if parents else None)
    merged.leaked = any(branch.leaked for branch in branches)
    merged.everything = next((branch.everything for branch in branches if branch.everything), None)
    names = {name for branch in branches for name in (*branch.names, *branch.declared)}
    for name in sorted(names):
        if all(name in branch.declared for branch in branches):
            merged.declared[name] = first.declared[name]
        values = [branch.names.get(name, branch.everything) for branch in branches]
        present = [value for value in values if value is not None]
        if len(present) == len(values) and all(same(present[0], value) for value in present):
            merged.names[name] = present[0]
        elif present:
            reasons = [value for value in present if isinstance(value, Unknown)]
            text = f"what {name!r} stands for depends on a condition that running the code alone would tell"
            merged.names[name] = reasons[0] if reasons else Unknown("conditional", text, origin)
    return merged


def lost_in(scope: Scope, other: Scope) -> Scope:
    """Carry over that names were lost in another branch; what that branch bound is not taken."""
    joined = scope.copy()
    for name, value in scope.names.items():
        there = other.names.get(name, other.everything)
        if isinstance(value, Unknown) or there is None:
            continue
        if isinstance(there, Unknown) or (isinstance(value, Class) and isinstance(there, Class)):
            joined.names[name] = there
        elif isinstance(value, Known) and not same(value, there):
            text = f"{name!r} may have been changed in a part of the code that may not run"
            joined.names[name] = Unknown("conditional", text, value.origin)
    joined.leaked = scope.leaked or other.leaked
    if other.everything is not None and joined.everything is None:
        joined.names = {name: joined.names[name] for name in joined.names if name in other.names}
        joined.everything = other.everything
    if joined.parent is not None and other.parent is not None:
        joined.parent = lost_in(joined.parent, other.parent)
    return joined
