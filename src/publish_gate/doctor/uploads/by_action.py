"""Decides what a step that uses an action uploads, from its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.actions import ACTIONS, NEVER, OFF, ON, PYPA, PYPA_NAME, KnownAction
from publish_gate.doctor.uploads.addresses import index_of_name, index_of_url
from publish_gate.doctor.uploads.handed import handed, index_of_environment
from publish_gate.doctor.uploads.model import Auth, How, Index
from publish_gate.doctor.uploads.names import (
    names_index,
    names_test_index,
    says_publish,
    says_publish_to_index,
    words_of,
)
from publish_gate.doctor.uploads.upload_commands import DetectedUpload, several
from publish_gate.doctor.uploads.values import Environment, Text, first_given

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.stores import Stores

# What is given credentials of an index to read from it.
_ELSEWHERE = frozenset({"setup", "install", "check", "test", "tests", "lint", "docker", "cache", "checkout"})
_DOCKER = "docker://"


class Use(NamedTuple):
    """What a ``uses`` names: the action in lower case without its ref, and the ref."""

    action: str
    version: str
    local: str = ""


class Given(NamedTuple):
    """What an action gets: its inputs (names in lower case), the step's own variables, all of its environment.

    ``inherits`` says that a called workflow gets all secrets that there are.
    """

    inputs: Environment
    own: Environment
    environment: Environment
    identity: bool
    stores: Stores
    inherits: bool = False


def read_use(text: str) -> Use:
    """Read a ``uses``: an action of a repository, a local one (`local` is its path), or a container's image."""
    name = text.strip()
    if name.lower().startswith(_DOCKER):
        image, _, tag = name[len(_DOCKER) :].partition("@" if "@" in name else ":")
        host, _, path = image.lower().partition("/")
        # Whichever registry it is taken from, it is the same action.
        return Use(path if "." in host else image.lower(), tag)
    if name.startswith("./") or name == ".":
        return Use("", "", name.removeprefix("./").strip("/") or ".")
    action, _, version = name.partition("@")
    return Use(action.strip("/").lower(), version)


def switched_off(inputs: Environment) -> bool:
    """Tell whether an input says that nothing is to be uploaded."""
    return any(
        (name in OFF and value.text.lower() == "true") or (name in ON and value.text.lower() == "false")
        for name, value in inputs.items()
    )


def upload_by_action(use: Use, given: Given) -> DetectedUpload | None:
    """Return what an action uploads: a known one by its inputs, an unknown one by what it is handed."""
    if use.action in NEVER:
        return None
    known = ACTIONS.get(use.action)
    if known is None and use.action.endswith("/" + PYPA_NAME.partition("/")[2]):
        known = PYPA._replace(how=How.OTHER)
    if known is not None:
        return upload_by_known(known, given)
    if switched_off(given.inputs):
        return None
    return upload_by_unknown(use.action or use.local, given)


def upload_by_known(known: KnownAction, given: Given) -> DetectedUpload | None:
    """Return what a known action or workflow uploads with its inputs."""
    inputs = given.inputs
    if known.how is not How.PYPA_ACTION and switched_off(inputs):
        return None
    if known.needs and not any(inputs[name].given for name in known.credentials if name in inputs):
        return None
    credential = first_given(inputs, known.credentials) or first_given(given.environment, known.secrets)
    index, url, alternatives = _index(known, inputs)
    if credential is not None:
        auth = Auth.OIDC if given.stores.is_minted(credential) else Auth.TOKEN
    elif known.how is How.PYPA_ACTION or (known.identity and given.identity):
        auth = Auth.OIDC
    else:
        auth = Auth.UNKNOWN
    return DetectedUpload(
        known.how,
        index,
        auth,
        url=url,
        credential=credential,
        user=first_given(inputs, known.users),
        attestations=_truth(inputs, "attestations"),
        skip_existing=_truth(inputs, "skip-existing", "skip_existing") is True,
        alternatives=alternatives,
        inside=known.inside,
    )


def _index(known: KnownAction, inputs: Environment) -> tuple[Index, Text | None, tuple[Index, ...]]:
    url = first_given(inputs, known.urls)
    if url is not None:
        return several(url, index_of_url)
    name = first_given(inputs, known.names)
    if name is not None:
        return several(name, lambda text: index_of_name(text) or Index.OTHER)
    return Index.PYPI, None, ()


def _truth(inputs: Environment, *names: str) -> bool | None:
    value = first_given(inputs, names)
    return value.text.lower() == "true" if value is not None and value.text.lower() in {"true", "false"} else None


def upload_by_unknown(name: str, given: Given, *, called: bool = False) -> DetectedUpload | None:
    """Take an action or workflow nobody knows for an upload: by its name, or by credentials of an index.

    ``called`` says that it is a workflow, which gets everything that it may use as a secret handed over by name.
    """
    last = name.rpartition("/")[2]
    by_name = says_publish_to_index(last) or (not called and says_publish_to_index(name))
    if not by_name and not _ELSEWHERE.isdisjoint(words_of(last)):
        return None
    tokens = handed((key, value) for key, value in given.inputs.items() if _is_token(key))
    got = tokens or (handed([*given.inputs.items(), *given.own.items()]) if by_name or says_publish(last) else tokens)
    if not got and not (by_name and (given.identity or given.inherits)):
        return None
    url = first_given(given.inputs, _ADDRESSES)
    index = several(url, index_of_url)[0] if url is not None else index_of_environment(given.own)
    if index is None:
        index = Index.TESTPYPI if names_test_index(last) else got.likely_index()
    auth = Auth.TOKEN if got else Auth.OIDC if given.identity else Auth.UNKNOWN
    return DetectedUpload(How.OTHER, index, auth, url=url, credential=got.credential)


_ADDRESSES = ("repository-url", "repository_url", "publish-url", "publish_url", "index-url", "pypi-url", "pypi_url")


def _is_token(name: str) -> bool:
    """Tell whether the name of a secret or input says that it is for uploading, not a user's name or an address."""
    return names_index(name) and not name.lower().endswith(("user", "username", "url", "host", "mirror", "read"))
