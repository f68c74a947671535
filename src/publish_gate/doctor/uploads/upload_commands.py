"""Decides for one uploading command which index it uploads to and how it authenticates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.addresses import has_credentials, index_of_name, index_of_url, is_address
from publish_gate.doctor.uploads.arguments import Arguments, read_options
from publish_gate.doctor.uploads.model import Auth, How, Index
from publish_gate.doctor.uploads.upload_tools import POETRY, UV, Tool
from publish_gate.doctor.uploads.values import Environment, Text, first_given
from publish_gate.doctor.uploads.words_words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.stores import Stores

_QUESTIONS = ("--help", "-h", "--version", "-V", "--dry-run")


_IndexOf = Callable[[str], Index]


@dataclass(frozen=True, slots=True)
class DetectedUpload:
    """An upload that a command does. ``line`` counts from 0 in the script; ``through`` says what was followed."""

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


class Known(NamedTuple):
    """What is known around a command.

    ``identity`` says that the job may ask for an identity token. ``repositories`` maps names of repositories to
    their addresses as the project's files configure them, by program.
    """

    environment: Environment
    stores: Stores
    identity: bool
    repositories: Mapping[str, Mapping[str, str]]


def upload_of(tool: Tool, name: str, words: tuple[Text, ...], known: Known) -> DetectedUpload | None:
    """Say what ``name COMMAND …`` uploads; ``words`` begin with its arguments. None where it uploads nothing."""
    arguments = read_options(words, tool.valued)
    command = next((word.text for word in arguments.rest if word.text), "")
    if tool.how is not How.OTHER or tool.commands != frozenset({"upload"}):
        if command not in tool.commands:
            return None
    elif not any(word.text in tool.commands for word in arguments.rest):
        return None
    if arguments.has(*_QUESTIONS):
        return None
    index, url, alternatives = _index(tool, name, arguments, known)
    credential = _credential(tool, arguments, known.environment, url)
    return DetectedUpload(
        tool.how,
        index,
        _auth(tool, name, arguments, known, index, credential),
        url=url,
        credential=credential,
        user=arguments.value(*tool.users) or first_given(known.environment, tool.user_variables),
        attestations=_attestations(tool, arguments, known.environment),
        skip_existing=arguments.has("--skip-existing"),
        alternatives=alternatives,
    )


def _index(tool: Tool, name: str, arguments: Arguments, known: Known) -> tuple[Index, Text | None, tuple[Index, ...]]:
    environment = known.environment
    url = arguments.value(*tool.urls) or first_given(environment, tool.url_variables)
    repository = arguments.value(*tool.names)
    if url is None or (repository is not None and tool.how is How.UV):
        chosen = repository or first_given(environment, tool.variables)
        if chosen is None:
            return Index.PYPI, None, ()
        return several(chosen, lambda text: _by_name(tool, name, text, known))
    return several(url, index_of_url)


def several(text: Text, index_of: _IndexOf) -> tuple[Index, Text, tuple[Index, ...]]:
    """Tell the index of a text, or of all that it can be."""
    possible = tuple(dict.fromkeys(index_of(each) for each in text.possible))
    if len(possible) == 1:
        return possible[0], text, ()
    if not possible and is_address(text.text):
        host = text.text.partition("://")[2].partition("/")[0].rpartition("@")[2]
        if host and UNKNOWN not in host:  # only the path or the password is decided at run time
            return index_of_url(f"https://{host}/"), text, ()
    return Index.DYNAMIC, text, possible


def _by_name(tool: Tool, program: str, name: str, known: Known) -> Index:
    if is_address(name):
        return index_of_url(name)
    if not name:
        return Index.PYPI
    configured = known.stores.repositories.get(name) or known.repositories.get(program, {}).get(name)
    if configured is None and tool is POETRY:
        variable = known.environment.get(f"POETRY_REPOSITORIES_{name.upper().replace('-', '_')}_URL")
        configured = variable.text if variable is not None and variable.known else None
    if configured is not None:
        return index_of_url(configured) if UNKNOWN not in configured else Index.DYNAMIC
    own = dict(tool.repositories).get(name)
    return Index(own) if own is not None else index_of_name(name) or Index.OTHER


def _credential(tool: Tool, arguments: Arguments, environment: Environment, url: Text | None) -> Text | None:
    option = arguments.value(*tool.credentials)
    if option is not None and option.given:
        return option
    found = first_given(environment, tool.secrets)
    if found is None and tool is POETRY:
        names = sorted(name for name in environment if _is_poetry_secret(name))
        found = first_given(environment, tuple(names))
    if found is None and url is not None and has_credentials(url.text):
        return url
    return found


def _is_poetry_secret(name: str) -> bool:
    return name.startswith("POETRY_PYPI_TOKEN_") or (
        name.startswith("POETRY_HTTP_BASIC_") and name.endswith("_PASSWORD")
    )


def _auth(tool: Tool, name: str, arguments: Arguments, known: Known, index: Index, credential: Text | None) -> Auth:
    trusted = arguments.value("--trusted-publishing") if tool is UV else None
    if trusted is not None and trusted.text == "always":
        return Auth.OIDC
    if credential is not None:
        return Auth.OIDC if known.stores.is_minted(credential) else Auth.TOKEN
    if name in known.stores.credentials:
        return Auth.TOKEN
    if trusted is not None and trusted.text == "never":
        return Auth.UNKNOWN
    return Auth.OIDC if tool.identity and known.identity and index is not Index.OTHER else Auth.UNKNOWN


def _attestations(tool: Tool, arguments: Arguments, environment: Environment) -> bool | None:
    if tool is UV and (arguments.has("--no-attestations") or first_given(environment, ("UV_PUBLISH_NO_ATTESTATIONS",))):
        return False
    return True if arguments.has("--attestations") else None
