"""How the action starts: which Python, where its dependencies come from, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from e2e.action_copy import copy_action
from e2e.direct import PATH, StepRun
from e2e.index import host
from e2e.planting import environments, plant
from e2e.protocol import foreign_commands
from e2e.runner import Gate, Runner, workflow
from integration.servers import free_port

from publish_gate.outputs import no_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from e2e.direct import Step
    from integration.servers import FaultServer


TOP = Path(__file__).parents[2]


def check_could_not_start(run: StepRun, text: str) -> None:
    """One error that says what is wrong, outputs that say no, no traceback."""
    assert run.status == 1
    assert run.outputs == no_outputs()
    assert [each.title for each in run.annotations] == ["Publish Gate could not start"]
    assert text in run.annotations[0].text
    assert foreign_commands(run.log) == []
    assert not any("Traceback" in line for line in run.log)


def fake_python(folder: Path, *names: str, body: str) -> str:
    """Put programs of these names into ``folder``; return a path with it first and the real Python's folder gone."""
    folder.mkdir()
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("names", "body"),
    [
        (("python3", "python"), "exit 1"),
        (("python3", "python"), "echo 'Python was not found; run without arguments to install' >&2; exit 49"),
        ((), ""),
    ],
    ids=["older than 3.10", "placeholders of a store", "none"],
)
def test_no_python_to_run_with(names: tuple[str, ...], body: str, step: Step, tmp_path: Path) -> None:
    path = fake_python(tmp_path / "programs", *names, body=body)
    check_could_not_start(replace(step, environment={"PATH": path}).run(), "Python 3.10")


@pytest.mark.parametrize("body", ["exit 1", "exit 49"], ids=["older than 3.10", "a placeholder of a store"])
def test_python_is_found_under_its_other_name(body: str, step: Step, tmp_path: Path, index: FaultServer) -> None:
    path = fake_python(tmp_path / "programs", "python3", body=body)
    environment = {"PATH": os.pathsep.join([path, PATH])}
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}, environment=environment).run()
    assert (run.status, run.outputs["should-publish"]) == (0, "true")


@pytest.fixture
def damaged(action: Path, tmp_path: Path) -> Path:
    """A copy of the released action, to be damaged."""
    return shutil.copytree(action, tmp_path / "damaged")


@pytest.mark.parametrize(
    "missing",
    [
        "bundle/requests", "bundle/packaging", "bundle/actions_toolkit", "src/publish_gate/outputs.py",
        "src/publish_gate/run.py", "src/publish_gate/action.py", "src/publish_gate/gate", "src",
    ],
)  # fmt: skip
def test_a_part_that_is_missing(missing: str, step: Step, damaged: Path, index: FaultServer) -> None:
    path = damaged / missing
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    run = replace(step, action=damaged, inputs={"index-url": host(index, "0.1.0")}).run()
    check_could_not_start(run, "its own files are damaged")
    assert Path(missing).stem in run.annotations[0].text or missing == "src"


def test_the_start_itself_is_missing(step: Step, damaged: Path) -> None:
    (damaged / "launch.py").unlink()
    run = replace(step, action=damaged).run()
    assert run.status != 0
    assert run.outputs == no_outputs()


def test_a_part_that_is_cut_off(step: Step, damaged: Path, index: FaultServer) -> None:
    shutil.rmtree(damaged / "src" / "publish_gate" / "__pycache__")
    (damaged / "src" / "publish_gate" / "run.py").write_text("def (", "utf-8")
    run = replace(step, action=damaged, inputs={"index-url": host(index, "0.1.0")}).run()
    check_could_not_start(run, "its own files are damaged")


def test_folders_with_odd_names(step: Step, action: Path, checkout: Path, tmp_path: Path, index: FaultServer) -> None:
    odd = tmp_path / "an odd ünicode 'folder' $(x)"
    odd.mkdir()
    copy, workspace = odd / "action", odd / "checkout"
    shutil.copytree(action, copy)
    checkout.rename(workspace)
    run = replace(step, action=copy, workspace=workspace, inputs={"index-url": host(index, "0.1.0")}).run()
    assert (run.status, run.outputs["should-publish"]) == (0, "true")


@pytest.mark.parametrize("name", ["RUNNER_TEMP", "TMPDIR"])
@pytest.mark.parametrize("kind", ["a file", "not there", "not set"])
def test_a_release_needs_no_temporary_folder(
    name: str, kind: str, step: Step, tmp_path: Path, index: FaultServer
) -> None:
    (tmp_path / "file").touch()
    value = {"a file": str(tmp_path / "file"), "not there": "/nonexistent/folder", "not set": None}[kind]
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}, environment={name: value}).run()
    assert (run.status, run.outputs["should-publish"]) == (0, "true")


