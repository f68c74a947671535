"""Which jobs of the example's workflow run in each situation, as GitHub's own parser and evaluator decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml
from e2e.consumer import EXAMPLE, REPOSITORY, TOP, VERSION_FILE, WORKFLOW, Event, pull_request
from e2e.direct import read_definition
from e2e.index import host
from e2e.javascript import ask

from publish_gate.outputs import no_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from e2e.direct import Step
    from integration.servers import FaultServer

EXAMPLES = tuple((TOP / "examples").glob("*/.github/workflows/*.y*ml"))
ALWAYS = ("lint", "test", "gate")
BUILDS = (*ALWAYS, "build")
TO_TESTPYPI = (*BUILDS, "publish-testpypi")
TO_PYPI = (*BUILDS, "publish-pypi")


@dataclass(frozen=True, slots=True)
class Row:
    """A situation, what the index has, how the tests end, and the jobs that then run."""

    name: str
    jobs: tuple[str, ...]
    event: Event = Event()  # noqa: RUF009 - frozen
    published: tuple[str, ...] = ("0.1.0",)
    version: str = "0.2.0"
    tests: str = "success"


def on(event: str) -> Event:
    return Event(event)


TABLE = (
    Row("push to main, new version", TO_TESTPYPI),
    Row("push to main, first release", TO_TESTPYPI, published=()),
    Row("push to main, version already there", ALWAYS, published=("0.1.0", "0.2.0")),
    Row("push to main, version already there in another spelling", ALWAYS, published=("0.2",)),
    Row("push to main, lower version", ALWAYS, published=("0.3.0",)),
    Row("push to main, local version", ALWAYS, version="0.2.0+g1234"),
    Row("push to main, not a version", ALWAYS, version="soon"),
    Row("push to main, tests fail", ALWAYS, tests="failure"),
    Row("push to main, tests fail, version already there", ALWAYS, published=("0.2.0",), tests="failure"),
    Row("push to another branch", BUILDS, Event(ref="refs/heads/some-feature")),
    Row("push of the version's tag", TO_PYPI, Event(ref="refs/tags/v0.2.0")),
    Row("push of another tag", BUILDS, Event(ref="refs/tags/v0.2.1")),
    Row("release published", BUILDS, Event("release", "refs/tags/v0.2.0", {"action": "published"})),
    Row("pull request", BUILDS, pull_request(REPOSITORY)),
    Row("pull request from a fork", BUILDS, pull_request("someone/r")),
    Row("pull request from a deleted fork", BUILDS, pull_request(None)),
    Row("pull request, version already there", ALWAYS, pull_request(REPOSITORY), published=("0.2.0",)),
    Row("workflow_dispatch on main", BUILDS, on("workflow_dispatch")),
    Row("schedule", BUILDS, on("schedule")),
)


def play(text: str, event: Event, endings: Mapping[str, object]) -> Mapping[str, Any]:
    """Let GitHub's libraries decide which jobs of the workflow ``text`` run, and how each ends."""
    github = {"event_name": event.name, "ref": event.ref, "repository": REPOSITORY}
    question = {"file": {"name": WORKFLOW, "content": text}, "runs": [{"github": github, "jobs": endings}]}
    answer = cast("Mapping[str, Any]", ask("which_jobs_run.mjs", question))
    assert answer["errors"] == []
    decided: Mapping[str, Any] = answer["runs"][0]
    return decided


def jobs_of(path: Path) -> Mapping[str, Any]:
    """Return the jobs of a workflow."""
    jobs: Mapping[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return jobs


def who_ran(decided: Mapping[str, Any]) -> set[str]:
    return {name for name, job in decided.items() if job["result"] != "skipped"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_jobs_that_run(row: Row, step: Step, checkout: Path, index: FaultServer) -> None:
    (checkout / VERSION_FILE).write_text(f'__version__ = "{row.version}"\n', "utf-8")
    url = host(index, *row.published)
    (shown,) = (step for step in jobs_of(EXAMPLE / WORKFLOW)["gate"]["steps"] if step.get("id") == "gate")
    gate = replace(step, event=row.event, inputs={**shown["with"], "index-url": url}).run()
    endings = {
        "gate": {"result": "failure" if gate.status else "success", "outputs": gate.outputs},
        "test": {"result": row.tests},
    }
    decided = play((EXAMPLE / WORKFLOW).read_text("utf-8"), row.event, endings)
    assert who_ran(decided) == set(row.jobs)
    for job in who_ran(decided) - set(BUILDS):
        assert decided[job]["environment"] == job.removeprefix("publish-")


@pytest.mark.parametrize("outputs", [no_outputs(), {}], ids=["refusing outputs", "no outputs at all"])
@pytest.mark.parametrize("result", ["failure", "success"])
def test_a_gate_that_decided_nothing_lets_nothing_through(result: str, outputs: dict[str, str]) -> None:
    endings = {"gate": {"result": result, "outputs": outputs}}
    decided = play((EXAMPLE / WORKFLOW).read_text("utf-8"), Event(), endings)
    assert who_ran(decided) == set(ALWAYS)


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("needs.gate.outputs.should-publish == 'true'", False),
        ("needs.gate.outputs.publish-to", False),
        ("needs.gate.outputs.matrix", False),
        ("needs.gate.outputs.publish-to == 'testpypi'", False),
        # The trap that `publish-to` is there to avoid: any text but the empty one holds.
        ("needs.gate.outputs.should-publish", True),
    ],
)
def test_a_no_as_conditions_see_it(condition: str, runs: bool) -> None:
    text = (
        "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n"
        "  publish:\n    runs-on: ubuntu-latest\n    needs: gate\n"
        f"    if: {condition}\n    steps: [{{run: 'true'}}]\n"
    )
    decided = play(text, Event(), {"gate": {"outputs": no_outputs()}})
    assert ("publish" in who_ran(decided)) is runs


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(TOP).as_posix())
def test_examples_use_outputs_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    of_steps = set(re.findall(r"\bsteps\.gate\.outputs\.([\w-]+)", text))
    of_job = set(re.findall(r"^      ([\w-]+): \$\{\{ steps\.gate\.outputs\.\1 \}\}$", text, re.MULTILINE))
    used = set(re.findall(r"\bneeds\.gate\.outputs\.([\w-]+)", text))
    assert used, "no job uses the gate's outputs"
    assert used <= of_job
    assert of_steps <= set(read_definition(TOP)["outputs"])
