"""The whole story: from `publish-gate init` to the first release, the second, and "nothing to do"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from e2e.consumer import EXAMPLE, EXAMPLE_NAME, VERSION_FILE
from e2e.story import Story, begin
from integration.servers import RealIndex, pypi_server

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.init.pins import OWN_REPOSITORY, RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKFLOW = ".github/workflows/release.yml"
NOTHING_TO_DO = {"gate": "success"}
TO_TESTPYPI = {"gate": "success", "build": "success", "publish-testpypi": "success"}
TO_PYPI = {"gate": "success", "build": "success", "publish-pypi": "success"}


@pytest.fixture
def indexes(tmp_path: Path) -> Iterator[tuple[RealIndex, RealIndex]]:
    """Two real, empty indexes in the places of TestPyPI and PyPI."""
    for name in ("testpypi", "pypi"):
        (tmp_path / name).mkdir()
    with pypi_server(tmp_path / "testpypi") as testpypi, pypi_server(tmp_path / "pypi") as pypi:
        yield testpypi, pypi


@pytest.fixture
def story(action: Path, indexes: tuple[RealIndex, RealIndex], tmp_path: Path) -> Story:
    """The example project in a repository without any workflow."""
    world = tmp_path / "world"
    world.mkdir()
    return begin(world, action, EXAMPLE, indexes)


def published(index: RealIndex) -> list[str]:
    """Return the versions that an index has, each with its number of files."""
    answer = requests.get(f"{index.url}/{EXAMPLE_NAME}/json", timeout=10)
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200
    return sorted(f"{version}: {len(files)}" for version, files in answer.json()["releases"].items())


def bump(story: Story, version: str) -> None:
    (story.checkout / VERSION_FILE).write_text(f'__version__ = "{version}"\n', "utf-8")


def point_at(indexes: tuple[RealIndex, RealIndex], story: Story) -> None:
    """Add the one thing that this world needs: where its indexes are. The workflow stays as it was written."""
    rules = [
        f"  {public.name}: {{index: {{json: '{index.url}/{{name}}/json', upload: '{public.upload}'}}}}\n"
        for public, index in zip((TESTPYPI, PYPI), indexes, strict=True)
    ]
    (story.checkout / ".github" / "publish-gate.yml").write_text("targets:\n" + "".join(rules), "utf-8")


def test_from_init_to_nothing_to_do(story: Story, indexes: tuple[RealIndex, RealIndex]) -> None:
    testpypi, pypi = indexes

    told = story.init()
    written = (story.checkout / WORKFLOW).read_bytes()
    assert f"{OWN_REPOSITORY}@{story.commit} # {RELEASE}\n".encode() in written, "pinned to the release it was given"
    assert "Workflow name      release.yml\n" in told
    point_at(indexes, story)

    assert story.push() == TO_TESTPYPI, "the first release"
    assert (published(testpypi), published(pypi)) == (["0.2.0: 2"], [])
    assert story.push() == NOTHING_TO_DO

    assert story.push("refs/heads/feature") == NOTHING_TO_DO, "another branch, should the filter let it through"
    bump(story, "0.2.1")
    assert story.push() == TO_TESTPYPI, "the second version"
    assert published(testpypi) == ["0.2.0: 2", "0.2.1: 2"]

    with pytest.raises(AssertionError, match="tag-mismatch"):
        story.push("refs/tags/v0.3.0")
    assert story.push("refs/tags/v0.2.1") == TO_PYPI
    assert published(pypi) == ["0.2.1: 2"]
    assert story.push("refs/tags/v0.2.1") == NOTHING_TO_DO
    assert story.push() == NOTHING_TO_DO
    bump(story, "0.2.0")
    with pytest.raises(AssertionError, match="version-behind"):
        story.push()

    assert (published(testpypi), published(pypi)) == (["0.2.0: 2", "0.2.1: 2"], ["0.2.1: 2"])
    assert (story.checkout / WORKFLOW).read_bytes() == written


def test_a_version_that_only_the_build_knows(story: Story, indexes: tuple[RealIndex, RealIndex]) -> None:
    """The gate comes after the build here, and reads what was built."""
    (story.checkout / VERSION_FILE).write_text(
        "with open('VERSION') as file:\n    __version__ = file.read()\n", "utf-8"
    )
    pyproject = story.checkout / "pyproject.toml"
    source = f'[tool.hatch.version]\nsource = "code"\npath = "{VERSION_FILE}"\n'
    text, count = re.subn(r"(?m)^\[tool\.hatch\.version\]\n(?:.+\n)*", source, pyproject.read_text("utf-8"))
    assert count == 1
    pyproject.write_text(text, "utf-8")
    (story.checkout / "VERSION").write_text("1.0", "utf-8")

    assert "so the gate comes after the build" in story.init("--targets", "testpypi")
    point_at(indexes, story)
    assert story.push() == TO_TESTPYPI
    assert published(indexes[0]) == ["1.0: 2"]
    assert story.push() == {"build": "success", "gate": "success"}, "nothing to do"
