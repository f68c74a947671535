"""What goes wrong is told: at its place, with outputs that say no, in time, and never as a traceback."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME, VERSION_FILE, WORKFLOW, Event, pull_request
from e2e.expectations import check_harmless, check_run
from e2e.index import document, host
from e2e.runner import USES, Gate, workflow
from integration.servers import NOT_FOUND, Manner, Reply, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from e2e.direct import Step
    from e2e.runner import Runner
    from integration.servers import FaultServer


def write_workflow(checkout: Path, inputs: Mapping[str, str]) -> dict[str, str]:
    """Write a workflow that sets ``inputs``; return the place of each, and of ``uses``, as ``file:line``."""
    lines = ["on: push", "jobs:", "  gate:", "    runs-on: ubuntu-latest", "    steps:", f"      - uses: {USES}"]
    places = {"uses": f"{WORKFLOW}:{len(lines)}"}
    lines.append("        with:")
    for name, value in inputs.items():
        lines.append(f"          {name}: {value}")
        places[name] = f"{WORKFLOW}:{len(lines)}"
    (checkout / WORKFLOW).write_text("\n".join(lines) + "\n", "utf-8")
    return places


UNAVAILABLE = {
    "a page of some web server": NOT_FOUND,
    "a server that fails": Reply(500),
    "a server that wants credentials": Reply(403),
    "a server that is asked too often": Reply(429),
    "an answer that drips": Reply(manner=Manner.DRIP_BODY),
    "headers that drip": Reply(manner=Manner.DRIP_HEADERS),
    "no answer at all": Reply(manner=Manner.HANG),
    "a connection that is reset": Reply(manner=Manner.RESET),
    "an answer that is cut off": replace(document(EXAMPLE_NAME, ["0.1.0"]), manner=Manner.CUT),
    "an answer about another project": document("another", ["0.1.0"]),
    "an answer that is no JSON": Reply(200, (("Content-Type", "application/json"),), b"<html>"),
}


@pytest.mark.parametrize("reply", UNAVAILABLE.values(), ids=UNAVAILABLE.keys())
def test_an_index_without_an_answer(reply: Reply, step: Step, checkout: Path, index: FaultServer) -> None:
    index.on(f"/pypi/{EXAMPLE_NAME}/json", reply)
    inputs = {"targets": "testpypi", "index-url": index.url, "timeout": "2"}
    places = write_workflow(checkout, inputs)
    begin = time.monotonic()
    run = replace(step, inputs=inputs).run()
    # Two seconds for the index, the rest for starting Python on a busy machine.
    assert time.monotonic() - begin < 10
    check_run(run)
    assert run.status == 1
    assert run.outputs["reason"] == "index-unavailable"
    assert run.outputs["should-build"] == "false"
    assert [(each.level, each.title, each.place) for each in run.annotations] == [
        ("error", f"{EXAMPLE_NAME}, testpypi: index-unavailable", places["index-url"])
    ]
    assert "Cannot decide" in run.summary


def test_an_index_that_nobody_runs(step: Step, checkout: Path) -> None:
    places = write_workflow(checkout, {"timeout": "5"})
    run = replace(step, inputs={"index-url": f"http://127.0.0.1:{free_port()}", "timeout": "5"}).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (1, "index-unavailable")
    # Where the workflow does not name the index, the remark stands at the step.
    assert [each.place for each in run.annotations] == [places["uses"]]


WRONG = {
    "targets": "testpypy",
    "policy": "newest",
    "prereleases": "some",
    "timeout": "soon",
    "events": "pusg",
    "branches": "'[a'",
    "tags": "'?v'",
    "fail-when": "version-behnid",
    "package": "-x-",
    "index-url": "ftp://127.0.0.1/",
}


def test_all_wrong_inputs_are_told_at_once(step: Step, checkout: Path) -> None:
    places = write_workflow(checkout, WRONG)
    run = replace(step, inputs={name: value.strip("'") for name, value in WRONG.items()}).run()
    check_run(run)
    assert run.status == 2
    assert {each.text.partition(":")[0]: each.place for each in run.annotations} == {
        name: places[name] for name in WRONG
    }
    assert {each.level for each in run.annotations} == {"error"}
    for name in WRONG:
        assert name in run.summary.replace("&#95;", "_")


def test_more_wrong_words_than_github_shows(step: Step, index: FaultServer) -> None:
    inputs = {"index-url": host(index), "events": ",".join(f"event{number}" for number in range(30))}
    run = replace(step, inputs=inputs).run()
    check_run(run)
    assert run.status == 2
    assert len(run.annotations) == 10
    assert "event29" in run.summary


@dataclass(frozen=True, slots=True)
class Case:
    """A decision worth a remark: what is published, what was asked for, and the remark."""

    name: str
    status: int
    reason: str
    remark: tuple[str, str]
    version: str = "0.2.0"
    inputs: Mapping[str, str] = field(default_factory=dict)
    event: Event = Event()  # noqa: RUF009 - frozen
    published: tuple[str, ...] = ("0.1.0",)


BEHIND = ("0.1.0", "0.3.0")
REMARKS = (
    Case("a lower version", 0, "version-behind", ("warning", f"{VERSION_FILE}:3"), published=BEHIND),
    Case(
        "a lower version that must fail", 1, "version-behind", ("error", f"{VERSION_FILE}:3"),
        inputs={"fail-when": "version-behind, already-published"}, published=BEHIND,
    ),
    Case(
        "a pull request that must raise the version", 1, "already-published", ("error", f"{VERSION_FILE}:3"),
        inputs={"fail-when": "already-published"}, event=pull_request("someone/r"), published=("0.2.0",),
    ),
    Case("a local version", 0, "local-version", ("warning", f"{VERSION_FILE}:3"), version="0.2.0+g1234"),
    Case("a version that is none", 1, "version-invalid", ("error", f"{VERSION_FILE}:3"), version="soon"),
    Case(
        "a tag that names another version", 0, "tag-mismatch", ("warning", f"{VERSION_FILE}:3"),
        inputs={"targets": "pypi"}, event=Event(ref="refs/tags/v9.9.9"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", REMARKS, ids=lambda case: case.name)
def test_a_remark_at_the_line(case: Case, step: Step, checkout: Path, index: FaultServer) -> None:
    lines = ['"""The version."""', "", f'__version__ = "{case.version}"', ""]
    (checkout / VERSION_FILE).write_text("\n".join(lines), "utf-8")
    inputs = {"index-url": host(index, *case.published), **case.inputs}
    run = replace(step, inputs=inputs, event=case.event).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (case.status, case.reason)
    assert [(each.level, each.place) for each in run.annotations] == [case.remark]


BOTH = {"targets": "testpypi, pypi"}


def test_a_wrong_tag_is_one_remark_that_begins_with_what_the_run_does(step: Step, index: FaultServer) -> None:
    inputs = {"index-url": host(index, "0.2.0"), **BOTH, "fail-when": "tag-mismatch"}
    run = replace(step, inputs=inputs, event=Event(ref="refs/tags/v9.9.9")).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (1, "tag-mismatch")
    (remark,) = run.annotations
    assert (remark.level, remark.place) == ("error", f"{VERSION_FILE}:3")
    assert remark.text.startswith("do not publish ")
    assert "pypi: tag-mismatch" in remark.title
    assert "testpypi" not in remark.title


def test_what_fails_a_step_is_told_although_something_else_is_the_cause(step: Step, index: FaultServer) -> None:
    inputs = {"index-url": host(index, "0.2.0"), "targets": "pypi", "fail-when": "already-published"}
    run = replace(step, inputs=inputs, event=Event(ref="refs/tags/v9.9.9")).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (1, "tag-mismatch")
    assert [each.title.partition(": ")[2] for each in run.annotations] == ["already-published"]


def test_a_release_to_one_index_says_nothing_bad_of_the_other(step: Step, index: FaultServer) -> None:
    inputs = {"index-url": host(index, "0.1.0", "0.3.0"), **BOTH, "policy": "unpublished"}
    run = replace(step, inputs=inputs, event=Event(ref="refs/tags/v0.2.0")).run()
    check_run(run, publish=True)
    assert (run.status, run.outputs["publish-to"], run.annotations) == (0, "pypi", [])
    assert "**Publish " in run.summary
    assert run.summary.index("to pypi") < run.summary.index("Not to testpypi")
    assert "\N{NO ENTRY}" not in run.summary


UNPROVEN: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("a repository of nothing", {"repository": {}}),
    ("a fork in quotes", {"repository": {"fork": "false", "default_branch": "main", "full_name": "o/r"}}),
    ("no repository", {"repository": None}),
    ("a list for a pull request", {"pull_request": []}),
)


@pytest.mark.parametrize("payload", [row[1] for row in UNPROVEN], ids=[row[0] for row in UNPROVEN])
def test_a_payload_that_proves_nothing(payload: Mapping[str, object], step: Step, index: FaultServer) -> None:
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}, event=Event(payload=payload)).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (0, "untrusted-source")
    assert {each.level for each in run.annotations} == {"notice"}


def test_the_environment_of_the_job_that_uploads(step: Step, checkout: Path, index: FaultServer) -> None:
    inputs = {"index-url": host(index, "0.1.0"), "targets": "pypi", "environment": "production", "doctor": "off"}
    write_workflow(checkout, inputs)
    job = "  publish:\n    environment: pypi\n    steps:\n      - uses: pypa/gh-action-pypi-publish@release/v1\n"
    with (checkout / WORKFLOW).open("a", encoding="utf-8") as file:
        file.write(job)
    run = replace(step, inputs=inputs, event=Event(ref="refs/tags/v0.2.0")).run()
    check_run(run)
    assert (run.status, run.outputs["reason"]) == (0, "environment-mismatch")
    assert [(each.level, each.place) for each in run.annotations] == [("warning", f"{VERSION_FILE}:3")]


def test_no_remark_on_an_everyday_no(step: Step, index: FaultServer) -> None:
    run = replace(step, inputs={"index-url": host(index, "0.2.0")}).run()
    check_run(run)
    assert (run.status, run.outputs["reason"], run.annotations) == (0, "already-published", [])


def test_an_unknown_input(step: Step, checkout: Path, index: FaultServer) -> None:
    inputs = {"index-url": host(index, "0.1.0")}
    places = write_workflow(checkout, {**inputs, "polcy": "series"})
    run = replace(step, inputs=inputs).run()
    check_run(run)
    assert run.status == 2
    assert [(each.level, each.place) for each in run.annotations] == [("error", places["polcy"])]
    assert "'policy'" in run.annotations[0].text
    assert index.asked == []


SLIPS = {
    "flow style": f"      - {{uses: '{USES}', with: {{target: pypi}}}}\n",
    "a flow mapping of inputs": f"      - uses: {USES}\n        with: {{target: pypi}}\n",
    "capitals": "      - uses: Publish-Gate/PUBLISH-GATE@v9\n        with:\n          Target: pypi\n",
    "a fork in a folder": "      - uses: octo/actions/publish-gate@v1\n        with:\n          target: pypi\n",
    "an alias": (
        f"      - uses: {USES}\n        if: false\n        with: &inputs\n          target: pypi\n"
        f"      - uses: {USES}\n        with: *inputs\n"
    ),
    "beside another step of ours": (
        f"      - uses: {USES}\n        with:\n          targets: pypi\n"
        f"      - uses: {USES}\n        with:\n          target: pypi\n"
    ),
    "a called workflow": "      - run: x\n  call:\n    uses: ./.github/workflows/called.yml\n",
    "a local copy": "      - uses: ./gate\n        with:\n          target: pypi\n",
    "a local action around it": "      - uses: ./around\n        with:\n          to: pypi\n",
}
HEAD = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"
AROUND = f"runs:\n  using: composite\n  steps:\n    - uses: {USES}\n      with:\n        target: ${{{{ inputs.to }}}}\n"


@pytest.mark.parametrize("text", SLIPS.values(), ids=SLIPS.keys())
def test_an_unknown_input_however_it_is_written(text: str, step: Step, checkout: Path, index: FaultServer) -> None:
    for folder, action in (("gate", "name: Publish Gate\n"), ("around", AROUND)):
        (checkout / folder).mkdir()
        (checkout / folder / "action.yml").write_text(action, "utf-8")
    (checkout / WORKFLOW).write_text(HEAD + text, "utf-8")
    called = HEAD.replace("on: push", "on: workflow_call") + f"      - uses: {USES}\n        with: {{target: pypi}}\n"
    if "called.yml" in text:
        (checkout / ".github" / "workflows" / "called.yml").write_text(called, "utf-8")
    run = replace(step, inputs={}, environment={"GITHUB_JOB": "gate"}).run()
    check_run(run)
    assert run.status == 2
    assert index.asked == []
    assert {each.text.partition(":")[0] for each in run.annotations} == {"target"}


@pytest.mark.parametrize(
    "text",
    [
        "      - uses: octo/other@v1\n        with:\n          target: pypi\n",
        "      - uses: octo/publish-gate/setup@v1\n        with:\n          target: pypi\n",
        "      - uses: ./my-publish-gate\n        with:\n          target: pypi\n",
        f"      - uses: {USES}\n        with:\n          targets: pypi\n          target: pypi\n",
        "      - run: |\n          # uses: publish-gate/publish-gate@v1\n          with: x\n",
    ],
    ids=[
        "another action",
        "another action of the same repository",
        "a local action of a similar name that is not there",
        "a step that handed over something else",
        "a comment in a script",
    ],
)
def test_the_inputs_of_other_steps_are_their_own(text: str, step: Step, checkout: Path, index: FaultServer) -> None:
    (checkout / WORKFLOW).write_text(HEAD + text, "utf-8")
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}).run()
    check_run(run, publish=True)
    assert run.annotations == []


@pytest.mark.parametrize("path", ["/nonexistent/summary", "/", "\x01"], ids=["no such folder", "a folder", "odd"])
def test_a_summary_that_cannot_be_written(path: str, step: Step, index: FaultServer) -> None:
    environment = {"GITHUB_STEP_SUMMARY": path}
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}, environment=environment).run()
    if path != "\x01":
        assert [each.level for each in run.annotations] == ["warning"]
    assert (run.status, run.outputs["should-publish"]) == (0, "true")


def test_a_wrong_surrounding_is_told_at_the_step(step: Step, checkout: Path) -> None:
    places = write_workflow(checkout, {"timeout": "5"})
    run = replace(step, environment={"GITHUB_EVENT_PATH": "/nonexistent/event.json"}).run()
    check_run(run)
    assert [(each.level, each.place) for each in run.annotations] == [("error", places["uses"])]


def test_two_steps_in_one_workflow_are_not_mixed_up(step: Step, checkout: Path) -> None:
    write_workflow(checkout, {"policy": "newest"})
    text = (checkout / WORKFLOW).read_text("utf-8")
    (checkout / WORKFLOW).write_text(f"{text}      - uses: {USES}\n", "utf-8")
    run = replace(step, inputs={"policy": "newest"}).run()
    check_run(run)
    assert [(each.level, each.place) for each in run.annotations] == [("error", f"{WORKFLOW}:8")]
    (checkout / WORKFLOW).write_text(text + f"      - uses: {USES}\n        with:\n          policy: newest\n", "utf-8")
    run = replace(step, inputs={"policy": "newest"}).run()
    assert [(each.level, each.place) for each in run.annotations] == [("error", "")]


def test_failures_in_a_workflow(checkout: Path, index: FaultServer, runner: Runner) -> None:
    url = host(index, "0.3.0")
    gates = (
        Gate("behind", {"index-url": url}),
        Gate("failing", {"index-url": url, "fail-when": "version-behind"}),
        Gate("wrong", {"index-url": url, "policy": "newest", "timeout": "soon"}),
        Gate("unavailable", {"index-url": f"http://127.0.0.1:{free_port()}", "timeout": "3"}),
    )
    run = runner.run(checkout, workflow(*gates))
    assert run.status == 1
    assert run.jobs == {"gate": "failure", "downstream": "success"}
    assert run.outcomes == {"behind": "success", "failing": "failure", "wrong": "failure", "unavailable": "failure"}
    for gate in gates:
        check_harmless(run.outputs[gate.id], run.log, run.annotations)
    assert [run.outputs[gate.id]["reason"] for gate in gates] == ["version-behind"] * 2 + ["", "index-unavailable"]
    assert [each.level for each in run.annotations] == ["warning", "error", "error", "error", "error"]
    assert "### Publish Gate: cannot decide" in run.summary


def test_places_in_a_workflow(checkout: Path, index: FaultServer, runner: Runner) -> None:
    gate = Gate("gate", {"index-url": host(index, "0.3.0"), "polcy": "series", "fail-when": "version-behind"})
    text = workflow(gate)
    run = runner.run(checkout, text)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.strip().startswith("polcy:"))
    assert [(each.level, each.place) for each in run.annotations] == [("error", f"{WORKFLOW}:{line}")]
    assert run.jobs["gate"] == "failure"
    right = Gate("gate", {name: value for name, value in gate.inputs.items() if name != "polcy"})
    run = runner.run(checkout, workflow(right))
    assert [(each.level, each.place) for each in run.annotations] == [("error", f"{VERSION_FILE}:3")]
    assert run.jobs["gate"] == "failure"
