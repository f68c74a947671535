"""The door to the project's files: what it gives out, and what it keeps shut."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from unit.versions.trees import plant

from publish_gate.checkout import MAX_FILE_BYTES, Checkout, CheckoutError, Problem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("given", "base"),
    [
        pytest.param(".", ".", id="the root"),
        pytest.param("", ".", id="nothing"),
        pytest.param("a/b", "a/b", id="a folder"),
        pytest.param("./a//b/", "a/b", id="a folder written oddly"),
        pytest.param("a\\b", "a/b", id="a folder written on Windows"),
        pytest.param("link", "a/b", id="a link"),
    ],
)
def test_it_opens(given: str, base: str, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b")
    assert Checkout.open(tmp_path, given).base == base


def test_it_opens_an_absolute_folder_inside(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert Checkout.open(tmp_path, str(tmp_path / "a")).base == "a"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param("..", Problem.OUTSIDE, id="the folder above"),
        pytest.param("/", Problem.OUTSIDE, id="an absolute folder outside"),
        pytest.param("away", Problem.OUTSIDE, id="a link that leaves"),
        pytest.param("none", Problem.MISSING, id="a missing folder"),
        pytest.param("file", Problem.NOT_A_FOLDER, id="a file"),
        pytest.param("a\0b", Problem.MISSING, id="a NUL"),
    ],
)
def test_it_does_not_open(given: str, problem: Problem, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "away").symlink_to("/")
    with pytest.raises(CheckoutError) as caught:
        Checkout.open(tmp_path, given)
    assert caught.value.problem is problem


def test_it_does_not_open_a_root_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError) as caught:
        Checkout.open(tmp_path / "a\0b", ".")
    assert caught.value.problem is Problem.UNREADABLE


def _prepare(folder: Path) -> Checkout:
    checkout = plant(folder, {"file": "x", "large": b"x" * (MAX_FILE_BYTES + 1), "sub/x": "y"})
    os.mkfifo(folder / "pipe")
    (folder / "away").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "inside").symlink_to(folder / "file")
    return checkout


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param("none", Problem.MISSING, id="a missing file"),
        pytest.param("file/x", Problem.MISSING, id="a file below a file"),
        pytest.param("a\0b", Problem.MISSING, id="a NUL"),
        pytest.param("../x", Problem.OUTSIDE, id="a path outside"),
        pytest.param("/etc/hostname", Problem.OUTSIDE, id="an absolute path outside"),
        pytest.param("away", Problem.OUTSIDE, id="a link that leaves"),
        pytest.param("loop", Problem.UNREADABLE, id="a link to itself"),
        pytest.param("large", Problem.TOO_LARGE, id="a large file"),
        pytest.param("pipe", Problem.NOT_A_FILE, id="a pipe, without waiting for it"),
        pytest.param("sub", Problem.NOT_A_FILE, id="a folder"),
    ],
)
def test_it_does_not_read(path: str, problem: Problem, tmp_path: Path) -> None:
    checkout = _prepare(tmp_path)
    with pytest.raises(CheckoutError) as caught:
        checkout.read_bytes(path)
    assert caught.value.problem is problem
    assert caught.value.path == path
    assert not checkout.has_file(path) or path == "large"


def test_it_reads_through_a_link_inside(tmp_path: Path) -> None:
    checkout = _prepare(tmp_path)
    assert checkout.read_bytes("inside") == b"x"
    assert checkout.read_bytes(str(tmp_path / "file")) == b"x"
    assert checkout.has_file("inside")
    assert checkout.has_folder("sub")
    assert not checkout.has_folder("../..")


def test_it_lists_a_folder(tmp_path: Path) -> None:
    checkout = _prepare(tmp_path)
    assert checkout.names_in("sub") == ("x",)
    for path, problem in (("file", Problem.NOT_A_FOLDER), ("none", Problem.MISSING)):
        with pytest.raises(CheckoutError) as caught:
            checkout.names_in(path)
        assert caught.value.problem is problem


def test_it_stops_reading_a_file_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = plant(tmp_path, {"file": b"x" * (MAX_FILE_BYTES + 1)})
    real = os.fstat

    def small(descriptor: int) -> os.stat_result:
        told = list(real(descriptor))
        told[6] = 0
        return os.stat_result(told)

    monkeypatch.setattr(os, "fstat", small)
    with pytest.raises(CheckoutError) as caught:
        checkout.read_bytes("file")
    assert caught.value.problem is Problem.TOO_LARGE


class _Broken(io.FileIO):
    """A file on a disk that fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        del size
        raise OSError(5, "Input/output error")


def test_it_says_that_reading_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = plant(tmp_path, {"file": "x"})
    monkeypatch.setattr(os, "fdopen", lambda descriptor, _: _Broken(descriptor))
    with pytest.raises(CheckoutError) as caught:
        checkout.read_bytes("file")
    assert caught.value.problem is Problem.UNREADABLE


@pytest.mark.parametrize(
    ("base", "path", "place"),
    [
        pytest.param(".", "a.py", "a.py:3", id="a file of the root"),
        pytest.param("p", "a.py", "p/a.py:3", id="a file of the package"),
        pytest.param("p", "../a.py", "a.py:3", id="a file beside the package"),
        pytest.param("p", "./b/../a.py", "p/a.py:3", id="a path written oddly"),
    ],
)
def test_it_names_places_from_the_root(base: str, path: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    assert str(Checkout.open(tmp_path, base).place(path, 3)) == place


def test_it_names_places_of_absolute_paths(tmp_path: Path) -> None:
    assert Checkout.open(tmp_path, ".").place(str(tmp_path.resolve() / "a.py")).path == "a.py"


def test_messages_stay_short(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError) as caught:
        plant(tmp_path, {}).read_bytes("x/" * 1000)
    assert len(str(caught.value)) < 200
