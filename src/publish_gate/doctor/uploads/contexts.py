"""The contexts of a job as far as the file alone tells them: inputs, matrix, event names, environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from publish_gate.doctor.expressions.values import Value
    from publish_gate.doctor.uploads.values import Environment, Text
    from publish_gate.doctor.workflow.model import Job, Workflow

_MAX_VALUES = 8
_CALLED = "workflow_call"
_DISPATCHED = "workflow_dispatch"


def contexts_of(
    workflow: Workflow, job: Job, environment: Environment, given: Environment | None = None
) -> dict[str, Value]:
    """Return the contexts at a job's step.

    ``given`` are the inputs that a caller hands over, names in lower case; None if nobody does.
    """
    from publish_gate.doctor.expressions.values import Object

    return {
        "env": Object({name: as_value(text) for name, text in environment.items()}, open=True),
        "inputs": _inputs(workflow, given),
        "matrix": _matrix(job),
        "github": _github(workflow),
    }


def as_value(text: Text) -> Value:
    """Return a text as a value of an expression."""
    from publish_gate.doctor.expressions.values import OneOf, Unknown

    if text.known:
        return text.text
    return OneOf(text.choices) if text.choices else Unknown()


def input_declarations(workflow: Workflow, event: str) -> Mapping | None:
    """Return the ``inputs`` block of an event of `on:`."""
    trigger = workflow.trigger(event)
    if trigger is None or not isinstance(trigger.options, Mapping):
        return None
    block = trigger.options.get("inputs")
    return block if isinstance(block, Mapping) else None


def _inputs(workflow: Workflow, given: Environment | None) -> Value:
    from publish_gate.doctor.expressions.values import Object, Unknown

    entries: dict[str, Value] = {}
    if given is not None:
        for name, declared in _declared(workflow, _CALLED):
            default = declared.scalar("default") if isinstance(declared, Mapping) else None
            text = given.get(name.lower())
            entries[name] = as_value(text) if text is not None else _default(default)
        return Object(entries)
    for name, declared in _declared(workflow, _DISPATCHED):
        entries[name] = _dispatched(name, declared, absent=len(workflow.triggers) > 1)
    for name, _ in _declared(workflow, _CALLED):
        entries[name] = Unknown()
    return Object(entries, open=True)


def _declared(workflow: Workflow, event: str) -> list[tuple[str, object]]:
    block = input_declarations(workflow, event)
    return [(entry.key, entry.value) for entry in block] if block is not None else []


def _default(default: Scalar | None) -> Value:
    from publish_gate.doctor.expressions.values import Unknown

    if default is None:
        return ""
    return Unknown() if "${{" in default.text else default.value


def _dispatched(name: str, declared: object, *, absent: bool) -> Value:
    """Tell what an input of a manual start can be; it is null on other events."""
    from publish_gate.doctor.expressions.values import OneOf, Unknown

    kind = declared.scalar("type") if isinstance(declared, Mapping) else None
    options = declared.get("options") if isinstance(declared, Mapping) else None
    values: tuple[Value, ...] = ()
    if kind is not None and kind.text == "boolean":
        values = (True, False)
    elif kind is not None and kind.text == "choice" and isinstance(options, Sequence):
        values = tuple(item.text for item in options.items if isinstance(item, Scalar))
    if not values or len(values) > _MAX_VALUES:
        return Unknown()
    return OneOf((*values, None) if absent else values, f"inputs.{name}")


def _matrix(job: Job) -> Value:
    from publish_gate.doctor.expressions.values import Object, OneOf, Unknown

    block = job.strategy.get("matrix")
    if not isinstance(block, Mapping):
        return Unknown()
    values: dict[str, list[Value]] = {}
    unknown: set[str] = set()
    for entry in block:
        if entry.key in {"include", "exclude"}:
            continue
        if isinstance(entry.value, Sequence):
            values[entry.key] = [_plain(item) for item in entry.value.items]
        else:
            unknown.add(entry.key)
    included = block.get("include")
    for item in included.items if isinstance(included, Sequence) else ():
        for entry in item if isinstance(item, Mapping) else ():
            values.setdefault(entry.key, []).append(_plain(entry.value))
    entries: dict[str, Value] = {}
    for key, known in values.items():
        certain = key not in unknown and not any(isinstance(each, Unknown) for each in known)
        entries[key] = OneOf(tuple(known), f"matrix.{key}") if certain and known else Unknown()
    return Object(entries, open=True)


def _plain(node: object) -> Value:
    from publish_gate.doctor.expressions.values import Unknown

    return node.value if isinstance(node, Scalar) and "${{" not in node.text else Unknown()


def _github(workflow: Workflow) -> Value:
    from publish_gate.doctor.expressions.values import Object, OneOf

    events = tuple(trigger.event for trigger in workflow.triggers)
    if not events or _CALLED in events or len(events) > _MAX_VALUES:
        return Object({}, open=True)
    return Object({"event_name": OneOf(events, "github.event_name")}, open=True)
