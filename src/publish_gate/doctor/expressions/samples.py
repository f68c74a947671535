"""Values that stand for all values, as far as an expression can tell them apart by truth and by `==`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.coercion import FALSY, equal, is_primitive, number, truth, write
from publish_gate.doctor.expressions.partial import settled
from publish_gate.doctor.expressions.possibilities import constant
from publish_gate.doctor.expressions.syntax_tree import And, Call, Compare, Expression, Or, children
from publish_gate.doctor.expressions.values import Array, OneOf, Primitive, Unknown, Value, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from publish_gate.doctor.expressions.keys import Keys

_MOST = 32
"""Constants that one unknown is compared with; with more of them it is left unknown."""
_LONGEST = 1000
"""Characters of such a constant; whether a longer one is equal is left unknown."""


class Samples(NamedTuple):
    """The constants that an unknown is compared with, and for each way in which a value can compare one that does."""

    constants: frozenset[Hashable]
    values: tuple[Primitive, ...]


def samples_of(constants: Iterable[Primitive]) -> Samples:
    """Return samples that, for these constants, behave in every way in which any value can.

    How a value compares is a matter of three things: its text if it is one (the constants, or another one), its
    number (those of the constants, 0, 1 for true, or another one; NaN included), and whether it is truthy.
    Collections equal no constant, as a text does that is none of them.
    """
    known = {constant(each): each for each in constants}
    texts = {fold(each) for each in known.values() if isinstance(each, str)}
    numbers = {number(each) for each in known.values()} | {0.0, 1.0}
    candidates: list[Primitive] = [*FALSY, *known.values(), _another("other", texts)]
    for each in numbers:
        if not math.isnan(each):
            candidates += [each, _another(repr(each) if math.isfinite(each) else write(each), texts)]
    by_behaviour: dict[tuple[bool, ...], Primitive] = {}
    for candidate in candidates:
        behaviour = (truth(candidate), *(equal(candidate, each) for each in known.values()))
        by_behaviour.setdefault(behaviour, candidate)
    return Samples(frozenset(known), tuple(by_behaviour.values()))


def _another(text: str, texts: set[str]) -> str:
    """Return a text that is none of ``texts``, of the same number as ``text``."""
    while fold(text) in texts:
        text += " "
    return text


def find_samples(expression: Expression, keys: Keys, value_of: Callable[[Expression], Value]) -> dict[int, Samples]:
    """Return samples for each repeated part of an expression that is compared with what is known, by its number."""
    constants: dict[int, dict[Hashable, Primitive]] = {}
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        for one, other in _compared(node):
            unknown = [part for part in one if keys.is_repeated(part) and isinstance(value_of(part), Unknown)]
            if not unknown:
                continue
            known = [each for part in other for each in _primitives(value_of(part), node)]
            for part in unknown:
                found = constants.setdefault(keys.of(part), {})
                found.update((constant(each), each) for each in known if len(write(each)) <= _LONGEST)
    return {key: samples_of(found.values()) for key, found in constants.items() if len(found) <= _MOST}


def _compared(node: Expression) -> Iterator[tuple[tuple[Expression, ...], tuple[Expression, ...]]]:
    """Yield which parts are compared with which others, both ways."""
    if isinstance(node, Compare) and node.operator in {"==", "!="}:
        left, right = _results(node.left), _results(node.right)
        yield left, right
        yield right, left
    elif isinstance(node, Call) and node.name == "contains":
        yield _results(node.arguments[1]), _results(node.arguments[0])


def _results(node: Expression) -> tuple[Expression, ...]:
    """Return the parts whose value the whole can have."""
    match node:
        case And() | Or():
            parts = node.operands
        case Call(name="case"):
            parts = (*node.arguments[1::2], node.arguments[-1])
        case _:
            return (node,)
    return tuple(result for part in parts for result in _results(part))


def _primitives(value: Value, compared_in: Expression) -> Iterator[Primitive]:
    """Yield the primitives that a value is or can be, or that are in the list which contains() looks through."""
    if isinstance(value, OneOf):
        for each in value.values:
            yield from _primitives(settled(each), compared_in)
    elif isinstance(value, Array) and isinstance(compared_in, Call):
        for item in value.items:
            if is_primitive(item):
                yield item
    elif is_primitive(value):
        yield value
