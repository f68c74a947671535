"""In which situations an upload happens, and to which index there: switches, guards, legs and calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.doctor.uploads.workflows import Repository, jobs_of, published, workflow_of

from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.hosts import PYPI, TESTPYPI

PYPA = "pypa/gh-action-pypi-publish@v1"
HANDED = "${{ secrets.PYPI_TOKEN }}"
WRITE = {"id-token": "write"}
TAG = "startsWith(github.ref, 'refs/tags/')"
ON = ["push", "pull_request"]
BRANCHES = "pull_request, pull_request_fork, push_main, push_feature"


def when(step: dict[str, Any], files: dict[str, str] | None = None, on: object = ON, **job: object) -> list[str]:
    """Return what one step uploads when."""
    workflow = workflow_of({"permissions": WRITE, "steps": [step], **job}, on=on)
    return published(workflow, Repository(files or {}))


INDEXES: list[tuple[str, str, object, list[str]]] = [
    (
        "by the ref",
        f"${{{{ {TAG} && '{PYPI.upload}' || '{TESTPYPI.upload}' }}}}",
        "push",
        ["testpypi: push_main, push_feature", "pypi: push_tag_v1.2.3"],
    ),
    (
        "by the event",
        f"${{{{ github.event_name == 'release' && '{PYPI.upload}' || '{TESTPYPI.upload}' }}}}",
        ["push", "release"],
        ["testpypi: push_main, push_feature, push_tag_v1.2.3", "pypi: release_published"],
    ),
    (
        "by a variable of the repository",
        "${{ vars.URL }}",
        "push",
        ["dynamic: push_main, push_feature, push_tag_v1.2.3"],
    ),
    (
        "by an input that only one event has",
        f"${{{{ inputs.test && '{TESTPYPI.upload}' || '' }}}}",
        {"push": None, "workflow_dispatch": {"inputs": {"test": {"type": "boolean"}}}},
        [
            (
                "dynamic: push_main, push_feature, push_tag_v1.2.3, workflow_dispatch_main, "
                "workflow_dispatch_main_test=true, workflow_dispatch_main_test=false"
            ),
        ],
    ),
]


@pytest.mark.parametrize(("url", "on", "expected"), [row[1:] for row in INDEXES], ids=[row[0] for row in INDEXES])
def test_each_situation_has_its_index(url: str, on: object, expected: list[str]) -> None:
    found = when({"uses": PYPA, "with": {"repository-url": url}}, on=on)
    assert all(any(each.startswith(start) for each in found) for start in expected)
    assert len(found) == len(expected)


def test_an_index_that_is_decided_in_some_situations_only_is_told_for_those() -> None:
    on = {"push": None, "workflow_dispatch": {"inputs": {"test": {"type": "boolean"}}}}
    step = {"uses": PYPA, "with": {"repository-url": f"${{{{ inputs.test && '{TESTPYPI.upload}' || '' }}}}"}}
    (job,) = jobs_of(workflow_of({"steps": [step]}, on=on))
    assert job.index_in("push_main").value == "pypi"
    assert job.index_in("workflow_dispatch_main").value == "dynamic"
    assert {each.value for each in job.upload.alternatives} == {"pypi", "testpypi"}


def test_each_leg_of_a_matrix_has_its_index() -> None:
    matrix = {"include": [{"to": "testpypi", "url": TESTPYPI.upload}, {"to": "pypi", "url": ""}]}
    step = {"if": f"matrix.to == 'testpypi' || {TAG}", "uses": PYPA, "with": {"repository-url": "${{ matrix.url }}"}}
    assert when(step, on="push", strategy={"matrix": matrix}) == [
        "testpypi: push_main, push_feature, push_tag_v1.2.3",
        "pypi: push_tag_v1.2.3",
    ]


def test_the_legs_that_upload_are_counted() -> None:
    def legs(**job: object) -> list[int]:
        return [each.legs for each in jobs_of(workflow_of({"steps": [{"uses": PYPA}], **job}))]

    assert legs() == [1]
    assert legs(strategy={"matrix": {"python": [1, 2, 3], "exclude": [{"python": 2}]}}) == [2]
    assert legs(strategy={"matrix": "${{ fromJSON(vars.MATRIX) }}"}) == [0]
    two = [{"if": "matrix.python == 3", "uses": PYPA}]
    assert legs(steps=two, strategy={"matrix": {"python": [1, 2, 3]}}) == [1]


SWITCHES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "a switch by the ref",
        {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": f"${{{{ {TAG} }}}}"}},
        ["pypi: push_tag_v1.2.3"],
    ),
    ("a switch that is never on", {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": "${{ false }}"}}, []),
    (
        "a switch that is on in no situation",
        {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": "${{ github.event_name == 'release' }}"}},
        [],
    ),
    (
        "a switch that a variable decides",
        {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": "${{ vars.UPLOAD }}"}},
        [f"pypi: {BRANCHES.replace(',', '?,')}?, push_tag_v1.2.3?"],
    ),
    (
        "a dry run by the event",
        {"uses": "me/pypi-publish@v1", "with": {"dry-run": "${{ github.event_name == 'pull_request' }}"}},
        ["pypi: push_main, push_feature, push_tag_v1.2.3"],
    ),
    (
        "a command by the ref",
        {"uses": "PyO3/maturin-action@v1", "with": {"command": f"${{{{ {TAG} && 'publish' || 'build' }}}}"}},
        ["pypi: push_tag_v1.2.3"],
    ),
    (
        "a command that a variable decides, with a token",
        {
            "uses": "PyO3/maturin-action@v1",
            "with": {"command": "${{ vars.C }}"},
            "env": {"MATURIN_PYPI_TOKEN": HANDED},
        },
        [f"pypi: {BRANCHES.replace(',', '?,')}?, push_tag_v1.2.3?"],
    ),
    ("a command that a variable decides", {"run": "poetry ${{ vars.C }}"}, []),
    (
        "a whole command in an expression",
        {"run": f"${{{{ {TAG} && 'twine upload dist/*' || 'ls' }}}}"},
        ["pypi: push_tag_v1.2.3"],
    ),
    (
        "a dry run in an expression",
        {"run": f"uv publish ${{{{ !{TAG} && '--dry-run' || '' }}}}"},
        ["pypi: push_tag_v1.2.3"],
    ),
]


@pytest.mark.parametrize(("step", "expected"), [row[1:] for row in SWITCHES], ids=[row[0] for row in SWITCHES])
def test_a_switch_beside_the_condition_counts(step: dict[str, Any], expected: list[str]) -> None:
    assert when(step) == expected


FLOW = "OpenAstronomy/github-actions-workflows/.github/workflows/publish.yml@v2"
CALLS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("the default", {}, ["pypi: push_tag_v1.2.3"]),
    ("a condition", {"upload_to_pypi": f"${{{{ {TAG} }}}}"}, ["pypi: push_tag_v1.2.3"]),
    ("always", {"upload_to_pypi": True}, [f"pypi: {BRANCHES}, push_tag_v1.2.3"]),
    ("never", {"upload_to_pypi": False}, []),
    ("a beginning of other tags", {"upload_to_pypi": "refs/tags/release-"}, ["pypi: "]),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS])
def test_the_switch_of_a_called_workflow_counts(given: dict[str, Any], expected: list[str]) -> None:
    content = {"on": ON, "jobs": {"up": {"uses": FLOW, "with": given, "secrets": {"pypi_token": HANDED}}}}
    assert published(read_workflow(json.dumps(content).encode(), ".github/workflows/w.yml")) == expected


COMPOSITE = """
inputs: {publish: {default: 'false'}, url: {default: ''}}
runs:
  using: composite
  steps:
    - uses: pypa/gh-action-pypi-publish@v1
      if: inputs.publish == 'true'
      with: {repository-url: '${{ inputs.url }}'}
