"""Folds calls of pure built-in functions and methods, and says of all others why they are not known."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from publish_gate.versions.constant_folding.operators import UnfoldableError, attempt, braces, iterate, one
from publish_gate.versions.constant_folding.reading import Arguments
from publish_gate.versions.constant_folding.scope import NAMESPACE_FUNCTIONS
from publish_gate.versions.constant_folding.values import (
    MAX_BITS,
    MAX_TEXT,
    MAX_WEIGHT,
    Builtin,
    Class,
    External,
    Function,
    Known,
    Module,
    Origin,
    Partial,
    Record,
    RecordType,
    Stream,
    Unknown,
    Value,
    is_changeable,
    is_foreign,
    joined,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from publish_gate.versions.constant_folding.reading import Reading


VCS_MODULES = frozenset({
    "dunamai", "hatch_vcs", "setuptools_git_versioning", "setuptools_scm", "vcs_versioning", "versioneer",
    "versioningit",
})  # fmt: skip
"""Modules that compute a version from the tags of the repository."""

_READING_METHODS = frozenset({"open", "read", "read_bytes", "read_text", "readline", "readlines"})
_INSTALLED = "importlib.metadata importlib_metadata pkg_resources"
_READERS = (
    "codecs.open importlib.resources io.open json.load linecache.getline pkgutil.get_data tomli.load tomllib.load"
)
_EXTERNAL = (
    ("installed-metadata", "asks for the metadata of what is installed", _INSTALLED),
    ("vcs", "computes it from the repository's tags", " ".join(VCS_MODULES)),
    ("command", "runs a command", "subprocess os.popen os.system git"),
    ("clock", "asks for the time", "datetime time calver"),
    ("environment", "asks for an environment variable", "os.environ os.getenv"),
)
"""What calls of modules outside the tree depend on: the cause, in words, and the names."""
_STRONG = frozenset({*(cause for cause, _, _ in _EXTERNAL), "file-read", "versioneer"})
_VERSIONEER = frozenset({"get_versions", "get_keywords"})


def unknown_call(reader: Reading, node: ast.Call, callee: Value, arguments: Arguments) -> Unknown:
    """Say why the result of a call is not known."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    foreign = is_foreign(callee) and all(is_foreign(value) for value in arguments.values())
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
            return file_read(reader, node)
        if callee.cause in {"import-not-in-tree", "unbound"}:
            return reader.unknown(callee.cause, callee.message, node, foreign=foreign)
        kept = callee if callee.cause in _STRONG else strong_reason(arguments) or callee
        return Unknown(kept.cause, kept.message, kept.origin, foreign)
    return reader.because(callee, node)


def _external_call(reader: Reading, node: ast.Call, dotted: str, arguments: Arguments) -> Unknown:
    foreign = all(is_foreign(value) for value in arguments.values())
    for cause, does, names in _EXTERNAL:
        if f"{dotted}.".startswith(tuple(f"{name}." for name in names.split())):
            return reader.unknown(cause, f"{dotted}() {does}", node, foreign=foreign)
    readers = tuple(f"{name}." for name in (*_READERS.split(), "tomllib.load"))
    if f"{dotted}.".startswith(readers) or dotted.rpartition(".")[2] in _READING_METHODS:
        return file_read(reader, node, foreign=foreign)
    return because_of(reader, node, arguments, f"{dotted}()")


def because_of(reader: Reading, node: ast.Call, arguments: Arguments, what: str, *, pure: bool = False) -> Unknown:
    """Blame the argument that says most, or the call itself: a pure one is folded but for its arguments."""
    foreign = all(is_foreign(value) for value in arguments.values())
    strong = strong_reason(arguments)
    if strong is not None:
        return Unknown(strong.cause, strong.message, strong.origin, foreign)
    weak = next((value for value in arguments.values() if not isinstance(value, Known)), None)
    if pure and weak is not None:
        return reader.because(weak, node)
    return reader.unknown("call", f"it is the result of {what}, which is not called", node, foreign=foreign)


def strong_reason(arguments: Arguments) -> Unknown | None:
    """Find the argument that says what the result depends on, such as a file or the clock."""
    unknown = (value for value in arguments.values() if isinstance(value, Unknown))
    return next((value for value in unknown if value.cause in _STRONG), None)


