"""What a job's token may do: blocks, defaults, callers, forks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publish_gate.doctor.workflow.permissions import granted
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Workflow


def workflow(outer: str, inner: str) -> tuple[Workflow, Job]:
    lines = ["on: push", outer, "jobs:", "  a:", f"    {inner}", "    runs-on: x", "    steps: [run: y]"]
    read = read_workflow("\n".join(line for line in lines if line.strip()).encode(), "f")
    return read, read.jobs[0]


WRITE = "permissions: {id-token: write}"
OTHER = "permissions: {contents: read}"


@pytest.mark.parametrize(
    ("outer", "inner", "scope", "level", "line", "why"),
    [
        ("", "", "id-token", "none", None, "never grants an identity token"),
        ("", "", "contents", "default", None, "settings of the repository"),
        (WRITE, "", "id-token", "write", 2, "of the workflow grant write"),
        (WRITE, "", "contents", "none", 2, "do not name it"),
        (WRITE, OTHER, "id-token", "none", 5, "of job 'a' do not name it"),
        (OTHER, WRITE, "id-token", "write", 5, "of job 'a' grant write"),
        ("permissions: write-all", "", "id-token", "write", 2, "grant write"),
        ("permissions: write-all", "permissions: {}", "id-token", "none", 5, "do not name it"),
        ("permissions: read-all", "", "contents", "read", 2, "grant read"),
    ],
    ids=[
        "no block grants no identity token",
        "no block leaves other scopes to the settings",
        "the workflow's block applies",
        "a block that does not name a scope takes it away",
        "a job's block replaces the workflow's as a whole",
        "a job's block grants what the workflow's does not",
        "everything",
        "nothing",
        "everything to read",
    ],
)
def test_one_workflow(outer: str, inner: str, scope: str, level: str, line: int | None, why: str) -> None:
    grant = granted(scope, *workflow(outer, inner))
    assert (grant.level, grant.place and grant.place.line) == (level, line)
    assert why in grant.why


@pytest.mark.parametrize(
    ("caller", "callee", "scope", "level", "why"),
    [
        (("", WRITE), ("", WRITE), "id-token", "write", "of job 'a' grant write"),
        (("", WRITE), ("", ""), "id-token", "write", "of job 'a' grant write"),
        ((OTHER, ""), ("", WRITE), "id-token", "none", "asks for id-token: write, but the job that calls"),
        (("", ""), ("", WRITE), "id-token", "default", "settings of the repository decide"),
        (("", ""), ("", OTHER), "id-token", "none", "do not name it"),
        (("", ""), ("", ""), "id-token", "none", "never grants an identity token"),
        ((WRITE, ""), ("", WRITE), "id-token", "write", "grant write"),
        ((WRITE, OTHER), ("", WRITE), "id-token", "none", "do not name it"),
        (("", WRITE), (OTHER, ""), "id-token", "none", "do not name it"),
        (("", OTHER), ("", "permissions: {contents: write}"), "contents", "read", "granted read"),
        (("", ""), ("", OTHER), "contents", "default", "grant read"),
        (("", ""), ("", WRITE), "contents", "none", "do not name it"),
    ],
    ids=[
        "both grant it",
        "the called workflow takes over what the caller has",
        "the caller does not have it",
        "a caller that says nothing leaves it to the settings",
        "nor does the called workflow ask for it",
        "nobody asks for it",
        "the caller's workflow has it",
        "the calling job gives it up",
        "the called workflow gives it up",
        "the caller has less",
        "the caller's settings decide",
        "the called workflow wants none",
    ],
)
def test_a_called_workflow(caller: tuple[str, str], callee: tuple[str, str], scope: str, level: str, why: str) -> None:
    grant = granted(scope, *workflow(*callee), callers=[workflow(*caller)])
    assert grant.level == level
    assert why in grant.why


@pytest.mark.parametrize(
    ("scope", "inner", "level", "why"),
    [
        ("id-token", WRITE, "none", "from a fork is given no identity token"),
        ("id-token", "", "none", "never grants"),
        ("contents", "permissions: {contents: write}", "read", "from a fork may write nothing"),
        ("contents", "permissions: {}", "none", "do not name it"),
    ],
)
def test_a_pull_request_from_a_fork(scope: str, inner: str, level: str, why: str) -> None:
    grant = granted(scope, *workflow("", inner), fork=True)
    assert grant.level == level
    assert why in grant.why
