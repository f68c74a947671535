"""Goes through the steps of a job: which run, what they leave behind in `steps` and `env`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, OneOf, Scope, Status, Unknown
from publish_gate.doctor.simulation.evaluation import holds, text_of
from publish_gate.doctor.simulation.publish_gate_step import gate_outputs
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Scalar
from publish_gate.gate_steps import is_gate

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        self._read = read
        self._config = config
        self._name = name
        self._contexts = contexts
        self._outer_env = outer_env
        self._matrix = matrix
        self._together = contexts.get("matrix")
        self._legs: tuple[tuple[tuple[Step, Scope, Ternary], ...], ...] | None = None

    def scope(self, index: int) -> Scope:
        """Return what an expression sees at a step, by its index."""
        return next((scope for step, scope, _ in self._whole if step.index == index), self.last_scope)

    @property
    def last_scope(self) -> Scope:
        """What an expression sees behind the last step, as the outputs of the job do."""
        return self._walked[1]

    def answers(self) -> tuple[Ternary, ...]:
        """Return for each step whether it runs in one of the jobs that the matrix makes, if the job does."""
        entries = self._matrix if self._depends_on_matrix and len(self._matrix) <= _MOST else (self._together,)
        if len(entries) == 1:
            return tuple(answer for _, _, answer in self._whole)
        by_entry = [[answer for _, _, answer in self._walk(entry)[0]] for entry in entries]
        return tuple(_any(answers) for answers in zip(*by_entry, strict=True))

    def legs(self) -> tuple[tuple[tuple[Step, Scope, Ternary], ...], ...]:
        """Return the steps with what they see and whether they run, once for each job that the matrix makes."""
        if len(self._matrix) == 1 or len(self._matrix) > _MOST:
            return (self._whole,)
        if self._legs is None:
            self._legs = tuple(self._walk(entry)[0] for entry in self._matrix)
        return self._legs

    @cached_property
    def _depends_on_matrix(self) -> bool:
        """Whether an entry of the matrix can matter to a step: through its condition, or what that looks at."""
        conditions = "".join(step.condition.text for step in self._job.steps if step.condition is not None)
        return any(word in conditions for word in ("matrix", "env", "steps", "runner"))

    @property
    def _whole(self) -> tuple[tuple[Step, Scope, Ternary], ...]:
        return self._walked[0]

    @cached_property
    def _walked(self) -> tuple[tuple[tuple[Step, Scope, Ternary], ...], Scope]:
        return self._walk(self._together)

    def _walk(self, matrix: Value) -> tuple[tuple[tuple[Step, Scope, Ternary], ...], Scope]:
        base = {**self._contexts, "matrix": matrix, "job": Object({"status": "success"}, open=True)}
        base["runner"] = _runner(self._job, Scope(base))
        env = _Environment(base, (self._outer_env, self._job.env))
        done: dict[str, Value] = {}
        steps = Object()
        walked: list[tuple[Step, Scope, Ternary]] = []
        for step in self._job.steps:
            contexts = {**base, "steps": steps, "env": env.at(step)}
            scope = Scope(contexts, Status())
            condition = step.condition
            runs = Ternary.YES if condition is None else holds(condition.text, scope)
            walked.append((step, scope, runs))
            if step.id:
                name = f"{self._name}.{step.id}"
                written = Object({}, open=True)
                if step.uses is not None and is_gate(step.uses.text, self._read):
                    written = gate_outputs(step, scope, self._config, name)
                done[step.id] = _left_behind(name, runs, written)
                # Beyond any real job, what the steps leave behind is not told apart.
                steps = Object(dict(done)) if len(done) <= _MOST_IDS else Object({}, open=True)
            if runs is not Ternary.NO:
                env.after(step)
        last = Scope({**base, "steps": steps, "env": env.at(None)}, Status())
        return tuple(walked), last


def _any(answers: tuple[Ternary, ...]) -> Ternary:
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


class _Environment:
    """The `env` context while the steps go by."""

    def __init__(self, contexts: Dictionary[str, Value], blocks: tuple[Mapping, ...]) -> None:
        self._contexts = contexts
        self._values: dict[str, Value] = {}
        # A step may set further variables, which no file declares.
        self._open = False
        self._seen: Object | None = None
        for block in blocks:
            self._values |= self._evaluated(block)

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
