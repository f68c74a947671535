"""The environment's name is an expression that is empty in a situation that publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import names_of
from publish_gate.doctor.publishing_jobs import is_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("environment-expression", "The environment is empty where it publishes", ("environment-missing-in-job",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such job: it has the key, but in that situation its identity has no environment."""
    for job in examination.jobs:
        environment = job.actual.job.environment
        name = environment.name if environment is not None else None
        if not is_identity(job) or name is None or "${{" not in name.text:
            continue
        empty = tuple(each.situation.name for each in job.identities if each.environment == "")
        if empty:
            yield Finding(
                RULE,
                Severity.WARNING,
                Confidence.HIGH,
                f"the environment {names_of(name)!r} is empty on {', '.join(empty)}: the job then runs in none, and "
                "its identity names none",
                "give it a value for every event that publishes, or a fixed name",
                name.place,
                job.actual.job.id,
                "environment-missing-in-job",
                situations=empty,
            )
