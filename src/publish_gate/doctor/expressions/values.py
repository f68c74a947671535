"""The values of GitHub's expression language, and what stands for those that the files do not tell.

How values become texts, numbers and truth values, and how they are compared, is the runner's EvaluationResult,
ExpressionUtility and Index operator, which GitHub's documentation sums up under "Operators". Comparison of values
that are known in part is in three values: True, False, and None for "not known".
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard

from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LONGEST_TEXT = 200_000
"""Characters of a text that an expression makes."""
MOST_ITEMS = 20_000
"""Items of a list or names of an object that an expression makes."""
MOST_LEVELS = 64
"""Levels of a value that is read from JSON or written as JSON."""


class ExhaustedError(Exception):
    """A limit was reached; nothing is known about the result."""


class EvaluationError(Exception):
    """GitHub would end the evaluation with an error: JSON that is none, a faulty pattern of format()."""


@dataclass(slots=True)
class Meter:
    """Counts down the work that an evaluation may still do."""

    left: int

    def spend(self, work: int = 1) -> None:
        """Count one step, or more; raises ExhaustedError when there is nothing left."""
        self.left -= work
        if self.left < 0:
            raise ExhaustedError

    def read(self, text: str) -> str:
        """Count the work of going through a text, and return it; raises ExhaustedError."""
        # Letters beyond ASCII may have to be taken one by one to be compared.
        self.spend(len(text) >> (6 if text.isascii() else 3))
        if len(text) > LONGEST_TEXT:
            raise ExhaustedError
        return text


@dataclass(frozen=True, slots=True)
class Array:
    """A list of values. Two arrays are equal in an expression only if they are the same one."""

    items: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Filtered(Array):
    """What ``.*`` makes: what is asked of it is asked of each of its items."""


@dataclass(frozen=True, slots=True)
class Object:
    """Named values; names are looked up without regard to case.

    Where it is ``open``, what is not listed may still be there and is an Unknown instead of null.
    """

    entries: Mapping[str, Value] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of which nothing is known, but perhaps whether it is truthy."""

    truth: bool | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these values: a boolean input, an output that is written in one of two branches.

    Two with the same ``name`` (and as many values) have the value at the same position at the same time.
    """

    values: tuple[Value, ...]
    name: str = ""


Primitive: TypeAlias = bool | float | str | None
Known: TypeAlias = Primitive | Array | Object
Settled: TypeAlias = Known | Unknown
Value: TypeAlias = Settled | OneOf

# Characters whose capital letter .NET's ordinal comparison does not take them for.
_KEPT = frozenset("\N{LATIN SMALL LETTER DOTLESS I}\N{LATIN SMALL LETTER LONG S}")


def fold(text: str) -> str:
    """Return ``text`` in capital letters, character by character, as texts and names are compared.

    Source: ``StringComparison.OrdinalIgnoreCase``, which the runner compares with.
    """
    capitals = text.upper()
    if text.isascii() or (len(capitals) == len(text) and _KEPT.isdisjoint(text)):
        return capitals
    return "".join(
        character if character in _KEPT or len(character.upper()) != 1 else character.upper() for character in text
    )


# What .NET calls white space. Python's own idea of it has the separators U+001C to U+001F on top.
WHITESPACE: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PREFIXED = re.compile(r"0(?:x(?P<hex>[0-9a-fA-F]+)|o(?P<octal>[0-7]+))")
_INFINITIES = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_WORD = 1 << 32
_DIGITS = 64
"""Digits of a hexadecimal or octal number that are looked at, leading zeros apart; more are out of range anyway."""


def read_number(text: str) -> float:
    """Return the number that a text stands for: 0 for an empty one, NaN for one that is not a number.

    Source: ParseNumber in the runner's ExpressionUtility. Hexadecimal and octal numbers have a small prefix
    (``0x``, ``0o``) and the 32 bits of an integer with sign.
    """
    text = text.strip(WHITESPACE)
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is None:
        return _INFINITIES.get(text, math.nan)
    digits = (prefixed["hex"] or prefixed["octal"]).lstrip("0") or "0"
    if len(digits) > _DIGITS:
        return math.nan
    number = int(digits, 16 if prefixed["hex"] else 8)
    if number >= _WORD:
        return math.nan
    return float(number - _WORD if number >= _WORD // 2 else number)


def write_number(number: float) -> str:
    """Return a number as text, with at most 15 significant digits: ``1``, ``0.1``, ``1E+15``, ``NaN``.

    Source: the format ``G15`` of .NET, with which the runner writes numbers (and zero never has a sign).
    """
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return "0" if number == 0 else f"{number:.15g}".replace("e", "E")


FALSY: Final[tuple[Primitive, ...]] = (None, False, 0.0, math.nan, "")
"""All values that are not truthy."""


def is_primitive(value: Value) -> TypeGuard[Primitive]:
    """Tell whether a value is null, a boolean, a number or a text."""
    return value is None or isinstance(value, bool | int | float | str)


def truth(value: Known) -> bool:
    """Tell whether a value is truthy: all but null, false, 0, NaN and the empty text are."""
    if isinstance(value, float | int):
        return value == value and value != 0  # noqa: PLR0124 - NaN alone differs from itself
    return value is not None and value != ""


def write(value: Known) -> str:
    """Return a value as text; collections are written as the name of their kind."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return write_number(float(value))
        case Array():
            return "Array"
        case _:
            return "Object"


