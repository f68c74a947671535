"""The names of a module: what they stand for, and which of them a piece of code could bind."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.records import dataclass, field
from publish_gate.versions.constant_folding.values import (
    Class,
    Known,
    Partial,
    Unknown,
    Value,
    is_changeable,
    is_mutable,
    joined,
    members,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publish_gate.versions.constant_folding.values import Origin


EVERYTHING = "*"
"""Stands among the names for a star import: any name may be bound."""

NAMESPACE_FUNCTIONS = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "__import__"})
"""Built-in functions that can rebind names without writing them down."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Facts:
    """What the functions of a module could do once somebody calls them; each is found when it is asked for."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree

    @cached_property
    def _scan(self) -> list[ast.AST]:
        return [node for node in ast.walk(self._tree) if isinstance(node, (*_FUNCTIONS, ast.Global))]

    @cached_property
    def rebound(self) -> frozenset[str]:
        """The names that functions declare ``global``."""
        return frozenset(name for node in self._scan if isinstance(node, ast.Global) for name in node.names)

    @cached_property
    def reflective(self) -> bool:
        """Whether functions reach for the namespace as such, so that no name is safe but the settled ones."""
        return any(_reaches_for_the_namespace(node) for node in self._scan if isinstance(node, _FUNCTIONS))

    @cached_property
    def settled(self) -> frozenset[str]:
        """The names that are bound once, and that nothing in the file could bind again."""
        held, since = _kept_to_itself(self._tree, _LOOKING), 0
        defined = {node.name for node in ast.walk(self._tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        for inside in _with_scope(self._tree):
            if _stores_any_name(inside, held, defined):
                line = self._given_back.get(getattr(inside.parent, "lineno", 0)) if inside.arguments is None else None
                if line is None:
                    return frozenset()
                since = max(since, line)
        return _bound_once(self._tree, since) - self.rebound - _spelled(self._tree)

    @cached_property
    def _given_back(self) -> dict[int, int]:
        """By the line of ``g = globals()``, the line on which the module deletes its one name for that again."""
        kept = _kept_to_itself(self._tree, frozenset(), in_functions=True)
        deleted: dict[str, int] = {}
        for node in self._tree.body:
            if isinstance(node, ast.Delete):
                deleted |= {part.id: node.lineno for part in node.targets if isinstance(part, ast.Name)}
        return {
            node.lineno: deleted[target.id]
            for node in self._tree.body
            if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name)
            if len(node.targets) == 1 and target.id in kept and target.id in deleted
        }

    @cached_property
    def own(self) -> frozenset[str]:
        """The dicts and lists that no function and no other object gets hold of, not even by their name as a text."""
        texts = {str(node.value) for node in ast.walk(self._tree) if isinstance(node, ast.Constant)}
        return _kept_to_itself(self._tree, _LOOKING | _CHANGING) - texts

    @cached_property
    def looks(self) -> frozenset[int]:
        """The calls (by id) that ask for the namespace, if that is what they do, and change nothing in it."""
        inner = (inside for inside in _with_scope(self._tree) if isinstance(inside.node, ast.Call))
        return frozenset(id(node) for node, parent, _ in inner if _only_looked_at(parent, frozenset(), stores=False))


def _bound_once(tree: ast.Module, since: int) -> frozenset[str]:
    """List the names that one plain assignment of the module binds after a line, and nothing else in it."""
    counts = Counter(name for node in _same_scope(tree.body) for name in _bound_by(node))
    plain = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign) or (isinstance(node, ast.AnnAssign) and node.value is not None)
        if node.lineno > since
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return frozenset(target.id for target in plain if isinstance(target, ast.Name) and counts[target.id] == 1)


def _spelled(tree: ast.Module) -> set[str]:
    """List the names that a module writes down where it stores an attribute or an item, in functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, ast.Constant(value=str(name)), *_]):
                names.add(name)
            case _:
                pass
    return names


class _Inside(NamedTuple):
    """A node with what holds it; ``arguments`` are those of the functions around it, None outside of any."""

    node: ast.AST
    parent: ast.AST
    arguments: frozenset[str] | None


