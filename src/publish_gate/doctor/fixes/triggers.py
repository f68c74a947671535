"""Narrow what starts a workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.fixes.edits import Edit, insert_line, line_at
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Workflow

_TYPES = "types: [published]"


def limit_release(workflow: Workflow) -> tuple[Edit, ...]:
    """Return the edit that makes ``release:`` without types one with ``types: [published]``.

    Nothing is returned for ``on: [release, ...]``, where the whole list would have to change its shape, nor for
    ``{release: ...}`` between braces.
    """
    on = workflow.root.get("on")
    if isinstance(on, Scalar):
        line, column = on.place.line, on.place.column
        if line is None or column is None or on.style or on.text != "release":
            return ()
        return (Edit(workflow.path, (line, column), on.end, f"{{release: {{{_TYPES}}}}}"),)
    entry = on.entry("release") if isinstance(on, Mapping) else None
    if entry is None or entry.place.line is None or entry.place.column is None:
        return ()
    if line_at(workflow.text, entry.place.line).split("#")[0].strip() != "release:":
        return ()
    inner = entry.value.entries[0].place.column if isinstance(entry.value, Mapping) and entry.value.entries else None
    return (insert_line(workflow.path, entry.place.line + 1, (inner or entry.place.column + 2) - 1, _TYPES),)
