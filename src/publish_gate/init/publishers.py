"""What to type into the publisher form of each index, and where the form is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.trusted_publishing import publishers as identity
from publish_gate.doctor.trusted_publishing.forms import pending_form, project_form
from publish_gate.remotes import Repository

if TYPE_CHECKING:
    from publish_gate.init.answers import Plan
    from publish_gate.targets import BuiltInTarget

UNKNOWN = Repository("OWNER", "REPOSITORY")
"""What stands for a repository that is not known yet."""


class Publisher(NamedTuple):
    """The publisher that one target needs.

    ``pending`` is the page of the form for a project that is not on the index yet; ``existing`` the form of a
    project that is, filled in.
    """

    target: str
    project: str
    owner: str
    repository: str
    workflow: str
    environment: str
    pending: str
    existing: str

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The labels of the form for a new project with their values; that of an existing one lacks the first."""
        return (
            ("PyPI Project Name", self.project),
            ("Owner", self.owner),
            ("Repository name", self.repository),
            ("Workflow name", self.workflow),
            ("Environment name", self.environment),
        )


def publisher(plan: Plan, target: BuiltInTarget, repository: Repository) -> Publisher:
    """Return the publisher to register on the index of ``target``."""
    wanted = identity.Publisher(repository.owner, repository.name, plan.workflow, target.environment)
    return Publisher(
        target=target.name,
        project=plan.package,
        owner=repository.owner,
        repository=repository.name,
        workflow=plan.workflow,
        environment=target.environment,
        pending=pending_form(target.index.name, plan.package, wanted).link,
        existing=project_form(target.index.name, plan.package, wanted).link,
    )
