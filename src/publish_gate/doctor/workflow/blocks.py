"""The parts that workflows, jobs and steps share: permissions, environments, mappings and lists of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.model import NOTHING, Environment, Permissions, Step
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.tree import Node
    from publish_gate.places import Place

_LEVELS = frozenset({"read", "write"})
_EVERYTHING = {"read-all": "read", "write-all": "write"}


def is_expression(text: str) -> bool:
    """Whether a text contains a ``${{ }}``."""
    return "${{" in text


def block(mapping: Mapping, key: str) -> Mapping:
    """Return the mapping under ``key``, empty if there is none or an expression makes it."""
    node = mapping.get(key)
    return node if isinstance(node, Mapping) else NOTHING


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """Return the texts of a node that may be one text or a list of them."""
    if isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    return (node,) if isinstance(node, Scalar) and node.value is not None else ()


def permissions(mapping: Mapping) -> Permissions | None:
    """Read the ``permissions:`` of a workflow or a job, None if it has none.

    Rules: "permissions" of GitHub's workflow syntax. What is refused counts as ``none``.
    """
    entry = mapping.entry("permissions")
    if entry is None:
        return None
    node = entry.value
    if isinstance(node, Mapping):
        return Permissions(entry.place, scopes={scope.key: _level(scope.key, scope.value) for scope in node})
    return Permissions(entry.place, _EVERYTHING.get(node.text, "") if isinstance(node, Scalar) else "")


def _level(scope: str, node: Node) -> tuple[str, Place]:
    level = node.text if isinstance(node, Scalar) else ""
    # An identity token is not something to be read.
    return ("none" if level not in _LEVELS or (scope, level) == ("id-token", "read") else level, node.place)


def environment(mapping: Mapping) -> Environment | None:
    """Read the ``environment:`` of a job: a text, or a mapping with ``name``; None if there is none."""
    entry = mapping.entry("environment")
    node = entry.value if entry is not None else None
    if entry is None or isinstance(node, Sequence):
        return None
    if isinstance(node, Mapping):
        return Environment(entry.place, node.scalar("name"), node.scalar("url"))
    return Environment(entry.place, node) if isinstance(node, Scalar) and node.text else None


def step_of(index: int, node: Mapping) -> Step:
    """Read a step of a job or of a composite action, as it stands there."""
    named = node.scalar("id")
    return Step(
        index,
        node.place,
        node,
        id=named.text if named is not None else "",
        name=node.scalar("name"),
        condition=node.scalar("if"),
        uses=node.scalar("uses"),
        run=node.scalar("run"),
        shell=node.scalar("shell"),
        working_directory=node.scalar("working-directory"),
        continue_on_error=node.scalar("continue-on-error"),
        with_=block(node, "with"),
        env=block(node, "env"),
        cancels=node.scalar("cancel"),
    )
