"""Reads ``if``: the branch that runs, or both where that is not known."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from publish_gate.versions.folding.effects import walrus_names
from publish_gate.versions.folding.scope import merge

if TYPE_CHECKING:
    import ast

    from publish_gate.versions.folding.reader import Reader


class Flow(enum.Enum):
    """Whether what follows a statement is reached."""

    ON = "on"
    RAISED = "raised"
    LEFT = "left"


def condition(reader: Reader, node: ast.If) -> Flow:
    """Read ``if`` with its ``elif`` and ``else``."""
    rebound = walrus_names(node.test)
    reason = reader.unknown("walrus", "it is bound inside a condition", node)
    reader.scope.lose(rebound, reason)
    truth = reader.truth(node.test)
    reader.scope.lose(rebound, reason)
    if truth is not None:
        return reader.run(node.body if truth else node.orelse)
    return _either(reader, [node.body, node.orelse], node)


def _either(reader: Reader, blocks: list[list[ast.stmt]], node: ast.stmt) -> Flow:
    """Read blocks of which one runs, and go on from those that do not leave."""
    start, ends, flows = reader.scope, [], []
    for block in blocks:
        reader.scope = start.copy()
        flow = reader.run(block)
        flows.append(flow)
        if flow is Flow.ON:
            ends.append(reader.scope)
    reader.scope = start
    if not ends:
        return Flow.LEFT if Flow.LEFT in flows else Flow.RAISED
    start.take(merge(ends, reader.origin(node)))
    return Flow.ON
