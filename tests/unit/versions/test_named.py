"""What ``version-file`` may name: files of every kind, and distributions."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from unit.versions.trees import plant

from publish_gate.versions import FoundVersion, VersionFault, archives, built, read_version_file

if TYPE_CHECKING:
    from pathlib import Path

METADATA = b"Metadata-Version: 2.1\nName: Pkg\nVersion: 1.2\n\nName: body\n"

FILES = {
    "VERSION": ("1.2\n", "VERSION:1"),
    "version.txt": ("\r\n  1.2  \r\n", "version.txt:2"),
    "bom.txt": ("\ufeff1.2", "bom.txt:1"),
    "conf.ini": ("[x]\nversion = 1.2\n", "conf.ini:2"),
    "conf.cfg": ('[x]\n__version__: "1.2"\n', "conf.cfg:2"),
    "pyproject.toml": ('[project]\nversion = "1.2"', "pyproject.toml:2"),
    "sub/pyproject.toml": ('[tool.poetry]\nversion = "1.2"', "sub/pyproject.toml:2"),
    "version.toml": ('version = "1.2"', "version.toml:1"),
    "Cargo.toml": ('[package]\nversion = "1.2"', "Cargo.toml:2"),
    "ws/Cargo.toml": ('[workspace.package]\nversion = "1.2"', "ws/Cargo.toml:2"),
    "setup.cfg": ("[metadata]\nversion = 1.2", "setup.cfg:2"),
    "sub/setup.cfg": ("[metadata]\nversion = attr: v.V", "sub/v.py:1"),
    "setup.py": ("from setuptools import setup\nsetup(version='1.2')", "setup.py:2"),
    "sub/setup.py": ("from setuptools import setup\nfrom v import V\nsetup(version=V)", "sub/v.py:1"),
    "meson.build": ("project('m', version: '1.2')", "meson.build:1"),
    "pkg/v.py": ("version = '1.2'", "pkg/v.py:1"),
    "PKG-INFO": ("Name: Pkg\nVersion: 1.2\n", "PKG-INFO"),
}


@pytest.mark.parametrize("path", FILES)
def test_it_reads(path: str, tmp_path: Path) -> None:
    content, place = FILES[path]
    files = {path: content, **({"sub/v.py": "V = '1.2'"} if path.startswith("sub/setup") else {})}
    reading = read_version_file(plant(tmp_path, files), path)
    assert isinstance(reading.version, FoundVersion), reading
    assert (reading.version.text, str(reading.version.place)) == ("1.2", place)
    assert (reading.name is None) is (path != "PKG-INFO")


def test_it_takes_the_other_slash(tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {"a/VERSION": "1.2"}), "a\\VERSION").version
    assert isinstance(reading, FoundVersion)


def test_it_reads_a_file_beside_the_package(tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {"VERSION": "1.2", "p/x": ""}, "p"), "../VERSION").version
    assert isinstance(reading, FoundVersion)
    assert str(reading.place) == "VERSION:1"


REFUSED = {
    "nothing": ("", "", "missing-file"),
    "a missing file": ("nope", "", "missing-file"),
    "a file outside": ("../x", "", "outside-checkout"),
    "a NUL": ("a\0b", "", "missing-file"),
    "a name that no file system takes": ("x" * 5000, "", "unreadable-file"),
    "an empty file": ("VERSION", "", "not-one-line"),
    "prose": ("VERSION", "it is 1.2", "not-one-line"),
    "two lines": ("VERSION", "1.2\n1.3", "not-one-line"),
    "two assignments": ("a.ini", "version = 1\nversion = 2", "ambiguous"),
    "an assignment without value": ("a.ini", "version =", "not-one-line"),
    "a pyproject.toml with a version of its own": ("pyproject.toml", "version = '1'", "nothing-declares-a-version"),
    "a TOML without version": ("x.toml", "a = 1", "nothing-declares-a-version"),
    "a setup.cfg without version": ("setup.cfg", "[metadata]\nname = x", "nothing-declares-a-version"),
    "a setup.py without version": (
        "setup.py",
        "from setuptools import setup\nsetup()",
        "nothing-declares-a-version",
    ),
    "a setup.cfg that refers to versioneer's module": ("v.py", "def get_versions(): pass", "versioneer"),
    "metadata without version": ("METADATA", "Name: x\n", "bad-metadata"),
    "metadata with two versions": ("METADATA", "Name: x\nVersion: 1\nVersion: 2\n", "bad-metadata"),
    "a large file": ("VERSION", "1" * (1024 * 1024 + 1), "too-large"),
    "bytes": ("VERSION", "\udcff", "not-utf-8"),
}


@pytest.mark.parametrize(("path", "content", "cause"), [pytest.param(*row, id=name) for name, row in REFUSED.items()])
def test_it_refuses(path: str, content: str, cause: str, tmp_path: Path) -> None:
    inside = {path: content.encode("utf-8", "surrogateescape")} if content or path == "VERSION" else {}
    reading = read_version_file(plant(tmp_path, inside), path).version
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == cause


def wheel(members: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a wheel."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in (members or {"Pkg-1.2.dist-info/METADATA": METADATA, "pkg.py": b""}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def sdist(members: dict[str, bytes] | None = None) -> bytes:
    """Write an sdist."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in (members or {"Pkg-1.2/x.py": b"", "Pkg-1.2/PKG-INFO": METADATA}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def understated(archive: bytes, size: int) -> bytes:
    """Declare less than the true size for the first member of a zip."""
    entry = archive.index(b"PK\x01\x02")
    return archive[: entry + 24] + struct.pack("<L", size) + archive[entry + 28 :]


