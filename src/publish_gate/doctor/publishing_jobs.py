"""Which jobs of the workflows publish, in which situations, as whom, and to the index that a question is about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.analysis import Identity, PublishingJob
from publish_gate.doctor.inputs import LOOK_AT_FEWER
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.model import Auth, Index
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.hosts import PUBLIC_INDEXES, PYPI
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.simulation import JobRun, RepositoryContext, WorkflowRun
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Registry
    from publish_gate.doctor.uploads.find import FoundUpload
    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow

Runs = dict[tuple[str, str], "WorkflowRun"]
MOST_UPLOADS = 150
"""The most steps that upload in all workflows; what they do to each other takes time with their square."""
_FOLDER = ".github/workflows/"
_INDEXES = frozenset(index.name for index in PUBLIC_INDEXES)
_CALLED = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<file>\.github/workflows/[^/@]+)@(?P<ref>.+)")


def publishing_jobs(
    question: DoctorInput, world: RepositoryContext, situations: Sequence[Situation]
) -> tuple[tuple[PublishingJob, ...], Runs]:
    """Return the uploads of all workflows asked about, and the runs that were looked at for them.

    Each workflow is looked at in its own situations, and in those asked about.
    """
    from publish_gate.doctor.simulation import run_workflow
    from publish_gate.doctor.simulation.situations import situations_of
    from publish_gate.doctor.uploads.find import Finder
    from publish_gate.doctor.uploads.sources import Files, KnownWorkflows

    sources = question.sources or KnownWorkflows(question.known)
    runs: Runs = {}
    jobs: list[PublishingJob] = []
    many = 0
    for workflow in question.workflows:
        finder = Finder(workflow, Files(sources), world)
        if not finder.jobs:
            continue
        many += finder.many
        if many > MOST_UPLOADS:
            found = f"more than {MOST_UPLOADS} steps upload, and each is compared with each other"
            raise ConfigurationError([Problem("", f"{found}: {LOOK_AT_FEWER}", Place(workflow.path))])
        own = {situation.name: situation for situation in situations_of(workflow, world.default_branch)}
        here = {
            situation.name: run_workflow(workflow, situation, world, finder.jobs)
            for situation in (own | {situation.name: situation for situation in situations}).values()
        }
        runs.update({(workflow.path, name): run for name, run in here.items()})
        jobs += [_job(workflow, found, here) for found in finder.in_runs(here)]
    return tuple(jobs), runs


def uploads_of(workflow: Workflow, sources: Sources) -> list[Upload]:
    """Return what uploads in one workflow, whenever it does."""
    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.simulation import RepositoryContext
    from publish_gate.doctor.simulation.situations import standard_situations

    asked = DoctorInput(workflows=(workflow,), sources=sources)
    jobs, _ = publishing_jobs(asked, RepositoryContext(read=sources.read), standard_situations())
    return [job.actual for job in jobs]


def _job(workflow: Workflow, found: FoundUpload, runs: Mapping[str, WorkflowRun]) -> PublishingJob:
    from publish_gate.doctor.workflow.permissions import granted

    road = found.road
    starts: dict[str, Ternary] = {}
    publishes: dict[str, Ternary] = {}
    why: dict[str, str] = {}
    for name, run in runs.items():
        starts[name], reason = _start(run, road)
        publishes[name] = found.reached.get(name, Ternary.NO)
        if publishes[name] is Ternary.NO and reason:
            why[name] = reason
    actual = road[-1]
    callers = [(upload.workflow, upload.job) for upload in road[:-1]]
    environment = actual.job.environment
    text = environment.name.text if environment is not None and environment.name is not None else ""
    return PublishingJob(
        upload=road[0],
        entry=workflow,
        inner=actual if len(road) > 1 else None,
        runs_on=starts,
        publishes_on=publishes,
        why=why,
        may_identify=granted("id-token", actual.workflow, actual.job, callers).level == "write",
        environment=None if "${{" in text else text,
        between=road[1:-1],
        indexes=found.indexes,
        legs=found.legs,
    )


def _start(run: WorkflowRun, road: Sequence[Upload]) -> tuple[Ternary, str]:
    """Tell whether the first job of a road starts in a run, and what keeps the upload at its end from happening."""
    job = run.job(road[0].job.id)
    if job is None:
        return Ternary.NO, run.why
    starts = run.starts & job.runs
    if starts is Ternary.NO:
        return starts, job.why or run.why
    called = run.called.get(job.job.id)
    if len(road) > 1 and called is not None:
        inside, why = _start(called, road[1:])
        return starts, why if inside is Ternary.NO or why else "the upload is switched off"
    step = job.step(road[0].step.index) if road[0].step is not None else None
    if step is not None and step.runs is Ternary.NO:
        return starts, "the `if` of the step is false"
    return starts, "the event, the ref or an input switches the upload off, or sends it to another index"


def uploading_run(run: WorkflowRun, road: Sequence[Upload]) -> JobRun | None:
    """Return the run of the job at the end of a road; None if it was not gone into."""
    for calling in road[:-1]:
        called = run.called.get(calling.job.id)
        if called is None:
            return None
        run = called
    return run.job(road[-1].job.id)


def is_identity(job: PublishingJob) -> bool:
    """Whether the upload authenticates by the job's identity."""
    return Auth.OIDC in {job.upload.auth, job.actual.auth}


