"""The programs that upload distributions: their commands, options, variables, and whether they use the identity.

Read from twine 7, uv 0.13, flit 4.2, hatch 1.18, poetry 2.5, pdm 2.29 and maturin 1.14. Some of them exchange the
job's identity for a short-lived token if nobody gives them a credential, each since a release of its own (read from
the sources of the releases around it); flit, hatch, poetry and rye do not.
"""

from __future__ import annotations

from typing import NamedTuple

from publish_gate.doctor.uploads.arguments import listed
from publish_gate.doctor.uploads.model import How


class Tool(NamedTuple):
    """How one program uploads.

    ``commands`` are its subcommands that upload. ``names`` are the options whose value names a repository,
    ``urls`` those with an address, ``variables`` and ``url_variables`` the same in the environment; if one
    takes both, it stands among the names. ``credentials`` are options with a password or token, ``secrets`` the
    variables. ``mints_since`` is the first release that uploads by the job's identity, empty if none does.
    ``repositories`` holds names of repositories that only this program knows.
    """

    how: How
    commands: frozenset[str]
    valued: frozenset[str]
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    url_variables: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    user_variables: tuple[str, ...] = ()
    mints_since: str = ""
    repositories: tuple[tuple[str, str], ...] = ()


TWINE = Tool(
    How.TWINE,
    frozenset({"upload"}),
    listed(
        "-r --repository --repository-url --sign-with -i --identity -u --username -p --password -c --comment "
        "--config-file --cert --client-cert",
    ),
    names=("-r", "--repository"),
    urls=("--repository-url",),
    variables=("TWINE_REPOSITORY",),
    url_variables=("TWINE_REPOSITORY_URL",),
    credentials=("-p", "--password"),
    secrets=("TWINE_PASSWORD",),
    users=("-u", "--username"),
    user_variables=("TWINE_USERNAME",),
    mints_since="6.1.0",
)
UV = Tool(
    How.UV,
    frozenset({"publish"}),
    listed(
        "--index -u --username -p --password -t --token --trusted-publishing --keyring-provider --publish-url "
        "--check-url --cache-dir --color --allow-insecure-host --directory --project --config-file",
    ),
    names=("--index",),
    urls=("--publish-url",),
    variables=("UV_PUBLISH_INDEX",),
    url_variables=("UV_PUBLISH_URL",),
    credentials=("-t", "--token", "-p", "--password"),
    secrets=("UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD"),
    users=("-u", "--username"),
    user_variables=("UV_PUBLISH_USERNAME",),
    mints_since="0.4.16",
)
FLIT = Tool(
    How.FLIT,
    frozenset({"publish"}),
    listed("--repository --pypirc -f --ini-file --format --python"),
    names=("--repository",),
    url_variables=("FLIT_INDEX_URL",),
    secrets=("FLIT_PASSWORD",),
    user_variables=("FLIT_USERNAME",),
)
HATCH = Tool(
    How.HATCH,
    frozenset({"publish"}),
    listed("-r --repo -u --user -a --auth --ca-cert --client-cert --client-key -p --publisher -o --option"),
    names=("-r", "--repo"),
    variables=("HATCH_INDEX_REPO",),
    credentials=("-a", "--auth"),
    secrets=("HATCH_INDEX_AUTH",),
    users=("-u", "--user"),
    user_variables=("HATCH_INDEX_USER",),
    repositories=(("main", "pypi"), ("test", "testpypi")),
)
POETRY = Tool(
    How.POETRY,
    frozenset({"publish"}),
    listed("-r --repository -u --username -p --password --cert --client-cert --dist-dir -C --directory -P --project"),
    names=("-r", "--repository"),
    credentials=("-p", "--password"),
    users=("-u", "--username"),
)
PDM = Tool(
    How.PDM,
    frozenset({"publish"}),
    listed("-r --repository -u --username -P --password -i --identity -c --comment -d --dest --ca-certs -p --project"),
    names=("-r", "--repository"),
    variables=("PDM_PUBLISH_REPO",),
    credentials=("-P", "--password"),
    secrets=("PDM_PUBLISH_PASSWORD",),
    users=("-u", "--username"),
    user_variables=("PDM_PUBLISH_USERNAME",),
    mints_since="2.6.0",
)
MATURIN = Tool(
    How.MATURIN,
    frozenset({"upload", "publish"}),
    listed(
        "-r --repository --repository-url -u --username -p --password -i --interpreter -b --bindings --compatibility "
        "--auditwheel -o --out --sbom-include --color --config -Z --compression-method --compression-level -j --jobs "
        "--profile --target --target-dir -F --features -m --manifest-path",
    ),
    names=("-r", "--repository"),
    urls=("--repository-url",),
    variables=("MATURIN_REPOSITORY",),
    url_variables=("MATURIN_REPOSITORY_URL",),
    credentials=("-p", "--password"),
    secrets=("MATURIN_PYPI_TOKEN", "MATURIN_PASSWORD"),
    users=("-u", "--username"),
    user_variables=("MATURIN_USERNAME",),
    mints_since="0.15.0",
)
RYE = Tool(
    How.OTHER,
    frozenset({"publish"}),
    listed("-r --repository --repository-url -u --username --token -i --identity --cert"),
    names=("-r", "--repository"),
    urls=("--repository-url",),
    credentials=("--token",),
    users=("-u", "--username"),
)
SETUP_PY = Tool(How.OTHER, frozenset({"upload"}), listed("-r --repository"), names=("-r", "--repository"))
RELEASER = Tool(
    How.OTHER,
    frozenset({"publish-assets"}),
    listed(
        "--dist-dir --npm-token --npm-cmd --twine-cmd --npm-registry --twine-repository-url --npm-tag --release-url"
    ),
    urls=("--twine-repository-url",),
    url_variables=("TWINE_REPOSITORY_URL",),
    secrets=("PYPI_TOKEN", "PYPI_TOKEN_MAP", "TWINE_PASSWORD"),
    mints_since="1.2.0",
)

TOOLS = {
    "twine": TWINE,
    "uv": UV,
    "flit": FLIT,
    "hatch": HATCH,
    "poetry": POETRY,
    "pdm": PDM,
    "maturin": MATURIN,
    "rye": RYE,
    "jupyter-releaser": RELEASER,
}

CREDENTIAL_VARIABLES = frozenset(
    name for tool in (*TOOLS.values(), SETUP_PY) for name in tool.secrets if name != "PYPI_TOKEN_MAP"
)


def mints_since(how: How) -> str:
    """Return the first release of a program that exchanges the job's identity for a token; empty if none does."""
    return next((tool.mints_since for tool in TOOLS.values() if tool.how is how and tool.how is not How.OTHER), "")
