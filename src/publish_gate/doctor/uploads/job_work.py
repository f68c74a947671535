"""What a job does besides uploading: asking the gate, checking out, building, running the project's code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.by_action import read_use
from publish_gate.doctor.uploads.composite import read_action
from publish_gate.doctor.uploads.dialects import dialect_of, read_commands
from publish_gate.doctor.uploads.expressions import Expressions
from publish_gate.doctor.uploads.running import run_through
from publish_gate.doctor.uploads.sources import Files
from publish_gate.doctor.uploads.words import listed
from publish_gate.doctor.uploads.wrappers import Program, find_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_GATE = re.compile(r"(?:.*/)?publish-gate(?:@.*)?\Z", re.DOTALL)
_GATE_NAME = "Publish Gate"
_CHECKOUT = "actions/checkout"
_BUILDING_ACTIONS = frozenset(
    {
        "hynek/build-and-inspect-python-package",
        "pypa/cibuildwheel",
        "openastronomy/build-python-dist",
        "pyo3/maturin-action",
        "messense/maturin-action",
    },
)
_BUILDS = {
    "uv": "build",
    "hatch": "build",
    "flit": "build",
    "poetry": "build",
    "pdm": "build",
    "rye": "build",
    "maturin": "build",
}
_MATURIN = frozenset({"upload", "publish"})
_ALWAYS_BUILD = frozenset({"build", "pyproject-build", "cibuildwheel"})
_RUNS_CODE = listed("pytest tox nox make just invoke inv poe unittest coverage mypy pre-commit npm yarn pnpm cargo")
_SETUP = frozenset({"sdist", "bdist_wheel", "bdist", "bdist_egg", "build"})


class JobWork(NamedTuple):
    """The steps of a job that check a repository out, build distributions, or run code of the project."""

    checks_out: tuple[Step, ...]
    builds: tuple[Step, ...]
    runs_code: tuple[Step, ...]


def gate_steps(workflow: Workflow, sources: Sources | None = None) -> tuple[tuple[Job, Step], ...]:
    """Return the steps that use Publish Gate itself, each with its job.

    They name a repository called ``publish-gate``; a local action is one if its file, which ``sources`` gives,
    says that it is called Publish Gate.
    """
    files = Files(sources) if sources is not None else None
    return tuple((job, step) for job in workflow.jobs for step in job.steps if _is_gate(step, files))


def _is_gate(step: Step, files: Files | None) -> bool:
    if step.uses is None:
        return False
    use = read_use(step.uses.text)
    if not use.local:
        return _GATE.match(step.uses.text.strip().lower()) is not None
    found = read_action(files, use.local) if files is not None else None
    name = found[1].scalar("name") if found is not None else None
    return use.local.lower().endswith("publish-gate") or (name is not None and name.text == _GATE_NAME)


def checkout_steps(job: Job) -> tuple[Step, ...]:
    """Return the steps that check a repository out."""
    return tuple(step for step in job.steps if step.uses is not None and read_use(step.uses.text).action == _CHECKOUT)


def builds(job: Job, workflow: Workflow | None = None) -> tuple[Step, ...]:
    """Return the steps that build distributions; none where the job builds nothing."""
    return work_of(job, workflow).builds


def work_of(job: Job, workflow: Workflow | None = None) -> JobWork:
    """Say what the steps of a job do. ``workflow`` is asked for its default shell."""
    building, running = [], []
    for step in job.steps:
        if step.uses is not None:
            building.extend([step] if _builds_by_action(step) else [])
            continue
        programs = list(_programs(step, job, workflow))
        building.extend([step] if any(map(_is_build, programs)) else [])
        running.extend([step] if any(map(_is_code, programs)) else [])
    return JobWork(checkout_steps(job), tuple(building), tuple(running))


def _builds_by_action(step: Step) -> bool:
    action = read_use(step.uses.text).action if step.uses is not None else ""
    command = step.with_.scalar("command")
    if command is not None and action.endswith("/maturin-action"):
        return command.text != "upload"
    return action in _BUILDING_ACTIONS


def _programs(step: Step, job: Job, workflow: Workflow | None) -> Iterator[Program]:
    if step.run is None:
        return
    template = Expressions(dict).template(step.run)
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
    return program.name in _BUILDS and first == _BUILDS[program.name]


def _is_code(program: Program) -> bool:
    first = program.words[0].text
    if program.name in _RUNS_CODE:
        return True
    return "/" in first and not first.startswith("/") and program.name not in _BUILDS
