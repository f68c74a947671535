"""Which steps of a workflow are Publish Gate itself, and what they hand to it: the one answer for every room.

A step is one by the name of the repository or folder that it takes the action from (``OWNER/publish-gate@REF``,
``OWNER/actions/publish-gate@REF``, in any case), whoever the owner is: a fork keeps the name. A local path is one
by what its action.yml says: it is this action, or a composite action with a step that is.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence, parse_yaml
from publish_gate.errors import Problem
from publish_gate.inputs import INPUTS
from publish_gate.outputs import OUTPUTS
from publish_gate.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Mapping_

    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.doctor.workflow.tree import Node
    from publish_gate.inputs import Input
    from publish_gate.places import Place

    Read = Callable[[str], bytes | None]

REPOSITORY_NAME = "publish-gate"
ACTION_NAME = "publish gate"
_FILES = ("action.yml", "action.yaml")
_INPUT = re.compile(r"\$\{\{\s*inputs\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")
# A composite action that uses another that uses another ...: no deeper than GitHub follows them.
_DEEPEST = 9
_MOST_STEPS = 5000
_MOST_ACTIONS = 50


class Handed(NamedTuple):
    """What a step hands to an input: its text, None where an expression computes it, and the place of the key."""

    text: str | None
    place: Place
    written: str


class GateStep(NamedTuple):
    """One step that is Publish Gate, with the inputs that it sets, by their names in lower case.

    ``workflow`` and ``job`` are those that come to it; the step itself may stand in a composite action.
    """

    job: str
    place: Place
    inputs: dict[str, Handed]
    workflow: str = ""


def is_gate(uses: str, read: Read | None = None) -> bool:
    """Whether ``uses`` names this action; ``read`` gives the files of the repository, by path, for local ones."""
    folder = _local_folder(uses)
    if folder is None:
        return _is_named(uses)
    return read is not None and any(True for _ in _Finder(read).below(folder, "", {}, None, 0))


def find_gate_steps(workflow: Workflow, read: Read) -> tuple[GateStep, ...]:
    """Return every step of a workflow that is Publish Gate, or comes to it through a local composite action."""
    finder = _Finder(read)
    return tuple(
        found._replace(workflow=workflow.path)
        for job in workflow.jobs
        for step in job.steps
        for found in finder.at(step.node, job.id)
    )


def _is_named(uses: str) -> bool:
    """Read ``OWNER/REPOSITORY[/FOLDER]@REF``; the last part names the action, and an owner stands before it."""
    parts = uses.strip().partition("@")[0].rstrip("/").lower().split("/")
    return len(parts) > 1 and all(parts) and "." not in parts[0] and ":" not in uses and parts[-1] == REPOSITORY_NAME


def _local_folder(uses: str) -> str | None:
    """Return the folder, from the top of the repository, that a local ``uses`` names; None if it is not local.

    ``$/`` is the repository of the workflow file, which is this one: GitHub's self-repository syntax of 2026-07-30.
    """
    text = uses.strip().replace("\\", "/")
    if text.startswith("$/"):
        text = f".{text[1:]}"
    return posixpath.normpath(text) if text == "." or text.startswith("./") else None


def with_called(workflow: Workflow, read: Read) -> list[Workflow]:
    """Return a workflow and those of the repository that it calls: in a run of theirs its own file is the one named."""
    found = {workflow.path: workflow}
    waiting = [workflow]
    while waiting and len(found) < _MOST_ACTIONS:
        for job in waiting.pop().jobs:
            path = _local_folder(job.uses.text) if job.uses is not None else None
            data = read(path) if path is not None and path not in found else None
            if path is not None and data is not None:
                found[path] = read_workflow(data, path)
                waiting.append(found[path])
    return list(found.values())


class _Finder:
    """Follows steps into local composite actions, as far as there is any sense in it."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._left = _MOST_STEPS
        self._actions: dict[str, Mapping | None] = {}

    def at(self, node: Mapping, job: str, given: dict[str, Handed] | None = None, depth: int = 0) -> Iterator[GateStep]:
        """Yield what one step is; ``given`` are the inputs of the action that it stands in."""
        uses = node.entry("uses")
        self._left -= 1
        if uses is None or not isinstance(uses.value, Scalar) or self._left < 0:
            return
        handed = _handed(node.get("with"), given)
        folder = _local_folder(uses.value.text)
        if folder is not None:
            yield from self.below(folder, job, handed, uses.place, depth)
        elif _is_named(uses.value.text):
            yield GateStep(job, uses.place, handed)

    def below(
        self, folder: str, job: str, handed: dict[str, Handed], place: Place | None, depth: int
    ) -> Iterator[GateStep]:
        """Yield what the action in a folder is, or comes to."""
        root = self._action(folder) if depth <= _DEEPEST else None
        if root is None:
            return
        steps = _steps(root)
        if _is_own_action(root, steps):
            yield GateStep(job, place or root.place, handed)
            return
        given = _with_defaults(root.get("inputs"), handed)
        for node in steps:
            yield from self.at(node, job, given, depth + 1)

    def _action(self, folder: str) -> Mapping | None:
        if folder not in self._actions and len(self._actions) < _MOST_ACTIONS:
            self._actions[folder] = self._parsed(folder)
        return self._actions.get(folder)

    def _parsed(self, folder: str) -> Mapping | None:
        for name in _FILES:
            path = posixpath.normpath(posixpath.join(folder, name))
            data = self._read(path)
            if data is not None:
                root, _ = parse_yaml(data, path)
                return root if isinstance(root, Mapping) else None
        return None


