"""Matches the claims of a token against registered publishers, as the index does: the same answers, offline."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.trusted_publishing import verification
from publish_gate.doctor.trusted_publishing.forms import web
from publish_gate.doctor.trusted_publishing.lookup import look_up
from publish_gate.doctor.trusted_publishing.names import name_problem, refusal
from publish_gate.doctor.trusted_publishing.rules import ISSUER, LATEST, Rules
from publish_gate.doctor.trusted_publishing.workflow_refs import file_name
from publish_gate.hosts import PYPI

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

OK: Final = 200
REFUSED: Final = 422


class Check(enum.Enum):
    """What the index checks, in its order."""

    ISSUER = "issuer"
    ENABLED = "trusted publishing is enabled"
    AUDIENCE = "audience"
    CLAIMS_PRESENT = "required claims are there"
    WORKFLOW_FILE = "workflow file name in the claim"
    PUBLISHER = "a publisher is registered"
    ISSUER_OF_PUBLISHER = "issuer of the publisher"
    SUB = "sub"
    OWNER = "repository owner"
    WORKFLOW_REF = "workflow is of this repository and ref"
    SINGLE_USE = "token not used before"
    EVENT = "event"
    NEW_PROJECT = "project can be created"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The index's answer to a token.

    ``code`` is ``ok`` or its error code, None where that cannot be told: ``missing`` then says what it would
    take. ``description`` is its own text, ``http`` its status. ``token_covers`` are the projects that the
    upload token would be good for. ``publisher`` is the one that matched (also where a later check failed),
    ``failed`` the check that refused, ``creates`` the project that a pending publisher would have made.
    """

    code: str | None
    description: str | None = None
    token_covers: tuple[str, ...] | None = None
    http: int | None = None
    publisher: Publisher | None = None
    failed: Check | None = None
    missing: tuple[str, ...] = ()
    creates: str | None = None

    @property
    def accepted(self) -> bool | None:
        """Whether the index hands out an upload token; None where that cannot be told."""
        return None if self.code is None else self.code == "ok"


def match(claims: Claims, registry: Registry, rules: Rules = LATEST, audience: str | None = None) -> Verdict:
    """Return the answer of an index to a token.

    ``audience`` is the index's name, which is what its tokens are for: ``pypi`` or ``testpypi``; by default
    what the registry is about. A claim that is unknown leaves the answer open where it matters. What every
    token of a runner has (issuer, audience, a fresh id, a commit) is taken to be right where it is not told.
    """
    index = audience or registry.audience or PYPI.name
    known = registry.on(index)
    refused = _before_lookup(claims, known, rules, index)
    if refused is not None:
        return refused
    creates: str | None = None
    if known.pending:
        pending = _find(claims, known, rules, known.pending)
        if pending.code is None or pending.failed is Check.SINGLE_USE:
            return pending
        if pending.code == "ok" and pending.publisher is not None:
            refused = _new_project(pending.publisher, known, index)
            if refused is not None:
                return refused
            creates = pending.publisher.projects[0]
            # From here on it is a publisher like the others, and competes with them.
            known = replace(known, publishers=(*known.publishers, pending.publisher))
    answer = _find(claims, known, rules, known.publishers)
    if answer.code == "invalid-publisher" and answer.failed is Check.PUBLISHER and not known.complete:
        return Verdict(None, missing=("publishers",))
    return replace(answer, creates=creates)


def _refused(code: str, description: str, check: Check, publisher: Publisher | None = None) -> Verdict:
    return Verdict(code, description, http=REFUSED, failed=check, publisher=publisher)


def _not_ours(reason: str, check: Check, publisher: Publisher | None = None) -> Verdict:
    """No publisher is for this token; the reason is the index's own."""
    described = f"valid token, but no corresponding publisher{f' ({reason})' if reason else ''}"
    return _refused("invalid-publisher", described, check, publisher)


