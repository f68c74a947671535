"""Finds every place of a workflow that uploads distributions to an index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.by_action import read_use
from publish_gate.doctor.uploads.calls import given_by_call, upload_by_call
from publish_gate.doctor.uploads.contexts import contexts_of
from publish_gate.doctor.uploads.expressions import Expressions
from publish_gate.doctor.uploads.model import How, Upload
from publish_gate.doctor.uploads.sources import Files, NoSources
from publish_gate.doctor.uploads.steps import Setting, find_in_steps
from publish_gate.doctor.uploads.words_words import UNKNOWN
from publish_gate.doctor.workflow.tree import Scalar
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.uploads.steps import StepFinding
    from publish_gate.doctor.uploads.upload_commands import DetectedUpload
    from publish_gate.doctor.uploads.values import Environment, Text
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_MAX_CALLS = 4


def find_uploads(workflow: Workflow, sources: Sources | None = None) -> tuple[Upload, ...]:
    """Find the uploads of a workflow, in the order of its jobs and steps.

    A job that calls another workflow has an upload without a step for each way in which the called one uploads;
    where that one cannot be read, its name and what it is handed have to tell. ``sources`` gives the other files
    of the repository; without them only the workflow's own text is looked at.
    """
    files = Files(sources if sources is not None else NoSources())
    return tuple(_in_workflow(workflow, files))


def _in_workflow(workflow: Workflow, files: Files) -> Iterator[Upload]:
    for job in workflow.jobs:
        seen = set()
        for upload in _in_job(workflow, job, files):
            step = upload.step.index if upload.step is not None else None
            key = (step, upload.how, upload.index, upload.auth, upload.through)
            if key not in seen:
                seen.add(key)
                yield upload


def _in_job(workflow: Workflow, job: Job, files: Files) -> Iterator[Upload]:
    if job.uses is not None:
        for finding in _by_call(_Call(workflow, job, job.uses, files, _allowed(workflow, job, callers=False))):
            yield _upload(workflow, job, None, finding, job.uses.place)
        return
    setting = Setting(workflow, job, files, _allowed(workflow, job, callers=_is_called(workflow)))
    for found in find_in_steps(setting):
        yield _of_step(workflow, job, found)


def _allowed(workflow: Workflow, job: Job, *, callers: bool) -> bool:
    """Tell whether a job may ask for an identity token; ``callers`` is what holds where no block says anything."""
    permissions = job.permissions or workflow.permissions
    return callers if permissions is None else permissions.level("id-token") == "write"


def _is_called(workflow: Workflow) -> bool:
    """Tell whether nothing but a call starts a workflow; what it may do is then up to its callers."""
    return bool(workflow.triggers) and all(trigger.event == "workflow_call" for trigger in workflow.triggers)


class _Call(NamedTuple):
    """A job that calls a workflow; ``given`` are the inputs of its own workflow where that is called as well."""

    workflow: Workflow
    job: Job
    uses: Scalar
    files: Files
    identity: bool
    given: Environment | None = None
    depth: int = 0


def _by_call(call: _Call) -> Iterator[DetectedUpload]:
    """Yield what a called workflow uploads."""
    workflow, job, uses, files, identity, given, depth = call
    expressions = Expressions(lambda: contexts_of(workflow, job, {}, given))
    use = read_use(uses.text)
    called = files.sources.workflow(use.local) if use.local and depth < _MAX_CALLS else None
    if called is None:
        finding = upload_by_call(job, expressions, identity=identity)
        if finding is not None:
            yield replace(finding, through=uses.text)
        return
    inputs, _ = given_by_call(job, expressions)
    for inner in called.jobs:
        allowed = identity and _allowed(called, inner, callers=True)
        if inner.uses is not None:
            found = _by_call(_Call(called, inner, inner.uses, files, allowed, inputs, depth + 1))
        else:
            found = (each.finding for each in find_in_steps(Setting(called, inner, files, allowed, inputs)))
        for finding in found:
            inside = finding.inside or (finding.how if finding.how is not How.OTHER else None)
            yield replace(finding, how=How.OTHER, inside=inside, through=called.path)


def _of_step(workflow: Workflow, job: Job, found: StepFinding) -> Upload:
    step, finding = found.step, found.finding
    if found.use is not None:
        return _upload(workflow, job, step, finding, (step.uses or step).place, found.use.version)
    return _upload(workflow, job, step, finding, _place_in(step.run or step, finding.line))


def _place_in(script: Scalar | Step, line: int) -> Place:
    """Return the place of a line of a script; of a folded or quoted one only its beginning is certain."""
    if getattr(script, "style", "")[:1] != "|" or script.place.line is None:
        return script.place
    return Place(script.place.path, script.place.line + 1 + line)


def _upload(
    workflow: Workflow, job: Job, step: Step | None, finding: DetectedUpload, place: Place, version: str = ""
) -> Upload:
    return Upload(
        workflow,
        job,
        step,
        finding.how,
        finding.index,
        finding.auth,
        place,
        url=_scalar(finding.url, step, place),
        credential=_scalar(finding.credential, step, place),
        user=_scalar(finding.user, step, place),
        attestations=finding.attestations,
        skip_existing=finding.skip_existing,
        version=version,
        through=finding.through,
        alternatives=finding.alternatives,
        inside=finding.inside,
    )


def _scalar(text: Text | None, step: Step | None, place: Place) -> Scalar | None:
    """Return where a value stands: its own entry of the file, or the word of a script that it is."""
    if text is None:
        return None
    if text.source is not None and (step is None or text.source is not step.run):
        return text.source
    word = text.text.replace(UNKNOWN, "\N{HORIZONTAL ELLIPSIS}")
    return Scalar(word, word, place)
