"""Which publisher the index looks up for a token: by owner, owner's id, repository, file name and environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher


class Found(NamedTuple):
    """What a look-up gives: a publisher, none, or several answers because some claims are ``missing``."""

    publisher: Publisher | None = None
    missing: tuple[str, ...] = ()


class _Candidate(NamedTuple):
    """A publisher that nothing known speaks against; ``missing`` is what it takes to be sure of it."""

    publisher: Publisher
    missing: tuple[str, ...]


def look_up(claims: Claims, file: str | None, file_claim: str, publishers: Iterable[Publisher]) -> Found:
    """Return the most specific publisher for a token: one with its environment, else one for any environment.

    ``file`` is the workflow file that counts, None where the claim ``file_claim`` that has it is unknown.
    Source: ``lookup_by_claims`` and ``_get_publisher_for_environment`` in warehouse's oidc/models/github.py.
    """
    candidates = [found for each in publishers if (found := _candidate(claims, file, file_claim, each)) is not None]
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


def _candidate(claims: Claims, file: str | None, file_claim: str, publisher: Publisher) -> _Candidate | None:
    """Hold a publisher against what is known, exactly: upper and lower case differ. None where it is not the one."""
    compared = (
        ("repository", claims.owner, publisher.owner),
        ("repository", claims.repository_name, publisher.repository),
        ("repository_owner_id", claims.get("repository_owner_id"), publisher.owner_id),
        (file_claim, file, publisher.workflow),
    )
    missing: list[str] = []
    for name, claimed, registered in compared:
        if registered is None:
            # An owner's id that nobody noted is not compared; a file name that nobody noted leaves it open.
            if name == file_claim:
                missing.append("workflow of the publisher")
        elif claimed is None:
            missing.append(name)
        elif claimed != registered:
            return None
    return _Candidate(publisher, tuple(dict.fromkeys(missing)))
