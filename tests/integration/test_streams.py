"""What is the user's, and not a defect: nowhere to write to, an interruption, paths and texts that are too long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
CLI = (sys.executable, "-m", "publish_gate")
CHECK = ("check", "--no-workflow", "--index-url", "http://127.0.0.1:9", "--timeout", "1")
ACTION = (sys.executable, "-c", "import sys; from publish_gate.action import main; sys.exit(main())")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="streams and signals as on Linux")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.0"\n', "utf-8")
    return tmp_path


def environ(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PUBLISH_GATE_"))}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)} | more


def clean(text: str) -> bool:
    return "Traceback" not in text and "defect" not in text


STREAMS = [
    (">&-", 2, "standard output is closed"),
    (">/dev/full", 1, "No space left on device"),
    (">&- 2>&-", 2, ""),
    ("--format json >/dev/full", 1, "No space left on device"),
]


@pytest.mark.parametrize(("how", "code", "says"), STREAMS, ids=[row[0] for row in STREAMS])
@pytest.mark.parametrize("command", ["check", "doctor"])
def test_an_answer_that_goes_nowhere_is_said(how: str, code: int, says: str, command: str, project: Path) -> None:
    words = CHECK if command == "check" else (command,)
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {how}', "sh", *CLI, *words],
        cwd=project, env=environ(), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert clean(done.stderr)


def run_action(project: Path, how: str = "", **more: str) -> tuple[subprocess.CompletedProcess[str], str]:
    output = project / "output"
    output.touch()
    variables = {"GITHUB_OUTPUT": str(output), "GITHUB_WORKSPACE": str(project), "GITHUB_ACTIONS": "true"}
    variables |= {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"} | more
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {how}', "sh", *ACTION],
        cwd=project, env=environ(**variables), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    return done, output.read_text("utf-8")


@pytest.mark.parametrize("how", [">&-", ">/dev/full"])
def test_the_action_says_no_if_its_log_cannot_be_written(how: str, project: Path) -> None:
    done, outputs = run_action(project, how, INPUT_INDEX_URL="http://127.0.0.1:9")
    assert done.returncode != 0
    assert "true" not in outputs.splitlines()
    assert "Traceback" not in done.stderr


def test_a_path_longer_than_any_is_not_a_folder(project: Path) -> None:
    long = "a/" * 3000
    told = subprocess.run(
        [*CLI, *CHECK, "--working-directory", long],
        cwd=project,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert "is not a folder" in told.stderr
    assert len(told.stderr) < 1000
    done, outputs = run_action(project, PUBLISH_GATE_WORKING_DIRECTORY=long)
    assert done.returncode == 2, done.stdout
    assert "does not exist" in done.stdout
    assert "true" not in outputs.splitlines()


def test_a_default_branch_of_a_megabyte_is_none(project: Path) -> None:
    payload = project / "event.json"
    payload.write_text(json.dumps({"repository": {"default_branch": "x" * 1_000_000, "fork": False}}), "utf-8")
    done, outputs = run_action(project, GITHUB_EVENT_PATH=str(payload), PUBLISH_GATE_INDEX_URL="http://127.0.0.1:9")
    assert clean(done.stdout + done.stderr)
    assert "`repository.default_branch` is not what it should be" in outputs
    assert len(outputs) < 20_000


def test_an_interrupted_action_says_so(project: Path) -> None:
    interrupted = (
        "import publish_gate.action as a, signal; a._run = lambda _: signal.raise_signal(signal.SIGINT); a.main()"
    )
    output = project / "output"
    output.touch()
    done = subprocess.run(
        [sys.executable, "-c", interrupted],
        cwd=project, env=environ(GITHUB_OUTPUT=str(output)), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert "cancelled" in done.stdout
    assert clean(done.stdout + done.stderr)
    assert "should-publish" in output.read_text("utf-8")
    assert "true" not in output.read_text("utf-8").splitlines()
