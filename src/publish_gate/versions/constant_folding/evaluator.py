"""Evaluates expressions in the scope that is current, and notes which code of the project may have run."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from publish_gate.versions.constant_folding.calls import call
from publish_gate.versions.constant_folding.operators import (
    UnfoldableError,
    attempt,
    between,
    binary,
    boolean,
    compare,
    conditional,
    iterate,
    one,
    unary,
)
from publish_gate.versions.constant_folding.scope import Facts, Scope, defaults_of, walrus_names
from publish_gate.versions.constant_folding.values import (
    Between,
    Builtin,
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Origin,
    Partial,
    Record,
    Stream,
    Unknown,
    UnknownError,
    Value,
    brief,
    describe,
    is_foreign,
    is_mutable,
    is_small,
    joined,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.versions.constant_folding.reading import Loading


_PYTHON: dict[str, tuple[object, object]] = {
    "sys.version_info": ((3, 8, 0, "alpha", 0), (3, 999, 999, "final", 999)),
    "sys.hexversion": (0x03080000, 0x03FFFFFF),
}
"""The Pythons that may build a project; a condition counts as known if it holds for all of them, or for none."""
_VERSION_FIELDS = ("major", "minor", "micro", "releaselevel", "serial")
_ENVIRONMENT = frozenset({"sys.platform", "sys.version", "os.name", "os.environ", "sys.argv"})
_OBJECTS = frozenset({"call", "call-of-project-class", "callable"})


class Evaluator:
    """Evaluates the expressions of one module: the value they certainly have, or why it is not known."""

    def __init__(self, loader: Loading, path: str, tree: ast.Module, *, is_main: bool) -> None:
        self.loader = loader
        self.path = path
        self.tree = tree
        self.facts = Facts(tree)
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
        if isinstance(value, Between):
            return self.unknown("environment", "it depends on the Python that runs it", node, foreign=True)
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
            self.scope.lose_everything(Unknown("changed-by-code", text, origin), self.facts.settled)
            return
        for name in self.facts.rebound:
            text = f"a function that may have been called rebinds {name!r} with `global`"
            module.names[name] = Unknown("global", text, origin)
        self.lose_mutable(origin)

    def lose_mutable(self, origin: Origin) -> None:
        """Forget what lists and dicts hold, but for those that only a setup.py itself can reach."""
        own = self.facts.own if self.is_main else frozenset[str]()
        self.scope.lose_mutable(origin, own)

    def literal(self, node: ast.Constant) -> Value:
        """Fold a constant of a type that a version could be made of."""
        if node.value is Ellipsis or isinstance(node.value, complex):
            return self.not_folded(node)
        return Known(node.value, self.origin(node))

    def sequence(self, node: ast.Tuple | ast.List) -> Value:
        """Fold ``(a, *b)`` and ``[a, *b]``."""
        items: list[object] = []
        # All items are evaluated even when one is unknown, for what they may call.
        missing: Value | None = None
        for item in node.elts:
            inner = item.value if isinstance(item, ast.Starred) else item
            value = self.evaluate(inner)
            if not isinstance(value, Known):
                missing = missing or value
            elif isinstance(item, ast.Starred):
                items.extend(iterate(value.value))
            elif isinstance(value.value, Stream):
                missing = missing or self.not_folded(node)
            else:
                items.append(value.value)
        if missing is not None:
            return self.because(missing, node)
        return Known(tuple(items) if isinstance(node, ast.Tuple) else items, self.origin(node))

    def dict_display(self, node: ast.Dict) -> Value:
        """Fold ``{a: b, **c}``; with texts as keys its members are known one by one."""
        result: dict[object, Value] = {}
        rest: Unknown | None = None
        missing: Value | None = None
        for key, item in zip(node.keys, node.values, strict=True):
            key_value = None if key is None else self.evaluate(key)
            value = self.evaluate(item)
            unpacked = members(value) if key is None else None
            if unpacked is not None:
                result.update(unpacked.items)
                rest = rest or unpacked.rest
            elif key is None:
                # It may hold any key, and so replace what came before.
                rest = self.because(value, node)
                result.clear()
            elif isinstance(key_value, Known) and isinstance(key_value.value, str | int):
                result[key_value.value] = value
            else:
                missing = missing or key_value or value
        if missing is not None:
            return self.because(missing, node)
        texts = {key: value for key, value in result.items() if isinstance(key, str)}
        if len(texts) == len(result):
            return joined(texts, self.origin(node), rest)
        constants = {key: value.value for key, value in result.items() if isinstance(value, Known)}
        unknown = rest or next((value for value in result.values() if not isinstance(value, Known)), None)
        return Known(constants, self.origin(node)) if unknown is None else self.because(unknown, node)

    def fstring(self, node: ast.JoinedStr) -> Value:
        """Fold an f-string."""
        parts: list[str] = []
        for value in [self.evaluate(part) for part in node.values]:
            if not isinstance(value, Known):
                return self.because(value, node)
            parts.append(str(value.value))
        return Known("".join(parts), self.origin(node))

    def fstring_field(self, node: ast.FormattedValue) -> Value:
        """Fold what stands between the braces of an f-string."""
        value = self.evaluate(node.value)
        spec = Known("", value.origin) if node.format_spec is None else self.evaluate(node.format_spec)
        if not isinstance(value, Known) or not isinstance(spec, Known):
            return self.because(spec if isinstance(value, Known) else value, node)
        return Known(one(value.value, node.conversion, str(spec.value)), self.origin(node))

    def name(self, node: ast.Name) -> Value:
        """Say what a name stands for, following an import to its end."""
        value = self.scope.find(node.id)
        if isinstance(value, Imported):
            resolved = self.loader.resolve(value)
            if isinstance(resolved, Known) and is_mutable(resolved.value):
                # From here on it is followed under this name as well.
                self.scope.replace_import(value, resolved)
            return resolved
        if value is not None:
            return value
        if hasattr(builtins, node.id):
            return Builtin(node.id, self.origin(node))
        if node.id in {"__file__", "__name__", "__doc__", "__package__", "__spec__"}:
            return self.unknown("expression", f"{node.id} is told at run time", node, foreign=True)
        return self.unknown("unbound", f"nothing binds the name {node.id!r}", node)

    def subscript(self, node: ast.Subscript) -> Value:
        """Fold ``a[b]`` and ``a[b:c:d]``."""
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = [
                None if part is None else self.evaluate(part)
                for part in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            unknown = next((part for part in parts if part is not None and not isinstance(part, Known)), None)
            index: Any = slice(*(part.value if isinstance(part, Known) else None for part in parts))
        else:
            key = self.evaluate(node.slice)
            unknown, index = (None, key.value) if isinstance(key, Known) else (key, None)
        if isinstance(value, Partial) and isinstance(index, str) and value.get(index) is not None:
            return value.get(index) or value
        if isinstance(value, Between) and unknown is None:
            return between(value, lambda version: version[index], self.origin(node))
        if isinstance(value, Known) and unknown is None:
            holder: Any = value.value
            if not isinstance(holder, str | bytes | tuple | list | dict):
                raise UnfoldableError
            return Known(attempt(lambda: holder[index]), self.origin(node))
        missing = unknown if isinstance(value, Known) and unknown is not None else value
        if not is_foreign(missing):
            self.ran_code(node)
        return self.because(missing, node)

    def dotted(self, node: ast.Attribute) -> Value:
        """Fold ``a.b``."""
        return self.attribute(self.evaluate(node.value), node.attr, node)

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        """Fold an attribute of a value."""
        if isinstance(value, External):
            return self.external(f"{value.dotted}.{name}", node)
        if isinstance(value, Between) and name in _VERSION_FIELDS:
            place = _VERSION_FIELDS.index(name)
            return between(value, lambda version: version[place], self.origin(node))
        if isinstance(value, Known) and isinstance(value.value, Record) and name in value.value.fields:
            return Known(value.value[value.value.fields.index(name)], value.origin)
        if isinstance(value, Module):
            return self.loader.attribute(value, name, self.origin(node))
        if isinstance(value, Class):
            if value.attributes is None:
                text = f"the class {value.name!r} is made at run time"
                return self.unknown("class", text, node)
            found = value.attributes.get(name)
            if isinstance(found, Known):
                return found
            return self.unknown("class", f"{value.name}.{name} is told at run time", node)
        return self.because(value, node)

    def external(self, dotted: str, node: ast.AST) -> Value:
        """Give what is known of something outside the tree."""
        if dotted in {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}:
            return Known(False, self.origin(node))  # noqa: FBT003 - what it is at run time
        if dotted in _PYTHON:
            return Between(*_PYTHON[dotted], self.origin(node))
        if any(dotted == name or dotted.startswith(f"{name}.") for name in _ENVIRONMENT):
            return self.unknown("environment", f"{dotted} is told by the machine it runs on", node, foreign=True)
        return External(dotted, self.origin(node))

    def comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> Value:
        """Fold a comprehension with one loop, going through it at once."""
        if len(node.generators) != 1 or node.generators[0].is_async or walrus_names(node):
            self.ran_code(node)
            raise UnfoldableError
        generator = node.generators[0]
        source = self.evaluate(generator.iter)
        if not isinstance(source, Known):
            self.ran_code(node)
            return self.because(source, node)
        results: list[object] = []
        outer, self.scope = self.scope, Scope(self.scope)
        try:
            for item in iterate(source.value):
                self.loader.budget.visit()
                self.bind_constant(generator.target, item, node)
                if all(bool(self.constant(test)) for test in generator.ifs):
                    result = self.constant(node.elt)
                    if isinstance(result, Stream):
                        raise UnfoldableError  # noqa: TRY301 - joins the others below
                    results.append(result)
        except UnknownError as error:
            self.ran_code(node)
            return self.because(error.value, node)
        except UnfoldableError:
            self.ran_code(node)  # its target may be an item of something else
            raise
        finally:
            self.scope = outer
        return Known(results if isinstance(node, ast.ListComp) else Stream(tuple(results)), self.origin(node))

    def bind_constant(self, target: ast.expr, value: object, node: ast.AST) -> None:
        """Bind the names of a target to a constant, unpacking it as Python does; raises UnfoldableError."""
        if isinstance(target, ast.Name):
            kept = self.not_folded(node) if isinstance(value, Stream) else Known(value, self.origin(node))
            self.scope.names[target.id] = kept
        elif isinstance(target, ast.Tuple | ast.List) and not any(isinstance(t, ast.Starred) for t in target.elts):
            items = iterate(value)
            if len(items) != len(target.elts):
                raise UnfoldableError
            for inner, item in zip(target.elts, items, strict=True):
                self.bind_constant(inner, item, node)
        else:
            raise UnfoldableError

    def lambda_(self, node: ast.Lambda) -> Value:
        """Fold ``lambda``: only its defaults run."""
        for default in defaults_of(node):
            self.evaluate(default)
        return Function("<lambda>", node, self.origin(node))

    def walrus(self, node: ast.NamedExpr) -> Value:
        """Fold ``a := b``; its name is lost around the whole statement, by the reader of statements."""
        return self.evaluate(node.value)


EXPRESSIONS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Attribute: Evaluator.dotted,
    ast.BinOp: binary,
    ast.BoolOp: boolean,
    ast.Call: call,
    ast.Compare: compare,
    ast.Constant: Evaluator.literal,
    ast.Dict: Evaluator.dict_display,
    ast.FormattedValue: Evaluator.fstring_field,
    ast.GeneratorExp: Evaluator.comprehension,
    ast.IfExp: conditional,
    ast.JoinedStr: Evaluator.fstring,
    ast.Lambda: Evaluator.lambda_,
    ast.List: Evaluator.sequence,
    ast.ListComp: Evaluator.comprehension,
    ast.Name: Evaluator.name,
    ast.NamedExpr: Evaluator.walrus,
    ast.Subscript: Evaluator.subscript,
    ast.Tuple: Evaluator.sequence,
    ast.UnaryOp: unary,
}
"""The folding functions by the kind of node that they take."""
