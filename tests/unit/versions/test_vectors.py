"""The cases with right answers: one file each, and whole little projects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from unit.versions.trees import plant

from publish_gate.versions import (
    FaultKind,
    FoundVersion,
    VersionFault,
    VersionReading,
    read_project,
    read_version_file,
)
from publish_gate.versions.python import read_python

VECTORS = Path(__file__).parents[2] / "vectors"


def _rows(name: str) -> list[Any]:
    lines = (VECTORS / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(row, id=row["id"]) for row in map(json.loads, lines)]


def _hold(reading: VersionReading, expected: dict[str, str]) -> None:
    """Compare a reading with a row's right answer."""
    if "or_error" in expected and isinstance(reading, VersionFault):
        assert reading.cause == "syntax-error"
    elif "value" in expected:
        assert isinstance(reading, FoundVersion), reading
        assert reading.text == expected["value"]
    else:
        assert isinstance(reading, VersionFault), reading
        assert reading.cause == expected["error"]
        assert (reading.kind is FaultKind.DYNAMIC) is (reading.cause in {"vcs", "versioneer"})
        assert reading.message
        assert reading.advice


@pytest.mark.parametrize("row", _rows("version-files.jsonl"))
def test_a_file_gives_its_version_or_says_why_not(row: dict[str, Any], tmp_path: Path) -> None:
    source = row["source"].encode(row.get("encoding", "utf-8"))
    checkout = plant(tmp_path, {row["file"]: source, **row.get("extra", {})})
    _hold(read_python(checkout, row["file"], row.get("name")), row["expect"])
    if "name" not in row:
        named = read_version_file(checkout, row["file"])
        assert named.name is None
        _hold(named.version, row["expect"])


@pytest.mark.parametrize("row", _rows("version-projects.jsonl"))
def test_a_project_gives_its_declared_version_or_says_why_not(row: dict[str, Any], tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, row["files"])).version
    expected = row["expect"]
    _hold(reading, expected)
    if isinstance(reading, FoundVersion):
        assert reading.place is not None
        assert reading.place.path == expected["path"]
        assert reading.declared_by == row["declared"]
    else:
        assert reading.suggestion == expected.get("suggest")


@pytest.mark.parametrize("row", _rows("version-projects.jsonl"))
def test_a_project_below_the_root_gives_paths_from_the_root(row: dict[str, Any], tmp_path: Path) -> None:
    files = {f"packages/one/{name}": text for name, text in row["files"].items()}
    reading = read_project(plant(tmp_path, files, "packages/one")).version
    _hold(reading, row["expect"])
    if isinstance(reading, FoundVersion):
        assert reading.place is not None
        assert reading.place.path == f"packages/one/{row['expect']['path']}"
