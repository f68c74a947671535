"""The entries of a job's matrix, as far as the files tell them."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Array, Object, OneOf, Unknown
from publish_gate.doctor.expressions.values import equal
from publish_gate.doctor.simulation.evaluation import value_of
from publish_gate.doctor.workflow.tree import Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.workflow.model import Job
    from publish_gate.doctor.workflow.tree import Node

# GitHub's own limit to the jobs that a matrix makes.
_MOST = 256
_UNKNOWN = Unknown()


class _NotKnownError(Exception):
    """The files do not tell how many entries there are."""


def matrix_entries(job: Job, scope: Scope) -> tuple[Value, ...]:
    """Return what the `matrix` context is in each of the jobs that a matrix makes.

    Without a matrix that is null, once. An entry that the files do not tell is Unknown, and so is the one entry of
    a matrix of which not even the number is known. Rules: "matrix" of GitHub's workflow syntax.
    """
    node = job.strategy.get("matrix")
    if node is None:
        return (None,)
    matrix = node_value(node, scope)
    if not isinstance(matrix, Object):
        return (_UNKNOWN,)
    try:
        entries = _expanded(matrix)
    except _NotKnownError:
        return (_UNKNOWN,)
    return entries if 0 < len(entries) <= _MOST else (_UNKNOWN,)


def merged(entries: tuple[Value, ...], name: str) -> Value:
    """Return what is known of the `matrix` context whichever entry it is: for each key one of its values."""
    objects = [entry for entry in entries if isinstance(entry, Object)]
    if len(objects) < len(entries):
        return entries[0] if len(entries) == 1 else _UNKNOWN
    if len(objects) == 1:
        return objects[0]
    keys = dict.fromkeys(key for entry in objects for key in entry.entries)
    return Object({key: one_of([entry.entries.get(key) for entry in objects], f"{name}.{key}") for key in keys})


def one_of(values: Iterable[Value], name: str = "") -> Value:
    """Return the value that is one of these: itself if they are all the same, unknown if one is."""
    distinct: list[Value] = []
    for value in values:
        for item in value.values if isinstance(value, OneOf) else (value,):
            if isinstance(item, Unknown):
                return _UNKNOWN
            if not any(_same(item, other) for other in distinct):
                distinct.append(item)
    return distinct[0] if len(distinct) == 1 else OneOf(tuple(distinct), name)


def _same(value: Value, other: Value) -> bool:
    return type(value) is type(other) and value == other


def node_value(node: Node, scope: Scope) -> Value:
    """Return a part of the file as a value, with its expressions evaluated."""
    if isinstance(node, Scalar):
        return value_of(node, scope)
    if isinstance(node, Sequence):
        return Array(tuple(node_value(item, scope) for item in node.items))
    return Object({entry.key: node_value(entry.value, scope) for entry in node})


def _expanded(matrix: Object) -> tuple[Value, ...]:
    axes = {key: value for key, value in matrix.entries.items() if key.lower() not in {"include", "exclude"}}
    excluded, included = _named(matrix, "exclude"), _named(matrix, "include")
    if not isinstance(excluded, Array | None) or not isinstance(included, Array | None):
        return (_UNKNOWN,)
    # Of an axis that is not known, neither are the entries; the others still are.
    lists = [value.items if isinstance(value, Array) else (_UNKNOWN,) for value in axes.values()]
    sizes = (prod(map(len, lists)), *(len(listed.items) for listed in (excluded, included) if listed is not None))
    if max(sizes) > _MOST:
        return (_UNKNOWN,)
    rows = [dict(zip(axes, values, strict=True)) for values in product(*lists)] if axes else []
    kept = [row for row in rows if not _is_excluded(row, excluded)]
    return tuple(Object(row) for row in _with_included(kept, list(axes), included))


def _named(matrix: Object, name: str) -> Value:
    return next((value for key, value in matrix.entries.items() if key.lower() == name), None)


def _is_excluded(row: dict[str, Value], excluded: Array | None) -> bool:
    for rule in excluded.items if excluded is not None else ():
        if isinstance(rule, Object) and all(
            key in row and _equal(row[key], value) for key, value in rule.entries.items()
        ):
            return True
    return False


def _with_included(rows: list[dict[str, Value]], axes: list[str], included: Array | None) -> list[dict[str, Value]]:
    """Add what `include` says: to each entry whose own values it does not change, else as an entry of its own."""
    added: list[dict[str, Value]] = []
    original = [dict(row) for row in rows]
    for extra in included.items if included is not None else ():
        if not isinstance(extra, Object):
            raise _NotKnownError
        own = {key: value for key, value in extra.entries.items() if key in axes}
        fitting = [
            row
            for row, before in zip(rows, original, strict=True)
            if all(_equal(before[key], value) for key, value in own.items())
        ]
        for row in fitting:
            row.update(extra.entries)
        if not fitting:
            added.append(dict(extra.entries))
    return rows + added


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left == right
    if isinstance(left, Unknown | OneOf) or isinstance(right, Unknown | OneOf):
        return False
    return equal(left, right)
