"""The files of a checkout are given by their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.sources import reader

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_the_checkout_is_given_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"on: push")
    read = reader(tmp_path)
    assert read("a.yml") == b"on: push"
    assert read("b.yml") is None
    assert read("../a.yml") is None
