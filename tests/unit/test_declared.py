"""What the jobs that upload declare is held against a target's environment only where it is sure."""

from __future__ import annotations

import pytest

from publish_gate.declared import declared_environments, with_declared
from publish_gate.doctor.uploads.sources import KnownWorkflows
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.hosts import TESTPYPI
from publish_gate.plan import plan_single
from publish_gate.repository import ReadPackage, Repository
from publish_gate.settings import load_settings
from publish_gate.versions import FoundVersion

ACTION = "pypa/gh-action-pypi-publish@release/v1"
TEST = f", with: {{repository-url: '{TESTPYPI.upload}'}}"


def job(name: str, environment: str, step: str) -> str:
    declared = f"    environment: {environment}\n" if environment else ""
    return f"  {name}:\n    runs-on: x\n{declared}    permissions: {{id-token: write}}\n    steps:\n      - {step}\n"


def uses(more: str = "") -> str:
    return f"{{uses: {ACTION}{more}}}"


ROWS = [
    ((job("a", "PyPI", uses()),), {"pypi": ("pypi",)}, "one job"),
    ((job("a", "", uses()),), {"pypi": ("",)}, "a job without an environment"),
    ((job("a", "{name: x, url: y}", uses()),), {"pypi": ("x",)}, "a mapping"),
    (
        (job("a", "pypi", uses()), job("b", "testpypi", uses(TEST))),
        {"pypi": ("pypi",), "testpypi": ("testpypi",)},
        "a job for each index",
    ),
    ((job("a", "x", uses()), job("b", "y", uses()), job("c", "x", uses())), {"pypi": ("x", "y")}, "two environments"),
    ((job("a", "${{ matrix.e }}", uses()), job("b", "y", uses())), {}, "a computed environment"),
    ((job("b", "y", uses()), job("a", "{url: y}", uses())), {}, "an environment without a name"),
    ((job("a", "x", uses(", with: {repository-url: '${{ a }}'}")), job("b", "y", uses())), {}, "a computed index"),
    (
        (job("a", "x", uses(", with: {repository-url: 'https://Up.example/legacy/'}")),),
        {"https://up.example/legacy": ("x",)},
        "an index of its own",
    ),
    ((job("a", "x", "{run: twine upload dist/*}"),), {"pypi": ("x",)}, "a command"),
    (("  a:\n    uses: ./.github/workflows/publish-to-pypi.yml\n", job("b", "y", uses())), {}, "a call"),
    ((job("a", "x", "{run: make}"),), {}, "no upload"),
]


@pytest.mark.parametrize(("jobs", "expected"), [row[:2] for row in ROWS], ids=[row[2] for row in ROWS])
def test_what_uploading_jobs_declare(jobs: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    workflow = read_workflow(f"on: push\njobs:\n{''.join(jobs)}".encode(), ".github/workflows/w.yml")
    assert declared_environments(workflow, KnownWorkflows()) == expected


def test_only_the_targets_that_were_named_are_held_to_it() -> None:
    plan = plan_single(load_settings({"targets": "testpypi, pypi"}))
    package = ReadPackage(plan, "demo", FoundVersion("1.0", None, "x"))
    text = f"on: push\njobs:\n{job('a', 'x', uses())}{job('b', 'y', uses(TEST))}"
    workflow = read_workflow(text.encode(), ".github/workflows/w.yml")
    repository = with_declared(Repository((package,), None), frozenset({"pypi"}), workflow, KnownWorkflows())
    assert [rules.declared for rules in repository.packages[0].plan.rules] == [(), ("x",)]
