"""Matches the claims of a token against registered publishers, as the index does: the same answers, offline."""

from __future__ import annotations

import enum
import re
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.trusted_publishing.claims import file_name
from publish_gate.doctor.trusted_publishing.forms import web
from publish_gate.hosts import PYPI
from publish_gate.names import is_project_name, normalize_name
from publish_gate.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

ISSUER: Final = "https://token.actions.githubusercontent.com"
"""Who issues the tokens of GitHub's own runners."""


REQUIRED: Final = (
    "repository",
    "repository_owner",
    "repository_owner_id",
    "job_workflow_ref",
    "jti",
    "event_name",
    "ref",
    "sha",
)
"""The claims without which no token is accepted. Source: warehouse's oidc/models/github.py, since 2026-03-02."""

_FILE_CLAIM: Final = "job_workflow_ref"
_NOT_FOUND: Final = "Publisher with matching claims was not found"
# Source: pypi/warehouse#19601.
_REFUSED_EVENT: Final = "pull_request_target"

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Failure(NamedTuple):
    """A check that does not hold, with the index's reason; or one that is open, with the claims it would take."""

    reason: str = ""
    missing: tuple[str, ...] = ()


def issuer(claims: Claims, _publisher: Publisher, _registry: Registry) -> Failure | None:
    """Check that the token's issuer is the publisher's, which is always GitHub itself."""
    told = claims.get("iss")
    if told is None or told == ISSUER:
        return None
    return Failure(f"JWT issuer {told!r} does not match expected issuer {ISSUER!r}")


def owner(claims: Claims, publisher: Publisher, _registry: Registry) -> Failure | None:
    """Check the owner by itself; the one in ``repository`` has been compared already."""
    told = claims.get("repository_owner")
    return None if told in {None, publisher.owner} else Failure("Check failed for required claim 'repository_owner'")


def workflow_ref(claims: Claims, publisher: Publisher, _registry: Registry) -> Failure | None:
    """Check that the workflow is the repository's own, at the ref or the commit that the run is for."""
    told = claims.get(_FILE_CLAIM) or ""
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
    return Failure(f"The {_FILE_CLAIM} claim does not match, expecting one of {listed!r}, got {told!r}")


def single_use(claims: Claims, _publisher: Publisher, registry: Registry) -> Failure | None:
    """Check that the token was not exchanged before."""
    return Failure() if claims.get("jti") in registry.used_jti else None


def event(claims: Claims, _publisher: Publisher, _registry: Registry) -> Failure | None:
    """Check that the run was not started by an event from which nothing is published."""
    told = claims.get("event_name")
    if told is None:
        return Failure(missing=("event_name",))
    if told == _REFUSED_EVENT:
        return Failure(f"Publishing from a workflow invoked via {told!r} is not supported.")
    return None


class Found(NamedTuple):
    """What a look-up gives: a publisher, none, or several answers because some claims are ``missing``."""

    publisher: Publisher | None = None
    missing: tuple[str, ...] = ()


class _Candidate(NamedTuple):
    """A publisher that nothing known speaks against; ``missing`` is what it takes to be sure of it."""

    publisher: Publisher
    missing: tuple[str, ...]


def look_up(claims: Claims, file: str | None, publishers: Iterable[Publisher]) -> Found:
    """Return the most specific publisher for a token: one with its environment, else one for any environment.

    ``file`` is the workflow file that counts, None where the claim that has it is unknown.
    Source: ``lookup_by_claims`` and ``_get_publisher_for_environment`` in warehouse's oidc/models/github.py.
    """
    candidates = [found for each in publishers if (found := _candidate(claims, file, each)) is not None]
    general = [each for each in candidates if not each.publisher.environment]
    if claims.has_no_environment:
        return _first(general)
    environment = claims.environment
    if environment is not None:
        wanted = environment.lower()
        specific = _first([each for each in candidates if each.publisher.environment == wanted])
        # An uncertain specific one leaves it open which of the two it is.
        return specific if specific != Found() else _first(general)
    if len(general) == len(candidates):
        return _first(general)
    missing = {"environment", *(name for each in candidates for name in each.missing)}
    return Found(missing=tuple(sorted(missing)))


