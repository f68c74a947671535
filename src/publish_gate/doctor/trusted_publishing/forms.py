"""What to type into an index's forms so that a token is accepted, and the address of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher

_LONGEST_ENVIRONMENT: Final = 255
_NOT_IN_ENVIRONMENT: Final = frozenset("'\"`,;\\")


@dataclass(frozen=True, slots=True)
class Form:
    """The exact values of a publisher form.

    ``project`` is the name to type for a new project (a field of the pending publisher's form), and which
    project's page it is for an existing one. ``link`` leads to the form; that of an existing project comes
    filled in.
    """

    owner: str
    repository: str
    workflow: str
    environment: str
    project: str
    link: str
    pending: bool = False

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The labels of the form with their values, in its order."""
        first = (("PyPI Project Name", self.project),) if self.pending else ()
        return (
            *first,
            ("Owner", self.owner),
            ("Repository name", self.repository),
            ("Workflow name", self.workflow),
            ("Environment name", self.environment),
        )


def project_form(index: str, project: str, publisher: Publisher) -> Form:
    """Return the form that adds a publisher to an existing project, with a link that fills it in."""
    values = _values(publisher)
    query = {"provider": "github", "owner": values[0], "repository": values[1], "workflow_filename": values[2]}
    if values[3]:
        query["environment"] = values[3]
    # Spaces as %20: a plus sign is read as one by some, and as itself by others.
    page = f"{web(index)}/manage/project/{quote(project, safe='')}/settings/publishing/"
    return Form(*values, project, f"{page}?{urlencode(query, quote_via=quote, safe='')}")


def pending_form(index: str, project: str, publisher: Publisher) -> Form:
    """Return the form that adds a pending publisher for a project that does not exist yet."""
    return Form(*_values(publisher), project, f"{web(index)}/manage/account/publishing/", pending=True)


def wanted_publisher(claims: Claims, index: str | None = None) -> Publisher | None:
    """Return the publisher that would accept a token; None where the claims do not say what it takes."""
    from publish_gate.doctor.trusted_publishing.publishers import Publisher

    owner, repository, workflow = claims.owner, claims.repository_name, claims.workflow_file
    if not owner or not repository or not workflow:
        return None
    return Publisher(
        owner,
        repository,
        workflow,
        (claims.environment or "").lower(),
        owner_id=claims.get("repository_owner_id"),
        index=index,
    )


def environment_problem(name: str) -> str:
    """Say why the form does not take an environment name; empty where it does. Source: oidc/forms/github.py."""
    if len(name) > _LONGEST_ENVIRONMENT:
        return f"is longer than {_LONGEST_ENVIRONMENT} characters"
    if name != name.strip(" "):
        return "begins or ends with a space"
    if any(each in _NOT_IN_ENVIRONMENT or ord(each) < ord(" ") or ord(each) == 127 for each in name):  # noqa: PLR2004 - the code of DEL
        return "holds a control character or one of ' \" ` , ; \\"
    return ""


def workflow_problem(name: str) -> str:
    """Say why the form does not take a workflow's file name; empty where it does. Source: oidc/forms/github.py."""
    if "/" in name:
        return "is a path; the form takes the bare file name"
    if not name.endswith((".yml", ".yaml")):
        return "does not end in .yml or .yaml"
    return ""


def web(index: str) -> str:
    """Return the base address of an index's pages, by its name."""
    return TESTPYPI.web if index == TESTPYPI.name else PYPI.web


def _values(publisher: Publisher) -> tuple[str, str, str, str]:
    return publisher.owner, publisher.repository, publisher.workflow or "", publisher.environment
