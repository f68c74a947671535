"""Why an index refuses an identity, as a root cause: what keeps it from the publisher that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.trusted_publishing.differences import Difference, Field, Kind, differences, nearest
from publish_gate.doctor.trusted_publishing.forms import environment_problem, wanted_publisher
from publish_gate.doctor.trusted_publishing.matching import Check, match
from publish_gate.names import normalize_name
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

_FILE_NAME_CAUSE = "workflow-filename-mismatch"
_SPELLING = frozenset({Kind.WHITESPACE, Kind.LOOK_ALIKE})
_CALLED = frozenset({Kind.CALLED_WORKFLOW, Kind.CALLED_ELSEWHERE, Kind.CALLED_AT_OTHER_REF})


class Reason(NamedTuple):
    """One root cause with what was found and what to do; ``publisher`` is the one that was meant."""

    cause: str
    found: str
    advice: str
    publisher: Publisher | None = None
    difference: Difference | None = None


def reasons(claims: Claims, registry: Registry, index: str, verdict: Verdict) -> tuple[Reason, ...]:
    """Return why an identity is refused, the first cause first; empty where it is accepted or not known.

    Of several things that keep it from the nearest publisher the index names none, so all are told.
    """
    if verdict.accepted is not False:
        return ()
    known = registry.on(index)
    if verdict.failed is Check.PUBLISHER:
        return _not_found(claims, known, registry, index)
    described = verdict.description or ""
    if verdict.failed is Check.WORKFLOW_REF:
        return _called(claims, verdict, described)
    if verdict.failed is Check.NEW_PROJECT and verdict.code == "invalid-payload":
        return (Reason("project-name-taken", described, "choose another name", verdict.publisher),)
    if verdict.failed is Check.AUDIENCE and claims.get("aud") is not None:
        found = (
            f"the token is for the audience {claims.get('aud')}, and the index {index} takes those for {index!r} only"
        )
        return (Reason("wrong-audience", found, _AUDIENCE),)
    if verdict.failed not in _CHECKS or _is_garbled(claims, verdict.failed):
        return ()
    cause, advice = _CHECKS[verdict.failed]
    return (Reason(cause, described, advice, verdict.publisher),)


def _is_garbled(claims: Claims, failed: Check) -> bool:
    """Whether a claim is as no token of GitHub has it: that is how it was written down, and not why it failed."""
    if failed is Check.ISSUER:
        return claims.get("iss") is None
    file = (claims.get("job_workflow_ref") or "").rpartition("/.github/workflows/")[2]
    return failed is Check.WORKFLOW_FILE and not file.startswith((".yml@", ".yaml@"))


_ISSUER = "the index takes identities of github.com alone: publish from there, or upload with an API token"
_AUDIENCE = "request the token for the audience that the index names, as one text; the publishing action does that"
_CHECKS = {
    Check.ISSUER: ("custom-issuer", _ISSUER),
    Check.ISSUER_OF_PUBLISHER: ("custom-issuer", _ISSUER),
    Check.ENABLED: (
        "trusted-publishing-disabled",
        "wait until the index takes identities again, or upload with an API token",
    ),
    Check.WORKFLOW_FILE: (
        "workflow-filename-mismatch",
        "give the workflow file a name that ends in .yml or .yaml, with something before that, and register it",
    ),
    Check.SINGLE_USE: ("token-reused", "request a fresh token for every upload; a job that is started again does"),
    Check.EVENT: (
        "pull-request-target-event",
        "publish on a push to the default branch or of a tag; the index takes no identity from pull_request_target",
    ),
    Check.OWNER: ("owner-mismatch", "register the owner exactly as it is spelled on GitHub"),
    Check.NEW_PROJECT: (
        "pending-publisher-project-exists",
        "the project is there already: add the publisher on its own page and remove the pending one",
    ),
}


def _called(claims: Claims, verdict: Verdict, described: str) -> tuple[Reason, ...]:
    """Return why a workflow file is refused whose name a publisher has."""
    job, repository = claims.job_workflow, claims.get("repository")
    if job is None or verdict.publisher is None or (claims.get("ref"), claims.get("sha")) == ("", ""):
        return ()
    if repository is not None and job.repository != repository and job.repository.lower() == repository.lower():
        advice = f"call it as ./.github/workflows/{job.file}: {job.repository!r} is not how the repository is spelled"
    else:
        called = [each.advice for each in differences(claims, verdict.publisher) if each.kind in _CALLED]
        advice = called[0] if called else "move the uploading job into the workflow that GitHub starts"
    return (Reason("reusable-workflow", described, advice, verdict.publisher),)


def _not_found(claims: Claims, known: Registry, registry: Registry, index: str) -> tuple[Reason, ...]:
    if not known.publishers and not known.pending:
        elsewhere = sorted({each.index for each in (*registry.publishers, *registry.pending) if each.index})
        where = f"; there is one on {', '.join(elsewhere)}, which is another index with its own" if elsewhere else ""
        return (
            Reason(
                "no-publisher-on-index", f"no publisher is registered on {index}{where}", f"register one on {index}"
            ),
        )
    near = nearest(claims, known)[0]
    found = [_reason(each, near.publisher) for each in near.differences]
    # What is another repository altogether has its own file and environment: they say nothing more.
    foreign = [each for each in found if each.difference is not None and _is_foreign(each.difference)]
    if foreign and len(found) > len(foreign) and all(_is_other(each.difference) for each in found):
        return tuple(foreign)
    return tuple(sorted(found, key=_rank))


def _reason(difference: Difference, publisher: Publisher) -> Reason:
    advice = difference.advice
    problem = environment_problem(difference.claimed) if difference.field is Field.ENVIRONMENT else ""
    if problem:
        advice = f"rename the environment: {difference.claimed!r} {problem}, and the index's form does not take that"
    return Reason(cause_of(difference), _found(difference), advice, publisher, difference)


def cause_of(difference: Difference) -> str:
    """Return the root cause of one difference."""
    if difference.kind in _SPELLING:
        return "whitespace"
    if difference.field is Field.ENVIRONMENT:
        return "environment-missing-in-job" if difference.kind is Kind.MISSING else "environment-name-mismatch"
    if difference.field is Field.WORKFLOW:
        return "reusable-workflow" if difference.kind in _CALLED else _FILE_NAME_CAUSE
    if difference.field is Field.REPOSITORY:
        return {Kind.CASE: "repository-name-case", Kind.RENAMED: "repository-renamed"}.get(
            difference.kind, "repository-mismatch"
        )
    return "owner-mismatch"


def _found(difference: Difference) -> str:
    if difference.kind is Kind.MISSING:
        return f"the publisher asks for the environment {difference.registered!r}, and the job has none"
    return (
        f"the publisher has the {difference.field.value} {difference.registered!r}, "
        f"the job presents {difference.claimed!r}"
    )


def _is_foreign(difference: Difference) -> bool:
    return difference.field in {Field.OWNER, Field.REPOSITORY}


def _is_other(difference: Difference | None) -> bool:
    return difference is not None and difference.kind in {Kind.OTHER, Kind.MISSING, Kind.RENAMED}


def _rank(reason: Reason) -> int:
    order = [Field.OWNER, Field.OWNER_ID, Field.REPOSITORY, Field.WORKFLOW, Field.ENVIRONMENT]
    return order.index(reason.difference.field) if reason.difference is not None else 0


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
