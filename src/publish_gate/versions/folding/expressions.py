"""Folds expressions: the value they certainly have, or why it is not known."""

from __future__ import annotations

import ast
import builtins
import operator
from typing import TYPE_CHECKING, Any, ClassVar

from publish_gate.versions.folding import calls, formats
from publish_gate.versions.folding.bounds import MAX_WEIGHT, Stream, is_small
from publish_gate.versions.folding.effects import walrus_names
from publish_gate.versions.folding.formats import UnfoldableError, attempt
from publish_gate.versions.folding.scope import Scope
from publish_gate.versions.folding.values import (
    Builtin,
    Class,
    External,
    Function,
    Imported,
    Known,
    Module,
    Origin,
    Unknown,
    Value,
    describe,
    is_mutable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.versions.folding.effects import Facts
    from publish_gate.versions.folding.modules import Loader

_BINARY: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], object]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.inv,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: operator.contains(right, left),
    ast.NotIn: lambda left, right: not operator.contains(right, left),
}
_OBJECTS = frozenset({"call", "call-of-project-class", "callable"})
_ENVIRONMENT = frozenset({"sys.version_info", "sys.platform", "sys.version", "os.name", "os.environ", "sys.argv"})


class Evaluator:
    """Evaluates the expressions of one module in the scope that is current."""

    def __init__(self, loader: Loader, path: str, facts: Facts, *, is_main: bool) -> None:
        self.loader = loader
        self.path = path
        self.facts = facts
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
            handler = self._handlers.get(type(node))
            value = self._not_folded(node) if handler is None else handler(self, node)
        except UnfoldableError:
            value = self.unknown("expression", f"the value of `{brief(node)}` is not certain", node)
        finally:
            budget.depth -= 1
        if isinstance(value, Known) and not is_small(value.value):
            return self.unknown("too-large", "the value is too large to be a version", node)
        return value

    def constant(self, node: ast.expr) -> object:
        """Fold an expression that must be known; raises _UnknownError with the value that is not."""
        value = self.evaluate(node)
        if not isinstance(value, Known):
            raise _UnknownError(value)
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

    def touched(self, value: Unknown, node: ast.AST) -> None:
        """Take note that an object of the project was used: its properties and operators are code."""
        if value.cause in _OBJECTS and not value.foreign:
            self.ran_code(node)

    def called(self, node: ast.Call, callee: Value, arguments: calls.Arguments) -> None:
        """Hear of a call; a reader of a setup.py keeps those of ``setup()``."""

    def enter(self, function: Function, node: ast.Call) -> bool:
        """Read the body of a called function; most are not."""
        del function, node
        return False

    # One method for each kind of expression.

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is Ellipsis or isinstance(node.value, complex):
            return self._not_folded(node)
        return Known(node.value, self.origin(node))

    def _name(self, node: ast.Name) -> Value:
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

    def _sequence(self, node: ast.Tuple | ast.List) -> Value:
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
                missing = missing or self._not_folded(node)
            else:
                items.append(value.value)
        if missing is not None:
            return self.because(missing, node)
        return Known(tuple(items) if isinstance(node, ast.Tuple) else items, self.origin(node))

    def _dict(self, node: ast.Dict) -> Value:
        result: dict[object, object] = {}
        missing: Value | None = None
        for key, item in zip(node.keys, node.values, strict=True):
            key_value = None if key is None else self.evaluate(key)
            value = self.evaluate(item)
            if not isinstance(value, Known) or isinstance(value.value, Stream):
                missing = missing or value
            elif key_value is None and isinstance(value.value, dict):
                result.update(value.value)
            elif isinstance(key_value, Known) and isinstance(key_value.value, str | int):
                result[key_value.value] = value.value
            else:
                missing = missing or key_value or value
        if missing is not None:
            return self.because(missing, node)
        return Known(result, self.origin(node))

    def _fstring(self, node: ast.JoinedStr) -> Value:
        parts: list[str] = []
        for part in node.values:
            value = self.evaluate(part)
            if not isinstance(value, Known):
                return self.because(value, node)
            parts.append(str(value.value))
        return Known("".join(parts), self.origin(node))

    def _field(self, node: ast.FormattedValue) -> Value:
        try:
            value = self.constant(node.value)
            spec = "" if node.format_spec is None else self.constant(node.format_spec)
        except _UnknownError as error:
            return self.because(error.value, node)
        return Known(formats.one(value, node.conversion, str(spec)), self.origin(node))

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return self.combine(node.op, left, right, node)

    def combine(self, kind: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        """Fold ``left kind right``."""
        for side in (left, right):
            if not isinstance(side, Known):
                if not (is_foreign(left) and is_foreign(right)):
                    self.ran_code(node)  # its operators may be the project's own
                return self.because(side, node)
        first, second = left.value, right.value  # type: ignore[union-attr]
        operation = _BINARY.get(type(kind))
        numbers = isinstance(first, int | float) and isinstance(second, int | float)
        if isinstance(kind, ast.Mod) and isinstance(first, str):
            return Known(formats.percent(first, second), self.origin(node))
        if operation is None or isinstance(first, Stream | dict | bytes) or isinstance(second, Stream | dict):
            raise UnfoldableError
        if isinstance(kind, ast.Mult) and not numbers:
            _check_repetition(first, second)
        elif not isinstance(kind, ast.Add | ast.Mult) and not numbers:
            raise UnfoldableError
        return Known(attempt(lambda: operation(first, second)), self.origin(node))

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            truth = self.truth(node.operand)
            if truth is not None:
                return Known(not truth, self.origin(node))
        value = self.evaluate(node.operand)
        if not isinstance(value, Known):
            return self.because(value, node)
        operation, operand = _UNARY[type(node.op)], value.value
        if not isinstance(operand, int | float) or (isinstance(operand, bool) and isinstance(node.op, ast.Invert)):
            raise UnfoldableError
        return Known(attempt(lambda: operation(operand)), self.origin(node))

    def _boolean(self, node: ast.BoolOp) -> Value:
        *heads, last = node.values
        for head in heads:
            value = self.evaluate(head)
            if not isinstance(value, Known):
                self._perhaps(node.values[1:], node)
                return self.because(value, node)
            if bool(value.value) is isinstance(node.op, ast.Or):
                return value
        return self.evaluate(last)

    def _compare(self, node: ast.Compare) -> Value:
        if _asks_for_main(node):
            return Known(self.is_main is isinstance(node.ops[0], ast.Eq), self.origin(node))
        values = [self.evaluate(part) for part in (node.left, *node.comparators)]
        for value in values:
            if not isinstance(value, Known):
                if not all(map(is_foreign, values)):
                    self.ran_code(node)
                return self.because(value, node)
        constants = [value.value for value in values if isinstance(value, Known)]
        if any(isinstance(constant, Stream) for constant in constants):
            raise UnfoldableError
        for kind, left, right in zip(node.ops, constants, constants[1:], strict=False):
            if isinstance(kind, ast.Is | ast.IsNot):
                # Which equal constants are one object is the interpreter's own business.
                if left is not None and right is not None and not (isinstance(left, bool) and isinstance(right, bool)):
                    raise UnfoldableError
                outcome: object = (left is right) is isinstance(kind, ast.Is)
            else:
                operation = _COMPARE[type(kind)]
                outcome = attempt(lambda operation=operation, left=left, right=right: operation(left, right))  # type: ignore[misc]
            if not outcome:
                return Known(False, self.origin(node))  # noqa: FBT003 - the folded constant
        return Known(True, self.origin(node))  # noqa: FBT003 - the folded constant

    def _conditional(self, node: ast.IfExp) -> Value:
        truth = self.truth(node.test)
        if truth is None:
            reason = self.evaluate(node.test)
            self._perhaps([node.body, node.orelse], node)
            if isinstance(reason, Unknown):
                return Unknown("conditional", f"it depends on a condition: {reason.message}", self.origin(node))
            return self.because(reason, node)
        return self.evaluate(node.body if truth else node.orelse)

    def _perhaps(self, nodes: list[ast.expr], node: ast.AST) -> None:
        """Take note of calls in parts of an expression that may or may not run."""
        if any(isinstance(part, ast.Call) for inner in nodes for part in ast.walk(inner)):
            for inner in nodes:
                self.evaluate(inner)
            self.ran_code(node)

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = [None if part is None else self.evaluate(part) for part in _bounds(node.slice)]
            unknown = next((part for part in parts if part is not None and not isinstance(part, Known)), None)
            index: Any = slice(*(part.value if isinstance(part, Known) else None for part in parts))
        else:
            key = self.evaluate(node.slice)
            unknown, index = (None, key.value) if isinstance(key, Known) else (key, None)
        if isinstance(value, Known) and unknown is None:
            holder: Any = value.value
            if not isinstance(holder, str | bytes | tuple | list | dict):
                raise UnfoldableError
            return Known(attempt(lambda: holder[index]), self.origin(node))
        missing = unknown if isinstance(value, Known) and unknown is not None else value
        if not is_foreign(missing):
            self.ran_code(node)
        return self.because(missing, node)

    def _attribute(self, node: ast.Attribute) -> Value:
        return self.attribute(self.evaluate(node.value), node.attr, node)

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        """Fold ``value.name``."""
        if isinstance(value, External):
            return self.external(f"{value.dotted}.{name}", node)
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
        if isinstance(value, Known) and name in {"__doc__", "__class__"}:
            raise UnfoldableError
        return self.because(value, node)

    def external(self, dotted: str, node: ast.AST) -> Value:
        """Give what is known of something outside the tree."""
        if dotted in {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}:
            return Known(False, self.origin(node))  # noqa: FBT003 - what it is at run time
        if any(dotted == name or dotted.startswith(f"{name}.") for name in _ENVIRONMENT):
            return self.unknown("environment", f"{dotted} is told by the machine it runs on", node, foreign=True)
        return External(dotted, self.origin(node))

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> Value:
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
        except _UnknownError as error:
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
            kept = self._not_folded(node) if isinstance(value, Stream) else Known(value, self.origin(node))
            self.scope.names[target.id] = kept
        elif isinstance(target, ast.Tuple | ast.List) and not any(isinstance(t, ast.Starred) for t in target.elts):
            items = iterate(value)
            if len(items) != len(target.elts):
                raise UnfoldableError
            for inner, item in zip(target.elts, items, strict=True):
                self.bind_constant(inner, item, node)
        else:
            raise UnfoldableError

    def _lambda(self, node: ast.Lambda) -> Value:
        return Function("<lambda>", node, self.origin(node))

    def _walrus(self, node: ast.NamedExpr) -> Value:
        return self.evaluate(node.value)

    def _call(self, node: ast.Call) -> Value:
        return calls.call(self, node)

    def _not_folded(self, node: ast.AST) -> Unknown:
        inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        if any(isinstance(part, ast.Call | ast.Await | ast.Yield) for part in ast.walk(node)):
            self.ran_code(node)
        for part in inner:
            value = self.evaluate(part)
            if isinstance(value, Unknown):
                return value
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

    _handlers: ClassVar[dict[type[ast.expr], Callable[..., Value]]] = {
        ast.Attribute: _attribute,
        ast.BinOp: _binary,
        ast.BoolOp: _boolean,
        ast.Call: _call,
        ast.Compare: _compare,
        ast.Constant: _constant,
        ast.Dict: _dict,
        ast.FormattedValue: _field,
        ast.GeneratorExp: _comprehension,
        ast.IfExp: _conditional,
        ast.JoinedStr: _fstring,
        ast.Lambda: _lambda,
        ast.List: _sequence,
        ast.ListComp: _comprehension,
        ast.Name: _name,
        ast.NamedExpr: _walrus,
        ast.Subscript: _subscript,
        ast.Tuple: _sequence,
        ast.UnaryOp: _unary,
    }


class _UnknownError(Exception):
    """Carries the first part of an expression that is not known."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def iterate(value: object) -> tuple[object, ...]:
    """Go through a constant as a loop would; raises UnfoldableError."""
    if isinstance(value, Stream):
        return value.items
    if isinstance(value, str | tuple | list | dict):
        return tuple(value)
    raise UnfoldableError


def is_foreign(value: Value) -> bool:
    """Tell whether a value has nothing to do with code of the project."""
    if isinstance(value, Unknown):
        return value.foreign
    if isinstance(value, Known):
        return not is_mutable(value.value)
    return isinstance(value, External | Builtin)


def brief(node: ast.AST) -> str:
    """Quote a piece of code in a message."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, AttributeError):
        return type(node).__name__
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}..."


_BRIEF = 80


def _bounds(node: ast.Slice) -> tuple[ast.expr | None, ...]:
    return node.lower, node.upper, node.step


def _check_repetition(first: object, second: object) -> None:
    """Refuse ``"x" * 1000000000`` before it is computed."""
    sized, times = (second, first) if isinstance(first, int) else (first, second)
    if not isinstance(sized, str | tuple | list) or not isinstance(times, int):
        raise UnfoldableError
    if len(sized) * times > MAX_WEIGHT:
        raise UnfoldableError


def _asks_for_main(node: ast.Compare) -> bool:
    """Recognise ``__name__ == "__main__"``, which is told by how the file is read."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [node.left, node.comparators[0]]
    names = [side for side in sides if isinstance(side, ast.Name) and side.id == "__name__"]
    texts = [side for side in sides if isinstance(side, ast.Constant) and side.value == "__main__"]
    return len(names) == 1 and len(texts) == 1
