"""What an index would refuse next, once what it refuses first is mended: its first error hides the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.doctor.trusted_publishing.coverage import uncovered
from publish_gate.doctor.trusted_publishing.forms import wanted_publisher
from publish_gate.doctor.trusted_publishing.matching import Check, match
from publish_gate.doctor.trusted_publishing.refusals import reasons

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

_OF_TOKEN = {Check.ISSUER: "iss", Check.AUDIENCE: "aud"}
_MENDABLE = frozenset(
    {*_OF_TOKEN, Check.PUBLISHER, Check.NEW_PROJECT, Check.ENABLED, Check.SINGLE_USE, Check.WORKFLOW_REF}
)


def would_follow(claims: Claims, registry: Registry, index: str, verdict: Verdict, project: str) -> tuple[str, ...]:
    """Return the causes for which an identity is refused: that of ``verdict``, then what it hides, in their order.

    What is refused is mended in thought, in the registry, the token or the workflow, and then held against the index
    again. ``project`` is the one to upload, empty where it is not known.
    """
    told = list(reasons(claims, registry, index, verdict))
    unmended = set(_MENDABLE)
    while verdict.failed in unmended:
        unmended.remove(verdict.failed)
        meant = next((each.publisher for each in told if each.publisher is not None), None)
        claims, registry = _mended(claims, registry, index, verdict.failed, meant)
        verdict = match(claims, registry, audience=index)
        told += reasons(claims, registry, index, verdict)
    lacking = uncovered(project, verdict, registry, index) if project else None
    told += [lacking] if lacking is not None else []
    return tuple(dict.fromkeys(each.cause for each in told))


def _mended(
    claims: Claims, registry: Registry, index: str, failed: Check, meant: Publisher | None
) -> tuple[Claims, Registry]:
    """Return claims and registry without what was refused; ``meant`` is the publisher that comes nearest."""
    if failed is Check.NEW_PROJECT:
        return claims, replace(registry, publishers=(*registry.publishers, *registry.pending), pending=())
    if failed is Check.ENABLED:
        return claims, replace(registry, disabled=False)
    if failed is Check.SINGLE_USE:
        return claims, replace(registry, used_jti=frozenset())
    if failed is Check.PUBLISHER:
        wanted = wanted_publisher(claims, index)
        projects = meant.projects if meant is not None else ()
        known = (replace(wanted, projects=projects),) if wanted is not None else registry.publishers
        return claims, replace(registry, publishers=known, pending=())
    if failed is Check.WORKFLOW_REF:
        # The job is moved into a workflow of the repository, under the name of the file that is called now.
        moved = f"{claims.get('repository')}/.github/workflows/{claims.workflow_file}@{claims.ref}"
        return replace(claims, values={**claims.values, "job_workflow_ref": moved}), registry
    return claims.without(_OF_TOKEN[failed]), registry
