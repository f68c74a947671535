"""Finds every place of a workflow that uploads distributions to an index, as each situation has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.by_action import given_by_call, happening, read_use, upload_by_call
from publish_gate.doctor.uploads.model import How, Index, Upload
from publish_gate.doctor.uploads.steps import Setting, StepFinding, find_in_steps, is_situational, unknown_legs
from publish_gate.doctor.uploads.values import UNKNOWN, Expressions
from publish_gate.doctor.workflow.tree import Mapping, Scalar
from publish_gate.places import Place
from publish_gate.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.simulation import JobRun, RepositoryContext, StepView, WorkflowRun
    from publish_gate.doctor.uploads.model import DetectedUpload
    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.uploads.values import Text
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_MAX_CALLS = 4
Road = tuple[Upload, ...]


@dataclass(slots=True)
class FoundUpload:
    """An upload and when it is reached.

    ``road`` leads from the upload in the workflow that GitHub starts (a call, if a called workflow does it) to the
    one that does it in the end. ``reached`` tells by the situation's name whether it is; a situation that is not
    there does not reach it. ``indexes`` are the indexes by situation, if the files decide them there.
    """

    road: Road
    reached: dict[str, Ternary] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def legs(self) -> int:
        """How many jobs of a matrix do it at most; 0 if the files do not tell the matrix."""
        job = self.road[-1].job
        return 0 if _is_unknown(job) else max(self.counts.values(), default=1)

    def add(self, situation: str, answer: Ternary) -> None:
        """Note that a situation reaches it, be it in one more way."""
        if answer is not Ternary.NO:
            self.counts[situation] = self.counts.get(situation, 0) + 1
            self.reached[situation] = self.reached.get(situation, Ternary.NO) | answer
            self.indexes[situation] = self.road[-1].index


class Finder:
    """The search through one workflow."""

    def __init__(self, workflow: Workflow, files: Files, world: RepositoryContext) -> None:
        self._workflow = workflow
        self._files = files
        self._world = world
        self._possible: dict[str, list[Road]] = {}
        self._seen: set[tuple[object, ...]] = set()
        for job in workflow.jobs:
            found: dict[tuple[object, ...], Road] = {}
            for road, _ in self._in_job(workflow, job, None, None):
                found.setdefault(_key(road), road)
            if found:
                self._possible[job.id] = list(found.values())
        self._seen.clear()

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs that may upload, if nothing but the text of the files is looked at."""
        return tuple(self._possible)

    def in_runs(self, runs: Dictionary[str, WorkflowRun]) -> list[FoundUpload]:
        """Return the uploads of all these runs, which are named by their situations, in the order of the file."""
        found: list[FoundUpload] = []
        for name, roads in self._possible.items():
            job = next(job for job in self._workflow.jobs if job.id == name)
            found += self._in_runs_of(job, roads, runs)
        return found

    def _in_runs_of(self, job: Job, possible: list[Road], runs: Dictionary[str, WorkflowRun]) -> list[FoundUpload]:
        rows: dict[tuple[object, ...], FoundUpload] = {}
        fixed = job.uses is None and not is_situational(self._workflow, job)
        # A pull request from a fork sees no secrets, which says nothing of how the upload authenticates elsewhere.
        for name, run in sorted(runs.items(), key=lambda item: item[1].situation.fork):
            job_run = run.job(job.id)
            if job_run is None or job_run.runs is Ternary.NO:
                continue
            for road, answer in self._of_run(job, job_run, run, possible if fixed else None):
                key = _key(road)
                if run.situation.fork and key not in rows:
                    key = next((other for other in rows if _alike(rows[other].road, road)), key)
                rows.setdefault(key, FoundUpload(road)).add(name, answer)
        reachable = [row for row in rows.values() if row.reached]
        # What is not reached although its step is, is switched off: no upload of this workflow.
        seen = self._seen | {_site(row.road) for row in reachable}
        rest = [FoundUpload(road) for road in possible if _site(road) not in seen]
        order = {site: number for number, site in enumerate(dict.fromkeys(map(_site, possible)))}
        return sorted([*_together(reachable), *rest], key=lambda row: order.get(_site(row.road), len(order)))

    def _of_run(
        self, job: Job, run: JobRun, whole: WorkflowRun, fixed: list[Road] | None
    ) -> Iterator[tuple[Road, Ternary]]:
        if fixed is None:
            yield from self._in_job(self._workflow, job, run, whole)
            return
        for road in fixed:
            step = road[0].step
            ran = run.step(step.index) if step is not None else None
            yield road, (ran.runs if ran is not None else Ternary.DEPENDS) & road[-1].reached

    def _in_job(
        self, workflow: Workflow, job: Job, run: JobRun | None, whole: WorkflowRun | None
    ) -> Iterator[tuple[Road, Ternary]]:
        if job.uses is not None:
            called = whole.called.get(job.id) if whole is not None else None
            yield from self._by_call(
                _Call(workflow, job, job.uses, _allowed(workflow, job, callers=False)), run, called
            )
            return
        identity = _allowed(workflow, job, callers=_is_called(workflow))
        yield from self._in_steps(Setting(workflow, job, self._files, identity), run, (job.id,))

    def _in_steps(self, setting: Setting, run: JobRun | None, jobs: tuple[str, ...]) -> Iterator[tuple[Road, Ternary]]:
        legs = list(_legs(run, setting.job)) if run is not None else unknown_legs(setting)
        called = run is not None and len(jobs) > 1
        if run is not None and called and run.runs is Ternary.NO and _asks_inputs(setting.job.condition):
            self._seen.update((*jobs, step.index) for step in setting.job.steps)
        for leg in legs:
            for view in leg if run is not None else ():
                if view.runs is not Ternary.NO or (called and _asks_inputs(view.step.condition)):
                    self._seen.add((*jobs, view.step.index))
            for found in find_in_steps(setting, leg):
                upload = _of_step(setting.workflow, setting.job, found)
                yield (upload,), found.runs & upload.reached

    def _by_call(self, call: _Call, run: JobRun | None, called: WorkflowRun | None) -> Iterator[tuple[Road, Ternary]]:
        """Yield what a called workflow uploads, as the calling job has it."""
        workflow, job, uses, identity, path, jobs = call
        runs = run.runs if run is not None else Ternary.DEPENDS
        callee = called.workflow if called is not None else None
        if callee is None and len(path) < _MAX_CALLS:
            local = read_use(uses.text).local
            callee = self._world.called(uses.text) or (self._files.sources.workflow(local) if local else None)
        if callee is None or callee.path in (*path, workflow.path):
            from publish_gate.doctor.simulation import job_scope

            expressions = Expressions(job_scope(run) if run is not None else None)
            event, ref = happening(run.contexts) if run is not None else ("", "")
            finding = upload_by_call(job, expressions, identity=identity, event=event, ref=ref)
            if finding is not None:
                upload = _upload(workflow, job, None, replace(finding, through=uses.text), uses.place)
                yield (upload,), runs & finding.reached
            return
        for inner in callee.jobs:
            allowed = identity and _allowed(callee, inner, callers=True)
            inner_run = called.job(inner.id) if called is not None else None
            if inner.uses is not None:
                deeper = called.called.get(inner.id) if called is not None else None
                found = self._by_call(
                    _Call(callee, inner, inner.uses, allowed, (*path, workflow.path), (*jobs, job.id)),
                    inner_run,
                    deeper,
                )
            else:
                given = given_by_call(job, Expressions())[0] if called is None else None
                setting = Setting(callee, inner, self._files, allowed, given)
                found = self._in_steps(setting, inner_run, (*jobs, job.id, inner.id))
            for road, answer in found:
                yield (_calling(workflow, job, uses, callee, road), *road), runs & answer


