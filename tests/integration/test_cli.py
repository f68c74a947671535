"""The command line against a loopback index: what it prints, and with which exit status it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from integration.servers import Manner, Reply

from publish_gate import __version__, cli, run
from publish_gate.errors import ConfigurationError
from publish_gate.report.console import style_of
from publish_gate.repository import read_repository
from publish_gate.settings import load_settings

if TYPE_CHECKING:
    from integration.servers import FaultServer

TOP = Path(__file__).resolve().parents[2]
JSON = (("Content-Type", "application/json"),)
PAGE = "/pypi/pkg/json"
NOBODY = "http://127.0.0.1:9"
PUSH = ("--event", "push", "--ref", "refs/heads/main")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project that is no git checkout, and stand in it, outside of any workflow."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "pkg"\nversion = "1.1"\n', "utf-8")
    (tmp_path / "src").mkdir()
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def index(faults: FaultServer) -> FaultServer:
    """An index that has 1.0 of the project."""
    document = {"info": {"name": "pkg"}, "releases": {"1.0": [{"filename": "pkg-1.0.tar.gz"}]}}
    faults.on(PAGE, Reply(200, JSON, json.dumps(document).encode()))
    return faults


ROWS = [
    ((), 0, "publish (new-version)", "a yes"),
    (("--ref", "refs/heads/x"), 0, "do not publish (ref-not-allowed)", "a no is a decision"),
    (("--version", "1.0"), 0, "do not publish (already-published)", "a version of the command line"),
    (("--version", "one"), 1, "cannot decide (version-invalid)", "not a version"),
    (("--version", "1.0", "--fail-when", "already-published"), 1, "(already-published)", "a no that shall fail"),
    (("--fail-when", "already-published"), 0, "(new-version)", "a no that did not happen"),
    (("--package", "other", "--version", "1"), 1, "cannot decide (index-unavailable)", "an index that is none"),
    (("--package", "PKG"), 0, "publish (new-version)", "another spelling of its name"),
    (("--version-file", "nowhere.py"), 1, "cannot decide (version-unreadable)", "no such file"),
    (("--working-directory", "src"), 1, "cannot decide (version-unreadable)", "a folder without a project"),
    (("--version-file", "../secret.py"), 1, "cannot decide (version-unreadable)", "a file outside"),
]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("options", "code", "says"), [row[:3] for row in ROWS], ids=[row[3] for row in ROWS])
def test_check(
    options: tuple[str, ...], code: int, says: str, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", *PUSH, "--index-url", index.url, *options]) == code
    assert says in capsys.readouterr().out


EXITS = [
    ((), 0, "a yes"),
    (("--ref", "refs/heads/x"), 3, "a no"),
    (("--version", "1.0", "--fail-when", "already-published"), 3, "a no that is to fail"),
    (("--version", "1.0", "--fail-when", "any-no"), 3, "any no that is to fail"),
    (("--version", "one"), 1, "no decision"),
    (("--policy", "newest"), 2, "wrong use"),
]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("options", "code"), [row[:2] for row in EXITS], ids=[row[2] for row in EXITS])
def test_the_exit_code_tells_a_no_from_a_yes_if_asked(options: tuple[str, ...], code: int, index: FaultServer) -> None:
    assert cli.main(["check", *PUSH, "--index-url", index.url, "--exit-code", *options]) == code


def test_what_is_tolerated_is_no_yes_all_the_same(checkout: Path) -> None:
    (checkout / ".github").mkdir()
    (checkout / ".github" / "publish-gate.yml").write_text("on-unknown: skip-package\n", "utf-8")
    options = ["check", *PUSH, "--index-url", NOBODY, "--timeout", "0.3"]
    assert cli.main(options) == 0
    assert cli.main([*options, "--exit-code"]) == 1


PLAIN = [
    (None, 1, "in every situation: cannot decide (version-unreadable): there is no pyproject.toml", "no project"),
    ("version = 1", 1, "in every situation: cannot decide (version-unreadable)", "a file that is no project"),
    ('[project]\nname = "pkg"\nversion = "one.two"\n', 1, "(version-invalid): 'one.two' is not", "an invalid version"),
    ('[project]\nname = "pkg"\nversion = "1.1"\n', 0, "push to main", "a folder without git"),
]


@pytest.mark.parametrize(("text", "code", "says"), [row[:3] for row in PLAIN], ids=[row[3] for row in PLAIN])
@pytest.mark.parametrize("form", ["text", "json"])
def test_simulate_says_plainly_what_is_wrong(
    text: str | None, code: int, says: str, form: str, checkout: Path, index: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    project = checkout / "pyproject.toml"
    project.unlink()
    if text is not None:
        project.write_text(text, "utf-8")
    assert cli.main(["simulate", "--index-url", index.url, "--format", form]) == code
    told = capsys.readouterr()
    assert all(line.startswith("publish-gate: note: ") for line in told.err.splitlines())
    assert "defect" not in told.out
    assert says in told.out or form == "json"


MISUSES = [
    (("--policy", "newest"), "policy: unknown value 'newest'; did you mean 'newer'?", "a misspelt word"),
    (("--index-url", "http://index.example"), "index-url: ", "plain http to the world"),
    (("--index-url", "ftp://x"), "index-url: ", "another scheme"),
    (("--ref", "main"), "write refs/heads/main for a branch", "a short ref"),
    (("--event-path", "nowhere.json"), "event payload 'nowhere.json' cannot be read", "no payload"),
    (("--working-directory", "nowhere"), "working-directory: 'nowhere' is not a folder", "no folder"),
    (("--version", "1.0", "--working-directory", "src"), "package: no file", "a folder without a project"),
    (("--package", "other"), "pyproject.toml:2: package: the project calls itself 'pkg', not 'other'", "another name"),
    (("--workflow", "ci.yml"), "workflow: there is no workflow in .github/workflows", "no workflow"),
    (("--targets", "testpypi,pypi", "--environment", "x"), "write {target} where", "an environment for two targets"),
    (("--branches", "[", "--tags", "+", "--timeout", "x"), "timeout: ", "several at once"),
]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("options", "says"), [row[:2] for row in MISUSES], ids=[row[2] for row in MISUSES])
@pytest.mark.parametrize("form", ["text", "json"])
def test_wrong_use_is_told_on_stderr_with_exit_status_2(
    options: tuple[str, ...], says: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", *PUSH, "--format", form, *options]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert all(line.startswith("publish-gate: ") for line in told.err.splitlines())
    if form == "json":
        assert json.loads(told.out)["error"] == "configuration"
    else:
        assert told.out == ""


def test_a_name_that_no_index_could_host_is_told_at_its_line(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "pyproject.toml").write_text('[project]\nname = "-x-"\nversion = "1.1"\n', "utf-8")
    assert cli.main(["check", *PUSH]) == 2
    assert "pyproject.toml:2: package: '-x-' is not a project name" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_json_is_the_whole_report(index: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", *PUSH, "--index-url", index.url, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["tool"] == {"name": "publish-gate", "version": __version__}
    (package,) = report["packages"]
    assert package["version"]["file"] == "pyproject.toml"
    assert package["version"]["line"] == 3
    assert package["targets"][0]["index"]["versions"] == ["1.0"]


@pytest.mark.usefixtures("checkout")
def test_simulate_asks_the_index_once_for_all_situations(
    index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", "--verbose", "--index-url", index.url, "--targets", "testpypi, pypi"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert index.count(PAGE) == 1
    assert len(lines) == 3 + 9 * 2 + 2
    assert lines[-1].startswith("note: 'main' was taken for the default branch (nothing here names one)")
    publishing = [line.split("  ")[0] for line in lines if " new-version: " in line]
    assert publishing == ["push to main", "push of tag v1.1"]
    fork = [line for line in lines if line.startswith("pull request from a fork")]
    assert len(fork) == 2


@pytest.mark.usefixtures("checkout")
def test_simulate_in_json_has_a_report_for_each_situation(
    index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", "--index-url", index.url, "--format", "json"]) == 0
    situations = json.loads(capsys.readouterr().out)["situations"]
    assert len(situations) == 9
    assert situations[0]["decision"]["publish-to"] == "testpypi"


def test_simulate_supposes_the_next_version_where_it_comes_from_git(
    checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "pkg"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n',
        "utf-8",
    )
    assert cli.main(["simulate", "--verbose", "--index-url", index.url, "--targets", "pypi"]) == 0
    told = capsys.readouterr().out
    assert "push of tag v1.0.1" in told
    assert told.count("version-dynamic") == 6
    assert told.count(" new-version") == 2, "any tag is a version here"


@pytest.mark.usefixtures("checkout")
def test_simulate_without_an_answer_is_no_decision(faults: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    faults.on(PAGE, Reply(manner=Manner.RESET))
    assert cli.main(["simulate", "--index-url", faults.url, "--timeout", "0.4"]) == 1
    assert "unknown  unknown" in capsys.readouterr().out


def test_the_name_of_another_file_is_the_project_s_own(
    checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "VERSION").write_text("1.2\n", "utf-8")
    assert cli.main(["check", *PUSH, "--index-url", index.url, "--version-file", "VERSION"]) == 0
    assert "pkg 1.2 (VERSION:1)" in capsys.readouterr().out
    assert cli.main(["check", *PUSH, "--index-url", index.url, "--version-file", "VERSION", "--package", "PKG"]) == 0
    assert "PKG 1.2 (VERSION:1)" in capsys.readouterr().out


def test_a_folder_outside_of_the_checkout_is_refused(checkout: Path) -> None:
    settings = load_settings({"working-directory": ".."})
    with pytest.raises(ConfigurationError, match="working-directory"):
        read_repository(checkout, settings, None)


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


COLOURS = [({}, True, "a terminal"), ({"NO_COLOR": "1"}, False, "NO_COLOR"), ({"TERM": "dumb"}, False, "no colours")]


@pytest.mark.parametrize(("variables", "coloured"), [row[:2] for row in COLOURS], ids=[row[2] for row in COLOURS])
def test_colour_is_for_terminals_that_want_it(
    variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert style_of(_Terminal()).colour is coloured
    assert style_of(io.StringIO()).colour is False


def test_marks_are_ascii_where_the_encoding_has_no_others() -> None:
    assert style_of(io.TextIOWrapper(io.BytesIO(), "ascii")).unicode is False
    assert style_of(io.TextIOWrapper(io.BytesIO(), "utf-8")).unicode is True


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    ("error", "says"), [(RuntimeError("secret"), "RuntimeError at "), (KeyboardInterrupt(), "interrupted")]
)
def test_a_defect_is_told_without_a_traceback(
    error: BaseException, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "check", fail)
    assert cli.main(["check", *PUSH]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert "secret" not in told
    assert "Traceback" not in told


def test_a_reader_that_goes_away_gets_no_traceback(checkout: Path) -> None:
    check = f'"{sys.executable}" -m publish_gate check'
    decide = f"{check} --version 1.0 --package pkg --index-url={NOBODY} --timeout 1"
    done = subprocess.run(
        ["bash", "-c", f"{check} --help | true; {decide} | true"],  # noqa: S607 - bash is found by name
        cwd=checkout,
        env={"PYTHONPATH": str(TOP / "src"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["simulate", "--help"], ["--version"]])
def test_help_and_version_are_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    assert "publish-gate" in capsys.readouterr().out


def test_a_git_checkout_tells_branch_and_default_branch(
    checkout: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    package = checkout / "packages" / "pkg"
    package.mkdir(parents=True)
    (checkout / "pyproject.toml").rename(package / "pyproject.toml")
    for arguments in (
        ["init", "--quiet", "--initial-branch", "trunk"],
        ["-c", "user.name=x", "-c", "user.email=x@example.invalid", "commit", "--quiet", "--allow-empty", "-m", "x"],
        ["update-ref", "refs/remotes/origin/trunk", "HEAD"],
        ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"],
    ):
        subprocess.run(["git", *arguments], cwd=checkout, check=True, timeout=30)  # noqa: S607 - git is found by name
    options = ["check", "--index-url", index.url, "--working-directory", "packages/pkg"]
    assert cli.main(options) == 0
    told = capsys.readouterr().out
    assert "event push, ref refs/heads/trunk" in told
    assert "pkg 1.1 (packages/pkg/pyproject.toml:3)" in told
    assert "publish (new-version)" in told
    subprocess.run(["git", "checkout", "--quiet", "--detach"], cwd=checkout, check=True, timeout=30)  # noqa: S607 - the same
    subprocess.run(["git", "tag", "v1.1"], cwd=checkout, check=True, timeout=30)  # noqa: S607 - the same
    assert cli.main([*options, "--targets", "pypi"]) == 0
    assert "tag 'v1.1' names 1.1" in capsys.readouterr().out


SCM = (
    '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    '[project]\nname = "pkg"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n'
)
ON_ONE_COMMIT = [
    ([("v1.2.0", 0), ("v1.3.0", 0)], "v1.3.0", "version-dynamic", "two lightweight tags, the second pushed"),
    ([("v1.2.0", 0), ("v1.3.0", 0)], "v1.2.0", "new-version", "two lightweight tags, the first pushed"),
    ([("v1.3.0rc1", 1), ("v1.3.0", 0)], "v1.3.0", "version-dynamic", "an annotated candidate beside a lightweight tag"),
    ([("v1.3.0rc1", 1), ("v1.3.0", 2)], "v1.3.0", "new-version", "an annotated candidate, and a newer annotated tag"),
    ([("v1.3.0", 1), ("v1.3.0rc1", 2)], "v1.3.0", "version-dynamic", "an annotated candidate that is newer"),
    ([("v1.3.0", 0), ("nightly", 0)], "v1.3.0", "new-version", "a tag of no version"),
    ([("v1.3.0", 0)], "v1.3.0", "new-version", "the only tag"),
    ([("v1.2.0", 0)], "v1.3.0", "new-version", "a tag that the checkout has not"),
    ([], "v1.3.0", "new-version", "no tag at all"),
]


@pytest.mark.parametrize(
    ("tags", "pushed", "reason"), [row[:3] for row in ON_ONE_COMMIT], ids=[row[3] for row in ON_ONE_COMMIT]
)
def test_another_tag_on_the_commit_can_decide(
    tags: list[tuple[str, int]],
    pushed: str,
    reason: str,
    checkout: Path,
    index: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (checkout / "pyproject.toml").write_text(SCM, "utf-8")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    commands: list[tuple[list[str], int]] = [
        (["init", "--quiet", "--initial-branch", "main"], 0),
        ([*who, "commit", "--quiet", "--allow-empty", "-m", "x"], 0),
        *(([*who, "tag", *(["-a", "-m", "x"] if day else []), name], day) for name, day in tags),
    ]
    for command, day in commands:
        dated = {**os.environ, "GIT_COMMITTER_DATE": f"2026-02-0{day}T00:00:00Z"} if day else None
        subprocess.run(["git", *command], cwd=checkout, check=True, timeout=30, env=dated)  # noqa: S607 - git is found by name
    ref = ("--event", "push", "--ref", f"refs/tags/{pushed}")
    assert cli.main(["check", "--targets", "pypi", "--index-url", index.url, *ref, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["decision"]["reason"] == reason


USUAL = [
    (None, ("simulate",), 1, "there is no pyproject.toml, setup.cfg or setup.py", "simulate outside of a project"),
    (None, ("config",), 0, "a project without a name (.)", "config outside of a project"),
    ("version = '1.0-x'", ("config",), 0, "not a PEP 440 version, no index takes it", "config with no such version"),
    ("version = '1.0-x'", ("simulate",), 1, "'1.0-x' is not a PEP 440 version", "simulate with no such version"),
    (
        "version = '1.0-x'",
        ("init", "--yes", "--offline"),
        0,
        "no index takes it; write it",
        "init with no such version",
    ),
    ("version = '1.0'", ("check",), 1, "note: no branch or tag is known here", "check without git"),
    ("version = ", ("init", "--yes", "--offline"), 2, "is not valid TOML", "init with a broken file"),
]


@pytest.mark.parametrize(("project", "command", "code", "says"), [r[:4] for r in USUAL], ids=[r[4] for r in USUAL])
def test_what_is_usual_is_told_plainly(
    project: str | None,
    command: tuple[str, ...],
    code: int,
    says: str,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (checkout / "pyproject.toml").unlink()
    if project is not None:
        (checkout / "pyproject.toml").write_text(f"[project]\nname = 'pkg'\n{project}\n", "utf-8")
    asking = ("--index-url", NOBODY, "--timeout", "1") if command[0] != "init" else ()
    assert cli.main([*command, *asking]) == code
    told = capsys.readouterr()
    assert says in told.out + told.err
    assert "defect" not in told.err


@pytest.mark.parametrize("command", ["check", "simulate", "config", "init", "doctor"])
def test_a_folder_that_is_gone_is_told(command: str, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = checkout / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert cli.main([command]) == 2
    assert "the current folder cannot be used" in capsys.readouterr().err
