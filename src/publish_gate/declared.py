"""Which environment the jobs that upload declare, as far as the workflow says it for sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.publishing_jobs import publishing_jobs
from publish_gate.doctor.simulation import RepositoryContext
from publish_gate.doctor.simulation.situations import standard_situations
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.hosts import public_name
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.repository import Repository

_PUBLIC = (Index.PYPI, Index.TESTPYPI)


def with_declared(repository: Repository, targets: frozenset[str], workflow: Workflow, sources: Sources) -> Repository:
    """Return the repository with what a workflow's uploading jobs declare beside the environment of ``targets``."""
    declared = declared_environments(workflow, sources)
    packages = []
    for package in repository.packages:
        planned = tuple(
            replace(target, rules=replace(target.rules, declared=declared.get(_key(target.rules.repository_url), ())))
            if target.rules.name in targets
            else target
            for target in package.plan.targets
        )
        packages.append(package._replace(plan=replace(package.plan, targets=planned)))
    return repository._replace(packages=tuple(packages))


def declared_environments(workflow: Workflow, sources: Sources) -> Mapping[str, tuple[str, ...]]:
    """Return the environments of the jobs that upload, in lower case, by the index that they upload to.

    An index is known by the name of a public one, or by its upload address. An empty text stands for no environment.
    Where a job calls another workflow, or one upload could be to any index, or a job's environment is computed,
    nothing is said of what that may be.
    """
    if any(job.uses is not None for job in workflow.jobs):
        return {}
    found: dict[str, list[str] | None] = {}
    for upload in _uploads(workflow, sources):
        if upload.index is Index.DYNAMIC or upload.how is How.OTHER:
            return {}
        key = upload.index.value if upload.index in _PUBLIC else _address(upload)
        name = _environment(upload)
        known = found.setdefault(key, [])
        if name is None or known is None or not key:
            found[key] = None
        elif name not in known:
            known.append(name)
    return {key: tuple(names) for key, names in found.items() if names is not None}


def _uploads(workflow: Workflow, sources: Sources) -> list[Upload]:
    asked = DoctorInput(workflows=(workflow,), sources=sources)
    jobs, _ = publishing_jobs(asked, RepositoryContext(read=sources.read), standard_situations())
    return [job.actual for job in jobs]


def _environment(upload: Upload) -> str | None:
    if upload.job.environment is None:
        return ""
    name = upload.job.environment.name
    return name.text.lower() if name is not None and "${{" not in name.text else None


def _address(upload: Upload) -> str:
    return _key(upload.url.text) if upload.url is not None else ""


def _key(address: str) -> str:
    return public_name(address) or address.rstrip("/").lower()
