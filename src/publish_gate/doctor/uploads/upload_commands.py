"""Decides for one uploading command which index it uploads to and how it authenticates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.arguments import Arguments, listed, read_options
from publish_gate.doctor.uploads.model import (
    Auth,
    DetectedUpload,
    How,
    Index,
    has_credentials,
    host_of,
    index_of_name,
    index_of_url,
    is_address,
    is_local,
    several,
)
from publish_gate.doctor.uploads.upload_tools import POETRY, SETUP_PY, TOOLS, UV, Tool
from publish_gate.doctor.uploads.values import UNKNOWN, Environment, Text, first_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.stores import Stores
    from publish_gate.doctor.uploads.wrappers import Program

_CURL = listed(
    "-F --form -T --upload-file -u --user -H --header -X --request -o --output -d --data --url -m --max-time "
    "--retry -w --write-out -A -b -c -e --cacert --data-binary"
)
_FURY = ".fury.io"
# What python-semantic-release before its version 8 took its credentials from, and by which it uploaded.
_RELEASE_SECRETS = ("PYPI_TOKEN", "REPOSITORY_PASSWORD", "PYPI_PASSWORD")
_NUMBER = re.compile("[0-9]{1,6}")
_QUESTIONS = ("--help", "-h", "--version", "-V", "--dry-run")


class Known(NamedTuple):
    """What is known around a command.

    ``identity`` says that the job may ask for an identity token. ``repositories`` maps names of repositories to
    their addresses as the project's files configure them, by program. ``pin`` is the release that a runner such as
    ``uvx`` is told to take, empty if it is not told.
    """

    environment: Environment
    stores: Stores
    identity: bool
    repositories: Mapping[str, Mapping[str, str]]
    pin: str = ""


def upload_of(program: Program, known: Known) -> DetectedUpload | None:
    """Return what a program uploads, None if it uploads nothing."""
    tool = TOOLS.get(program.name)
    found = upload_of_tool(tool, program.name, program.arguments, known) if tool is not None else None
    return found or upload_of_other(program)


def upload_of_tool(tool: Tool, name: str, words: tuple[Text, ...], known: Known) -> DetectedUpload | None:
    """Say what ``name COMMAND …`` uploads; ``words`` begin with its arguments. None if it uploads nothing."""
    arguments = read_options(words, tool.valued)
    rest = [word for word in arguments.rest if word.given]
    named = rest if tool is SETUP_PY else rest[:1]
    asked = [text for word in named for text in word.possible]
    meant = [text in tool.commands for text in asked]
    open_ = not asked and bool(rest) and rest[0].text == UNKNOWN
    if not (any(meant) or open_) or arguments.has(*_QUESTIONS):
        return None
    index, url, alternatives = _index(tool, name, arguments, known)
    if url is not None and is_local(_configured(tool, name, url.text, known) or url.text):
        return None
    credential = _credential(tool, arguments, known.environment, url)
    if open_ and credential is None:
        return None  # any of its commands may be meant, and nothing speaks of an upload
    auth = _auth(tool, name, arguments, known, index, credential)
    return DetectedUpload(
        tool.how,
        index,
        auth,
        url=url,
        credential=credential,
        user=arguments.value(*tool.users) or first_given(known.environment, tool.user_variables),
        attestations=_attestations(tool, arguments, known.environment),
        skip_existing=arguments.has("--skip-existing"),
        alternatives=alternatives,
        reached=Ternary.YES if tool is SETUP_PY or (meant and all(meant)) else Ternary.DEPENDS,
        mints=auth is not Auth.TOKEN and credential is None and _mints(tool, name, arguments, known, index),
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


def _configured(tool: Tool, program: str, name: str, known: Known) -> str | None:
    """Return the address that files, commands or variables give to the name of a repository, None if none does."""
    configured = known.stores.repositories.get(name) or known.repositories.get(program, {}).get(name)
    if configured is None and tool is POETRY:
        variable = known.environment.get(f"POETRY_REPOSITORIES_{name.upper().replace('-', '_')}_URL")
        configured = variable.text if variable is not None and variable.known else None
    return configured


def _by_name(tool: Tool, program: str, name: str, known: Known) -> Index:
    if is_address(name):
        return index_of_url(name)
    if not name:
        return Index.PYPI
    configured = _configured(tool, program, name, known)
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
    return Auth.OIDC if known.identity and _mints(tool, name, arguments, known, index) else Auth.UNKNOWN


def _mints(tool: Tool, name: str, arguments: Arguments, known: Known, index: Index) -> bool:
    """Tell whether a program without a credential exchanges the job's identity for one by itself."""
    trusted = arguments.value("--trusted-publishing") if tool is UV else None
    if not tool.mints_since or index is Index.OTHER or (trusted is not None and trusted.text == "never"):
        return False
    pinned = known.pin or known.stores.pins.get(name, "")
    release, first = _numbers(pinned), _numbers(tool.mints_since)
    return not pinned or (release > first if pinned.startswith("<") else release >= first[: len(release)])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBER.findall(version)[:3])


def _attestations(tool: Tool, arguments: Arguments, environment: Environment) -> bool | None:
    if tool is UV and (arguments.has("--no-attestations") or first_given(environment, ("UV_PUBLISH_NO_ATTESTATIONS",))):
        return False
    return True if arguments.has("--attestations") else None


def upload_of_other(program: Program) -> DetectedUpload | None:
    """Return the upload that a command does to another index than the public ones, None if it does none."""
    words = [word.text for word in program.arguments]
    if "--help" in words or "-h" in words:
        return None
    match program.name, words:
        case "curl", _:
            return _by_curl(program)
        case "fury" | "gemfury", ["push", *_]:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "cloudsmith", ["push" | "upload", "python", *_]:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "devpi", ["upload", *rest] if "--dry-run" not in rest:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "semantic-release", _:
            return _by_semantic_release(program, words)
    return None


def _by_curl(program: Program) -> DetectedUpload | None:
    arguments = read_options(program.arguments, _CURL)
    forms = [value.text for name, value in arguments.options if name in {"-F", "--form"} and value is not None]
    sends = any("=@" in form for form in forms) or arguments.has("-T", "--upload-file")
    url = arguments.value("--url")
    addresses = [*arguments.rest, *([url] if url is not None else [])]
    target = next((word for word in addresses if _is_fury(word.text)), None)
    if not sends or target is None:
        return None
    return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN, url=target)


def _is_fury(address: str) -> bool:
    host = host_of(address if "://" in address else f"https://{address}")
    return host.endswith(_FURY)


def _by_semantic_release(program: Program, words: list[str]) -> DetectedUpload | None:
    secret = first_given(program.environment, _RELEASE_SECRETS)
    if secret is None or "publish" not in words or "--noop" in words:
        return None
    return DetectedUpload(How.OTHER, Index.PYPI, Auth.TOKEN, credential=secret)
