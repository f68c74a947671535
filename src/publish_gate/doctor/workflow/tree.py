"""Workflow files, and what else GitHub reads as YAML, as trees in which everything knows its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.config.tree import (
    WORKFLOW,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    TreeError,
    core_value,
    decode,
    parse_text,
    parse_tree,
    shown,
)

if TYPE_CHECKING:
    from publish_gate.errors import Problem

__all__ = [
    "WORKFLOW",
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "TreeError",
    "core_value",
    "decode",
    "parse_text",
    "parse_yaml",
    "shown",
]


def parse_yaml(data: bytes, path: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document as GitHub does, and what is wrong with it; never raises.

    The tree is None if the file holds nothing or cannot be read.
    """
    try:
        return parse_tree(data, path, WORKFLOW)
    except TreeError as error:
        return None, error.problems