def _is_unknown(job: Job) -> bool:
    """Tell whether a job has a matrix that the file does not spell out."""
    matrix = job.strategy.get("matrix")
    if matrix is None:
        return False
    parts = [entry.value for entry in matrix] if isinstance(matrix, Mapping) else []
    return not parts or any(isinstance(part, Scalar) for part in parts)


class _Call(NamedTuple):
    """A job that calls a workflow; ``path`` are the workflows that called its own, ``jobs`` their calling jobs."""

    workflow: Workflow
    job: Job
    uses: Scalar
    identity: bool
    path: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()


def _asks_inputs(condition: Scalar | None) -> bool:
    return condition is not None and "inputs" in condition.text


def _legs(run: JobRun, job: Job) -> Iterator[tuple[StepView, ...]]:
    views = [run.views(step.index) for step in job.steps]
    yield from zip(*views, strict=True)


def _key(road: Road) -> tuple[object, ...]:
    last = road[-1]
    return (*_site(road), last.how, last.index, last.auth, last.through, last.inside)


def _site(road: Road) -> tuple[object, ...]:
    step = road[-1].step
    return (*(upload.job.id for upload in road), step.index if step is not None else None)


def _alike(road: Road, other: Road) -> bool:
    """Tell whether two uploads differ by nothing but what the secrets that they see decide."""
    mine, its = road[-1], other[-1]
    return _site(road) == _site(other) and (mine.how, mine.index, mine.through) == (its.how, its.index, its.through)


