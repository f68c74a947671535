"""Looks at small workflows with one detector, and holds what it finds against what holds for every finding."""

from __future__ import annotations

from dataclasses import replace
from textwrap import indent
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.model import Severity
from publish_gate.doctor.findings.registry import find_all
from publish_gate.doctor.fixes.edits import apply
from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.workflow.read import read_workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from publish_gate.doctor.findings.model import Detector, Finding
    from publish_gate.doctor.fixes.edits import Edit

FOLDER = ".github/workflows/"
PATH = f"{FOLDER}release.yml"
REPOSITORY = "octo/sample"
ACTION = "pypa/gh-action-pypi-publish"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ON_TAG = "{push: {tags: ['v*']}}"
PROJECT = LocalProject("sample", "1.2.3")
NOTHING_KNOWN = DoctorInput(repository=REPOSITORY)

_DEFAULTS = {"runs-on": "ubuntu-latest", "permissions": "{id-token: write}"}


class Told(NamedTuple):
    """What a table says of a finding: ``at`` is the rest of the line at which it points, empty for no place."""

    severity: str
    at: str
    cause: str = ""


def publishing(
    on: str = ON_TAG, *keys: str, uses: str = f"{ACTION}@release/v1", given: str = "", jobs: str = "", top: str = ""
) -> str:
    """Return a workflow whose job ``publish`` uploads in its only step.

    ``keys`` are lines of the job, ``given`` lines of the step, ``jobs`` further jobs and ``top`` further keys.
    """
    named = {key.partition(":")[0] for key in keys}
    lines = [f"{name}: {value}" for name, value in _DEFAULTS.items() if name not in named]
    lines += keys
    if "steps" not in named:
        lines += ["steps:", f"  - uses: {uses}", *indent(given, "    ").splitlines()]
    on = f" {on}" if "\n" not in on else "\n" + indent(on, "  ").rstrip()
    return (
        f"on:{on}\n{top}{_ended(top)}jobs:\n{indent(jobs, '  ')}{_ended(jobs)}"
        f"  publish:\n{indent(chr(10).join(lines), '    ')}\n"
    )


def _ended(text: str) -> str:
    return "" if text.endswith("\n") or not text else "\n"


def publisher(**values: str | tuple[str, ...] | None) -> Publisher:
    """Return the publisher that fits `publishing`, with some values changed."""
    fits = Publisher("octo", "sample", "release.yml", projects=("sample",))
    return replace(fits, **values)  # type: ignore[arg-type] # the tables name fields with their own types


def registered(*publishers: Publisher) -> DoctorInput:
    """Return the question about a repository whose publishers are known; one that fits where none is named."""
    return replace(NOTHING_KNOWN, registry=Registry(publishers or (publisher(),)))


def asking(workflows: str | Mapping[str, str], about: DoctorInput = NOTHING_KNOWN) -> DoctorInput:
    """Return the question about workflows by file name, or about the one that is given."""
    texts = {PATH: workflows} if isinstance(workflows, str) else {FOLDER + name: workflows[name] for name in workflows}
    read = {path: read_workflow(text.encode(), path) for path, text in texts.items()}
    return replace(about, workflows=tuple(read.values()), known=read)


def findings_of(
    workflows: str | Mapping[str, str], detector: Detector, about: DoctorInput = NOTHING_KNOWN
) -> tuple[Finding, ...]:
    """Return what a detector finds in workflows, after a look at what holds for all findings."""
    question = asking(workflows, about)
    found = tuple(detector.find(analyse(question)))
    for finding in found:
        assert finding.rule is detector.rule
        assert finding.cause in {"", *finding.rule.causes}
        assert finding.message.isprintable()
        assert finding.remedy.isprintable()
        assert finding.edits or not finding.safe
        if finding.edits:
            assert_mended(finding, question, detector)
    return found


def told(workflows: str | Mapping[str, str], detector: Detector, about: DoctorInput = NOTHING_KNOWN) -> list[Told]:
    """Return what a detector finds, as a table has it."""
    texts = {each.path: each.text for each in asking(workflows, about).workflows}
    return [
        Told(each.severity.value, _pointed_at(each, texts), each.cause)
        for each in dict.fromkeys(findings_of(workflows, detector, about))
    ]


def _pointed_at(finding: Finding, texts: Mapping[str, str]) -> str:
    place = finding.place
    if place is None:
        return ""
    if place.path not in texts or place.line is None:
        return str(place)
    return texts[place.path].splitlines()[place.line - 1][(place.column or 1) - 1 :].strip()


def assert_mended(finding: Finding, question: DoctorInput, detector: Detector) -> None:
    """Make a finding's changes: they leave a file that GitHub takes, in which the finding is no more."""
    texts = {each.path: each.text for each in question.workflows}
    (path,) = {edit.path for edit in finding.edits}
    after = apply(texts[path], finding.edits)
    assert_other_lines_stay(texts[path], after, finding.edits)
    known = {**question.known, path: read_workflow(after.encode(), path)}
    before = question.known[path]
    assert {each.message for each in known[path].problems} <= {each.message for each in before.problems}
    mended = replace(question, workflows=tuple(known[each.path] for each in question.workflows), known=known)
    assert_causes_no_error(finding, question, mended)
    again = [each for each in detector.find(analyse(mended)) if each.job == finding.job and each.cause == finding.cause]
    assert len(again) < len([each for each in detector.find(analyse(question)) if each.job == finding.job]), after


def assert_causes_no_error(finding: Finding, question: DoctorInput, mended: DoctorInput) -> None:
    """Look for everything before and after a change: no error may stand there that was not there before."""
    before, after = (
        {each.rule.id for each in find_all(analyse(asked)) if each.severity is Severity.ERROR}
        for asked in (question, mended)
    )
    assert after <= before, (finding.rule.id, after - before)


def assert_other_lines_stay(before: str, after: str, edits: Iterable[Edit]) -> None:
    """Hold a changed text against the one before it: the lines that no edit touches stand there still, in order."""
    touched = {line for edit in edits for line in range(edit.start[0], edit.end[0] + 1)}
    kept = [text for number, text in enumerate(before.splitlines(keepends=True), 1) if number not in touched]
    remaining = iter(after.splitlines(keepends=True))
    assert all(line in remaining for line in kept)
