"""What to type into the publisher form of each index, and where the form is.

Source of the fields and the addresses: warehouse, oidc/forms and templates/manage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from publish_gate.init.answers import Repository

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
    query = {
        "provider": "github",
        "owner": repository.owner,
        "repository": repository.name,
        "workflow_filename": plan.workflow,
        "environment": target.environment,
    }
    web = target.index.web
    page = f"{web}/manage/project/{quote(plan.package, safe='')}/settings/publishing/"
    return Publisher(
        target=target.name,
        project=plan.package,
        owner=repository.owner,
        repository=repository.name,
        workflow=plan.workflow,
        environment=target.environment,
        pending=f"{web}/manage/account/publishing/",
        existing=f"{page}?{urlencode(query)}",
    )