def _together(rows: list[FoundUpload]) -> list[FoundUpload]:
    """Put an upload whose index the files decide in some situations only together with itself in the others."""
    kept: list[FoundUpload] = []
    for row in rows:
        last = row.road[-1]
        same = [
            other
            for other in rows
            if other is not row
            and _key((*other.road[:-1], replace(other.road[-1], index=last.index))) == _key(row.road)
        ]
        if last.index is not Index.DYNAMIC:
            kept += [] if any(other.road[-1].index is Index.DYNAMIC for other in same) else [row]
            continue
        for other in same:
            row.indexes |= other.indexes
            for name, answer in other.reached.items():
                row.reached[name] = row.reached.get(name, Ternary.NO) | answer
        if last.alternatives and same:
            indexes = dict.fromkeys((*last.alternatives, *(other.road[-1].index for other in same)))
            row.road = tuple(replace(upload, alternatives=tuple(indexes)) for upload in row.road)
        kept.append(row)
    return kept


def _allowed(workflow: Workflow, job: Job, *, callers: bool) -> bool:
    """Tell whether a job may ask for an identity token; ``callers`` is what holds if no block says anything."""
    permissions = job.permissions or workflow.permissions
    return callers if permissions is None else permissions.level("id-token") == "write"


def _is_called(workflow: Workflow) -> bool:
    """Tell whether nothing but a call starts a workflow; what it may do is then up to its callers."""
    return bool(workflow.triggers) and all(trigger.event == "workflow_call" for trigger in workflow.triggers)


def _calling(workflow: Workflow, job: Job, uses: Scalar, callee: Workflow, road: Road) -> Upload:
    """Return the call as an upload: all that is known of the upload at its end."""
    last = road[-1]
    inside = last.inside or (last.how if last.how is not How.OTHER else None)
    return replace(
        last,
        workflow=workflow,
        job=job,
        step=None,
        how=How.OTHER,
        place=uses.place,
        inside=inside,
        through=callee.path,
        version="",
    )


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
        reached=finding.reached,
        mints=finding.mints,
    )


def _scalar(text: Text | None, step: Step | None, place: Place) -> Scalar | None:
    """Return where a value stands: its own entry of the file, or the word of a script that it is."""
    if text is None:
        return None
    if text.source is not None and (step is None or text.source is not step.run):
        return text.source
    word = text.text.replace(UNKNOWN, "\N{HORIZONTAL ELLIPSIS}")
    return Scalar(word, word, place)
