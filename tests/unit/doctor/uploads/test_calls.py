"""Jobs that call a workflow which uploads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.doctor.uploads.workflows import Repository, find_uploads, shown

from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.hosts import TESTPYPI

HANDED = "${{ secrets.PYPI_TOKEN }}"
WRITE = {"id-token": "write"}


def found(job: dict[str, Any], files: dict[str, str] | None = None, **top: object) -> list[str]:
    """Return what a calling job uploads."""
    content = {"on": "push", "jobs": {"call": job}, **top}
    workflow = read_workflow(json.dumps(content).encode(), ".github/workflows/release.yml")
    uploads = find_uploads(workflow, Repository(files) if files is not None else None)
    assert all(each.step is None and each.job.id == "call" for each in uploads)
    return shown(uploads)


UNREAD: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "a name and the identity",
        {"uses": "./.github/workflows/publish-pypi.yml", "permissions": WRITE},
        ["other pypi oidc"],
    ),
    (
        "a name and all secrets",
        {"uses": "me/x/.github/workflows/pypi-release.yml@v1", "secrets": "inherit"},
        ["other pypi unknown"],
    ),
    (
        "a name for the test index",
        {"uses": "./.github/workflows/publish-test-pypi.yml", "permissions": WRITE},
        ["other testpypi oidc"],
    ),
    ("a name alone", {"uses": "./.github/workflows/publish-pypi.yml"}, []),
    ("a secret", {"uses": "me/x/.github/workflows/ci.yml@v1", "secrets": {"PYPI_TOKEN": HANDED}}, ["other pypi token"]),
    (
        "secrets for both indexes",
        {
            "uses": "me/x/.github/workflows/pypi-release.yml@v1",
            "secrets": {
                "PYPI_API_TOKEN": "${{ secrets.PYPI_API_TOKEN }}",
                "TEST_PYPI_API_TOKEN": "${{ secrets.TEST_PYPI_API_TOKEN }}",
            },
        },
        ["other dynamic token"],
    ),
    (
        "the identity for something else",
        {"uses": "./.github/workflows/publish-crates.yml", "permissions": WRITE, "secrets": "inherit"},
        [],
    ),
    (
        "a provenance",
        {
            "uses": "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2",
            "permissions": WRITE,
        },
        [],
    ),
    ("an image", {"uses": "./.github/workflows/publish-docker.yml", "secrets": {"DOCKER": "x"}}, []),
    (
        "a dry run",
        {"uses": "./.github/workflows/publish-pypi.yml", "permissions": WRITE, "with": {"dry-run": True}},
        [],
    ),
    (
        "a known workflow",
        {
            "uses": "OpenAstronomy/github-actions-workflows/.github/workflows/publish.yml@v1",
            "secrets": {"pypi_token": HANDED},
        },
        ["other pypi token"],
    ),
    (
        "a known workflow with an address",
        {
            "uses": "OpenAstronomy/github-actions-workflows/.github/workflows/publish_pure_python.yml@v1",
            "with": {"repository_url": TESTPYPI.upload},
            "secrets": {"pypi_token": HANDED},
        },
        ["other testpypi token"],
    ),
    (
        "a known workflow that is told not to",
        {
            "uses": "OpenAstronomy/github-actions-workflows/.github/workflows/publish.yml@v1",
            "with": {"upload_to_pypi": False},
            "secrets": {"anaconda_token": "x"},
        },
        [],
    ),
]


@pytest.mark.parametrize(("job", "expected"), [row[1:] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_a_workflow_that_cannot_be_read_is_judged(job: dict[str, Any], expected: list[str]) -> None:
    assert found(job) == expected


def called(job: dict[str, Any], **call: object) -> dict[str, str]:
    content = {"on": {"workflow_call": call}, "jobs": {"inner": {"runs-on": "x", **job}}}
    return {".github/workflows/inner.yml": json.dumps(content)}


CALL = {"uses": "./.github/workflows/inner.yml"}
PYPA = "pypa/gh-action-pypi-publish@v1"


def test_what_a_called_workflow_uploads_is_its_callers() -> None:
    assert found(CALL, called({"steps": [{"uses": PYPA}]})) == ["other pypi oidc"]
    assert found(CALL, called({"steps": [{"run": "ls"}]})) == []


def test_the_identity_is_the_callers_to_grant() -> None:
    files = called({"steps": [{"run": "uv publish"}]})
    assert found({**CALL, "permissions": WRITE}, files) == ["other pypi oidc"]
    assert found(CALL, files) == ["other pypi unknown"]
    assert found(CALL, files, permissions=WRITE) == ["other pypi oidc"]
    inner = called({"permissions": WRITE, "steps": [{"run": "uv publish"}]})
    assert found(CALL, inner) == ["other pypi unknown"]


def test_the_inputs_of_the_call_decide() -> None:
    steps = [{"uses": PYPA, "with": {"repository-url": "${{ inputs.url }}", "password": "${{ inputs.password }}"}}]
    declared = {
        "inputs": {
            "url": {"type": "string", "default": ""},
            "password": {"type": "string"},
            "x": {"default": "${{ y }}"},
        }
    }
    files = called({"steps": steps}, **declared)
    assert found(CALL, files) == ["other pypi oidc"]
    assert found({**CALL, "with": {"url": TESTPYPI.upload}}, files) == ["other testpypi oidc"]
    assert found({**CALL, "with": {"URL": "${{ github.x }}"}}, files) == ["other dynamic oidc"]
    choice = {"strategy": {"matrix": {"u": [TESTPYPI.upload]}}, "with": {"url": "${{ matrix.u }}"}}
    assert found({**CALL, **choice}, files) == ["other testpypi oidc"]


def test_calls_are_followed_and_come_to_an_end() -> None:
    files = called({"steps": [{"run": "twine upload x"}]})
    files[".github/workflows/outer.yml"] = json.dumps({"on": "workflow_call", "jobs": {"a": CALL}})
    assert found({"uses": "./.github/workflows/outer.yml"}, files) == ["other pypi unknown"]
    loop = {".github/workflows/inner.yml": json.dumps({"on": "workflow_call", "jobs": {"a": CALL}})}
    assert found(CALL, loop) == []


def test_a_called_workflow_seen_alone_says_nothing_of_the_permission() -> None:
    content = {"on": "workflow_call", "jobs": {"a": {"runs-on": "x", "steps": [{"run": "uv publish"}]}}}
    assert shown(find_uploads(read_workflow(json.dumps(content).encode(), "a.yml"))) == ["uv pypi oidc"]
