"""The built-in functions and methods whose result on constants is certain, and how to fold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publish_gate.versions.folding.bounds import MAX_BITS, MAX_TEXT, MAX_WEIGHT, Stream
from publish_gate.versions.folding.formats import UnfoldableError, attempt, braces, one

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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

BUILTINS = frozenset({
    "abs", "ascii", "bool", "dict", "enumerate", "float", "format", "int", "len", "list", "map", "max",
    "min", "range", "repr", "reversed", "round", "sorted", "str", "sum", "tuple", "zip",
})  # fmt: skip
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
    function: Callable[..., object] = _FUNCTIONS[name]
    result: object = attempt(lambda: function(*arguments))
    return result


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


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ascii": ascii,
    "bool": bool,
    "enumerate": lambda *items: Stream(tuple(enumerate(*items))),
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "repr": repr,
    "reversed": lambda items: Stream(tuple(reversed(items))),
    "round": round,
    "sorted": sorted,
    "str": str,
    "sum": sum,
    "tuple": tuple,
    "zip": lambda *items: Stream(tuple(zip(*items))),  # noqa: B905 - as the project wrote it
}
