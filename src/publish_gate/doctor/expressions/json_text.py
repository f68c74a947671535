"""toJSON() and fromJSON()."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn, cast

from publish_gate.doctor.expressions.bounds import MOST_ITEMS, MOST_LEVELS, EvaluationError, ExhaustedError, Meter
from publish_gate.doctor.expressions.coercion import write
from publish_gate.doctor.expressions.partial import settled
from publish_gate.doctor.expressions.values import Array, Object, Unknown, Value, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.expressions.values import Primitive

# Newtonsoft's writer escapes these line ends, which JSON itself allows.
_LINE_ENDS = str.maketrans({each: f"\\u{ord(each):04x}" for each in "\x85\u2028\u2029"})


class _NotKnownError(Exception):
    """A part of a value is not known, so that its text is not."""


def write_json(value: Value, meter: Meter) -> str | None:
    """Return a value as JSON, indented by two spaces; None where a part of it is not known.

    Numbers are written as everywhere in expressions, those too that JSON does not have (``NaN``).
    Raises ExhaustedError.
    """
    pieces: list[str] = []
    try:
        _write(value, "\n", pieces, meter)
    except _NotKnownError:
        return None
    return meter.read("".join(pieces))


def _write(item: Value, line: str, pieces: list[str], meter: Meter) -> None:
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
        _write(item, f"{line}  ", pieces, meter)
        separator = ","
    pieces.append(brackets if separator != "," else f"{line}{brackets[1]}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_LINE_ENDS)


def read_json(text: str, meter: Meter) -> Value:
    """Return the value that a JSON text stands for.

    Of names that differ only in case the first is kept. Raises EvaluationError where the text is not JSON: GitHub
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
        return Array(tuple(_converted(each, level + 1, meter) for each in value))
    if not isinstance(value, dict):
        # JSON has nothing else.
        return cast("Primitive", value)
    _bound(value, meter)
    entries: dict[str, Value] = {}
    seen: set[str] = set()
    for key, each in value.items():
        if fold(key) not in seen:
            seen.add(fold(key))
            entries[key] = _converted(each, level + 1, meter)
    return Object(entries)


def _bound(collection: list[object] | dict[str, object], meter: Meter) -> None:
    meter.spend(len(collection))
    if len(collection) > MOST_ITEMS:
        raise ExhaustedError
