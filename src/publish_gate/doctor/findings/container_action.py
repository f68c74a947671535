"""The PyPA action is a container action: it runs on Linux only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.syntax_tree import ExpressionError
from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.written import path_of
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Job, Step

RULE = Rule("container-action-non-linux", "The publishing action runs on Linux only", ("container-action-non-linux",))
_SYSTEMS = {"macos": "macOS", "windows": "Windows"}


class _Runner(NamedTuple):
    """A label of a runner; ``key`` is that of the matrix which gives it, empty where it is written at the job."""

    label: Scalar
    key: str = ""

    @property
    def system(self) -> str:
        """The system as ``runner.os`` calls it, empty for Linux and for what is not known."""
        return _SYSTEMS.get(self.label.text.lower().partition("-")[0], "")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each job on macOS or Windows that uses it, directly or by its matrix."""
    seen: set[object] = set()
    for job in examination.jobs:
        owner, step = job.upload.job, job.upload.step
        if job.upload.how is not How.PYPA_ACTION or step is None or job.upload.place in seen:
            continue
        seen.add(job.upload.place)
        for runner in _runners(owner):
            reached = _is_reached(step, runner) if runner.system else Ternary.NO
            if reached is Ternary.NO:
                continue
            sure = reached is Ternary.YES
            yield Finding(
                RULE,
                Severity.ERROR if sure else Severity.WARNING,
                Confidence.HIGH if sure else Confidence.MEDIUM,
                f"job {owner.id!r} runs on {runner.label.text!r}, and the publishing action is a container action "
                "that only runs on Linux",
                "upload from a job of its own with `runs-on: ubuntu-latest`, and hand the files over as an artifact",
                runner.label.place,
                owner.id,
                "container-action-non-linux",
            )
            break


def _is_reached(step: Step, runner: _Runner) -> Ternary:
    """Tell whether the step's condition lets it run there; one that asks for no system does."""
    from publish_gate.doctor.expressions import Object, Scope
    from publish_gate.doctor.simulation.evaluation import own_condition_holds

    text = step.condition.text if step.condition is not None else ""
    if "matrix" not in text and "runner" not in text:
        return Ternary.YES
    matrix = Object({runner.key: runner.label.text} if runner.key else {}, open=True)
    return own_condition_holds(text, Scope({"matrix": matrix, "runner": Object({"os": runner.system}, open=True)}))


def _runners(job: Job) -> Iterator[_Runner]:
    """Yield the runner labels that are written down: plain ones, and those of a static matrix."""
    node = job.runs_on.get("labels") if isinstance(job.runs_on, Mapping) else job.runs_on
    for label in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(label, Scalar):
            key = _matrix_key(label)
            yield from [_Runner(label)] if not key else (_Runner(each, key) for each in _values(job, key))


def _matrix_key(label: Scalar) -> str:
    """Return ``os`` for ``${{ matrix.os }}``, empty for everything else."""
    from publish_gate.doctor.expressions import parse_template

    try:
        path = path_of(parse_template(label.text)) if "${{" in label.text else ()
    except ExpressionError:
        return ""
    return path[1] if len(path) > 1 and path[0] == "matrix" else ""


def _values(job: Job, key: str) -> Iterator[Scalar]:
    """Yield the values of a key of a static matrix, those of its ``include`` too."""
    matrix = job.strategy.get("matrix")
    if not isinstance(matrix, Mapping):
        return
    values = matrix.get(key)
    yield from (each for each in getattr(values, "items", ()) if isinstance(each, Scalar))
    included = matrix.get("include")
    for entry in included.items if isinstance(included, Sequence) else ():
        value = entry.scalar(key) if isinstance(entry, Mapping) else None
        if value is not None:
            yield value
