"""The public indexes and the pages of their projects."""

from __future__ import annotations

import pytest

from publish_gate.hosts import PUBLIC_INDEXES, PYPI, TESTPYPI, is_public_host, project_page


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(PYPI.project_page("demo"), "/project/demo/", id="a project"),
        pytest.param(PYPI.project_page("demo", "1.0"), "/project/demo/1.0/", id="a version"),
        pytest.param(TESTPYPI.project_page("demo", "1!1.0+x"), "/project/demo/1!1.0+x/", id="an epoch"),
        pytest.param(project_page("https://i.example/", "a/b", "1"), "/project/a%2Fb/1/", id="quoted"),
    ],
)
def test_project_pages(page: str, expected: str) -> None:
    assert page.startswith("https://")
    assert page.endswith(expected)


def test_public_hosts_are_those_of_the_public_indexes() -> None:
    assert [index.name for index in PUBLIC_INDEXES] == ["pypi", "testpypi"]
    assert all(is_public_host(index.host.upper()) for index in PUBLIC_INDEXES)
    assert not is_public_host(f"www.{PYPI.host}")
    assert all(index.upload.endswith("/legacy/") for index in PUBLIC_INDEXES)
