"""`check` and `simulate` go by the workflow's own step: found, chosen, replaced by options, or refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from integration.servers import Reply

from publish_gate import cli

if TYPE_CHECKING:
    from pathlib import Path

    from integration.servers import FaultServer

JSON = (("Content-Type", "application/json"),)
PLACE = ".github/workflows/release.yml"
OURS = "publish-gate/publish-gate@v1"
WRAPPER = """\
name: Ask
inputs:
  to: {default: testpypi}
  tags: {}
runs:
  using: composite
  steps:
    - uses: publish-gate/publish-gate@v1
      with:
        targets: ${{ inputs.to }}
        tags: ${{ inputs.tags }}
        polcy: series
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project outside of any workflow, and stand in it."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "pkg"\nversion = "1.1"\n', "utf-8")
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(checkout: Path, name: str, *steps: str) -> None:
    head = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"
    (checkout / ".github" / "workflows" / name).write_text(head + "".join(steps), "utf-8")


def step(**inputs: str) -> str:
    lines = [f"      - uses: {OURS}", "        with:"]
    lines += [f"          {name.replace('_', '-')}: {value}" for name, value in inputs.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def index(faults: FaultServer) -> FaultServer:
    """An index that has 1.0 of the project."""
    document = {"info": {"name": "pkg"}, "releases": {"1.0": [{"filename": "pkg-1.0.tar.gz"}]}}
    faults.on("/pypi/pkg/json", Reply(200, JSON, json.dumps(document).encode()))
    return faults


def check(index: FaultServer, *options: str) -> int:
    return cli.main(["check", "--index-url", index.url, "--event", "push", "--ref", "refs/tags/v1.1", *options])


TAKEN = [
    ((step(targets="pypi", version="${{ github.ref_name }}"),), (), "pypi: publish", "the ref is given"),
    (
        (step(targets="${{ github.ref_type == 'tag' && 'pypi' || 'testpypi' }}"),),
        (),
        "pypi: publish (new-version)",
        "targets by the kind of ref",
    ),
    (
        (step(targets="${{ startsWith(github.ref, 'refs/tags/v') && 'pypi' || 'testpypi' }}"),),
        ("--ref", "refs/heads/main"),
        "testpypi: publish (new-version)",
        "targets by the ref",
    ),
    ((step(targets="${{ github.event_name == 'push' && 'pypi' || vars.T }}"),), (), "pypi: publish", "by the event"),
    ((step(targets="pypi", tags="'${{ github.ref_name }}*'"),), (), "pypi: publish", "a text around an expression"),
    ((step(targets="pypi"),), (), "pypi: publish (new-version)", "the targets"),
    ((step(targets="pypi", tags="'x*'"),), (), "(ref-not-allowed)", "the tags"),
    ((step(targets="pypi", tags="'x*'"),), ("--tags", "v*"), "pypi: publish (new-version)", "an option goes before"),
    ((step(targets="pypi"),), ("--targets", "testpypi"), "testpypi: do not publish", "an option for another target"),
    ((step(targets="pypi"),), ("--no-workflow",), "testpypi: do not publish", "the workflow is left aside"),
    ((step(targets="pypi", timeout="${{ vars.T }}"),), (), "pypi: publish", "what does not matter may be computed"),
    ((step(targets="pypi"), step(targets="pypi")), (), "pypi: publish", "two steps that hand over the same"),
    ((step(targets="pypi"), step(targets="testpypi")), ("--workflow", "release.yml:6"), "pypi: publish", "a line"),
    (
        (step(targets="pypi"), step(targets="x", timeout="9")),
        ("--targets", "pypi"),
        "pypi: publish",
        "they differ aside",
    ),
    ((step(targets="pypi"),), ("--workflow", f"{PLACE}:gate"), "pypi: publish", "a job"),
    (
        (step(targets="pypi", version="${{ github.ref_name }}"),),
        ("--version", "1.1"),
        "pypi: publish",
        "given after all",
    ),
    (
        (step(targets="pypi", version_file="dist/"),),
        (),
        "dist/ is not there before the workflow builds it",
        "no dist yet",
    ),
    (
        (step(targets="pypi", version_file="dist/"),),
        ("--version", "1.1"),
        "pypi: publish",
        "a version instead of a file",
    ),
    ((step(targets="pypi", timeout="7.50"),), (), "pypi: publish", "a number"),
    (("      - run: echo publish-gate\n",), (), "testpypi: do not publish", "no step is ours"),
]


@pytest.mark.parametrize(("steps", "options", "says"), [row[:3] for row in TAKEN], ids=[row[3] for row in TAKEN])
def test_the_inputs_of_the_workflow_hold(
    steps: tuple[str, ...],
    options: tuple[str, ...],
    says: str,
    checkout: Path,
    index: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(checkout, "release.yml", *steps)
    (checkout / ".github" / "workflows" / "folder.yml").mkdir()
    assert check(index, *options) == 0
    told = capsys.readouterr().out
    assert says in told
    ours = OURS in steps[0] and "--no-workflow" not in options
    assert (f"note: inputs of {PLACE}:6 (job gate)" in told) is ours


REFUSED = [
    (
        (step(targets="pypi"), step(targets="testpypi")),
        (),
        f"several steps use Publish Gate: {PLACE}:6 (job gate), {PLACE}:9 (job gate); choose one with --workflow",
        "several that differ",
    ),
    (
        (step(version="${{ inputs.version }}"),),
        (),
        f"{PLACE}:8:11: version: only a run knows its value (${{{{ inputs",
        "an expression",
    ),
    ((step(target="pypi"),), (), f"{PLACE}:8:11: target: unknown input 'target'; did you mean 'targets'?", "a slip"),
    ((step(targets="pypi"),), ("--workflow", "relase.yml"), "did you mean 'release.yml'?", "a misspelt workflow"),
    (
        (step(targets="pypi"),),
        ("--workflow", "release.yml:7"),
        "names no step that uses Publish Gate; it has",
        "a line",
    ),
    (("      - run: x\n",), ("--workflow", "release.yml"), "'release.yml' names no step that uses", "no step of ours"),
    ((step(branches="','"),), (), "branches: ',' is a list of nothing", "a wrong value"),
]


@pytest.mark.parametrize(("steps", "options", "says"), [row[:3] for row in REFUSED], ids=[row[3] for row in REFUSED])
def test_what_the_workflow_cannot_tell_is_an_error(
    steps: tuple[str, ...],
    options: tuple[str, ...],
    says: str,
    checkout: Path,
    index: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(checkout, "release.yml", *steps)
    assert check(index, *options) == 2
    assert says in capsys.readouterr().err


def test_simulate_goes_by_the_workflow_as_well(
    checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write(checkout, "release.yml", step(targets="pypi", tags="'rel-*'"))
    assert cli.main(["simulate", "--index-url", index.url]) == 0
    told = capsys.readouterr().out
    assert "push of tag rel-1.1" in told
    assert f"note: inputs of {PLACE}:6" in told
    assert cli.main(["simulate", "--index-url", index.url, "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["situations"]
    assert f"inputs of {PLACE}:6" in captured.err


def test_in_a_run_only_a_workflow_that_is_named_is_read(
    checkout: Path, index: FaultServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(checkout, "release.yml", step(targets="pypi"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert check(index) == 0
    assert "testpypi" in capsys.readouterr().out
    assert check(index, "--workflow", "release.yml") == 0
    assert "pypi: publish (new-version)" in capsys.readouterr().out


def test_a_folder_of_the_repository_has_its_own_step(
    checkout: Path, index: FaultServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "a").mkdir()
    (checkout / "pyproject.toml").rename(checkout / "a" / "pyproject.toml")
    write(
        checkout,
        "release.yml",
        step(targets="testpypi", working_directory="b"),
        step(targets="pypi", working_directory="a/"),
    )
    monkeypatch.chdir(checkout / "a")
    assert check(index) == 0
    told = capsys.readouterr().out
    assert "pkg 1.1 (a/pyproject.toml:3)" in told
    assert f"inputs of {PLACE}:10" in told


def test_a_wrapper_hands_its_inputs_on(checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    action = checkout / ".github" / "actions" / "ask"
    action.mkdir(parents=True)
    (action / "action.yml").write_text(WRAPPER.replace("        polcy: series\n", ""), "utf-8")
    write(checkout, "release.yml", "      - uses: ./.github/actions/ask\n        with: {to: pypi}\n")
    assert check(index) == 0
    told = capsys.readouterr().out
    assert "pypi: publish (new-version)" in told
    assert f"inputs of {PLACE}:gate (by .github/actions/ask/action.yml:8)" in told
    (action / "action.yml").write_text(WRAPPER, "utf-8")
    assert check(index) == 2
    assert "action.yml:12:9: polcy: unknown input 'polcy'; did you mean 'policy'?" in capsys.readouterr().err


def test_a_terminal_is_asked(
    checkout: Path, index: FaultServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(checkout, "release.yml", step(targets="testpypi"), step(targets="pypi"))
    answers = iter(["three\n", "9\n", "2\n"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda *_: next(answers), raising=False)
    assert check(index) == 0
    captured = capsys.readouterr()
    assert "pypi: publish (new-version)" in captured.out
    assert captured.err.count("answer a number from 1 to 2") == 2


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ("release", "pypi is published to from environment 'release', but the job that uploads to it declares 'pypi'"),
        ("PyPI", "pypi: publish (new-version)"),
        ("none", "pypi: publish (new-version)"),
        ("", "pypi: publish (new-version)"),
    ],
)
def test_the_job_that_uploads_declares_the_environment(
    environment: str, says: str, checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    job = "  go:\n    environment: pypi\n    steps:\n      - uses: pypa/gh-action-pypi-publish@release/v1\n"
    write(checkout, "release.yml", step(targets="pypi", environment=environment), job)
    assert check(index) == 0
    assert says in capsys.readouterr().out


WARNED = ["--index-url", "https://read.example", "--timeout", "0.01", "--ref", "refs/heads/main"]


@pytest.mark.usefixtures("checkout")
def test_an_index_that_takes_no_uploads_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["check", *WARNED])
    assert "warning: testpypi: index-url reads read.example, but uploads still go to" in capsys.readouterr().out
