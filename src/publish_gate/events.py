"""GitHub's events: their names, their activity types, and what the ref of each can be.

Source: "Events that trigger workflows" of GitHub's documentation.
"""

from __future__ import annotations

_PULL_REQUEST = (
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked "
    "unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed "
    "auto_merge_enabled auto_merge_disabled"
)
# No text stands for an event without activity types.
_TYPES = {
    "branch_protection_rule": "created edited deleted",
    "check_run": "created rerequested completed requested_action",
    "check_suite": "completed requested rerequested",
    "create": "",
    "delete": "",
    "deployment": "",
    "deployment_status": "",
    "discussion": (
        "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked category_changed "
        "answered unanswered"
    ),
    "discussion_comment": "created edited deleted",
    "fork": "",
    "gollum": "",
    "issue_comment": "created edited deleted",
    "issues": (
        "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled unlabeled "
        "locked unlocked milestoned demilestoned typed untyped"
    ),
    "label": "created edited deleted",
    "merge_group": "checks_requested",
    "milestone": "created closed opened edited deleted",
    "page_build": "",
    "public": "",
    "pull_request": _PULL_REQUEST,
    "pull_request_review": "submitted edited dismissed",
    "pull_request_review_comment": "created edited deleted",
    "pull_request_target": _PULL_REQUEST,
    "push": "",
    "registry_package": "published updated",
    "release": "published released prereleased created edited unpublished deleted",
    "repository_dispatch": "*",
    "schedule": "",
    "status": "",
    "watch": "started",
    "workflow_dispatch": "",
    "workflow_run": "completed requested in_progress",
}

EVENTS = frozenset(_TYPES)
"""The names, to tell a misspelt one from one that just did not happen."""

# The sender of a dispatch invents its types.
FREE_TYPES = frozenset(name for name, types in _TYPES.items() if types == "*")

DEFAULT_BRANCH_EVENTS = frozenset(
    {
        *("branch_protection_rule", "check_run", "check_suite", "delete", "discussion", "discussion_comment", "fork"),
        *(
            "gollum",
            "issues",
            "label",
            "milestone",
            "page_build",
            "public",
            "repository_dispatch",
            "schedule",
            "status",
        ),
        "watch",
    }
)
"""Events whose ref is always the default branch."""

TAG_EVENTS = frozenset({"release"})
"""Events whose ref is always a tag."""


def activity_types(event: str) -> tuple[str, ...]:
    """Return the activity types of an event; none where it has none, or where the sender invents them."""
    return tuple(_TYPES[event].split()) if event not in FREE_TYPES else ()
