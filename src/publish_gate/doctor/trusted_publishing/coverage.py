"""Which projects an accepted identity may upload to, and why the one that is meant is not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.trusted_publishing.refusals import Reason
from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry


def uncovered(project: str, verdict: Verdict, registry: Registry, index: str) -> Reason | None:
    """Return why an accepted identity may not upload to ``project``; None where it may, or where nobody knows."""
    covered = verdict.token_covers
    if verdict.accepted is not True or not registry.complete or not covered or _has(covered, project):
        return None
    known = registry.on(index)
    matched = verdict.publisher
    everyone = (*known.publishers, *known.pending)
    shadowed = next((each for each in everyone if _has(each.projects, project) and _same_file(each, matched)), None)
    names = ", ".join(covered)
    if shadowed is not None and matched is not None:
        return Reason(
            "publisher-shadowed-by-specific-environment",
            f"the index takes the publisher with the environment {matched.environment!r} first, and that one is for "
            f"{names}; the one without an environment, for {project}, is never looked at",
            f"give the publisher of {project} an environment of its own, and the job that uploads it the same",
            matched,
        )
    is_pending = any(_has(each.projects, project) for each in known.pending)
    if not registry.has_project(project) and registry.existing and not is_pending:
        return Reason(
            "pending-publisher-not-created",
            f"the identity is accepted, for {names}; {project} does not exist and has no pending publisher, and an "
            "identity cannot make a new project without one",
            f"add a pending publisher for {project}",
            matched,
        )
    return Reason(
        "project-name-mismatch",
        f"the identity is accepted, but its token is for {names}, not for {project}",
        f"add the publisher to {project}, or correct the project's name in its files",
        matched,
    )


def _same_file(one: Publisher, other: Publisher | None) -> bool:
    return (
        other is not None
        and (one.owner, one.repository, one.workflow) == (other.owner, other.repository, other.workflow)
        and not one.environment
        and bool(other.environment)
    )


def _has(projects: Iterable[str], name: str) -> bool:
    return normalize_name(name) in {normalize_name(each) for each in projects}
