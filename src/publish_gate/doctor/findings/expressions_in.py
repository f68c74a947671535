"""Every expression of a job with the place where it stands, and where a finding points."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import Context, ExpressionError, Index, Literal, Property, walk
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping, Scalar
from publish_gate.places import Place
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import PublishingJob
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
    places = {condition.place for condition in conditions if condition is not None}
    for condition in conditions:
        if condition is not None:
            try:
                yield Written(condition, parse_condition(condition.text), condition=True)
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
    """Return the names of ``needs.gate.outputs.x`` or ``needs['gate'].outputs.x``; empty if it is no such thing."""
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
    """Return where an offset of a value stands; the value's own place if it is spread over lines."""
    place = scalar.place
    if place.line is None or place.column is None or scalar.end[0] != place.line:
        return place
    quote = 1 if scalar.style else 0
    return Place(place.path, place.line, place.column + quote + offset)


_SHOWN = 120


def guard_place(job: PublishingJob) -> Place:
    """Return where a job's condition stands, or the job if it has none."""
    owner = job.upload.job
    return owner.condition.place if owner.condition is not None else owner.place


def names_of(scalar: Scalar) -> str:
    """Return a condition or value as one short line."""
    return one_line(" ".join(scalar.text.split()), _SHOWN)


def reached(job: PublishingJob) -> tuple[str, ...]:
    """Return the names of the situations in which the upload happens or may happen."""
    return tuple(name for name, answer in job.publishes_on.items() if answer is not Ternary.NO)


def paths_in(condition: Scalar) -> tuple[tuple[str, ...], ...]:
    """Return what a condition reads, as the names of `path_of`; nothing if GitHub would refuse it."""
    from publish_gate.doctor.expressions.parser import parse_condition

    try:
        parsed = parse_condition(condition.text)
    except ExpressionError:
        return ()
    found = {path for node in walk(parsed) if (path := path_of(node))}
    # What a longer one begins with is no reading of its own.
    return tuple(path for path in found if not any(path == other[: len(path)] != other for other in found))
