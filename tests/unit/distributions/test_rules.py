"""Platform tags, names of files, and which tool of a workflow reads which metadata: a row a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.distributions.archives import INFO, METADATA, SDIST, WHEEL, sdist, wheel

from publish_gate.built import of_package, read_dist, with_hashes, with_readers
from publish_gate.checkout import Checkout
from publish_gate.distributions import accepted, platforms
from publish_gate.distributions.metadata import is_newer
from publish_gate.distributions.read import digest
from publish_gate.doctor.uploads.sources import KnownWorkflows
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.errors import ConfigurationError
from publish_gate.gate.built import Reader
from publish_gate.index.state import IndexFile
from publish_gate.readers import readers
from publish_gate.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

TAGS = [
    ("any", True), ("win32", True), ("win_amd64", True), ("win_arm64", True), ("win_armhf", False),
    ("linux_x86_64", False), ("linux_aarch64", False), ("linux_armv6l", True), ("linux_armv7l", True),
    ("manylinux1_x86_64", True), ("manylinux1_aarch64", False), ("manylinux2010_i686", True),
    ("manylinux2014_s390x", True), ("manylinux2014_riscv64", False), ("manylinux_2_17_x86_64", True),
    ("manylinux_2_39_riscv64", True), ("manylinux_2_17_ppc64", True), ("manylinux_2_17_sparc", False),
    ("manylinux_x86_64", False), ("musllinux_1_2_x86_64", True), ("musllinux_1_2_ppc64", False),
    ("macosx_10_9_x86_64", True), ("macosx_10_9_universal2", True), ("macosx_10_9_sparc", False),
    ("macosx_11_0_arm64", True), ("macosx_11_1_arm64", False), ("macosx_14_0_universal2", True),
    ("macosx_16_0_arm64", False), ("macosx_26_0_arm64", True), ("macosx_27_0_arm64", False),
    ("ios_13_0_arm64_iphoneos", True), ("ios_13_0_x86_64_iphonesimulator", True), ("ios_13_0_arm64_watch", False),
    ("android_21_arm64_v8a", True), ("android_21_mips", False), ("pyemscripten_2026_0_wasm32", True),
    ("emscripten_3_1_wasm32", False), ("freebsd_14_amd64", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "taken"), TAGS)
def test_platforms(tag: str, *, taken: bool) -> None:
    assert platforms.is_accepted(tag) is taken
    assert platforms.advice(tag)


@pytest.mark.parametrize(
    ("name", "project", "version"),
    [
        (WHEEL, "demo", "1.0"),
        ("de_mo-1.0-1-cp312-cp312-any.whl", "de_mo", "1.0"),
        ("demo.whl", "", ""),
        (SDIST, "demo", "1.0"),
        ("my-demo-1.0.zip", "my-demo", "1.0"),
        ("demo.tar.gz", "", ""),
        ("notes.txt", "", ""),
    ],
)
def test_what_a_file_name_says(name: str, project: str, version: str) -> None:
    assert accepted.named(name) == (project, version)


def test_a_large_file_and_a_name_that_is_no_sdist_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accepted, "LARGEST", 100)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "demo_1.0.tar.gz").write_bytes(sdist())
    found = read_dist(tmp_path, load_settings({"dist": "dist"}))
    assert found is not None
    said = " ".join(refusal.message for refusal in found.folder.files[0].refusals)
    assert "MiB large" in said
    assert "no tool takes" in said


@pytest.mark.parametrize(
    ("one", "other", "newer"), [("2.5", "2.4", True), ("2.4", "2.4", False), ("2.10", "2.9", True), ("x", "2.4", False)]
)
def test_metadata_versions(one: str, other: str, *, newer: bool) -> None:
    assert is_newer(one, other) is newer


def test_a_requirement_that_is_none_is_nobody_s_address(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / WHEEL).write_bytes(wheel(METADATA + "Requires-Dist: @@@\nRequires-Dist: a>1\n"))
    found = read_dist(tmp_path, load_settings({"dist": "dist"}))
    assert found is not None
    assert found.folder.files[0].refusals == ()


def test_without_the_input_nothing_is_read(tmp_path: Path) -> None:
    assert read_dist(tmp_path, load_settings({})) is None


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="build first"):
        read_dist(tmp_path, load_settings({"dist": "dist"}))


def test_other_hashes_are_made_where_an_index_has_only_those(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / WHEEL).write_bytes(wheel())
    found = read_dist(tmp_path, load_settings({"dist": "dist/"}))
    assert found is not None
    for hashes, has in (({"md5": "0" * 32}, True), ({"sha256": "0" * 64}, False), ({}, False), ({"other": "0"}, False)):
        (file,) = with_hashes(found, found.folder.files, {WHEEL: IndexFile(WHEEL, hashes)})
        assert (len(file.hashes) == 2) is has
    assert with_hashes(found, found.folder.files, {}) == found.folder.files
    assert digest(Checkout.open(tmp_path, "."), "dist/nothing", "md5") == ""


PIN = "dc37677b2e1c63e2034f94d8a5b11f265b73ba33"
WORKFLOW = """\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - {step}
"""
STEPS = [
    ("uses: pypa/gh-action-pypi-publish@v1.12.4", {"pypi": ("1.12.4", "2.4")}, "a release of the action"),
    (f"uses: pypa/gh-action-pypi-publish@{PIN} # v1.14.2", {"pypi": ("1.14.2", "2.5")}, "a commit with its release"),
    (f"uses: pypa/gh-action-pypi-publish@{PIN}", {}, "a commit without one"),
    ("uses: pypa/gh-action-pypi-publish@release/v1", {}, "the newest, whatever that is"),
    ("uses: pypa/gh-action-pypi-publish@v1.4.2", {}, "one of before the table"),
    ("run: pip install twine==6.0.1 && twine upload dist/*", {"pypi": ("6.0.1", "2.5")}, "a release of twine"),
    ("run: twine upload dist/*", {}, "any twine"),
    ("run: uv publish", {}, "a tool that reads everything"),
]


@pytest.mark.parametrize(("step", "known"), [row[:2] for row in STEPS], ids=[row[2] for row in STEPS])
def test_which_tool_reads_which_metadata(step: str, known: dict[str, tuple[str, str]]) -> None:
    workflow = read_workflow(WORKFLOW.format(step=step).encode(), ".github/workflows/release.yml")
    found = readers(workflow, KnownWorkflows())
    assert {name: reader.metadata for name, reader in found.items()} == {name: row[1] for name, row in known.items()}
    for name, (release, _) in known.items():
        assert release in found[name].tool


def test_what_the_pinned_action_cannot_read_is_refused(tmp_path: Path) -> None:
    from publish_gate.built import _with_reader

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / WHEEL).write_bytes(wheel(METADATA.replace("2.4", "2.5")))
    path = tmp_path / ".github" / "workflows" / "release.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW.format(step="uses: pypa/gh-action-pypi-publish@v1.12.4"), "utf-8")
    dist = read_dist(tmp_path, load_settings({"dist": "dist"}))
    assert dist is not None
    assert with_readers(dist, tmp_path, ".github/workflows/none.yml") is dist
    found = with_readers(dist, tmp_path, ".github/workflows/release.yml")
    assert _with_reader(dist.folder.files, found.readers, "https://own.example/legacy/") is dist.folder.files
    (file,) = _with_reader(
        dist.folder.files, {"https://own.example": Reader("twine 6", "2.4", "")}, "https://own.example/"
    )
    assert file.refusals[0].message == "has metadata 2.5, and twine 6 reads it up to 2.4"
    assert "newest release" in file.refusals[0].advice
    (other,) = _with_reader(dist.folder.files, {"": Reader("twine 7", "2.5", "x")}, "")
    assert other.refusals == ()


def test_files_go_to_the_package_that_they_are_of(tmp_path: Path) -> None:
    from publish_gate.plan import PlannedPackage
    from publish_gate.repository import ReadPackage
    from publish_gate.versions.model import FoundVersion

    (tmp_path / "dist").mkdir()
    other = METADATA.replace("demo", "other")
    rows = {
        WHEEL: wheel(),
        "other-1.0-py3-none-any.whl": wheel(other, info="other-1.0.dist-info"),
        "third-1.0-py3-none-any.whl": wheel(METADATA.replace("demo", "third"), info="third-1.0.dist-info"),
        "notes.txt": b"",
    }
    for name, data in rows.items():
        (tmp_path / "dist" / name).write_bytes(data)
    dist = read_dist(tmp_path, load_settings({"dist": "dist"}))
    assert dist is not None
    plan = PlannedPackage(".", None, None, None, (), {})
    demo, second = (ReadPackage(plan, name, FoundVersion("1.0", None, "x")) for name in ("demo", "other"))
    of_demo = {file.name for file in of_package(dist, demo, [demo, second])}
    assert of_demo == {WHEEL, "third-1.0-py3-none-any.whl", "notes.txt"}, "what is nobody's is in everybody's way"
    assert len(of_package(dist, demo, [demo])) == 4, "with one package all of it is"


def test_licences_of_an_sdist_are_where_it_names_them(tmp_path: Path) -> None:
    from unit.distributions.archives import member

    (tmp_path / "dist").mkdir()
    text = METADATA + "License-File: LICENSE\nLicense-File: AUTHORS\n"
    (tmp_path / "dist" / SDIST).write_bytes(sdist(text, [member("demo-1.0/LICENSE")]))
    (tmp_path / "dist" / WHEEL).write_bytes(wheel(text, {f"{INFO}/licenses/LICENSE": ""}))
    dist = read_dist(tmp_path, load_settings({"dist": "dist"}))
    assert dist is not None
    for file in dist.folder.files:
        assert ["'AUTHORS'" in refusal.message for refusal in file.refusals] == [True]