OTHER = METADATA.replace(b"1.2", b"1.3")
DISTS: dict[str, dict[str, bytes]] = {
    "a wheel": {"p.whl": wheel()},
    "a wheel that is not compressed": {"p.whl": wheel(method=zipfile.ZIP_STORED)},
    "an sdist": {"p.tar.gz": sdist()},
    "an sdist whose members begin with a dot": {"p.tar.gz": sdist({"./Pkg-1.2/PKG-INFO": METADATA})},
    "a zipped sdist": {"p.zip": wheel({"Pkg-1.2/PKG-INFO": METADATA, "Pkg-1.2/x.egg-info/PKG-INFO": b""})},
    "both": {"p.whl": wheel(), "p.tar.gz": sdist(), "SHA256SUMS": b""},
    "other spellings of the same": {
        "a.whl": wheel(),
        "b.whl": wheel({"x.dist-info/METADATA": b"Name: pKG\nVersion: 1.2.0\n"}),
    },
}
BAD_DISTS: dict[str, tuple[dict[str, bytes], str]] = {
    "an empty folder": ({"x.txt": b""}, "no-distribution"),
    "two versions": ({"a.whl": wheel(), "b.whl": wheel({"x.dist-info/METADATA": OTHER})}, "mixed-distributions"),
    "two names": (
        {"a.whl": wheel(), "b.whl": wheel({"x.dist-info/METADATA": b"Name: q\nVersion: 1.2\n"})},
        "mixed-distributions",
    ),
    "no version that could be compared": (
        {"a.whl": wheel({"x.dist-info/METADATA": b"Name: q\nVersion: x\n"}), "b.whl": wheel()},
        "mixed-distributions",
    ),
    "a wheel without metadata": ({"a.whl": wheel({"x.py": b""})}, "bad-distribution"),
    "a wheel with two": (
        {"a.whl": wheel({"a.dist-info/METADATA": METADATA, "b.dist-info/METADATA": METADATA})},
        "bad-distribution",
    ),
    "a wheel compressed in a way that installers need not know": (
        {"a.whl": wheel(method=zipfile.ZIP_LZMA)},
        "bad-distribution",
    ),
    "a wheel whose metadata is larger than it says": ({"a.whl": understated(wheel(), 20)}, "bad-distribution"),
    "an sdist without metadata": ({"a.tar.gz": sdist({"x/y/PKG-INFO": METADATA})}, "bad-distribution"),
    "a wheel that is none": ({"a.whl": b"x"}, "bad-distribution"),
    "an sdist that is none": ({"a.tar.gz": b"x"}, "bad-distribution"),
    "an sdist that is cut short": ({"a.tar.gz": sdist()[:-20]}, "bad-distribution"),
    "a gzip of something else": ({"a.tar.gz": gzip.compress(b"x" * 1000)}, "bad-distribution"),
    "metadata without a name": ({"a.whl": wheel({"a.dist-info/METADATA": b"Version: 1\n"})}, "bad-metadata"),
    "huge metadata in a wheel": ({"a.whl": wheel({"a.dist-info/METADATA": b"x" * 2**21})}, "too-large"),
    "huge metadata in an sdist": ({"a.tar.gz": sdist({"a/PKG-INFO": b"x" * 2**21})}, "too-large"),
}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in DISTS.items()])
@pytest.mark.parametrize("folder", ["dist", "dist/"])
def test_it_reads_the_metadata_of(files: dict[str, bytes], folder: str, tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {f"dist/{name}": file for name, file in files.items()}), folder)
    assert isinstance(reading.version, FoundVersion), reading
    assert reading.name is not None
    assert (reading.name.text, reading.version.text) == ("Pkg", "1.2")
    assert reading.version.declared_by == "built distribution"


@pytest.mark.parametrize(("files", "cause"), [pytest.param(*row, id=name) for name, row in BAD_DISTS.items()])
def test_it_refuses_a_folder_with(files: dict[str, bytes], cause: str, tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {f"dist/{name}": file for name, file in files.items()}), "dist")
    assert isinstance(reading.version, VersionFault), reading
    assert reading.version.cause == cause


def test_it_reads_one_distribution(tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {"dist/p.whl": wheel()}), "dist/p.whl")
    assert isinstance(reading.version, FoundVersion)
    assert str(reading.version.place) == "dist/p.whl"


def test_it_refuses_a_missing_distribution(tmp_path: Path) -> None:
    reading = read_version_file(plant(tmp_path, {}), "dist/p.whl")
    assert isinstance(reading.version, VersionFault)
    assert reading.version.cause == "missing-file"


@pytest.mark.parametrize("limit", ["MAX_UNPACKED_BYTES", "MAX_MEMBERS", "MAX_DISTRIBUTION_BYTES"])
@pytest.mark.parametrize("name", ["p.whl", "p.tar.gz"])
def test_it_stops_at_its_limits(limit: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (limit, name) == ("MAX_UNPACKED_BYTES", "p.whl"):
        return  # of a wheel only the metadata is unpacked
    monkeypatch.setattr(archives, limit, 0)
    reading = read_version_file(plant(tmp_path, {name: wheel() if name == "p.whl" else sdist()}), name)
    assert isinstance(reading.version, VersionFault)
    assert reading.version.cause == "too-large"


def test_it_stops_at_a_crowded_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "MAX_FOLDER", 0)
    reading = read_version_file(plant(tmp_path, {"dist/p.whl": wheel()}), "dist")
    assert isinstance(reading.version, VersionFault)
    assert reading.version.cause == "too-large"