def number(value: Known) -> float:
    """Return a value as number; NaN for a collection, and for a text that is not a number."""
    match value:
        case None:
            return 0.0
        case int() | float():
            return float(value)
        case str():
            return read_number(value)
        case _:
            return math.nan


def equal(left: Known, right: Known) -> bool:
    """Tell whether ``left == right``: texts without regard to case, different kinds as numbers, collections never.

    Two collections are equal if they are the same one.
    """
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right or fold(left) == fold(right)
    return number(left) == number(right)


def less(left: Known, right: Known) -> bool:
    """Tell whether ``left < right``: texts by their capital letters, different kinds as numbers, collections never."""
    if isinstance(left, str) and isinstance(right, str):
        return _order(left) < _order(right)
    return number(left) < number(right)


def _order(text: str) -> bytes:
    """Return what orders texts as .NET does: by the units of UTF-16."""
    return fold(text).encode("utf-16-be", "surrogatepass")


def truth_of(value: Value) -> bool | None:
    """Tell whether a value is truthy, as far as that is known."""
    match value:
        case Unknown():
            return value.truth
        case OneOf():
            return agreed(tuple(truth_of(possible) for possible in value.values))
        case _:
            return truth(value)


def agreed(answers: tuple[bool | None, ...]) -> bool | None:
    """Return the answer that all give, None if they differ or there is none."""
    return answers[0] if answers and all(answer is answers[0] for answer in answers) else None


def negation(answer: bool | None) -> bool | None:  # noqa: FBT001 - the operand of an operator
    """Return the opposite, of "not known" that."""
    return None if answer is None else not answer


def either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - the operands of an operator
    """Tell whether at least one of two holds."""
    if one or other:
        return True
    return None if None in (one, other) else False


def settled(value: Value) -> Settled:
    """Return a value other than a OneOf: if several are possible, an Unknown with the truth that they share."""
    return Unknown(truth_of(value)) if isinstance(value, OneOf) else value


def equality(left: Settled, right: Settled) -> bool | None:
    """Tell whether ``left == right``, as far as that is known."""
    if isinstance(right, Unknown):
        left, right = right, left
    if isinstance(right, Unknown):
        return None
    if not isinstance(left, Unknown):
        return equal(left, right)
    if left.truth is False:
        return agreed(tuple(equal(falsy, right) for falsy in FALSY))
    if isinstance(right, float) and math.isnan(right):
        return False
    # What is truthy equals '0', 0, false or null at times ('0' == null), but never the empty text.
    return False if left.truth and right == "" else None


