"""The release tree: the same bytes wherever it is built, only what was locked, nothing compiled, every licence."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import build_bundle
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from e2e.action_copy import locked_wheels
from locked import Wheel, WheelsError, find_wheels, read_locks

from publish_gate import __version__
from publish_gate.release_tree.verify import SUMS

TOP = Path(__file__).resolve().parents[2]
PARTS = ("src", "scripts", "requirements", *build_bundle.SHIPPED)
NAME = f"publish-gate-{__version__}.zip"
LARGEST = 3_000_000


@pytest.fixture(scope="session")
def wheels() -> Path:
    """The folder of the locked wheels."""
    return locked_wheels()


@pytest.fixture(scope="session")
def release(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release tree."""
    folder = tmp_path_factory.mktemp("release") / "tree"
    assert build_bundle.main(["--output", str(folder), "--wheels", str(wheels)]) == 0
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def carried() -> dict[str, str]:
    """Return version by name of what the bundle must carry."""
    packages = read_locks(*build_bundle.LOCKS)
    return {package.name: package.version for package in packages if package.name not in build_bundle.LEFT_OUT}


WAYS = {
    "as it is": {},
    "another time zone": {"TZ": "Asia/Kathmandu", "SOURCE_DATE_EPOCH": "1"},
    "another locale and another order of sets": {"LC_ALL": "C", "PYTHONHASHSEED": "7"},
}


@pytest.mark.parametrize("environment", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000], ids=oct)
def test_the_same_everywhere(
    environment: dict[str, str], mask: int, release: Path, wheels: Path, tmp_path: Path
) -> None:
    here = tmp_path / f"a folder {mask}"
    for part in PARTS:
        source, target = TOP / part, here / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    command = [sys.executable, str(here / "scripts" / "build_bundle.py"), "--wheels", str(wheels)]
    command += ["--output", str(tmp_path / "tree"), "--archive", str(tmp_path)]
    umask = {} if os.name == "nt" else {"umask": mask}
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, text=True, check=True, **umask
    )  # type: ignore[call-overload]
    files = files_of(release)
    assert done.stdout == build_bundle.tree_hash(files) + "\n"
    assert files_of(tmp_path / "tree") == files
    expected = build_bundle.write_archive(files, tmp_path / "expected")
    assert (tmp_path / NAME).read_bytes() == expected.read_bytes()
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "tree").rglob("*") if path.is_file()} == {0o644}


def test_a_tree_is_made_anew_and_nothing_else_is_overwritten(release: Path, wheels: Path, tmp_path: Path) -> None:
    tree = Path(shutil.copytree(release, tmp_path / "tree"))
    (tree / "bundle" / "left.py").touch()
    assert build_bundle.main(["--output", str(tree), "--wheels", str(wheels)]) == 0
    assert files_of(tree) == files_of(release)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").touch()
    with pytest.raises(SystemExit, match="is no release tree"):
        build_bundle.main(["--output", str(tmp_path / "home"), "--wheels", str(wheels)])
    assert (tmp_path / "home" / "letter").exists()


def test_a_hash_that_was_expected(release: Path, wheels: Path, tmp_path: Path) -> None:
    arguments = ["--output", str(tmp_path / "tree"), "--wheels", str(wheels), "--check"]
    assert build_bundle.main([*arguments, build_bundle.tree_hash(files_of(release))]) == 0
    with pytest.raises(SystemExit, match="was expected to have the hash 0000"):
        build_bundle.main([*arguments, "0000"])


def test_sums_are_those_of_all_files(release: Path) -> None:
    files = files_of(release)
    lines = files.pop(SUMS).decode().splitlines()
    assert lines == [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]


def test_nothing_but_sources_that_run(release: Path) -> None:
    names = set(files_of(release / "bundle"))
    code = {name for name in names if not name.startswith("licenses/")} - {"sbom.cdx.json", "certifi/cacert.pem"}
    assert {Path(name).suffix for name in code} == {".py"}
    assert not [name for name in names if {"tests", "_yaml", "__pycache__", "bin"} & set(Path(name).parts)]
    assert not [name for name in names if ".dist-info" in name]
    for content in files_of(release).values():
        assert b"\0" not in content


def test_it_is_small(release: Path) -> None:
    assert sum(map(len, files_of(release / "bundle").values())) <= LARGEST


def test_every_licence_is_there(release: Path) -> None:
    folder = release / "bundle" / "licenses"
    assert {path.name for path in folder.iterdir()} == set(carried())
    for name in carried():
        assert all(path.stat().st_size for path in (folder / name).iterdir())
    assert {path.name for path in (folder / "requests").iterdir()} == {"LICENSE", "NOTICE"}