# Run by itself, as the script in action.yml runs it, launch.py must hold without what a runner provides.
@pytest.mark.parametrize(
    ("environment", "status", "title"),
    [
        ({}, 2, "Publish Gate is not configured right"),
        ({"GITHUB_OUTPUT": "/nonexistent/folder/output"}, 1, "Publish Gate could not start"),
        ({"GITHUB_OUTPUT": "/"}, 1, "Publish Gate could not start"),
    ],
    ids=["no output file is named", "the output file cannot be made", "the output file is a folder"],
)
def test_outside_of_a_runner(
    environment: Mapping[str, str], status: int, title: str, action: Path, checkout: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(action / "launch.py")], cwd=checkout, env={"PATH": PATH, **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    log = done.stdout.decode("utf-8").splitlines()
    assert done.returncode == status
    assert len(log) == 1
    assert f"title={title}" in log[0]
    assert "GITHUB_OUTPUT" in log[0]


def test_the_second_process_compiles_what_a_run_imports(action: Path) -> None:
    command = [sys.executable, str(TOP / "scripts" / "import_order.py"), "--check", "--release", str(action)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode()


# Without the bundle: dependencies are installed from the locked set.


@pytest.fixture
def unreleased(tmp_path: Path) -> Path:
    """The action as a checkout of its repository holds it, without a bundle."""
    return copy_action(tmp_path / "unreleased")


@pytest.mark.usefixtures("online")
def test_the_locked_set_is_installed_whatever_the_caller_set(
    step: Step, checkout: Path, unreleased: Path, tmp_path: Path, index: FaultServer
) -> None:
    marker = tmp_path / "marker"
    plant(checkout, marker)
    hostile = environments(checkout, marker)
    environment = {**hostile["pip's and uv's variables"], **hostile["Python's variables"], "HOME": str(checkout)}
    (checkout / ".config" / "pip").mkdir(parents=True)
    shutil.copy(checkout / "pip.conf", checkout / ".config" / "pip" / "pip.conf")
    inputs = {"index-url": host(index, "0.1.0")}
    run = replace(step, action=unreleased, inputs=inputs, environment=environment).run()
    assert run.annotations == []
    assert (run.status, run.outputs["should-publish"]) == (0, "true")
    assert not marker.exists()
    assert list((step.scratch / "temporary").iterdir()) == []
    assert not (unreleased / "bundle").exists()


@pytest.mark.usefixtures("online")
def test_the_locked_set_in_a_workflow(checkout: Path, unreleased: Path, tmp_path: Path, index: FaultServer) -> None:
    gate = Gate(inputs={"index-url": host(index, "0.1.0")})
    environment = {"RUNNER_TEMP": "/nonexistent/folder"}
    run = Runner(unreleased, tmp_path / "runner").run(checkout, workflow(gate, environment=environment))
    assert run.jobs["gate"] == "success"
    assert run.outputs["gate"]["should-publish"] == "true"


def no_network() -> dict[str, str]:
    """Return an environment in which every connection goes to a port that nobody listens on."""
    address = f"http://127.0.0.1:{free_port()}"
    return {name: address for each in ("HTTP", "HTTPS", "ALL") for name in (f"{each}_PROXY", f"{each}_proxy".lower())}


def test_no_bundle_and_no_network(checkout: Path, unreleased: Path, tmp_path: Path, index: FaultServer) -> None:
    gate = Gate(inputs={"index-url": host(index, "0.1.0")})
    run = Runner(unreleased, tmp_path / "runner").run(checkout, workflow(gate, environment=no_network()))
    assert run.jobs == {"gate": "failure", "downstream": "success"}
    assert run.outputs["gate"] == no_outputs()
    assert [each.title for each in run.annotations] == ["Publish Gate could not start"]
    assert "pip could not install the locked dependencies" in run.annotations[0].text
    assert not any("Traceback" in line for line in run.log)


@pytest.mark.usefixtures("online")
def test_another_file_than_the_locked_one_is_refused(step: Step, unreleased: Path) -> None:
    lock = unreleased / "requirements" / "action-no-deps.txt"
    lock.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, lock.read_text("utf-8")), "utf-8")
    run = replace(step, action=unreleased).run()
    check_could_not_start(run, "pip could not install the locked dependencies")
    assert list((step.scratch / "temporary").iterdir()) == []


@pytest.mark.parametrize("kind", ["a file", "not there"])
def test_no_bundle_no_network_and_no_temporary_folder(kind: str, step: Step, unreleased: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    bad = str(tmp_path / "file") if kind == "a file" else "/nonexistent/folder"
    environment = {**no_network(), "RUNNER_TEMP": bad, "TMPDIR": bad}
    run = replace(step, action=unreleased, environment=environment).run()
    check_could_not_start(run, "pip could not install the locked dependencies")


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch, unreleased: Path, tmp_path: Path) -> ModuleType:
    """The start program of an unreleased copy, loaded into this process, with an output file of its own."""
    spec = importlib.util.spec_from_file_location("launch", unreleased / "launch.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    return module


def _no_space(*_: object, **__: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def _no_end(*_: object, **__: object) -> NoReturn:
    raise subprocess.TimeoutExpired("pip", 300)


@pytest.mark.parametrize(
    ("name", "fault", "text"),
    [
        ("tempfile.mkdtemp", _no_space, "no folder for temporary files can be written to"),
        ("subprocess.run", _no_space, "pip could not install the locked dependencies (OSError)"),
        ("subprocess.run", _no_end, "pip could not install the locked dependencies (TimeoutExpired)"),
        ("sys.version_info", (3, 9, 18), "Python 3.10 or newer is needed; this is 3.9"),
    ],
    ids=["no folder can be written to", "pip cannot be started", "pip does not end", "an older Python"],
)
def test_what_a_machine_may_lack(
    name: str,
    fault: object,
    text: str,
    launch: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(name, fault)
    assert launch.main() == 1
    assert f"::error title=Publish Gate could not start::{text}" in capsys.readouterr().out
