"""What `.name`, `[index]` and `.*` yield. Source: the runner's Index operator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.coercion import is_primitive, number, write
from publish_gate.doctor.expressions.partial import settled
from publish_gate.doctor.expressions.values import Array, Filtered, Known, Object, Settled, Unknown, Value, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.doctor.expressions.bounds import Meter

_LARGEST = (1 << 31) - 1


def access(base: Settled, index: Settled, meter: Meter) -> Value:
    """Return ``base[index]``: null where it is not there, or where ``base`` is no collection."""
    if isinstance(base, Unknown):
        # What is falsy is no collection.
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
    for each in base.items:
        item = settled(each)
        if isinstance(item, Unknown) and item.truth is False:
            continue
        inside = None if isinstance(item, Unknown) else found(item)
        if inside is None:
            return Unknown(truth=True)
        meter.spend(1 + len(inside))
        items += inside
    return Filtered(tuple(items))


def _inside(base: Known) -> tuple[Value, ...] | None:
    """Return the values in a collection, nothing for what is none; None where they are not all known."""
    if isinstance(base, Object):
        return None if base.open else tuple(base.entries.values())
    return base.items if isinstance(base, Array) else ()


def _any_of(base: Array | Object) -> Value:
    """Return what any index may yield."""
    if isinstance(base, Filtered):
        return Unknown(truth=True) if base.items else base
    return Unknown() if _inside(base) != () else None


def _find(base: Known, index: Known, meter: Meter) -> tuple[Value, ...] | None:
    """Return the value at an index in a tuple, which is empty where there is none; None where that is not known."""
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
