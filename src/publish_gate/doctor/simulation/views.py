"""What a step sees in a situation, for each leg of its job's matrix, and what the steps of a composite action see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions import Object, Scope
from publish_gate.doctor.simulation.evaluation import holds, text_of, value_of
from publish_gate.doctor.simulation.job_steps import Environment, Walk
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.ternary import Ternary
    from publish_gate.doctor.workflow.model import Step

# What the steps of an action see of the job that runs it.
_HANDED_ON = ("github", "strategy", "matrix", "job", "runner")


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

    @property
    def env(self) -> Dictionary[str, Value]:
        """The variables that the files give to the step; there may be more."""
        env = self.scope.contexts.get("env")
        return env.entries if isinstance(env, Object) else {}


def composite_views(
    view: StepView, inner_steps: tuple[Step, ...], declared: Mapping, given: Mapping
) -> tuple[StepView, ...]:
    """Return what the steps of a composite action see that a step runs.

    ``declared`` is the block ``inputs`` of the action, ``given`` the step's ``with``. Inputs of an action are texts,
    and defaults see nothing but what the action sees. That the step itself is reached is part of the answers.
    """
    outer = view.scope.contexts
    passed = {entry.key.lower(): entry.value for entry in given}
    seen = {name: outer[name] for name in _HANDED_ON if name in outer}
    inputs: dict[str, Value] = {}
    for entry in declared:
        value = passed.get(entry.key.lower())
        default = entry.value.scalar("default") if isinstance(entry.value, Mapping) else None
        if isinstance(value, Scalar):
            inputs[entry.key] = view.text(value)
        else:
            inputs[entry.key] = text_of(default, Scope(seen)) if default is not None else ""
    env = outer.get("env")
    known = dict(env.entries) if isinstance(env, Object) else {}
    base = {**seen, "inputs": Object(inputs)}
    # Two uses of one action are told apart by where they stand.
    name = f"{view.step.place}."
    walk = Walk(inner_steps, base, Environment(base, known, is_open=True), name)
    return tuple(StepView(step, view.runs & runs, scope) for step, scope, runs in walk.steps)
