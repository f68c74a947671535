"""What a step that is Publish Gate answers: the rules of its targets decide event and ref, the versions stay open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from unit.doctor.asked import job_of, published

from publish_gate.config.load import load_config
from publish_gate.doctor.expressions import Object, OneOf, Scope, Unknown
from publish_gate.doctor.simulation import RepositoryContext, job_scope, run_workflow
from publish_gate.doctor.simulation.publish_gate_step import gate_outputs
from publish_gate.doctor.simulation.situations import Situation, standard_situations
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.gate_steps import is_gate

if TYPE_CHECKING:
    from publish_gate.config.model import Config
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.workflow.model import Step

EVERY = "[push, pull_request, pull_request_target, release, workflow_dispatch, schedule, merge_group]"
GATED = """\
on: EVENTS
jobs:
  gate:
    runs-on: ubuntu-latest
    strategy: {matrix: {to: [testpypi, pypi]}}
    outputs: {answer: '${{ steps.gate.outputs.OUTPUT }}'}
    steps:
      - uses: actions/checkout@v4
      - {id: gate, uses: octo/publish-gate@v1, with: INPUTS}
  publish:
    needs: gate
    if: CONDITION
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps: [uses: pypa/gh-action-pypi-publish@v1]
"""


def gated(
    inputs: dict[str, str] | None = None, output: str = "publish-to", condition: str = "needs.gate.outputs.answer"
) -> str:
    """Return a workflow that asks the gate with these inputs, and publishes where it says so."""
    text = GATED.replace("EVENTS", EVERY).replace("OUTPUT", output).replace("CONDITION", condition)
    return text.replace("INPUTS", json.dumps(inputs or {}))


def when(text: str, config: Config | None = None) -> str:
    """Say where the publishing job can be reached."""
    return published(job_of({"release.yml": text}, config=config))


def configured(text: str) -> Config:
    """Read a config file that is right."""
    return load_config(text.encode(), ".github/publish-gate.yml")


MAIN, TAG, RELEASE = "push_main?", "push_tag_v1.2.3?", "release_published?"
TRUSTED = f"{MAIN}, push_feature?, {TAG}, {RELEASE}, workflow_dispatch_main?, schedule?"


@pytest.mark.parametrize(
    ("inputs", "where"),
    [
        pytest.param({}, MAIN, id="by default testpypi, on a push to the default branch"),
        pytest.param({"targets": "pypi"}, TAG, id="pypi, on a tag"),
        pytest.param({"targets": "testpypi, pypi"}, f"{MAIN}, {TAG}", id="both"),
        pytest.param({"targets": "testpypi\npypi\n"}, f"{MAIN}, {TAG}", id="both, on lines of their own"),
        pytest.param({"TARGETS": "pypi"}, TAG, id="names of inputs have no case"),
        pytest.param({"targets": "pypi", "events": "release"}, RELEASE, id="another event on the same tags"),
        pytest.param({"events": "push, workflow_dispatch"}, f"{MAIN}, workflow_dispatch_main?", id="two events"),
        pytest.param({"events": "schedule"}, "schedule?", id="the clock"),
        pytest.param({"branches": "some-*"}, "push_feature?", id="other branches"),
        pytest.param({"branches": "**"}, f"{MAIN}, push_feature?", id="all branches"),
        pytest.param({"targets": "pypi", "tags": "release-*"}, "", id="tags that are none of the usual"),
        pytest.param({"targets": "pypi", "tags": "*.*.*"}, TAG, id="other tags"),
        pytest.param({"tags": "v*"}, f"{MAIN}, {TAG}", id="tags beside the branches of a target"),
        pytest.param(
            {"events": "pull_request, pull_request_target, merge_group"}, "", id="never code that nobody has merged"
        ),
        pytest.param({"targets": "nowhere"}, TRUSTED, id="a target of a config file that is not here"),
        pytest.param({"targets": "${{ vars.TARGET }}"}, TRUSTED, id="a target that is not known"),
        pytest.param({"events": "${{ vars.EVENTS }}"}, TRUSTED, id="events that are not known"),
        pytest.param({"config": "${{ vars.FILE }}"}, TRUSTED, id="a config file that is not known"),
        pytest.param({"config": "gate.yml"}, TRUSTED, id="a config file that was not read"),
        pytest.param({"targets": ["pypi"]}, TRUSTED, id="what GitHub refuses"),
        pytest.param({"targets": "${{ github.event_name == 'release' && 'pypi' || 'testpypi' }}"}, MAIN, id="computed"),
        pytest.param({"targets": "${{ matrix.to }}"}, f"{MAIN}, {TAG}", id="one of two in turn"),
        pytest.param({"version": "${{ steps.x.outputs.version }}"}, MAIN, id="an unknown version decides nothing"),
        pytest.param({"unheard-of": "${{ vars.X }}"}, MAIN, id="nor does an input that it does not have"),
        pytest.param({"timeout": "soon"}, "", id="an input that it refuses"),
        pytest.param({"branches": "["}, "", id="a pattern that it refuses"),
        pytest.param({"events": "workflow_call"}, "", id="an event that it refuses"),
        pytest.param({"package": "sample", "working-directory": "src", "environment": "x"}, MAIN, id="other inputs"),
    ],
)
def test_the_inputs_say_where_it_may_publish(inputs: dict[str, Any], where: str) -> None:
    assert when(gated(inputs)) == where


@pytest.mark.parametrize(
    ("output", "condition", "where"),
    [
        pytest.param("publish-to", "needs.gate.outputs.answer != ''", MAIN, id="a target that is not empty"),
        pytest.param("publish-to", "needs.gate.outputs.answer == 'testpypi'", MAIN, id="its own target"),
        pytest.param("publish-to", "needs.gate.outputs.answer == 'pypi'", "", id="another target"),
        pytest.param("should-publish", "needs.gate.outputs.answer == 'true'", MAIN, id="the flag"),
        pytest.param("matrix", "needs.gate.outputs.answer", MAIN, id="the matrix, empty where there is nothing"),
        pytest.param("matrix-rest", "needs.gate.outputs.answer", MAIN, id="the rest of the matrix"),
    ],
)
def test_each_output_says_no_where_the_rules_do(output: str, condition: str, where: str) -> None:
    assert when(gated(output=output, condition=condition)) == where


def test_what_may_be_built_is_open_everywhere() -> None:
    text = gated(output="should-build", condition="needs.gate.outputs.answer == 'true'")
    assert when(text).count("?") == 11


NIGHTLY = """
targets:
  nightly:
    index: testpypi
    when: {schedule: , push: {branches: [main, 'release/**']}}