def _with_scope(tree: ast.Module) -> Iterator[_Inside]:
    todo = [_Inside(node, tree, None) for node in tree.body]
    while todo:
        inside = todo.pop()
        yield inside
        arguments = inside.arguments
        if isinstance(inside.node, _FUNCTIONS):
            own = {part.arg for part in ast.walk(inside.node.args) if isinstance(part, ast.arg)}
            arguments = (arguments or frozenset()) | own
        todo.extend(_Inside(child, inside.node, arguments) for child in ast.iter_child_nodes(inside.node))


def _stores_any_name(inside: _Inside, held: frozenset[str], defined: set[str]) -> bool:
    """Tell whether a node could bind a name of the module that is not written down, once somebody calls it."""
    node, parent, arguments = inside
    in_function = arguments is not None
    match node:
        case ast.Call(func=ast.Name(id="globals")) | ast.Call(func=ast.Name(id="vars" | "locals"), args=[]):
            if node.func.id != "globals" and in_function:  # type: ignore[attr-defined]
                return False
            return not _only_looked_at(parent, held)
        case ast.Call(func=ast.Name(id="exec"), args=[code]):
            # Inside a function it binds local names, unless its code says otherwise.
            return in_function and not (isinstance(code, ast.Constant) and "global" not in str(code.value))
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[holder, *_]) if in_function:
            while isinstance(holder, ast.Attribute):
                holder = holder.value
            return not (isinstance(holder, ast.Name) and (holder.id in defined or holder.id in (arguments or ())))
        case _:
            return False


def _only_looked_at(parent: ast.AST, held: frozenset[str], *, stores: bool = True) -> bool:
    """Tell whether what asks for the namespace changes nothing in it but what it spells out."""
    match parent:
        case ast.Attribute(attr=name):
            return name in _LOOKING
        case ast.keyword(arg=None) | ast.Compare():
            return True
        case ast.Subscript(ctx=context, slice=key):
            return isinstance(context, ast.Load) or (
                stores and not any(isinstance(part, ast.Name) for part in ast.walk(key))
            )
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format_map")):
            return True
        case ast.BinOp(op=ast.Mod()) | ast.Call(func=ast.Name(id="len" | "dict" | "sorted" | "list")):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in held
        case _:
            return False


_LOOKING = frozenset({"copy", "get", "items", "keys", "values"})
_CHANGING = frozenset({"append", "extend", "pop", "setdefault", "update"})


def _kept_to_itself(tree: ast.Module, methods: frozenset[str], *, in_functions: bool = False) -> frozenset[str]:
    """List the names whose object has no other name: every use changes or unpacks it right there.

    A function may only look at it, unless ``in_functions`` says that it may change it as well.
    """
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node, parent, arguments in _with_scope(tree):
        if not isinstance(node, ast.Name) or node.id not in bound:
            continue
        anywhere = arguments is None or in_functions
        match parent:
            case ast.Assign(targets=[_]) | ast.AnnAssign() if not isinstance(node.ctx, ast.Load):
                kept = anywhere
            case ast.Subscript(value=value, ctx=context):
                kept = value is node and (anywhere or isinstance(context, ast.Load))
            case ast.Attribute(attr=name):
                kept = name in methods and (anywhere or name in _LOOKING)
            case ast.Dict(keys=keys, values=values):
                kept = any(key is None and value is node for key, value in zip(keys, values, strict=True))
            case ast.keyword(arg=None) | ast.Compare():
                kept = True
            case ast.Delete() | ast.If() | ast.AugAssign():
                kept = anywhere
            case _:
                kept = False
        if not kept:
            bound.discard(node.id)
    return frozenset(bound)


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
    own: set[str] = set()
    changed: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.arg(arg=name):
                own.add(name)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[ast.Name(id=first), *_]):
                changed.add(first)  # what it was given, as in `setattr(self, ...)`, is not the namespace
            case ast.Call(func=ast.Name(id=name)) if name in NAMESPACE_FUNCTIONS - {"locals", "__import__"}:
                return True
            case ast.Attribute(attr="modules" | "__dict__" | "f_globals" | "__globals__"):
                return True
            case _:
                continue
    return not changed <= own


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

    def lose_everything(self, reason: Unknown, settled: frozenset[str] = frozenset()) -> None:
        """Forget all names but the settled ones, also those that nothing has bound so far."""
        for scope in self.chain():
            kept = settled if scope.parent is None else frozenset()
            scope.names = {
                name: value
                for name, value in scope.names.items()
                if name in kept and isinstance(value, Known) and not is_mutable(value.value)
            }
            scope.everything = reason

    def lose_mutable(self, origin: Origin, own: frozenset[str] = frozenset()) -> None:
        """Forget the contents of lists, dicts and classes that unseen code could have changed; not of its own ones."""
        reason = Unknown("changed-by-code", "code that is not read may have changed its contents", origin)
        for scope in self.chain():
            for name, value in scope.names.items():
                if isinstance(value, Class):
                    scope.names[name] = Class(value.name, None, value.origin)
                elif is_changeable(value):
                    contents = members(value) if name in own and scope.parent is None else None
                    scope.names[name] = reason if contents is None else _shallow(contents, reason)

    def replace_import(self, old: Value, new: Known) -> None:
        """Put a list or dict of another module in the place of the import, under all its names."""
        for scope in self.chain():
            for name, value in scope.names.items():
                if value is old:
                    scope.names[name] = new

    def replace(self, old: Value, new: Value) -> bool:
        """Put a changed list or dict in the place of the old one, under all its names.

        Tells whether there was any: what has no name here may be held by another module, or by a class.
        """
        found = False
        for scope in self.chain():
            for name, value in scope.names.items():
                if isinstance(value, Class):
                    scope.names[name] = Class(value.name, None, value.origin)
                if value is old or (isinstance(value, Known) and isinstance(old, Known) and value.value is old.value):
                    scope.names[name] = new
                    found = True
                elif _holds_mutable(value):
                    # The old one may be an item of this.
                    text = "something that it may hold was changed"
                    scope.names[name] = Unknown("changed-by-code", text, new.origin)
        return found


