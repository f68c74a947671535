"""Reads a workflow file into the model, and names what GitHub refuses in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.blocks import Refusals, block, permissions
from publish_gate.doctor.workflow.graph import refuse_needs
from publish_gate.doctor.workflow.jobs import read_job
from publish_gate.doctor.workflow.model import Workflow
from publish_gate.doctor.workflow.tree import Mapping
from publish_gate.doctor.workflow.triggers import read_triggers
from publish_gate.doctor.workflow.yaml12 import decode, parse_text
from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Trigger

_KEYS = frozenset(
    {"name", "description", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"},
)


@lru_cache(maxsize=8)
def read_workflow(data: bytes, path: str) -> Workflow:
    """Read a workflow file. Never raises: what cannot be read, and what GitHub refuses, stands in ``problems``.

    ``path`` is relative to the root of the repository, with ``/``. Whatever can be understood of a file that
    GitHub refuses is there. An ``if`` or any other expression is kept as it is written. The same file is read once:
    the gate and the doctor beside it look at the workflow that runs.
    """
    text, problem = decode(data, path)
    if problem is not None:
        return Workflow(path, problems=(problem,))
    root, problems = parse_text(text, path)
    if root is None:
        return Workflow(path, text=text, problems=tuple(problems))
    if not isinstance(root, Mapping):
        problems.append(Problem("", "is no mapping of `on`, `jobs` and so on", root.place))
        return Workflow(path, text=text, problems=tuple(problems))
    return _workflow(root, text, Refusals(problems), path)


def _workflow(root: Mapping, text: str, refusals: Refusals, path: str) -> Workflow:
    refusals.unknown_keys(root, _KEYS, "", "a workflow")
    triggers = _triggers(root, refusals, path)
    jobs = _jobs(root, refusals, path)
    return Workflow(
        path,
        name=root.scalar("name"),
        triggers=triggers,
        permissions=permissions(root, "permissions", refusals),
        env=block(root, "env", "env", refusals),
        defaults=block(root, "defaults", "defaults", refusals),
        jobs=jobs,
        root=root,
        text=text,
        problems=refusals.in_order(),
    )


def _triggers(root: Mapping, refusals: Refusals, path: str) -> tuple[Trigger, ...]:
    entry = root.entry("on")
    if entry is None:
        refusals.add("on", "is missing: nothing starts the workflow", Place(path, 1, 1))
        return ()
    triggers = read_triggers(entry.value, refusals)
    if not triggers:
        refusals.add("on", "names no event: nothing starts the workflow", entry.place)
    return triggers


def _jobs(root: Mapping, refusals: Refusals, path: str) -> tuple[Job, ...]:
    entry = root.entry("jobs")
    if entry is None:
        refusals.add("jobs", "is missing: the workflow has nothing to do", Place(path, 1, 1))
        return ()
    if not isinstance(entry.value, Mapping) or not entry.value.entries:
        refusals.add("jobs", "holds no job", entry.place)
        return ()
    jobs = tuple(job for each in entry.value if (job := read_job(each, refusals)) is not None)
    refuse_needs(jobs, refusals)
    return jobs