"""
TYPES = """
targets:
  pypi: {when: {release: {types: [published]}}}
  testpypi: {when: {release: {types: [deleted]}}}
"""
TWO = """
packages:
  one: {path: one}
  two: {path: two, targets: [testpypi]}
"""
TAGGED = """
packages:
  one: {path: one, tag: 'v{version}', targets: [pypi]}
"""
GLOB = "packages: {all: {path: 'packages/*', targets: [pypi]TAG}}\n"


@pytest.mark.parametrize(
    ("text", "inputs", "where"),
    [
        pytest.param("on-unknown: fail\n", {}, MAIN, id="a file that says nothing"),
        pytest.param(NIGHTLY, {}, f"{MAIN}, schedule?", id="all targets of the file"),
        pytest.param(NIGHTLY, {"targets": "nightly"}, f"{MAIN}, schedule?", id="one of them"),
        pytest.param(NIGHTLY, {"targets": "pypi"}, "", id="one that the file leaves out"),
        pytest.param(NIGHTLY, {"targets": "nowhere"}, "", id="one that nobody knows"),
        pytest.param(NIGHTLY, {"events": "push"}, MAIN, id="an input in place of its events"),
        pytest.param(NIGHTLY, {"config": ".github/publish-gate.yml"}, f"{MAIN}, schedule?", id="named by its path"),
        pytest.param(
            NIGHTLY, {"config": "./.github//publish-gate.yml"}, f"{MAIN}, schedule?", id="in another spelling"
        ),
        pytest.param(NIGHTLY, {"config": "other.yml"}, TRUSTED, id="another file, which was not read"),
        pytest.param(TYPES, {}, RELEASE, id="an activity of the event"),
        pytest.param(TYPES, {"targets": "testpypi"}, "", id="an activity that it is not"),
        pytest.param(TWO, {}, MAIN, id="several packages, whose tags have their names"),
        pytest.param(TWO, {"tags": "v*"}, f"{MAIN}, {TAG}", id="several packages, and an input for the tags"),
        pytest.param(TWO, {"package": "two", "tags": "v*"}, f"{MAIN}, {TAG}", id="one of them by its name"),
        pytest.param(TWO, {"package": "One", "targets": "pypi"}, "", id="one of them in another spelling"),
        pytest.param(TWO, {"package": "two", "targets": "pypi"}, "", id="one that is not for this target"),
        pytest.param(TWO, {"working-directory": "two/", "targets": "pypi"}, "", id="by its folder"),
        pytest.param(TWO, {"package": "three"}, "", id="one that is not there"),
        pytest.param(TAGGED, {}, TAG, id="a package that says how its tags look"),
        pytest.param(GLOB.replace("TAG", ""), {}, "", id="packages found by a glob, tagged by name"),
        pytest.param(GLOB.replace("TAG", ", tag: '{name}{version}'"), {}, TAG, id="in any way that the name allows"),
        pytest.param(GLOB.replace("TAG", ", tag: 'x+{name}-{version}'"), {}, "", id="in no way that it does"),
        pytest.param(GLOB.replace("TAG", ""), {"tags": "v*"}, TAG, id="with an input for their tags"),
        pytest.param(
            "targets: {pypi: {when: {push: {tags: ['v*']}}}}\n" + GLOB.replace("TAG", ""),
            {},
            TAG,
            id="with a target that says which tags",
        ),
        pytest.param(
            GLOB.replace("TAG", "").replace("pypi", "testpypi"), {}, MAIN, id="for a target that goes by branches"
        ),
    ],
)
def test_the_config_file_says_where_it_may_publish(text: str, inputs: dict[str, str], where: str) -> None:
    assert when(gated(inputs), configured(text)) == where


def test_too_many_choices_are_none() -> None:
    choices = "[" + ", ".join(f"'x{number}*'" for number in range(9)) + "]"
    text = gated({"branches": "${{ matrix.a }}", "tags": "${{ matrix.b }}"})
    text = text.replace("to: [testpypi, pypi]", f"a: {choices}, b: {choices}")
    assert when(text) == TRUSTED


STEP = "on: push\njobs: {a: {runs-on: x, steps: [{uses: 'USES'}]}}\n"


def step(uses: str) -> Step:
    """Return a step that uses an action."""
    return read_workflow(STEP.replace("USES", uses).encode(), "a.yml").jobs[0].steps[0]


@pytest.mark.parametrize(
    ("uses", "gate"),
    [
        ("octo/publish-gate@v1", True),
        ("Octo/Publish-Gate@main", True),
        ("./.github/actions/publish-gate", False),
        ("./publish-gate/", True),
        ("./", False),
        (".", False),
        ("./named", True),
        ("$/named", True),
        ("$/", False),
        ("./wrapper", True),
        ("./tools/gate/", True),
        ("./my-publish-gate", False),
        ("me/actions/publish-gate@v1", True),
        ("publish-gate@v1", False),
        ("octo/publish-gate/sub@v1", False),
        ("octo/not-publish-gate@v1", False),
        ("octo/gate@publish-gate", False),
        ("docker://publish-gate:1", False),
    ],
)
def test_the_gate_is_known_by_its_name(uses: str, gate: bool) -> None:
    files = {
        "publish-gate/action.yml": b"name: Publish Gate",
        "action.yml": b"name: x",
        "named/action.yaml": b"name: publish gate",
        "wrapper/action.yml": b"name: Publish Gate\nruns: {steps: [{run: ls}, {uses: a/b@v1}, {uses: ./named}]}",
        "tools/gate/action.yml": b"runs: {steps: [{uses: octo/publish-gate@v1}]}",
        "my-publish-gate/action.yml": b"- a",
    }
    assert is_gate(uses, files.get) is gate
    assert is_gate(uses) is (gate and not uses.startswith((".", "$")))


def outputs(scope: Scope, config: Config | None = None) -> dict[str, Any]:
    """Return what the gate says in a scope."""
    return dict(gate_outputs(step("octo/publish-gate@v1"), scope, config, "gate").entries)


PUSH: dict[str, Value] = {"event_name": "push", "ref": "refs/heads/trunk", "event": Object()}


@pytest.mark.parametrize(
    "github",
    [
        pytest.param(Unknown(), id="a context that is not known"),
        pytest.param(Object({**PUSH, "event_name": Unknown()}), id="an event that is not known"),
        pytest.param(Object({**PUSH, "ref": Unknown()}), id="a ref that is not known"),
        pytest.param(Object({**PUSH, "event": Unknown()}), id="a payload that is not known"),
    ],
)
def test_where_too_little_is_known_everything_is_open(github: Object | Unknown) -> None:
    found = outputs(Scope({"github": github}))
    assert found["publish-to"] == Unknown()
    assert found["should-publish"] == OneOf(("true", "false"), "gate.should-publish")


@pytest.mark.parametrize(
    ("payload", "to"),
    [
        pytest.param({}, "", id="main where no payload says it"),
        pytest.param({"repository": Object()}, "", id="or its repository does not"),
        pytest.param({"repository": Object({"default_branch": "trunk"})}, "testpypi", id="as the payload names it"),
    ],
)
def test_the_default_branch_is_that_of_the_payload(payload: dict[str, Any], to: str) -> None:
    found = outputs(Scope({"github": Object({**PUSH, "event": Object(payload)})}))["publish-to"]
    assert found == (OneOf(("testpypi", ""), "gate.publish-to") if to else "")


DISPATCHED = configured("targets: {pypi: {when: {repository_dispatch: {types: [go]}}}}\n")


@pytest.mark.parametrize(
    ("payload", "takes"),
    [
        pytest.param(Object({"action": "go"}), True, id="the one"),
        pytest.param(Object({"action": "stop"}), False, id="another one"),
        pytest.param(Object({"action": OneOf(("go", "stop"))}), True, id="one of two"),
        pytest.param(Object({"action": OneOf(("halt", "stop"))}), False, id="neither of two"),
        pytest.param(Object({"action": Unknown()}), True, id="any"),
        pytest.param(Object(open=True), True, id="any, of a payload that is not known in full"),
        pytest.param(Object(), False, id="none"),
    ],
)
def test_the_activity_is_one_that_can_be(payload: Object, takes: bool) -> None:
    github = Object({"event_name": "repository_dispatch", "ref": "refs/heads/main", "event": payload})
    assert (outputs(Scope({"github": github}), DISPATCHED)["publish-to"] != "") is takes


def test_a_workflow_that_is_called_sees_an_event_that_is_not_known() -> None:
    workflow = read_workflow(gated().encode(), ".github/workflows/release.yml")
    call = next(each for each in standard_situations() if each.name == "workflow_call")
    run = run_workflow(workflow, Situation(call.name, call.event, call.ref), RepositoryContext()).job("gate")
    assert run is not None
    assert outputs(job_scope(run))["publish-to"] == Unknown()
