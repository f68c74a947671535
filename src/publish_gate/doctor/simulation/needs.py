"""What a job sees of the jobs before it: the `needs` context, and whether `success()` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions import Object, OneOf
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.workflow.model import Job

_RESULTS = ("success", "skipped")


class _Done(NamedTuple):
    """A job that has been gone through.

    ``ran`` tells whether it ran, and so succeeded; ``behind`` whether all its ancestors did; ``skipped`` is the
    nearest of itself and its ancestors that did not, or may not have, run.
    """

    job: Job
    ran: Ternary
    behind: Ternary
    skipped: str
    seen: Value


class Needs:
    """The jobs of one workflow that have been gone through, in an order in which each stands behind its needs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done: dict[str, _Done] = {}

    def done(self, job: Job, ran: Ternary, outputs: Value) -> None:
        """Note how a job has gone, and what it gives to those that need it."""
        result: Value = "skipped" if ran is Ternary.NO else "success"
        if ran is Ternary.DEPENDS:
            result = OneOf(_RESULTS, f"{self._name}{job.id}.result")
        seen = Object({"result": result, "outputs": outputs})
        behind, skipped = self._ancestors(job)
        self._done[job.id.lower()] = _Done(job, ran, behind, job.id if ran is not Ternary.YES else skipped, seen)

    def context(self, job: Job) -> Object:
        """Return the `needs` context of a job: the jobs it names itself, and no others."""
        done = [self._done[need.text.lower()] for need in job.needs]
        return Object({each.job.id: each.seen for each in done})

    def success(self, job: Job) -> Ternary:
        """Tell whether `success()` holds for a job: all its ancestors ran, not only those that it names.

        A job that was skipped has not succeeded, and skips what waits for it however far down, unless a condition
        there asks for the status itself.
        """
        return self._ancestors(job)[0]

    def reason(self, job: Job) -> str:
        """Say which ancestor is, or may be, skipped; empty where none is."""
        answer, skipped = self._ancestors(job)
        if answer is Ternary.YES:
            return ""
        named = any(need.text.lower() == skipped.lower() for need in job.needs)
        how = "is skipped" if answer is Ternary.NO else "may be skipped"
        return f"it needs {skipped!r}, which {how}" if named else f"{skipped!r}, which it waits for, {how}"

    def _ancestors(self, job: Job) -> tuple[Ternary, str]:
        answer, skipped = Ternary.YES, ""
        for need in job.needs:
            done = self._done[need.text.lower()]
            # Whether a skip carries over a called workflow that ran in spite of it is not documented.
            behind = done.behind | Ternary.DEPENDS if done.job.uses is not None else done.behind
            one = done.ran & behind
            if answer is not (answer & one):
                skipped = done.skipped
            answer = answer & one
        return answer, skipped
