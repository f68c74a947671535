"""What a workflow file says: triggers, permissions, jobs and steps, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.tree import Mapping, Node, Scalar
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from publish_gate.errors import Problem

NOTHING = Mapping((), Place(""))
"""A block that is not there, and so stands nowhere."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event of ``on:``. ``options`` holds its filters, types, inputs ... as written, None if it has none."""

    event: str
    place: Place
    options: Node | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """A ``permissions:`` block: ``read-all``, ``write-all``, or scope by scope (what is not named is ``none``).

    ``everything`` is ``read``, ``write`` or ``""``; ``scopes`` maps a scope to its level and its place.
    """

    place: Place
    everything: str = ""
    scopes: Dictionary[str, tuple[str, Place]] = field(default_factory=dict)

    def level(self, scope: str) -> str:
        """Return ``write``, ``read`` or ``none`` for a scope such as ``id-token``."""
        if self.everything:
            return self.everything
        return self.scopes[scope][0] if scope in self.scopes else "none"


@dataclass(frozen=True, slots=True)
class Environment:
    """A job's ``environment:``. ``name`` may be an expression; None if the mapping has no name."""

    place: Place
    name: Scalar | None
    url: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``index`` counts from 0 in the job, ``parallel`` steps each for itself.

    ``with_`` and ``env`` are empty if they are absent. ``cancels`` is the id of a background step that it cancels.
    """

    index: int
    place: Place
    node: Mapping
    id: str = ""
    name: Scalar | None = None
    condition: Scalar | None = None
    uses: Scalar | None = None
    run: Scalar | None = None
    shell: Scalar | None = None
    working_directory: Scalar | None = None
    continue_on_error: Scalar | None = None
    with_: Mapping = NOTHING
    env: Mapping = NOTHING
    cancels: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job: steps, or a call of another workflow (``uses``).

    ``unknown`` is syntax in it that is not known here: what the job does is then not known either.
    """

    id: str
    place: Place
    node: Mapping
    name: Scalar | None = None
    needs: tuple[Scalar, ...] = ()
    condition: Scalar | None = None
    permissions: Permissions | None = None
    environment: Environment | None = None
    runs_on: Node | None = None
    strategy: Mapping = NOTHING
    defaults: Mapping = NOTHING
    env: Mapping = NOTHING
    outputs: Mapping = NOTHING
    continue_on_error: Scalar | None = None
    steps: tuple[Step, ...] = ()
    uses: Scalar | None = None
    with_: Mapping = NOTHING
    secrets: Node | None = None
    unknown: tuple[Problem, ...] = ()


def local_path(uses: str) -> str:
    """Return the path in the same repository that a ``uses:`` names with ``./`` or ``$/``, else an empty text."""
    return uses[2:] if uses.startswith(("./", "$/")) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Workflow:
    """A workflow file, equal to nothing but itself.

    ``path`` is relative to the repository, with ``/``. ``problems`` is what GitHub would refuse, ``ignored`` what
    its parser does not know and the platform passes over.
    """

    path: str
    name: Scalar | None = None
    triggers: tuple[Trigger, ...] = ()
    permissions: Permissions | None = None
    env: Mapping = NOTHING
    defaults: Mapping = NOTHING
    jobs: tuple[Job, ...] = ()
    root: Mapping = NOTHING
    text: str = ""
    problems: tuple[Problem, ...] = ()
    ignored: tuple[Problem, ...] = ()

    @property
    def file_name(self) -> str:
        """The bare name of the file, as a publisher form wants it."""
        return self.path.rpartition("/")[2]

    def trigger(self, event: str) -> Trigger | None:
        """Return the trigger of an event, None if the workflow does not listen to it."""
        return next((trigger for trigger in self.triggers if trigger.event == event), None)

    def job(self, name: str) -> Job | None:
        """Return the job with an id (compared without case, as GitHub does), None if there is none."""
        return next((job for job in self.jobs if job.id.lower() == name.lower()), None)
