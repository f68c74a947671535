"""Reads the JSON form of the Simple API (PEP 691, 700 and 792): project pages and the root."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from publish_gate.index.files import FileNames, kind_of
from publish_gate.index.listing import Listing
from publish_gate.index.payload import (
    PageError,
    check_api_version,
    is_yanked,
    json_object,
    status_or_none,
    wrong_project,
)
from publish_gate.index.releases import ReleaseTable
from publish_gate.index.state import Api, Published
from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from publish_gate.index.exchange import Answer

_PROJECT_PAGE_KEYS: Final = frozenset({"name", "files", "versions"})
_BLANK: Final = " \t\r\n"


def read_project(answer: Answer, project: str, url: str) -> Published:
    """Read a project's page; ``project`` is the normalised name that was asked for at ``url``.

    Raises ``PageError``.
    """
    page = json_object(answer)
    meta = page.get("meta")
    check_api_version(meta.get("api-version") if isinstance(meta, dict) else None)
    name, files, versions = page.get("name"), page.get("files"), page.get("versions", [])
    if not isinstance(name, str) or not isinstance(files, list) or not isinstance(versions, list):
        raise PageError("answered with JSON whose `name`, `files` or `versions` is missing or wrong")
    if normalize_name(name) != project:
        raise wrong_project(project)
    table = _table(project, files, versions)
    return table.published(Api.SIMPLE_JSON, url, _status(page) or _status(meta))


def _table(project: str, files: list[Any], versions: list[Any]) -> ReleaseTable:
    table, named, unclear = ReleaseTable(), FileNames(project), False
    for file in files:
        filename = file.get("filename") if isinstance(file, dict) else None
        if not isinstance(filename, str):
            raise PageError("answered with a file that has no name")
        tally = table.first(named.spellings(filename))
        if tally is None:
            table.ignore(filename)
            unclear = True
        else:
            yanked = is_yanked(file.get("yanked"))
            tally.add_file(kind_of(filename), yanked=yanked, uploaded=file.get("upload-time"))
    for version in versions:
        if not isinstance(version, str):
            raise PageError("answered with a version that is not text")
        if table.tally(version) is None:
            table.ignore(version)
    if unclear:
        # One of the files that could not be read may be that of a version without any: it is then there.
        table.assume_published()
    return table


def _status(part: object) -> str | None:
    status = part.get("project-status") if isinstance(part, dict) else None
    return status_or_none(status.get("status") if isinstance(status, dict) else status)


def read_root(answer: Answer) -> Listing | None:
    """Read the beginning of the root; ``None`` where it is no list of projects.

    A whole root gives the names it lists. Of a long one only the beginning is there: it must reach as far
    as the start of its ``projects``, and have nothing of a project's page before that.
    """
    if not answer.complete:
        text = answer.body.decode("utf-8-sig", "ignore")
        return Listing(Api.SIMPLE_JSON, None) if _starts_a_list(text) else None
    try:
        page = json_object(answer)
        meta, projects = page.get("meta"), page.get("projects")
        check_api_version(meta.get("api-version") if isinstance(meta, dict) else None)
    except PageError:
        return None
    if not isinstance(projects, list) or not _PROJECT_PAGE_KEYS.isdisjoint(page):
        return None
    named = [project.get("name") if isinstance(project, dict) else None for project in projects]
    names = frozenset(normalize_name(name) for name in named if isinstance(name, str))
    # An entry that is not understood may be a project's: the list is then not known to be whole.
    whole = all(isinstance(name, str) for name in named)
    return Listing(Api.SIMPLE_JSON, names if whole else None)


def _starts_a_list(text: str) -> bool:
    """Walk over the first members of a JSON object up to ``"projects": [``."""
    decoder = json.JSONDecoder()
    opening = "{"
    position = 0
    try:
        while True:
            position = _expect(text, position, opening)
            key, position = decoder.raw_decode(text, _skip(text, position))
            position = _skip(text, _expect(text, position, ":"))
            if key == "projects":
                return text.startswith("[", position)
            if key in _PROJECT_PAGE_KEYS:
                return False
            value, position = decoder.raw_decode(text, position)
            if key == "meta":
                check_api_version(value.get("api-version") if isinstance(value, dict) else None)
            opening = ","
    except (ValueError, RecursionError, TypeError):
        # TypeError: a key that is a list or an object cannot be looked up; JSON allows text only.
        return False


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position


def _expect(text: str, position: int, sign: str) -> int:
    position = _skip(text, position)
    if not text.startswith(sign, position):
        raise ValueError(f"no {sign}")
    return position + 1
