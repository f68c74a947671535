"""What a job does besides uploading: building distributions, and asking the gate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.by_action import read_use
from publish_gate.gate_steps import is_gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.wrappers import Program
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.gate_steps import Read

_BUILDING_ACTIONS = frozenset(
    {
        "hynek/build-and-inspect-python-package",
        "pypa/cibuildwheel",
        "openastronomy/build-python-dist",
        "pyo3/maturin-action",
        "messense/maturin-action",
    },
)
_BUILD = frozenset({"uv", "hatch", "flit", "poetry", "pdm", "rye"})
_ALWAYS_BUILD = frozenset({"build", "pyproject-build", "cibuildwheel"})
_SETUP = frozenset({"sdist", "bdist_wheel", "bdist", "bdist_egg", "build"})


# Without one of these words nothing is built.
_SPEAKS = re.compile("build|wheel|dist|publish")
_PLAIN = re.compile(r"\s*(?:python3? -m build|(?:uv|hatch|flit|poetry|pdm) build)(?: --(?:sdist|wheel))*\s*\Z")


def gate_steps(workflow: Workflow, read: Read | None = None) -> tuple[tuple[Job, Step], ...]:
    """Return the steps that use Publish Gate itself, each with its job; ``read`` tells what local actions are."""
    return tuple(
        (job, step)
        for job in workflow.jobs
        for step in job.steps
        if step.uses is not None and is_gate(step.uses.text, read)
    )


def builds(job: Job, workflow: Workflow | None = None) -> tuple[Step, ...]:
    """Return the steps that build distributions; none if the job builds nothing.

    ``workflow`` is asked for its default shell.
    """
    return tuple(
        step
        for step in job.steps
        if (_builds_by_action(step) if step.uses is not None else _builds_by_script(step, job, workflow))
    )


def _builds_by_action(step: Step) -> bool:
    action = read_use(step.uses.text).action if step.uses is not None else ""
    command = step.with_.scalar("command")
    if command is not None and action.endswith("/maturin-action"):
        return command.text != "upload"
    return action in _BUILDING_ACTIONS


def _builds_by_script(step: Step, job: Job, workflow: Workflow | None) -> bool:
    if step.run is not None and _PLAIN.match(step.run.text):
        return True
    return any(map(_is_build, _programs(step, job, workflow)))


def _programs(step: Step, job: Job, workflow: Workflow | None) -> Iterator[Program]:
    from publish_gate.doctor.uploads.shell import dialect_of, read_commands, run_through
    from publish_gate.doctor.uploads.values import Expressions
    from publish_gate.doctor.uploads.wrappers import find_program

    if step.run is None or not _SPEAKS.search(step.run.text):
        return
    template = Expressions().template(step.run)
    commands = read_commands(template.text, dialect_of(step, job, workflow))
    for call in run_through(commands, template, {}):
        program = find_program(call.words, call.environment)
        if program is not None:
            yield program


def _is_build(program: Program) -> bool:
    words = [word.text for word in program.arguments]
    if "--help" in words or "--version" in words:
        return False
    plain = [word for word in words if not word.startswith("-")]
    first = plain[0] if plain else ""
    if program.name in _ALWAYS_BUILD:
        return True
    if program.name == "maturin":
        return first in {"build", "sdist", "publish"}
    if program.name in {"pip", "pip3"}:
        return first == "wheel"
    if program.name in {"poetry", "pdm", "flit", "rye"} and first == "publish":
        # poetry builds only when told to, pdm and flit unless told not to.
        return "--build" in words if program.name == "poetry" else program.name != "rye" and "--no-build" not in words
    if first.endswith("setup.py"):
        return not _SETUP.isdisjoint(plain)
    return program.name in _BUILD and first == "build"
