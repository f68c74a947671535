"""The parts that workflows, jobs and steps share: permissions, mappings of texts, and what is refused in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.model import NOTHING, Environment, Permissions
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.doctor.workflow.yaml12 import shown
from publish_gate.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from publish_gate.doctor.workflow.tree import Node
    from publish_gate.places import Place

_LEVELS = ("read", "write", "none")
# Two of the scopes that a token can have are not a matter of reading or writing.
_LEVELS_OF = {
    "id-token": ("write", "none"),
    "models": ("read", "none"),
}
_SCOPES = frozenset(
    {
        "actions",
        "artifact-metadata",
        "attestations",
        "checks",
        "contents",
        "deployments",
        "discussions",
        "id-token",
        "issues",
        "models",
        "packages",
        "pages",
        "pull-requests",
        "repository-projects",
        "security-events",
        "statuses",
    }
)
_EVERYTHING = {"read-all": "read", "write-all": "write"}


class Refusals:
    """Collects what GitHub refuses in one file."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def add(self, key: str, message: str, place: Place) -> None:
        """Note one thing that GitHub refuses."""
        self._problems.append(Problem(key, message, place))

    def unknown_keys(self, mapping: Mapping, known: AbstractSet[str], path: str, where: str) -> None:
        """Refuse the keys of a mapping at ``path`` that GitHub does not know in ``where``, which is in words."""
        for entry in mapping:
            if entry.key not in known and not is_expression(entry.key):
                self.add(_inner(path, entry.key), f"is no key that GitHub knows in {where}", entry.place)

    def in_order(self) -> tuple[Problem, ...]:
        """Return everything in the order of the file."""
        first = (0, 0)
        return tuple(
            sorted(
                self._problems,
                key=lambda problem: (problem.place.line or 0, problem.place.column or 0) if problem.place else first,
            )
        )


def _inner(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def is_expression(text: str) -> bool:
    """Whether a text contains a ``${{ }}``."""
    return "${{" in text


def dynamic(node: Node | None) -> bool:
    """Whether a node is a scalar whose value an expression makes."""
    return isinstance(node, Scalar) and is_expression(node.text)


def block(mapping: Mapping, key: str, path: str, refusals: Refusals) -> Mapping:
    """Return the mapping under ``key``, empty where there is none or an expression makes it."""
    node = mapping.get(key)
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Sequence) or (isinstance(node, Scalar) and node.value is not None and not dynamic(node)):
        refusals.add(path, "must be a mapping", node.place)
    return NOTHING


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """Return the texts of a node that may be one text or a list of them."""
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    return (node,) if isinstance(node, Scalar) and node.value is not None else ()


def permissions(mapping: Mapping, path: str, refusals: Refusals) -> Permissions | None:
    """Read the ``permissions:`` of a workflow or a job, None where it has none.

    Rules: "permissions" of GitHub's workflow syntax. What is refused counts as ``none``.
    """
    entry = mapping.entry("permissions")
    if entry is None:
        return None
    node = entry.value
    if isinstance(node, Mapping):
        return Permissions(entry.place, scopes=_scopes(node, path, refusals))
    everything = _EVERYTHING.get(node.text, "") if isinstance(node, Scalar) else ""
    if not everything:
        refusals.add(path, "must be `read-all`, `write-all`, or a mapping from scopes to levels", node.place)
    return Permissions(entry.place, everything)


def _scopes(node: Mapping, path: str, refusals: Refusals) -> dict[str, tuple[str, Place]]:
    scopes: dict[str, tuple[str, Place]] = {}
    for entry in node:
        key = _inner(path, entry.key)
        meant = entry.key.lower().replace("_", "-")
        if entry.key not in _SCOPES and meant in _SCOPES:
            refusals.add(key, f"is no scope that GitHub knows; write {meant}", entry.place)
            continue
        allowed = _LEVELS_OF.get(entry.key, _LEVELS)
        level = entry.value.text if isinstance(entry.value, Scalar) else ""
        if level not in allowed:
            refusals.add(key, f"must be {' or '.join(allowed)}, not {shown(level)}", entry.value.place)
            level = "none"
        scopes[entry.key] = (level, entry.value.place)
    return scopes


def environment(mapping: Mapping, path: str, refusals: Refusals) -> Environment | None:
    """Read the ``environment:`` of a job: a text, or a mapping with ``name``; None where there is none."""
    entry = mapping.entry("environment")
    if entry is None:
        return None
    node = entry.value
    if isinstance(node, Scalar):
        return Environment(entry.place, node) if node.text else None
    if isinstance(node, Sequence):
        refusals.add(path, "must be a name, or a mapping with `name`", node.place)
        return None
    if node.get("name") is None:
        refusals.add(path, "has no `name`", node.place)
    return Environment(entry.place, node.scalar("name"), node.scalar("url"))
