"""Reads one job with its steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.blocks import block, environment, permissions, texts
from publish_gate.doctor.workflow.model import Job, Step
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.doctor.workflow.yaml12 import shown

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.blocks import Refusals
    from publish_gate.doctor.workflow.tree import Entry, Node

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,98}")
_BOTH = frozenset({"name", "needs", "if", "permissions", "concurrency", "strategy"})
_CALL = _BOTH | {"uses", "with", "secrets"}
_ORDINARY = _BOTH | {
    "runs-on",
    "timeout-minutes",
    "cancel-timeout-minutes",
    "continue-on-error",
    "container",
    "services",
    "env",
    "environment",
    "outputs",
    "defaults",
    "steps",
    "snapshot",
}
_STEP = frozenset(
    {
        "id",
        "name",
        "if",
        "uses",
        "run",
        "with",
        "env",
        "shell",
        "working-directory",
        "continue-on-error",
        "timeout-minutes",
        "background",
    }
)
# Steps that start nothing of their own but steer others.
_STEERING = ("wait", "wait-all", "cancel", "parallel")


def read_job(entry: Entry, refusals: Refusals) -> Job | None:
    """Read one job of ``jobs``, None where it is no mapping."""
    path = f"jobs.{entry.key}"
    node = entry.value
    if not isinstance(node, Mapping):
        refusals.add(path, "must be a mapping", entry.place)
        return None
    if not _valid_id(entry.key):
        message = "is no name for a job: letters, digits, '-' and '_', beginning with a letter or '_'"
        refusals.add(path, message, entry.place)
    calls = node.get("uses") is not None
    _refuse_shape(entry, node, calls, refusals)
    return Job(
        entry.key,
        entry.place,
        node,
        name=node.scalar("name"),
        needs=texts(node.get("needs")),
        condition=node.scalar("if"),
        permissions=permissions(node, f"{path}.permissions", refusals),
        environment=environment(node, f"{path}.environment", refusals),
        runs_on=node.get("runs-on"),
        container=node.get("container"),
        strategy=block(node, "strategy", f"{path}.strategy", refusals),
        defaults=block(node, "defaults", f"{path}.defaults", refusals),
        env=block(node, "env", f"{path}.env", refusals),
        outputs=block(node, "outputs", f"{path}.outputs", refusals),
        continue_on_error=node.scalar("continue-on-error"),
        steps=() if calls else _steps(node.get("steps"), path, refusals),
        uses=node.scalar("uses"),
        with_=block(node, "with", f"{path}.with", refusals),
        secrets=node.get("secrets"),
    )


def _valid_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None and not text.startswith("__")


def _refuse_shape(entry: Entry, node: Mapping, calls: bool, refusals: Refusals) -> None:  # noqa: FBT001 - of this file
    path = f"jobs.{entry.key}"
    if calls:
        refusals.unknown_keys(node, _CALL, path, "a job that calls a workflow")
        return
    refusals.unknown_keys(node, _ORDINARY, path, "a job")
    if node.get("runs-on") is None:
        refusals.add(path, "has neither `runs-on` nor `uses`", entry.place)
    if node.get("steps") is None:
        refusals.add(path, "has no `steps`", entry.place)


def _steps(node: Node | None, path: str, refusals: Refusals) -> tuple[Step, ...]:
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        refusals.add(f"{path}.steps", "must be a list", node.place)
        return ()
    steps: list[Step] = []
    known: dict[str, int | None] = {}
    for index, item in enumerate(node.items):
        where = f"{path}.steps[{index}]"
        if not isinstance(item, Mapping):
            refusals.add(where, "must be a mapping", item.place)
            continue
        step = _step(index, item, where, refusals)
        if step.id and step.id in known:
            refusals.add(f"{where}.id", f"{shown(step.id)} is there already, at line {known[step.id]}", step.place)
        known.setdefault(step.id, step.place.line)
        steps.append(step)
    return tuple(steps)


def _step(index: int, node: Mapping, path: str, refusals: Refusals) -> Step:
    _refuse_step(node, path, refusals)
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
        with_=block(node, "with", f"{path}.with", refusals),
        env=block(node, "env", f"{path}.env", refusals),
    )


def _refuse_step(node: Mapping, path: str, refusals: Refusals) -> None:
    if any(node.get(key) is not None for key in _STEERING):
        return
    uses, run = node.get("uses"), node.get("run")
    if uses is None and run is None:
        refusals.add(path, "has neither `uses` nor `run`", node.place)
    elif uses is not None and run is not None:
        refusals.add(path, "has both `uses` and `run`", node.place)
    elif isinstance(uses, Scalar) and not uses.text:
        refusals.add(f"{path}.uses", "is empty", uses.place)
    refusals.unknown_keys(node, _STEP, path, "a step")
    named = node.get("id")
    if named is not None and not (isinstance(named, Scalar) and _valid_id(named.text)):
        message = "is no name for a step: letters, digits, '-' and '_', beginning with a letter or '_'"
        refusals.add(f"{path}.id", message, named.place)
