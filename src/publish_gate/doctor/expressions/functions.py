"""GitHub's functions, of arguments that are known in part. Source: the runner's classes of the same names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, TypeAlias, cast

from publish_gate.doctor.expressions.values import (
    MOST_ITEMS,
    MOST_LEVELS,
    Array,
    EvaluationError,
    ExhaustedError,
    Meter,
    Object,
    OneOf,
    Primitive,
    Settled,
    Unknown,
    Value,
    agreed,
    fold,
    is_primitive,
    never_empty,
    settled,
    truth_of,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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
        answers = tuple(_is_item(arguments, item) for item in within.items)
        if True in answers:
            return True
        return Unknown() if None in answers else False
    return _in_text(arguments, lambda text, part: part in text)


def _is_item(arguments: Arguments, item: Value) -> bool | None:
    """Tell whether an item is what is looked for; of one that has several values, if all of them agree."""
    values = item.values if isinstance(item, OneOf) else (item,)
    arguments.meter.spend(len(values))
    return agreed(tuple(arguments.same(1, settled(value)) for value in values))


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
    parts = tuple(settled(item) for item in items.items)
    texts = [write(part) for part in parts if not isinstance(part, Unknown)]
    if isinstance(separator, Unknown) or len(texts) < len(parts):
        # The separator counts as a part only if there is something to separate.
        is_filled = never_empty(separator) or any(never_empty(part) for part in parts)
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
    return Unknown(agreed(tuple(truth_of(item) for item in possible)))


def _format(arguments: Arguments) -> Value:
    pattern = arguments[0]
    if isinstance(pattern, Unknown):
        return Unknown()
    text = arguments.meter.read(write(pattern))
    pieces: list[str] = []
    length = 0
    is_known = True
    is_empty = True
    for piece in _pieces(text, len(arguments) - 1):
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
    text = write_json(arguments[0], arguments.meter)
    return Unknown(truth=True) if text is None else text


def _from_json(arguments: Arguments) -> Value:
    text = arguments[0]
    if isinstance(text, Unknown):
        return Unknown()
    return read_json(arguments.meter.read(write(text)), arguments.meter)


def _hash_files(_: Arguments) -> Value:
    """Return a hash of files that nobody has read, or the empty text if none matches."""
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


# Newtonsoft's writer escapes these line ends, which JSON itself allows.
_LINE_ENDS = str.maketrans({one: f"\\u{ord(one):04x}" for one in "\x85\u2028\u2029"})


class _NotKnownError(Exception):
    """A part of a value is not known, so that its text is not."""


def write_json(value: Value, meter: Meter) -> str | None:
    """Return a value as JSON, indented by two spaces; None if a part of it is not known.

    Numbers are written as everywhere in expressions, those too that JSON does not have (``NaN``).
    Raises ExhaustedError.
    """
    pieces: list[str] = []
    try:
        _write_item(value, "\n", pieces, meter)
    except _NotKnownError:
        return None
    return meter.read("".join(pieces))


def _write_item(item: Value, line: str, pieces: list[str], meter: Meter) -> None:
    value = settled(item)
    meter.spend()
    if isinstance(value, Unknown) or (isinstance(value, Object) and value.open):
        raise _NotKnownError
    if len(line) > 2 * MOST_LEVELS:
        raise ExhaustedError
    match value:
        case None:
            pieces.append("null")
        case str():
            pieces.append(_quoted(meter.read(value)))
        case Array():
            _write_all((("", item) for item in value.items), "[]", line, pieces, meter)
        case Object():
            entries = ((f"{_quoted(meter.read(key))}: ", item) for key, item in value.entries.items())
            _write_all(entries, "{}", line, pieces, meter)
        case _:
            pieces.append(write(value))


def _write_all(entries: Iterable[tuple[str, Value]], brackets: str, line: str, pieces: list[str], meter: Meter) -> None:
    separator = brackets[0]
    for name, item in entries:
        pieces.append(f"{separator}{line}  {name}")
        _write_item(item, f"{line}  ", pieces, meter)
        separator = ","
    pieces.append(brackets if separator != "," else f"{line}{brackets[1]}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_LINE_ENDS)


def read_json(text: str, meter: Meter) -> Value:
    """Return the value that a JSON text stands for.

    Of names that differ only in case the first is kept. Raises EvaluationError if the text is not JSON: GitHub
    ends with an error there, or takes it where its reader is more lenient, which is not known from here; and
    ExhaustedError.
    """
    meter.spend(len(text) >> 3)
    try:
        # Numbers are doubles; NaN and the infinities are no JSON, though Python reads them.
        value = json.loads(text, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise EvaluationError("the text is no JSON") from error
    return _converted(value, 0, meter)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _converted(value: object, level: int, meter: Meter) -> Value:
    if level > MOST_LEVELS:
        raise ExhaustedError
    if isinstance(value, list):
        _bound(value, meter)
        return Array(tuple(_converted(item, level + 1, meter) for item in value))
    if not isinstance(value, dict):
        # JSON has nothing else.
        return cast("Primitive", value)
    _bound(value, meter)
    entries: dict[str, Value] = {}
    seen: set[str] = set()
    for key, item in value.items():
        if fold(key) not in seen:
            seen.add(fold(key))
            entries[key] = _converted(item, level + 1, meter)
    return Object(entries)


def _bound(collection: list[object] | dict[str, object], meter: Meter) -> None:
    meter.spend(len(collection))
    if len(collection) > MOST_ITEMS:
        raise ExhaustedError


# Text, a brace that is written twice, or a place. What is left over is a fault.
_PIECE = re.compile(r"(?P<text>[^{}]+)|(?P<brace>\{\{|\}\})|\{(?P<place>[0-9]+)\}")
_DIGITS = 3
"""The runner reads the number of a place into a byte; what is longer is out of range at any rate."""


def _pieces(pattern: str, count: int) -> Iterator[str | int]:
    """Yield the texts of a pattern, and for each place the number of the argument that stands there.

    ``count`` is how many arguments there are. Raises EvaluationError if GitHub would end with an error: a
    single brace, a place without an argument.
    """
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise EvaluationError(f"the pattern of format() is faulty at offset {position}")
        position = piece.end()
        place = piece["place"]
        if place is None:
            yield piece["text"] or piece["brace"][0]
            continue
        number = place.lstrip("0") or "0"
        if len(number) > _DIGITS or int(number) >= count:
            raise EvaluationError(f"the pattern of format() asks for argument {number[:_DIGITS]} of {count}")
        yield int(number)
