"""Where a finding points, and how what stands there is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.ternary import Ternary
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.workflow.tree import Scalar
    from publish_gate.places import Place

_SHOWN = 120


def guard_place(job: PublishingJob) -> Place:
    """Return where a job's condition stands, or the job where it has none."""
    owner = job.upload.job
    return owner.condition.place if owner.condition is not None else owner.place


def names_of(scalar: Scalar) -> str:
    """Return a condition or value as one short line."""
    return one_line(" ".join(scalar.text.split()), _SHOWN)


def reached(job: PublishingJob) -> tuple[str, ...]:
    """Return the names of the situations in which the upload happens or may happen."""
    return tuple(name for name, answer in job.publishes_on.items() if answer is not Ternary.NO)
