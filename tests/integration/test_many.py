"""A repository with many packages, on the command line against a loopback index."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from integration.servers import Manner, Reply

from publish_gate import cli
from publish_gate.repository import load, read_repository

if TYPE_CHECKING:
    from pathlib import Path

    from integration.servers import FaultServer

JSON = (("Content-Type", "application/json"),)
CONFIG = """\
packages:
  core: {path: packages/core, targets: [testpypi, pypi]}
  cli:
    path: packages/cli
    tag: "cli@{version}"
    targets: [testpypi, pypi]
  libs: {path: "libs/*", targets: testpypi}
targets:
  testpypi: {}
  pypi: {policy: series}
"""


def project(folder: Path, name: str, version: str = "1.1") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "{version}"\n', "utf-8")


def config(root: Path, text: str) -> None:
    (root / ".github").mkdir(exist_ok=True)
    (root / ".github" / "publish-gate.yml").write_text(text, "utf-8")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a monorepo of four packages and stand in it."""
    for name in ("core", "cli"):
        project(tmp_path / "packages" / name, name)
    for name in ("one", "two"):
        project(tmp_path / "libs" / name, f"lib-{name}")
    config(tmp_path, CONFIG)
    (tmp_path / ".git").mkdir()
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def index(faults: FaultServer) -> FaultServer:
    """An index that has 1.0 of each, and 1.1 of lib-two."""
    for name in ("core", "cli", "lib-one", "lib-two"):
        versions = ["1.0", "1.1"] if name == "lib-two" else ["1.0"]
        releases = {version: [{"filename": f"{name}-{version}.tar.gz"}] for version in versions}
        document = {"info": {"name": name, "version": versions[-1]}, "releases": releases}
        faults.on(f"/pypi/{name}/json", Reply(200, JSON, json.dumps(document).encode()))
    return faults


def check(index: FaultServer, *options: str, ref: str = "refs/heads/main") -> tuple[int, dict[str, Any]]:
    stream, sys.stdout = sys.stdout, io.StringIO()
    try:
        options = ("--event", "push", "--ref", ref, "--format", "json", "--index-url", index.url, *options)
        code = cli.main(["check", *options])
        return code, json.loads(sys.stdout.getvalue())
    finally:
        sys.stdout = stream


def publishing(report: dict[str, Any]) -> list[str]:
    return [
        f"{package['name']} to {target['target']}"
        for package in report["packages"]
        for target in package["targets"]
        if target["should-publish"]
    ]


EVERYTHING = ["core to testpypi", "cli to testpypi", "lib-one to testpypi"]
ROWS = [
    ((), "refs/heads/main", EVERYTHING, 4, "every package on the default branch"),
    ((), "refs/heads/x", [], 4, "none on another branch"),
    ((), "refs/tags/core-v1.1", ["core to pypi"], 1, "the one that the tag names, by the usual spelling"),
    ((), "refs/tags/cli@1.1", ["cli to pypi"], 1, "the one that the tag names, by its own spelling"),
    ((), "refs/tags/cli-v1.1", [], 4, "none by a spelling that is not its own"),
    ((), "refs/tags/v1.1", [], 4, "none by a tag that names none"),
    ((), "refs/tags/core-v1.2", [], 1, "none by the tag of another version"),
    (("--package", "LIB_one"), "refs/heads/main", ["lib-one to testpypi"], 1, "one by name"),
    (("--working-directory", "packages/cli"), "refs/heads/main", ["cli to testpypi"], 1, "one by folder"),
    (("--targets", "pypi"), "refs/tags/cli@1.1", ["cli to pypi"], 1, "one target by name"),
    (("--package", "core", "--version", "2.0"), "refs/heads/main", ["core to testpypi"], 1, "a version for one"),
]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("options", "ref", "expected", "many"), [row[:4] for row in ROWS], ids=[row[4] for row in ROWS]
)
def test_what_is_published(
    options: tuple[str, ...], ref: str, expected: list[str], many: int, index: FaultServer
) -> None:
    code, report = check(index, *options, ref=ref)
    assert code == 0
    assert publishing(report) == expected
    assert len(report["packages"]) == many
    assert report["decision"]["should-publish"] is bool(expected)


def test_each_package_is_asked_about_once(repository: Path, index: FaultServer) -> None:
    check(index)
    assert repository.is_dir()
    assert [index.count(f"/pypi/{name}/json") for name in ("core", "cli", "lib-one")] == [1, 1, 1]


