"""Reads ``on:`` in all its shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.model import Trigger
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.doctor.workflow.yaml12 import shown
from publish_gate.gate.patterns import PatternError, compile_pattern

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.blocks import Refusals
    from publish_gate.doctor.workflow.tree import Entry, Node

_REFS = ("branches", "branches-ignore")
_PATHS = ("paths", "paths-ignore")
_FILTERS: dict[str, frozenset[str]] = {
    "push": frozenset({*_REFS, "tags", "tags-ignore", *_PATHS}),
    "pull_request": frozenset({"types", *_REFS, *_PATHS}),
    "pull_request_target": frozenset({"types", *_REFS, *_PATHS}),
    "release": frozenset({"types"}),
    "workflow_run": frozenset({"types", "workflows", *_REFS}),
    "workflow_dispatch": frozenset({"inputs"}),
    "workflow_call": frozenset({"inputs", "outputs", "secrets"}),
    "merge_group": frozenset({"types", *_REFS}),
    "repository_dispatch": frozenset({"types"}),
}
_RELEASE_TYPES = frozenset({"published", "unpublished", "created", "edited", "deleted", "prereleased", "released"})
_PATTERNS = ("branches", "tags", "paths")


def read_triggers(node: Node, refusals: Refusals) -> tuple[Trigger, ...]:
    """Read the value of ``on:``: one event, a list of events, or a mapping from events to their filters.

    Rules: "on" of GitHub's workflow syntax, and what its parser refuses.
    """
    if isinstance(node, Scalar):
        return (Trigger(node.text, node.place),) if node.value is not None else ()
    if isinstance(node, Sequence):
        for item in node.items:
            if not isinstance(item, Scalar):
                refusals.add("on", "lists something that is not the name of an event", item.place)
        return tuple(Trigger(item.text, item.place) for item in node.items if isinstance(item, Scalar))
    for entry in node:
        _refuse_options(entry, refusals)
    return tuple(Trigger(entry.key, entry.place, _options(entry.value)) for entry in node)


def _options(node: Node) -> Node | None:
    return None if isinstance(node, Scalar) and node.value is None else node


def _refuse_options(entry: Entry, refusals: Refusals) -> None:
    path = f"on.{entry.key}"
    options = _options(entry.value)
    if entry.key == "schedule":
        if not isinstance(options, Sequence):
            refusals.add(path, "must be a list of `cron` entries", entry.place)
        return
    if options is None:
        return
    if not isinstance(options, Mapping):
        refusals.add(path, "must be empty or a mapping", options.place)
        return
    known = _FILTERS.get(entry.key)
    if known is not None:
        refusals.unknown_keys(options, known, path, path)
    for name in _PATTERNS if known is not None else ():
        _refuse_patterns(options, name, path, refusals)
    if entry.key == "release":
        for kind in texts(options.get("types")):
            if kind.text not in _RELEASE_TYPES:
                refusals.add(f"{path}.types", f"{shown(kind.text)} is no activity of a release", kind.place)


def _refuse_patterns(options: Mapping, name: str, path: str, refusals: Refusals) -> None:
    positive, negative = options.entry(name), options.entry(f"{name}-ignore")
    if positive is not None and negative is not None:
        message = f"`{name}` and `{name}-ignore` cannot stand together; put '!' before what is to be left out"
        refusals.add(path, message, negative.place)
    for entry in (positive, negative):
        for pattern in texts(entry.value) if entry is not None else ():
            try:
                compile_pattern(pattern.text)
            except PatternError as error:
                refusals.add(f"{path}.{entry.key if entry is not None else name}", str(error), pattern.place)
