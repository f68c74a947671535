"""Goes through the steps of a job: which run, what they leave behind in `steps` and `env`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions import Object, OneOf, Scope, Status, Unknown
from publish_gate.doctor.simulation.evaluation import holds, text_of
from publish_gate.doctor.simulation.publish_gate_step import gate_outputs
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Scalar
from publish_gate.gate_steps import is_gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Dictionary

    from publish_gate.config.model import Config
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.workflow.model import Job, Step
    from publish_gate.doctor.workflow.tree import Mapping
    from publish_gate.gate_steps import Read

_THERE = Unknown(truth=True)
_WRITTEN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:=|<<)")
_SYSTEMS = (("ubuntu", "Linux"), ("windows", "Windows"), ("macos", "macOS"))
# More entries than this are looked at together, each key being one of its values.
_MOST = 32
_MOST_IDS = 300


class Walked(NamedTuple):
    """A step, what an expression sees at it, and whether it runs if its job does."""

    step: Step
    scope: Scope
    runs: Ternary


class Walk:
    """Steps that were gone through, one after the other; ``last`` is what an expression sees behind them."""

    def __init__(
        self,
        steps: tuple[Step, ...],
        base: Dictionary[str, Value],
        env: Environment,
        name: str,
        config: Config | None = None,
        read: Read | None = None,
    ) -> None:
        done: dict[str, Value] = {}
        seen = Object()
        walked: list[Walked] = []
        cancelled = {step.cancels.text for step in steps if step.cancels is not None}
        for step in steps:
            scope = Scope({**base, "steps": seen, "env": env.at(step)}, Status())
            condition = step.condition
            runs = Ternary.YES if condition is None else holds(condition.text, scope)
            if step.id in cancelled:
                runs = runs & Ternary.DEPENDS
            walked.append(Walked(step, scope, runs))
            if step.id:
                own = f"{name}.{step.id}"
                is_ours = step.uses is not None and is_gate(step.uses.text, read)
                written = gate_outputs(step, scope, config, own) if is_ours else Object({}, open=True)
                done[step.id] = _left_behind(own, runs, written)
                # Beyond any real job, what the steps leave behind is not told apart.
                seen = Object(dict(done)) if len(done) <= _MOST_IDS else Object({}, open=True)
            if runs is not Ternary.NO:
                env.after(step)
        self.steps = tuple(walked)
        self.last = Scope({**base, "steps": seen, "env": env.at(None)}, Status())


class JobSteps:
    """The inside of one job, in one situation. Nothing is evaluated before it is asked for."""

    def __init__(
        self,
        job: Job,
        contexts: Dictionary[str, Value],
        outer_env: Mapping,
        matrix: tuple[Value, ...],
        name: str,
        config: Config | None = None,
        read: Read | None = None,
    ) -> None:
        self._job = job
        self._config = config
        self._read = read
        self._name = name
        self._contexts = contexts
        self._outer_env = outer_env
        self._matrix = matrix
        self._together = contexts.get("matrix")

    @property
    def last_scope(self) -> Scope:
        """What an expression sees behind the last step, as the outputs of the job do."""
        return self._whole.last

    def answers(self) -> tuple[Ternary, ...]:
        """Return for each step whether it runs in one of the jobs that the matrix makes, if the job does."""
        if not self._depends_on_matrix:
            return tuple(walked.runs for walked in self._whole.steps)
        return tuple(any_of(walked.runs for walked in leg) for leg in zip(*self.legs, strict=True))

    @cached_property
    def legs(self) -> tuple[tuple[Walked, ...], ...]:
        """The steps once for each job that the matrix makes; once for all if it makes many."""
        if len(self._matrix) == 1 or len(self._matrix) > _MOST:
            return (self._whole.steps,)
        return tuple(self._walk(entry).steps for entry in self._matrix)

    @cached_property
    def _depends_on_matrix(self) -> bool:
        """Whether an entry of the matrix can matter to a step: through its condition, or what that looks at."""
        conditions = "".join(step.condition.text for step in self._job.steps if step.condition is not None)
        return any(word in conditions for word in ("matrix", "env", "steps", "runner"))

    @cached_property
    def _whole(self) -> Walk:
        return self._walk(self._together)

    def _walk(self, matrix: Value) -> Walk:
        base = {
            **self._contexts,
            "matrix": matrix,
            # What `job.workflow_*` say of where the workflow is from is not told by the files.
            "job": Object({"status": "success"}, open=True),
        }
        base["runner"] = _runner(self._job, Scope(base))
        env = Environment(base)
        env.add(self._outer_env)
        env.add(self._job.env)
        return Walk(self._job.steps, base, env, self._name, self._config, self._read)


def any_of(answers: Iterable[Ternary]) -> Ternary:
    """Tell whether at least one of some things happens; NO if there is none."""
    result = Ternary.NO
    for answer in answers:
        result = result | answer
    return result


def _left_behind(name: str, runs: Ternary, outputs: Object) -> Object:
    """Return what `steps.ID` is behind a step that writes ``outputs`` if it runs."""
    if runs is Ternary.NO:
        return Object({"outputs": Object(), "outcome": "skipped", "conclusion": "skipped"})
    result: Value = "success"
    if runs is Ternary.DEPENDS:
        result = OneOf(("success", "skipped"), f"{name}.outcome")
    if runs is Ternary.DEPENDS:
        outputs = Object({}, open=True)
    return Object({"outputs": outputs, "outcome": result, "conclusion": result})


def _runner(job: Job, scope: Scope) -> Object:
    known: dict[str, Value] = dict.fromkeys(("name", "arch", "temp", "tool_cache", "environment"), _THERE)
    known["os"] = _THERE
    if isinstance(job.runs_on, Scalar):
        label = text_of(job.runs_on, scope)
        if isinstance(label, str):
            known["os"] = next((system for start, system in _SYSTEMS if label.startswith(f"{start}-")), _THERE)
    return Object(known, open=True)


class Environment:
    """The `env` context while the steps go by.

    ``is_open`` tells that there may be further variables: a step may set some, which no file declares.
    """

    def __init__(
        self, contexts: Dictionary[str, Value], values: dict[str, Value] | None = None, *, is_open: bool = False
    ) -> None:
        self._contexts = contexts
        self._values = values or {}
        self._open = is_open
        self._seen: Object | None = None

    def add(self, block: Mapping) -> None:
        """Add the variables of a block ``env``."""
        self._values = {**self._values, **self._evaluated(block)}

    def _evaluated(self, block: Mapping) -> dict[str, Value]:
        scope = Scope({**self._contexts, "env": Object(dict(self._values), open=self._open)})
        return {
            entry.key: text_of(entry.value, scope) if isinstance(entry.value, Scalar) else Unknown() for entry in block
        }

    def at(self, step: Step | None) -> Object:
        """Return the context as a step sees it, its own variables included."""
        if step is None or not step.env.entries:
            if self._seen is None:
                self._seen = Object(dict(self._values), open=self._open)
            return self._seen
        return Object({**self._values, **self._evaluated(step.env)}, open=self._open)

    def after(self, step: Step) -> None:
        """Take in what a step may have written to the file that ``GITHUB_ENV`` names."""
        # An action, or a script that is called, may set more; a name that the file declares is taken to keep its
        # value unless the step itself writes it.
        written = dict.fromkeys(_written(step.run.text) if step.run is not None else (), Unknown())
        if written or not self._open:
            self._open = True
            self._values |= written
            self._seen = None


def _written(script: str) -> Iterator[str]:
    if "GITHUB_ENV" in script:
        yield from (match[1] for match in _WRITTEN.finditer(script))
