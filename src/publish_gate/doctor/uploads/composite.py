"""Reads the steps of a composite action of the repository itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.values import Environment, Text
from publish_gate.doctor.uploads.words_words import UNKNOWN
from publish_gate.doctor.workflow.model import NOTHING, Step, Trigger, Workflow
from publish_gate.doctor.workflow.tree import Mapping, Sequence

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.sources import Files

_FILES = ("action.yml", "action.yaml")
_MAX_STEPS = 200


class Composite(NamedTuple):
    """A composite action: its file, its steps, and the inputs with their defaults put in."""

    path: str
    steps: tuple[Step, ...]
    inputs: Environment
    root: Mapping

    def workflow(self, outer: Workflow) -> Workflow:
        """Return what its expressions see in place of the workflow: the inputs that it declares."""
        options = Mapping(tuple(entry for entry in self.root if entry.key == "inputs"), self.root.place)
        return Workflow(self.path, triggers=(Trigger("workflow_call", self.root.place, options),), env=outer.env)


def read_action(files: Files, folder: str) -> tuple[str, Mapping] | None:
    """Return the path and content of the action in a folder of the repository, None where none can be read."""
    from publish_gate.doctor.workflow.tree import parse_yaml

    for name in _FILES:
        path = name if folder == "." else repository_path(folder, name)
        text = files.text(path)
        if path is not None and text is not None:
            node, _ = parse_yaml(text.encode(), path)
            return (path, node) if isinstance(node, Mapping) else None
    return None


def composite_steps(files: Files, folder: str, given: Environment) -> Composite | None:
    """Return the steps of an action, None where it cannot be read or is none made of steps."""
    found = read_action(files, folder)
    if found is None:
        return None
    path, root = found
    runs = root.get("runs")
    steps = runs.get("steps") if isinstance(runs, Mapping) else None
    if not isinstance(steps, Sequence):
        return None
    declared = root.get("inputs")
    inputs = dict(given)
    for entry in declared if isinstance(declared, Mapping) else ():
        default = entry.value.scalar("default") if isinstance(entry.value, Mapping) else None
        text = default.text if default is not None else ""
        inputs.setdefault(entry.key.lower(), Text(UNKNOWN if "${{" in text else text, default))
    nodes = [node for node in steps.items[:_MAX_STEPS] if isinstance(node, Mapping)]
    return Composite(path, tuple(_step(number, node) for number, node in enumerate(nodes)), inputs, root)


def _step(number: int, node: Mapping) -> Step:
    named = node.scalar("id")
    return Step(
        number,
        node.place,
        node,
        id=named.text if named is not None else "",
        condition=node.scalar("if"),
        uses=node.scalar("uses"),
        run=node.scalar("run"),
        shell=node.scalar("shell"),
        working_directory=node.scalar("working-directory"),
        with_=_block(node, "with"),
        env=_block(node, "env"),
    )


def _block(node: Mapping, key: str) -> Mapping:
    value = node.get(key)
    return value if isinstance(value, Mapping) else NOTHING
