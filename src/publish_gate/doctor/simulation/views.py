"""What a step sees in a situation, for each leg of its job's matrix, and what the steps of a composite action see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions import Object, Scope, Status, Unknown
from publish_gate.doctor.simulation.evaluation import holds, text_of, value_of
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.ternary import Ternary
    from publish_gate.doctor.workflow.model import Step


class StepView(NamedTuple):
    """One step as it is seen in one leg of the matrix; ``runs`` tells whether it is reached there."""

    step: Step
    runs: Ternary
    scope: Scope

    def text(self, scalar: Scalar) -> Value:
        """Evaluate a scalar of the step to the text that the runner makes of it."""
        return text_of(scalar, self.scope)

    def value(self, scalar: Scalar) -> Value:
        """Evaluate a scalar of the step with its type."""
        return value_of(scalar, self.scope)

    def holds(self, text: str) -> Ternary:
        """Tell whether an ``if:`` holds, the implied ``success()`` included."""
        return holds(text, self.scope)


def composite_views(
    view: StepView, inner_steps: tuple[Step, ...], declared: Mapping, given: Mapping
) -> tuple[StepView, ...]:
    """Return what the steps of a composite action see; ``declared`` are its inputs, ``given`` what it is handed."""
    passed = {entry.key.lower(): entry.value for entry in given}
    inputs: dict[str, Value] = {}
    outer = view.scope.contexts
    defaults = Scope({**outer, "inputs": Object()}, Status())
    for entry in declared:
        value = passed.pop(entry.key.lower(), None)
        default = entry.value.scalar("default") if isinstance(entry.value, Mapping) else None
        if isinstance(value, Scalar):
            inputs[entry.key] = text_of(value, view.scope)
        else:
            inputs[entry.key] = text_of(default, defaults) if default is not None else ""
    found = []
    env = outer.get("env")
    known = dict(env.entries) if isinstance(env, Object) else {}
    steps: dict[str, Value] = {}
    for step in inner_steps:
        contexts = {**outer, "inputs": Object(inputs), "steps": Object(dict(steps)), "env": Object(known, open=True)}
        own = {
            entry.key: text_of(entry.value, Scope(contexts, Status())) if isinstance(entry.value, Scalar) else Unknown()
            for entry in step.env
        }
        scope = Scope({**contexts, "env": Object({**known, **own}, open=True)}, Status())
        runs = view.runs & (holds(step.condition.text, scope) if step.condition is not None else type(view.runs).YES)
        found.append(StepView(step, runs, scope))
        if step.id:
            steps[step.id] = Object({}, open=True)
    return tuple(found)
