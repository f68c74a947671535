"""A release starts with what it carries and nothing else; a damaged one refuses to, and says what is damaged."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from e2e.action_copy import copy_release
from e2e.index import host
from e2e.planting import environments
from e2e.protocol import foreign_commands

from publish_gate.outputs import no_outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from e2e.direct import Step
    from integration.servers import FaultServer


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release exactly as it is built."""
    return copy_release(tmp_path_factory.mktemp("built") / "action", compiled=False)


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(built, tmp_path / "release")


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_release_needs_no_network_and_leaves_nothing(
    step: Step, release: Path, checkout: Path, tmp_path: Path, index: FaultServer
) -> None:
    before = files_of(release)
    # A pip that is asked for anything would find nothing there.
    environment = environments(checkout, tmp_path / "marker")["pip's and uv's variables"]
    inputs = {"index-url": host(index, "0.1.0")}
    run = replace(step, action=release, inputs=inputs, environment=environment).run()
    assert (run.status, run.outputs["should-publish"], run.outputs["version"]) == (0, "true", "0.2.0")
    assert run.annotations == []
    assert not [line for line in run.log if "Warning" in line]
    assert files_of(release) == before
    assert list((step.scratch / "temporary").iterdir()) == []


def test_a_release_reads_a_config_file(step: Step, release: Path, checkout: Path, index: FaultServer) -> None:
    (checkout / ".github" / "publish-gate.yml").write_text(
        "targets:\n  testpypi:\n    when: {push: {branches: [main]}}\n", "utf-8"
    )
    run = replace(step, action=release, inputs={"index-url": host(index, "0.1.0")}).run()
    assert (run.status, run.outputs["publish-to"]) == (0, "testpypi")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def change(path: Path) -> None:
    """Change one letter, so that size and time may stay what they were."""
    data = path.read_bytes()
    path.write_bytes(data.replace(b"e", b"a", 1))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def add(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("raise SystemExit(0)\n", "utf-8")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def link(path: Path) -> None:
    """Put a link to the same contents in the file's place."""
    moved = path.rename(path.parent.parent.parent / "elsewhere.py")
    path.symlink_to(moved)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = [
    ("a module is missing", remove, "bundle/urllib3/poolmanager.py", "is missing"),
    ("a package is missing", remove, "bundle/requests", "is missing"),
    ("the whole bundle is missing", remove, "bundle", "cannot be read"),
    ("the certificates are missing", remove, "bundle/certifi/cacert.pem", "is missing"),
    ("the list of sums is missing", remove, "SHA256SUMS", "cannot be read"),
    ("a module is cut off", cut, "bundle/requests/models.py", "is not what was released"),
    ("a module is empty", empty, "bundle/requests/__init__.py", "is not what was released"),
    ("a module has changed by a letter", change, "bundle/urllib3/connection.py", "is not what was released"),
    ("a module that is not used has changed", change, "bundle/packaging/tags.py", "is not what was released"),
    ("the certificates have changed", change, "bundle/certifi/cacert.pem", "is not what was released"),
    ("a licence has changed", change, "bundle/licenses/requests/LICENSE", "is not what was released"),
    ("a part of the program has changed", change, "src/publish_gate/gate/decide.py", "is not what was released"),
    ("the list of sums is cut off", cut, "SHA256SUMS", "src/publish_gate/"),
    ("the list of sums is empty", empty, "SHA256SUMS", "does not belong there"),
    ("a module was added", add, "bundle/ssl.py", "does not belong there"),
    ("a package was added", add, "bundle/chardet/__init__.py", "does not belong there"),
    ("a module was added to a package", add, "bundle/requests/sitecustomize.py", "does not belong there"),
    ("a module was added beside the program", add, "src/requests.py", "does not belong there"),
    ("a compiled module was added", add, "bundle/yaml/_yaml.abi3.so", "does not belong there"),
    ("byte-code was added", add, "bundle/requests/__pycache__/api.cpython-311.pyc", "does not belong there"),
    ("a folder stands in a module's place", make_folder, "bundle/requests/hooks.py", "is missing or cannot be read"),
]


@pytest.mark.parametrize(("damage", "name", "text"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_a_damaged_release_is_refused(
    damage: Callable[[Path], None], name: str, text: str, step: Step, release: Path, index: FaultServer
) -> None:
    damage(release / name)
    run = replace(step, action=release, inputs={"index-url": host(index, "0.1.0")}).run()
    assert run.status == 1
    assert run.outputs == no_outputs()
    assert [(each.level, each.title) for each in run.annotations] == [("error", "Publish Gate could not start")]
    assert "its own files are damaged" in run.annotations[0].text
    assert text in run.annotations[0].text
    assert foreign_commands(run.log) == []
    assert not any("Traceback" in line for line in run.log)
    # No fallback: nothing was installed, and nobody was asked.
    assert list((step.scratch / "temporary").iterdir()) == []
    assert index.asked == []


def test_a_link_to_what_was_released_is_as_good(step: Step, release: Path, index: FaultServer) -> None:
    link(release / "bundle" / "requests" / "api.py")
    run = replace(step, action=release, inputs={"index-url": host(index, "0.1.0")}).run()
    assert (run.status, run.outputs["should-publish"]) == (0, "true")
