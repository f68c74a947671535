"""A workflow is written whole or not at all, and never over, beside or behind another one of its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publish_gate.errors import ConfigurationError
from publish_gate.init.writing import check_free, write_new

FOLDER = Path(".github") / "workflows"


def names(top: Path) -> list[str]:
    return sorted(path.name for path in (top / FOLDER).iterdir())


def refuse(message: str) -> OSError:
    return OSError(95, message)


def test_written_with_its_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    write_new(tmp_path, "release.yml", "name: ä\n")
    assert (tmp_path / FOLDER / "release.yml").read_bytes() == "name: ä\n".encode()
    assert names(tmp_path) == ["release.yml"]


@pytest.mark.parametrize("there", ["release.yml", "Release.YML", "release.yaml", "RELEASE.yml"])
def test_a_twin_is_left_as_it_is(there: str, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / there).write_text("mine", "utf-8")
    with pytest.raises(ConfigurationError, match=f"workflows/{there}' is there already"):
        write_new(tmp_path, "release.yml", "yours")
    assert names(tmp_path) == [there]
    assert (tmp_path / FOLDER / there).read_text("utf-8") == "mine"


@pytest.mark.parametrize("there", ["release.txt", "release.yml.orig", "release", "release-2.yml"])
def test_other_files_are_no_twins(there: str, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / there).write_text("mine", "utf-8")
    check_free(tmp_path, "release.yml")


@pytest.mark.skipif(os.name == "nt", reason="making links takes rights there")
def test_links_lead_nowhere(tmp_path: Path) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    (outside / "workflows").mkdir(parents=True)
    top.mkdir()
    (top / ".github").symlink_to(outside)
    with pytest.raises(ConfigurationError, match="lies outside the checkout"):
        write_new(top, "release.yml", "x")
    assert list((outside / "workflows").iterdir()) == []
    (top / ".github").unlink()
    (top / FOLDER).mkdir(parents=True)
    (top / FOLDER / "release.yml").symlink_to(outside / "nowhere.yml")
    with pytest.raises(ConfigurationError, match="is there already"):
        write_new(top, "release.yml", "x")
    assert not (outside / "nowhere.yml").exists()


@pytest.mark.skipif(os.name == "nt", reason="making links takes rights there")
def test_a_link_that_leads_out_before_there_are_workflows(tmp_path: Path) -> None:
    top, outside = tmp_path / "top", tmp_path / "outside"
    outside.mkdir()
    top.mkdir()
    (top / ".github").symlink_to(outside)
    with pytest.raises(ConfigurationError, match="lies outside the checkout"):
        write_new(top, "release.yml", "x")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("path", [".github", ".github/workflows"])
def test_a_file_where_the_folder_belongs(path: str, tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text("", "utf-8")
    with pytest.raises(ConfigurationError, match="is not a folder"):
        write_new(tmp_path, "release.yml", "x")


def test_a_file_that_comes_into_being_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_mine(path: Path, *_: object) -> None:
        path.write_text("mine", "utf-8")
        raise FileExistsError

    monkeypatch.setattr(Path, "hardlink_to", write_mine)
    with pytest.raises(ConfigurationError, match="come into being meanwhile"):
        write_new(tmp_path, "release.yml", "x")
    assert names(tmp_path) == ["release.yml"]
    assert (tmp_path / FOLDER / "release.yml").read_text("utf-8") == "mine"


@pytest.mark.parametrize("late", [False, True], ids=["free", "taken meanwhile"])
def test_a_file_system_without_links(late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(path: Path, *_: object) -> None:
        if late:
            path.write_text("mine", "utf-8")
        raise refuse("not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    if late:
        with pytest.raises(ConfigurationError, match="come into being meanwhile"):
            write_new(tmp_path, "release.yml", "yours")
    else:
        write_new(tmp_path, "release.yml", "yours")
    assert (tmp_path / FOLDER / "release.yml").read_text("utf-8") == ("mine" if late else "yours")
    assert names(tmp_path) == ["release.yml"]


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise refuse("No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ConfigurationError, match="No space left on device"):
        write_new(tmp_path, "release.yml", "x")
    assert names(tmp_path) == []
