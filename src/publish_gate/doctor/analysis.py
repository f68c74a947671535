"""What is known when the doctor looks for faults: everything that was read, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.hosts import PYPI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.simulation import RepositoryContext, WorkflowRun
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.ternary import Ternary
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.matching import Verdict
    from publish_gate.doctor.trusted_publishing.publishers import Registry
    from publish_gate.doctor.uploads.model import Index, Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.gate_steps import Read
    from publish_gate.places import Place


class LocalProject(NamedTuple):
    """A project of the checkout: its name, its version if that can be read, and where it stands.

    ``from_tags`` says that the build back end makes the version from Git tags.
    """

    name: str
    version: str | None = None
    place: Place | None = None
    from_tags: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What an upload would present in one situation, and what the index would say to it.

    ``index`` is the name of the index asked, ``verdict`` None if no publishers of it are known. ``environment``
    is the name of the job's environment, empty if it has none, None if the files do not decide it.
    """

    situation: Situation
    claims: Claims
    environment: str | None
    index: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class PublishingJob:
    """An upload and when it happens. ``entry`` is the workflow that GitHub starts.

    Where a job calls a workflow of this repository that uploads, ``upload`` is the call, ``inner`` what uploads
    there, and ``caller`` the calling job; both are None for an upload in the workflow itself. ``between`` are the
    further calls, where the called workflow calls another one.
    ``runs_on`` tells by the situation's name whether the job starts, ``publishes_on`` whether the upload is
    reached; ``why`` says why not. ``indexes`` are the indexes by situation, if the upload's own is dynamic but the
    files decide it there. ``legs`` counts the jobs of a matrix that do it, 0 if the files do not tell the matrix.
    ``may_identify`` tells that the uploading job is granted ``id-token: write``.
    """

    upload: Upload
    entry: Workflow
    inner: Upload | None
    runs_on: Mapping[str, Ternary]
    publishes_on: Mapping[str, Ternary]
    why: Mapping[str, str]
    may_identify: bool
    environment: str | None
    identities: tuple[Identity, ...] = ()
    between: tuple[Upload, ...] = ()
    indexes: Mapping[str, Index] = field(default_factory=dict)
    legs: int = 1

    def index_in(self, situation: str) -> Index:
        """Return the index that is uploaded to in a situation."""
        return self.indexes.get(situation, self.actual.index)

    @property
    def actual(self) -> Upload:
        """What uploads in the end, in the called workflow if there is one."""
        return self.inner or self.upload

    @property
    def caller(self) -> Job | None:
        """The job that calls the workflow which uploads; None if nothing is called."""
        return self.upload.job if self.inner is not None else None

    @property
    def road(self) -> tuple[Upload, ...]:
        """The upload, then what uploads in the workflow that it calls, down to the one that does it in the end."""
        return (self.upload,) if self.inner is None else (self.upload, *self.between, self.inner)

    @property
    def file(self) -> str:
        """The path of the workflow file in which the uploading job stands."""
        return self.actual.workflow.path


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that the findings and the diagnosis are made from.

    ``registry`` is None if no publishers are known. ``asked`` are the names of the situations that the
    question is about, empty if it is about all. ``index`` and ``project`` are what the user asked about,
    empty if nothing was said, ``meant`` the index that given claims are held against, empty if nothing that
    was read decides it. ``world`` is what the simulation needs to look at further situations, ``sources`` gives the
    other files of the repository. ``answered`` are the names of the situations that were asked about or that the
    claims tell of, ``elsewhere`` the workflow files that are different in the commit of the ref asked about.
    """

    workflows: tuple[Workflow, ...] = ()
    jobs: tuple[PublishingJob, ...] = ()
    runs: Mapping[tuple[str, str], WorkflowRun] = field(default_factory=dict)
    situations: tuple[Situation, ...] = ()
    registry: Registry | None = None
    claims: Claims | None = None
    record: Record | None = None
    verdict: Verdict | None = None
    repository: str | None = None
    default_branch: str = "main"
    projects: tuple[LocalProject, ...] = ()
    index: str = ""
    project: str = ""
    world: RepositoryContext | None = None
    asked: tuple[str, ...] = ()
    meant: str = ""
    sources: Sources | None = None
    answered: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def read(self) -> Read | None:
        """What gives the files of the repository by their paths; None if they are not known."""
        return self.sources.read if self.sources is not None else None

    def label(self, job: PublishingJob, name: str) -> str:
        """Return what a situation of a job's workflow is called, by its name."""
        run = self.runs.get((job.entry.path, name))
        return run.situation.label if run is not None else name

    @property
    def index_asked(self) -> str:
        """The index that a verdict on given claims is about; PyPI if nothing decides it."""
        return self.meant or PYPI.name
