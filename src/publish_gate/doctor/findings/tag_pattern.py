"""A tag pattern that no tag can match: a ref where a name is wanted, or a regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.fixes.edits import Edit, line_at
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.gate.patterns import PatternError, compile_pattern
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.places import Place

RULE = Rule("tag-pattern", "No tag can match the tag pattern", ("trigger-tag-pattern-mismatch",))
_VERSIONS = ("v1.2.3", "1.2.3", "v1.2.3rc1", "v1.2.3-rc.1", "v1.2", "v10.20.30", "2024.1.2", "v1.2.3.post1", "1.2.3.4")
_REF = re.compile(r"refs/(tags|heads)/")
# Signs of a regular expression that a filter pattern takes for what they are: no tag has them. Behind a number or
# a word, `.*` may well be meant as it is (`v1.*`, `nightly.*`).
_REGEX = re.compile(r"[\^$|()]|\\[dws]|(?:\A|\A[vV]|[-/_@][vV]?)\.\*")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such pattern of the publishing workflows."""
    for workflow in {job.entry.path: job.entry for job in examination.jobs}.values():
        patterns = list(_patterns(workflow))
        wrong = [(each, why) for each in patterns if (why := _why(each.text))]
        for pattern, why in wrong:
            yield _finding(workflow, pattern, why, alone=len(wrong) == len(patterns))


def _finding(workflow: Workflow, pattern: Scalar, why: str, *, alone: bool) -> Finding:
    ref = _REF.match(pattern.text)
    of_tag = ref is not None and ref[1] == "tags"
    edits = _without_prefix(workflow, pattern.place, ref) if ref is not None and of_tag else ()
    remedy = "write a pattern such as 'v*' or 'v[0-9]+.[0-9]+.[0-9]+'"
    if ref is not None:
        name = one_line(pattern.text[ref.end() :], 80)
        remedy = f"write {name!r}" if of_tag else f"write {name!r} below `branches`; below `tags` stand names of tags"
    return Finding(
        RULE,
        Severity.ERROR if alone else Severity.WARNING,
        Confidence.HIGH,
        f"no tag matches {one_line(pattern.text, 80)!r}: {why}",
        remedy,
        pattern.place,
        "",
        "trigger-tag-pattern-mismatch",
        edits,
        safe=bool(edits),
    )


def _patterns(workflow: Workflow) -> Iterator[Scalar]:
    trigger = workflow.trigger("push")
    tags = trigger.options.get("tags") if trigger is not None and isinstance(trigger.options, Mapping) else None
    items = tags.items if isinstance(tags, Sequence) else (tags,)
    yield from (each for each in items if isinstance(each, Scalar) and not each.text.startswith("!"))


def _why(text: str) -> str:
    if _REF.match(text):
        return "it is held against the tag's name, without refs/tags/"
    try:
        compile_pattern(text)
    except PatternError:
        return ""  # GitHub refuses the file: said elsewhere
    if _REGEX.search(text) and not _matches_a_version(text):
        return "it is a filter pattern, not a regular expression"
    return ""


def _matches_a_version(text: str) -> bool:
    pattern = compile_pattern(text)
    return any(pattern.matches(each) for each in _VERSIONS)


def _without_prefix(workflow: Workflow, place: Place, ref: re.Match[str]) -> tuple[Edit, ...]:
    line, column = place.line or 0, place.column or 0
    start = line_at(workflow.text, line).find(ref[0], column - 1)
    if start < 0:
        return ()
    return (Edit(workflow.path, (line, start + 1), (line, start + 1 + len(ref[0])), ""),)
