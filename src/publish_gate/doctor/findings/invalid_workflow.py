"""GitHub refuses the workflow file, so nothing of it ever runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule("invalid-workflow", "GitHub refuses the workflow file", ("invalid-workflow-file",))


def find(examination: Analysis) -> Iterator[Finding]:
    """Name everything in the files that GitHub's parser refuses."""
    for workflow in examination.workflows:
        for problem in workflow.problems:
            where = f"{problem.key}: " if problem.key else ""
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"GitHub refuses this file: {one_line(where + problem.message, 300)}",
                "correct it; until then no event starts the workflow",
                problem.place,
                "",
                "invalid-workflow-file",
            )
