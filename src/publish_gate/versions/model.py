"""What reading a version can end in: a text and its place, or a fault that says why not."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from publish_gate.records import dataclass

if TYPE_CHECKING:
    from publish_gate.places import Place


@dataclass(frozen=True, slots=True)
class Withheld:
    """The project says that it is not published: what says so, where, and what would change that.

    ``by_public_indexes`` is true if only the public indexes would refuse it, as they do a ``Private ::`` classifier.
    """

    message: str
    advice: str
    place: Place | None
    by_public_indexes: bool = False


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version as the project spells it; whether it is PEP 440 is decided later.

    ``declared_by`` names the rule that led there in the field's words, such as ``project.version``,
    ``hatch.path`` or ``setup.cfg attr:``. ``notes`` are remarks that do not change the answer,
    ``withheld`` is what the project says if it is not published at all.
    """

    text: str
    place: Place | None
    declared_by: str
    notes: tuple[str, ...] = ()
    withheld: Withheld | None = None


class FaultKind(enum.Enum):
    """Why there is no version: nobody can know it yet, or it cannot be read without running code."""

    DYNAMIC = "dynamic"
    UNREADABLE = "unreadable"


# The cause of a DYNAMIC fault whose build takes neither the tag nor anything else: it builds the text of the file.
PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class VersionFault:
    """No version was read, and why.

    ``from_tags`` says of a DYNAMIC one whether a tag that is pushed can be expected to be the version: it cannot if a
    plugin counts only in some builds, or if more than the tag goes into the version.

    ``cause`` is a short slug (``vcs``, ``call``, ``import-not-in-tree`` ...), ``message`` says what was found,
    ``advice`` what to do next, ``suggestion`` the path of a file that seems to hold the literal (it is only
    ever named to the reader, never used), ``tool`` what computes the version from git tags, where it is known.
    """

    kind: FaultKind
    cause: str
    message: str
    advice: str
    place: Place | None = None
    suggestion: str | None = None
    tool: str = ""
    from_tags: bool = True
    withheld: Withheld | None = None


VersionReading = FoundVersion | VersionFault


@dataclass(frozen=True, slots=True)
class FoundName:
    """The project's own name as the project spells it, and where."""

    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class ProjectReading:
    """What the files of one project say about it. ``name`` is None if no file declares one."""

    name: FoundName | None
    version: VersionReading

    @property
    def withheld(self) -> Withheld | None:
        """What the project says if it is not published."""
        return self.version.withheld
