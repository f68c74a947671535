"""Uploads by jobs that call another workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.actions import WORKFLOWS
from publish_gate.doctor.uploads.by_action import (
    Given,
    read_use,
    switched_off,
    upload_by_known,
    upload_by_unknown,
)
from publish_gate.doctor.uploads.stores import Stores
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.expressions import Expressions
    from publish_gate.doctor.uploads.upload_commands import DetectedUpload
    from publish_gate.doctor.uploads.values import Environment
    from publish_gate.doctor.workflow.model import Job


def given_by_call(job: Job, expressions: Expressions) -> tuple[Environment, Environment]:
    """Return the inputs and the secrets that a calling job hands over, names in lower case."""
    inputs = {
        entry.key.lower(): expressions.text(entry.value) for entry in job.with_ if isinstance(entry.value, Scalar)
    }
    block = job.secrets if isinstance(job.secrets, Mapping) else Mapping((), job.place)
    secrets = {entry.key.lower(): expressions.text(entry.value) for entry in block if isinstance(entry.value, Scalar)}
    return inputs, secrets


def upload_by_call(job: Job, expressions: Expressions, *, identity: bool) -> DetectedUpload | None:
    """Return what a called workflow uploads that is not there to be read: by its inputs, secrets and name."""
    use = read_use(job.uses.text if job.uses is not None else "")
    inputs, secrets = given_by_call(job, expressions)
    # With `secrets: inherit` the name alone has to tell what they are for.
    inherits = isinstance(job.secrets, Scalar) and job.secrets.text == "inherit"
    given = Given({**inputs, **secrets}, {}, {}, identity, Stores(), inherits)
    known = WORKFLOWS.get(use.action)
    if known is not None:
        return upload_by_known(known, given)
    if switched_off(inputs):
        return None
    file = (use.local or use.action).rpartition("/")[2]
    return upload_by_unknown(file, given, called=True)
