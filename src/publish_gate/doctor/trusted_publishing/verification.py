"""The checks of a token against the publisher that was found for it, one function each.

Each returns None where the check holds. Source: the claim checks in warehouse's oidc/models/github.py, and
``verify_claims`` in _core.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.trusted_publishing.rules import ISSUER

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
    from publish_gate.doctor.trusted_publishing.rules import Rules

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Failure(NamedTuple):
    """A check that does not hold, with the index's reason; or one that is open, with the claims it would take."""

    reason: str = ""
    missing: tuple[str, ...] = ()


def issuer(
    claims: Claims, _publisher: Publisher, _registry: Registry, _rules: Rules, _file_claim: str
) -> Failure | None:
    """Check that the token's issuer is the publisher's, which is always GitHub itself."""
    told = claims.get("iss")
    if told is None or told == ISSUER:
        return None
    return Failure(f"JWT issuer {told!r} does not match expected issuer {ISSUER!r}")


def sub(claims: Claims, publisher: Publisher, _registry: Registry, rules: Rules, _file_claim: str) -> Failure | None:
    """Check that ``sub`` begins with the repository, which a customised one does not."""
    told = claims.get("sub")
    if not rules.check_sub or told is None:
        return None
    parts = told.split(":")
    expected = f"repo:{publisher.slug}".lower()
    if len(parts) > 1 and parts[1] and f"{parts[0]}:{parts[1]}".lower() == expected:
        return None
    return Failure("Check failed for required claim 'sub'")


def owner(claims: Claims, publisher: Publisher, _registry: Registry, _rules: Rules, _file_claim: str) -> Failure | None:
    """Check the owner by itself; the one in ``repository`` has been compared already."""
    told = claims.get("repository_owner")
    return None if told in {None, publisher.owner} else Failure("Check failed for required claim 'repository_owner'")


def workflow_ref(
    claims: Claims, publisher: Publisher, _registry: Registry, _rules: Rules, file_claim: str
) -> Failure | None:
    """Check that the workflow is the repository's own, at the ref or the commit that the run is for."""
    told = claims.get(file_claim) or ""
    wanted = f"{publisher.slug}/.github/workflows/{publisher.workflow}"
    refs = {name: claims.get(name) for name in ("ref", "sha")}
    if refs == {"ref": "", "sha": ""}:
        return Failure("The ref and sha claims are empty")
    expected = {f"{wanted}@{ref}" for ref in refs.values() if ref}
    if told in expected:
        return None
    unknown = tuple(name for name, ref in refs.items() if ref is None)
    at = told[len(wanted) + 1 :] if told.startswith(f"{wanted}@") else ""
    # What is unknown can still make it right: a ref is whatever it is, a commit looks like one.
    if at and ("ref" in unknown or ("sha" in unknown and _COMMIT.fullmatch(at))):
        return Failure(missing=unknown)
    listed = sorted([*expected, *(f"{wanted}@<{name}>" for name in unknown)])
    return Failure(f"The {file_claim} claim does not match, expecting one of {listed!r}, got {told!r}")


def single_use(
    claims: Claims, _publisher: Publisher, registry: Registry, _rules: Rules, _file_claim: str
) -> Failure | None:
    """Check that the token was not exchanged before."""
    return Failure() if claims.get("jti") in registry.used_jti else None


def event(claims: Claims, _publisher: Publisher, _registry: Registry, rules: Rules, _file_claim: str) -> Failure | None:
    """Check that the run was not started by an event from which nothing is published."""
    if not rules.refused_events:
        return None
    told = claims.get("event_name")
    if told is None:
        return Failure(missing=("event_name",))
    if told in rules.refused_events:
        return Failure(f"Publishing from a workflow invoked via {told!r} is not supported.")
    return None
