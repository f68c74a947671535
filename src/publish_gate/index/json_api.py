"""Reads the JSON API: ``/pypi/NAME/json`` of the public indexes and what others offer in its likeness."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from publish_gate.index.exchange import JSON_TYPE, Answer
from publish_gate.index.files import FileNames, kind_of
from publish_gate.index.payload import PageError, is_yanked, json_object, wrong_project
from publish_gate.index.releases import ReleaseTable, Tally
from publish_gate.index.state import Api, Published
from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOT_FOUND: Final = {"message": "Not Found"}
_NOT_FOUND_STATUS: Final = 404
_LONGEST_NOT_FOUND: Final = 1024
_NO_FILES: Final = "answered with a release whose files are not a list of objects"


def is_not_found(answer: Answer) -> bool:
    """Tell whether this is the JSON API's own 404: JSON, and exactly ``{"message": "Not Found"}``.

    Any other 404 is as likely a mistyped address, a proxy's page or another web server.
    """
    if answer.status != _NOT_FOUND_STATUS or answer.media_type != JSON_TYPE:
        return False
    if len(answer.body) > _LONGEST_NOT_FOUND:
        return False
    try:
        return bool(json.loads(answer.body) == _NOT_FOUND)
    except (ValueError, RecursionError):
        return False


def read_project(answer: Answer, project: str, url: str) -> Published:
    """Read a project's page; ``project`` is the normalised name that was asked for at ``url``.

    Raises ``PageError``.
    """
    page = json_object(answer)
    info, releases = page.get("info"), page.get("releases")
    if not isinstance(info, dict) or not isinstance(releases, dict):
        raise PageError("answered with JSON that has no `info` and `releases` objects")
    name = info.get("name")
    if name is not None and not isinstance(name, str):
        raise PageError("answered with a project name that is not text")
    if name is not None and normalize_name(name) != project:
        raise wrong_project(project)
    _check_agreement(info.get("version"), releases, page.get("urls"))
    table = ReleaseTable()
    for key, files in releases.items():
        entries = _files(files)
        tally = table.tally(key)
        if tally is None:
            table.ignore(key)
        else:
            _count(tally, entries)
    # pypiserver's answer has no name: its files tell whose they are.
    if name is None and not _has_file_of(project, releases.values()):
        raise PageError(f"answered with JSON in which nothing names {project}")
    return table.published(Api.JSON, url)


def _check_agreement(latest: object, releases: dict[str, Any], urls: object) -> None:
    """Hold ``releases`` against what else the page says: it is deprecated, and might one day come empty.

    ``info.version`` names a release of a project that has any, and ``urls`` are that release's files.
    """
    if isinstance(latest, str) and latest and not releases:
        raise PageError("answered with JSON that names a version but lists no releases")
    if urls and not any(releases.values()):
        raise PageError("answered with JSON that has files but lists none in its releases")


def _files(files: object) -> list[dict[str, Any]]:
    """Check one release's list of files: an entry passed over would make its version look unpublished."""
    if not isinstance(files, list):
        raise PageError(_NO_FILES)
    for file in files:
        if not isinstance(file, dict):
            raise PageError(_NO_FILES)
    return files


def _has_file_of(project: str, releases: Iterable[list[dict[str, Any]]]) -> bool:
    named = FileNames(project)
    return any(named.spellings(_filename(file)) for files in releases for file in files)


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
        elif package_type == "sdist":
            tally.sdists += 1
        else:
            tally.count(kind_of(_filename(file), package_type))
        if not yanked or not is_yanked(yanked):
            tally.live += 1
        if uploaded and uploaded != tally.uploaded:
            tally.note_upload(uploaded)
    tally.published = tally.published or bool(files)
