"""What a job does besides uploading."""

from __future__ import annotations

from typing import Any

import pytest
from unit.doctor.uploads.workflows import Repository, workflow_of

from publish_gate.doctor.uploads.job_work import builds, gate_steps

BUILDING: list[tuple[str, dict[str, Any], bool]] = [
    ("the build program", {"run": "python -m build --sdist"}, True),
    ("its other name", {"run": "uvx --from build pyproject-build"}, True),
    ("uv", {"run": "uv build"}, True),
    ("hatch", {"run": "pipx run hatch build -t wheel"}, True),
    ("flit", {"run": "flit build"}, True),
    ("poetry", {"run": "poetry build"}, True),
    ("poetry that uploads what it builds", {"run": "poetry publish --build"}, True),
    ("poetry that only uploads", {"run": "poetry publish"}, False),
    ("pdm, which builds what it uploads", {"run": "pdm publish"}, True),
    ("pdm that only uploads", {"run": "pdm publish --no-build"}, False),
    ("rye that only uploads", {"run": "rye publish"}, False),
    ("maturin", {"run": "maturin build --release"}, True),
    ("maturin that only uploads", {"run": "maturin upload x"}, False),
    ("pip", {"run": "pip wheel . --no-deps"}, True),
    ("pip that installs", {"run": "python -m pip install build"}, False),
    ("a setup.py", {"run": "python setup.py sdist bdist_wheel"}, True),
    ("a setup.py that tests", {"run": "python setup.py test"}, False),
    ("cibuildwheel", {"run": "python -m cibuildwheel"}, True),
    ("a help text", {"run": "python -m build --help"}, False),
    ("something else", {"run": "uv sync\nls\nsudo"}, False),
    ("a command behind nothing", {"run": "sudo\nuv build --out-dir x"}, True),
    ("a list of builds", {"run": "ls\nsudo\necho build"}, False),
    ("the action of cibuildwheel", {"uses": "pypa/cibuildwheel@v3"}, True),
    ("the action that builds and inspects", {"uses": "hynek/build-and-inspect-python-package@v2"}, True),
    ("the action of maturin", {"uses": "PyO3/maturin-action@v1", "with": {"command": "build"}}, True),
    ("the action of maturin that uploads", {"uses": "PyO3/maturin-action@v1", "with": {"command": "upload"}}, False),
    ("another action", {"uses": "actions/checkout@v4", "with": {"command": "x"}}, False),
    ("nothing", {"name": "x"}, False),
]


@pytest.mark.parametrize(("step", "expected"), [row[1:] for row in BUILDING], ids=[row[0] for row in BUILDING])
def test_building_distributions_is_seen(step: dict[str, Any], expected: bool) -> None:
    assert bool(builds(workflow_of({"steps": [step]}).jobs[0])) is expected


GATES = [
    ("the action by its owner", "somebody/publish-gate@v1", True),
    ("a folder of that name without an action", "./tools/publish-gate", False),
    ("the action in capitals", "Somebody/Publish-Gate@v1", True),
    ("an action with a longer name", "somebody/publish-gate-extra@v1", False),
    ("another local action", "./other", False),
    ("this repository, which says so", "./", True),
    ("a folder that says so", "./.github/actions/gate", True),
    ("a folder without an action", "./nothing", False),
]


@pytest.mark.parametrize(("uses", "expected"), [row[1:] for row in GATES], ids=[row[0] for row in GATES])
def test_the_gate_itself_is_recognised(uses: str, expected: bool) -> None:
    files = Repository(
        {
            "action.yml": "name: Publish Gate",
            ".github/actions/gate/action.yaml": "name: Publish Gate",
            "other/action.yml": "name: x",
        }
    )
    workflow = workflow_of({"steps": [{"run": "ls"}, {"id": "gate", "uses": uses}]})
    assert [step.id for _, step in gate_steps(workflow, files.read)] == (["gate"] if expected else [])


def test_without_files_a_local_action_is_no_gate() -> None:
    assert gate_steps(workflow_of({"steps": [{"uses": "./"}]})) == ()
