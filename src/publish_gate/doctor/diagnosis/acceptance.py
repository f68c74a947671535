"""Why an index does not take an identity, or not for the project that is meant, by claims and publishers alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.doctor.diagnosis.evidence import Explanation
from publish_gate.doctor.findings.model import sentences
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.matching import ISSUER, match
from publish_gate.doctor.trusted_publishing.refusals import reasons, uncovered, would_follow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.trusted_publishing.refusals import Reason


def refused(examination: Analysis, claims: Claims) -> Explanation | None:
    """Return why an index refuses claims, by claims and publishers alone; None where they do not decide."""
    verdict, registry = examination.verdict, examination.registry
    if verdict is None or registry is None or verdict.accepted is None:
        return _by_itself(claims)
    index = examination.index_asked
    found = reasons(claims, registry, index, verdict)
    if not found:
        return None
    after = would_follow(claims, registry, index, verdict, project_meant(examination))
    return _told(found[0], after)


def _told(reason: Reason, causes: Iterable[str] = ()) -> Explanation:
    rest = tuple(each for each in causes if each != reason.cause)
    return Explanation(reason.cause, sentences(reason.found, reason.advice), rest)


def _by_itself(claims: Claims) -> Explanation | None:
    """Return what is wrong with an identity whatever the publishers are."""
    job, repository = claims.job_workflow, claims.get("repository")
    if claims.get("iss") not in {None, ISSUER}:
        return Explanation("custom-issuer", "the index takes identities of github.com alone")
    if claims.get("event_name") == "pull_request_target":
        return Explanation("pull-request-target-event", "the index takes no identity from pull_request_target")
    if job is not None and repository is not None and job.repository.lower() != repository.lower():
        why = f"the upload runs in a workflow of {job.repository}, which no publisher of {repository} can name"
        return Explanation("reusable-workflow", why)
    return None


def project_meant(examination: Analysis) -> str:
    """Return the project that is to be uploaded; empty where nothing says which it is."""
    if examination.project:
        return examination.project
    return examination.projects[0].name if len(examination.projects) == 1 else ""


def not_covered(examination: Analysis, project: str) -> Explanation | None:
    """Return why the token of an accepted identity is not for a project."""
    verdict, registry = examination.verdict, examination.registry
    if not project or verdict is None or registry is None or verdict.publisher is None or verdict.accepted is False:
        return None
    reason = uncovered(project, replace(verdict, code="ok"), registry, examination.index_asked)
    return _told(reason) if reason is not None else None


def foreign(examination: Analysis) -> Explanation | None:
    """Return the cause where every publisher is for another repository than the one that was told."""
    registry, repository = examination.registry, examination.repository
    if registry is None or repository is None or examination.claims is not None:
        return None
    known = registry.on(examination.meant) if examination.meant else registry
    everyone = (*known.publishers, *known.pending)
    if not everyone or any(each.slug == repository for each in everyone):
        return None
    # Whichever index they are on, what is asked is how they differ from the repository.
    here = replace(known, publishers=tuple(replace(each, index=None) for each in everyone), pending=())
    claims = Claims({"repository": repository})
    found = reasons(claims, here, examination.index_asked, match(claims, here, audience=examination.index_asked))
    return _told(found[0], [each.cause for each in found]) if found else None
