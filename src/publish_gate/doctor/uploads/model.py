"""One place of a workflow that uploads distributions to an index."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Scalar
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


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload: the step that does it, or the job that calls a workflow which does.

    ``step`` is None for a call. ``place`` is where the uploading command or action stands (the line inside a
    ``run:`` where that is known). ``through`` says what was followed to find it: a script's path, a task's name,
    the called workflow. ``url`` is where the index address stands, ``credential`` the password or token (a word of
    a script is a scalar without an end, with an ellipsis for what is put in at run time),
    ``attestations`` whether attestations are asked for (None where nothing says so and the default applies),
    ``skip_existing`` whether files that are there already are passed over, ``version`` the action's ref after
    ``@``. ``alternatives`` are the indexes that a DYNAMIC one can be, where these are known. Where the same
    step uploads to two indexes, there is one upload for each. ``inside`` is what was found to upload where ``how``
    is OTHER, None where that is not known. ``mints`` tells that it has no credential, and exchanges the job's
    identity for one by itself if the job may ask for it.
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
    mints: bool = False
