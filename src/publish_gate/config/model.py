"""What a config file says, checked: packages, targets, and where each of it stands."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.places import Place
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from publish_gate.gate.rules import Distribution, Policy, Prereleases, Trigger
    from publish_gate.index.addresses import IndexAddress

Places = Mapping[str, Place]
"""Where each key stands; a key that is missing has its default."""


class OnUnknown(enum.Enum):
    """What a package does to the run when nothing can be decided for it."""

    FAIL = "fail"
    SKIP_PACKAGE = "skip-package"


class Discovery(enum.Enum):
    """Whose list of workspace members is read."""

    UV = "uv"
    HATCH = "hatch"
    POETRY = "poetry"


class Publisher(NamedTuple):
    """A trusted publisher as it is registered on the index."""

    owner: str
    repository: str
    workflow: str
    environment: str | None


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """A target of the file. None, or nothing, stands where the file says nothing."""

    name: str
    place: Place
    address: IndexAddress | None = None
    built_in: str | None = None
    probe: str | None = None
    upload: str | None = None
    web: str | None = None
    environment: str | None = None
    triggers: tuple[Trigger, ...] | None = None
    policy: Policy | None = None
    prereleases: Prereleases | None = None
    require: frozenset[Distribution] = frozenset()
    local: bool | None = None
    after: str | None = None
    publisher: Publisher | None = None
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """A package of the file, or with a glob or a discovery many. ``targets`` is None where all are meant."""

    name: str
    place: Place
    path: str = "."
    discover: Discovery | None = None
    version_file: str | None = None
    tag: str | None = None
    targets: tuple[str, ...] | None = None
    places: Places = field(default_factory=dict)

    @property
    def stands_for_many(self) -> bool:
        """Whether the name is only a label, and the packages are found below its path."""
        return self.discover is not None or any(character in self.path for character in "*?[")


@dataclass(frozen=True, slots=True)
class Config:
    """A whole config file at ``path``; empty where it says nothing."""

    path: str
    packages: tuple[PackageEntry, ...] = ()
    targets: Mapping[str, TargetEntry] = field(default_factory=dict)
    on_unknown: OnUnknown = OnUnknown.FAIL
    places: Places = field(default_factory=dict)
