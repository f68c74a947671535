"""An `if:` that is a text around an expression: a text that is not empty is true, whatever the expression says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.places import names_of
from publish_gate.doctor.fixes.edit_workflow import rewritten
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.workflow.graph import with_needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Scalar

RULE = Rule("always-true-condition", "The condition is always true", ("over-broad-trigger",))
# As GitHub finds them: a text in quotes is passed over, and with it what it holds.
_PART = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")
_NAME = re.compile(r"[\w.-]+")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such condition on the way to an upload."""
    for workflow in {job.entry.path: job.entry for job in examination.jobs}.values():
        concerned = _on_the_way(workflow, {job.upload.job.id for job in examination.jobs if job.entry is workflow})
        for owner, job in concerned:
            condition = owner.condition
            if condition is not None and is_text(condition.text):
                edits = _unwrapped(workflow, condition)
                yield Finding(
                    RULE,
                    Severity.ERROR,
                    Confidence.HIGH,
                    f"the condition {names_of(condition)!r} is always true: only what stands between ${{{{ and }}}} "
                    "is an expression, the rest makes it a text, and a text that is not empty is true",
                    "write the whole condition as one expression, without ${{ }}",
                    condition.place,
                    job.id,
                    "over-broad-trigger",
                    edits,
                    safe=bool(edits),
                )


def is_text(condition: str) -> bool:
    """Whether a condition has something outside of its expressions: be it a space, or the end of a block scalar."""
    from publish_gate.doctor.expressions import ExpressionError, is_template, parse_condition

    if not is_template(condition):
        return False
    try:
        parse_condition(condition)
    except ExpressionError:
        return False  # GitHub refuses the file: said elsewhere
    return _PART.sub("", condition) != ""


def _unwrapped(workflow: Workflow, condition: Scalar) -> tuple[Edit, ...]:
    """Return the edit that makes one expression of a condition; nothing where that is not what it would be."""
    from publish_gate.doctor.expressions import ExpressionError, parse_condition

    line, column = condition.place.line, condition.place.column
    if line is None or column is None or condition.end[0] != line or condition.style in {"|", ">"}:
        return ()
    only_and = not set(_PART.sub("", condition.text)) - set(" &")

    def bare(match: re.Match[str]) -> str:
        inner = match[1].strip()
        return inner if _NAME.fullmatch(inner) or (only_and and "||" not in inner) else f"({inner})"

    text = _PART.sub(bare, condition.text.strip())
    try:
        parse_condition(text)
    except ExpressionError:
        return ()
    return (Edit(workflow.path, (line, column), condition.end, rewritten(condition, text)),)


def _on_the_way(workflow: Workflow, names: set[str]) -> Iterator[tuple[Job | Step, Job]]:
    """Yield the publishing jobs, all they need, and their steps that have a condition."""
    for job in with_needed(workflow, sorted(names)):
        yield job, job
        if job.id in names:
            for step in job.steps:
                yield step, job
