"""What an index would refuse next, once what it refuses first is mended: its first error hides the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.doctor.coverage import uncovered
from publish_gate.doctor.identity.forms import wanted_publisher
from publish_gate.doctor.identity.matching import Check, match
from publish_gate.doctor.refusal import reasons

if TYPE_CHECKING:
    from publish_gate.doctor.identity.claims import Claims
    from publish_gate.doctor.identity.matching import Verdict
    from publish_gate.doctor.identity.publishers import Publisher, Registry

# There are not more checks that can be mended one after the other.
_MOST = 6
_OF_TOKEN = {Check.ISSUER: "iss", Check.AUDIENCE: "aud"}


def would_follow(claims: Claims, registry: Registry, index: str, verdict: Verdict, project: str) -> tuple[str, ...]:
    """Return the causes for which an identity would be refused after ``verdict`` is mended, in their order.

    Mended is the registry or the token, never what the workflow does: an event or a called workflow that is refused
    is the last to be told. ``project`` is the one to upload, empty where it is not known.
    """
    found: list[str] = []
    meant: Publisher | None = None
    for _ in range(_MOST):
        told = reasons(claims, registry, index, verdict)
        found += [each.cause for each in told]
        meant = next((each.publisher for each in told if each.publisher is not None), meant)
        mended = _mended(claims, registry, index, verdict, meant)
        if mended is None:
            break
        claims, registry = mended
        verdict = match(claims, registry, audience=index)
    lacking = uncovered(project, verdict, registry, index) if project else None
    return tuple(dict.fromkeys([*found, *([lacking.cause] if lacking is not None else [])]))


def _mended(
    claims: Claims, registry: Registry, index: str, verdict: Verdict, meant: Publisher | None
) -> tuple[Claims, Registry] | None:
    """Return claims and registry without what was refused; None where that is not theirs to mend."""
    failed = verdict.failed
    if verdict.accepted is not False or failed is None:
        return None
    if failed is Check.PUBLISHER:
        wanted = wanted_publisher(claims, index)
        if wanted is None:
            return None
        wanted = replace(wanted, projects=meant.projects if meant is not None else ())
        return claims, replace(registry, publishers=(wanted,), pending=())
    if failed is Check.NEW_PROJECT:
        return claims, replace(registry, publishers=(*registry.publishers, *registry.pending), pending=())
    if failed is Check.ENABLED:
        return claims, replace(registry, disabled=False)
    if failed is Check.SINGLE_USE:
        return claims, replace(registry, used_jti=frozenset())
    if failed in _OF_TOKEN:
        return claims.without(_OF_TOKEN[failed]), registry
    return None
