"""The cases with right answers: one file each, and whole little projects."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from packaging.version import InvalidVersion, Version
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


def _content(text: str) -> bytes:
    return base64.b64decode(text[len("base64://") :]) if text.startswith("base64://") else text.encode()


@pytest.mark.parametrize("row", _rows("versions-field.jsonl"))
def test_a_project_of_the_field_gives_what_its_back_end_builds_or_says_why_not(
    row: dict[str, Any], tmp_path: Path
) -> None:
    files = {name: _content(text) for name, text in row["files"].items()}
    reading = read_project(plant(tmp_path, files, row["dir"]))
    expected, version = row["expect"], reading.version
    assert (reading.withheld is not None) is expected.get("withheld", False)
    if "value" in expected:
        assert isinstance(version, FoundVersion), version
        assert Version(version.text) == Version(expected["value"])
        if row["real_backend"][0] not in {"ERROR", "UNKNOWN"}:
            assert reading.name is not None
            assert reading.name.text == row["real_backend"][0]
    elif "invalid" in expected:
        assert isinstance(version, FoundVersion), version
        with pytest.raises(InvalidVersion):
            Version(version.text)
    elif not expected.get("withheld"):
        assert isinstance(version, VersionFault), version
        assert (version.kind is FaultKind.DYNAMIC) is expected.get("dynamic", False)
        assert version.suggestion == expected.get("suggest")


@pytest.mark.parametrize("row", _rows("version-plugins.jsonl"))
def test_a_plugin_that_reads_tags_never_leads_to_a_wrong_number(row: dict[str, Any], tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, row["files"])).version
    built = [item["version"] for item in row["built"]]
    if isinstance(reading, FoundVersion):
        # The newest release decides: nothing here keeps it out.
        assert reading.text == built[-1]
    elif reading.kind is FaultKind.DYNAMIC and reading.from_tags:
        assert set(built) <= {"2.5.0", None}
    # Anything else says that the version is not known.


@pytest.mark.parametrize("row", _rows("version-plugins.jsonl"))
def test_a_plugin_that_reads_tags_is_recognised_whenever_all_of_its_releases_build_the_tag(
    row: dict[str, Any], tmp_path: Path
) -> None:
    if {item["version"] for item in row["built"]} == {"2.5.0"}:
        reading = read_project(plant(tmp_path, row["files"])).version
        assert isinstance(reading, VersionFault)
        assert reading.kind is FaultKind.DYNAMIC
