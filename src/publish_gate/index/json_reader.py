"""Reads the JSON of an index entry by entry and keeps what counts, so that a page takes little more than its bytes."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_ENTRY: Final = 64 * 1024
"""The most characters of what an index says about one file: fifty times the usual."""
LONGEST_VALUE: Final = 4 * 1024 * 1024
"""The most characters of any other value, such as a description."""
LONGEST_KEY: Final = 512
"""The most characters of a key: no version is longer than a file's name."""
MOST_VALUES: Final = 1_000_000
"""The most values of an answer that are kept: three times those of the project with the most files (47,000)."""

# What is looked at below the lists of an answer; everything else is read, checked and dropped.
_KEPT: Final = frozenset(
    {
        *("filename", "url", "packagetype", "yanked", "yanked_reason", "name", "status"),
        *("upload_time", "upload_time_iso_8601", "upload-time", "requires_python", "requires-python"),
        *("digests", "hashes", "sha256", "provenance"),
    }
)
_USUAL_TEXT: Final = 64
_USUAL_ENTRY: Final = 4 * 1024
_LEVELS: Final = 3
"""An answer is an object of objects of lists of entries, at most."""
_ESCAPED: Final = 6
"""So many characters can spell one (``\\u0031``)."""
_BLANK: Final = re.compile(r"[ \t\n\r]*")


class DuplicateKeyError(ValueError):
    """An object has a key twice."""


class BeyondBoundError(ValueError):
    """An answer holds more than any real one; the text completes "answered with JSON that has …"."""


def json_value(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON there is
    """Read a short JSON text in which no object has a key twice: which of the two counts is anybody's guess.

    Raises ``ValueError`` and ``RecursionError``.
    """
    return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))


def read_json(text: str) -> Any:  # noqa: ANN401 - any JSON there is
    """Read a long JSON text: what stands in its entries is reduced to what counts.

    Raises ``ValueError`` and ``RecursionError``; ``BeyondBoundError`` and ``DuplicateKeyError`` are such.
    """
    reader = _Reader(text)
    value, end = reader.value(_past_blank(text, 0), 0)
    if _past_blank(text, end) != len(text):
        raise ValueError("something follows the JSON value")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._kept = 0

    def value(self, start: int, level: int) -> tuple[Any, int]:
        """Read the value at ``start``, and return it with where it ends."""
        sign = self._text[start : start + 1]
        if sign not in {"{", "["}:
            # In steps, so that a short one costs little.
            found = self._whole(start, _USUAL_TEXT) or self._whole(start, _USUAL_ENTRY)
            return found or self._within(start, LONGEST_VALUE, "a text that is longer than any real one")
        if level > 1:
            found = self._whole(start, _USUAL_ENTRY)
            if found is not None:
                return found
        if level == _LEVELS or (level == _LEVELS - 1 and sign == "{"):
            return self._within(start, LONGEST_ENTRY, "an entry that is longer than any real one")
        return self._object(start, level) if sign == "{" else self._list(start, level)

    def _within(self, start: int, longest: int, what: str) -> tuple[Any, int]:
        found = self._whole(start, longest)
        if found is None:
            raise BeyondBoundError(what)
        return found

    def _whole(self, start: int, longest: int) -> tuple[Any, int] | None:
        """Read a value in one go, and reduce it; ``None`` if it does not end within so many characters."""
        part = self._text[start : start + longest]
        try:
            value, end = _SCAN(part, 0)
        except DuplicateKeyError:
            raise
        except (ValueError, StopIteration) as error:
            if len(part) < longest:
                raise ValueError("not JSON") from error
            return None
        if end == longest and part[-1] not in '"]}':
            # A number may go on.
            return None
        return self._reduced(value), start + end

    def _reduced(self, value: Any) -> Any:  # noqa: ANN401 - any JSON there is
        self._count()
        if isinstance(value, dict):
            return {key: self._reduced(value[key]) for key in value if key in _KEPT}
        if isinstance(value, list):
            return [self._reduced(item) for item in value]
        return value

    def _count(self) -> None:
        self._kept += 1
        if self._kept > MOST_VALUES:
            raise BeyondBoundError("more values than the answer about any project")

    def _object(self, start: int, level: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}

        def member(position: int) -> int:
            if self._text[position : position + 1] != '"':
                raise ValueError("a key is missing")
            part = self._text[position + 1 : position + 2 + _ESCAPED * LONGEST_KEY]
            try:
                key, length = scanstring(part, 0)
            except ValueError:
                raise BeyondBoundError("a key that is longer than any real one") from None
            if len(key) > LONGEST_KEY:
                raise BeyondBoundError("a key that is longer than any real one")
            if key in found:
                raise DuplicateKeyError
            colon = _past_blank(self._text, position + 1 + length)
            if self._text[colon : colon + 1] != ":":
                raise ValueError("a key without a value")
            found[key], end = self.value(_past_blank(self._text, colon + 1), level + 1)
            return end

        return found, self._members(start, "}", member)

    def _list(self, start: int, level: int) -> tuple[list[Any], int]:
        found: list[Any] = []

        def member(position: int) -> int:
            value, end = self.value(position, level + 1)
            found.append(value)
            return end

        return found, self._members(start, "]", member)

    def _members(self, start: int, last: str, member: Callable[[int], int]) -> int:
        """Read what stands between two brackets, one member after the other; returns where the last bracket ends."""
        text = self._text
        position = _past_blank(text, start + 1)
        if text[position : position + 1] == last:
            self._count()
            return position + 1
        while True:
            self._count()
            position = _past_blank(text, member(position))
            sign = text[position : position + 1]
            if sign == last:
                return position + 1
            if sign != ",":
                raise ValueError("a comma is missing")
            position = _past_blank(text, position + 1)


def _past_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match is not None else position


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_unique)
_SCAN: Final[Callable[[str, int], tuple[Any, int]]] = _DECODER.scan_once  # type: ignore[attr-defined]
