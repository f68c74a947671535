"""What was built: the files of a folder as they were read, and each of them beside what the index has."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.gate.rules import Distribution
    from publish_gate.index.state import IndexFile, Unknown


class Reader(NamedTuple):
    """What uploads in the workflow, and the newest metadata version that it reads; ``needed`` reads all known."""

    tool: str
    metadata: str
    needed: str


class Refusal(NamedTuple):
    """Why a file would not be taken, and what to do.

    ``everywhere``: not only by the public indexes. ``local``: because of a local version, which a check of its own
    names if it was decided so.
    """

    message: str
    advice: str
    everywhere: bool = False
    local: bool = False


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of the folder.

    ``kind`` is None for what is not a distribution by its name. ``project`` and ``version`` are those of its own
    metadata, empty if it could not be read; ``named_version`` is the one in its file name, in the form found there.
    ``hashes`` maps the names of hash functions to hex digests; SHA-256 is always there.
    """

    name: str
    size: int
    kind: Distribution | None
    hashes: Mapping[str, str]
    project: str = ""
    version: str = ""
    named_project: str = ""
    named_version: str = ""
    metadata_version: str = ""
    requires_python: str = ""
    refusals: tuple[Refusal, ...] = ()

    def is_of(self, project: str) -> bool:
        """Whether it belongs to a project, by its metadata, or by its name if that could not be read."""
        own = self.project or self.named_project
        return not own or normalize_name(own) == normalize_name(project)


class FileComparison(enum.Enum):
    """How a built file compares with the index's of the same name."""

    IDENTICAL = "identical"
    DIFFERENT = "different"
    MISSING = "missing"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Built:
    """The distributions of one package in a folder, and what the index has of the same release.

    ``folder`` is named in messages. ``files`` are those that belong to the package or to none that is known.
    ``on_index`` maps the names of the files that the index has of this release; ``unknown`` says why it is not known.
    ``shared`` says that the folder also holds files of other packages of this run, so that none of this one's may be
    there.
    """

    folder: str
    files: tuple[BuiltFile, ...]
    on_index: Mapping[str, IndexFile] = field(default_factory=dict)
    unknown: Unknown | None = None
    shared: bool = False

    @property
    def distributions(self) -> tuple[BuiltFile, ...]:
        """The files that are distributions by their names."""
        return tuple(file for file in self.files if file.kind is not None)

    def compared(self) -> dict[str, FileComparison]:
        """Compare each distribution with the index's file of that name."""
        return {file.name: compare_file(file, self.on_index) for file in self.distributions}


NOT_BUILT = Built("", ())
"""Stands for what is not looked at."""


def compare_file(file: BuiltFile, on_index: Mapping[str, IndexFile]) -> FileComparison:
    """Compare by the hashes that both have; without a common one nothing can be said."""
    there = on_index.get(file.name)
    if there is None:
        return FileComparison.MISSING
    common = [name for name in there.hashes if name in file.hashes]
    if not common:
        return FileComparison.UNCLEAR
    same = all(file.hashes[name].lower() == there.hashes[name].lower() for name in common)
    return FileComparison.IDENTICAL if same else FileComparison.DIFFERENT


def equal_versions(text: str, version: Version) -> bool:
    """Whether a text is a version that equals another one by PEP 440; wheels write ``_`` for ``-`` in theirs."""
    try:
        return Version(text) == version or Version(text.replace("_", "-")) == version
    except InvalidVersion:
        return False
