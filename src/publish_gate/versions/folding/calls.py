"""Folds calls: those of pure built-in functions and methods; all others tell why they are not known."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publish_gate.versions.folding.bounds import Stream
from publish_gate.versions.folding.effects import NAMESPACE_FUNCTIONS
from publish_gate.versions.folding.methods import BUILTINS, call_builtin, call_method, is_pure_method
from publish_gate.versions.folding.values import (
    Builtin,
    Class,
    External,
    Function,
    Known,
    Module,
    Origin,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.expressions import Evaluator

VCS_MODULES = frozenset(
    {
        "dunamai",
        "hatch_vcs",
        "setuptools_git_versioning",
        "setuptools_scm",
        "vcs_versioning",
        "versioneer",
        "versioningit",
    },
)
"""Modules that compute a version from the tags of the repository."""

_READING_METHODS = frozenset({"open", "read", "read_bytes", "read_text", "readline", "readlines"})
_READING_FUNCTIONS = frozenset(
    {
        "codecs.open",
        "io.open",
        "json.load",
        "pkgutil.get_data",
        "tomllib.load",
        "tomli.load",
        "linecache.getline",
    },
)
_INSTALLED = frozenset({"importlib.metadata", "importlib_metadata", "pkg_resources"})
_COMMANDS = frozenset({"subprocess", "os.popen", "os.system", "git"})
_CLOCKS = frozenset({"datetime", "time", "calver"})
_STRONG = frozenset({"clock", "command", "environment", "file-read", "installed-metadata", "vcs", "versioneer"})
_VERSIONEER = frozenset({"get_versions", "get_keywords"})


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


def call(reader: Evaluator, node: ast.Call) -> Value:
    """Fold a call."""
    receiver = reader.evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute) and isinstance(receiver, Known):
        return _method(reader, node, node.func.attr, receiver)
    if isinstance(node.func, ast.Attribute) and receiver is not None:
        callee = reader.attribute(receiver, node.func.attr, node)
    else:
        callee = reader.evaluate(node.func)
    arguments = _arguments(reader, node)
    reader.called(node, callee, arguments)
    if isinstance(callee, Builtin):
        return _builtin(reader, node, callee.name, arguments)
    if isinstance(callee, Function) and reader.enter(callee, node):
        return reader.unknown("call", f"it is the result of {callee.name}()", node)
    if not _is_foreign(callee) or any(not _is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)
    return _unknown_call(reader, node, callee, arguments)


def _arguments(reader: Evaluator, node: ast.Call) -> Arguments:
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


def _method(reader: Evaluator, node: ast.Call, name: str, receiver: Known) -> Value:
    arguments = _arguments(reader, node)
    constants = arguments.constants()
    holder = receiver.value
    if constants is not None and is_pure_method(holder, name):
        return Known(call_method(holder, name, *constants), reader.origin(node))
    if constants is not None and name == "update" and isinstance(holder, dict) and _is_plain_update(constants):
        changed = call_builtin("dict", [holder], _updates(constants))
        if reader.scope.replace(holder, Known(changed, Origin(reader.path, 0))):
            return Known(None, reader.origin(node))
    if isinstance(holder, list | dict) or not all(_is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may change what it is called on
    return _because_of(reader, node, arguments, f".{name}()", pure=is_pure_method(holder, name))


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


def _builtin(reader: Evaluator, node: ast.Call, name: str, arguments: Arguments) -> Value:
    if name in NAMESPACE_FUNCTIONS:
        return _reflect(reader, node, name, arguments)
    if name == "map" and arguments.positional and isinstance(arguments.positional[0], Builtin):
        function = Known(arguments.positional[0].name, reader.origin(node))
        arguments = Arguments([function, *arguments.positional[1:]], arguments.keywords, arguments.rest)
    elif name == "map":
        reader.ran_code(node)
        return _because_of(reader, node, arguments, "map()")
    constants = arguments.constants()
    if name in BUILTINS and constants is not None:
        return Known(call_builtin(name, *constants), reader.origin(node))
    if name == "getattr" and len(arguments.positional) == 2 and isinstance(arguments.positional[1], Known):  # noqa: PLR2004 - its two arguments
        return reader.attribute(arguments.positional[0], str(arguments.positional[1].value), node)
    if name == "open":
        return _file_read(reader, node)
    if any(not _is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may be handed a function, or an object with methods of its own
    return _because_of(reader, node, arguments, f"{name}()", pure=name in BUILTINS)


def _reflect(reader: Evaluator, node: ast.Call, name: str, arguments: Arguments) -> Value:
    """Note that code reaches for names without writing them down."""
    own_namespace = (
        name == "exec"
        and len(arguments.positional) > 1
        and isinstance(arguments.positional[1], Known)
        and isinstance(arguments.positional[1].value, dict)
    )
    reason = reader.unknown("exec", f"{name}() may bind any name", node)
    reads = next((value for value in arguments.values() if _cause(value) in _STRONG), None)
    if isinstance(reads, Unknown):
        reason = reader.unknown(reads.cause, f"{name}() runs what {reads.message}", node)
    if name in {"globals", "locals", "vars"}:
        for scope in reader.scope.chain():
            scope.leaked = True
    elif own_namespace or name == "__import__":
        reader.ran_code(node)
    else:
        reader.scope.lose_everything(reason)
    return reason


def _unknown_call(reader: Evaluator, node: ast.Call, callee: Value, arguments: Arguments) -> Unknown:
    """Say why the result of a call is not known."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    foreign = _is_foreign(callee) and all(_is_foreign(value) for value in arguments.values())
    if isinstance(callee, Function | External) and _last(callee) in _VERSIONEER:
        return reader.unknown("versioneer", "versioneer computes it from the repository's tags", node)
    if isinstance(callee, Class):
        text = f"it is an object of the project's class {callee.name}"
        return reader.unknown("call-of-project-class", text, node)
    if isinstance(callee, Function):
        return reader.unknown("call", f"it is the result of the project's function {callee.name}()", node)
    if isinstance(callee, External):
        return _external_call(reader, node, callee.dotted, arguments)
    if isinstance(callee, Unknown):
        if name in _READING_METHODS and callee.cause not in _STRONG:
            return _file_read(reader, node)
        if callee.cause in {"import-not-in-tree", "unbound"}:
            return reader.unknown(callee.cause, callee.message, node, foreign=foreign)
        strong = next((value for value in arguments.values() if _cause(value) in _STRONG), callee)
        kept = callee if callee.cause in _STRONG or not isinstance(strong, Unknown) else strong
        return Unknown(kept.cause, kept.message, kept.origin, foreign)
    return reader.because(callee, node)


