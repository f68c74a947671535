"""What an index says about one project: published, absent or unknown - three answers, never two."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.records import dataclass

if TYPE_CHECKING:
    from packaging.version import Version


class Api(enum.Enum):
    """The interface of the index that gave the answer."""

    JSON = "json"
    SIMPLE_JSON = "simple-json"
    SIMPLE_HTML = "simple-html"


class Release(NamedTuple):
    """One published version with at least one distribution.

    ``spellings`` are the index's own keys for it (``0.12.01`` and ``0.12.1`` are one version). ``sdists``
    and ``wheels`` count distributions, ``others`` counts eggs, installers and the like. ``yanked`` is true
    when every distribution is yanked. ``uploaded`` is the ISO 8601 time of the first upload, where known.
    """

    version: Version
    spellings: tuple[str, ...]
    sdists: int = 0
    wheels: int = 0
    others: int = 0
    yanked: bool = False
    uploaded: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The project exists; ``releases`` ascend by version and may be empty (a project without files).

    ``ignored_keys`` are release keys that are not PEP 440, ``fileless`` those without a distribution: neither
    counts as published. ``status`` is the project status of PEP 792 (``active``, ``archived``,
    ``quarantined`` ...), where the index tells.
    """

    releases: tuple[Release, ...]
    api: Api
    url: str
    ignored_keys: tuple[str, ...] = ()
    fileless: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """An index that is known to answer for projects does not have this one."""

    api: Api
    url: str


class UnknownCause(enum.Enum):
    """Why the index gave no answer that may be relied on."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server-error"
    RATE_LIMITED = "rate-limited"
    FORBIDDEN = "forbidden"
    NOT_AN_INDEX = "not-an-index"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    WRONG_PROJECT = "wrong-project"
    REDIRECT_REFUSED = "redirect-refused"


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer that may be relied on: what was seen (``message``) and what to do next (``hint``).

    ``url`` never holds credentials. ``message`` and ``hint`` hold no text of the server's body.
    """

    cause: UnknownCause
    message: str
    hint: str
    url: str


IndexState = Published | Absent | Unknown