@pytest.mark.parametrize(("words", "code"), [("", 1), ("on-unknown: skip-package\n", 0)])
def test_one_unknown_does_not_hide_the_others(repository: Path, index: FaultServer, words: str, code: int) -> None:
    config(repository, CONFIG + words)
    index.on("/pypi/core/json", Reply(503, manner=Manner.WHOLE))
    ended, report = check(index, "--timeout", "0.4")
    assert ended == code
    assert publishing(report) == EVERYTHING[1:]
    assert report["packages"][0]["targets"][0]["reason"] == "index-unavailable"
    assert report["decision"]["package"] == "cli"


def test_two_packages_of_one_tag_are_both_told(
    repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    config(repository, CONFIG.replace("cli@{version}", "core-v{version}"))
    code, report = check(index, ref="refs/tags/core-v1.1")
    assert (code, publishing(report)) == (0, [])
    assert report["notes"] == ["tag 'core-v1.1' names 2 packages: core, cli"]
    reasons = {target["target"]: target["reason"] for target in report["packages"][0]["targets"]}
    assert reasons == {"testpypi": "tag-mismatch", "pypi": "tag-mismatch"}
    assert capsys.readouterr().err == ""


PROBLEMS = [
    (CONFIG + "polcy: x\n", (), ".github/publish-gate.yml:11:1: polcy: unknown key", "an unknown key"),
    (CONFIG.replace("core:", "kern:"), (), "2:3: packages.kern: is called 'core' by its own files", "another name"),
    (CONFIG.replace("packages/cli", "packages/none"), (), "packages.cli.path", "a folder that is not there"),
    (CONFIG.replace("libs/*", "docs/*"), (), "packages.libs.path: no folder that matches", "a glob of nothing"),
    (CONFIG.replace('"libs/*"', '"packages/*"'), (), "", "a package found twice is one"),
    (
        CONFIG,
        ("--package", "nobody"),
        "package: 'nobody' is not a package of the config file (it has core, cli",
        "no such",
    ),
    (CONFIG, ("--version", "1"), "version: cannot be meant for 4 packages", "one version for all"),
    (CONFIG, ("--targets", "pipy"), "targets: unknown target 'pipy'; did you mean 'pypi'?", "a misspelt target"),
    (CONFIG + "x: y\n", ("--policy", "no"), "policy: unknown value 'no'", "file and input wrong at once"),
]


@pytest.mark.parametrize(("text", "options", "says"), [r[:3] for r in PROBLEMS], ids=[r[3] for r in PROBLEMS])
@pytest.mark.parametrize("command", ["config", "check"])
def test_a_wrong_plan_is_told_with_its_place(
    command: str,
    text: str,
    options: tuple[str, ...],
    says: str,
    repository: Path,
    index: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config(repository, text)
    code = cli.main([command, "--index-url", index.url, *options])
    told = capsys.readouterr()
    assert says in told.err
    assert code == (2 if says else 0)


def test_two_packages_of_one_name_are_a_problem(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(repository / "libs" / "three", "Lib.One")
    assert cli.main(["config"]) == 2
    assert "packages.libs: Lib.One is in libs/one and in libs/three" in capsys.readouterr().err


BROKEN = [
    ("[tool.x]\n", "no name and no version"),
    ("[project\n", "no TOML"),
    ('[project]\nname = "-b"\nversion = "1"\n', "a name that is none"),
    ('[build-system]\nbuild-backend = "hatchling.build"\n[tool.hatch.version]\nsource = "vcs"\n', "no name"),
]


@pytest.mark.parametrize("text", [row[0] for row in BROKEN], ids=[row[1] for row in BROKEN])
def test_a_package_that_cannot_be_read_hides_no_other(text: str, repository: Path, index: FaultServer) -> None:
    (repository / "libs" / "one" / "pyproject.toml").write_text(text, "utf-8")
    code, report = check(index)
    assert (code, publishing(report)) == (1, EVERYTHING[:2])
    assert report["packages"][2]["name"] == "libs/one"
    assert report["packages"][2]["targets"][0]["reason"] == "version-unreadable"


def test_a_version_file_of_the_config_is_read_below_the_package(repository: Path, index: FaultServer) -> None:
    (repository / "packages" / "core" / "VERSION").write_text("3.0\n", "utf-8")
    config(repository, "packages: {core: {path: packages/core, version-file: VERSION}}\n")
    _, report = check(index)
    assert report["packages"][0]["version"]["file"] == "packages/core/VERSION"


def test_what_two_globs_find_is_one_package(repository: Path, index: FaultServer) -> None:
    config(repository, "packages: {one: {path: 'libs/*', targets: testpypi}, two: {path: 'libs/o*'}}\n")
    _, report = check(index)
    assert [package["name"] for package in report["packages"]] == ["lib-one", "lib-two"]


def test_an_entry_of_its_own_goes_before_a_glob(repository: Path, index: FaultServer) -> None:
    own = "  all: {path: 'packages/*'}\n  core: {path: ./packages/core/, targets: pypi}\n"
    config(repository, f"packages:\n{own}targets: {{testpypi: {{}}, pypi: {{}}}}\n")
    _, report = check(index)
    targets = {each["name"]: [target["target"] for target in each["targets"]] for each in report["packages"]}
    assert targets == {"cli": ["testpypi", "pypi"], "core": ["pypi"]}


@pytest.mark.parametrize("kind", ["a link that leads nowhere", "a folder"])
def test_a_config_file_that_is_none_is_a_problem(
    kind: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = repository / ".github" / "publish-gate.yml"
    path.unlink()
    if kind == "a folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere.yml")
    assert cli.main(["check"]) == 2
    assert "config: " in capsys.readouterr().err


def test_the_input_targets_selects_even_the_default_one(repository: Path, index: FaultServer) -> None:
    config(repository, "targets: {testpypi: {}, pypi: {}}\n")
    project(repository, "core")
    _, report = check(index, "--targets", "testpypi", ref="refs/tags/v1.1")
    assert publishing(report) == []
    _, report = check(index, ref="refs/tags/v1.1")
    assert publishing(report) == ["core to pypi"]


def test_a_package_without_a_selected_target_is_left_out(
    repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    _, report = check(index, "--targets", "pypi", ref="refs/heads/main")
    assert [package["name"] for package in report["packages"]] == ["core", "cli"]
    config(repository, CONFIG.replace("[testpypi, pypi]", "testpypi"))
    assert cli.main(["check", "--targets", "pypi"]) == 2
    assert "targets: none of the packages is published to pypi" in capsys.readouterr().err


def test_a_target_with_an_index_of_its_own_is_never_uploaded_to_the_public_one(
    repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    own = f"{{json: '{index.url}/pypi/{{name}}/json'}}"
    config(repository, f"targets: {{pypi: {{index: {own}, when: push}}}}\n")
    assert cli.main(["config"]) == 2
    assert "targets.pypi.index.upload: is missing" in capsys.readouterr().err
    config(repository, f"targets: {{pypi: {{index: {own[:-1]}, upload: '{index.url}/up/'}}, when: push}}}}\n")
    project(repository, "core")
    settings, read = load(repository, {})
    (package,) = read_repository(repository, settings, read).packages
    (target,) = package.plan.targets
    assert (target.rules.repository_url, target.rules.project_url) == (f"{index.url}/up/", "")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ("", "core, cli publish to pypi from environment 'pypi': while they are new there"),
        (", environment: none", "core, cli publish to pypi from no environment"),
        (", environment: 'pypi-{name}'", ""),
    ],
    ids=["one environment", "no environment", "an environment for each package"],
)
def test_packages_that_cannot_have_pending_publishers_at_once_are_told(
    environment: str, told: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config(repository, CONFIG.replace("policy: series", f"policy: series{environment}"))
    assert cli.main(["config"]) == 0
    shown = capsys.readouterr().out
    assert told in shown
    assert "lib-one, lib-two" not in shown.partition("note: ")[0]
    assert "core, cli, lib-one and 1 more publish to testpypi from environment 'testpypi'" in shown
    assert ("pypi-core" in shown) is ("{name}" in environment)
    assert ("publish to pypi" in shown) is bool(told)


def test_an_environment_that_the_publisher_does_not_have_is_a_no(repository: Path, index: FaultServer) -> None:
    publisher = "publisher: {owner: o, repository: r, workflow: w.yml, environment: 'pypi-{name}'}"
    config(repository, CONFIG.replace("policy: series", f"policy: series, {publisher}"))
    _, report = check(index, ref="refs/tags/core-v1.1")
    assert publishing(report) == ["core to pypi"]
    (entry,) = [each for each in report["packages"] if each["name"] == "core"]
    assert [each["environment"] for each in entry["targets"]] == ["testpypi", "pypi-core"]
    _, report = check(index, "--environment", "{target}", ref="refs/tags/core-v1.1")
    assert publishing(report) == []
    (entry,) = [each for each in report["packages"] if each["name"] == "core"]
    assert entry["targets"][1]["reason"] == "environment-mismatch"


def test_a_local_version_goes_to_a_private_index_only(repository: Path, index: FaultServer) -> None:
    own = f"index: {{json: '{index.url}/pypi/{{name}}/json', upload: '{index.url}/up/'}}, when: push"
    project(repository, "core", "1.2.dev3+g1234567")
    config(repository, f"targets: {{mine: {{{own}, local: allow}}, strict: {{{own}}}, testpypi: {{}}}}\n")
    _, report = check(index)
    (entry,) = report["packages"]
    assert [each["reason"] for each in entry["targets"]] == ["new-version", "local-version", "local-version"]


def test_the_plan_of_private_targets(repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    own = f"index: {{json: '{index.url}/pypi/{{name}}/json', upload: '{index.url}/up/'}}, when: push, local: allow"
    config(repository, CONFIG.partition("targets:\n")[0].replace("[testpypi, pypi]", "mine") + f"  mine: {{{own}}}\n")
    text = (repository / ".github" / "publish-gate.yml").read_text("utf-8")
    config(repository, text.replace("targets: testpypi", "targets: mine").replace("  mine: {", "targets:\n  mine: {"))
    assert cli.main(["config"]) == 0
    shown = capsys.readouterr().out
    assert "local        allow" in shown
    assert "credentials  PUBLISH_GATE_INDEX_MINE_USERNAME and PUBLISH_GATE_INDEX_MINE_PASSWORD" in shown
    assert "probe" not in shown
    assert "pending publisher" not in shown


PARTS_SHOWN = [
    ((), "", "when         push of the default branch  (default)", "a default"),
    ((), ", probe: Six", "probe        six  (.github/publish-gate.yml:", "the file's probe"),
    (("--probe", "attrs"), ", probe: six", "probe        attrs  (input)", "the input's probe"),
    (("--index-url", "https://mirror.example/simple/"), "", "PUBLISH_GATE_INDEX_TESTPYPI_USERNAME", "credentials"),
]


@pytest.mark.parametrize(("options", "more", "says"), [r[:3] for r in PARTS_SHOWN], ids=[r[3] for r in PARTS_SHOWN])
def test_the_plan_shows(
    options: tuple[str, ...], more: str, says: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config(repository, f"targets: {{testpypi: {{policy: series{more}}}}}\n")
    assert cli.main(["config", *options]) == 0
    shown = capsys.readouterr().out
    assert says in shown
    assert ("PUBLISH_GATE_INDEX" in shown) is bool("--index-url" in options)


def test_a_target_twice_is_one(repository: Path, index: FaultServer) -> None:
    config(repository, CONFIG.replace("targets: testpypi}", "targets: [testpypi, testpypi]}"))
    _, report = check(index)
    assert publishing(report) == EVERYTHING


def test_any_decision_can_fail_the_run(repository: Path, index: FaultServer) -> None:
    assert check(index, "--fail-when", "already-published")[0] == 1
    assert check(index, "--fail-when", "version-behind")[0] == 0
    assert repository.is_dir()


def test_simulate_tells_a_tag_of_two_packages(
    repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    config(repository, CONFIG.replace("cli@{version}", "core-v{version}"))
    assert cli.main(["simulate", "--verbose", "--index-url", index.url]) == 0
    assert "tag-mismatch: tag 'core-v1.1' names more than one package: core, cli" in capsys.readouterr().out


def test_two_config_files_are_a_problem(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / ".github" / "publish-gate.yaml").write_text("", "utf-8")
    assert cli.main(["config"]) == 2
    assert "there are two config files" in capsys.readouterr().err


@pytest.mark.parametrize(("path", "says"), [("gate.yml", "gate.yml"), ("../x.yml", "outside")])
def test_a_config_file_that_cannot_be_read_is_a_problem(
    path: str, says: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert repository.is_dir()
    assert cli.main(["config", "--config", path]) == 2
    assert says in capsys.readouterr().err


def test_a_file_with_targets_only_changes_their_rules(repository: Path, index: FaultServer) -> None:
    config(repository, "targets:\n  testpypi: {environment: release, when: {push: {branches: [trunk]}}}\n")
    project(repository, "core")
    code, report = check(index, "--environment", "release", ref="refs/heads/trunk")
    assert (code, publishing(report)) == (0, ["core to testpypi"])
    assert report["packages"][0]["targets"][0]["environment"] == "release"


def test_an_empty_file_changes_nothing(repository: Path, index: FaultServer) -> None:
    config(repository, "# nothing yet\n")
    project(repository, "core")
    code, report = check(index)
    assert (code, publishing(report)) == (0, ["core to testpypi"])


def test_the_plan_says_what_comes_from_where(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "--prereleases", "deny"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(".github/publish-gate.yml\n")
    assert "cli (packages/cli)" in told
    assert "cli@VERSION  (cli@{version})" in told
    assert "policy       series  (.github/publish-gate.yml:10:10)" in told
    assert "prereleases  deny  (input)" in told
    assert "push of tags cli@*  (default)" in told
    assert cli.main(["config", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [package["name"] for package in data["packages"]] == ["core", "cli", "lib-one", "lib-two"]
    assert data["packages"][0]["targets"][1]["policy"] == {"value": "series", "from": ".github/publish-gate.yml:10:10"}
    assert repository.is_dir()


def test_the_plan_without_a_file_is_the_defaults(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / ".github" / "publish-gate.yml").unlink()
    project(repository, "core")
    (repository / "pyproject.toml").write_text('[project]\nname = "core"\ndynamic = ["version"]\n', "utf-8")
    assert cli.main(["config"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("no config file")
    assert "version        none: " in told


def test_the_plan_shows_promotion_and_publisher(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config(
        repository,
        "packages: {core: {path: packages/core}}\ntargets:\n  testpypi: {}\n  pypi:\n    after: testpypi\n"
        "    require: [wheel, sdist]\n    publisher: {owner: o, repository: r, workflow: ci.yml}\n",
    )
    assert cli.main(["config"]) == 0
    told = capsys.readouterr().out
    assert "require      sdist, wheel" in told
    assert "after        testpypi" in told
    assert "publisher    o/r, ci.yml, environment any" in told


def test_every_package_is_simulated(repository: Path, index: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulate", "--verbose", "--index-url", index.url]) == 0
    told = capsys.readouterr().out
    assert told.count("push to another branch") == 6
    assert "push of tag cli@1.1" in told
    assert "push of tag core-v1.1" in told
    assert repository.is_dir()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_long_work_shows_progress_on_a_terminal_and_nowhere_else() -> None:
    terminal, log = _Terminal(), io.StringIO()
    for stream in (terminal, log):
        with cli.progress_on(stream) as progress:
            if progress is not None:
                progress(0, 2)
                progress(3, 200)
    assert terminal.getvalue() == "\rasked 3 of 200 \r\x1b[K"
    assert log.getvalue() == ""


TOGETHER = [
    ('packages: {all: {path: "packages/*", tag: "v{version}", targets: pypi}}', "a glob"),
    ('packages: {all: {path: ., discover: uv, tag: "v{version}", targets: pypi}}', "a workspace"),
    (
        (
            'packages: {core: {path: packages/core, tag: "v{version}", targets: pypi}, '
            'cli: {path: packages/cli, tag: "v{version}", targets: pypi}}'
        ),
        "entries of their own",
    ),
]


@pytest.mark.parametrize("text", [row[0] for row in TOGETHER], ids=[row[1] for row in TOGETHER])
def test_packages_of_one_tag_are_released_together(text: str, repository: Path, index: FaultServer) -> None:
    (repository / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["packages/*"]\n', "utf-8")
    config(repository, text)
    code, report = check(index, ref="refs/tags/v1.1")
    assert (code, sorted(publishing(report))) == (0, ["cli to pypi", "core to pypi"])
    assert "releases 2 packages together" in report["notes"][0]
    project(repository / "packages" / "cli", "cli", "1.0.5")
    code, report = check(index, "--fail-when", "tag-mismatch", ref="refs/tags/v1.1")
    assert (code, publishing(report)) == (1, [])
    messages = [target["message"] for package in report["packages"] for target in package["targets"]]
    assert any("cli says 1.0.5" in message for message in messages), "who has another version is named"
