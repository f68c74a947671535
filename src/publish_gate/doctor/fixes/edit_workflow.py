"""Changes of a workflow that add a condition, grant a permission or narrow a trigger; the rest of the file stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.fixes.edits import Edit, insert_line, line_at
from publish_gate.doctor.workflow.tree import Mapping, Scalar, core_value

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.places import Place


_WRAPPED = re.compile(r"\$\{\{(?P<inner>.*)\}\}", re.DOTALL)
# A plain scalar may not begin with these, nor hold these.
_NEEDS_QUOTES = re.compile(r"\A[\s!&*|>%@`'\"#\[\]{},?:-]|: | #|:\Z|\s\Z|[^\x20-\x7e]")
# Nor these, where it stands in a list or mapping between brackets.
_FLOW = frozenset(",[]{}")


def add_guard(workflow: Workflow, job: Job, guard: str) -> tuple[Edit, ...]:
    """Return the edit that makes a job ask for ``guard`` as well.

    Nothing is returned if the change cannot be made by replacing one line: a condition over several lines,
    or one that mixes text and expressions.
    """
    condition = job.condition
    if condition is None:
        return first_key(workflow.path, job, f"if: {quoted(guard)}")
    line, column = condition.place.line, condition.place.column
    if line is None or column is None or condition.end[0] != line or condition.style in {"|", ">"}:
        return ()
    inner = condition.text.strip()
    wrapped = _WRAPPED.fullmatch(inner)
    if wrapped is not None:
        inner = wrapped["inner"].strip()
    if "${{" in inner or not inner:
        return ()
    text = f"{guard} && ({inner})" if "||" in inner else f"{guard} && {inner}"
    text = f"${{{{ {text} }}}}" if wrapped else text
    return (Edit(workflow.path, (line, column), condition.end, rewritten(condition, text)),)


def on_branch(name: str) -> str:
    """Return the literal of an expression that ``github.ref`` is on a branch."""
    return "'refs/heads/" + name.replace("'", "''") + "'"


def first_key(path: str, job: Job, text: str) -> tuple[Edit, ...]:
    """Return the edit that puts a key in front of the first one of a job; nothing if it stands between braces."""
    first = job.node.entries[0].place if job.node.entries else None
    if first is None or first.line is None or first.column is None or job.node.place != first:
        return ()
    spot = (first.line, first.column)
    return (Edit(path, spot, spot, f"{text}\n{' ' * (first.column - 1)}"),)


def rewritten(scalar: Scalar, text: str) -> str:
    """Return ``text`` as a YAML scalar that can stand where ``scalar`` does: in quotes if that one is."""
    if scalar.style or (not _FLOW.isdisjoint(text) and _FLOW.isdisjoint(scalar.text)):
        return _in_quotes(text)
    return quoted(text)


def quoted(text: str) -> str:
    """Return ``text`` as a YAML scalar of one line, in quotes only if it needs them."""
    plain = isinstance(core_value(text), str) and not _NEEDS_QUOTES.search(text)
    return text if plain else _in_quotes(text)


def _in_quotes(text: str) -> str:
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


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
    """Return the edit that gives ``job`` a permission; nothing if its block cannot be changed in its place.

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
