"""A switch of `workflow_dispatch` that nothing reads: whoever sets it believes that it protects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.doctor.workflow.tree import Entry

RULE = Rule("unread-input", "An input that should hold the upload back is not read", ("over-broad-trigger",))
_PROTECTS = re.compile(r"(?i)dry|test|only|skip|publish|upload|release|confirm|approve|prod")
_ALL_READ = re.compile(r"(?i)toJSON\(\s*(?:(?:github\.event\.)?inputs|github(?:\.event)?)\s*\)|\binputs\s*\[\s*[^'\s]")
_DISPATCH = "workflow_dispatch_main"
_REFS = ("", "v1.2.3", "some-feature")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each boolean or choice input that sounds like a switch and stands in no expression of the file."""
    seen: set[str] = set()
    for job in examination.jobs:
        workflow = job.entry
        unread = [entry for entry in _switches(workflow) if not _read(workflow, entry.key)]
        if workflow.path in seen or not unread or not _by_dispatch(job, examination):
            continue
        seen.add(workflow.path)
        for entry in unread:
            yield Finding(
                RULE,
                Severity.WARNING,
                Confidence.MEDIUM,
                f"the input {one_line(entry.key, 60)!r} is read nowhere: whatever is chosen, the same is published",
                "ask for it in the `if` of the jobs that it should hold back, or remove it",
                entry.place,
                "",
                "over-broad-trigger",
                situations=(_DISPATCH,),
            )


def _by_dispatch(job: PublishingJob, examination: Analysis) -> bool:
    """Whether the upload is reached by hand, on the default branch or on a branch or tag that is chosen."""
    from publish_gate.doctor.simulation import upload_answer
    from publish_gate.doctor.simulation.situations import for_event

    if examination.world is None:
        return job.publishes_on.get(_DISPATCH, Ternary.NO) is not Ternary.NO
    world = examination.world
    chosen = [each for ref in _REFS for each in for_event("workflow_dispatch", ref, job.entry, world.default_branch)]
    answers = (upload_answer(job.entry, each, world, job.upload, None) for each in chosen)
    return any(answer is not Ternary.NO for answer in answers)


def _switches(workflow: Workflow) -> Iterator[Entry]:
    trigger = workflow.trigger("workflow_dispatch")
    inputs = trigger.options.get("inputs") if trigger is not None and isinstance(trigger.options, Mapping) else None
    for entry in inputs if isinstance(inputs, Mapping) else ():
        kind = entry.value.scalar("type") if isinstance(entry.value, Mapping) else None
        if kind is not None and kind.text in {"boolean", "choice"} and _PROTECTS.search(entry.key):
            yield entry


def _read(workflow: Workflow, name: str) -> bool:
    wanted = re.escape(name)
    if re.search(rf"(?i)\binputs\s*(?:\.\s*{wanted}(?![\w-])|\[\s*'{wanted}'\s*\])", workflow.text):
        return True
    # The whole of them, handed on or looked at one by one.
    return _ALL_READ.search(workflow.text) is not None