def file_read(reader: Reading, node: ast.Call, *, foreign: bool = True) -> Unknown:
    """Say that a file is read, and which one it seems to be."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    names = [text for text in texts if text and "\n" not in text and len(text) < _NAME and not text.startswith("utf")]
    file = f" ({names[-1]})" if names and not _is_mode(names[-1]) else f" ({names[0]})" if names else ""
    return reader.unknown("file-read", f"it is read from a file{file} when the code runs", node, foreign=foreign)


_NAME = 120


def _is_mode(text: str) -> bool:
    return len(text) <= 3 and set(text) <= set("rbtwaU+")  # noqa: PLR2004 - such as "rb+"


def _last(value: Function | External) -> str:
    return value.name if isinstance(value, Function) else value.dotted.rpartition(".")[2]


_TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "decode", "encode", "endswith", "find", "index", "isalnum",
    "isalpha", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace", "isupper",
    "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind",
    "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "upper", "zfill",
})  # fmt: skip
_LIST_METHODS = frozenset({"count", "index"})
_DICT_METHODS = frozenset({"get", "items", "keys", "values"})
_CODECS = frozenset({"ascii", "utf-8", "utf8", "latin-1", "latin1"})

_PLAIN = (
    abs, ascii, bool, float, int, len, list, max, min, repr, round, sorted, str, sum, tuple,
)  # fmt: skip
_ONCE = (enumerate, reversed, zip)
_FUNCTIONS: dict[str, Callable[..., Any]] = {function.__name__: function for function in (*_PLAIN, *_ONCE)}
BUILTINS = frozenset({*_FUNCTIONS, "dict", "format", "map", "range"})
"""The built-in functions that are folded."""

_CONSUMERS = frozenset({
    "dict", "enumerate", "join", "list", "map", "max", "min", "sorted", "sum", "tuple", "zip",
})  # fmt: skip
_MAPPED: dict[str, Callable[[Any], object]] = {"str": str, "int": int, "repr": repr}


def is_pure_method(value: object, name: str) -> bool:
    """Tell whether a method neither changes its object nor depends on anything but its arguments."""
    if isinstance(value, str | bytes):
        return name in _TEXT_METHODS or (name == "format" and isinstance(value, str))
    if isinstance(value, dict):
        return name in _DICT_METHODS
    return isinstance(value, tuple | list) and name in _LIST_METHODS


def call_method(value: object, name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """Fold ``value.name(...)`` for a pure method; raises UnfoldableError."""
    arguments = _consume(name, arguments)
    if name == "format" and isinstance(value, str):
        return braces(value, arguments, keywords)
    if isinstance(value, str | bytes):
        _check_text(value, name, (*arguments, *keywords.values()))
    result: object = attempt(lambda: getattr(value, name)(*arguments, **keywords))
    if isinstance(value, dict) and name in {"items", "keys", "values"}:
        return Stream(tuple(result))  # type: ignore[arg-type]
    return result


def _check_text(value: str | bytes, name: str, arguments: tuple[object, ...]) -> None:
    """Refuse the calls whose result could be much larger than what goes in, or depends on the machine."""
    if name in {"encode", "decode"} and not all(
        isinstance(item, str) and item.lower() in _CODECS for item in arguments
    ):
        raise UnfoldableError
    if name == "zfill" and not all(isinstance(item, int) and item <= MAX_TEXT for item in arguments):
        raise UnfoldableError
    if name == "replace":
        texts = [len(item) for item in arguments if isinstance(item, str | bytes)]
        if (len(value) + 1) * (max(texts, default=0) + 1) > MAX_TEXT * MAX_TEXT // 16:
            raise UnfoldableError
    if name == "join":
        items = [item for argument in arguments if isinstance(argument, tuple | list) for item in argument]
        if len(items) * (len(value) + 1) > MAX_TEXT * 4:
            raise UnfoldableError


def _consume(name: str, arguments: Sequence[object]) -> list[object]:
    """Hand the items of a stream to those that go through it; raises UnfoldableError for the others."""
    if name not in _CONSUMERS and any(isinstance(item, Stream) for item in arguments):
        raise UnfoldableError
    return [item.items if isinstance(item, Stream) else item for item in arguments]


def call_builtin(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """Fold a call of one of BUILTINS; raises UnfoldableError."""
    arguments = _consume(name, arguments)
    first = arguments[0] if arguments else None
    if name == "dict":
        return _make_dict(arguments, keywords)
    if keywords:
        raise UnfoldableError
    if name == "map":
        return _map(arguments)
    if name == "format":
        spec = arguments[1] if len(arguments) > 1 else ""
        if not arguments or not isinstance(spec, str):
            raise UnfoldableError
        return one(first, -1, spec)
    if name == "int" and isinstance(first, str | bytes) and len(first) > MAX_BITS // 4:
        raise UnfoldableError
    if name == "range":
        numbers = attempt(lambda: range(*arguments))  # type: ignore[call-overload]
        if len(numbers) > MAX_WEIGHT:
            raise UnfoldableError
        return Stream(tuple(numbers))
    function = _FUNCTIONS[name]
    result = attempt(lambda: function(*arguments))
    return Stream(attempt(lambda: tuple(result))) if function in _ONCE else result


def _make_dict(arguments: Sequence[object], keywords: Mapping[str, object]) -> dict[object, object]:
    if len(arguments) > 1 or any(isinstance(value, Stream) for value in keywords.values()):
        raise UnfoldableError
    first: Any = arguments[0] if arguments else ()
    return attempt(lambda: dict(first, **keywords))


def _map(arguments: Sequence[object]) -> Stream:
    match arguments:
        case [str(function), tuple() | list() | str() as items] if function in _MAPPED:
            return Stream(attempt(lambda: tuple(_MAPPED[function](item) for item in items)))
        case _:
            raise UnfoldableError


def call(reader: Reading, node: ast.Call) -> Value:
    """Fold a call."""
    receiver = reader.evaluate(node.func.value) if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Attribute) and isinstance(receiver, Known | Partial):
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
    result = _certain(reader, node, callee, arguments)
    if result is not None:
        return result
    if not is_foreign(callee) or any(not is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)
    return unknown_call(reader, node, callee, arguments)


def _arguments(reader: Reading, node: ast.Call) -> Arguments:
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
        elif (unpacked := members(value)) is not None:
            arguments.keywords |= unpacked.items
            arguments.rest = arguments.rest or unpacked.rest
        else:
            arguments.rest = value if not isinstance(value, Known) else reader.because(value, node)
    return arguments


def _certain(reader: Reading, node: ast.Call, callee: Value, arguments: Arguments) -> Value | None:
    """Fold the calls that depend on nothing but their arguments."""
    constants = arguments.constants()
    if isinstance(callee, Function):
        return reader.returned(callee, arguments)
    if isinstance(callee, RecordType) and constants is not None:
        return Known(_record(callee, *constants), reader.origin(node))
    if isinstance(callee, External) and constants is not None and callee.dotted == "collections.namedtuple":
        return _record_type(*constants, reader.origin(node))
    if isinstance(callee, External) and constants is not None and callee.dotted == "re.sub":
        return Known(_substitute(*constants), reader.origin(node))
    return None


def _record_type(positional: list[object], keywords: dict[str, object], origin: Origin) -> RecordType:
    """Fold ``namedtuple("Name", "a b")``; raises UnfoldableError."""
    match positional, keywords:
        case [str(), str() | list() | tuple() as names], {**options} if options.keys() <= {"defaults", "module"}:
            fields = names.replace(",", " ").split() if isinstance(names, str) else names
            defaults = iterate(options.get("defaults") or ())
            if all(isinstance(name, str) and name.isidentifier() for name in fields) and len(defaults) <= len(fields):
                return RecordType(tuple(map(str, fields)), defaults, origin)
        case _:
            pass
    raise UnfoldableError


def _record(kind: RecordType, positional: list[object], keywords: dict[str, object]) -> Record:
    """Fold the making of a named tuple; raises UnfoldableError."""
    given = dict(zip(kind.fields[len(kind.fields) - len(kind.defaults) :], kind.defaults, strict=True))
    given |= dict(zip(kind.fields, positional, strict=False)) | keywords
    if given.keys() != set(kind.fields) or len(positional) > len(kind.fields):
        raise UnfoldableError
    record = Record(given[name] for name in kind.fields)
    record.fields = kind.fields
    return record


_LONGEST_SUBSTITUTED = 200


def _substitute(positional: list[object], keywords: dict[str, object]) -> str:
    """Fold ``re.sub()`` with a pattern that repeats nothing, so that it cannot take long; raises UnfoldableError."""
    match positional:
        case [str(pattern), str(replacement), str(text)] if not keywords and not set("*+?{(|") & set(pattern):
            if "\\" in replacement or max(len(replacement), len(text)) > _LONGEST_SUBSTITUTED:
                raise UnfoldableError
            try:
                return re.sub(pattern, replacement, text)
            except re.error as error:
                raise UnfoldableError from error
        case _:
            raise UnfoldableError


def _method(reader: Reading, node: ast.Call, name: str, receiver: Known | Partial) -> Value:
    arguments = _arguments(reader, node)
    constants = arguments.constants()
    holder = receiver.value if isinstance(receiver, Known) else None
    pure = is_pure_method(holder, name)
    if constants is not None and pure:
        return Known(call_method(holder, name, *constants), reader.origin(node))
    contents = members(receiver)
    if contents is not None and arguments.rest is None:
        result = _dict_method(reader, receiver, contents, name, arguments)
        if result is not None:
            return result
    if name == "format_map" and constants is not None and isinstance(holder, str) and isinstance(constants[0][0], dict):
        return Known(braces(holder, (), constants[0][0]), reader.origin(node))
    if is_changeable(receiver):
        reader.scope.replace(receiver, reader.unknown("changed-by-code", f".{name}() may have changed it", node))
    if is_changeable(receiver) or not all(is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may change what it is called on
    return because_of(reader, node, arguments, f".{name}()", pure=pure)


def _dict_method(
    reader: Reading, receiver: Known | Partial, contents: Partial, name: str, arguments: Arguments
) -> Value | None:
    """Read ``get`` and ``update`` of a dict whose members are known one by one; None for anything else."""
    match name, arguments.positional:
        case "get", [Known(value=str(key)), *default] if not arguments.keywords:
            return contents.get(key) or (default[0] if default else Known(None, contents.origin))
        case "update", [] | [_]:
            added = members(arguments.positional[0]) if arguments.positional else Partial({}, contents.origin)
            if added is None:
                return None
            items = contents.items | added.items | arguments.keywords
            changed = joined(items, Origin(reader.path, 0), contents.rest or added.rest)
            return Known(None, contents.origin) if reader.scope.replace(receiver, changed) else None
        case _:
            return None


def _builtin(reader: Reading, node: ast.Call, name: str, arguments: Arguments) -> Value:
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
    if name == "dict" and len(arguments.positional) <= 1:
        return _dict(reader, node, arguments)
    if name == "getattr" and len(arguments.positional) == 2 and isinstance(arguments.positional[1], Known):  # noqa: PLR2004 - its two arguments
        return reader.attribute(arguments.positional[0], str(arguments.positional[1].value), node)
    if name == "open":
        return file_read(reader, node)
    if any(not is_foreign(value) for value in arguments.values()):
        reader.ran_code(node)  # it may be handed a function, or an object with methods of its own
    return because_of(reader, node, arguments, f"{name}()", pure=name in BUILTINS)


def _set_attribute(reader: Reading, node: ast.Call, holder: Value, name: Value) -> None:
    """Note what ``setattr(holder, name, ...)`` changes: one name if it is told, nothing here if it is a class."""
    reason = reader.unknown("exec", "setattr() may bind any name", node)
    if isinstance(name, Known) and isinstance(name.value, str):
        reader.scope.module().lose([name.value], reason)
    elif not isinstance(holder, Class):
        reader.scope.lose_everything(reason)
    if isinstance(holder, Module):
        reader.loader.taint(holder)
    reader.ran_code(node)


def _dict(reader: Reading, node: ast.Call, arguments: Arguments) -> Value:
    """Fold ``dict(a, b=c, **d)`` member by member: a keyword goes before what is unpacked into it."""
    first = arguments.positional[0] if arguments.positional else Partial({}, reader.origin(node))
    base = members(first)
    if base is None and not is_foreign(first):
        reader.ran_code(node)
    unknown = first if base is None else arguments.rest
    rest = reader.because(unknown, node) if unknown is not None else base.rest if base is not None else None
    return joined((base.items if base is not None else {}) | arguments.keywords, reader.origin(node), rest)


def _reflect(reader: Reading, node: ast.Call, name: str, arguments: Arguments) -> Value:
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
        reason = reader.unknown(reads.cause, f"{name}() runs code that is not known: {reads.message}", node)
    if name in {"globals", "locals", "vars"}:
        if id(node) in reader.facts.looks:
            return reason
        for scope in reader.scope.chain():
            scope.leaked = True
    elif own_namespace or name == "__import__":
        for namespace in arguments.positional[1:]:
            reader.scope.replace(namespace, reason)
        reader.ran_code(node)
    elif name in {"setattr", "delattr"} and len(arguments.positional) > 1:
        _set_attribute(reader, node, *arguments.positional[:2])
    else:
        reader.scope.lose_everything(reason)
    return reason
