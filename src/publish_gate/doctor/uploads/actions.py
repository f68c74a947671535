"""The actions and reusable workflows that are known to upload, or known not to, with the inputs that decide it.

Read from the `action.yml` or the workflow file of each in 2025 and 2026; names in lower case, without their ref.
"""

from __future__ import annotations

from typing import NamedTuple

from publish_gate.doctor.uploads.model import How


class KnownAction(NamedTuple):
    """One action that uploads distributions.

    ``credentials`` are its inputs with a password or token, ``urls`` those with an address, ``names`` those with
    the name of a repository. ``needs`` is an input that has to be set for it to upload at all, ``identity`` says
    that it uploads by the job's identity where nobody gives it a credential. ``inside`` is what it runs.
    """

    how: How = How.OTHER
    credentials: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    needs: str = ""
    identity: bool = False
    secrets: tuple[str, ...] = ()
    inside: How | None = None


PYPA = KnownAction(
    How.PYPA_ACTION,
    credentials=("password",),
    urls=("repository-url", "repository_url"),
    users=("user",),
    identity=True,
)
PYPA_NAME = "pypa/gh-action-pypi-publish"
_FORK = PYPA._replace(how=How.OTHER)

ACTIONS = {
    PYPA_NAME: PYPA,
    "br3ndonland/gh-action-pypi-publish": _FORK,
    "chainguard-actions/pypa-gh-action-pypi-publish": _FORK,
    "step-security/gh-action-pypi-publish": _FORK,
    "webknjaz/pypa--gh-action-pypi-publish": _FORK,
    "ansys/actions/release-pypi-public": KnownAction(credentials=("twine-token",), identity=True),
    "casperdcl/deploy-pypi": KnownAction(
        credentials=("password",), urls=("url",), users=("user",), identity=True, inside=How.TWINE
    ),
    "celsiusnarhwal/poetry-publish": KnownAction(credentials=("token",), inside=How.POETRY),
    "datalad/release-action/release": KnownAction(credentials=("pypi-token",), needs="pypi-token", inside=How.TWINE),
    "etils-actions/pypi-auto-publish": KnownAction(credentials=("pypi-token",)),
    "etils-actions/pypi-build-publish": KnownAction(credentials=("pypi-token",)),
    "jrubics/poetry-publish": KnownAction(
        credentials=("pypi_token", "repository_password"),
        urls=("repository_url",),
        names=("repository_name",),
        users=("repository_username",),
        inside=How.POETRY,
    ),
    "jupyter-server/jupyter_releaser/.github/actions/finalize-release": KnownAction(
        identity=True, secrets=("PYPI_TOKEN", "PYPI_TOKEN_MAP", "TWINE_PASSWORD"), inside=How.TWINE
    ),
    "jupyter-server/jupyter_releaser/.github/actions/publish-release": KnownAction(
        identity=True, secrets=("PYPI_TOKEN", "PYPI_TOKEN_MAP", "TWINE_PASSWORD"), inside=How.TWINE
    ),
    "lsst-sqre/build-and-publish-to-pypi": KnownAction(credentials=("pypi-token",), identity=True),
    "mariamrf/py-package-publish-action": KnownAction(secrets=("TWINE_PASSWORD",), inside=How.TWINE),
    # Before its version 8 it uploaded, where it was given the password for it.
    "python-semantic-release/python-semantic-release": KnownAction(
        credentials=("repository_password", "pypi_token"), needs="repository_password", users=("repository_username",)
    ),
    "relekang/python-semantic-release": KnownAction(
        credentials=("pypi_token", "repository_password"), users=("repository_username",), needs="pypi_token"
    ),
}

WORKFLOWS = {
    "openastronomy/github-actions-workflows/.github/workflows/publish.yml": KnownAction(
        credentials=("pypi_token",), urls=("repository_url",)
    ),
    "openastronomy/github-actions-workflows/.github/workflows/publish_pure_python.yml": KnownAction(
        credentials=("pypi_token",), urls=("repository_url",)
    ),
    "pytooling/actions/.github/workflows/publishonpypi.yml": KnownAction(
        credentials=("pypi_token",), needs="pypi_token"
    ),
}

SCRIPTS = {
    "abatilo/actions-poetry": ("poetry", "", "args"),
    "messense/maturin-action": ("maturin", "command", "args"),
    "nick-fields/retry": ("", "", "command"),
    "nick-invision/retry": ("", "", "command"),
    "pyo3/maturin-action": ("maturin", "command", "args"),
    "wandalen/wretry.action": ("", "", "command"),
}
"""Actions that run a command: the program, the input with its subcommand, the input with its arguments."""

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

OFF = frozenset({"dry-run", "dry_run", "dryrun", "noop", "no-op", "no_operation_mode", "test-run"})
"""Inputs by which actions and workflows are told not to do anything."""

ON = frozenset({"upload", "publish", "upload_to_pypi", "upload-to-pypi", "publish_to_pypi", "publish-to-pypi"})
"""Inputs by which actions and workflows are told to upload."""
