"""`release: types: [created]`: a release that was prepared as a draft never publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.fixes.edit_workflow import rewritten
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Workflow

RULE = Rule("release-created", "A release drafted first does not publish", ("release-created-on-draft",))
_RELEASE = "release_published"


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each publishing workflow that listens to the creation of releases and not to their publication."""
    seen: set[str] = set()
    for job in examination.jobs:
        workflow = job.entry
        if workflow.path in seen or job.publishes_on.get(_RELEASE, Ternary.NO) is Ternary.NO:
            continue
        seen.add(workflow.path)
        types = _types(workflow)
        words = {each.text for each in types}
        if "created" in words and not words & {"published", "released"}:
            yield _finding(workflow, next(each for each in types if each.text == "created"))


def _types(workflow: Workflow) -> tuple[Scalar, ...]:
    trigger = workflow.trigger("release")
    if trigger is None or not isinstance(trigger.options, Mapping):
        return ()
    types = trigger.options.get("types")
    if isinstance(types, Scalar):
        return (types,)
    items = types.items if isinstance(types, Sequence) else ()
    return tuple(each for each in items if isinstance(each, Scalar))


def _finding(workflow: Workflow, word: Scalar) -> Finding:
    place = word.place
    # Where the jobs ask for the activity as well, the word alone would stop them.
    asked = "event.action" in workflow.text
    edits = (
        (Edit(workflow.path, (place.line, place.column), word.end, rewritten(word, "published")),)
        if place.line is not None and place.column is not None and not asked
        else ()
    )
    return Finding(
        RULE,
        Severity.WARNING,
        Confidence.HIGH,
        "`release: types: [created]` does not start for a release that is saved as a draft and published later: "
        "nothing is published then, and nothing says so",
        "write `published`, which comes for both",
        place,
        "",
        "release-created-on-draft",
        edits,
        safe=bool(edits),
    )
