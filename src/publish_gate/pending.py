"""Where the packages of a repository would need one and the same pending publisher, which an index takes only once.

Rule: the publisher of a project that is not there yet is unique by owner, repository, workflow and environment
(warehouse, `PendingGitHubPublisher`); one that exists already, or that its first release has used, counts no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.hosts import public_name

if TYPE_CHECKING:
    from publish_gate.repository import Repository

_MOST_SHOWN = 3


def shared_publishers(repository: Repository) -> tuple[str, ...]:
    """Return a remark for each environment from which several packages publish to one public index."""
    sharing: dict[tuple[str, str], dict[str, str]] = {}
    for package in repository.packages:
        for rules in package.plan.rules:
            index = public_name(rules.repository_url)
            if index is not None:
                environment = (rules.environment or "").lower()
                sharing.setdefault((index, environment), {})[package.name] = rules.name
    return tuple(
        _remark(index, environment, packages) for (index, environment), packages in sharing.items() if len(packages) > 1
    )


def _remark(index: str, environment: str, packages: dict[str, str]) -> str:
    names = list(packages)
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    shown = ", ".join(names[:_MOST_SHOWN]) + more
    target = next(iter(packages.values()))
    where = f"environment {environment!r}" if environment else "no environment"
    return (
        f"{shown} publish to {index} from {where}: while they are new there, each needs a pending publisher, and an "
        "index takes only one for the same owner, repository, workflow and environment. Give each package its own "
        f"environment (targets.{target}.environment: '{index}-{{name}}'), or create the publishers one by one, each "
        "after the package before has had its first release"
    )
