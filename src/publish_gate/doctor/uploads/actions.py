"""The actions and reusable workflows that are known to upload, or known not to, with the inputs that decide it.

Names in lower case, without their ref. Each row was read from the `action.yml` or workflow file of that version; the
tests compare it with the inputs, defaults and commits in `tests/vectors/action-inputs.json`.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from publish_gate.doctor.uploads.arguments import listed
from publish_gate.doctor.uploads.model import How, Index


class Identity(enum.Enum):
    """Whether an action uploads by the job's identity if nobody gives it a credential."""

    NEVER = 0
    GRANTED = 1
    """If the job may ask for it; without that it looks for a credential elsewhere, or fails."""
    ALWAYS = 2


class KnownAction(NamedTuple):
    """One action that uploads distributions.

    ``credentials`` are its inputs with a password or token, ``urls`` those with
    an address, ``names`` those with the name of a repository or an address, ``goes_to`` is where it uploads without
    them. ``needs`` says that it uploads nothing without a credential, which ``skip`` is a text for. ``switch`` is the
    input that turns the upload on with `true`, ``default`` what it is if nobody sets it; with ``by_ref`` it may name
    the beginning of a ref. ``trusted`` is an input that has to be on for the identity. ``inside`` is what it runs.
    ``ends`` says that it does no more than fail.
    """

    how: How = How.OTHER
    credentials: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    goes_to: Index = Index.PYPI
    needs: bool = False
    skip: str = ""
    switch: str = ""
    default: str = ""
    by_ref: bool = False
    identity: Identity = Identity.NEVER
    trusted: str = ""
    secrets: tuple[str, ...] = ()
    inside: How | None = None
    ends: bool = False


PYPA = KnownAction(
    How.PYPA_ACTION,
    credentials=("password",),
    urls=("repository-url", "repository_url"),
    users=("user",),
    identity=Identity.ALWAYS,
)
PYPA_NAME = "pypa/gh-action-pypi-publish"
_FORK = PYPA._replace(how=How.OTHER, inside=How.PYPA_ACTION)
_ANSYS = KnownAction(
    credentials=("twine-token",), users=("twine-username",), trusted="use-trusted-publisher", inside=How.TWINE
)
_RELEASER = KnownAction(
    identity=Identity.GRANTED, secrets=("PYPI_TOKEN", "PYPI_TOKEN_MAP", "TWINE_PASSWORD"), inside=How.TWINE
)

Rows = tuple[tuple[int, KnownAction], ...]


def _always(row: KnownAction) -> Rows:
    return ((0, row),)


ACTIONS: dict[str, Rows] = {
    PYPA_NAME: _always(PYPA),
    "br3ndonland/gh-action-pypi-publish": _always(_FORK),
    "chainguard-actions/pypa-gh-action-pypi-publish": _always(_FORK),
    "step-security/gh-action-pypi-publish": _always(_FORK),
    "webknjaz/pypa--gh-action-pypi-publish": _always(_FORK),
    # Since its version 11 only the private index is left; the others end with an error.
    "ansys/actions/release-pypi-public": ((0, _ANSYS), (11, _ANSYS._replace(ends=True))),
    "ansys/actions/release-pypi-test": (
        (0, _ANSYS._replace(goes_to=Index.TESTPYPI)),
        (11, _ANSYS._replace(goes_to=Index.TESTPYPI, ends=True)),
    ),
    "ansys/actions/release-pypi-private": (
        (0, _ANSYS._replace(goes_to=Index.OTHER)),
        (11, _ANSYS._replace(goes_to=Index.OTHER, urls=("index-name",))),
    ),
    "casperdcl/deploy-pypi": (
        (0, KnownAction(credentials=("password",), urls=("url",), users=("user",), inside=How.TWINE)),
        (
            2,
            KnownAction(
                credentials=("password",),
                urls=("url",),
                users=("user",),
                switch="upload",
                default="true",
                identity=Identity.ALWAYS,
                inside=How.TWINE,
            ),
        ),
    ),
    "celsiusnarhwal/poetry-publish": _always(
        KnownAction(credentials=("token", "password"), names=("repo",), users=("username",), inside=How.POETRY)
    ),
    "datalad/release-action/release": _always(KnownAction(credentials=("pypi-token",), needs=True, inside=How.TWINE)),
    # It compares the version with the one on the index before it uploads.
    "etils-actions/pypi-auto-publish": _always(
        KnownAction(credentials=("pypi-token",), needs=True, skip="skip", inside=How.TWINE)
    ),
    "etils-actions/pypi-build-publish": _always(KnownAction(credentials=("pypi-token",), inside=How.TWINE)),
    "jrubics/poetry-publish": _always(
        KnownAction(
            credentials=("pypi_token", "repository_password"),
            urls=("repository_url",),
            names=("repository_name",),
            users=("repository_username",),
            inside=How.POETRY,
        )
    ),
    "jupyter-server/jupyter_releaser/.github/actions/finalize-release": _always(_RELEASER),
    "jupyter-server/jupyter_releaser/.github/actions/publish-release": _always(_RELEASER),
    "lsst-sqre/build-and-publish-to-pypi": (
        (
            0,
            KnownAction(
                credentials=("pypi-token",),
                switch="upload",
                default="true",
                identity=Identity.ALWAYS,
                inside=How.PYPA_ACTION,
            ),
        ),
        (2, KnownAction(switch="upload", default="true", identity=Identity.ALWAYS, inside=How.PYPA_ACTION)),
        (
            3,
            KnownAction(
                switch="upload",
                default="true",
                identity=Identity.GRANTED,
                secrets=("UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"),
                inside=How.UV,
            ),
        ),
    ),
    "mariamrf/py-package-publish-action": _always(KnownAction(secrets=("TWINE_PASSWORD",), inside=How.TWINE)),
    # Before its version 8 it uploaded, if it was given the password for it.
    "python-semantic-release/python-semantic-release": _always(
        KnownAction(
            credentials=("repository_password", "pypi_token"),
            users=("repository_username",),
            needs=True,
            inside=How.TWINE,
        )
    ),
    "relekang/python-semantic-release": _always(
        KnownAction(
            credentials=("pypi_token", "pypi_password", "repository_password"),
            users=("pypi_username", "repository_username"),
            needs=True,
            inside=How.TWINE,
        )
    ),
}

