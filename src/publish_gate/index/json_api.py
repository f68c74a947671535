"""Reads the JSON API: ``/pypi/NAME/json`` of the public indexes and what others offer in its likeness."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote

from publish_gate.index.exchange import JSON_TYPE, Answer
from publish_gate.index.files import FileNames, kind_of
from publish_gate.index.json_reader import json_value
from publish_gate.index.parts import ONE_OF_SEVERAL, says_more
from publish_gate.index.payload import (
    PageError,
    WithoutReleasesError,
    bounded,
    hashes_of,
    hidden_version,
    is_yanked,
    json_object,
    wrong_project,
    yanked_because,
)
from publish_gate.index.releases import ReleaseTable, Tally
from publish_gate.index.state import Api, IndexFile, Published, UnknownCause
from publish_gate.names import normalize_name

_NOT_FOUND: Final = {"message": "Not Found"}
_NOT_FOUND_STATUS: Final = 404
_LONGEST_NOT_FOUND: Final = 1024
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_NO_FILES: Final = "answered with a release whose files are not a list of objects"


def is_not_found(answer: Answer) -> bool:
    """Tell whether this is the JSON API's own 404: JSON, and exactly ``{"message": "Not Found"}``.

    Gateways and web frameworks answer the same, so that it proves nothing alone unless a public index says it.
    """
    if answer.status != _NOT_FOUND_STATUS or answer.media_type != JSON_TYPE or not answer.framed:
        return False
    if len(answer.body) > _LONGEST_NOT_FOUND:
        return False
    try:
        return bool(json_value(answer.body) == _NOT_FOUND)
    except (ValueError, RecursionError):
        return False


def read_project(answer: Answer, project: str, url: str, *, lenient: bool = False) -> Published:
    """Read a project's page; ``project`` is the normalised name that was asked for at ``url``.

    The public indexes have old releases with files of other versions: being ``lenient`` counts those versions as
    published as well, while from any other index such an answer contradicts itself.

    Raises ``PageError``, and ``WithoutReleasesError`` for a page that is right but has no ``releases``.
    """
    page = json_object(answer)
    info, releases = page.get("info"), page.get("releases")
    if not isinstance(info, dict) or not (isinstance(releases, dict) or "releases" not in page):
        raise PageError("answered with JSON that has no `info` and `releases` objects")
    name = info.get("name")
    if name is not None and not isinstance(name, str):
        raise PageError("answered with a project name that is not text")
    if name is not None and normalize_name(bounded(name)) != project:
        raise wrong_project(project)
    if says_more(page):
        raise PageError(ONE_OF_SEVERAL, UnknownCause.TRUNCATED)
    if not isinstance(releases, dict):
        if name is None:
            raise PageError("answered with JSON that has no `info` and `releases` objects")
        raise WithoutReleasesError("answered with JSON that has no `releases`, and its Simple API tells no versions")
    table, filenames, own = _gathered(releases, FileNames(project), lenient=lenient)
    if not own and (filenames - {""} or name is None):
        # pypiserver's answer has no name: its files tell whose they are.
        raise PageError(f"answered with JSON in which no file is one of {project}")
    _check_agreement(info.get("version"), table, releases, page.get("urls"), filenames)
    _check_others(page, table, filenames)
    return table.published(Api.JSON, url)


def read_files(answer: Answer, project: str) -> tuple[list[IndexFile], str | None]:
    """Read all files of a project; the JSON API does not tell its status. Raises ``PageError``."""
    read_project(answer, project, "", lenient=True)
    files = [file for files in json_object(answer)["releases"].values() for file in _files(files)]
    return [
        IndexFile(
            bounded(_filename(file)),
            hashes_of(file.get("digests")),
            yanked_because((file.get("yanked_reason") or True) if file.get("yanked") else False),
            python if isinstance(python := file.get("requires_python"), str) else None,
        )
        for file in files
    ], None


def _gathered(releases: dict[str, Any], named: FileNames, *, lenient: bool) -> tuple[ReleaseTable, set[str], int]:
    """Gather the releases, the names of all files, and how many of those are the project's."""
    table, filenames, hidden, own = ReleaseTable(), set[str](), list[str](), 0
    for key, files in releases.items():
        entries = _files(files)
        tally = table.tally(bounded(key))
        if tally is None:
            table.ignore(key)
        else:
            _count(tally, entries)
        for filename in map(_filename, entries):
            filenames.add(filename)
            mine = _is_own(table, named, key, tally, filename)
            own += mine is not False
            if mine is None:
                hidden.append(filename)
    if hidden and not lenient:
        raise PageError("answered with a file of one version below another version")
    for filename in hidden:
        table.note_published(named.spellings(filename))
    return table, filenames, own


