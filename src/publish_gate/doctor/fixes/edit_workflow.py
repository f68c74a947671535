"""Add a condition to a job so that what was there still counts, and its comments and format stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.workflow.tree import core_value

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.doctor.workflow.tree import Scalar

_WRAPPED = re.compile(r"\$\{\{(?P<inner>.*)\}\}", re.DOTALL)
# A plain scalar may not begin with these, nor hold these.
_NEEDS_QUOTES = re.compile(r"\A[\s!&*|>%@`'\"#\[\]{},?:-]|: | #|:\Z|\s\Z|[^\x20-\x7e]")
# Nor these, where it stands in a list or mapping between brackets.
_FLOW = frozenset(",[]{}")


def add_guard(workflow: Workflow, job: Job, guard: str) -> tuple[Edit, ...]:
    """Return the edit that makes a job ask for ``guard`` as well.

    Nothing is returned where the change cannot be made by replacing one line: a condition over several lines,
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
    """Return the edit that puts a key in front of the first one of a job; nothing where it stands between braces."""
    first = job.node.entries[0].place if job.node.entries else None
    if first is None or first.line is None or first.column is None or job.node.place != first:
        return ()
    spot = (first.line, first.column)
    return (Edit(path, spot, spot, f"{text}\n{' ' * (first.column - 1)}"),)


def rewritten(scalar: Scalar, text: str) -> str:
    """Return ``text`` as a YAML scalar that can stand where ``scalar`` does: in quotes where that one is."""
    if scalar.style or (not _FLOW.isdisjoint(text) and _FLOW.isdisjoint(scalar.text)):
        return _in_quotes(text)
    return quoted(text)


def quoted(text: str) -> str:
    """Return ``text`` as a YAML scalar of one line, in quotes only where it needs them."""
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
