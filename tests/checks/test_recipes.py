"""The recipes, run: each table of a page says what the command line answers with the page's own files."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from checks import documents
from checks.documents import DOCS, TOP
from integration.distributions import make_wheel
from loopback_index import serve

from publish_gate import __version__, cli
from publish_gate.init.pins import PUBLISH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "sample"
RECIPES = DOCS / "recipes"
MAIN = "refs/heads/main"
HATCH_VCS = (
    '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    f'[project]\nname = "{NAME}"\ndynamic = ["version"]\n[tool.hatch.version]\nsource = "vcs"\n'
)


@dataclass(frozen=True, slots=True)
class Case:
    """A page's files in a situation, and the reason of each target that is to come.

    ``published`` is what each index has, by target; ``version`` is empty where git tags make it, ``built`` the version
    in ``dist/``. ``workflow`` counts the workflows of the page. ``inputs`` stand in place of the workflow's own.
    """

    page: str
    published: Mapping[str, list[str]]
    reasons: Mapping[str, str]
    version: str = ""
    event: str = "push"
    ref: str = MAIN
    built: str = ""
    workflow: int = 0
    inputs: Mapping[str, str] | None = None
    fails: bool = False
    name: str = field(default="", compare=False)


def targets_of(config: Mapping[str, Any], inputs: Mapping[str, str]) -> list[str]:
    return list(config.get("targets", {})) or re.split(r", *", inputs.get("targets", "testpypi"))


def decide(
    case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[dict[str, str], int]:
    """Lay the page's files into ``folder`` and run the gate there; return each target's reason, and the exit status."""
    blocks = documents.blocks_of(RECIPES / case.page)
    workflow = [block for block in blocks if block in documents.WORKFLOWS][case.workflow]
    found = [block for block in blocks if block in documents.CONFIGS]
    config = yaml.safe_load(found[0].text) if found else {"targets": {}}
    gate, *_ = documents.gates(workflow)
    inputs: Mapping[str, str] = gate.get("with", {}) if case.inputs is None else case.inputs
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    static = f'[project]\nname = "{NAME}"\nversion = "{case.version}"\n'
    (folder / "pyproject.toml").write_text(static if case.version else HATCH_VCS, "utf-8")
    if case.built:
        (folder / "dist").mkdir()
        make_wheel(folder / "dist", NAME, case.built)
    monkeypatch.chdir(folder)
    with ExitStack() as servers:
        for target in targets_of(config, inputs):
            address = servers.enter_context(serve({NAME: case.published.get(target, ["0.1"])}))
            index = {"json": f"{address}/pypi/{{name}}/json", "upload": f"{address}/legacy/"}
            config["targets"][target] = {**(config["targets"].get(target) or {}), "index": index}
        (folder / ".github").mkdir()
        (folder / ".github" / "publish-gate.yml").write_text(yaml.safe_dump(config), "utf-8")
        options = [word for name, value in inputs.items() for word in (f"--{name}", value)]
        code = cli.main(["check", "--event", case.event, "--ref", case.ref, "--format", "json", *options])
    (package,) = json.loads(capsys.readouterr().out)["packages"]
    return {each["target"]: each["reason"] for each in package["targets"]}, code


def failing(case: Case) -> set[str]:
    """Return the reasons for which the page's workflow fails, if it asks for that."""
    if case.inputs is not None:
        return set()
    workflows = [block for block in documents.blocks_of(RECIPES / case.page) if block in documents.WORKFLOWS]
    gate, *_ = documents.gates(workflows[case.workflow])
    return set(re.split(r",\s*", gate.get("with", {}).get("fail-when", "")))


def code_in(cell: str) -> str:
    (word,) = re.findall(r"`([^`]+)`", cell)[:1]
    return str(word)


def ref_of(cell: str) -> str:
    word = code_in(cell)
    return f"refs/tags/{word}" if word.startswith("v") else f"refs/heads/{word}"