def with_identities(
    jobs: Sequence[PublishingJob],
    question: DoctorInput,
    runs: Mapping[tuple[str, str], WorkflowRun],
    repository: str | None,
    meant: str,
) -> tuple[PublishingJob, ...]:
    """Return the jobs with what they would present wherever they publish.

    ``meant`` is the index that the question is about, to which publishers belong that do not name theirs; empty
    if nothing says it.
    """
    default = meant or PYPI.name
    return tuple(
        replace(job, identities=tuple(_identities(job, question, runs, repository, default)))
        if is_identity(job)
        else job
        for job in jobs
    )


def _identities(
    job: PublishingJob,
    question: DoctorInput,
    runs: Mapping[tuple[str, str], WorkflowRun],
    repository: str | None,
    default: str,
) -> Iterator[Identity]:
    from publish_gate.doctor.trusted_publishing.expected_claims import presented_claims
    from publish_gate.doctor.trusted_publishing.matching import match

    file = _uploading_file(job)
    for name, answer in job.publishes_on.items():
        here = job.index_in(name)
        index = here.value if here in {Index.PYPI, Index.TESTPYPI} else question.index
        if not index or (question.index and index != question.index):
            continue
        registry = registry_of(question.registry, index, default)
        run = runs[job.entry.path, name]
        situation = run.situation
        # Said of itself already: a pull request from a fork gets no identity at all.
        if answer is Ternary.NO or (situation.fork and situation.event == "pull_request"):
            continue
        environment = _environment(job, run)
        claims = presented_claims(
            situation,
            repository=repository,
            owner_id=question.owner_id,
            started=_path(job.entry.path),
            job_file=file.path,
            environment=environment,
            called_from=file.repository,
            called_ref=situation.ref if file.ref == situation.ref_name else file.ref,
        )
        verdict = match(claims, registry, audience=index) if registry is not None else None
        yield Identity(situation, claims, environment, index, verdict)


class _File(NamedTuple):
    """The workflow file that holds the uploading job: ``repository`` and ``ref`` are empty if they are the run's.

    ``path`` is None if it is decided while the workflow runs.
    """

    path: str | None
    repository: str = ""
    ref: str = ""


def _uploading_file(job: PublishingJob) -> _File:
    """Follow the calls to the file that holds the uploading job."""
    file = _File(_path(job.entry.path))
    for upload in job.road:
        uses = upload.job.uses.text.strip() if upload.job.uses is not None else ""
        elsewhere = _CALLED.fullmatch(uses)
        if elsewhere is not None:
            file = _File(elsewhere["file"], elsewhere["repository"], elsewhere["ref"])
        elif uses:
            # A local call stays in the repository and at the commit of the file that calls.
            file = file._replace(path=uses.removeprefix("./") if uses.startswith(f"./{_FOLDER}") else None)
    return file


def called_elsewhere(job: PublishingJob) -> re.Match[str] | None:
    """Return what a call names whose file is not known: mostly another repository's, run in the caller's name."""
    uses = job.actual.job.uses
    return _CALLED.fullmatch(uses.text.strip()) if uses is not None else None


