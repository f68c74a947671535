"""The actions and reusable workflows that are known to upload, or known not to, with the inputs that decide it.

Each row was read from the `action.yml` or workflow file at the commit that it names; names in lower case, without ref.
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

    ``read`` is the commit it was read at. ``credentials`` are its inputs with a password or token, ``urls`` those with
    an address, ``names`` those with the name of a repository or an address, ``goes_to`` is where it uploads without
    them. ``needs`` says that it uploads nothing without a credential, which ``skip`` is a text for. ``switch`` is the
    input that turns the upload on with `true`, ``default`` what it is if nobody sets it; with ``by_ref`` it may name
    the beginning of a ref. ``trusted`` is an input that has to be on for the identity. ``inside`` is what it runs.
    ``ends`` says that it does no more than fail.
    """

    read: str
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
    "81e9d935c883d0b210363ab89cf05f3894778450",
    How.PYPA_ACTION,
    credentials=("password",),
    urls=("repository-url", "repository_url"),
    users=("user",),
    identity=Identity.ALWAYS,
)
PYPA_NAME = "pypa/gh-action-pypi-publish"
_FORK = PYPA._replace(how=How.OTHER, inside=How.PYPA_ACTION)
_ANSYS = KnownAction(
    "9dc4e3161033d2c2485fbf9687d40cfb7a661fb2",
    credentials=("twine-token",),
    users=("twine-username",),
    trusted="use-trusted-publisher",
    inside=How.TWINE,
)
_ANSYS_11 = "7e89e00c5619374a1da8c2e876309d8b15ff0559"
_RELEASER = KnownAction(
    "03cf75de931ffea6b666511ea7b5c441993f007c",
    identity=Identity.GRANTED,
    secrets=("PYPI_TOKEN", "PYPI_TOKEN_MAP", "TWINE_PASSWORD"),
    inside=How.TWINE,
)

