"""The doctor's opinion for a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.answers import answers, nothing_publishes
from publish_gate.doctor.findings.model import Severity, sentences
from publish_gate.doctor.fixes.apply import patch_in
from publish_gate.doctor.result import UNDETERMINED
from publish_gate.doctor.ternary import Ternary
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import PublishingJob
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.result import Diagnosis, DoctorReport
    from publish_gate.doctor.trusted_publishing.forms import Form
    from publish_gate.report.console import Style

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "dim"}
_LONG = 1000
# Of a diff, the names of the file, which the finding has already.
_HEADERS = 2


def render(opinion: DoctorReport, style: Style) -> str:
    """Return the whole report: the answer or cause and the one change to make, the evidence, and then all the rest."""
    main = main_finding(opinion)
    others = [finding for finding in opinion.findings if finding is not main]
    blocks = [
        list(answers(opinion.examination)),
        [*_cause(opinion.diagnosis, main, style), *(_remedy(opinion, main) if main is not None else ())],
        list(_evidence(opinion.diagnosis)),
        list(_findings(opinion, others, "also found" if main is not None else "found", style)),
        list(_forms(opinion.forms)),
        list(_jobs(opinion)),
        [_count(opinion)],
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def main_finding(opinion: DoctorReport) -> Finding | None:
    """Return the finding that is the cause: its remedy is the change to make; one with a patch if there are several."""
    cause = opinion.diagnosis.cause
    found = [finding for finding in opinion.findings if cause not in {None, UNDETERMINED} and finding.cause == cause]
    return min(found, key=lambda finding: (not finding.edits, finding.text != opinion.diagnosis.why), default=None)


def _cause(diagnosis: Diagnosis, main: Finding | None, style: Style) -> Iterator[str]:
    if diagnosis.cause is None:
        return
    colour = "yellow" if diagnosis.cause == UNDETERMINED else "red"
    why = diagnosis.why if main is None else sentences(main.message)
    yield f"cause: {style.paint(diagnosis.cause, colour)}. {one_line(why, _LONG)}".rstrip()


def _remedy(opinion: DoctorReport, finding: Finding) -> Iterator[str]:
    yield f"  do: {one_line(finding.remedy, _LONG)}"
    if finding.place is not None:
        yield f"  at: {one_line(str(finding.place), _LONG)} [{finding.rule.id}]"
    yield from _patch(opinion, finding)


def _patch(opinion: DoctorReport, finding: Finding) -> Iterator[str]:
    for line in patch_in(opinion, finding).splitlines()[_HEADERS:]:
        yield f"        {one_line(line, _LONG)}".rstrip()


def _evidence(diagnosis: Diagnosis) -> Iterator[str]:
    verdict = diagnosis.verdict
    if verdict is not None and verdict.code == "ok":
        covered = one_line(", ".join(verdict.token_covers or ()), _LONG)
        yield f"the index would accept this identity, for: {covered or 'the projects of its publisher'}"
    elif verdict is not None and verdict.code is not None:
        yield f"the index would answer: {verdict.code}: {one_line(verdict.description or '', _LONG)}"
    for missing in diagnosis.missing:
        yield f"missing: {one_line(str(missing), _LONG)}"
    if diagnosis.next:
        yield f"once that is fixed, this would come up: {', '.join(diagnosis.next)}"


def _jobs(opinion: DoctorReport) -> Iterator[str]:
    if not opinion.examination.workflows:
        return
    if not opinion.examination.jobs:
        yield one_line(nothing_publishes(opinion.examination.workflows), _LONG)
        return
    yield "publishing jobs"
    for job in opinion.examination.jobs:
        upload = job.upload
        called = f", called by {one_line(job.caller.id)}" if job.caller is not None else ""
        environment = job.environment if job.environment is not None else "only known at run time"
        what = f"{upload.how.value} to {upload.index.value}"
        yield f"  {one_line(str(upload.place))}  job {one_line(upload.job.id)}{called}: {what}"
        way = "its identity" if upload.auth.value == "oidc" else upload.auth.value
        yield f"      authenticates by {way}; environment: {one_line(environment) or 'none'}"
        yield f"      publishes on: {_when(job, opinion)}"


def _when(job: PublishingJob, opinion: DoctorReport) -> str:
    told = {opinion.examination.label(job, name): answer for name, answer in job.publishes_on.items()}
    sure = [label for label, answer in told.items() if answer is Ternary.YES]
    perhaps = [f"{label} (depends)" for label, answer in told.items() if answer is Ternary.DEPENDS]
    return one_line(", ".join([*sure, *perhaps]), _LONG) or "none of the usual situations"


def _findings(opinion: DoctorReport, findings: list[Finding], heading: str, style: Style) -> Iterator[str]:
    if findings:
        yield heading
    for finding in findings:
        word = style.paint(finding.severity.value, _COLOURS[finding.severity])
        where = f"{finding.place}: " if finding.place is not None else ""
        yield f"  {one_line(where, _LONG)}{word} [{finding.rule.id}] {one_line(finding.message, _LONG)}"
        yield f"      do: {one_line(finding.remedy, _LONG)}"
        yield from _patch(opinion, finding)


def _forms(forms: tuple[Form, ...]) -> Iterator[str]:
    if forms:
        yield "trusted publishers to register, or to compare with what is registered"
    for form in forms:
        kind = "if the project does not exist yet" if form.pending else f"if the project {form.project} exists"
        yield f"  {one_line(kind)}: {one_line(form.link, _LONG)}"
        for label, value in form.fields:
            yield f"      {label}: {one_line(value) or '(leave empty)'}"


def _count(opinion: DoctorReport) -> str:
    counts = [
        f"{len(found)} {word}"
        for severity, word in (
            (Severity.ERROR, "error(s)"),
            (Severity.WARNING, "warning(s)"),
            (Severity.ADVICE, "advice"),
        )
        if (found := [each for each in opinion.findings if each.severity is severity])
    ]
    return ", ".join(counts) or "nothing found"