def order(left: Settled, right: Settled) -> bool | None:
    """Tell whether ``left < right``, as far as that is known."""
    lefts = _possible(left)
    rights = _possible(right)
    if any(_never_ordered(item) for item in (left, right)):
        return False
    if lefts is None or rights is None:
        return None
    return agreed(tuple(less(one, other) for one in lefts for other in rights))


def _possible(value: Settled) -> tuple[Known, ...] | None:
    """List all values that a value can be, None if there is no end of them."""
    if isinstance(value, Unknown):
        return FALSY if value.truth is False else None
    return (value,)


def _never_ordered(value: Settled) -> bool:
    return isinstance(value, Array | Object) or (isinstance(value, float) and math.isnan(value))


def never_empty(value: Settled) -> bool:
    """Tell whether the text of a value is certainly not empty. That of false and 0 is not, though they are falsy."""
    if isinstance(value, Unknown):
        return value.truth is True
    return value is not None and value != ""


_LARGEST = (1 << 31) - 1


def access(base: Settled, index: Settled, meter: Meter) -> Value:
    """Return ``base[index]``: null if it is not there, or ``base`` is not a collection."""
    if isinstance(base, Unknown):
        # What is falsy is not a collection.
        return None if base.truth is False else Unknown()
    if not isinstance(base, Array | Object):
        return None
    if isinstance(index, Unknown):
        return _any_of(base)
    if not isinstance(base, Filtered):
        found = _find(base, index, meter)
        if found is None:
            return Unknown()
        return found[0] if found else None
    return _from_each(base, lambda item: _find(item, index, meter), meter)


def star(base: Settled, meter: Meter) -> Value:
    """Return ``base.*``, which is a list in any case."""
    if isinstance(base, Unknown):
        return Filtered(()) if base.truth is False else Unknown(truth=True)
    if isinstance(base, Filtered):
        return _from_each(base, _inside, meter)
    inside = _inside(base)
    return Unknown(truth=True) if inside is None else Filtered(inside)


def _from_each(base: Filtered, found: Callable[[Known], tuple[Value, ...] | None], meter: Meter) -> Value:
    """Gather what is found in each item; not known is the list, but that it is one, where an item is not known."""
    items: list[Value] = []
    for part in base.items:
        item = settled(part)
        if isinstance(item, Unknown) and item.truth is False:
            continue
        inside = None if isinstance(item, Unknown) else found(item)
        if inside is None:
            return Unknown(truth=True)
        meter.spend(1 + len(inside))
        items += inside
    return Filtered(tuple(items))


def _inside(base: Known) -> tuple[Value, ...] | None:
    """Return the values in a collection, nothing for what is none; None if they are not all known."""
    if isinstance(base, Object):
        return None if base.open else tuple(base.entries.values())
    return base.items if isinstance(base, Array) else ()


def _any_of(base: Array | Object) -> Value:
    """Return what any index may yield."""
    if isinstance(base, Filtered):
        return Unknown(truth=True) if base.items else base
    return Unknown() if _inside(base) != () else None


def _find(base: Known, index: Known, meter: Meter) -> tuple[Value, ...] | None:
    """Return the value at an index in a tuple, which is empty if there is none; None if that is not known."""
    if isinstance(base, Array):
        return _at(base.items, number(index))
    if not isinstance(base, Object) or not is_primitive(index):
        return ()
    meter.spend(1 + (len(base.entries) >> 3))
    name = meter.read(write(index))
    if name in base.entries:
        return (base.entries[name],)
    folded = fold(name)
    for key, value in base.entries.items():
        if len(key) == len(name) and fold(key) == folded:
            return (value,)
    return None if base.open else ()


def _at(items: tuple[Value, ...], position: float) -> tuple[Value, ...]:
    if math.isnan(position) or not 0 <= position <= _LARGEST:
        return ()
    whole = math.floor(position)
    return items[whole : whole + 1]
