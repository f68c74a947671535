"""What the README shows: it is short, its commands exist, its workflow decides as it says, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from e2e.javascript import ask

from publish_gate import HOME, __version__, cli, hosts
from publish_gate.inputs import INPUTS
from publish_gate.outputs import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
WORKFLOWS = [text for language, text in BLOCKS if language == "yaml" and "\njobs:" in text]
PROJECT = dict(re.findall(r'^(name|license) = "(.+)"$', (TOP / "pyproject.toml").read_text("utf-8"), re.MULTILINE))
COMMANDS = [line for language, text in BLOCKS if language == "console" for line in text.splitlines() if line]


def play(text: str, event: str, outputs: Mapping[str, str]) -> set[str]:
    """Let GitHub's libraries decide which jobs run when the gate says ``outputs``."""
    github = {"event_name": event, "ref": "refs/heads/main", "repository": "o/r"}
    jobs = {
        "gate": {"result": "success", "outputs": outputs},
        "build": {"result": "success"},
        "publish-testpypi": {"result": "success"},
    }
    question = {"file": {"name": "publish.yml", "content": text}, "runs": [{"github": github, "jobs": jobs}]}
    answer = cast("Mapping[str, Any]", ask("which_jobs_run.mjs", question))
    assert answer["errors"] == []
    return {name for name, job in answer["runs"][0].items() if job["result"] != "skipped"}


RUNS = [
    ("testpypi", {"gate", "build", "publish-testpypi"}, "a yes"),
    ("pypi", {"gate", "build"}, "a yes for another target"),
    ("", {"gate"}, "a no, or no outputs at all"),
]


@pytest.mark.parametrize(("target", "jobs"), [row[:2] for row in RUNS], ids=[row[2] for row in RUNS])
def test_the_smallest_workflow_runs_what_it_says(target: str, jobs: set[str]) -> None:
    (text,) = WORKFLOWS
    assert play(text, "push", {"publish-to": target}) == jobs


def test_the_smallest_workflow_uses_what_the_action_has() -> None:
    (text,) = WORKFLOWS
    used = set(re.findall(r"steps\.gate\.outputs\.([\w-]+)", text))
    assert used
    assert used <= {output.name for output in OUTPUTS}
    gate = next(step for step in yaml.safe_load(text)["jobs"]["gate"]["steps"] if step.get("id") == "gate")
    assert gate["uses"] == f"publish-gate/publish-gate@v{__version__}"
    assert set(gate.get("with", {})) <= {each.name for each in INPUTS}


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_two_commands_of_a_contributor_come_first() -> None:
    assert COMMANDS[:2] == ["python3 scripts/try.py", "python3 scripts/test.py"]
    assert README.index(COMMANDS[1]) < README.index("\n## ")


def test_a_badge_is_about_this_project() -> None:
    badges = re.findall(r"\[!\[([^]]+)\]\((\S+?)\)\]\((\S+?)\)", README)
    assert [name for name, _, _ in badges] == ["CI", "PyPI", "License: MIT"]
    (ci, pypi, licence) = (target for _, _, target in badges)
    assert ci.startswith(f"{HOME}/")
    assert (TOP / ".github" / ci.partition("/actions/")[2]).is_file()
    assert pypi == f"{hosts.PYPI.web}/project/{PROJECT['name']}/"
    assert (TOP / licence).read_text("utf-8").startswith(f"{PROJECT['license']} License")


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("uvx ")])
def test_a_command_shown_is_one_that_there_is(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*shlex.split(command, comments=True)[2:], "--help"])
    assert ended.value.code == 0


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("python3 ")])
def test_a_script_shown_is_there(command: str) -> None:
    assert (TOP / shlex.split(command)[1]).is_file()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_files_lead_somewhere(document: str) -> None:
    text = (TOP / document).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (TOP / target).exists(), target