def _holds_mutable(value: Value) -> bool:
    if isinstance(value, Partial):
        return any(is_changeable(item) for item in value.items.values())
    held = value.value if isinstance(value, Known) else None
    items = held.values() if isinstance(held, dict) else held if isinstance(held, tuple | list) else ()
    return any(is_mutable(item) for item in items)


def _shallow(contents: Partial, reason: Unknown) -> Value:
    """Keep a dict but for those of its members that are lists or dicts themselves."""
    kept = {key: reason if is_changeable(item) else item for key, item in contents.items.items()}
    return joined(kept, contents.origin, contents.rest)


def _agreed(values: list[Value], reason: Unknown) -> Value:
    """Give what several branches left under one name: a dict is known as far as they agree."""
    if all(same(values[0], value) for value in values):
        return values[0]
    dicts = [contents for contents in map(members, values) if contents is not None]
    if len(dicts) < len(values):
        return next((value for value in values if isinstance(value, Unknown)), reason)
    keys = dict.fromkeys(key for contents in dicts for key in contents.items)
    rest = next((contents.rest for contents in dicts if contents.rest is not None), None)
    parts = {key: _agreed([contents.get(key) or reason for contents in dicts], reason) for key in keys}
    return joined(parts, reason.origin, rest)


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
        text = f"what {name!r} stands for depends on a condition that running the code alone would tell"
        reason = Unknown("conditional", text, origin)
        if present:
            merged.names[name] = _agreed(present + [reason] * (len(present) < len(values)), reason)
    return merged


def lost_in(scope: Scope, other: Scope) -> Scope:
    """Carry over that names were lost in another branch; what that branch bound is not taken."""
    result = scope.copy()
    for name, value in scope.names.items():
        there = other.names.get(name, other.everything)
        if isinstance(value, Unknown) or there is None:
            continue
        if isinstance(there, Unknown) or (isinstance(value, Class) and isinstance(there, Class)):
            result.names[name] = there
        elif isinstance(value, Known | Partial) and not same(value, there):
            text = f"{name!r} may have been changed in a part of the code that may not run"
            result.names[name] = _agreed([value, there], Unknown("conditional", text, value.origin))
    result.leaked = scope.leaked or other.leaked
    if other.everything is not None and result.everything is None:
        result.names = {name: result.names[name] for name in result.names if name in other.names}
        result.everything = other.everything
    if result.parent is not None and other.parent is not None:
        result.parent = lost_in(result.parent, other.parent)
    return result
