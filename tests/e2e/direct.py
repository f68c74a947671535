"""The action's own script, run as a runner would run it, but without one: for the many cases that need no workflow."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from e2e.consumer import PUSH_TO_MAIN, REPOSITORY, WORKFLOW, Event
from e2e.protocol import Annotation, annotation, log_lines, read_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 60.0
_INPUT = re.compile(r"\$\{\{ inputs\.(?P<name>[a-z-]+) \}\}\Z")
_OUTPUT = re.compile(r"\$\{\{ steps\.gate\.outputs\.(?P<name>[a-z-]+) \}\}\Z")
PATH = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
"""Where programs are found, the Python of these tests first."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """What a step left behind: ``outputs`` as the caller sees them, ``written`` as they stand in the file."""

    status: int
    outputs: Mapping[str, str]
    written: Mapping[str, str]
    log: tuple[str, ...]
    summary: str

    @property
    def annotations(self) -> list[Annotation]:
        """The errors, warnings and notices in the log."""
        found = (annotation(line) for line in self.log)
        return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that uses the copy of the action in ``action``, in the checkout ``workspace``.

    ``environment`` is what the caller's job sets on top; ``None`` takes a variable away.
    """

    action: Path
    workspace: Path
    scratch: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict)
    event: Event = PUSH_TO_MAIN

    def run(self) -> StepRun:
        """Run it to its end and read what it left."""
        self.scratch.mkdir(exist_ok=True)
        output, summary = self.scratch / "output", self.scratch / "summary"
        output.touch()
        summary.touch()
        definition = read_definition(self.action)
        step = definition["runs"]["steps"][0]
        script = self.scratch / "step.sh"
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            _shell(step["shell"], script),
            cwd=self.workspace, env=self._environment(definition), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
        )  # fmt: skip
        written = read_outputs(output.read_text("utf-8"))
        outputs = {
            name: written.get(_match(_OUTPUT, each["value"]), "") for name, each in definition["outputs"].items()
        }
        log = tuple(log_lines(done.stdout.decode("utf-8")))
        return StepRun(done.returncode, outputs, written, log, summary.read_text("utf-8"))

    def _environment(self, definition: Mapping[str, Any]) -> dict[str, str]:
        given = {name: each["default"] for name, each in definition["inputs"].items()} | dict(self.inputs)
        passed = {
            name: given[_match(_INPUT, value)] if value else ""
            for name, value in definition["runs"]["steps"][0].get("env", {}).items()
        }
        temporary = self.scratch / "temporary"
        temporary.mkdir(exist_ok=True)
        payload = self.scratch / "event.json"
        payload.write_text(self.event.document(), "utf-8")
        everything: dict[str, str | None] = {
            "PATH": PATH,
            "HOME": str(self.scratch),
            "LANG": "C.UTF-8",
            "CI": "true",
            **self._situation(payload),
            "RUNNER_TEMP": str(temporary),
            **self.environment,
            **passed,
            "GITHUB_ACTION_PATH": str(self.action),
        }
        return {name: value for name, value in everything.items() if value is not None}

    def _situation(self, payload: Path) -> dict[str, str | None]:
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_OUTPUT": str(self.scratch / "output"),
            "GITHUB_REF": self.event.ref,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.scratch / "summary"),
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{WORKFLOW}@{self.event.ref}",
            "GITHUB_WORKSPACE": str(self.workspace),
        }


def read_definition(action: Path) -> Mapping[str, Any]:
    """Return the contents of an action's action.yml."""
    definition: Mapping[str, Any] = yaml.safe_load((action / "action.yml").read_text("utf-8"))
    return definition


def _shell(shell: str, script: Path) -> list[str]:
    """Return the command that a runner makes of ``shell:``."""
    known = {"bash": "bash --noprofile --norc -e -o pipefail {0}"}
    program, *rest = known.get(shell, shell).split()
    # The runner looks the shell up itself, so that the step's PATH has no part in it.
    found = shutil.which(program, path=PATH)
    assert found is not None
    return [found, *(str(script) if word == "{0}" else word for word in rest)]


def _match(pattern: re.Pattern[str], value: str) -> str:
    match = pattern.match(value)
    assert match is not None, f"{value!r} passes on nothing that is known"
    return match["name"]
