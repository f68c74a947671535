"""Grant a job one permission more, and leave it those it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.fixes.edit_workflow import first_key
from publish_gate.doctor.fixes.edits import Edit, line_at
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.places import Place

# Steps of these, and scripts that speak of no token, need nothing that a job without a block might have had.
_MODEST = frozenset(
    {
        "actions/checkout",
        "actions/download-artifact",
        "actions/setup-python",
        "actions/upload-artifact",
        "astral-sh/setup-uv",
        "pypa/gh-action-pypi-publish",
    }
)
_TOKEN = re.compile(r"(?i)\bGH_TOKEN|GITHUB_TOKEN|github\.token|\bgit\s+push|\bgh\s")


class Grant(NamedTuple):
    """The edits that grant a permission; ``safe`` says that the job keeps all that it needs."""

    edits: tuple[Edit, ...] = ()
    safe: bool = False


def grant(workflow: Workflow, job: Job, scope: str, level: str) -> Grant:
    """Return the edit that gives ``job`` a permission; nothing where its block cannot be changed in its place.

    A job without a block gets one that repeats what it has from the workflow, because it replaces that. Where
    the workflow has none either, the settings of the repository have decided; of those, reading is kept.
    """
    block = job.permissions
    if block is None:
        inherited = workflow.permissions
        if inherited is not None and inherited.everything:
            return Grant()
        known = {"contents": "read"}
        if inherited is not None:
            known = {name: granted for name, (granted, _) in inherited.scopes.items()}
        edits = _new_block(workflow, job, {**known, scope: level})
        return Grant(edits, bool(edits) and (inherited is not None or all(map(_is_modest, job.steps))))
    node = job.node.get("permissions")
    if not isinstance(node, Mapping) or not _is_own(node, job):
        return Grant()
    if scope in block.scopes:
        edits = _raised(workflow, *block.scopes[scope], level)
    else:
        edits = _added(workflow, node, scope, level)
    return Grant(edits, bool(edits))


def _is_modest(step: Step) -> bool:
    if step.uses is not None:
        return step.uses.text.lower().partition("@")[0] in _MODEST
    return step.run is not None and _TOKEN.search(step.run.text) is None


def _is_own(block: Mapping, job: Job) -> bool:
    """Whether a block stands in the job: an alias leads to one that is another job's as well."""
    line, first = block.place.line or 0, job.node.place.line or 0
    return first <= line <= job.node.end[0]


def _raised(workflow: Workflow, granted: str, place: Place, level: str) -> tuple[Edit, ...]:
    """Replace a level where it stands; one in quotes or behind an alias is left."""
    line, column = place.line or 0, place.column or 0
    end = column + len(granted)
    if line_at(workflow.text, line)[column - 1 : end - 1] != granted:
        return ()
    return (Edit(workflow.path, (line, column), (line, end), level),)


def _added(workflow: Workflow, block: Mapping, scope: str, level: str) -> tuple[Edit, ...]:
    """Put a scope in front of the first one."""
    if not block.entries:
        return _filled(workflow, block, f"{{{scope}: {level}}}")
    first = block.entries[0].place
    spot = (first.line or 0, first.column or 0)
    end = f"\n{' ' * (spot[1] - 1)}" if block.place == first else ", "  # between braces
    return (Edit(workflow.path, spot, spot, f"{scope}: {level}{end}"),)


def _filled(workflow: Workflow, block: Mapping, text: str) -> tuple[Edit, ...]:
    """Replace an empty block, ``{}``."""
    line, column = block.place.line or 0, block.place.column or 0
    end = block.end if block.end[0] == line else (line, 0)
    if line_at(workflow.text, line)[column - 1 : end[1] - 1].replace(" ", "") != "{}":
        return ()
    return (Edit(workflow.path, (line, column), end, text),)


def _new_block(workflow: Workflow, job: Job, scopes: dict[str, str]) -> tuple[Edit, ...]:
    indent = " " * ((job.node.place.column or 1) + 1)
    lines = [f"{indent}{name}: {level}" for name, level in scopes.items()]
    return first_key(workflow.path, job, "\n".join(["permissions:", *lines]))
