"""The examples: decided as their workflows ask, built by the newest back ends, read by the publishing action's Twine.

What reads them is what stands in the release of that action that all workflows pin: an older one refuses metadata that
newer back ends write, and only at the upload.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZipFile

import pytest
import yaml
from environment import set_up
from loopback_index import serve

from publish_gate import cli
from publish_gate.checkout import Checkout
from publish_gate.distributions.read import read_folder
from publish_gate.init.pins import CHECKOUT, DOWNLOAD_ARTIFACT, OWN_REPOSITORY, PUBLISH, UPLOAD_ARTIFACT

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "examples"
LOCK = TOP / "requirements" / "examples.in"
SECONDS = 300.0
VERSION = "0.2.0"
TAG = f"refs/tags/v{VERSION}"
GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")


class Example(NamedTuple):
    """An example: its folder, its package, and the metadata that its back end writes."""

    folder: str
    package: str
    metadata: str
    built_first: bool = False
    needs: str = ""


TABLE = (
    Example("litellm-codex-oauth-provider", "litellm-codex-oauth-provider", "2.5"),
    Example("setuptools", "example-setuptools", "2.4"),
    Example("flit", "example-flit", "2.5"),
    Example("poetry", "example-poetry", "2.4"),
    Example("uv-build", "example-uv-build", "2.3"),
    Example("maturin", "example-maturin", "2.4", needs="cargo"),
    Example("setuptools-scm", "example-setuptools-scm", "2.4", built_first=True),
    Example("monorepo/packages/core", "example-monorepo-core", "2.5"),
)


@pytest.fixture(scope="session")
def tools() -> Path:
    """An environment with every back end, and with the Twine of the publishing action."""
    return set_up("examples", ("examples",))


@pytest.fixture
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The example in a repository of its own, tagged with its version."""
    folder = tmp_path / "checkout"
    shutil.copytree(EXAMPLES / request.param, folder, ignore=shutil.ignore_patterns("__pycache__", "target", "dist"))
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"], ["tag", f"v{VERSION}"]):
        subprocess.run([*GIT, *words], cwd=folder, check=True)
    return folder


