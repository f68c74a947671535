"""Real private indexes, by every form of their addresses: absent first, then published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from integration.distributions import make_sdist, make_wheel
from integration.servers import RealIndex, pypi_server

from publish_gate.index import (
    Absent,
    Api,
    IndexAddress,
    IndexState,
    Published,
    Unknown,
    UnknownCause,
    fetch_all,
    fetch_project,
)

if TYPE_CHECKING:
    from pathlib import Path

PYPISERVER_FORMS = {
    "": Api.SIMPLE_HTML,
    "/": Api.SIMPLE_HTML,
    "/simple": Api.SIMPLE_HTML,
    "/simple/": Api.SIMPLE_HTML,
    "/simple/{name}/": Api.SIMPLE_HTML,
    "/simple/{name}": Api.SIMPLE_HTML,
    "/{name}/json": Api.JSON,
    "/pypi/{name}/json": Api.SIMPLE_HTML,
}
DEVPI_FORMS = ("/+simple", "/+simple/", "/+simple/{name}/", "/+simple/{name}")


def ask(index: RealIndex, forms: list[str], project: str) -> list[IndexState]:
    addresses = [IndexAddress.parse(index.url + form) for form in forms]
    return fetch_all([(address, project) for address in addresses], timeout=10, user_agent="publish-gate/0 (tests)")


def assert_published(state: IndexState) -> None:
    assert isinstance(state, Published), state
    found = [(str(release.version), release.sdists, release.wheels) for release in state.releases]
    assert found == [("1.0", 1, 1), ("1.1rc1", 0, 1)]
    assert state.ignored_keys == state.fileless == ()


def publish(index: RealIndex, folder: Path, project: str) -> None:
    index.publish(
        make_wheel(folder, project, "1.0"),
        make_sdist(folder, project, "1.0"),
        make_wheel(folder, project, "1.1rc1"),
    )


def test_pypiserver(pypiserver_index: RealIndex, tmp_path: Path) -> None:
    forms = list(PYPISERVER_FORMS)
    assert {type(state) for state in ask(pypiserver_index, forms, "Demo.Pkg")} == {Absent}
    publish(pypiserver_index, tmp_path, "Demo.Pkg")
    for form, state in zip(forms, ask(pypiserver_index, forms, "demo_PKG"), strict=True):
        assert_published(state)
        assert isinstance(state, Published)
        assert state.api is PYPISERVER_FORMS[form]
    assert {type(state) for state in ask(pypiserver_index, forms, "demo")} == {Absent}


def test_pypiserver_that_forwards_to_a_public_index(tmp_path: Path) -> None:
    with pypi_server(tmp_path, fallback=True) as index:
        forms = list(PYPISERVER_FORMS)
        assert {type(state) for state in ask(index, forms, "requests")} == {Absent}
        publish(index, tmp_path, "requests")
        for state in ask(index, forms, "requests"):
            assert_published(state)


def test_devpi(devpi_index: RealIndex, tmp_path: Path) -> None:
    forms = list(DEVPI_FORMS)
    assert {type(state) for state in ask(devpi_index, forms, "Demo.Pkg")} == {Absent}
    publish(devpi_index, tmp_path, "Demo.Pkg")
    for state in ask(devpi_index, forms, "demo_PKG"):
        assert_published(state)
        assert isinstance(state, Published)
        assert state.api is Api.SIMPLE_JSON
    assert {type(state) for state in ask(devpi_index, forms, "demo")} == {Absent}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("", id="its base address"),
        pytest.param("/simple/", id="the layout of other indexes"),
        pytest.param("/{name}/json", id="the template of pypiserver"),
        pytest.param("/{name}", id="its own JSON"),
        pytest.param("/missing/+simple/", id="an index that is not there"),
        pytest.param("x/+simple/", id="a mistyped index"),
    ],
)
def test_devpi_by_an_address_that_is_not_its_simple_api_is_never_a_first_release(
    devpi_index: RealIndex, tmp_path: Path, form: str
) -> None:
    project = f"there{sum(form.encode())}"
    devpi_index.publish(make_wheel(tmp_path, project, "1.0"))
    (state,) = ask(devpi_index, [form], project)
    assert isinstance(state, Unknown), state
    assert state.cause in {UnknownCause.NOT_AN_INDEX, UnknownCause.MALFORMED}


def test_credentials_that_devpi_does_not_know_are_never_shown(devpi_index: RealIndex) -> None:
    address = replace(IndexAddress.parse(devpi_index.url + "/+simple/"), credentials=("alice", "hunter2"))
    state = fetch_project(address, "demo", timeout=10, user_agent="publish-gate/0 (tests)")
    assert "hunter2" not in repr(state)