def _steps(root: Mapping) -> list[Mapping]:
    runs = root.get("runs")
    steps = runs.get("steps") if isinstance(runs, Mapping) else None
    return [each for each in steps.items if isinstance(each, Mapping)] if isinstance(steps, Sequence) else []


def _is_own_action(root: Mapping, steps: list[Mapping]) -> bool:
    """Whether an action.yml is this action's: by its name, or by the outputs that no other action has.

    One that uses other actions is a wrapper, whatever it is called, with inputs of its own.
    """
    name, outputs = root.scalar("name"), root.get("outputs")
    declared = {entry.key.lower() for entry in outputs} if isinstance(outputs, Mapping) else set()
    named = name is not None and name.text.strip().lower() == ACTION_NAME
    return (named or declared >= {output.name for output in OUTPUTS}) and not any(each.get("uses") for each in steps)


def _handed(node: Node | None, given: dict[str, Handed] | None) -> dict[str, Handed]:
    """Read ``with:``. What hands on just an input of the action around it has that one's text."""
    found: dict[str, Handed] = {}
    for entry in node if isinstance(node, Mapping) else ():
        written = _text(entry.value)
        text = None if written is None or "${{" in written else written
        passed = _INPUT.fullmatch(written.strip()) if written is not None else None
        if passed is not None and given is not None:
            outer = given.get(passed["name"].lower())
            text = outer.text if outer is not None else text
        found[entry.key.lower()] = Handed(text, entry.place, written or "")
    return found


def _with_defaults(declared: Node | None, handed: dict[str, Handed]) -> dict[str, Handed]:
    """Return what the inputs of a composite action are: handed over, else their defaults."""
    found: dict[str, Handed] = {}
    for entry in declared if isinstance(declared, Mapping) else ():
        default = entry.value.get("default") if isinstance(entry.value, Mapping) else None
        text = _text(default) if default is not None else ""
        unknown = text is None or "${{" in text
        found[entry.key.lower()] = Handed(None if unknown else text, entry.place, text or "")
    return {**found, **handed}


def _text(node: Node | None) -> str | None:
    """Return a value as GitHub hands it over: numbers and booleans in their usual spelling, nothing as empty."""
    if not isinstance(node, Scalar):
        return None
    value = node.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value or ""


def running_steps(steps: Iterable[GateStep], job: str, received: Mapping_[str, str]) -> list[GateStep]:
    """Return the steps that can be the one that runs: of its job, and handing over what was received.

    ``received`` maps every input to the text that arrived. What an expression computes may be anything.
    """
    steps = list(steps)
    own = [step for step in steps if step.job == job] or steps
    return [step for step in own if all(_agrees(step, each, received[each.name]) for each in INPUTS)]


def _agrees(step: GateStep, known: Input, received: str) -> bool:
    handed = step.inputs.get(known.name)
    text = handed.text if handed is not None else known.default
    return text is None or (text.strip() or known.default) == (received.strip() or known.default)


def input_slips(steps: Iterable[GateStep]) -> list[Problem]:
    """Name the inputs that steps set and that do not exist: GitHub warns of them and goes on without the rule."""
    names = [each.name for each in INPUTS]
    return list(
        dict.fromkeys(
            Problem(name, did_you_mean("input", name, names), handed.place)
            for step in steps
            for name, handed in step.inputs.items()
            if name not in names
        )
    )
