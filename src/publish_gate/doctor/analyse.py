"""From what was read to an opinion: the one place where the doctor's rooms meet. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.analysis import Analysis
from publish_gate.doctor.diagnosis.diagnose import diagnose
from publish_gate.doctor.fixes.publisher_forms import forms_to_fill
from publish_gate.doctor.publishing_jobs import (
    index_meant,
    publishing_jobs,
    verdict_on,
    with_caller,
    with_identities,
)
from publish_gate.doctor.result import DoctorReport

if TYPE_CHECKING:
    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.trusted_publishing.claims import Claims


def examine(question: DoctorInput) -> DoctorReport:
    """Look at everything, and say what is wrong."""
    from publish_gate.doctor.findings.registry import find_all

    examination = analyse(question)
    findings = find_all(examination)
    return DoctorReport(examination, findings, diagnose(examination, findings), forms_to_fill(examination))


def analyse(question: DoctorInput) -> Analysis:
    """Work out which jobs publish, when, as whom, and what the index would say."""
    from publish_gate.doctor.simulation import RepositoryContext
    from publish_gate.doctor.simulation.situations import standard_situations

    repository = _repository(question)
    read = question.sources.read if question.sources is not None else None
    world = RepositoryContext(repository, question.default_branch, question.known, question.config, read)
    told = question.claims or (question.record.claims if question.record is not None else None)
    asked = _asked(question)
    answered = asked or _told_of(told, question.default_branch)
    usual = standard_situations(question.default_branch)
    situations = tuple({situation.name: situation for situation in (*usual, *answered)}.values())
    jobs, runs = publishing_jobs(question, world, situations)
    claims = with_caller(told, jobs) if told is not None else None
    meant = index_meant(question, claims, jobs)
    jobs = with_identities(jobs, question, runs, repository, meant)
    verdict = None
    if claims is not None and question.registry is not None:
        meant, verdict = verdict_on(claims, question.registry, meant)
    return Analysis(
        workflows=question.workflows,
        jobs=jobs,
        runs=runs,
        situations=situations,
        registry=question.registry,
        claims=claims,
        record=question.record,
        verdict=verdict,
        repository=repository,
        default_branch=question.default_branch,
        projects=question.projects,
        index=question.index,
        project=question.project,
        world=world,
        asked=tuple(situation.name for situation in asked),
        meant=meant,
        sources=question.sources,
        answered=tuple(situation.name for situation in answered),
        elsewhere=question.elsewhere,
    )


def _asked(question: DoctorInput) -> tuple[Situation, ...]:
    """Return the situations that the question is about; none if it is about all of them."""
    from publish_gate.doctor.simulation.situations import for_event

    if not question.event and not question.ref:
        return ()
    return for_event(question.event or "push", question.ref, None, question.default_branch)


def _told_of(claims: Claims | None, default_branch: str) -> tuple[Situation, ...]:
    """Return the situation of the run that the claims are of; a pull request may be from a fork or not."""
    from publish_gate.doctor.simulation.situations import PULL_REQUESTS, for_event

    event, ref = (claims.get(name) if claims is not None else None for name in ("event_name", "ref"))
    if event is None or ref is None or event in PULL_REQUESTS:
        return ()
    return for_event(event, ref, None, default_branch)


def _repository(question: DoctorInput) -> str | None:
    """Return the repository: what was read, what the claims say, or what all publishers agree on."""
    claims = question.claims or (question.record.claims if question.record is not None else None)
    told = claims.get("repository") if claims is not None else None
    if told is not None or question.repository is not None:
        return told or question.repository
    if question.registry is None:
        return None
    slugs = {each.slug for each in (*question.registry.publishers, *question.registry.pending)}
    return slugs.pop() if len(slugs) == 1 else None
