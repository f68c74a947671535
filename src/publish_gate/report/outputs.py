"""The outputs of a step, from the decision: the contract with downstream jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate.outputs import OUTPUTS
from publish_gate.report.json_report import as_report
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from publish_gate.gate.decision import PackageDecision, TargetDecision
    from publish_gate.run import Result

# GitHub starts at most this many jobs from one matrix.
LARGEST_MATRIX = 256


def as_outputs(result: Result) -> dict[str, str]:
    """Return every output by name, in the contract's order."""
    decision = result.decision
    leading = decision.leading
    version = decision.local.version
    comparison = leading.comparison
    previous = comparison.previous if comparison is not None else None
    values = {
        "should-build": _flag(decision.should_build if decision.publishing is None else True),
        "should-publish": _flag(decision.publishing is not None),
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
        "matrix": as_matrix(result),
        "report": json.dumps(as_report(result), separators=(",", ":"), ensure_ascii=True),
    }
    return {output.name: values[output.name] for output in OUTPUTS}


def as_matrix(result: Result) -> str:
    """Return the job matrix of everything to publish as JSON; empty where there is nothing.

    An empty matrix would fail the run, so there is none: a job guarded by ``if: …outputs.matrix`` is skipped.
    """
    decision = result.decision
    include = [
        {
            "package": decision.project,
            "path": result.path,
            "version": str(decision.local.version),
            "target": each.target.name,
            "environment": each.target.environment or "",
            "repository-url": each.target.repository_url,
            "project-url": project_url(decision, each),
            "reason": each.reason.value,
        }
        for each in decision.targets
        if each.should_publish
    ]
    return json.dumps({"include": include[:LARGEST_MATRIX]}, separators=(",", ":")) if include else ""


def project_url(decision: PackageDecision, target: TargetDecision) -> str:
    """Return the address of this release's page on the target; of the project's where there is no version."""
    version = decision.local.version
    release = f"{version}/" if version is not None else ""
    base = target.target.project_url
    return f"{base}/project/{decision.project}/{release}" if base else ""


def _flag(value: bool) -> str:  # noqa: FBT001 - turns just that into its text
    return "true" if value else "false"
