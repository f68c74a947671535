"""Which job waits for which, and what GitHub refuses there: jobs that do not exist, and circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.blocks import is_expression
from publish_gate.doctor.workflow.tree import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from publish_gate.doctor.workflow.grammar import Refusals
    from publish_gate.doctor.workflow.model import Job, Workflow


def in_order(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Return the jobs so that each stands behind those it needs; the names compare without case.

    A job that waits for itself, near or far, or for one that is not there, can never run and is left out.
    """
    by_name = {job.id.lower(): job for job in jobs}
    needs = {name: {need.text.lower() for need in job.needs} for name, job in by_name.items()}
    return tuple(by_name[name] for name in _settled(needs))


def with_needed(workflow: Workflow, names: Iterable[str]) -> tuple[Job, ...]:
    """Return the jobs of these ids and all that they need, directly or not, each once; names compare without case."""
    found: dict[str, Job] = {}
    waiting = list(names)
    while waiting:
        job = workflow.job(waiting.pop())
        if job is not None and job.id not in found:
            found[job.id] = job
            waiting += [need.text for need in job.needs]
    return tuple(found.values())


def _settled(needs: Mapping[str, set[str]]) -> list[str]:
    """Return the names whose needs can all be met, each behind its needs."""
    waiting = {name: len(wanted) for name, wanted in needs.items()}
    wanting: dict[str, list[str]] = {}
    for name, wanted in needs.items():
        for need in wanted:
            wanting.setdefault(need, []).append(name)
    settled = [name for name, count in waiting.items() if count == 0]
    for name in settled:
        for other in wanting.get(name, ()):
            waiting[other] -= 1
            if waiting[other] == 0:
                settled.append(other)  # the list is its own queue
    return settled


def refuse_needs(jobs: tuple[Job, ...], refusals: Refusals) -> None:
    """Refuse the ``needs`` that name no job, and those that go round in a circle."""
    needs = {job.id.lower(): {need.text.lower() for need in job.needs} for job in jobs}
    circle = _circles(needs)
    for job in jobs:
        for need in job.needs:
            key = f"jobs.{job.id}.needs"
            if is_expression(need.text):
                continue  # refused as such
            if need.text.lower() not in needs:
                refusals.add(key, f"there is no job {shown(need.text)}", need.place)
            elif job.id.lower() in circle and need.text.lower() in circle:
                refusals.add(key, f"the job waits for {shown(need.text)}, which waits for it", need.place)


def _circles(needs: Mapping[str, set[str]]) -> set[str]:
    """Return the names that are left when all that nobody waits for, and all that waits for nobody, is taken away."""
    known = {name: {need for need in wanted if need in needs} for name, wanted in needs.items()}
    left = set(known) - set(_settled(known))
    wanted_by: dict[str, set[str]] = {name: set() for name in left}
    for name in left:
        for need in known[name] & left:
            wanted_by[need].add(name)
    return left - set(_settled(wanted_by))
