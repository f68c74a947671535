"""The index's matching rules, each version with the day it came into force.

Read from pypi/warehouse (oidc/models/github.py and _core.py, oidc/services.py, oidc/views.py). Where only the day
of the change in the source is known, it stands for the day of its deployment, which follows within hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

ISSUER: Final = "https://token.actions.githubusercontent.com"
"""Who issues the tokens of GitHub's own runners."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How an index matches a token on a given day.

    ``since`` is None for rules that are not in force yet. ``not_found`` is the reason given where no publisher
    matches, empty where none was given. ``required`` are the claims that must be there. ``check_sub``: ``sub``
    must begin with the repository. ``refused_events`` publish nothing. ``other_issuers``: an organisation can
    register an issuer of its own. ``strips_spaces``: the publisher form removes spaces around a file name.
    ``matches_caller``: the publisher names the file that was started, not the one it called.
    """

    name: str
    since: dt.date | None
    source: str
    not_found: str
    required: tuple[str, ...]
    check_sub: bool = True
    refused_events: frozenset[str] = frozenset()
    other_issuers: bool = False
    strips_spaces: bool = False
    matches_caller: bool = False


_REPOSITORY: Final = ("repository", "repository_owner", "repository_owner_id", "job_workflow_ref")
_REFS: Final = ("ref", "sha")

_FIRST: Final = Rules(
    name="2023-04",
    since=dt.date(2023, 4, 20),
    source="trusted publishing becomes available to all",
    not_found="",
    required=("sub", *_REPOSITORY, *_REFS),
)
_REASONS: Final = replace(
    _FIRST,
    name="2023-08",
    since=dt.date(2023, 8, 9),
    source="pypi/warehouse#14308: errors give a reason",
    not_found="All lookup strategies exhausted",
)
_SINGLE_USE: Final = replace(
    _REASONS,
    name="2024-08",
    since=dt.date(2024, 8, 26),
    source="pypi/warehouse#16254: a token is good for one exchange",
    required=("sub", *_REPOSITORY, "jti", *_REFS),
)
_ONE_LOOKUP: Final = replace(
    _SINGLE_USE,
    name="2025-06",
    since=dt.date(2025, 6, 1),
    source="pypi/warehouse#18169: one look-up in place of strategies",
    not_found="Publisher with matching claims was not found",
)
_SPACES: Final = replace(
    _ONE_LOOKUP,
    name="2025-10",
    since=dt.date(2025, 10, 8),
    source="pypi/warehouse#18825: spaces around a file name are removed; #18892: issuers of organisations",
    other_issuers=True,
    strips_spaces=True,
)
_NO_SUB: Final = replace(
    _SPACES,
    name="2026-01",
    since=dt.date(2026, 1, 29),
    source="pypi/warehouse#19422: sub is not looked at any more",
    required=(*_REPOSITORY, "jti", *_REFS),
    check_sub=False,
)
_NO_TARGET: Final = replace(
    _NO_SUB,
    name="2026-03",
    since=dt.date(2026, 3, 2),
    source="pypi/warehouse#19601: pull_request_target is refused",
    required=(*_REPOSITORY, "jti", "event_name", *_REFS),
    refused_events=frozenset({"pull_request_target"}),
)

VERSIONS: Final = (_FIRST, _REASONS, _SINGLE_USE, _ONE_LOOKUP, _SPACES, _NO_SUB, _NO_TARGET)
"""All rules that were ever in force, the oldest first."""

LATEST: Final = VERSIONS[-1]

CALLER: Final = replace(
    LATEST,
    name="caller",
    since=None,
    source="pypi/warehouse#20083 (open): the publisher names the file that GitHub started",
    required=(*_REPOSITORY, "workflow_ref", "jti", "event_name", *_REFS),
    matches_caller=True,
)
"""Rules that are proposed: with them the called file goes on to match where it does today."""


def rules_on(date: dt.date) -> Rules:
    """Return the rules that were in force on a day; the first ones for a day before all of them."""
    current = VERSIONS[0]
    for rules in VERSIONS:
        if rules.since is not None and rules.since <= date:
            current = rules
    return current
