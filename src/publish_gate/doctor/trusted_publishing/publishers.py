"""Trusted publishers as they are registered on an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.config.model import TargetEntry
    from publish_gate.places import Place

INDEXES: Final = ("pypi", "testpypi")


@dataclass(frozen=True, slots=True)
class Publisher:
    """A trusted publisher for GitHub Actions.

    ``owner_id`` is None where it is not known, and is then not compared. ``workflow`` is the registered file
    name, None where nobody told it. ``environment`` is empty where the publisher is for any environment.
    ``projects`` are those it may upload to (of a pending publisher: the one it will create), empty where they
    are not known. ``index`` is ``pypi`` or ``testpypi``, None where that is not said.
    """

    owner: str
    repository: str
    workflow: str | None
    environment: str = ""
    owner_id: str | None = None
    projects: tuple[str, ...] = ()
    place: Place | None = None
    index: str | None = None

    @property
    def identity(self) -> tuple[str, str, str | None, str]:
        """What an index keeps once only: two registrations that agree in it are one, with the projects of both."""
        return self.owner, self.repository, self.workflow, self.environment

    @property
    def slug(self) -> str:
        """``OWNER/REPOSITORY``."""
        return f"{self.owner}/{self.repository}"


@dataclass(frozen=True, slots=True)
class Registry:
    """What an index knows when a token comes.

    ``existing`` are projects of the index; ``prohibited`` the names that its administrators keep from use.
    ``used_jti`` are the tokens that were exchanged already. ``disabled`` says that the index takes no tokens of
    GitHub at the moment. ``issuers`` are further issuers that an organisation registered, None where nobody
    told. ``complete`` says that all publishers that matter are listed: only then does it mean something that
    none matches. ``audience`` is the index that all of it is about, None where that is not said.
    """

    publishers: tuple[Publisher, ...] = ()
    pending: tuple[Publisher, ...] = ()
    existing: frozenset[str] = frozenset()
    used_jti: frozenset[str] = frozenset()
    disabled: bool = False
    complete: bool = True
    issuers: frozenset[str] | None = None
    prohibited: frozenset[str] = frozenset()
    audience: str | None = None

    def on(self, index: str) -> Registry:
        """Return what of it is about one index."""
        return Registry(
            tuple(each for each in self.publishers if each.index in {None, index}),
            tuple(each for each in self.pending if each.index in {None, index}),
            self.existing,
            self.used_jti,
            self.disabled,
            self.complete,
            self.issuers,
            self.prohibited,
            index,
        )

    @property
    def project_names(self) -> frozenset[str]:
        """The projects that exist as far as is known: those told, and those that have a publisher."""
        return self.existing | {project for each in self.publishers for project in each.projects}

    def has_project(self, name: str) -> bool:
        """Whether a project of this name, in any spelling that is the same name, is known to exist."""
        return normalize_name(name) in {normalize_name(each) for each in self.project_names}


def read_publishers(data: bytes, path: str) -> Registry:
    """Read a file of publishers, YAML or JSON; ``path`` is its path for messages.

    Raises ConfigurationError with every problem at its place.
    """
    from publish_gate.doctor.trusted_publishing.publishers_file import read_file

    return read_file(data, path)


def configured_publishers(targets: Iterable[TargetEntry], projects: tuple[str, ...] = ()) -> Registry:
    """Return the publishers that a config file names, one a target at most.

    ``projects`` are the projects of the repository: which of them a publisher is for, a config file does not say.
    """
    return Registry(
        tuple(
            Publisher(
                target.publisher.owner,
                target.publisher.repository,
                target.publisher.workflow,
                target.publisher.environment or "",
                projects=projects,
                place=target.places.get("publisher", target.place),
                index=target.built_in,
            )
            for target in targets
            if target.publisher is not None
        )
    )