def _first(candidates: list[_Candidate]) -> Found:
    sure = next((each for each in candidates if not each.missing), None)
    if sure is not None:
        return Found(sure.publisher)
    return Found(missing=tuple(sorted({name for each in candidates for name in each.missing})))


def _candidate(claims: Claims, file: str | None, publisher: Publisher) -> _Candidate | None:
    """Hold a publisher against what is known, exactly: upper and lower case differ. None where it is not the one."""
    compared = (
        ("repository", claims.owner, publisher.owner),
        ("repository", claims.repository_name, publisher.repository),
        ("repository_owner_id", claims.get("repository_owner_id"), publisher.owner_id),
        (_FILE_CLAIM, file, publisher.workflow),
    )
    missing: list[str] = []
    for name, claimed, registered in compared:
        if registered is None:
            # An owner's id that nobody noted is not compared; a file name that nobody noted leaves it open.
            if name == _FILE_CLAIM:
                missing.append("workflow of the publisher")
        elif claimed is None:
            missing.append(name)
        elif claimed != registered:
            return None
    return _Candidate(publisher, tuple(dict.fromkeys(missing)))


_FOLDED: Final = str.maketrans({"l": "1", "i": "1", "o": "0", "-": None, "_": None, ".": None})

# Modules that later versions of Python dropped; the index keeps the names of all versions from use.
_DROPPED: Final = """
    aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils formatter imghdr imp lib2to3 macpath
    mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
    ConfigParser Cookie HTMLParser Queue SocketServer StringIO Tkinter cPickle cStringIO commands cookielib
    httplib md5 sets sha urllib2 urlparse xmlrpclib
"""


class NameProblem(enum.Enum):
    """Why an index does not create a project, in its own order."""

    INVALID = "invalid"
    STANDARD_LIBRARY = "standard-library"
    EXISTS = "exists"
    PROHIBITED = "prohibited"
    SIMILAR = "similar"


def confusable(name: str) -> str:
    """Return the form in which names that can be mistaken for each other are equal texts.

    Source: the function ``ultranormalize_name`` of the index's database: without ``-``, ``_`` and ``.``, and
    with ``l`` and ``i`` as ``1``, ``o`` as ``0``.
    """
    return name.lower().translate(_FOLDED)


def name_problem(name: str, registry: Registry) -> NameProblem | None:
    """Say why a project of this name would not be created; None where nothing that is known stands against it.

    Source: ``check_project_name`` in warehouse's packaging/services.py.
    """
    normal = normalize_name(name)
    if not is_project_name(name):
        return NameProblem.INVALID
    if normal in {normalize_name(each.strip("_")) for each in (*sys.stdlib_module_names, *_DROPPED.split())}:
        return NameProblem.STANDARD_LIBRARY
    if registry.has_project(name):
        return NameProblem.EXISTS
    if normal in {normalize_name(each) for each in registry.prohibited}:
        return NameProblem.PROHIBITED
    if confusable(name) in {confusable(each) for each in registry.project_names}:
        return NameProblem.SIMILAR
    return None


def refusal(name: str, problem: NameProblem, web: str) -> str:
    """Return the index's own sentence; ``web`` is the base address of its pages.

    Source: ``create_project`` in warehouse's packaging/services.py.
    """
    if problem is NameProblem.INVALID:
        return f"The name {name!r} is invalid."
    what = {
        NameProblem.STANDARD_LIBRARY: "isn't allowed (conflict with Python Standard Library module name)",
        NameProblem.EXISTS: "conflicts with an existing project",
        NameProblem.PROHIBITED: "isn't allowed",
        NameProblem.SIMILAR: "is too similar to an existing project",
    }[problem]
    return f"The name {name!r} {what}. See {web}/help/#project-name for more information."


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


