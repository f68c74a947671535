"""Whole workflows, run by `act` in a checkout that uses the action as its consumers do."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from e2e.consumer import PUSH_TO_MAIN, REPOSITORY, WORKFLOW, Event, commit
from e2e.direct import PATH
from e2e.protocol import LEVELS, Annotation, log_lines, read_annotation

from publish_gate.outputs import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

USES = "publish-gate/publish-gate@v0.1.0"
SECONDS = 120.0
_ACT = Path(sys.executable).with_name("act")
_EVENTS = ("push", "pull_request", "release", "workflow_dispatch")


@dataclass(frozen=True, slots=True)
class Gate:
    """One step that uses the action. What the payload holds is given to an input by an expression."""

    id: str = "gate"
    inputs: Mapping[str, str] = field(default_factory=dict)

    def as_step(self) -> dict[str, object]:
        """Return the step as a workflow writes it."""
        return {
            "id": self.id,
            "continue-on-error": False,
            "if": "${{ !cancelled() }}",
            "uses": USES,
            "with": dict(self.inputs),
        }


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """What a run left behind; ``outputs`` and ``outcomes`` of each gate as a job downstream sees them."""

    status: int
    jobs: Mapping[str, str]
    outputs: Mapping[str, Mapping[str, str]]
    outcomes: Mapping[str, str]
    log: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    summary: str


def workflow(*gates: Gate, environment: Mapping[str, str] | None = None) -> str:
    """Return a workflow with all ``gates`` in one job, and a job below it that writes down what it sees."""
    seen = {
        f"{gate.id}--{output.name}": f"${{{{ steps.{gate.id}.outputs.{output.name} }}}}"
        for gate in gates
        for output in OUTPUTS
    }
    outcomes = {f"{gate.id}--outcome": f"${{{{ steps.{gate.id}.outcome }}}}" for gate in gates}
    gate_job: dict[str, object] = {
        "runs-on": "ubuntu-latest",
        "env": dict(environment or {}),
        "outputs": seen | outcomes,
        "steps": [{"uses": "actions/checkout@v7"}, *(gate.as_step() for gate in gates)],
    }
    downstream = {
        "runs-on": "ubuntu-latest",
        "needs": "gate",
        "if": "always()",
        "steps": [{"env": {"SEEN": "${{ toJSON(needs.gate) }}"}, "run": 'printf "%s" "$SEEN" > "$SEEN_FILE"\n'}],
    }
    document = {
        "name": "CI",
        "on": {**dict.fromkeys(_EVENTS), "schedule": [{"cron": "0 0 * * *"}]},
        "jobs": {"gate": gate_job, "downstream": downstream},
    }
    return str(yaml.safe_dump(document, sort_keys=False, width=1000))


@dataclass(frozen=True, slots=True)
class Runner:
    """`act`, with the copy of the action in ``action`` in the place of the released one."""

    action: Path
    scratch: Path

    def run(self, checkout: Path, text: str, event: Event = PUSH_TO_MAIN) -> WorkflowRun:
        """Run the workflow ``text`` in ``checkout`` (which becomes a git repository) for an event."""
        file = checkout / WORKFLOW
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        commit(checkout)
        self.scratch.mkdir(exist_ok=True)
        payload, seen = self.scratch / "event.json", self.scratch / "seen.json"
        payload.write_text(event.document(), "utf-8")
        variables = {
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REF": event.ref,
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{WORKFLOW}@{event.ref}",
            "SEEN_FILE": str(seen),
        }
        command = [str(_ACT), event.name, "--json", "--eventpath", str(payload), "--no-cache-server"]
        command += ["--platform", "ubuntu-latest=-self-hosted", "--local-repository", f"{USES}={self.action}"]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(
            command, cwd=checkout, env={"HOME": str(self.scratch), "PATH": PATH, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        told = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines() if line.startswith("{")]
        assert seen.is_file(), done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
        return _read(done.returncode, told, json.loads(seen.read_text("utf-8")))


def _read(status: int, told: list[dict[str, Any]], needs: Mapping[str, Any]) -> WorkflowRun:
    outputs: dict[str, dict[str, str]] = {}
    outcomes: dict[str, str] = {}
    for key, value in needs["outputs"].items():
        gate, _, name = key.partition("--")
        if name == "outcome":
            outcomes[gate] = value
        else:
            outputs.setdefault(gate, {})[name] = value
    return WorkflowRun(
        status=status,
        jobs={line["jobID"]: line["jobResult"] for line in told if "jobResult" in line},
        outputs=outputs,
        outcomes=outcomes,
        log=tuple(line for each in told if each.get("raw_output") for line in log_lines(each["msg"].rstrip("\r\n"))),
        annotations=tuple(
            read_annotation(each["command"], each.get("kvPairs") or {}, each["arg"])
            for each in told
            if each.get("command") in LEVELS
        ),
        summary="".join(dict.fromkeys(each["content"] for each in told if each.get("command") == "summary")),
    )
