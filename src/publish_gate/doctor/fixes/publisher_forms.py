"""What to register on an index so that the publishing jobs are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.trusted_publishing.forms import pending_form, project_form, wanted_publisher
from publish_gate.doctor.trusted_publishing.matching import match
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.names import is_project_name

if TYPE_CHECKING:
    from publish_gate.doctor.analysis import Analysis, Identity
    from publish_gate.doctor.trusted_publishing.forms import Form
    from publish_gate.doctor.trusted_publishing.publishers import Publisher


_UNKNOWN = "PROJECT"


def forms_to_fill(analysis: Analysis) -> tuple[Form, ...]:
    """Return the form of each publisher that the jobs would need and that is not there.

    Which projects exist is only known if the publishers' file says so; if it does not, the form is that of
    an existing project, which the index answers with "not found" for a new one, and the pending one beside it.
    """
    project = analysis.project or (analysis.projects[0].name if len(analysis.projects) == 1 else "")
    project = project if is_project_name(project) else _UNKNOWN
    found = dict.fromkeys(
        (identity.index, publisher)
        for job in analysis.jobs
        for identity in job.identities
        if (publisher := _needed(identity)) is not None
    )
    registry = analysis.registry
    exists = registry.has_project(project) if registry is not None and registry.existing else None
    forms: list[Form] = []
    for index, publisher in found:
        if exists is not False:
            forms.append(project_form(index, project, publisher))
        if exists is not True:
            forms.append(pending_form(index, project, publisher))
    return tuple(forms)


def _needed(identity: Identity) -> Publisher | None:
    """Return the publisher that would make an index accept an identity; None if it does, or if none would."""
    if identity.verdict is not None and identity.verdict.accepted is not False:
        return None
    publisher = wanted_publisher(identity.claims, identity.index)
    if publisher is None or not _can_be_typed(publisher):
        return None
    verdict = match(identity.claims, Registry((publisher,)), audience=identity.index)
    return None if verdict.accepted is False else publisher


def _can_be_typed(publisher: Publisher) -> bool:
    """Whether the values are texts: a file can be called what is none in any encoding."""
    try:
        "".join((publisher.slug, publisher.workflow or "", publisher.environment)).encode()
    except UnicodeEncodeError:
        return False
    return True