_OPENASTRONOMY = KnownAction(
    credentials=("pypi_token",),
    urls=("repository_url",),
    switch="upload_to_pypi",
    default="refs/tags/v",
    by_ref=True,
    identity=Identity.ALWAYS,
    inside=How.PYPA_ACTION,
)
WORKFLOWS: dict[str, Rows] = {
    "openastronomy/github-actions-workflows/.github/workflows/publish.yml": _always(_OPENASTRONOMY),
    "openastronomy/github-actions-workflows/.github/workflows/publish_pure_python.yml": _always(_OPENASTRONOMY),
    "pytooling/actions/.github/workflows/publishonpypi.yml": _always(
        KnownAction(credentials=("pypi_token",), needs=True, inside=How.TWINE)
    ),
}

_MAJOR = re.compile(r"v?(?P<major>[0-9]{1,4})(?:\.|\Z)")


def known_at(rows: Rows | None, version: str) -> KnownAction | None:
    """Return the row for a ref such as ``v11.0.3``, each row beginning with a major version; the newest for others."""
    if rows is None:
        return None
    match = _MAJOR.match(version)
    major = int(match["major"]) if match is not None else rows[-1][0]
    return next((row for since, row in reversed(rows) if since <= major), rows[0][1])


SCRIPTS = {
    "abatilo/actions-poetry": ("poetry", "", "args"),
    "messense/maturin-action": ("maturin", "command", "args"),
    "nick-fields/retry": ("", "", "command"),
    "nick-invision/retry": ("", "", "command"),
    "pyo3/maturin-action": ("maturin", "command", "args"),
    "wandalen/wretry.action": ("", "", "command"),
}
"""Actions that run a command: the program, the input with its subcommand, the input with its arguments."""

RETRIES = frozenset({"wandalen/wretry.action"})
"""Actions that use another one: its name in the input `action`, its inputs as a text in the input `with`."""

MINTERS = frozenset({"tschm/token-mint-action", "rust-lang/crates-io-auth-action"})
"""Actions that exchange the job's identity for an upload token and put it into an output."""

NEVER = frozenset(
    {
        "conda-incubator/setup-miniconda",
        "ncipollo/release-action",
        "openastronomy/publish-wheels-anaconda",
        "python-semantic-release/publish-action",
        "python-semantic-release/upload-to-gh-release",
        "scientific-python/upload-nightly-action",
        "softprops/action-gh-release",
    },
)
"""Actions that sound like it but upload elsewhere than to a package index."""

OFF = listed(
    "dry-run dry_run dryrun noop no-op no_operation_mode test-run skip-publish skip_publish skip-upload skip_upload "
    "no-publish no-upload build-only build_only"
)
"""Inputs by which actions and workflows are made to do nothing."""

ON = listed(
    "upload publish deploy upload_to_pypi upload-to-pypi publish_to_pypi publish-to-pypi upload_pypi upload-pypi "
    "publish_pypi publish-pypi should-publish should_publish do-publish do_publish"
)
"""Inputs by which actions and workflows are made to upload."""
