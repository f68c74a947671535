"""The example monorepo: what is decided for many packages at once, and which jobs follow from it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from e2e.consumer import REPOSITORY, Event
from e2e.direct import Step
from e2e.expectations import check_harmless, check_run
from e2e.index import ABSENT
from e2e.javascript import ask
from e2e.monorepo import (
    CLI,
    CONFIG,
    CORE,
    HTTP,
    MONOREPO,
    RELEASE_WORKFLOW,
    VERSIONS,
    host,
    list_others,
    make_many,
    make_monorepo,
    on_loopback,
    whole,
)
from e2e.runner import Gate, workflow
from integration.servers import Reply

from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.outputs import no_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from e2e.runner import Runner
    from integration.servers import FaultServer

NOTHING: dict[str, str] = {}
OLDER = {CLI: "1.3.0", CORE: "0.1.0", HTTP: "0.3.0"}
DENIED = Reply(403)
NO_TAG_OF_OURS = "their tags are written"
WHERE = {index.name: (index.upload, f"{index.web}/project") for index in PUBLIC_INDEXES}


@pytest.fixture
def monorepo(tmp_path: Path, index: FaultServer) -> Path:
    """A checkout of the example monorepo, with both targets on the loopback index and nothing there yet."""
    for target in WHERE:
        host(index, target, NOTHING)
    return make_monorepo(tmp_path / "monorepo", index)


@pytest.fixture
def gate(action: Path, monorepo: Path, tmp_path: Path) -> Step:
    """A step that decides that checkout."""
    return Step(action, monorepo, tmp_path / "gate")


def entry(name: str, target: str, reason: str) -> dict[str, str]:
    """Return the matrix entry of one package of the example."""
    upload, pages = WHERE[target]
    return {
        "package": name,
        "path": f"packages/{name.removeprefix('example-monorepo-')}",
        "version": VERSIONS[name],
        "target": target,
        "environment": target,
        "repository-url": upload,
        "project-url": f"{pages}/{name}/{VERSIONS[name]}/",
        "reason": reason,
    }


def reasons(outputs: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the reason code of each package and target."""
    packages = json.loads(outputs["report"])["packages"]
    return {(each["name"], target["target"]): target["reason"] for each in packages for target in each["targets"]}


