"""The documentation: its workflows and config files are right, its commands exist, its tables are the code's."""

from __future__ import annotations

import argparse
import inspect
import json
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from checks import documents
from checks.documents import CONFIGS, DOCS, DOCUMENTS, EXAMPLES, GATED, PAGES, SOUND, TOP, WORKFLOWS, YAML, Block, label
from e2e.javascript import ask

from publish_gate import HOME, __version__, cli
from publish_gate.config.load import load_config
from publish_gate.gate.checks import BUILT_CHECKS, CHECKS
from publish_gate.gate.decision import CheckId
from publish_gate.gate.precedence import PRECEDENCE
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import Policy, Prereleases
from publish_gate.index import absence
from publish_gate.init.answers import Plan, VersionSource
from publish_gate.init.pins import ALL_PINS
from publish_gate.init.workflow import render
from publish_gate.inputs import INPUTS
from publish_gate.outputs import OUTPUTS
from publish_gate.report.outputs import as_outputs
from publish_gate.targets import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 300.0
OWN = f"{documents.ACTION}@v{__version__}"
# What these pages of the doctor are about.
NOT_PINNED = {
    "nothing-released.md": "python-semantic-release/python-semantic-release@",
    "outdated-publish-action.md": "pypa/gh-action-pypi-publish@v1.6.4",
    "tag-object-pin.md": "pypa/gh-action-pypi-publish@6733eb7d",
    "unpinned-publish-action.md": "pypa/gh-action-pypi-publish@release/v1",
    "reusable-workflow.md": "octo/workflows/.github/workflows/publish-pypi.yml@",
}
PICTURES = tuple(sorted((DOCS / "images").glob("*.svg")))
MATRIX = frozenset(re.findall(r'"([a-z-]+)": ', inspect.getsource(sys.modules[as_outputs.__module__])))