def _external_call(reader: Evaluator, node: ast.Call, dotted: str, arguments: Arguments) -> Unknown:
    def of(group: frozenset[str]) -> bool:
        return any(dotted == name or dotted.startswith(f"{name}.") for name in group)

    foreign = all(_is_foreign(value) for value in arguments.values())
    if of(_INSTALLED):
        text = f"{dotted}() asks for the metadata of what is installed"
        return reader.unknown("installed-metadata", text, node, foreign=foreign)
    if of(VCS_MODULES):
        text = f"{dotted}() computes it from the repository's tags"
        return reader.unknown("vcs", text, node, foreign=foreign)
    if of(_COMMANDS):
        return reader.unknown("command", f"{dotted}() runs a command", node, foreign=foreign)
    if of(_CLOCKS):
        return reader.unknown("clock", f"{dotted}() asks for the time", node, foreign=foreign)
    if (
        of(_READING_FUNCTIONS)
        or dotted.startswith("importlib.resources.")
        or dotted.rpartition(".")[2] in _READING_METHODS
    ):
        return _file_read(reader, node, foreign=foreign)
    if dotted.startswith("os.environ") or dotted == "os.getenv":
        return reader.unknown("environment", f"{dotted}() asks for an environment variable", node, foreign=foreign)
    return _because_of(reader, node, arguments, f"{dotted}()")


def _because_of(reader: Evaluator, node: ast.Call, arguments: Arguments, what: str, *, pure: bool = False) -> Unknown:
    """Blame the argument that says most, or the call itself: a pure one is folded but for its arguments."""
    foreign = all(_is_foreign(value) for value in arguments.values())
    strong = next((value for value in arguments.values() if _cause(value) in _STRONG), None)
    if isinstance(strong, Unknown):
        return Unknown(strong.cause, strong.message, strong.origin, foreign)
    weak = next((value for value in arguments.values() if not isinstance(value, Known)), None)
    if pure and weak is not None:
        return reader.because(weak, node)
    return reader.unknown("call", f"it is the result of {what}, which is not called", node, foreign=foreign)


def _file_read(reader: Evaluator, node: ast.Call, *, foreign: bool = True) -> Unknown:
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    names = [text for text in texts if text and "\n" not in text and len(text) < _NAME and not text.startswith("utf")]
    file = f" ({names[-1]})" if names and not _is_mode(names[-1]) else f" ({names[0]})" if names else ""
    return reader.unknown("file-read", f"it is read from a file{file} when the code runs", node, foreign=foreign)


_NAME = 120


def _is_mode(text: str) -> bool:
    return len(text) <= 3 and set(text) <= set("rbtwaU+")  # noqa: PLR2004 - such as "rb+"


def _cause(value: Value) -> str:
    return value.cause if isinstance(value, Unknown) else ""


def _last(value: Function | External) -> str:
    return value.name if isinstance(value, Function) else value.dotted.rpartition(".")[2]


def _is_foreign(value: Value) -> bool:
    if isinstance(value, Unknown):
        return value.foreign
    if isinstance(value, Known):
        return not isinstance(value.value, list | dict | Stream)
    return not isinstance(value, Function | Class | Module)
