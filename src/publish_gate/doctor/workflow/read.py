"""Reads a workflow file into the model, and names what GitHub refuses in it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow import grammar
from publish_gate.doctor.workflow.blocks import block, environment, permissions, step_of, texts
from publish_gate.doctor.workflow.grammar import Refusals
from publish_gate.doctor.workflow.graph import refuse_needs
from publish_gate.doctor.workflow.model import Job, Step, Trigger, Workflow
from publish_gate.doctor.workflow.tree import WORKFLOW, Mapping, Scalar, Sequence, TreeError, decode, parse_text, shown
from publish_gate.errors import Problem
from publish_gate.gate.patterns import PatternError, compile_pattern
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.workflow.tree import Entry, Node

_ID = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_-]{0,98}")
_PATTERNS = ("branches", "tags", "paths")
# Steps that do nothing of their own but steer others.
_STEERING = ("wait", "wait-all", "cancel")
# Parallel steps cannot hold further ones; a file is not followed deeper than this.
_DEEPEST = 3


@lru_cache(maxsize=8)
def read_workflow(data: bytes, path: str) -> Workflow:
    """Read a workflow file. Never raises: what cannot be read, and what GitHub refuses, is in ``problems``.

    ``path`` is relative to the root of the repository, with ``/``. Whatever can be understood of a file that
    GitHub refuses is there. An ``if`` or any other expression is kept as it is written. The same file is read once:
    the gate and the doctor beside it look at the workflow that runs.
    """
    text = ""
    try:
        text = decode(data, path)
        root, problems = parse_text(text, path, WORKFLOW)
    except TreeError as error:
        return Workflow(path, text=text, problems=tuple(error.problems))
    if isinstance(root, Mapping):
        return _workflow(root, text, Refusals(problems), path)
    if root is None:
        problems.append(Problem("", "is empty", Place(path)))
    else:
        problems.append(Problem("", "is not a mapping of `on`, `jobs` and so on", root.place))
    return Workflow(path, text=text, problems=tuple(problems))


def _workflow(root: Mapping, text: str, refusals: Refusals, path: str) -> Workflow:
    grammar.check_keys(root, "workflow-root-strict", "", refusals, leave=("on", "jobs"))
    triggers = _triggers(root, refusals, path)
    jobs = _jobs(root, refusals, path)
    return Workflow(
        path,
        name=root.scalar("name"),
        triggers=triggers,
        permissions=permissions(root),
        env=block(root, "env"),
        defaults=block(root, "defaults"),
        jobs=jobs,
        root=root,
        text=text,
        problems=refusals.in_order(),
        ignored=refusals.ignored(),
    )


def _triggers(root: Mapping, refusals: Refusals, path: str) -> tuple[Trigger, ...]:
    entry = root.entry("on")
    if entry is None:
        refusals.add("on", "is missing: nothing starts the workflow", Place(path, 1, 1))
        return ()
    triggers = _read_on(entry.value, refusals)
    if not triggers:
        refusals.add("on", "names no event: nothing starts the workflow", entry.place)
    for trigger in triggers:
        if trigger.event not in grammar.events():
            from publish_gate.text import did_you_mean

            refusals.add("on", did_you_mean("event", trigger.event, grammar.events()), trigger.place)
    return triggers


def _read_on(node: Node, refusals: Refusals) -> tuple[Trigger, ...]:
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
        _check_options(entry, refusals)
    return tuple(Trigger(entry.key, entry.place, _options(entry.value)) for entry in node)


def _options(node: Node) -> Node | None:
    return None if isinstance(node, Scalar) and node.value is None else node


def _check_options(entry: Entry, refusals: Refusals) -> None:
    rule, path = grammar.events().get(entry.key), f"on.{entry.key}"
    if rule is None:
        return
    if not isinstance(entry.value, Mapping) or entry.key == "schedule":
        grammar.check(entry.value, rule, path, refusals)
        return
    known = grammar.options_of(entry.key)
    for option in entry.value:
        inner = f"{path}.{option.key}"
        if option.key not in known:
            # The parser refuses it, but the platform runs files that have it.
            refusals.ignore(inner, f"is not a key that GitHub knows in `{path}`, and is passed over", option.place)
        elif option.key == "types":
            _check_activities(option, entry.key, inner, refusals)
        else:
            grammar.check(option.value, known[option.key], inner, refusals)
    for name in _PATTERNS:
        _check_patterns(entry.value, name, path, refusals)


def _check_activities(option: Entry, event: str, path: str, refusals: Refusals) -> None:
    if isinstance(option.value, Mapping):
        refusals.add(path, "must be a list, not a mapping", option.value.place)
    known = grammar.activities(event)
    for kind in texts(option.value) if known else ():
        if kind.text not in known:
            message = f"{shown(kind.text)} is not an activity of `{event}`; GitHub knows {', '.join(known)}"
            refusals.add(path, message, kind.place)


def _check_patterns(options: Mapping, name: str, path: str, refusals: Refusals) -> None:
    positive, negative = options.entry(name), options.entry(f"{name}-ignore")
    if positive is not None and negative is not None:
        message = f"`{name}` and `{name}-ignore` cannot stand together; put '!' before what is to be left out"
        refusals.add(path, message, negative.place)
    for entry in filter(None, (positive, negative)):
        for pattern in texts(entry.value):
            try:
                compile_pattern(pattern.text)
            except PatternError as error:
                refusals.add(f"{path}.{entry.key}", str(error), pattern.place)


def _jobs(root: Mapping, refusals: Refusals, path: str) -> tuple[Job, ...]:
    entry = root.entry("jobs")
    if entry is None:
        refusals.add("jobs", "is missing: the workflow has nothing to do", Place(path, 1, 1))
        return ()
    if not isinstance(entry.value, Mapping) or not entry.value.entries:
        refusals.add("jobs", "holds no job", entry.place)
        return ()
    jobs = tuple(job for inner in entry.value if (job := _job(inner, refusals)) is not None)
    refuse_needs(jobs, refusals)
    return jobs


def _job(entry: Entry, refusals: Refusals) -> Job | None:
    """Read one job of ``jobs``, None if it is not a mapping."""
    path = f"jobs.{entry.key}"
    node = entry.value
    if not isinstance(node, Mapping):
        refusals.add(path, "must be a mapping", entry.place)
        return None
    if _ID.fullmatch(entry.key) is None:
        message = "is not a valid job id: letters, digits, '-' and '_', beginning with a letter or '_'"
        refusals.add(path, message, entry.place)
    before = len(refusals.unknown)
    calls = node.get("uses") is not None
    grammar.check_keys(node, "workflow-job" if calls else "job-factory", path, refusals, leave=("steps",))
    if not calls and node.get("runs-on") is None:
        refusals.add(path, "has neither `runs-on` nor `uses`", entry.place)
    if not calls and node.get("steps") is None:
        refusals.add(path, "has no `steps`", entry.place)
    steps = () if calls else read_steps(node.get("steps"), f"{path}.steps", refusals)
    return Job(
        entry.key,
        entry.place,
        node,
        name=node.scalar("name"),
        needs=texts(node.get("needs")),
        condition=node.scalar("if"),
        permissions=permissions(node),
        environment=environment(node),
        runs_on=node.get("runs-on"),
        strategy=block(node, "strategy"),
        defaults=block(node, "defaults"),
        env=block(node, "env"),
        outputs=block(node, "outputs"),
        continue_on_error=node.scalar("continue-on-error"),
        steps=steps,
        uses=node.scalar("uses"),
        with_=block(node, "with"),
        secrets=node.get("secrets"),
        unknown=tuple(refusals.unknown[before:]),
    )


def read_steps(node: Node | None, path: str = "steps", refusals: Refusals | None = None) -> tuple[Step, ...]:
    """Read the steps of a job or of a composite action; those of a ``parallel`` one stand in its place."""
    refusals = refusals if refusals is not None else Refusals()
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        refusals.add(path, "must be a list", node.place)
        return ()
    steps: list[Step] = []
    known: dict[str, int | None] = {}
    for where, item in _flat(node, path):
        if not isinstance(item, Mapping):
            refusals.add(where, "must be a mapping", item.place)
            continue
        _check_step(item, where, refusals)
        step = step_of(len(steps), item)
        if step.id and step.id in known:
            refusals.add(f"{where}.id", f"{shown(step.id)} is there already, at line {known[step.id]}", step.place)
        known.setdefault(step.id, step.place.line)
        steps.append(step)
    return tuple(steps)


def _flat(node: Sequence, path: str, level: int = 0) -> Iterator[tuple[str, Node]]:
    """Yield the steps of a list with their paths, and in place of parallel ones those that they hold."""
    for index, item in enumerate(node.items):
        where = f"{path}[{index}]"
        parallel = item.get("parallel") if isinstance(item, Mapping) else None
        if isinstance(parallel, Sequence) and level < _DEEPEST:
            yield from _flat(parallel, f"{where}.parallel", level + 1)
        else:
            yield where, item


def _check_step(node: Mapping, path: str, refusals: Refusals) -> None:
    uses, run = node.get("uses"), node.get("run")
    steering = next((key for key in _STEERING if node.entry(key) is not None), "")
    if uses is not None and run is not None:
        refusals.add(path, "has both `uses` and `run`", node.place)
        return
    rule = f"{steering}-step" if steering else "run-step" if run is not None else "regular-step"
    if uses is None and run is None and not steering:
        refusals.add_unknown(path, "has neither `uses` nor `run`", node.place)
    elif isinstance(uses, Scalar) and not uses.text:
        refusals.add(f"{path}.uses", "is empty", uses.place)
    else:
        grammar.check_keys(node, rule, path, refusals)
    named = node.get("id")
    if named is not None and not (isinstance(named, Scalar) and _ID.fullmatch(named.text)):
        message = "is not a valid step id: letters, digits, '-' and '_', beginning with a letter or '_'"
        refusals.add(f"{path}.id", message, named.place)
