"""GitHub's functions, of arguments that are known in part. Source: the runner's classes of the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from publish_gate.doctor.expressions import json_text, patterns
from publish_gate.doctor.expressions.bounds import EvaluationError, Meter
from publish_gate.doctor.expressions.coercion import is_primitive, write
from publish_gate.doctor.expressions.partial import agreed, never_empty, settled, truth_of
from publish_gate.doctor.expressions.values import Array, Object, OneOf, Primitive, Settled, Unknown, Value, fold


class Arguments(Protocol):
    """The arguments of a call, each of which is evaluated when it is asked for, and only then."""

    meter: Meter

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Settled: ...

    def decide(self, index: int, /) -> Settled:
        """Return an argument whose truth decides how the evaluation goes on."""

    def same(self, index: int, value: Settled, /) -> bool | None:
        """Tell whether an argument equals a value."""


Function: TypeAlias = Callable[[Arguments], Value]


def _contains(arguments: Arguments) -> Value:
    within = arguments[0]
    if isinstance(within, Array):
        arguments.meter.spend(len(within.items))
        answers = tuple(_is_item(arguments, each) for each in within.items)
        if True in answers:
            return True
        return Unknown() if None in answers else False
    return _in_text(arguments, lambda text, part: part in text)


def _is_item(arguments: Arguments, item: Value) -> bool | None:
    """Tell whether an item is what is looked for; of one that has several values, where all of them agree."""
    values = item.values if isinstance(item, OneOf) else (item,)
    arguments.meter.spend(len(values))
    return agreed(tuple(arguments.same(1, settled(each)) for each in values))


def _starts_with(arguments: Arguments) -> Value:
    return _in_text(arguments, str.startswith)


def _ends_with(arguments: Arguments) -> Value:
    return _in_text(arguments, str.endswith)


def _in_text(arguments: Arguments, holds: Callable[[str, str], bool]) -> Value:
    """Look for the text of the second argument in that of the first; in collections there is none to find."""
    text = arguments[0]
    if isinstance(text, Array | Object):
        return False
    part = arguments[1]
    if isinstance(part, Array | Object):
        return False if not isinstance(text, Unknown) else Unknown()
    if isinstance(text, Unknown):
        return Unknown()
    if isinstance(part, Unknown):
        return False if write(text) == "" and part.truth else Unknown()
    meter = arguments.meter
    return holds(fold(meter.read(write(text))), fold(meter.read(write(part))))


def _join(arguments: Arguments) -> Value:
    items = arguments[0]
    if isinstance(items, Unknown):
        return Unknown()
    if isinstance(items, Object):
        return ""
    if not isinstance(items, Array):
        return write(items)
    separator = _separator(arguments) if len(items.items) > 1 else ""
    parts = tuple(settled(each) for each in items.items)
    texts = [write(each) for each in parts if not isinstance(each, Unknown)]
    if isinstance(separator, Unknown) or len(texts) < len(parts):
        # The separator counts as a part only where there is something to separate.
        is_filled = never_empty(separator) or any(never_empty(each) for each in parts)
        return Unknown(truth=True if is_filled else None)
    arguments.meter.spend(len(texts) * (1 + len(write(separator))) >> 3)
    return arguments.meter.read(write(separator).join(texts))


def _separator(arguments: Arguments) -> Primitive | Unknown:
    if len(arguments) == 1:
        return ","
    separator = arguments[1]
    return separator if isinstance(separator, Unknown) or is_primitive(separator) else ","


def _case(arguments: Arguments) -> Value:
    """Return the value behind the first condition that is true, else the last argument."""
    possible: list[Settled] = []
    for index in range(0, len(arguments) - 1, 2):
        condition = arguments.decide(index)
        if not isinstance(condition, bool | Unknown):
            raise EvaluationError("a condition of case() is neither true nor false")
        if truth_of(condition) is not False:
            possible.append(arguments[index + 1])
        if truth_of(condition):
            break
    else:
        possible.append(arguments[len(arguments) - 1])
    if len(possible) == 1:
        return possible[0]
    return Unknown(agreed(tuple(truth_of(each) for each in possible)))


def _format(arguments: Arguments) -> Value:
    pattern = arguments[0]
    if isinstance(pattern, Unknown):
        return Unknown()
    text = arguments.meter.read(write(pattern))
    pieces: list[str] = []
    length = 0
    is_known = True
    is_empty = True
    for piece in patterns.pieces(text, len(arguments) - 1):
        value = piece if isinstance(piece, str) else arguments[piece + 1]
        is_empty = is_empty and not never_empty(value)
        if isinstance(value, Unknown):
            is_known = False
            continue
        pieces.append(write(value))
        length += len(pieces[-1])
        arguments.meter.spend(1 + (len(pieces[-1]) >> 6))
    return arguments.meter.read("".join(pieces)) if is_known else Unknown(None if is_empty else True)


def _to_json(arguments: Arguments) -> Value:
    text = json_text.write_json(arguments[0], arguments.meter)
    return Unknown(truth=True) if text is None else text


def _from_json(arguments: Arguments) -> Value:
    text = arguments[0]
    if isinstance(text, Unknown):
        return Unknown()
    return json_text.read_json(arguments.meter.read(write(text)), arguments.meter)


def _hash_files(_: Arguments) -> Value:
    """Return a hash of files that nobody has read, or the empty text where none matches."""
    return Unknown()


FUNCTIONS: Final[dict[str, Function]] = {
    "case": _case,
    "contains": _contains,
    "endswith": _ends_with,
    "format": _format,
    "fromjson": _from_json,
    "hashfiles": _hash_files,
    "join": _join,
    "startswith": _starts_with,
    "tojson": _to_json,
}