def _before_lookup(claims: Claims, registry: Registry, rules: Rules, index: str) -> Verdict | None:
    """Check what is checked before any publisher is looked for. Source: warehouse's oidc/views.py."""
    issuer = claims.get("iss")
    if claims.is_absent("iss"):
        return _refused("invalid-payload", "malformed JWT", Check.ISSUER)
    if issuer is not None and issuer != ISSUER and not (rules.other_issuers and _is_registered(issuer, registry)):
        return _refused("invalid-payload", "unknown trusted publishing issuer", Check.ISSUER)
    if registry.disabled:
        return _refused("not-enabled", "github trusted publishing functionality not enabled", Check.ENABLED)
    if claims.is_absent("aud") or claims.get("aud") not in {None, index}:
        return _refused("invalid-token", "malformed or invalid token", Check.AUDIENCE)
    return None


def _is_registered(issuer: str, registry: Registry) -> bool:
    """Whether an issuer other than GitHub's own is registered by an organisation.

    Where nobody told, that of a GitHub Enterprise Server is taken to be: it is refused either way, and
    who got as far as trying has set it up. That of an enterprise on GitHub itself cannot be registered.
    """
    if registry.issuers is not None:
        return issuer in registry.issuers
    return issuer.startswith("https://") and issuer.endswith("/_services/token")


def _find(claims: Claims, registry: Registry, rules: Rules, publishers: tuple[Publisher, ...]) -> Verdict:
    """Find the publisher of a token and check the claims against it."""
    lacking = next((name for name in rules.required if claims.is_absent(name)), None)
    if lacking is not None:
        # With several, which one the index names is left to chance there.
        return _not_ours(f"Missing claim {lacking!r}", Check.CLAIMS_PRESENT)
    repository = claims.get("repository")
    if repository is not None and "/" not in repository:
        # The index fails here itself; a token of GitHub has no such claim.
        return Verdict(None, http=500, failed=Check.PUBLISHER, missing=("repository",))
    if rules.matches_caller:
        answer = _find_by(claims, registry, rules, publishers, "workflow_ref")
        if answer.failed is not Check.PUBLISHER:
            return answer
    return _find_by(claims, registry, rules, publishers, "job_workflow_ref")


def _find_by(
    claims: Claims, registry: Registry, rules: Rules, publishers: tuple[Publisher, ...], file_claim: str
) -> Verdict:
    """Find the publisher of the file that one claim names."""
    reference = claims.get(file_claim)
    file = None if reference is None else file_name(reference)
    if reference is not None and file is None:
        return _not_ours("Could not job extract workflow filename from OIDC claims", Check.WORKFLOW_FILE)
    found = look_up(claims, file, file_claim, publishers)
    if found.missing:
        return Verdict(None, missing=found.missing)
    publisher = found.publisher
    if publisher is None:
        return _not_ours(rules.not_found, Check.PUBLISHER)
    covered = _covered(publisher, publishers)
    for check, verify in _VERIFICATIONS:
        result = verify(claims, publisher, registry, rules, file_claim)
        if result is None:
            continue
        if result.missing:
            return Verdict(None, missing=result.missing, publisher=publisher, token_covers=covered)
        if check is Check.SINGLE_USE:
            return _refused("invalid-reuse-token", "invalid token: already used", check, publisher)
        return _not_ours(result.reason, check, publisher)
    return Verdict("ok", token_covers=covered, http=OK, publisher=publisher)


_VERIFICATIONS: Final = (
    (Check.ISSUER_OF_PUBLISHER, verification.issuer),
    (Check.SUB, verification.sub),
    (Check.OWNER, verification.owner),
    (Check.WORKFLOW_REF, verification.workflow_ref),
    (Check.SINGLE_USE, verification.single_use),
    (Check.EVENT, verification.event),
)


def _covered(publisher: Publisher, publishers: tuple[Publisher, ...]) -> tuple[str, ...]:
    """Return the projects of a publisher: all of those for which it is registered, with one token."""
    same = [each for each in publishers if each.identity == publisher.identity]
    return tuple(sorted({project for each in same for project in each.projects}))


def _new_project(publisher: Publisher, registry: Registry, index: str) -> Verdict | None:
    """Check whether the project of a pending publisher can be made."""
    name = publisher.projects[0]
    if registry.has_project(name):
        described = "valid token, but project already exists"
        return _refused("invalid-pending-publisher", described, Check.NEW_PROJECT, publisher)
    problem = name_problem(name, registry)
    if problem is None:
        return None
    return _refused("invalid-payload", refusal(name, problem, web(index)), Check.NEW_PROJECT, publisher)
