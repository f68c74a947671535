"""One place of a workflow that uploads distributions to an index, and which index an address or a name stands for."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.values import UNKNOWN
from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.doctor.uploads.values import Text
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Scalar
    from publish_gate.hosts import PublicIndex
    from publish_gate.places import Place


class How(enum.Enum):
    """What uploads. OTHER is a script, a task runner, a called workflow or another action that does it inside."""

    PYPA_ACTION = "pypa-action"
    TWINE = "twine"
    UV = "uv"
    FLIT = "flit"
    HATCH = "hatch"
    POETRY = "poetry"
    PDM = "pdm"
    MATURIN = "maturin"
    OTHER = "other"


class Index(enum.Enum):
    """Where to. DYNAMIC is decided while the workflow runs, OTHER neither of the public indexes."""

    PYPI = "pypi"
    TESTPYPI = "testpypi"
    DYNAMIC = "dynamic"
    OTHER = "other"


class Auth(enum.Enum):
    """How the upload authenticates: by the job's identity, by a token or password, or the files do not say."""

    OIDC = "oidc"
    TOKEN = "token"  # noqa: S105 - a word, no secret
    UNKNOWN = "unknown"


_LOOPBACK = frozenset({"::1", "::", "0.0.0.0"})  # noqa: S104 - compared, not bound
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_NAMES = {"pypi": Index.PYPI, "testpypi": Index.TESTPYPI, "pypitest": Index.TESTPYPI}


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: the step that does it, or the job that calls a workflow which does.

    ``step`` is None for a call. ``place`` is where the uploading command or action stands (the line inside a
    ``run:`` if that is known). ``through`` says what was followed to find it: a script's path, a task's name,
    the called workflow. ``url`` is where the index address stands, ``credential`` the password or token (a word of
    a script is a scalar without an end, with an ellipsis for what is put in at run time),
    ``attestations`` whether attestations are asked for (None if nothing says so and the default applies),
    ``skip_existing`` whether files that are there already are passed over, ``version`` the action's ref after
    ``@``. ``alternatives`` are the indexes that a DYNAMIC one can be, if these are known. If the same
    step uploads to two indexes, there is one upload for each. ``inside`` is what was found to upload if ``how``
    is OTHER, None if that is not known. ``reached`` tells whether it happens once its step runs, ``mints`` that
    it has no credential, and exchanges the job's identity for one by itself if the job may ask for it.
    """

    workflow: Workflow
    job: Job
    step: Step | None
    how: How
    index: Index
    auth: Auth
    place: Place
    url: Scalar | None = None
    credential: Scalar | None = None
    user: Scalar | None = None
    attestations: bool | None = None
    skip_existing: bool = False
    version: str = ""
    through: str = ""
    alternatives: tuple[Index, ...] = ()
    inside: How | None = None
    reached: Ternary = Ternary.YES
    mints: bool = False


@dataclass(frozen=True, slots=True)
class DetectedUpload:
    """An upload that a command does. ``line`` counts from 0 in the script; ``through`` says what was followed.

    ``reached`` tells whether it happens once its step runs. ``mints`` says that it has no credential, and exchanges
    the job's identity for one by itself if the job may ask for it.
    """

    how: How
    index: Index
    auth: Auth
    line: int = 0
    url: Text | None = None
    credential: Text | None = None
    user: Text | None = None
    attestations: bool | None = None
    skip_existing: bool = False
    alternatives: tuple[Index, ...] = ()
    through: str = ""
    inside: How | None = None
    reached: Ternary = Ternary.YES
    mints: bool = False


def several(text: Text, index_of: Callable[[str], Index]) -> tuple[Index, Text, tuple[Index, ...]]:
    """Tell the index of a text, or of all that it can be."""
    possible = tuple(dict.fromkeys(index_of(choice) for choice in text.possible))
    if len(possible) == 1:
        return possible[0], text, ()
    if not possible and is_address(text.text):
        return index_of_url(text.text), text, ()
    return Index.DYNAMIC, text, possible


def index_of_url(url: str) -> Index:
    """Return the index that takes uploads at an address; an empty one is that of the default, PyPI.

    Of an address of which a part is decided at run time the rest has to rule the public indexes out.
    """
    address = url.strip()
    if not address:
        return Index.PYPI
    host = host_of(address)
    if UNKNOWN in address and (UNKNOWN in host or not host):
        fits = re.compile(".*".join(re.escape(part) for part in host.split(UNKNOWN)))
        able = not host or any(fits.fullmatch(known) for public in PUBLIC_INDEXES for known in _hosts(public))
        return Index.DYNAMIC if able else Index.OTHER
    for public in PUBLIC_INDEXES:
        if host in _hosts(public):
            return Index(public.name)
    return Index.OTHER


def _hosts(index: PublicIndex) -> tuple[str, str]:
    return host_of(index.web), host_of(index.upload)


def index_of_name(name: str) -> Index | None:
    """Return the index that a name such as ``testpypi`` or ``test-pypi`` means everywhere, None for others."""
    return _NAMES.get(_NOT_LETTERS.sub("", name.lower()))


def is_address(text: str) -> bool:
    """Tell whether a text is an address rather than a name."""
    return "://" in text


def has_credentials(url: str) -> bool:
    """Tell whether an address carries a password."""
    authority = url.partition("://")[2].partition("/")[0]
    return "@" in authority and ":" in authority.rpartition("@")[0]


def is_local(url: str) -> bool:
    """Tell whether an address is the runner's own: loopback, or a service beside the job, which has a bare name."""
    host = host_of(url)
    if not host or UNKNOWN in host:
        return False
    if host in _LOOPBACK or host.startswith("127.") or host.endswith((".localhost", ".docker.internal")):
        return True
    return "." not in host and ":" not in host


def host_of(url: str) -> str:
    """Return the host name of an address in lower case, empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