def match(claims: Claims, registry: Registry, audience: str | None = None) -> Verdict:
    """Return the answer of an index to a token.

    ``audience`` is the index's name, which is what its tokens are for: ``pypi`` or ``testpypi``; by default
    what the registry is about. A claim that is unknown leaves the answer open where it matters. What every
    token of a runner has (issuer, audience, a fresh id, a commit) is taken to be right where it is not told.
    """
    index = audience or registry.audience or PYPI.name
    known = registry.on(index)
    refused = _before_lookup(claims, known, index)
    if refused is not None:
        return refused
    creates: str | None = None
    if known.pending:
        pending = _find(claims, known, known.pending)
        if pending.code is None or pending.failed is Check.SINGLE_USE:
            return pending
        if pending.code == "ok" and pending.publisher is not None:
            refused = _new_project(pending.publisher, known, index)
            if refused is not None:
                return refused
            creates = pending.publisher.projects[0]
            # From here on it is a publisher like the others, and competes with them.
            known = replace(known, publishers=(*known.publishers, pending.publisher))
    answer = _find(claims, known, known.publishers)
    if answer.code == "invalid-publisher" and answer.failed is Check.PUBLISHER and not known.complete:
        return Verdict(None, missing=("publishers",))
    return replace(answer, creates=creates)


def _refused(code: str, description: str, check: Check, publisher: Publisher | None = None) -> Verdict:
    return Verdict(code, description, http=REFUSED, failed=check, publisher=publisher)


def _not_ours(reason: str, check: Check, publisher: Publisher | None = None) -> Verdict:
    """No publisher is for this token; the reason is the index's own."""
    described = f"valid token, but no corresponding publisher ({reason})"
    return _refused("invalid-publisher", described, check, publisher)


def _before_lookup(claims: Claims, registry: Registry, index: str) -> Verdict | None:
    """Check what is checked before any publisher is looked for. Source: warehouse's oidc/views.py."""
    issuer = claims.get("iss")
    if claims.is_absent("iss"):
        return _refused("invalid-payload", "malformed JWT", Check.ISSUER)
    if issuer is not None and issuer != ISSUER and not _is_registered(issuer, registry):
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


def _find(claims: Claims, registry: Registry, publishers: tuple[Publisher, ...]) -> Verdict:
    """Find the publisher of a token and check the claims against it."""
    lacking = next((name for name in REQUIRED if claims.is_absent(name)), None)
    if lacking is not None:
        # With several, which one the index names is left to chance there.
        return _not_ours(f"Missing claim {lacking!r}", Check.CLAIMS_PRESENT)
    repository = claims.get("repository")
    if repository is not None and "/" not in repository:
        # The index fails here itself; a token of GitHub has no such claim.
        return Verdict(None, http=500, failed=Check.PUBLISHER, missing=("repository",))
    reference = claims.get(_FILE_CLAIM)
    file = None if reference is None else file_name(reference)
    if reference is not None and file is None:
        return _not_ours("Could not job extract workflow filename from OIDC claims", Check.WORKFLOW_FILE)
    found = look_up(claims, file, publishers)
    if found.missing:
        return Verdict(None, missing=found.missing)
    publisher = found.publisher
    if publisher is None:
        return _not_ours(_NOT_FOUND, Check.PUBLISHER)
    covered = _covered(publisher, publishers)
    for check, verify in _VERIFICATIONS:
        result = verify(claims, publisher, registry)
        if result is None:
            continue
        if result.missing:
            return Verdict(None, missing=result.missing, publisher=publisher, token_covers=covered)
        if check is Check.SINGLE_USE:
            return _refused("invalid-reuse-token", "invalid token: already used", check, publisher)
        return _not_ours(result.reason, check, publisher)
    return Verdict("ok", token_covers=covered, http=OK, publisher=publisher)


_VERIFICATIONS: Final = (
    (Check.ISSUER_OF_PUBLISHER, issuer),
    (Check.OWNER, owner),
    (Check.WORKFLOW_REF, workflow_ref),
    (Check.SINGLE_USE, single_use),
    (Check.EVENT, event),
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
