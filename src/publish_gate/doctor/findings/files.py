"""Files that say by themselves what is wrong: a refused workflow, a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.log.causes import ALL, cause_of_error
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis


# How setuptools_scm and its kin say that a tracked file was changed: the day of the build in the local part.
_DIRTY = re.compile(r"\+(?:[\w.]*\.)?d20\d{6}\b")
_DIRTY_TREE = "; the day in it says that a file of the checkout was changed before the build"


@detects("recorded-failure", "The log says why it failed", tuple(cause.id for cause in ALL if cause.remedy))
def recorded_failure(analysis: Analysis) -> Iterator[Finding]:
    """Name the failure that a log proves."""
    record = analysis.record
    if record is None:
        return
    for candidate in cause_of_error(record):
        if candidate.proven and candidate.cause.remedy:
            about = ", ".join(filter(None, (record.project, record.version, record.file)))
            dirty = _DIRTY.search(record.version or "") is not None and candidate.cause.id == "local-version"
            yield Finding(
                recorded_failure.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"{candidate.cause.meaning}{f' ({about})' if about else ''}{_DIRTY_TREE if dirty else ''}",
                candidate.cause.remedy,
                None,
                "",
                candidate.cause.id,
            )


@detects("invalid-workflow", "GitHub refuses the workflow file", ("invalid-workflow-file",))
def invalid_workflow(analysis: Analysis) -> Iterator[Finding]:
    """Name everything in the files that GitHub's parser refuses."""
    for workflow in analysis.workflows:
        for problem in workflow.problems:
            where = f"{problem.key}: " if problem.key else ""
            yield Finding(
                invalid_workflow.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"GitHub refuses this file: {one_line(where + problem.message, 300)}",
                "correct it; until then no event starts the workflow",
                problem.place,
                "",
                "invalid-workflow-file",
            )
        # What GitHub's editor underlines and its service passes over.
        for problem in getattr(workflow, "ignored", ()):
            yield Finding(
                invalid_workflow.rule,
                Severity.ADVICE,
                Confidence.MEDIUM,
                f"GitHub passes over this: {one_line(f'{problem.key}: {problem.message}', 300)}",
                "remove it, or write what was meant",
                problem.place,
            )
