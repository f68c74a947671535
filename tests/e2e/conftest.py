"""What end-to-end tests share: the action as its consumers get it, an index on loopback, a checkout, a runner."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from e2e.action_copy import copy_release
from e2e.consumer import make_checkout
from e2e.direct import Step
from e2e.runner import Runner
from integration.servers import FaultServer, fault_server

if TYPE_CHECKING:
    from collections.abc import Iterator

# Its assertions show what they compared, as those of tests do.
pytest.register_assert_rewrite("e2e.expectations")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip where there is no POSIX shell: what Windows runners do is tried by the repository's own workflow."""
    here = Path(__file__).parent
    for item in items:
        if os.name == "nt" and item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason="the harness runs POSIX shells and act's host mode"))


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as it is released, with its dependencies; tests must not change it."""
    return copy_release(tmp_path_factory.mktemp("released") / "action")


@pytest.fixture
def index() -> Iterator[FaultServer]:
    """An index on loopback that answers as it is told to."""
    with fault_server() as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of the example project."""
    return make_checkout(tmp_path / "checkout")


@pytest.fixture
def step(action: Path, checkout: Path, tmp_path: Path) -> Step:
    """A step that uses the action in that checkout, without any input yet."""
    return Step(action, checkout, tmp_path / "scratch")


@pytest.fixture
def runner(action: Path, tmp_path: Path) -> Runner:
    """A runner that has the released action."""
    return Runner(action, tmp_path / "runner")


@functools.cache
def pip_reaches_a_registry() -> bool:
    """Whether pip, with no settings but its own, gets the smallest of the locked packages."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        command = ["pip", "--isolated", "download", "--quiet", "--no-deps", "--retries", "0", "--timeout", "10"]
        done = subprocess.run(
            [sys.executable, "-I", "-m", *command, "--dest", folder, "idna"],
            env=environment | {"PIP_CONFIG_FILE": os.devnull}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
        return done.returncode == 0


@pytest.fixture
def online() -> None:
    """Skip where nothing can be installed at all."""
    if not pip_reaches_a_registry():
        pytest.skip("pip reaches no registry from here, so the locked set cannot be installed")
