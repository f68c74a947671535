"""The workflow that is written: its jobs, in which order, with which rights, and what it takes from the gate."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from unit.init.plans import ALL, COMMIT, TARGETS, label

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.init.answers import Plan, VersionSource
from publish_gate.init.pins import RELEASE, own_use
from publish_gate.init.workflow import render
from publish_gate.inputs import INPUTS
from publish_gate.names import is_project_name
from publish_gate.outputs import OUTPUTS
from publish_gate.targets import BUILT_IN


def read(plan: Plan) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(render(plan), yaml.BaseLoader)  # noqa: S506 - makes texts only
    return loaded


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_rights_triggers_and_outputs(plan: Plan) -> None:
    text, document = render(plan), read(plan)
    assert document["permissions"] == {}
    jobs = document["jobs"]
    publishing = {f"publish-{target.name}" for target in plan.targets}
    assert set(jobs) == {"gate", "build"} | publishing
    for name, job in jobs.items():
        assert job["permissions"] == ({"id-token": "write"} if name in publishing else {"contents": "read"})
    push = document["on"]["push"]
    assert list(document["on"]) == ["push"]
    assert push.get("branches") == (["main"] if BUILT_IN["testpypi"] in plan.targets else None)
    assert push.get("tags") == (["v*"] if BUILT_IN["pypi"] in plan.targets else None)
    used = set(re.findall(r"needs\.gate\.outputs\.([\w-]+)", text))
    assert used == set(jobs["gate"]["outputs"])
    assert used <= {output.name for output in OUTPUTS}
    assert max(map(len, text.splitlines())) <= 120
    assert text == text.strip("\n") + "\n"


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_a_tag_that_cannot_be_a_release_fails(plan: Plan) -> None:
    (step,) = (each for each in read(plan)["jobs"]["gate"]["steps"] if each.get("id") == "gate")
    wanted = ["tag-mismatch, version-behind, not-promoted"] if BUILT_IN["pypi"] in plan.targets else []
    wanted += ["built-mismatch, not-uploadable"] if plan.version is not VersionSource.WRITTEN else []
    assert step["with"].get("fail-when") == (", ".join(wanted) or None)


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_what_was_built_is_checked_before_it_is_handed_on(plan: Plan) -> None:
    jobs = read(plan)["jobs"]
    owner = jobs["build" if plan.version is VersionSource.WRITTEN else "gate"]
    (inputs,) = (step["with"] for step in owner["steps"] if "dist" in step.get("with", {}))
    assert inputs["dist"] == "dist/"
    assert {"built-mismatch", "not-uploadable"} <= set(inputs["fail-when"].split(", "))
    assert inputs.get("working-directory", ".") == plan.folder
    assert inputs.get("package") == (None if plan.package_declared else "demo")
    if plan.version is VersionSource.WRITTEN:
        assert inputs["targets"] == "${{ needs.gate.outputs.publish-to }}", (
            "what another index has is none of its business"
        )
        assert "upload-artifact" in owner["steps"][-1]["uses"]


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_each_target_has_its_job_condition_environment_and_address(plan: Plan) -> None:
    for target in plan.targets:
        job = read(plan)["jobs"][f"publish-{target.name}"]
        assert job["if"] == f"needs.gate.outputs.publish-to == '{target.name}'"
        assert sorted(job["needs"]) == ["build", "gate"]
        assert job["environment"]["name"] == target.environment
        upload = job["steps"][-1].get("with", {}).get("repository-url", PYPI.upload)
        assert upload == {"testpypi": TESTPYPI, "pypi": PYPI}[target.name].upload


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_the_gate_comes_first_where_it_can_know_the_version(plan: Plan) -> None:
    jobs = read(plan)["jobs"]
    gate, build = jobs["gate"], jobs["build"]
    inputs = gate["steps"][-1]["with"]
    assert set(inputs) <= {each.name for each in INPUTS}
    assert inputs["targets"].split(", ") == [target.name for target in plan.targets]
    assert inputs.get("package") == (None if plan.package_declared else "demo")
    assert inputs.get("working-directory", ".") == plan.folder
    first = plan.version is VersionSource.WRITTEN
    assert (build.get("needs"), gate.get("needs")) == (("gate", None) if first else (None, "build"))
    assert build.get("if") == ("needs.gate.outputs.publish-to != ''" if first else None)
    assert "if" not in gate
    assert inputs.get("version-file") == (None if first else "dist/")
    downloads = [step["with"] for step in gate["steps"] if "download-artifact" in step.get("uses", "")]
    below = "dist/" if plan.folder == "." else "packages/demo/dist/"
    assert downloads == ([] if first else [{"name": "dist", "path": below}])


@pytest.mark.parametrize("plan", ALL, ids=label)
def test_steps(plan: Plan) -> None:
    steps = [step for job in read(plan)["jobs"].values() for step in job["steps"]]
    checkouts = [step["with"] for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert [each["persist-credentials"] for each in checkouts] == ["false", "false"]
    depths = [each["fetch-depth"] for each in checkouts if "fetch-depth" in each]
    assert depths == (["0"] if plan.version is VersionSource.TAGS else [])
    (command,) = (step["run"] for step in steps if "run" in step)
    assert re.fullmatch(r"pipx run build==[\d.]+( packages/demo)?", command)
    assert ("packages/" in command) == (plan.folder != ".")
    (upload,) = (step["with"] for step in steps if "upload-artifact" in step.get("uses", ""))
    assert upload["path"] == ("dist/" if plan.folder == "." else "packages/demo/dist/")
    for step in steps:
        if "uses" in step and plan.own_commit is not None:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])


def test_the_action_itself_is_pinned_where_its_commit_is_known() -> None:
    assert own_use(COMMIT) == f"publish-gate/publish-gate@{COMMIT} # {RELEASE}"
    assert own_use(None).startswith(f"publish-gate/publish-gate@{RELEASE} # zizmor: ignore[unpinned-uses] ")


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,40}[A-Za-z0-9])?", fullmatch=True).filter(is_project_name)
FEATURES = st.sampled_from(["true", "null", "1.0", "on", "1e5", "0x1f", "no", "2026-01-01", "nan", "a" * 214])


@given(NAMES | FEATURES)
def test_any_name_of_a_project_stays_a_name(name: str) -> None:
    document = yaml.safe_load(render(Plan(name, TARGETS[2], "release.yml", "main", package_declared=False)))
    assert document["name"] == f"Publish {name}"
    assert document["jobs"]["gate"]["steps"][-1]["with"]["package"] == name


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,40}", fullmatch=True) | st.sampled_from(["on", "null", "1.0"]))
def test_any_branch_stays_a_text(branch: str) -> None:
    document = yaml.safe_load(render(Plan("demo", TARGETS[0], "release.yml", branch)))
    # PyYAML reads the key `on` as a truth value.
    assert document[True]["push"]["branches"] == [branch]
