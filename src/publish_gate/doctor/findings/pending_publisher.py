"""A pending publisher that cannot make its project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.trusted_publishing.matching import NameProblem, name_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule(
    "pending-publisher",
    "A pending publisher cannot make its project",
    ("pending-publisher-project-exists", "project-name-taken"),
)
_WHY = {
    NameProblem.INVALID: "is no name of a project",
    NameProblem.STANDARD_LIBRARY: "is the name of a module of the standard library",
    NameProblem.EXISTS: "exists already",
    NameProblem.PROHIBITED: "is a name that the index does not give out",
    NameProblem.SIMILAR: "is too similar to a project that exists",
}


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each pending publisher whose project is there already or would be refused."""
    registry = examination.registry
    if registry is None:
        return
    for publisher in registry.pending:
        # What is there on one index may be made on another.
        there = registry.on(publisher.index) if publisher.index is not None else registry
        for project in publisher.projects:
            problem = name_problem(project, there)
            if problem is None:
                continue
            exists = problem is NameProblem.EXISTS
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"the pending publisher's project {project!r} {_WHY[problem]}: a pending publisher only makes new ones",
                "add the publisher on the project's own page, and remove the pending one"
                if exists
                else "choose another name for the project",
                publisher.place,
                "",
                "pending-publisher-project-exists" if exists else "project-name-taken",
            )