def promotion() -> list[Case]:
    (table,) = documents.tables(RECIPES / "testpypi-then-pypi.md")
    return [
        Case(
            "testpypi-then-pypi.md",
            {"testpypi": ["1.1.0", row["TestPyPI has"]], "pypi": ["1.1.0"]},
            {"testpypi": code_in(row["to TestPyPI"]), "pypi": code_in(row["to PyPI"])},
            "1.2.0",
            ref=ref_of(row["push of"]),
            name=f"TestPyPI first: push of {row['push of']}, TestPyPI has {row['TestPyPI has']}",
        )
        for row in table
    ]


def candidates() -> list[Case]:
    (table,) = documents.tables(RECIPES / "release-candidates.md")
    return [
        Case(
            "release-candidates.md",
            {"testpypi": ["1.2.0"], "pypi": ["1.2.0"]},
            {"testpypi": code_in(row["to TestPyPI"]), "pypi": code_in(row["to PyPI"])},
            row["with the version"],
            ref=ref_of(row["push of"]),
            name=f"candidates: push of {row['push of']}",
        )
        for row in table
    ]


def bumps() -> list[Case]:
    (table,) = documents.tables(RECIPES / "require-a-bump.md")
    return [
        Case(
            "require-a-bump.md",
            {"pypi": ["1.2.0"]},
            {"pypi": code_in(row["reason"])},
            row["the pull request's version, with 1.2.0 on PyPI"],
            "pull_request",
            "refs/pull/1/merge",
            fails=row["check"].startswith("fails"),
            name=f"a bump is required: {row['reason']}",
        )
        for row in table
    ]


def backports() -> list[Case]:
    (table,) = documents.tables(RECIPES / "backports.md")
    return [
        Case(
            "backports.md",
            {"testpypi": ["1.4.8", "2.0.0", "2.0.1"]},
            {"testpypi": "new-version" if cell == "ahead" else code_in(cell)},
            row["version"],
            inputs={"policy": policy.strip("`"), "targets": "testpypi"},
            name=f"backports: {row['version']} with {policy}",
        )
        for row in table
        for policy, cell in row.items()
        if policy != "version"
    ]


def events() -> list[Case]:
    (table,) = documents.tables(RECIPES / "single-package.md")
    situations = (("push", MAIN), ("push", "refs/tags/v1.2.0"), ("release", "refs/tags/v1.2.0"))
    return [
        Case(
            "single-package.md",
            {"pypi": ["1.1.0"]},
            {"pypi": "new-version"},
            "1.2.0",
            *situation,
            inputs=dict(re.findall(r"`([a-z]+): (\w+)`", row["inputs of the gate"])),
            name=f"one package: {row['release when']}",
        )
        for row, situation in zip(table, situations, strict=True)
    ]


