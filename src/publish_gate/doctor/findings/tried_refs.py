"""Branches and tags that stand for all others: usual ones, and every one that a workflow itself speaks of."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.syntax_tree import Call, Literal, walk
from publish_gate.doctor.findings.expressions_in import written
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping
from publish_gate.gate.patterns import PatternError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.gate.patterns import Pattern

_TAGS = ("v1.2.3", "1.2.3", "release-1.2.3", "package/v1.2.3")
_BRANCHES = ("some-feature", "release/1.x", "develop")
_VERSION = "1.2.3"
# What Git takes for the name of a branch or tag.
_NAME = re.compile(r"[^\s~^:?*\[\\\x00-\x20\x7f]{1,100}")
_KINDS = ("heads", "tags")
_MOST = 300
_MOST_ENDS = 9


def refs_to_try(workflow: Workflow, jobs: Iterable[Job]) -> tuple[str, ...]:
    """Return the refs to look at ``jobs`` of a workflow, or of one that it calls, with.

    Empty if they speak of more than can be tried.
    """
    literals = {each for job in jobs for each in _literals(job)}
    ends = [text for text, role in literals if role in {"endswith", "contains"}]
    if len(literals) > _MOST or len(ends) > _MOST_ENDS:
        return ()
    names = [f"{kind}/{name}" for kind, usual in zip(_KINDS, (_BRANCHES, _TAGS), strict=True) for name in usual]
    for pattern in _patterns(workflow):
        names += [f"{kind}/{_sample(pattern)}" for kind in _KINDS]
    names += [name for text, _ in literals for name in _named(text)]
    begins = [each for text, role in literals if role == "startswith" for each in _named(text)]
    names += [f"{begin}{middle}{end}" for begin in (*begins, *names) for middle in ("", _VERSION) for end in ends]
    found = {f"refs/{name}" for name in names if _NAME.fullmatch(name)}
    return tuple(sorted(found)) if len(found) <= _MOST else ()


def _literals(job: Job) -> Iterator[tuple[str, str]]:
    """Yield the texts in the expressions of a job, each with the function that it is handed to, if any."""
    for where in written(job):
        for node in walk(where.expression):
            if isinstance(node, Call):
                yield from ((text, node.name) for text in _texts(node.arguments))
            else:
                yield from ((text, "") for text in _texts((node,)))


def _texts(nodes: Iterable[object]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, Literal) and isinstance(node.value, str)]


def _named(text: str) -> list[str]:
    """Return the refs, without `refs/`, that a text may be the whole or the beginning of."""
    short = text.removeprefix("refs/")
    kind, slash, name = short.partition("/")
    if short != text and slash and kind in _KINDS:
        return [f"{kind}/{name}", f"{kind}/{name}{_VERSION}"]
    return [f"{kind}/{text}{end}" for kind in _KINDS for end in ("", _VERSION)]


def _patterns(workflow: Workflow) -> Iterator[Pattern]:
    push = workflow.trigger("push")
    options = push.options if push is not None and isinstance(push.options, Mapping) else None
    for key in ("branches", "tags"):
        for text in texts(options.get(key) if options is not None else None):
            try:
                yield compile_pattern(text.text)
            except PatternError:
                continue


def _sample(pattern: Pattern) -> str:
    """Return a name that a filter pattern matches."""
    candidates = f"1{pattern.text}{string.ascii_letters}{string.digits}"
    name = ""
    for step in pattern.steps:
        if step.accepts is not None:
            name += next(filter(step.accepts, candidates), "")
    return name
