"""Reads the JSON API: ``/pypi/NAME/json`` of the public indexes and what others offer in its likeness."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import unquote

from publish_gate.index.exchange import JSON_TYPE, Answer
from publish_gate.index.files import FileNames, kind_of
from publish_gate.index.payload import PageError, is_yanked, json_object, wrong_project
from publish_gate.index.releases import ReleaseTable, Tally
from publish_gate.index.state import Api, Published
from publish_gate.names import normalize_name

_NOT_FOUND: Final = {"message": "Not Found"}
_NOT_FOUND_STATUS: Final = 404
_LONGEST_NOT_FOUND: Final = 1024


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
    table, named = ReleaseTable(), FileNames(project)
    confirmed = name is not None
    for key, files in releases.items():
        tally = table.tally(key)
        if tally is None:
            table.ignore(key)
        for file in _files(files):
            filename = _filename(file)
            # pypiserver's answer has no name: its files tell whose they are.
            confirmed = confirmed or bool(named.spellings(filename))
            if tally is not None:
                _count(tally, file, filename)
    if not confirmed:
        raise PageError(f"answered with JSON in which nothing names {project}")
    return table.published(Api.JSON, url)


def _files(files: object) -> list[dict[str, Any]]:
    """Check one release's list of files: an entry passed over would make its version look unpublished."""
    if not isinstance(files, list) or not all(isinstance(file, dict) for file in files):
        raise PageError("answered with a release whose files are not a list of objects")
    return files


def _filename(file: dict[str, Any]) -> str:
    name = file.get("filename")
    if isinstance(name, str):
        return name
    url = file.get("url")
    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2]) if isinstance(url, str) else ""


def _count(tally: Tally, file: dict[str, Any], filename: str) -> None:
    tally.add_file(
        kind_of(filename, file.get("packagetype")),
        yanked=is_yanked(file.get("yanked")),
        uploaded=file.get("upload_time_iso_8601") or file.get("upload_time"),
    )
