"""Folds calls of pure built-in functions and methods, and notes what all the others may have changed."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publish_gate.versions.folding import lookups
from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.effects import NAMESPACE_FUNCTIONS
from publish_gate.versions.folding.methods import BUILTINS, call_builtin, call_method, is_pure_method
from publish_gate.versions.folding.unknown_calls import because_of, file_read, strong_reason, unknown_call
from publish_gate.versions.folding.values import (
    Builtin,
    Function,
    Known,
    Origin,
    Value,
    is_foreign,
    is_mutable,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.reader import Reader


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


def call(reader: Reader, node: ast.Call) -> Value:
    """Fold a call."""
    receiver = reader.evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute) and isinstance(receiver, Known):
        return _method(reader, node, node.func.attr, receiver)
    if isinstance(node.func, ast.Attribute) and receiver is not None:
        callee = lookups.attribute(reader, receiver, node.func.attr, node)
    else:
        callee = reader.evaluate(node.func)
    arguments = _arguments(reader, node)
    reader.called(node, callee, arguments)
    if isinstance(callee, Builtin):
        return _builtin(reader, node, callee.name, arguments)
    if isinstance(callee, Function) and reader.enter(callee, node):
        return reader.unknown("call", f"it is the result of {callee.name}()", node)
    if not is_foreign(callee) or any(not is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)
    return unknown_call(reader, node, callee, arguments)


def _arguments(reader: Reader, node: ast.Call) -> Arguments:
    arguments = Arguments()
    for item in node.args:
        value = reader.evaluate(item.value if isinstance(item, ast.Starred) else item)
        if isinstance(item, ast.Starred) and isinstance(value, Known) and isinstance(value.value, tuple | list):
            arguments.positional.extend(Known(part, value.origin) for part in value.value)
        elif isinstance(item, ast.Starred):
            arguments.rest = value if not isinstance(value, Known) else reader.because(value, node)
        else:
            arguments.positional.append(value)
    for keyword in node.keywords:
        value = reader.evaluate(keyword.value)
        if keyword.arg is not None:
            arguments.keywords[keyword.arg] = value
        elif isinstance(value, Known) and isinstance(value.value, dict):
            for name, part in value.value.items():
                arguments.keywords[str(name)] = Known(part, value.origin)
        else:
            arguments.rest = value if not isinstance(value, Known) else reader.because(value, node)
    return arguments


def _method(reader: Reader, node: ast.Call, name: str, receiver: Known) -> Value:
    arguments = _arguments(reader, node)
    constants = arguments.constants()
    holder = receiver.value
    if constants is not None and is_pure_method(holder, name):
        return Known(call_method(holder, name, *constants), reader.origin(node))
    if constants is not None and name == "update" and isinstance(holder, dict) and _is_plain_update(constants):
        changed = call_builtin("dict", [holder], _updates(constants))
        if reader.scope.replace(holder, Known(changed, Origin(reader.path, 0))):
            return Known(None, reader.origin(node))
    if is_mutable(holder) or not all(is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may change what it is called on
    return because_of(reader, node, arguments, f".{name}()", pure=is_pure_method(holder, name))


def _is_plain_update(constants: tuple[list[object], dict[str, object]]) -> bool:
    """Recognise ``update({...})`` and ``update(a=1)``; its rarer forms may change anything."""
    positional, keywords = constants
    if any(isinstance(value, Stream) for value in keywords.values()):
        return False
    return not positional or (len(positional) == 1 and _has_text_keys(positional[0]))


def _has_text_keys(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _updates(constants: tuple[list[object], dict[str, object]]) -> dict[str, object]:
    """Give the items of a plain update."""
    positional, keywords = constants
    first = positional[0] if positional else {}
    return {**first, **keywords} if isinstance(first, dict) else keywords


def _builtin(reader: Reader, node: ast.Call, name: str, arguments: Arguments) -> Value:
    if name in NAMESPACE_FUNCTIONS:
        return _reflect(reader, node, name, arguments)
    if name == "map" and arguments.positional and isinstance(arguments.positional[0], Builtin):
        function = Known(arguments.positional[0].name, reader.origin(node))
        arguments = Arguments([function, *arguments.positional[1:]], arguments.keywords, arguments.rest)
    elif name == "map":
        reader.ran_code(node)
        return because_of(reader, node, arguments, "map()")
    constants = arguments.constants()
    if name in BUILTINS and constants is not None:
        return Known(call_builtin(name, *constants), reader.origin(node))
    if name == "getattr" and len(arguments.positional) == 2 and isinstance(arguments.positional[1], Known):  # noqa: PLR2004 - its two arguments
        return lookups.attribute(reader, arguments.positional[0], str(arguments.positional[1].value), node)
    if name == "open":
        return file_read(reader, node)
    if any(not is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may be handed a function, or an object with methods of its own
    return because_of(reader, node, arguments, f"{name}()", pure=name in BUILTINS)


def _reflect(reader: Reader, node: ast.Call, name: str, arguments: Arguments) -> Value:
    """Note that code reaches for names without writing them down."""
    own_namespace = (
        name == "exec"
        and len(arguments.positional) > 1
        and isinstance(arguments.positional[1], Known)
        and isinstance(arguments.positional[1].value, dict)
    )
    reason = reader.unknown("exec", f"{name}() may bind any name", node)
    reads = strong_reason(arguments)
    if reads is not None:
        reason = reader.unknown(reads.cause, f"{name}() runs what {reads.message}", node)
    if name in {"globals", "locals", "vars"}:
        for scope in reader.scope.chain():
            scope.leaked = True
    elif own_namespace or name == "__import__":
        reader.ran_code(node)
    else:
        reader.scope.lose_everything(reason)
    return reason