def _is_own(table: ReleaseTable, named: FileNames, key: str, tally: Tally | None, filename: str) -> bool | None:
    """Tell whether a file is the project's; ``None`` if it is, but names another version than the key it is below."""
    if named.is_plain(filename, key):
        return True
    spellings = named.spellings(bounded(filename))
    if not spellings and named.may_hide(filename) and not named.begins(filename, key):
        raise hidden_version()
    if not spellings or _same_text(key, spellings[0]):
        return bool(spellings)
    return True if table.agrees(spellings, tally) else None


def _same_text(key: str, spelling: str) -> bool:
    return key == spelling or _SIGNS.sub("-", key.lower()) == _SIGNS.sub("-", spelling.lower())


def _check_agreement(
    latest: object, table: ReleaseTable, releases: dict[str, Any], urls: object, filenames: set[str]
) -> None:
    """Hold ``releases`` against what else the page says: it is deprecated, and might one day come empty.

    ``info.version`` names a release of a project that has any, and ``urls`` are that release's files.
    """
    if latest is not None and not isinstance(latest, str):
        raise PageError("answered with a version that is not text")
    if latest and not releases:
        raise PageError("answered with JSON that names a version but lists no releases")
    if latest and latest not in releases and not table.knows(bounded(latest)):
        raise PageError("answered with JSON that names a version which its releases do not have")
    if urls is None:
        return
    named = {_filename(file) for file in _files(urls)}
    if urls and not any(releases.values()):
        raise PageError("answered with JSON that has files but lists none in its releases")
    if named - filenames:
        raise PageError("answered with JSON that has files which its releases do not have")


def _check_others(page: dict[str, Any], table: ReleaseTable, filenames: set[str]) -> None:
    """Hold ``releases`` against the keys of the Simple API, if a page has those as well."""
    versions, files = page.get("versions", []), page.get("files", [])
    if not isinstance(versions, list) or not all(isinstance(each, str) and table.knows(each) for each in versions):
        raise PageError("answered with JSON that has versions which its releases do not have")
    if set(map(_filename, _files(files))) - filenames:
        raise PageError("answered with JSON that has files which its releases do not have")


def _files(files: object) -> list[dict[str, Any]]:
    """Check one release's list of files: an entry passed over would make its version look unpublished."""
    if not isinstance(files, list):
        raise PageError(_NO_FILES)
    for file in files:
        if not isinstance(file, dict):
            raise PageError(_NO_FILES)
    return files


def _filename(file: dict[str, Any]) -> str:
    name = file.get("filename")
    if isinstance(name, str):
        return name
    url = file.get("url")
    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2]) if isinstance(url, str) else ""


def _count(tally: Tally, files: list[dict[str, Any]]) -> None:
    """Count one release's distributions; a long history has thousands, so the usual ones take a short way."""
    for file in files:
        package_type, yanked = file.get("packagetype"), file.get("yanked")
        uploaded = file.get("upload_time_iso_8601") or file.get("upload_time")
        if package_type == "bdist_wheel":
            tally.wheels += 1
            tally.wheel_files.append(_filename(file))
        elif package_type == "sdist":
            tally.sdists += 1
        else:
            tally.count(kind_of(filename := _filename(file), package_type), filename)
        if not yanked or not is_yanked(yanked):
            tally.live += 1
        if uploaded and uploaded != tally.uploaded:
            tally.note_upload(uploaded)
    tally.published = tally.published or bool(files)
