"""Projects that say of themselves that they are not published, and where they say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.versions.trees import plant

from publish_gate.repository import load, read_repository
from publish_gate.versions import FoundVersion, VersionFault, read_project

if TYPE_CHECKING:
    from pathlib import Path

STATIC = '[project]\nname = "pkg"\nversion = "1.2"\n'
PRIVATE = '"Private :: Do Not Upload"'
SETUP = "from setuptools import setup\nsetup(name='pkg', version='1.2', classifiers={})\n"

HELD: dict[str, tuple[dict[str, str], str, bool]] = {
    "uv": ({"pyproject.toml": STATIC + "[tool.uv]\npackage = false\n"}, "pyproject.toml:5", False),
    "poetry": ({"pyproject.toml": STATIC + "[tool.poetry]\npackage-mode = false\n"}, "pyproject.toml:5", False),
    "pdm": ({"pyproject.toml": STATIC + "[tool.pdm]\ndistribution = false\n"}, "pyproject.toml:5", False),
    "rye": ({"pyproject.toml": STATIC + "[tool.rye]\nvirtual = true\n"}, "pyproject.toml:5", False),
    "no version either": (
        {"pyproject.toml": '[project]\nname = "pkg"\n[tool.uv]\npackage = false\n'},
        "pyproject.toml:4",
        False,
    ),
    "a classifier": (
        {"pyproject.toml": f"{STATIC}classifiers = [\n  'Topic :: Utilities',\n  {PRIVATE},\n]\n"},
        "pyproject.toml:6",
        True,
    ),
    "any private classifier": (
        {"pyproject.toml": STATIC + "classifiers = ['private :: nobody']\n"},
        "pyproject.toml:4",
        True,
    ),
    "a classifier twice in the file": (
        {"pyproject.toml": f"# {PRIVATE[1:-1]}\n{STATIC}classifiers = [{PRIVATE}]\n"},
        "pyproject.toml",
        True,
    ),
    "a classifier of poetry": (
        {"pyproject.toml": f'[tool.poetry]\nname = "pkg"\nversion = "1.2"\nclassifiers = [{PRIVATE}]\n'},
        "pyproject.toml:4",
        True,
    ),
    "a classifier in setup.cfg": (
        {"setup.cfg": f"[metadata]\nname = pkg\nversion = 1.2\nclassifiers =\n  Topic :: x\n  {PRIVATE[1:-1]}\n"},
        "setup.cfg:6",
        True,
    ),
    "a classifier in setup.py": ({"setup.py": SETUP.format(f"[{PRIVATE}]")}, "setup.py:2", True),
    "a classifier beside pyproject.toml": (
        {"pyproject.toml": "[build-system]\n", "setup.py": SETUP.format(f"[{PRIVATE}]")},
        "setup.py:2",
        True,
    ),
}
PUBLISHED: dict[str, dict[str, str]] = {
    "a package": {"pyproject.toml": STATIC + '[tool.uv]\npackage = true\nclassifiers = ["Private :: x"]\n'},
    "other classifiers": {"pyproject.toml": STATIC + 'classifiers = ["Topic :: Utilities", 1]\n'},
    "classifiers that are no list": {"pyproject.toml": STATIC + 'classifiers = "Private :: x"\n'},
    "classifiers that are computed": {"setup.py": SETUP.format("f()")},
    "other classifiers in setup.py": {"setup.py": SETUP.format("['Topic :: Utilities']")},
    "a setup.cfg without classifiers": {"setup.cfg": "[metadata]\nname = pkg\nversion = 1.2\n"},
    "a setup.cfg that cannot be read": {"setup.cfg": "oops"},
    "a setup.py without setup()": {"setup.py": "x = 1"},
    "nothing at all": {},
}


@pytest.mark.parametrize(("files", "place", "public"), [pytest.param(*row, id=name) for name, row in HELD.items()])
def test_it_is_not_published(files: dict[str, str], place: str, public: bool, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files))
    assert reading.withheld is not None
    assert str(reading.withheld.place) == place
    assert reading.withheld.by_public_indexes is public
    assert reading.withheld.advice
    assert reading.name is not None


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in PUBLISHED.items()])
def test_nothing_says_that_it_is_not_published(files: dict[str, str], tmp_path: Path) -> None:
    assert read_project(plant(tmp_path, files)).withheld is None


WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*", "tools/cli"]\n'
MEMBERS = {f"packages/{name}/pyproject.toml": "" for name in "ab"} | {"packages/c/README": ""}


def test_the_root_of_a_workspace_names_its_members(tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, {"pyproject.toml": WORKSPACE, **MEMBERS})).version
    assert isinstance(reading, VersionFault)
    assert reading.cause == "workspace-root"
    assert "members: packages/a, packages/b, tools/cli" in reading.message
    assert "`working-directory`" in reading.advice
    assert str(reading.place) == "pyproject.toml:2"


def test_the_root_of_a_workspace_that_is_no_package_names_them_as_well(tmp_path: Path) -> None:
    text = STATIC + "[tool.uv]\npackage = false\n" + WORKSPACE
    reading = read_project(plant(tmp_path, {"pyproject.toml": text, **MEMBERS}))
    assert reading.withheld is not None
    assert "packages/a, packages/b" in reading.withheld.advice


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param(
            '[tool.uv.workspace]\nmembers = "x"\n', "nothing-declares-a-version", id="members that are no list"
        ),
        pytest.param(
            '[tool.uv.workspace]\nmembers = ["none/*"]\n', "nothing-declares-a-version", id="a folder that is not there"
        ),
        pytest.param("[tool.black]\n", "nothing-declares-a-version", id="no workspace"),
    ],
)
def test_what_is_no_root_of_a_workspace_is_read_as_ever(text: str, cause: str, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, {"pyproject.toml": text})).version
    assert isinstance(reading, VersionFault)
    assert reading.cause == cause


def test_a_workspace_with_many_members_names_the_first(tmp_path: Path) -> None:
    files = {f"p/{number}/pyproject.toml": "" for number in range(10, 30)}
    root = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["p/*"]\n'}
    reading = read_project(plant(tmp_path, {**files, **root})).version
    assert isinstance(reading, VersionFault)
    assert "p/19, ...)" in reading.message


def test_a_root_that_is_a_package_is_read(tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, {"pyproject.toml": STATIC + WORKSPACE})).version
    assert isinstance(reading, FoundVersion)


INPUTS = {
    "nothing": {},
    "version": {"version": "1.3"},
    "version-file": {"version-file": "VERSION"},
}


@pytest.mark.parametrize("values", [pytest.param(values, id=f"the input {name}") for name, values in INPUTS.items()])
@pytest.mark.parametrize("name", ['name = "pkg"\n', ""], ids=["with a name", "without a name"])
def test_an_input_does_not_make_it_a_package(values: dict[str, str], name: str, tmp_path: Path) -> None:
    files = {"pyproject.toml": f'[tool.poetry]\n{name}version = "1.2"\npackage-mode = false\n', "VERSION": "1.3"}
    plant(tmp_path, files)
    settings, config = load(tmp_path, values)
    package = read_repository(tmp_path, settings, config).packages[0]
    assert package.version.withheld is not None
    assert package.name == ("pkg" if name else "")
    assert isinstance(package.version, FoundVersion) is bool(name)


@pytest.mark.parametrize("values", [pytest.param(values, id=f"the input {name}") for name, values in INPUTS.items()])
def test_nor_does_it_in_the_config_file(values: dict[str, str], tmp_path: Path) -> None:
    given = "".join(f"    {key}: '{value}'\n" for key, value in values.items() if key == "version-file")
    files = {"pyproject.toml": STATIC + "[tool.uv]\npackage = false\n", "VERSION": "1.3"}
    plant(tmp_path, {**files, ".github/publish-gate.yml": f"packages:\n  pkg:\n    path: .\n{given}"})
    settings, config = load(tmp_path, {key: value for key, value in values.items() if key == "version"})
    package = read_repository(tmp_path, settings, config).packages[0]
    assert package.version.withheld is not None


def test_with_name_and_version_given_the_project_is_not_asked(tmp_path: Path) -> None:
    plant(tmp_path, {"pyproject.toml": STATIC + "[tool.uv]\npackage = false\n"})
    settings, config = load(tmp_path, {"package": "pkg", "version": "1.3"})
    assert read_repository(tmp_path, settings, config).packages[0].version.withheld is None