def entries(outputs: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the entries of the matrix output; none where it is empty."""
    matrix = outputs["matrix"]
    include: list[dict[str, str]] = json.loads(matrix)["include"] if matrix else []
    assert not matrix or include
    return include


@dataclass(frozen=True, slots=True)
class Row:
    """A situation, what either index has, and what follows from it."""

    name: str
    event: Event
    testpypi: Mapping[str, str]
    pypi: Mapping[str, str]
    publishing: tuple[tuple[str, str, str], ...]
    leading: tuple[str, str, str]
    others: Mapping[tuple[str, str], str] = field(default_factory=dict)
    says: str = ""


def tag(name: str) -> Event:
    return Event(ref=f"refs/tags/{name}")


MAIN = Event()
TABLE = (
    Row(
        "push to main, two of three new", MAIN, {**OLDER, CLI: VERSIONS[CLI], HTTP: "0.3.0"}, NOTHING,
        ((CORE, "testpypi", "new-version"), (HTTP, "testpypi", "new-version")),
        (CORE, "testpypi", "new-version"),
        {(CLI, "testpypi"): "already-published", (CORE, "pypi"): "ref-not-allowed"},
    ),
    Row(
        "push to main, first release of one", MAIN, {CLI: "1.4", CORE: "0.2"}, NOTHING,
        ((HTTP, "testpypi", "first-release"),), (HTTP, "testpypi", "first-release"),
        {(CLI, "testpypi"): "already-published", (CORE, "testpypi"): "already-published"},
    ),
    Row(
        "push to main, nothing new", MAIN, VERSIONS, NOTHING,
        (), (CLI, "testpypi", "already-published"), {(HTTP, "testpypi"): "already-published"},
    ),
    Row(
        "push to another branch", Event(ref="refs/heads/some-feature"), OLDER, OLDER,
        (), (CLI, "testpypi", "ref-not-allowed"), {(HTTP, "pypi"): "ref-not-allowed"},
    ),
    Row(
        "tag of one package that is on TestPyPI", tag(f"{HTTP}-v0.3.1"), VERSIONS, OLDER,
        ((HTTP, "pypi", "new-version"),), (HTTP, "pypi", "new-version"),
        {(HTTP, "testpypi"): "already-published"}, "all other packages are left alone",
    ),
    Row(
        "tag of one package that is not on TestPyPI yet", tag(f"{CORE}-v0.2.0"), OLDER, OLDER,
        (), (CORE, "testpypi", "ref-not-allowed"), {(CORE, "pypi"): "not-promoted"}, f"names {CORE}",
    ),
    Row(
        "tag of one package with another version", tag(f"{CORE}-v0.9.0"), VERSIONS, OLDER,
        (), (CORE, "testpypi", "tag-mismatch"), {(CORE, "pypi"): "tag-mismatch"}, f"names {CORE}",
    ),
    Row(
        "tag that names no package", tag("nightly-v1"), OLDER, OLDER,
        (), (CLI, "testpypi", "ref-not-allowed"), {(HTTP, "pypi"): "ref-not-allowed"}, NO_TAG_OF_OURS,
    ),
    Row(
        "tag without a package's name", tag("v0.2.0"), OLDER, OLDER,
        (), (CLI, "testpypi", "ref-not-allowed"), {(CORE, "pypi"): "ref-not-allowed"}, NO_TAG_OF_OURS,
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_what_is_decided_reaches_the_job_downstream(
    row: Row, monorepo: Path, index: FaultServer, runner: Runner
) -> None:
    host(index, "testpypi", row.testpypi)
    host(index, "pypi", row.pypi)
    run = runner.run(monorepo, workflow(Gate()), row.event)
    outputs = run.outputs["gate"]
    check_harmless(outputs, run.log, run.annotations, publish=bool(row.publishing))
    assert (run.status, run.jobs) == (0, {"gate": "success", "downstream": "success"})
    assert entries(outputs) == [entry(*each) for each in row.publishing]
    check_single_outputs(outputs, row)
    found = reasons(outputs)
    assert {key: found[key] for key in row.others} == row.others
    notices = [each.text for each in run.annotations if each.level == "notice"]
    assert [row.says in text for text in notices] == ([True] if row.says else [])
    assert row.says in run.summary


def check_single_outputs(outputs: Mapping[str, str], row: Row) -> None:
    """They describe the first that publishes, else the first package."""
    name, target, reason = row.leading
    expected = entry(name, target, reason)
    publish = bool(row.publishing)
    assert {key: outputs[key] for key in expected if key not in {"path", "target"}} == {
        key: value for key, value in expected.items() if key not in {"path", "target"}
    }
    assert outputs["should-publish"] == ("true" if publish else "false")
    assert outputs["publish-to"] == (target if publish else "")
    assert outputs["matrix-rest"] == ""


TWO_WITH_ONE_TAG = f"""\
packages:
  {CORE}:
    path: packages/core
    tag: "v{{version}}"
  {HTTP}:
    path: packages/http
    tag: "v{{version}}"
  {CLI}:
    path: packages/cli
targets:
  testpypi:
  pypi:
"""


def test_a_tag_of_two_packages_needs_both_versions(gate: Step, monorepo: Path, index: FaultServer) -> None:
    (monorepo / CONFIG).write_text(on_loopback(TWO_WITH_ONE_TAG, index.url), "utf-8")
    run = replace(gate, event=tag("v0.2.0")).run()
    check_run(run)
    assert run.status == 0
    assert reasons(run.outputs) == {
        (name, target): reason
        for name in (CORE, HTTP)
        for target, reason in (("testpypi", "tag-mismatch"), ("pypi", "tag-mismatch"))
    }
    assert f"releases 2 packages together&#58; {CORE}, {HTTP}" in run.summary
    assert f"{HTTP} says {VERSIONS[HTTP]}" in run.summary
    assert [each.title for each in run.annotations if each.level == "warning"] == [
        f"{CORE}, pypi: tag-mismatch",
        f"{HTTP}, pypi: tag-mismatch",
    ]


UNKNOWN = {
    "fails": ("", 1, ["error"]),
    "is told, where the file says so": ("on-unknown: skip-package\n", 0, ["error"]),
}


@pytest.mark.parametrize(("setting", "status", "levels"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_one_answer_that_is_broken(
    setting: str, status: int, levels: list[str], gate: Step, monorepo: Path, index: FaultServer
) -> None:
    host(index, "testpypi", {**OLDER, CLI: VERSIONS[CLI]})
    index.on(f"/testpypi/{CORE}/json", DENIED)
    config = (monorepo / CONFIG).read_text("utf-8")
    (monorepo / CONFIG).write_text(config + setting, "utf-8")
    run = gate.run()
    check_harmless(run.outputs, run.log, run.annotations, publish=True)
    assert run.status == status
    assert entries(run.outputs) == [entry(HTTP, "testpypi", "new-version")]
    decided = {name: reason for (name, target), reason in reasons(run.outputs).items() if target == "testpypi"}
    assert decided == {CLI: "already-published", CORE: "index-unavailable", HTTP: "new-version"}
    assert [(each.level, each.title) for each in run.annotations] == [
        (level, f"{CORE}, testpypi: index-unavailable") for level in levels
    ]
    assert "**Cannot decide** 1" in run.summary
    # The job downstream starts where the step succeeds, and then for the one package alone.
    ran = play(MAIN, run.status, run.outputs)
    assert ran["publish"]["result"] == ("skipped" if status else "success")


def play(event: Event, status: int, outputs: Mapping[str, str], text: str | None = None) -> dict[str, Any]:
    """Let GitHub's libraries say which jobs of the example's workflow run after such a gate."""
    text = text if text is not None else (MONOREPO / RELEASE_WORKFLOW).read_text("utf-8")
    github = {"event_name": event.name, "ref": event.ref, "repository": REPOSITORY}
    ending = {"gate": {"result": "failure" if status else "success", "outputs": outputs}}
    question = {"file": {"name": RELEASE_WORKFLOW, "content": text}, "runs": [{"github": github, "jobs": ending}]}
    answer = cast("Mapping[str, Any]", ask("which_jobs_run.mjs", question))
    assert answer["errors"] == []
    decided: dict[str, Any] = answer["runs"][0]
    return decided


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_jobs_that_follow(row: Row, gate: Step, index: FaultServer) -> None:
    host(index, "testpypi", row.testpypi)
    host(index, "pypi", row.pypi)
    run = replace(gate, event=row.event).run()
    decided = play(row.event, run.status, run.outputs)
    ending = "success" if row.publishing else "skipped"
    assert {name: job["result"] for name, job in decided.items()} == {
        "gate": "success",
        "build": ending,
        "publish": ending,
    }
    jobs = decided["publish"].get("matrix", [])
    assert [(each["package"], each["target"], each["environment"]) for each in jobs] == [
        (name, target, target) for name, target, _ in row.publishing
    ]


GATES = {
    "that says no": (0, no_outputs()),
    "that wrote nothing": (0, NOTHING),
    "that failed": (1, no_outputs()),
}


@pytest.mark.parametrize(("status", "outputs"), GATES.values(), ids=GATES.keys())
def test_after_a_gate(status: int, outputs: dict[str, str]) -> None:
    decided = play(MAIN, status, outputs)
    assert (decided["build"]["result"], decided["publish"]["result"]) == ("skipped", "skipped")


def test_without_its_guard_an_empty_matrix_would_fail_the_run() -> None:
    text = (MONOREPO / RELEASE_WORKFLOW).read_text("utf-8")
    assert text.count("    if: needs.gate.outputs.matrix\n") == 2
    decided = play(MAIN, 0, no_outputs(), text.replace("    if: needs.gate.outputs.matrix\n", ""))
    assert decided["build"]["result"] == "failure"


WRONG = f"""\
packages:
  all:
    path: packages/*
    tag: "{{version}}-x"
  {CORE}:
    pth: packages/core
targets:
  testpypi:
    policy: newest
    environment: 1.10
  pypi:
    after: testpipy
    when: {{ push: {{ branches: [main], branches-ignore: [wip] }} }}
  testpypi:
on-unknown: no
"""
PROBLEMS = {
    4: "the version must stand at the end of a tag",
    6: "did you mean 'path'?",
    9: "did you mean 'newer'?",
    10: "write it in quotes: '1.10'",
    12: "did you mean 'testpypi'?",
    13: "cannot stand beside branches",
    14: "testpypi",
    15: "fail, skip-package",
}


def test_every_error_of_the_config_file_is_told_at_its_line(gate: Step, monorepo: Path) -> None:
    (monorepo / CONFIG).write_text(WRONG, "utf-8")
    run = gate.run()
    check_run(run)
    assert run.status == 2
    assert {each.level for each in run.annotations} == {"error"}
    told = {each.place: each.text for each in run.annotations}
    for line, says in PROBLEMS.items():
        assert says in told[f"{CONFIG}:{line}"], line


def test_an_error_that_only_the_packages_show_is_told_at_the_line_of_the_entry(gate: Step, monorepo: Path) -> None:
    text = f"packages:\n  {CORE}:\n    path: packages/core\n  another:\n    path: packages/cli\n"
    (monorepo / CONFIG).write_text(text, "utf-8")
    run = gate.run()
    check_run(run)
    assert run.status == 2
    assert [(each.place, CLI in each.text) for each in run.annotations] == [(f"{CONFIG}:4", True)]


def test_a_config_file_that_is_named_and_missing(gate: Step) -> None:
    run = replace(gate, inputs={"config": "nowhere.yml"}).run()
    check_run(run)
    assert run.status == 2
    assert "nowhere.yml" in run.annotations[0].text


def test_more_entries_than_a_matrix_may_have(action: Path, index: FaultServer, tmp_path: Path) -> None:
    names = [f"package-{number:03}" for number in range(300)]
    for name in names:
        index.on(f"/testpypi/{name}/json", ABSENT)
    list_others(index, "testpypi")
    run = Step(action, make_many(tmp_path / "many", names, index.url), tmp_path / "gate").run()
    check_run(run, publish=True)
    assert run.status == 0
    assert [each["package"] for each in entries(run.outputs)] == names[:256]
    assert (run.outputs["matrix-rest"], run.outputs["package"]) == ("44", names[0])
    assert [(each.level, "44 more" in each.text) for each in run.annotations] == [("warning", True)]
    decided = play(MAIN, run.status, run.outputs)
    assert len(decided["publish"]["matrix"]) == 256


# Names and folders far longer than usual, so that every text about a package is long.
LONG = [f"package-{number:04}-{'long-' * 12}name" for number in range(1000)]
DEEP = "/".join(["a-folder-" * 20] * 16)
ANSWERS = {"is new": ABSENT, "is there already": whole("x", "1.0"), "is unknown": DENIED}


@pytest.mark.parametrize("answer", ANSWERS.keys())
def test_a_thousand_packages_stay_within_github_s_limits(
    answer: str, action: Path, index: FaultServer, tmp_path: Path
) -> None:
    for name in LONG:
        reply = whole(name, "1.0") if answer == "is there already" else ANSWERS[answer]
        index.on(f"/testpypi/{name}/json", reply)
    list_others(index, "testpypi")
    run = Step(action, make_many(tmp_path / "many", LONG, index.url), tmp_path / "gate").run()
    assert run.status == (1 if answer == "is unknown" else 0)
    assert len(run.summary.encode()) < 1024 * 1024
    assert sum(len(value.encode("utf-16-le")) for value in run.outputs.values()) < 1_000_000
    report = json.loads(run.outputs["report"])
    assert len(report["packages"]) + report["packages-omitted"] == 1000
    assert len(entries(run.outputs)) == (256 if answer == "is new" else 0)
    assert len(run.annotations) <= 20
    assert index.count(f"/testpypi/{LONG[-1]}/json") == 1


def test_a_matrix_of_long_texts_is_cut_before_github_cuts_it(action: Path, index: FaultServer, tmp_path: Path) -> None:
    for name in LONG:
        index.on(f"/testpypi/{name}/json", ABSENT)
    list_others(index, "testpypi")
    run = Step(action, make_many(tmp_path / "many", LONG, index.url, DEEP), tmp_path / "gate").run()
    assert run.status == 0
    assert sum(len(value.encode("utf-16-le")) for value in run.outputs.values()) < 1_000_000
    shown = [each["package"] for each in entries(run.outputs)]
    assert 20 < len(shown) < 256
    assert shown == LONG[: len(shown)]
    assert json.loads(run.outputs["report"])["packages"]
    assert run.outputs["matrix-rest"] == str(1000 - len(shown))
    assert [(each.level, f"{1000 - len(shown)} more" in each.text) for each in run.annotations] == [("warning", True)]