def with_caller(claims: Claims, jobs: Sequence[PublishingJob]) -> Claims:
    """Add to claims the workflow that was started, which older tools do not print, if the files leave only one.

    That is so where the uploading job's file can only be called, and one workflow alone calls it.
    """
    file, repository = claims.workflow_file, claims.get("repository")
    if file is None or repository is None or claims.ref is None or not claims.is_unknown("workflow_ref"):
        return claims
    here = [job for job in jobs if job.file.rpartition("/")[2] == file]
    startable = any(trigger.event != "workflow_call" for job in here for trigger in job.actual.workflow.triggers)
    callers = {job.entry.file_name for job in here if job.caller is not None}
    if startable or len(callers) != 1:
        return claims
    started = f"{repository}/{_FOLDER}{callers.pop()}@{claims.ref}"
    return replace(claims, values={**claims.values, "workflow_ref": started})


def registry_of(registry: Registry | None, index: str, default: str) -> Registry | None:
    """Return what is known of an index's publishers; None if nothing is.

    Publishers that do not say which index they are on are taken for those of ``default``.
    """
    if registry is None:
        return None
    everyone = (*registry.publishers, *registry.pending)
    said = {publisher.index for publisher in everyone}
    if index in said or index == default or (everyone and None not in said):
        return registry.on(index)
    return None


def _environment(job: PublishingJob, run: WorkflowRun) -> str | None:
    """Return the name of the environment in a run; empty for none, None if the files do not decide it."""
    if job.actual.job.uses is not None:
        return None  # the file that declares it, or does not, is not known
    if job.environment is not None:
        return job.environment
    found = uploading_run(run, job.road)
    if found is None:
        return None
    # An expression that comes to nothing is not an environment.
    value = "" if found.environment is None else found.environment
    return value if isinstance(value, str) else None


def _path(path: str) -> str:
    """Return the path that GitHub would run the file from; one that lies elsewhere is meant to be put there."""
    return path if path.startswith(_FOLDER) else _FOLDER + path.rpartition("/")[2]


def index_meant(question: DoctorInput, claims: Claims | None, jobs: Iterable[PublishingJob]) -> str:
    """Return the name of the index that a question is about; empty if nothing says it.

    What the user says comes first, then the log, the publishers' file, the token's audience, and in the end the
    one public index to which the workflow of the claims (without claims: every workflow) uploads by its identity.
    """
    record, registry = question.record, question.registry
    audience = claims.get("aud") if claims is not None else None
    named = (
        question.index,
        record.index if record is not None else None,
        registry.audience if registry is not None else None,
        audience if audience in _INDEXES else None,
    )
    return next((name for name in named if name), "") or _of_jobs(claims, jobs)


def verdict_on(claims: Claims, registry: Registry, index: str) -> tuple[str, Verdict | None]:
    """Return the index that given claims are compared with, and its answer.

    If nothing says which it is (``index`` is empty), there is an answer only if both give it, for one cause.
    """
    from publish_gate.doctor.trusted_publishing.matching import match
    from publish_gate.doctor.trusted_publishing.publishers import INDEXES

    if index:
        return index, match(claims, registry, audience=index)
    answers = {name: match(claims, registry, audience=name) for name in INDEXES}
    essences = {
        (verdict.code, verdict.missing, verdict.token_covers, *_causes(claims, registry, name, verdict))
        for name, verdict in answers.items()
    }
    return (PYPI.name, answers[PYPI.name]) if len(essences) == 1 else ("", None)


def _causes(claims: Claims, registry: Registry, index: str, verdict: Verdict) -> tuple[str, ...]:
    from publish_gate.doctor.trusted_publishing.refusals import reasons

    return tuple(reason.cause for reason in reasons(claims, registry, index, verdict))


def _of_jobs(claims: Claims | None, jobs: Iterable[PublishingJob]) -> str:
    found = {
        index.value
        for job in jobs
        if is_identity(job) and (claims is None or _is_of(claims, job))
        for index in ({job.index_in(name) for name in job.indexes} or {job.actual.index})
    }
    return found.pop() if len(found) == 1 and found <= _INDEXES else ""


def _is_of(claims: Claims, job: PublishingJob) -> bool:
    """Whether claims can be a job's: it is in the file that was started, as far as that is known."""
    started = claims.caller_file
    if started is not None:
        return job.entry.file_name == started
    return claims.workflow_file in {None, job.file.rpartition("/")[2]}
