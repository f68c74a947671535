"""The identity that a job presents: the claims GitHub would put into its token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.matching import ISSUER

if TYPE_CHECKING:
    from publish_gate.doctor.simulation.situations import Situation

# Fresh in every token; the index only asks that it is new.
_FRESH = "publish-gate-doctor"


def presented_claims(  # noqa: PLR0913 - each is a fact of its own
    situation: Situation,
    *,
    repository: str | None,
    owner_id: str | None,
    started: str,
    job_file: str | None,
    environment: str | None,
    called_from: str = "",
    called_ref: str = "",
) -> Claims:
    """Return the claims of a job in one situation; what the files do not decide is unknown.

    ``repository`` is ``OWNER/NAME``, None where it is not known. ``started`` and ``job_file`` are the paths of
    the workflow that GitHub starts and of the one that holds the job; they differ for a called workflow, whose
    repository and ref are ``called_from`` and ``called_ref`` where they are not the caller's. ``job_file`` and
    ``environment`` are None where they are decided while the workflow runs, ``environment`` is empty where the job
    has none.
    Source: GitHub, "OpenID Connect reference".
    """
    values = {"iss": ISSUER, "jti": _FRESH, "event_name": situation.event}
    absent: set[str] = set()
    ref = situation.ref
    if ref:
        values["ref"] = ref
        if ref.startswith(("refs/heads/", "refs/tags/")):
            values["ref_type"] = "tag" if ref.startswith("refs/tags/") else "branch"
    if repository is not None:
        owner, _, _ = repository.partition("/")
        values["repository"], values["repository_owner"] = repository, owner
        if ref:
            values["workflow_ref"] = f"{repository}/{started}@{ref}"
        where = called_from or repository
        if job_file is not None and (called_ref or ref):
            values["job_workflow_ref"] = f"{where}/{job_file}@{called_ref or ref}"
    if owner_id:
        values["repository_owner_id"] = owner_id
    if environment:
        values["environment"] = environment
    elif environment is not None:
        absent.add("environment")
    return Claims(values, frozenset(absent))
