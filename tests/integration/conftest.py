"""The servers that integration tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from integration.servers import FaultServer, RealIndex, devpi, fault_server, pypi_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """A server that answers as it is told to."""
    with fault_server() as server:
        yield server


@pytest.fixture(scope="session")
def pypiserver_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealIndex]:
    """A real pypiserver, shared: each test publishes a project of its own name."""
    with pypi_server(tmp_path_factory.mktemp("pypiserver")) as index:
        yield index


@pytest.fixture(scope="session")
def devpi_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealIndex]:
    """A real devpi-server, shared: each test publishes a project of its own name."""
    with devpi(tmp_path_factory.mktemp("devpi")) as index:
        yield index
