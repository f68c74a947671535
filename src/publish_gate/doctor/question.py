"""What the doctor is asked: the files and facts it may go by, already read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.config.model import Config
    from publish_gate.doctor.analysis import LocalProject
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Registry
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow


@dataclass(frozen=True, slots=True)
class DoctorInput:
    """Any subset of what there is to know.

    ``workflows`` are those to look at, ``known`` all of the repository by path (a called one may not be asked
    about). ``registry`` is None where no publishers are known. ``repository`` is ``OWNER/NAME``, ``config`` the
    gate's config file. ``index`` and ``project`` narrow the question, empty where nothing was said; ``event`` and
    ``ref`` ask about one situation, and ``elsewhere`` are the workflow files that are different in its commit.
    """

    workflows: tuple[Workflow, ...] = ()
    known: Mapping[str, Workflow] = field(default_factory=dict)
    sources: Sources | None = None
    registry: Registry | None = None
    claims: Claims | None = None
    record: Record | None = None
    repository: str | None = None
    owner_id: str | None = None
    default_branch: str = "main"
    projects: tuple[LocalProject, ...] = ()
    index: str = ""
    project: str = ""
    config: Config | None = None
    event: str = ""
    ref: str = ""
    elsewhere: tuple[str, ...] = ()