"""
COMPOSITES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("by its default", {}, []),
    ("by a condition", {"publish": f"${{{{ {TAG} }}}}"}, ["pypi: push_tag_v1.2.3"]),
    (
        "by a variable",
        {"publish": "${{ vars.P }}", "url": "https://x.example/"},
        ["other: push_main?, push_feature?, push_tag_v1.2.3?"],
    ),
    (
        "with an address by the ref",
        {"publish": True, "url": f"${{{{ {TAG} && '{PYPI.upload}' || '{TESTPYPI.upload}' }}}}"},
        ["testpypi: push_main, push_feature", "pypi: push_tag_v1.2.3"],
    ),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in COMPOSITES], ids=[row[0] for row in COMPOSITES])
@pytest.mark.parametrize("here", ["./", "$/"])
def test_a_condition_inside_of_a_composite_action_counts(here: str, given: dict[str, Any], expected: list[str]) -> None:
    step = {"uses": f"{here}.github/actions/ship", "with": given}
    assert when(step, {".github/actions/ship/action.yml": COMPOSITE}, on="push") == expected


def test_steps_in_parallel_inside_of_a_composite_action_count() -> None:
    action = "runs: {steps: [{parallel: [{run: ls, shell: sh}, {uses: pypa/gh-action-pypi-publish@v1}]}, x]}"
    assert when({"uses": "./a"}, {"a/action.yml": action}, on="push") == [f"pypi: {SURE}"]


def test_a_composite_action_in_a_composite_action_counts() -> None:
    outer = "runs: {steps: [{uses: ./inner, if: \"github.ref_type == 'tag'\", with: {publish: 'true'}}]}"
    files = {"outer/action.yml": outer, "inner/action.yml": COMPOSITE}
    assert when({"uses": "./outer"}, files, on="push") == ["pypi: push_tag_v1.2.3"]


OPEN = "push_main?, push_feature?, push_tag_v1.2.3?"
SURE = "push_main, push_feature, push_tag_v1.2.3"
GUARDS: list[tuple[str, dict[str, Any], str]] = [
    ("the ref", {"run": 'if [[ "$GITHUB_REF" == refs/tags/* ]]; then twine upload x; fi'}, OPEN),
    ("its name", {"run": "case $GITHUB_REF_NAME in v*) twine upload x;; esac"}, OPEN),
    ("a part of the ref", {"run": 'if [ "${GITHUB_REF#refs/tags/}" = a ]; then\n  twine upload x\nfi'}, OPEN),
    ("the event", {"run": '[ "$GITHUB_EVENT_NAME" = push ] && twine upload x'}, OPEN),
    ("the event in an expression", {"run": "if [ '${{ github.event_name }}' = push ]; then twine upload x; fi"}, OPEN),
    ("a variable with the ref", {"run": "if [ $R ]; then twine upload x; fi", "env": {"R": "${{ github.ref }}"}}, OPEN),
    ("an end before it", {"run": 'if [ "$GITHUB_REF" != x ]; then exit 0; fi\ntwine upload x'}, OPEN),
    ("an end by a test", {"run": "[[ $GITHUB_REF == x ]] || exit\ntwine upload x"}, OPEN),
    ("a failure before it", {"run": 'if [ "$GITHUB_REF" != x ]; then exit 1; fi\ntwine upload x'}, SURE),
    ("a function", {"run": "p() { twine upload x; }\nif [ $GITHUB_REF = a ]; then p; fi"}, OPEN),
    ("PowerShell", {"run": "if ($env:GITHUB_REF -eq 'a') {\n twine upload x\n}", "shell": "pwsh"}, OPEN),
    ("cmd", {"run": 'if "%GITHUB_REF%"=="a" twine upload x', "shell": "cmd"}, OPEN),
    ("what is there", {"run": "if [ -d dist ]; then twine upload x; fi"}, SURE),
    ("a variable of its own", {"run": "A=b\nif [ $A = b ]; then twine upload x; fi"}, SURE),
    ("nothing", {"run": "if [ $GITHUB_REF = a ]; then ls; fi\ntwine upload x"}, SURE),
]


@pytest.mark.parametrize(("step", "expected"), [row[1:] for row in GUARDS], ids=[row[0] for row in GUARDS])
def test_a_guard_of_the_shell_leaves_it_open(step: dict[str, Any], expected: str) -> None:
    assert when(step, on="push") == [f"pypi: {expected}"]


PYTHON_GUARDS = [
    ("the ref", "if os.environ['GITHUB_REF'] == 'x':\n    run(['twine', 'upload'])", OPEN),
    (
        "a name made of the ref",
        "ref = getenv('GITHUB_REF')\nif ref.startswith('x'):\n    system('twine upload x')",
        OPEN,
    ),
    (
        "a name that is set under such a condition",
        "if os.environ['GITHUB_EVENT_NAME']:\n    tag: str = 'x'\nif tag:\n    run(['twine', 'upload'])",
        OPEN,
    ),
    ("a function", "def up():\n    run(['twine', 'upload'])\nif getenv('GITHUB_REF'):\n    up()", OPEN),
    (
        "a function that is called as well",
        "def up():\n    run(['twine', 'upload'])\nif getenv('GITHUB_REF'):\n    up()\nup()",
        SURE,
    ),
    ("something else", "print(getenv('GITHUB_REF'))\nx: int\ny = 1\nif y:\n    run(['twine', 'upload'])", SURE),
]


@pytest.mark.parametrize(
    ("code", "expected"), [row[1:] for row in PYTHON_GUARDS], ids=[row[0] for row in PYTHON_GUARDS]
)
def test_a_guard_of_python_code_leaves_it_open(code: str, expected: str) -> None:
    assert when({"run": "python up.py"}, {"up.py": code}, on="push") == [f"pypi: {expected}"]


def test_a_guard_around_a_script_that_is_followed_leaves_it_open() -> None:
    files = {"go.sh": "twine upload x", "in.sh": "if [ $GITHUB_REF = a ]; then twine upload x; fi"}
    assert when({"run": "if [ $GITHUB_REF = a ]; then ./go.sh; fi"}, files, on="push") == [f"pypi: {OPEN}"]
    assert when({"run": "./in.sh"}, files, on="push") == [f"pypi: {OPEN}"]


PREFIX = "if [ -d venv ]; then\n  PREFIX=venv/bin/\nelse\n  PREFIX=\nfi\n"
MISSED: list[tuple[str, dict[str, Any], dict[str, str], list[str]]] = [
    ("a program behind a prefix", {"run": f"{PREFIX}${{PREFIX}}twine upload x"}, {}, [SURE]),
    ("a program behind an unknown prefix", {"run": "$(find-it)/twine upload x; ${BIN}uv publish"}, {}, [SURE, SURE]),
    (
        "a script with a prefix",
        {"run": "./up"},
        {"up": f"#!/bin/sh\n{PREFIX}${{PREFIX}}python -m twine upload x"},
        [SURE],
    ),
    ("another program behind a prefix", {"run": "${PREFIX}mkdocs gh-deploy"}, {}, []),
    ("a module of the checkout", {"run": "python -m a.b"}, {"a/b.py": "run(['twine', 'upload'])"}, [SURE]),
    (
        "a package of the checkout",
        {"run": "uv run python -m a"},
        {"src/a/__main__.py": "run('twine upload x')"},
        [SURE],
    ),
    ("a package in a folder", {"run": "cd b\npython -m a"}, {"b/a/__main__.py": "run('twine upload x')"}, [SURE]),
    (
        "a module that is handed a token",
        {"run": "python -m a", "env": {"TWINE_PASSWORD": HANDED}},
        {"a/__main__.py": "from a import main\nmain()"},
        [OPEN],
    ),
    ("a module of another package", {"run": "python -m build", "env": {"TWINE_PASSWORD": HANDED}}, {}, []),
    ("a module without a token", {"run": "python -m a"}, {"a.py": "1"}, []),
    (
        "a tool that is handed a token",
        {"run": "dagger call release publish --pypi-token=env:PYPI_TOKEN"},
        {},
        [SURE],
    ),
    ("a tool that is handed a token for something", {"run": "dagger call all --pypi-token env:X"}, {}, [OPEN]),
    (
        "a container that is handed a token",
        {"run": "docker run -e TWINE_PASSWORD img", "env": {"TWINE_PASSWORD": HANDED}},
        {},
        [OPEN],
    ),
    ("a container that is handed something else", {"run": "docker run -e A=b img"}, {}, []),
    (
        "a container that is handed nothing",
        {"run": "docker run -e TWINE_PASSWORD img", "env": {"TWINE_PASSWORD": ""}},
        {},
        [],
    ),
    ("a module behind an unknown program", {"run": "$PY -m twine upload x"}, {}, [SURE]),
    ("a program behind an unknown one", {"run": "$RUN twine upload x"}, {}, [SURE]),
    ("a program behind one that nobody knows", {"run": "devbox run -- twine upload x"}, {}, [SURE]),
    ("a text behind one that takes texts", {"run": "echo -- twine upload x"}, {}, []),
    ("a program in a container", {"run": "docker run -v $PWD:/io img twine upload x"}, {}, [SURE]),
    ("a program for each file", {"run": "find dist -name '*.whl' -exec twine upload {} ';'"}, {}, [SURE]),
    ("a program in an environment of nix", {"run": "nix develop -c twine upload x"}, {}, [SURE]),
    (
        "a script that says it, is handed a token and does it elsewhere",
        {"run": "python tools/publish.py", "env": {"TWINE_PASSWORD": HANDED}},
        {"tools/publish.py": "from tools.inner import main\nmain()"},
        [OPEN],
    ),
    ("a script that says it", {"run": "./publish.sh"}, {"publish.sh": "git push"}, []),
    ("another program in a container", {"run": "docker run img twine check x"}, {}, []),
    ("a script that a runner runs", {"run": "hatch run python up.py"}, {"up.py": "run('twine upload x')"}, [SURE]),
    ("a program of the project", {"run": "uv run publish", "env": {"TWINE_PASSWORD": HANDED}}, {}, [OPEN]),
    (
        "a tool that says it and is handed a token",
        {"run": "npx semantic-release", "env": {"PYPI_TOKEN": HANDED}},
        {},
        [OPEN],
    ),
    ("a tool that says it", {"run": "npx semantic-release"}, {}, []),
    ("a tool that is handed a token", {"run": "npx tool", "env": {"PYPI_TOKEN": HANDED}}, {}, []),
    (
        "a token that is used for something else",
        {"run": "pip install -i https://$P@x.example/ x\necho release\ngit push release", "env": {"P": HANDED}},
        {},
        [],
    ),
    ("a tool with another option", {"run": "tool --pypi-mirror=x --npm-token=y --pypi-user z"}, {}, []),
]


@pytest.mark.parametrize(("step", "files", "expected"), [row[1:] for row in MISSED], ids=[row[0] for row in MISSED])
def test_an_upload_that_is_easily_missed_is_found(
    step: dict[str, Any], files: dict[str, str], expected: list[str]
) -> None:
    found = when(step, files, on="push")
    assert [each.partition(": ")[2] for each in found] == expected


def test_a_tool_in_a_composite_action_sees_the_variables_of_its_step() -> None:
    action = "inputs: {function: {}}\nruns: {steps: [{run: 'dagger call ${{ inputs.function }}', shell: bash}]}"
    step = {
        "uses": "./call",
        "with": {"function": "release publish --pypi-token=env:PYPI_TOKEN"},
        "env": {"PYPI_TOKEN": HANDED},
    }
    assert when(step, {"call/action.yml": action}, on="push") == [f"pypi: {SURE}"]


CALLED = {
    "on": {"push": {"tags": ["v*"]}, "workflow_call": {"inputs": {"upload": {"type": "boolean", "default": True}}}},
    "jobs": {
        "up": {
            "runs-on": "x",
            "if": "github.event_name == 'push' || inputs.upload",
            "steps": [{"uses": PYPA}],
        }
    },
}


@pytest.mark.parametrize(
    ("given", "expected"), [({}, ["pypi: schedule"]), ({"upload": False}, []), ({"upload": True}, ["pypi: schedule"])]
)
def test_a_call_that_switches_its_upload_off_is_none(given: dict[str, Any], expected: list[str]) -> None:
    files = {".github/workflows/up.yml": json.dumps(CALLED)}
    content = {
        "on": {"schedule": [{"cron": "1 2 * * *"}]},
        "jobs": {"a": {"uses": "./.github/workflows/up.yml", "with": given}},
    }
    workflow = read_workflow(json.dumps(content).encode(), ".github/workflows/night.yml")
    assert published(workflow, Repository(files)) == expected


def test_the_uploads_of_a_call_are_told_apart_by_index_environment_and_situation() -> None:
    def called(*jobs: dict[str, Any]) -> list[str]:
        inner = {f"j{number}": {"runs-on": "x", "steps": [{"uses": PYPA}], **job} for number, job in enumerate(jobs)}
        files = {".github/workflows/in.yml": json.dumps({"on": "workflow_call", "jobs": inner})}
        content = {"on": "push", "jobs": {"a": {"uses": "./.github/workflows/in.yml"}}}
        return published(read_workflow(json.dumps(content).encode(), ".github/workflows/w.yml"), Repository(files))

    assert called({}, {}) == [f"pypi: {SURE}"]
    assert called({"environment": "a"}, {"environment": {"name": "a"}}) == [f"pypi: {SURE}"]
    assert called({"environment": "a"}, {"environment": "b"}) == [f"pypi: {SURE}"] * 2
    assert called({}, {"if": TAG}) == [f"pypi: {SURE}", "pypi: push_tag_v1.2.3"]


def test_a_pull_request_from_a_fork_changes_nothing_of_how_it_authenticates() -> None:
    step = {"uses": PYPA, "with": {"password": HANDED}}
    (job,) = jobs_of(workflow_of({"steps": [step]}, on=ON))
    assert job.upload.auth.value == "token"
    assert when({"run": "twine upload x", "env": {"TWINE_PASSWORD": HANDED}}) == [f"pypi: {BRANCHES}, push_tag_v1.2.3"]


def test_two_uploads_of_one_job_are_two() -> None:
    job = {"steps": [{"uses": PYPA, "with": {"repository-url": TESTPYPI.upload}}, {"uses": PYPA}]}
    assert published(workflow_of(job)) == [f"testpypi: {SURE}", f"pypi: {SURE}"]


CONDITIONED: list[tuple[str, str, str]] = [
    ("an input", "inputs.to == 'pypi'", "pypi"),
    ("another value of it", "inputs.to != 'pypi'", "testpypi"),
    ("nothing of it", "github.actor != 'x'", "dynamic"),
    ("a condition that is refused", "inputs.to ==", "dynamic"),
]


@pytest.mark.parametrize(("condition", "index"), [row[1:] for row in CONDITIONED], ids=[row[0] for row in CONDITIONED])
def test_the_condition_decides_what_an_address_can_be(condition: str, index: str) -> None:
    declared = {"to": {"type": "choice", "options": ["pypi", "testpypi"]}}
    step = {"run": "twine upload -r ${{ inputs.to }} x"}
    on = {"workflow_dispatch": {"inputs": declared}}
    (found,) = published(workflow_of({"steps": [step], "if": condition}, on=on))
    assert found.partition(":")[0] == index


GATED = """
on: {push: {branches: [main]}}
jobs:
  gate:
    runs-on: x
    outputs: {to: '${{ steps.gate.outputs.publish-to }}', url: '${{ steps.gate.outputs.repository-url }}'}
    steps: [{id: gate, uses: me/publish-gate@v1, with: {targets: 'testpypi, pypi', branches: main}}]
  up:
    needs: gate
    if: needs.gate.outputs.to == 'TARGET'
    runs-on: x
    steps: [{uses: pypa/gh-action-pypi-publish@v1, with: {repository-url: '${{ needs.gate.outputs.url }}'}}]
"""


@pytest.mark.parametrize("target", ["testpypi", "pypi"])
def test_the_address_that_the_gate_hands_over_is_that_of_the_target(target: str) -> None:
    workflow = read_workflow(GATED.replace("TARGET", target).encode(), ".github/workflows/w.yml")
    assert published(workflow) == [f"{target}: push_main?"]
