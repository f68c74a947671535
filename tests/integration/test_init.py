"""``publish-gate init`` in real checkouts: what it writes, what it prints, what it refuses, what it asks."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from publish_gate import HOME, cli
from publish_gate.init import released
from publish_gate.init.pins import RELEASE

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).resolve().parents[2]
WORKFLOW = ".github/workflows/release.yml"
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without a file, which every git knows."""
PYPROJECT = '[project]\nname = "demo"\nversion = "1.2"\n'


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    done = subprocess.run(
        ["git", *identity, *arguments],  # noqa: S607 - whichever git there is
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where git goes instead of to this action's home: a repository on this machine, without a release yet."""
    repository = tmp_path / "home"
    repository.mkdir()
    git(repository, "init", "--quiet")
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[url "{repository.as_posix()}"]\n  insteadOf = {HOME}\n', "utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    return repository


@pytest.fixture
def checkout(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of a project whose remote is on GitHub, to stand in; nobody is at the terminal."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    assert home.is_dir()
    git(folder, "init", "--quiet", "--initial-branch", "trunk")
    git(folder, "remote", "add", "origin", "https://token@github.com/Octo-Org/Demo.git")
    (folder / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return folder


def set_default_branch(folder: Path, branch: str) -> None:
    """Let the checkout know the default branch, as a clone does."""
    git(folder, "update-ref", f"refs/remotes/origin/{branch}", git(folder, "commit-tree", "-m", "x", EMPTY))
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{branch}")


def read(folder: Path, path: str = WORKFLOW) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((folder / path).read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only
    return loaded


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    )


def uses(document: Mapping[str, Any]) -> str:
    gate = document["jobs"]["gate"]["steps"][-1]
    assert gate["id"] == "gate"
    return str(gate["uses"])


def test_everything_by_default(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_default_branch(checkout, "develop")
    assert cli.main(["init", "--offline"]) == 0
    told = capsys.readouterr()
    assert files(checkout) == [WORKFLOW, "pyproject.toml"]
    push = read(checkout)["on"]["push"]
    assert push == {"branches": ["develop"], "tags": ["v*"]}
    assert told.out.startswith(f"Written: {WORKFLOW}\n")
    assert "     Owner              Octo-Org\n     Repository name    Demo\n" in told.out
    assert "git tag v1.2 && git push origin v1.2" in told.out
    assert "token" not in told.out + told.err


@pytest.mark.parametrize("annotated", [False, True], ids=["a light tag", "an annotated tag"])
def test_the_action_is_pinned_to_the_commit_of_its_release(
    annotated: bool, checkout: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(home, "commit", "--quiet", "--allow-empty", "-m", "x")
    git(home, "tag", *(["-a", "-m", "x"] if annotated else []), RELEASE)
    git(home, "tag", f"{RELEASE}.1")
    assert cli.main(["init"]) == 0
    assert uses(read(checkout)) == f"publish-gate/publish-gate@{git(home, 'rev-parse', 'HEAD')}"
    assert "ls-remote" not in capsys.readouterr().out


def test_before_there_is_a_release_its_tag_is_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == 0
    assert uses(read(checkout)) == f"publish-gate/publish-gate@{RELEASE}"
    assert f"git ls-remote {HOME} {RELEASE}" in capsys.readouterr().out


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert released.released_commit() is None


@pytest.mark.usefixtures("checkout")
def test_json_has_the_values_of_each_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--format", "json", "--offline", "--repository", "a/b"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["repository"] == "a/b"
    assert [(form["target"], form["environment"], form["owner"]) for form in data["publishers"]] == [
        ("testpypi", "testpypi", "a"),
        ("pypi", "pypi", "a"),
    ]


def test_a_package_below_the_top(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = checkout / "packages" / "demo"
    below.mkdir(parents=True)
    (checkout / "pyproject.toml").rename(below / "pyproject.toml")
    monkeypatch.chdir(below)
    assert cli.main(["init", "--offline"]) == 0
    assert files(checkout) == [WORKFLOW, "packages/demo/pyproject.toml"]
    jobs = read(checkout)["jobs"]
    assert jobs["gate"]["steps"][-1]["with"]["working-directory"] == "packages/demo"
    assert next(step["run"] for step in jobs["build"]["steps"] if "run" in step).endswith(" packages/demo")


@pytest.mark.usefixtures("home")
def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert cli.main(["init", "--offline"]) == 0
    told = capsys.readouterr().out
    assert "this is not a git checkout" in told
    assert "put its own in place of OWNER and REPOSITORY" in told
    assert (folder / WORKFLOW).is_file()


def test_a_fresh_checkout_publishes_from_its_current_branch(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--offline"]) == 0
    assert read(checkout)["on"]["push"]["branches"] == ["trunk"]
    assert "trunk was taken for it" in capsys.readouterr().out


REFUSED: list[tuple[dict[str, str], tuple[str, ...], str, str]] = [
    ({WORKFLOW: "mine"}, (), "'.github/workflows/release.yml' is there already", "a file of that name"),
    ({".github/workflows/Release.yaml": "mine"}, (), "Release.yaml' is there already", "a twin"),
    ({".github/publish-gate.yml": "targets: {}"}, (), "config: is there already and has rules", "a config file"),
    ({}, ("--workflow", "../x.yml"), "is a path", "a path"),
    ({}, ("--workflow", "x"), "does not end in", "no ending"),
    ({}, ("--package", "other"), "the project calls itself 'demo'", "another name"),
    ({}, ("--targets", "nexus"), "unknown target 'nexus'", "another target"),
    ({}, ("--repository", "x"), "is not OWNER/NAME", "half a repository"),
    ({}, ("--branch", "a b"), "not a plain branch name", "no branch"),
    ({"pyproject.toml": ""}, (), "give the name by --package", "no name"),
    ({"pyproject.toml": '[project]\nname = "-x-"\nversion = "1"\n'}, (), "is not a project name", "no usable name"),
]


@pytest.mark.parametrize(("there", "options", "says"), [row[:3] for row in REFUSED], ids=[row[3] for row in REFUSED])
def test_refused_with_exit_status_2_and_nothing_written(
    there: Mapping[str, str], options: tuple[str, ...], says: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in there.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text, "utf-8")
    before = {name: (checkout / name).read_bytes() for name in files(checkout)}
    assert cli.main(["init", "--offline", *options]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""
    assert {name: (checkout / name).read_bytes() for name in files(checkout)} == before


@pytest.mark.skipif(os.name == "nt", reason="no such name there")
def test_a_folder_whose_name_is_code_is_refused(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = checkout / "x $(touch pwned)"
    folder.mkdir()
    (checkout / "pyproject.toml").rename(folder / "pyproject.toml")
    monkeypatch.chdir(folder)
    assert cli.main(["init", "--offline"]) == 2
    assert "cannot be written into a workflow" in capsys.readouterr().err


def test_a_project_without_files_may_be_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "pyproject.toml").unlink()
    assert cli.main(["init", "--offline", "--package", "demo"]) == 0
    assert "without one nothing can be built" in capsys.readouterr().out
    assert read(checkout)["jobs"]["gate"]["steps"][-1]["with"]["package"] == "demo"


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("lines", "code", "there"),
    [
        (["", "testpypi", "go.yml", "main", "a/b", "yes"], 0, ".github/workflows/go.yml"),
        (["", "", "", "", "", ""], 0, WORKFLOW),
        (["", "", "", "", "", "no"], 1, None),
        (["", ""], 2, None),
    ],
    ids=["other answers", "defaults", "a no", "answers that end too soon"],
)
def test_questions_on_a_terminal(
    lines: list[str], code: int, there: str | None, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _Terminal()
    monkeypatch.setattr(sys, "stdin", _Terminal("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr(sys, "stderr", shown)
    assert cli.main(["init", "--offline"]) == code
    assert "Project on the index [demo]: Publish to [testpypi,pypi]: " in shown.getvalue()
    assert files(checkout) == sorted([*([there] if there else []), "pyproject.toml"])


def test_yes_asks_nothing_on_a_terminal(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _Terminal()
    monkeypatch.setattr(sys, "stdin", _Terminal("no\n"))
    monkeypatch.setattr(sys, "stderr", shown)
    assert cli.main(["init", "--offline", "--yes"]) == 0
    assert shown.getvalue() == ""
    assert (checkout / WORKFLOW).is_file()


def backend(requires: str, module: str, more: str = "", *, dynamic: bool = True) -> str:
    project = '[project]\nname = "demo"\n' + ('dynamic = ["version"]\n' if dynamic else 'version = "1.2"\n')
    return f'[build-system]\nrequires = [{requires}]\nbuild-backend = "{module}"\n{project}{more}'


MODULE = {"demo/__init__.py": '"""Demo."""\n__version__ = "1.2"\n'}
HATCH = '"hatchling"', "hatchling.build"
SETUPTOOLS = '"setuptools"', "setuptools.build_meta"
FROM_FILE = '[tool.hatch.version]\npath = "demo/__init__.py"\n'
FROM_ATTRIBUTE = '[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}\n'
NO_LOCAL = 'local_scheme = "no-local-version"\n'
HATCH_VCS = f'[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.version.raw-options]\n{NO_LOCAL}'
COMPUTED = 'from setuptools import setup\nimport os\nsetup(name="demo", version=os.environ["V"])\n'
# What pyproject.toml says, what else there is, and where the version comes from.
BACKENDS: list[tuple[str, dict[str, str], str, str]] = [
    (backend(*HATCH, dynamic=False), {}, "written", "hatchling"),
    (backend(*HATCH, FROM_FILE), MODULE, "written", "hatchling with a file"),
    (backend('"flit_core"', "flit_core.buildapi"), MODULE, "written", "flit"),
    (backend('"poetry-core"', "poetry.core.masonry.api", dynamic=False), {}, "written", "poetry"),
    (backend('"uv_build"', "uv_build", dynamic=False), {}, "written", "uv"),
    (backend('"pdm-backend"', "pdm.backend", dynamic=False), {}, "written", "pdm"),
    (backend(*SETUPTOOLS, FROM_ATTRIBUTE), MODULE, "written", "setuptools"),
    ("", {"setup.cfg": "[metadata]\nname = demo\nversion = 1.2\n"}, "written", "setup.cfg"),
    (backend('"hatchling", "hatch-vcs"', HATCH[1], HATCH_VCS), {}, "tags", "hatch-vcs"),
    (backend('"setuptools-scm"', SETUPTOOLS[1], f"[tool.setuptools_scm]\n{NO_LOCAL}"), {}, "tags", "setuptools-scm"),
    ("", {"setup.py": COMPUTED}, "build", "a computed version"),
]


@pytest.mark.parametrize("targets", ["testpypi", "pypi", "testpypi,pypi"])
@pytest.mark.parametrize(("pyproject", "more", "kind"), [row[:3] for row in BACKENDS], ids=[row[3] for row in BACKENDS])
def test_every_back_end_and_our_own_doctor_finds_nothing(
    pyproject: str,
    more: Mapping[str, str],
    kind: str,
    targets: str,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in {"pyproject.toml": pyproject, **more}.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text, "utf-8")
    set_default_branch(checkout, "main")
    assert cli.main(["init", "--offline", "--targets", targets]) == 0
    text = (checkout / WORKFLOW).read_text("utf-8")
    assert ("version-file: dist/" in text) == (kind != "written")
    assert ("fetch-depth: 0" in text) == (kind == "tags")
    assert re.search(r"run: pipx run build==", text)
    if importlib.util.find_spec("publish_gate.doctor") is None:
        pytest.skip("the doctor is not in this tree")
    capsys.readouterr()
    assert cli.main(["doctor", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == []
    names = [job["environment"] for job in told["publishing_jobs"]]
    assert sorted(names) == sorted(targets.split(","))


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_the_program_asks_on_a_real_terminal(checkout: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "publish_gate", "init", "--offline"]
    with subprocess.Popen(
        program, cwd=checkout, env={**os.environ, "PYTHONPATH": str(TOP / "src")},
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        os.write(ours, b"\ntestpypi\ndeploy.yml\nmain\n\ny\n")
        told, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    assert told.decode().startswith("Written: .github/workflows/deploy.yml\n")
