"""The `inputs` of a run: those a person fills in, and those a calling workflow gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, OneOf, Unknown
from publish_gate.doctor.expressions.values import write
from publish_gate.doctor.simulation.evaluation import as_text, value_of
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Workflow

# What a called workflow sees where the caller says nothing and there is no default.
_EMPTY: dict[str, Value] = {"boolean": False, "number": 0.0}


def inputs_context(situation: Situation, workflow: Workflow) -> Object:
    """Return the `inputs` context of the workflow that a situation starts.

    Any inputs may be given: a boolean is one of two, a choice one of its options, everything else unknown. On other
    events there are none, so that each is null. Source: "inputs context" of GitHub's documentation.
    """
    if situation.event not in {"workflow_dispatch", "workflow_call"}:
        return Object()
    declared = _declared(workflow, situation.event)
    return Object({name: _any(f"inputs.{name}", definition) for name, definition in declared})


def dispatch_payload(workflow: Workflow) -> Value:
    """Return `github.event.inputs` of a run by hand, in which everything is a text; null where there are none."""
    declared = tuple(_declared(workflow, "workflow_dispatch"))
    if not declared:
        return None
    return Object({name: as_text(_any(f"github.event.inputs.{name}", definition)) for name, definition in declared})


def called_inputs(callee: Workflow, given: Mapping, scope: Scope, callee_scope: Scope, call: str) -> Object:
    """Return the `inputs` context of a called workflow.

    ``given`` is the caller's ``with``, seen from ``scope``; a default is seen from ``callee_scope``. A name that
    the called workflow does not declare is refused by GitHub and left out here. ``call`` tells this call from all
    others.
    """
    passed = {entry.key.lower(): entry.value for entry in given}
    entries: dict[str, Value] = {}
    for name, definition in _declared(callee, "workflow_call"):
        value = passed.get(name.lower())
        if isinstance(value, Scalar):
            entries[name] = _typed(value_of(value, scope), definition, f"{call}inputs.{name}")
        else:
            entries[name] = _default(definition, callee_scope, f"{call}inputs.{name}")
    return Object(entries)


def _declared(workflow: Workflow, event: str) -> Iterator[tuple[str, Mapping]]:
    trigger = workflow.trigger(event)
    options = trigger.options if trigger is not None else None
    inputs = options.get("inputs") if isinstance(options, Mapping) else None
    for entry in inputs if isinstance(inputs, Mapping) else ():
        yield entry.key, entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.place)


def _type(definition: Mapping) -> str:
    kind = definition.scalar("type")
    return kind.text if kind is not None else "string"


def _any(name: str, definition: Mapping) -> Value:
    """Return what is known of an input whatever is given for it."""
    kind = _type(definition)
    if kind == "boolean":
        return OneOf((True, False), name)
    options = tuple(write(option.value) for option in texts(definition.get("options")))
    if kind == "choice" and options:
        return OneOf(options, name) if len(options) > 1 else options[0]
    return Unknown()


def _default(definition: Mapping, scope: Scope, name: str) -> Value:
    default = definition.scalar("default")
    if default is None or default.value is None:
        return _EMPTY.get(_type(definition), "")
    return _typed(value_of(default, scope), definition, name)


def _typed(value: Value, definition: Mapping, name: str) -> Value:
    """Return a value as the type that the called workflow declares; GitHub refuses what does not fit."""
    kind = _type(definition)
    if kind == "boolean":
        if isinstance(value, bool | OneOf):
            return value
        if isinstance(value, Unknown):
            return OneOf((True, False), name) if value.truth is None else value.truth
        return (
            {"true": True, "false": False}.get(write(value), Unknown()) if not isinstance(value, Object) else Unknown()
        )
    return as_text(value) if kind == "string" else value
