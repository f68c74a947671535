"""A release is refused for every file that is missing, changed or added."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from publish_gate.release_tree.verify import SUMS, find_damage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = {"launch.py": "1", "bundle/a.py": "2", "bundle/a/b.py": "3", "src/c.py": "4"}


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A small release."""
    sums = (f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in FILES.items())
    write(tmp_path, FILES | {SUMS: "".join(sums), "elsewhere": "is no place for modules"})
    return tmp_path


def test_as_it_was_released(release: Path) -> None:
    assert find_damage(release) is None


@pytest.mark.parametrize(
    ("changes", "damage"),
    [
        ({"launch.py": None}, "'launch.py' is missing or cannot be read"),
        ({"bundle/a/b.py": None}, "'bundle/a/b.py' is missing or cannot be read"),
        ({"src/c.py": "5"}, "'src/c.py' is not what was released"),
        ({"src/c.py": ""}, "'src/c.py' is not what was released"),
        ({"bundle/a/d.py": ""}, "'bundle/a/d.py' does not belong there"),
        ({"src/json/__init__.py": ""}, "'src/json/__init__.py' does not belong there"),
        ({"src/" + "x" * 200: ""}, f"'src/{'x' * 96}' does not belong there"),
        ({SUMS: None}, "'SHA256SUMS' cannot be read"),
        ({SUMS: "0"}, "does not belong there"),
        ({SUMS: "\0  \0\n"}, "does not belong there"),
    ],
)
def test_damage(changes: Mapping[str, str | None], damage: str, release: Path) -> None:
    write(release, changes)
    assert damage in (find_damage(release) or "nothing")


def test_a_folder_that_is_not_there(release: Path) -> None:
    (release / "bundle").rename(release / "gone")
    assert find_damage(release) == "'bundle' cannot be read"


def test_a_link_is_not_followed_into_a_folder(release: Path) -> None:
    (release / "bundle" / "link").symlink_to(release / "src", target_is_directory=True)
    assert find_damage(release) == "'bundle/link' does not belong there"