def test_the_sbom_lists_what_is_carried(release: Path, wheels: Path) -> None:
    text = (release / "bundle" / "sbom.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    assert {each["name"]: each["version"] for each in document["components"]} == carried()
    for each in document["components"]:
        (wheel,) = (value["value"] for value in each["properties"])
        digest = hashlib.sha256((wheels / wheel).read_bytes()).hexdigest()
        assert each["hashes"] == [{"alg": "SHA-256", "content": digest}]
        assert each["purl"] == each["bom-ref"] == f"pkg:pypi/{each['name']}@{each['version']}"
    assert document["metadata"]["component"]["version"] == __version__
    assert {"serialNumber", "timestamp"}.isdisjoint(text.replace('"', " ").split())


@pytest.fixture
def copies(wheels: Path, tmp_path: Path) -> Path:
    """A folder of wheels to be changed."""
    return shutil.copytree(wheels, tmp_path / "wheels")


def build(wheels: Path, folder: Path) -> None:
    build_bundle.main(["--output", str(folder), "--wheels", str(wheels)])


def test_a_wheel_that_was_not_locked_is_refused(copies: Path, tmp_path: Path) -> None:
    (wheel,) = copies.glob("requests-*.whl")
    with ZipFile(wheel, "a") as archive:
        archive.writestr("requests/more.py", "")
    with pytest.raises(SystemExit, match=r"no bundle: requests-.* has SHA-256 \w{64}, which the lock does not list"):
        build(copies, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_a_wheel_that_is_not_there_is_told(copies: Path, tmp_path: Path) -> None:
    (wheel,) = copies.glob("urllib3-*.whl")
    wheel.unlink()
    with pytest.raises(SystemExit, match=r"must hold one wheel of urllib3 [\d.]+; it holds none"):
        build(copies, tmp_path / "tree")


def test_a_lock_without_hashes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("idna==3.20 \\\n    --hash=sha256:" + "0" * 64 + "\nrequests==2.0\n", "utf-8")
    with pytest.raises(WheelsError, match="no hashes for requests"):
        read_locks(tmp_path / "lock.txt")


STRANGE = ["../escape.py", "/etc/passwd", "a\\b.py", "demo-1.0.data/scripts/run.py"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_wheel_that_writes_elsewhere_is_refused(name: str, wheels: Path, tmp_path: Path) -> None:
    known = find_wheels(read_locks(*build_bundle.LOCKS), wheels)[0]
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        archive.writestr(name, "")
    if os.name == "nt" and "\\" in name:
        pytest.skip("zipfile writes a slash for it there")
    with pytest.raises(WheelsError, match="which a wheel that can be carried has not"):
        build_bundle.unpack(Wheel(known.package, path, "", "MIT"))


def test_the_compiled_packages_have_the_same_sources_for_every_machine(wheels: Path) -> None:
    """One wheel stands for all; where more of them lie in the folder, as a release has checked, they must agree."""
    for package in read_locks(*build_bundle.LOCKS):
        paths = wheels.glob(f"{package.name.replace('-', '_')}-{package.version}-*.whl")
        sources = {tuple((name, crc) for name, crc in _sources(path)) for path in paths}
        assert len(sources) == 1, package.name


def _sources(path: Path) -> list[tuple[str, int]]:
    with ZipFile(path) as wheel:
        return sorted(
            (each.filename, each.CRC) for each in wheel.infolist() if re.match(r"[a-z0-9_]+/.*\.py$", each.filename)
        )


def test_git_leaves_every_byte_as_it_is(release: Path, tmp_path: Path) -> None:
    tree = shutil.copytree(release, tmp_path / "tree")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    settings = ["-c", "core.autocrlf=true", "-c", "user.name=Test", "-c", "user.email=test@localhost"]
    for arguments in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message", "release"]):
        subprocess.run(["git", *settings, *arguments], cwd=tree, env=environment, check=True, capture_output=True)  # noqa: S607
    archive = tmp_path / "archive.tar"
    subprocess.run(
        ["git", *settings, "archive", "--output", str(archive), "HEAD"],  # noqa: S607 - whichever git there is
        cwd=tree, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with tarfile.open(archive) as opened:
        if hasattr(tarfile, "data_filter"):
            opened.extractall(tmp_path / "out", filter="data")
        else:
            opened.extractall(tmp_path / "out")  # noqa: S202 - our own archive; Python 3.11.2 has no filters yet
    assert files_of(tmp_path / "out") == files_of(release)
