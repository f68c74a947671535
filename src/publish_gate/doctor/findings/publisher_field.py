"""A value in a publisher that no identity can ever have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.trusted_publishing.differences import odd_characters, visible
from publish_gate.doctor.trusted_publishing.forms import workflow_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.trusted_publishing.publishers import Publisher

RULE = Rule(
    "publisher-field",
    "A value of the publisher can never match",
    ("whitespace", "workflow-filename-mismatch", "repository-mismatch", "environment-name-mismatch"),
)

# A file or an environment may have a name of several words.
_OF_WORDS = frozenset({"workflow", "environment"})


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such value of the publishers, with what should stand there."""
    if examination.registry is None:
        return
    for publisher in (*examination.registry.publishers, *examination.registry.pending):
        for field, value, why, right, cause in _faults(publisher):
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"the publisher's {field} {value!r} can never match: {why}",
                f"register {right!r}" if right else "correct it in the publisher's form",
                publisher.place,
                "",
                cause,
            )


def _faults(publisher: Publisher) -> Iterator[tuple[str, str, str, str, str]]:
    values = {
        "owner": publisher.owner,
        "repository": publisher.repository,
        "workflow": publisher.workflow or "",
        "environment": publisher.environment,
    }
    for field, value in values.items():
        cleaned = _cleaned(field, value)
        if cleaned != value:
            yield field, value, f"it holds {', '.join(odd_characters(value))}", cleaned, "whitespace"
    if publisher.workflow:
        seen = _cleaned("workflow", publisher.workflow)
        problem = workflow_problem(seen)
        if problem:
            yield "workflow", publisher.workflow, f"it {problem}", _bare(seen), "workflow-filename-mismatch"
    for field in ("owner", "repository"):
        if "/" in values[field]:
            right = values[field].rstrip("/").removesuffix(".git").split("/")
            part = right[-2] if field == "owner" and len(right) > 1 else right[-1]
            yield field, values[field], "it takes a bare name, no address and no path", part, "repository-mismatch"
    if publisher.environment != publisher.environment.lower():
        why = "an environment is compared in lower case, and this was stored with capitals"
        yield "environment", publisher.environment, why, publisher.environment.lower(), "environment-name-mismatch"


def _cleaned(field: str, value: str) -> str:
    """Return a value without what nobody sees in it; spaces between words are seen."""
    if field not in _OF_WORDS:
        return visible(value)
    return "".join(each for each in value if each == " " or visible(each)).strip(" ")


def _bare(value: str) -> str:
    name = value.rstrip("/").rpartition("/")[2].partition("@")[0]
    return name if name.endswith((".yml", ".yaml")) else ""
