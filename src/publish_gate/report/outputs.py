"""The outputs of a step, from the decision: the contract with downstream jobs."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.hosts import project_page
from publish_gate.outputs import OUTPUTS
from publish_gate.report.json_report import Detail, as_report
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.gate.decision import PackageDecision, TargetDecision
    from publish_gate.run import Decided, Result

# GitHub starts at most this many jobs from one matrix.
LARGEST_MATRIX = 256
"""Entries of the output `matrix`: GitHub makes no more jobs of one."""
# GitHub keeps 1 MB of outputs for a job, counted in UTF-16: these are the shares of the two long ones.
_LARGEST_REPORT = 300_000
_LONGEST_MATRIX = 180_000
_LONGEST_LIST = 60_000
NOT_VERIFIED = dict.fromkeys(("verified", "missing", "different", "seconds"), "")
"""What a decision says of the release afterwards: nothing."""
# Where texts are so long that the shortest report of all packages is too long.
_FEWER_PACKAGES = (100, 30, 10, 3, 0)


class Matrix(NamedTuple):
    """A job matrix as JSON, how many entries it has, and how many more it would have without limits."""

    text: str
    entries: int
    rest: int


def as_outputs(result: Result) -> dict[str, str]:
    """Return every output by name, in the contract's order."""
    decision = result.leading.decision
    leading = decision.leading
    version = decision.local.version
    comparison = leading.comparison
    previous = comparison.previous if comparison is not None else None
    matrix = as_matrix(result)
    values = {
        "should-build": _flag(result.should_build),
        "should-publish": _flag(bool(result.publishing)),
        "publish-to": leading.target.name if leading.should_publish else "",
        "package": decision.project,
        "version": str(version) if version is not None else "",
        "previous-version": str(previous) if previous is not None else "",
        "bump": comparison.bump if comparison is not None else "",
        "is-prerelease": _flag(version.is_prerelease) if version is not None else "",
        "reason": leading.reason.value,
        "message": one_line(leading.message),
        "environment": leading.target.environment or "",
        "repository-url": leading.target.repository_url,
        "project-url": project_url(decision, leading),
        "matrix": matrix.text,
        "matrix-rest": str(matrix.rest) if matrix.rest else "",
        **_files(leading),
        **NOT_VERIFIED,
    }
    values["report"] = as_json(result, sum(map(len, (values["files-to-upload"], values["already-uploaded"]))))
    return {output.name: values[output.name] for output in OUTPUTS}


def as_matrix(result: Result) -> Matrix:
    """Return the job matrix of everything to publish, as far as it goes; its text is empty where there is nothing.

    An empty matrix would fail the run, so there is none: a job guarded by ``if: …outputs.matrix`` is skipped.
    """
    publishing = result.publishing
    texts: list[str] = []
    length = 0
    for package, each in publishing[:LARGEST_MATRIX]:
        text = json.dumps(_entry(package, each), separators=(",", ":"))
        length += len(text) + 1
        if length > _LONGEST_MATRIX:
            break
        texts.append(text)
    joined = ",".join(texts)
    return Matrix(f'{{"include":[{joined}]}}' if texts else "", len(texts), len(publishing) - len(texts))


def _entry(package: Decided, target: TargetDecision) -> dict[str, str]:
    return {
        "package": package.decision.project,
        "path": package.path,
        "version": str(package.decision.local.version),
        "target": target.target.name,
        "environment": target.target.environment or "",
        "repository-url": target.target.repository_url,
        "project-url": project_url(package.decision, target),
        "reason": target.reason.value,
    }


def as_json(result: Result, beside: int = 0) -> str:
    """Return the report, as detailed as the limit of a job's outputs allows; ``beside`` is what others take of it."""
    reports = (as_report(result, detail) for detail in Detail)
    fewer = (as_report(result, Detail.FIRST_PACKAGES, most) for most in _FEWER_PACKAGES)
    texts = (json.dumps(each, separators=(",", ":"), ensure_ascii=True) for each in chain(reports, fewer))
    # Without any package it always fits, as every text in it is bounded.
    return next(text for text in texts if len(text) <= _LARGEST_REPORT - beside)


def _files(leading: TargetDecision) -> dict[str, str]:
    upload, there = leading.uploads
    return {"files-to-upload": as_list(upload), "already-uploaded": as_list(there)}


def as_list(names: Iterable[str]) -> str:
    """Return a JSON list of names as far as it goes; an empty text if there are none, which `if:` takes for no."""
    texts: list[str] = []
    length = 0
    for name in names:
        text = json.dumps(name)
        length += len(text) + 1
        if length > _LONGEST_LIST:
            break
        texts.append(text)
    return f"[{','.join(texts)}]" if texts else ""


def project_url(decision: PackageDecision, target: TargetDecision) -> str:
    """Return the address of this release's page on the target; of the project's where there is no version."""
    version, web = decision.local.version, target.target.project_url
    if not web or not decision.project:
        return ""
    return project_page(web, decision.project, str(version) if version is not None else None)


def _flag(value: bool) -> str:  # noqa: FBT001 - turns just that into its text
    return "true" if value else "false"
