"""Checkouts and environments that try to get code of theirs run: it never is, and the answer is the right one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME
from e2e.index import host
from e2e.planting import environments, plant
from e2e.protocol import foreign_commands
from e2e.runner import Gate, workflow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from e2e.direct import Step, StepRun
    from e2e.runner import Runner
    from integration.servers import FaultServer


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    """The file that whatever is planted writes to; there must be none after the test."""
    path = tmp_path / "marker"
    yield path
    assert not path.exists(), f"this was run: {path.read_text('utf-8')}"


def check_first_decision(run: StepRun, status: int = 0) -> None:
    """The decision is that of the example on main, with an index that has 0.1.0."""
    assert run.status == status
    assert run.outputs["version"] == "0.2.0"
    assert run.outputs["package"] == EXAMPLE_NAME
    assert run.outputs["previous-version"] == "0.1.0"
    assert run.outputs["should-publish"] == "true"
    assert run.outputs["reason"] == "new-version"
    assert run.annotations == []
    assert foreign_commands(run.log) == []


@pytest.mark.parametrize("name", environments(Path(), Path()))
def test_nothing_planted_runs(name: str, step: Step, checkout: Path, marker: Path, index: FaultServer) -> None:
    plant(checkout, marker)
    environment = environments(checkout, marker)[name]
    check_first_decision(replace(step, inputs={"index-url": host(index, "0.1.0")}, environment=environment).run())


def test_nothing_planted_runs_in_a_workflow(checkout: Path, marker: Path, index: FaultServer, runner: Runner) -> None:
    plant(checkout, marker)
    together: Mapping[str, str] = {
        name: value
        for group in (
            "Python's variables",
            "pip's and uv's variables",
            "files that bash runs first",
            "a function called python3",
            "what requests looks at",
        )
        for name, value in environments(checkout, marker)[group].items()
        if name != "HOME"
    }
    gate = Gate(inputs={"index-url": host(index, "0.1.0")})
    run = runner.run(checkout, workflow(gate, environment=together))
    assert run.jobs["gate"] == "success"
    assert run.outputs["gate"]["reason"] == "new-version"
    assert run.outputs["gate"]["version"] == "0.2.0"
    assert foreign_commands(run.log) == []


def test_credentials_in_the_environment_stay_there(
    step: Step, checkout: Path, marker: Path, index: FaultServer
) -> None:
    plant(checkout, marker)
    url = host(index, "0.1.0")
    environment = {"HOME": str(checkout), "NETRC": str(checkout / ".netrc"), "GITHUB_TOKEN": "secret"}
    check_first_decision(replace(step, inputs={"index-url": url}, environment=environment).run())
    shown = ["secret" in str(each) or "Authorization" in each.headers for each in index.asked]
    assert shown
    assert not any(shown)


def test_the_checkout_is_left_as_it_was(step: Step, checkout: Path, index: FaultServer) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in checkout.rglob("*"))
    replace(step, inputs={"index-url": host(index, "0.1.0")}).run()
    assert sorted((path, path.stat().st_mtime_ns) for path in checkout.rglob("*")) == before