ACTIONS: dict[str, tuple[tuple[int, KnownAction], ...]] = {
    PYPA_NAME: ((0, PYPA),),
    "br3ndonland/gh-action-pypi-publish": ((0, _FORK),),
    "chainguard-actions/pypa-gh-action-pypi-publish": ((0, _FORK),),
    "step-security/gh-action-pypi-publish": ((0, _FORK),),
    "webknjaz/pypa--gh-action-pypi-publish": ((0, _FORK),),
    # Since its version 11 only the private index is left; the others end with an error.
    "ansys/actions/release-pypi-public": ((0, _ANSYS), (11, _ANSYS._replace(read=_ANSYS_11, ends=True))),
    "ansys/actions/release-pypi-test": (
        (0, _ANSYS._replace(goes_to=Index.TESTPYPI)),
        (11, _ANSYS._replace(read=_ANSYS_11, goes_to=Index.TESTPYPI, ends=True)),
    ),
    "ansys/actions/release-pypi-private": (
        (0, _ANSYS._replace(goes_to=Index.OTHER)),
        (11, _ANSYS._replace(read=_ANSYS_11, goes_to=Index.OTHER, urls=("index-name",))),
    ),
    "casperdcl/deploy-pypi": (
        (
            0,
            KnownAction(
                "2a65036fc8fc508613948b629e7ebb9ace717720",
                credentials=("password",),
                urls=("url",),
                users=("user",),
                inside=How.TWINE,
            ),
        ),
        (
            2,
            KnownAction(
                "10cf4cd83fc885003a8d4f37f93a5a0f0fc2d2f4",
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
    "celsiusnarhwal/poetry-publish": (
        (
            0,
            KnownAction(
                "bf5ebfe8668e68a04d5b2d488f67c0cda891bda4",
                credentials=("token", "password"),
                names=("repo",),
                users=("username",),
                inside=How.POETRY,
            ),
        ),
    ),
    "datalad/release-action/release": (
        (
            0,
            KnownAction(
                "9099e222a39f9206d0b1da55248d3c73c3cf4f31", credentials=("pypi-token",), needs=True, inside=How.TWINE
            ),
        ),
    ),
    # Both compare the version with the index's before they upload.
    "etils-actions/pypi-auto-publish": (
        (
            0,
            KnownAction(
                "d0603b1e896ce8b754fd7df30731623c93546e89",
                credentials=("pypi-token",),
                needs=True,
                skip="skip",
                inside=How.TWINE,
            ),
        ),
    ),
    "etils-actions/pypi-build-publish": (
        (0, KnownAction("f76186afb3c1cfad632686d99f7cbbe0ddb50f17", credentials=("pypi-token",), inside=How.TWINE)),
    ),
    "jrubics/poetry-publish": (
        (
            0,
            KnownAction(
                "4b3306307f536bbfcb559603629b3b4f6aef5ab8",
                credentials=("pypi_token", "repository_password"),
                urls=("repository_url",),
                names=("repository_name",),
                users=("repository_username",),
                inside=How.POETRY,
            ),
        ),
    ),
    "jupyter-server/jupyter_releaser/.github/actions/finalize-release": ((0, _RELEASER),),
    "jupyter-server/jupyter_releaser/.github/actions/publish-release": (
        (0, _RELEASER._replace(read="599bf3468787379fe4e49adb467f103878b01ee9")),
    ),
    "lsst-sqre/build-and-publish-to-pypi": (
        (
            0,
            KnownAction(
                "0bac6095657fb5dab72e9ecca7b216ae95a57bb7",
                credentials=("pypi-token",),
                switch="upload",
                default="true",
                identity=Identity.ALWAYS,
                inside=How.PYPA_ACTION,
            ),
        ),
        (
            2,
            KnownAction(
                "84b883860d44e6dc9f5b855fa34a6738b033b659",
                switch="upload",
                default="true",
                identity=Identity.ALWAYS,
                inside=How.PYPA_ACTION,
            ),
        ),
        (
            3,
            KnownAction(
                "85a7435e3214a8cce3c75a260e0fc06c667b3d6b",
                switch="upload",
                default="true",
                identity=Identity.GRANTED,
                secrets=("UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"),
                inside=How.UV,
            ),
        ),
    ),
    "mariamrf/py-package-publish-action": (
        (
            0,
            KnownAction("6f9dbe7625b3eb881550e953f99b28d583add3f9", secrets=("TWINE_PASSWORD",), inside=How.TWINE),
        ),
    ),
    # Before its version 8 it uploaded, if it was given the password for it.
    "python-semantic-release/python-semantic-release": (
        (
            0,
            KnownAction(
                "0da793939ba1c231e81bae83de2ba1250e7a477f",
                credentials=("repository_password", "pypi_token"),
                users=("repository_username",),
                needs=True,
                inside=How.TWINE,
            ),
        ),
    ),
    "relekang/python-semantic-release": (
        (
            0,
            KnownAction(
                "d51b999a245a4e56ff7a09d0495c75336f2f150d",
                credentials=("pypi_token", "pypi_password", "repository_password"),
                users=("pypi_username", "repository_username"),
                needs=True,
                inside=How.TWINE,
            ),
        ),
    ),
}

_OPENASTRONOMY = KnownAction(
    "8c8bb6c6c962542921f993d47d26df38dccd50b1",
    credentials=("pypi_token",),
    urls=("repository_url",),
    switch="upload_to_pypi",
    default="refs/tags/v",
    by_ref=True,
    identity=Identity.ALWAYS,
    inside=How.PYPA_ACTION,
)
WORKFLOWS: dict[str, tuple[tuple[int, KnownAction], ...]] = {
    "openastronomy/github-actions-workflows/.github/workflows/publish.yml": ((0, _OPENASTRONOMY),),
    "openastronomy/github-actions-workflows/.github/workflows/publish_pure_python.yml": ((0, _OPENASTRONOMY),),
    "pytooling/actions/.github/workflows/publishonpypi.yml": (
        (
            0,
            KnownAction(
                "3304003437ec12b8d9cb803071cf04be3e253a81", credentials=("pypi_token",), needs=True, inside=How.TWINE
            ),
        ),
    ),
}

_MAJOR = re.compile(r"v?(?P<major>[0-9]{1,4})(?:\.|\Z)")


def known_at(rows: tuple[tuple[int, KnownAction], ...] | None, version: str) -> KnownAction | None:
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
"""Inputs by which actions and workflows are told not to do anything."""

ON = listed(
    "upload publish deploy upload_to_pypi upload-to-pypi publish_to_pypi publish-to-pypi upload_pypi upload-pypi "
    "publish_pypi publish-pypi should-publish should_publish do-publish do_publish"
)
"""Inputs by which actions and workflows are told to upload."""