BOTH = {"testpypi": ["1.2.0"], "pypi": ["1.2.0"]}
TAGS = "versions-from-git-tags.md"
CASES = (
    *promotion(),
    *candidates(),
    *bumps(),
    *backports(),
    *events(),
    Case("backports.md", BOTH, {"testpypi": "new-version", "pypi": "ref-not-allowed"}, "1.1.1", ref="refs/heads/1.x",
         name="backports: push to the branch of an older series"),
    Case("backports.md", BOTH, {"testpypi": "ref-not-allowed", "pypi": "new-version"}, "1.1.1", ref="refs/tags/v1.1.1",
         name="backports: push of the tag of an older series"),
    Case(TAGS, BOTH, {"pypi": "new-version"}, ref="refs/tags/v1.3.0", name="git tags: a tag is the version"),
    Case(TAGS, BOTH, {"pypi": "version-dynamic"}, name="git tags: no version without a tag"),
    Case(TAGS, BOTH, {"testpypi": "new-version", "pypi": "ref-not-allowed"}, built="1.2.1.dev3", workflow=1,
         name="git tags: what was built from main"),
    Case(TAGS, BOTH, {"testpypi": "ref-not-allowed", "pypi": "new-version"}, built="1.3.0", workflow=1,
         ref="refs/tags/v1.3.0", name="git tags: what was built from a tag"),
    Case(TAGS, BOTH, {"testpypi": "local-version", "pypi": "local-version"}, built="1.2.1.dev3+g1234567", workflow=1,
         name="git tags: a local part that was not switched off"),
    Case("uv-publish.md", BOTH, {"testpypi": "new-version", "pypi": "ref-not-allowed"}, "1.3.0",
         name="uv publish: push to main"),
    Case("uv-publish.md", BOTH, {"testpypi": "ref-not-allowed", "pypi": "new-version"}, "1.3.0", ref="refs/tags/v1.3.0",
         name="uv publish: push of a tag"),
    Case("private-index.md", {"internal": ["1.1.0"]}, {"internal": "new-version"}, "1.2.0", ref="refs/tags/v1.2.0",
         name="a private index: push of a tag"),
    Case("private-index.md", {"internal": ["1.1.0"]}, {"internal": "ref-not-allowed"}, "1.2.0",
         name="a private index: push to main"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recipe_answers_as_its_page_says(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons, code = decide(case, tmp_path, monkeypatch, capsys)
    assert reasons == case.reasons
    assert bool(code) is (case.fails or bool(set(reasons.values()) & failing(case)))


# Nothing is decided there: the doctor reads, and its findings are uploaded.
DOCTOR = ("code-scanning.md", "organisations.md")
PIPX = f"""\
#!/bin/sh
test "$1 $2" = "run publish-gate=={__version__}" || exit 9
shift 2
PYTHONPATH="{TOP / "src"}" exec "{sys.executable}" -m publish_gate "$@"
"""
GH = """\
#!/bin/sh
case "$1 $2" in
  "repo list") echo '["octo/sample"]' ;;
  api*) cat "$RUNNER_TEMP/doctor.txt"; printf '%s\\n' "$@" > "$RUNNER_TEMP/asked" ;;
esac
"""
FAULTY = (
    "on: {push: {tags: ['v*']}}\npermissions: {}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n"
    f"    steps:\n      - uses: {PUBLISH.uses}\n"
)


@pytest.mark.parametrize("faulty", [True, False], ids=["with an error", "without one"])
@pytest.mark.parametrize("page", DOCTOR)
def test_a_workflow_that_runs_the_doctor_uploads_what_it_finds(page: str, faulty: bool, tmp_path: Path) -> None:
    (block,) = [block for block in documents.blocks_of(RECIPES / page) if block in documents.WORKFLOWS]
    programs, checkout = tmp_path / "bin", tmp_path / "checkout"
    for name, text in {"pipx": PIPX, "gh": GH}.items():
        programs.mkdir(exist_ok=True)
        (programs / name).write_text(text, "utf-8")
        (programs / name).chmod(0o755)
    workflow = checkout / ".github" / "workflows" / "release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(FAULTY if faulty else "on: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n", "utf-8")
    git = ["git", "-C", str(checkout), "-c", "user.name=Test", "-c", "user.email=test@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], check=True)
    environment = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    for name in ("RUNNER_TEMP", "OWNER", "REPOSITORY"):
        environment[name] = str(tmp_path) if name == "RUNNER_TEMP" else "octo/sample"
    environment["GITHUB_OUTPUT"] = str(tmp_path / "outputs")
    for step in documents.steps(block):
        if "run" in step:
            command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
            subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, check=True)
    (written,) = [*tmp_path.glob("doctor.sarif"), *checkout.glob("doctor.sarif")]
    results = json.loads(written.read_text("utf-8"))["runs"][0]["results"]
    assert ("missing-id-token-permission" in {result["ruleId"] for result in results}) is faulty
    if page == "organisations.md":
        assert (tmp_path / "outputs").read_text("utf-8") == 'repositories=["octo/sample"]\n'
        sent = gzip.decompress(base64.b64decode((tmp_path / "doctor.txt").read_text("utf-8")))
        assert sent == written.read_bytes()
        assert "ref=refs/heads/main" in (tmp_path / "asked").read_text("utf-8").splitlines()


def test_every_recipe_is_run_or_is_the_example() -> None:
    # What verify.md shows is run against real indexes, in tests/integration.
    pages = {path.name for path in RECIPES.glob("*.md")} - {"README.md", "monorepo.md", "verify.md", *DOCTOR}
    assert {case.page for case in CASES} == pages