def run(tools: Path, folder: Path, *arguments: str) -> str:
    """Run a module of the environment and return what it prints; fails with it."""
    environment = {**os.environ, "PATH": f"{tools.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(tools), "-m", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def steps(folder: Path, job: str) -> list[Mapping[str, Any]]:
    """Return the steps of a job of the example's one workflow."""
    (path,) = (folder / ".github" / "workflows").iterdir()
    found: list[Mapping[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["jobs"][job]["steps"]
    return found


def build(example: Example, folder: Path, tools: Path) -> list[Path]:
    """Build the example as its workflow does."""
    command = ["build"]
    if (folder / ".github").is_dir():
        (line,) = (step["run"] for step in steps(folder, "build") if "run" in step)
        words = re.fullmatch(r"pipx run ((build|maturin)==[\d.]+)(.*)", line)
        assert words, line
        # What is installed here is what pipx would fetch.
        assert f"\n{words[1]} " in LOCK.with_suffix(".txt").read_text("utf-8")
        command = [words[2], *words[3].split()]
    if command[0] == "build":
        command.append("--no-isolation")
    if example.needs and shutil.which(example.needs) is None:
        pytest.skip(f"{example.package} is decided but not built: {example.needs} is not installed")
    run(tools, folder, *command)
    return sorted((folder / "dist").iterdir())


def options(folder: Path) -> list[str]:
    """Return what the workflow gives to the gate, as options of the command line."""
    (gate,) = (step for step in steps(folder, "gate") if step.get("id") == "gate")
    return [word for name, value in gate["with"].items() for word in (f"--{name}", value)]


SITUATIONS = [
    ("main", ["0.1.0"], "refs/heads/main", "new-version", "ref-not-allowed"),
    ("main, first release", [], "refs/heads/main", "first-release", "ref-not-allowed"),
    ("the tag", ["0.1.0"], TAG, "ref-not-allowed", "new-version"),
    ("a wrong tag", ["0.1.0"], "refs/tags/v0.3.0", "tag-mismatch", "tag-mismatch"),
    ("main, again", [VERSION], "refs/heads/main", "already-published", "already-published"),
]
DECIDED = [row for row in TABLE if "/" not in row.folder]


@pytest.mark.parametrize(
    ("checkout", "example"),
    [(row.folder, row) for row in DECIDED],
    ids=[row.folder for row in DECIDED],
    indirect=["checkout"],
)
def test_an_example_is_decided(
    example: Example,
    checkout: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if example.built_first:
        build(example, checkout, request.getfixturevalue("tools"))
        capsys.readouterr()  # what was said while setting up
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(checkout)
    answers = {}
    for situation, published, ref, *_ in SITUATIONS:
        # An index that lists its projects proves that one is not there.
        with serve({example.package: published} if published else {"other": ["1.0"]}) as address:
            asked = ["--event", "push", "--ref", ref, "--format", "json", "--index-url", address]
            cli.main(["check", *asked, *options(checkout)])
        (package,) = json.loads(capsys.readouterr().out)["packages"]
        answers[situation] = {target["target"]: target["reason"] for target in package["targets"]}
    assert answers == {row[0]: {"testpypi": row[3], "pypi": row[4]} for row in SITUATIONS}


@pytest.mark.parametrize(
    ("checkout", "example"),
    [(row.folder, row) for row in TABLE],
    ids=[row.folder for row in TABLE],
    indirect=["checkout"],
)
def test_what_an_example_builds_can_be_read_by_the_publishing_action(
    example: Example, checkout: Path, tools: Path
) -> None:
    sdist, wheel = sorted(build(example, checkout, tools), key=lambda path: path.suffix)
    assert not wheel.stem.split("-")[-1].startswith("linux"), "no index takes a wheel for this one machine"
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    assert re.findall(r"^(?:Metadata-Version|Name|Version): (.*)$", metadata, re.MULTILINE) == [
        example.metadata, example.package, VERSION,
    ]  # fmt: skip
    with tarfile.open(sdist) as archive:
        assert any(name.endswith("/PKG-INFO") for name in archive.getnames())
    for file in read_folder(Checkout.open(checkout, "."), "dist/").files:
        assert (file.project, file.version, file.refusals) == (example.package, VERSION, ()), "it would be refused"
    run(tools, checkout, "twine", "check", "--strict", str(sdist), str(wheel))


def test_what_this_project_builds_can_be_read_by_the_publishing_action(tools: Path, tmp_path: Path) -> None:
    run(tools, TOP, "build", "--no-isolation", "--outdir", str(tmp_path))
    sdist, wheel = sorted(tmp_path.iterdir(), key=lambda path: path.suffix)
    run(tools, TOP, "twine", "check", "--strict", str(sdist), str(wheel))


def test_an_example_uses_only_actions_that_have_stand_ins_in_the_tests() -> None:
    known = {CHECKOUT, UPLOAD_ARTIFACT, DOWNLOAD_ARTIFACT, PUBLISH}
    used = set()
    for path in EXAMPLES.glob("*/.github/workflows/*.yml"):
        used |= set(re.findall(r"uses: (\S+)@", path.read_text("utf-8")))
    assert used == {pin.action for pin in known} | {OWN_REPOSITORY}


def test_every_example_is_tried() -> None:
    folders = {path.parent.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("pyproject.toml")}
    # The other packages of the monorepo are built as the first of them is.
    assert folders - {"monorepo/packages/cli", "monorepo/packages/http"} == {row.folder for row in TABLE}


def test_metadata_that_an_older_action_refuses_is_among_them() -> None:
    assert "2.5" in {row.metadata for row in TABLE}


def test_what_reads_them_is_of_the_release_that_is_pinned() -> None:
    assert f"# As {PUBLISH.action} {PUBLISH.release} has them" in LOCK.read_text("utf-8")
