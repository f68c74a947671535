"""Every expression of a job, parsed, with the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import Context, ExpressionError, Index, Literal, Property, walk
from publish_gate.doctor.workflow.tree import Mapping, Scalar
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.expressions.syntax_tree import Expression
    from publish_gate.doctor.workflow.model import Job
    from publish_gate.doctor.workflow.tree import Node


class Written(NamedTuple):
    """One expression: ``scalar`` is the value that it stands in, ``condition`` says that it is an ``if``."""

    scalar: Scalar
    expression: Expression
    condition: bool


def written(job: Job) -> Iterator[Written]:
    """Yield every expression of a job; what GitHub refuses to parse is left out, for it is told elsewhere."""
    from publish_gate.doctor.expressions.parser import parse_condition, parse_template

    conditions = [job.condition, *(step.condition for step in job.steps)]
    places = {each.place for each in conditions if each is not None}
    for each in conditions:
        if each is not None:
            try:
                yield Written(each, parse_condition(each.text), condition=True)
            except ExpressionError:
                continue
    for scalar in scalars(job.node):
        if "${{" in scalar.text and scalar.place not in places:
            try:
                yield Written(scalar, parse_template(scalar.text), condition=False)
            except ExpressionError:
                continue


def scalars(node: Node) -> Iterator[Scalar]:
    """Yield every scalar that is a value in a node, or the node itself."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from scalars(entry.value)
    else:
        for item in node.items:
            yield from scalars(item)


def path_of(expression: Expression) -> tuple[str, ...]:
    """Return the names of ``needs.gate.outputs.x`` or ``needs['gate'].outputs.x``; empty where it is no such thing."""
    names: list[str] = []
    node = expression
    while not isinstance(node, Context):
        if isinstance(node, Property):
            names.append(node.name)
            node = node.base
        elif isinstance(node, Index) and isinstance(node.index, Literal) and isinstance(node.index.value, str):
            names.append(node.index.value)
            node = node.base
        else:
            return ()
    return (node.name.lower(), *reversed(names))


def place_in(scalar: Scalar, offset: int) -> Place:
    """Return where an offset of a value stands; the value's own place where it is spread over lines."""
    place = scalar.place
    if place.line is None or place.column is None or scalar.end[0] != place.line:
        return place
    quote = 1 if scalar.style else 0
    return Place(place.path, place.line, place.column + quote + offset)


__all__ = ["Written", "path_of", "place_in", "scalars", "walk", "written"]