def run(*command: str) -> str:
    """Run a program from the repository's root; return what it found, empty when it is content."""
    done = subprocess.run(
        command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.stdout or f"exit status {done.returncode}" if done.returncode else ""


def files(blocks: tuple[Block, ...], folder: Path) -> list[str]:
    """Write blocks into files for a program to read; the names tell where each comes from."""
    paths = []
    for number, block in enumerate(blocks):
        name = re.sub(r"[^a-z]+", "-", block.document.lower())
        path = folder / f"{name}-{number}" / ".github" / "workflows" / "x.yml"
        path.parent.mkdir(parents=True)
        path.write_text(block.text, "utf-8")
        paths.append(str(path))
    return paths


def test_every_block_of_yaml_is_one_that_is_checked() -> None:
    publishers = [block for block in YAML if {"publishers", "pending_publishers"} & set(block.content)]
    assert set(YAML) == {*WORKFLOWS, *CONFIGS, *publishers, *documents.PRE_COMMIT}


def test_the_hooks_shown_are_those_that_there_are(tmp_path: Path) -> None:
    (block,) = documents.PRE_COMMIT
    (tmp_path / ".pre-commit-config.yaml").write_text(block.text, "utf-8")
    assert run(sys.executable, "-m", "pre_commit", "validate-config", str(tmp_path / ".pre-commit-config.yaml")) == ""
    (repository,) = block.content["repos"]
    assert (repository["repo"], repository["rev"]) == (HOME, f"v{__version__}")
    known = {hook["id"] for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in repository["hooks"]} == known


def test_github_and_actionlint_find_nothing_in_the_workflows() -> None:
    asked = [{"name": f".github/workflows/{n}.yml", "content": block.text} for n, block in enumerate(WORKFLOWS)]
    assert ask("lint_files.mjs", asked) == []


def test_zizmor_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    options = ("--offline", "--persona=pedantic", "--no-progress", "--config", str(TOP / ".github" / "zizmor.yml"))
    # What the README calls the smallest workflow leaves out what a larger one should have.
    blocks = tuple(block for block in SOUND if block.document != "README.md")
    assert run(zizmor, *options, "--", *files(blocks, tmp_path)) == ""


def test_workflows_and_config_files_are_of_their_schemas(tmp_path: Path) -> None:
    check = (sys.executable, "-m", "check_jsonschema")
    workflows = files(WORKFLOWS, tmp_path / "workflows")
    assert run(*check, "--builtin-schema", "vendor.github-workflows", *workflows) == ""
    configs = files(CONFIGS, tmp_path / "configs")
    assert run(*check, "--schemafile", "schema/publish-gate.schema.json", *configs) == ""


@pytest.mark.parametrize("block", CONFIGS, ids=label)
def test_a_config_file_is_read_without_a_problem(block: Block) -> None:
    config = load_config(block.text.encode(), block.document)
    assert config.targets or config.packages


@pytest.mark.parametrize("block", GATED, ids=label)
def test_a_workflow_uses_what_the_action_has(block: Block) -> None:
    gate, *_ = documents.gates(block)
    assert gate["uses"] == f"{documents.ACTION}@v{__version__}" or re.search(r"@[0-9a-f]{40}$", gate["uses"])
    assert set(gate.get("with", {})) <= {each.name for each in INPUTS}
    jobs = block.content["jobs"]
    own = {job: {step["id"] for step in jobs[job].get("steps", ()) if "id" in step} for job in jobs}
    for name, job in jobs.items():
        text = json.dumps(job)
        for step, output in re.findall(r"\bsteps\.([\w-]+)\.outputs\.([\w-]+)", text):
            assert step in own[name]
            assert output in {each.name for each in OUTPUTS}
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        for other, output in re.findall(r"\bneeds\.([\w-]+)\.outputs\.([\w-]+)", text):
            assert other in needs
            assert output in jobs[other]["outputs"]
        assert set(re.findall(r"\bmatrix\.([\w-]+)", text)) <= MATRIX


@pytest.mark.parametrize("block", [*SOUND, *EXAMPLES], ids=label)
def test_only_the_job_that_uploads_may_present_an_identity(block: Block) -> None:
    assert block.content["permissions"] == {} or block.content["permissions"] == ""
    for job in block.content["jobs"].values():
        uploads = documents.uploads(job)
        password = any("password" in step.get("with", {}) for step in job["steps"])
        assert ("id-token" in (job["permissions"] or {})) is (uploads and not password)
        # An environment holds what only some jobs may have: an identity that counts, or secrets.
        assert ("environment" in job) is (uploads or "secrets." in json.dumps(job))


def shape(job: Mapping[str, Any]) -> dict[str, Any]:
    """Return what makes a job what it is, without what a page may set as it likes."""
    environment = job.get("environment")
    steps = [
        (step.get("uses", "").partition("@")[0], {**step.get("with", {}), "fetch-depth": None})
        for step in job["steps"]
        if step.get("id") != "gate"
    ]
    return {
        "condition": job.get("if"),
        "permissions": job["permissions"],
        "environment": environment["name"] if isinstance(environment, dict) else environment,
        "needs": {job["needs"]} if isinstance(job.get("needs"), str) else set(job.get("needs", ())) - {"test"},
        "steps": steps,
    }


def jobs_that_init_writes(version: VersionSource) -> Mapping[str, Any]:
    plan = Plan("sample", tuple(BUILT_IN.values()), "release.yml", "main", version=version)
    jobs: Mapping[str, Any] = yaml.load(render(plan), yaml.BaseLoader)["jobs"]  # noqa: S506 - makes texts only
    return jobs


# That page has two indexes in one run, and jobs of its own for that.
RELEASES = [
    block
    for block in GATED
    if "publish-" in "".join(block.content["jobs"]) and block.document != "docs/recipes/verify.md"
]


@pytest.mark.parametrize("block", RELEASES, ids=label)
def test_a_release_workflow_has_the_shape_that_init_writes(block: Block) -> None:
    gate, *_ = documents.gates(block)
    first = "version-file" not in gate.get("with", {})
    written = jobs_that_init_writes(VersionSource.WRITTEN if first else VersionSource.TAGS)
    jobs = block.content["jobs"]
    assert {name for name in jobs if not name.startswith("publish-")} - {"lint", "test"} == {"gate", "build"}
    for name in sorted(set(jobs) & set(written)):
        shown, meant = shape(jobs[name]), shape(written[name])
        if block.document == "docs/recipes/uv-publish.md":
            # Other tools, in the same places.
            shown["steps"] = [step for step in shown["steps"] if step[0].startswith("actions/")]
            meant["steps"] = [step for step in meant["steps"] if step[0].startswith("actions/")]
        if name == "build" and "test" in jobs:
            meant["condition"] = "needs.gate.outputs.should-build == 'true'"  # pull requests are built as well
        assert shown == meant, name


def test_the_releases_shown_are_many() -> None:
    assert len(RELEASES) > 12
    assert {"README.md", "docs/getting-started.md"} <= {block.document for block in RELEASES}


SHOWN = (
    *DOCUMENTS,
    *sorted(DOCS.glob("doctor/*.md")),
    *(path for folder in ("examples", ".github") for path in sorted((TOP / folder).rglob("*.y*ml"))),
)


@pytest.mark.parametrize("path", SHOWN, ids=documents.name_of)
def test_every_action_is_pinned_where_all_are_pinned(path: Path) -> None:
    pins = {pin.uses for pin in ALL_PINS}
    used = re.findall(r"^ *(?:- )?uses: ([^\s/.]\S*/\S*@.*)$", path.read_text("utf-8"), re.MULTILINE)
    others = [use for use in used if use not in pins and use.partition(" ")[0] != OWN]
    assert {use.startswith(NOT_PINNED.get(path.name, "nothing")) for use in others} <= {True}, others


class _AcceptedError(Exception):
    """The argument parser took the command line."""


COMMANDS = sorted({(documents.name_of(path), line) for path in DOCUMENTS for line in documents.commands(path)})
GATE_COMMANDS = [row for row in COMMANDS if row[1].removeprefix("uvx ").startswith("publish-gate")]


@pytest.mark.parametrize(("document", "command"), GATE_COMMANDS, ids=[f"{row[0]}: {row[1]}" for row in GATE_COMMANDS])
def test_a_command_is_accepted(document: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert document
    parse = argparse.ArgumentParser.parse_args

    def accept(parser: argparse.ArgumentParser, *arguments: object) -> None:
        parse(parser, *arguments)  # type: ignore[call-overload] # whatever it is called with
        raise _AcceptedError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", accept)
    arguments = shlex.split(command.removeprefix("uvx "), comments=True)[1:]
    with pytest.raises(_AcceptedError):
        # The name of a command alone stands for the command, not for a use of it.
        cli.main(arguments)


@pytest.mark.parametrize("command", sorted({row[1] for row in COMMANDS if "scripts/" in row[1]}))
def test_a_script_is_there(command: str) -> None:
    script = next(word for word in shlex.split(command, comments=True) if word.endswith(".py"))
    assert (TOP / script).is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=documents.name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in documents.links(path):
        other = (path.parent / target).resolve() if target else path
        assert other.exists(), target
        if anchor:
            assert anchor in documents.anchors(other), f"{target}#{anchor}"


def test_every_page_can_be_reached_from_the_index() -> None:
    seen = {DOCS / "README.md"}
    waiting = list(seen)
    while waiting:
        path = waiting.pop()
        for target, _ in documents.links(path):
            other = (path.parent / target).resolve() if target else path
            if other in PAGES and other not in seen:
                seen.add(other)
                waiting.append(other)
    assert seen == set(PAGES)


def test_pictures_and_samples_are_as_they_would_be_made() -> None:
    assert run(sys.executable, "scripts/document.py", "--check") == ""


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_can_be_read_by_everybody(path: Path) -> None:
    text = path.read_text("utf-8")
    root = ET.fromstring(text)  # noqa: S314 - a file of this repository
    assert root.attrib["aria-label"]
    assert "prefers-color-scheme: dark" in text
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    width = float(root.attrib["width"])
    for each in root.iter("{http://www.w3.org/2000/svg}text"):
        letters = len(each.text or "")
        assert float(each.attrib["x"]) + letters * 6.5 < width, each.text
    shown = [re.findall(rf"!\[([^\]]*)\]\([^)]*{path.name}\)", page.read_text("utf-8")) for page in DOCUMENTS]
    texts = [text for found in shown for text in found]
    assert texts
    assert all(len(text) > 30 for text in texts), "a picture needs a text that says the same"


def reasons_in(text: str) -> set[str]:
    return set(re.findall(r"`([a-z-]+)`", text))


def reasons_of(check: object) -> tuple[CheckId, set[str]]:
    """Read in the code of a check which it is, and which reasons it can give."""
    source = inspect.getsource(check)  # type: ignore[arg-type] # a function
    (name,) = set(re.findall(r"CheckId\.(\w+)", source))
    reasons = {Reason[each].value for each in re.findall(r"Reason\.(\w+)", source)}
    if "_unknown(" in source:
        reasons.add(Reason.INDEX_UNAVAILABLE.value)
    return CheckId[name], reasons


def test_the_table_of_checks_is_the_code_s() -> None:
    page = DOCS / "how-it-decides.md"
    (table,) = (table for table in documents.tables(page) if "check" in table[0])
    shown = [(row["check"].strip("`"), reasons_in(row["otherwise"])) for row in table]
    assert shown == [(check.value, reasons) for check, reasons in map(reasons_of, (*CHECKS, *BUILT_CHECKS))]
    for row in table:
        for reason, error in re.findall(r"`([a-z-]+)`( \(error\))?", row["otherwise"]):
            assert bool(error) is (Reason(reason).outcome is Outcome.ERROR), reason


def test_the_table_of_causes_is_the_code_s() -> None:
    (table,) = (table for table in documents.tables(DOCS / "how-it-decides.md") if "because" in table[0])
    assert [(row["cause"].strip("`"), row["because"]) for row in table] == list(PRECEDENCE)


def test_the_table_of_built_in_targets_is_the_code_s() -> None:
    (table,) = (table for table in documents.tables(DOCS / "how-it-decides.md") if "publishes on" in table[0])
    shown = {reasons_in(row["target"]).pop(): row for row in table}
    assert set(shown) == set(BUILT_IN)
    for name, target in BUILT_IN.items():
        assert shown[name]["environment"] == f"`{target.environment}`"
        assert all(f"`{tag}`" in shown[name]["publishes on"] for tag in target.tags)


def test_the_table_of_what_proves_absence_is_the_code_s() -> None:
    assert absence.table() in (DOCS / "how-it-decides.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("`policy`", {each.value for each in Policy}),
        ("reason", {each.value for each in Reason if each.outcome is Outcome.YES}),
    ],
)
def test_a_table_of_words_has_all_of_them(column: str, values: set[str]) -> None:
    (table,) = (table for table in documents.tables(DOCS / "how-it-decides.md") if column in table[0])
    assert {reasons_in(row[column]).pop() for row in table} == values


def test_every_reason_is_in_the_tables() -> None:
    assert reasons_in((DOCS / "how-it-decides.md").read_text("utf-8")) >= {reason.value for reason in Reason}


def test_every_reason_is_explained_with_what_it_means_for_the_run() -> None:
    text = (DOCS / "troubleshooting.md").read_text("utf-8").partition("## Reasons of the gate")[2]
    shown = re.findall(r"^### `([a-z-]+)`\n\n(\w+)\.", text, re.MULTILINE)
    words = {Outcome.YES: "Yes", Outcome.NO: "No", Outcome.ERROR: "Error"}
    assert shown == [(reason.value, words[reason.outcome]) for reason in Reason]


def test_words_of_the_config_file_and_the_inputs_exist() -> None:
    known = {each.value for each in (*Policy, *Prereleases)}
    for path in PAGES:
        for key, word in re.findall(r"`(?:policy|prereleases)(:) (\w+)`", documents.prose(path)):
            assert word in known, f"{path.name}: {key} {word}"
