"""Reads the JSON form of the Simple API (PEP 691, 700 and 792): project pages and the root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from publish_gate.index.files import FileNames, kind_of
from publish_gate.index.listing import Listing
from publish_gate.index.parts import ONE_OF_SEVERAL, says_more
from publish_gate.index.payload import (
    PageError,
    bounded,
    check_api_version,
    hashes_of,
    hidden_version,
    is_yanked,
    json_object,
    project_status,
    wrong_project,
    yanked_because,
)
from publish_gate.index.releases import ReleaseTable
from publish_gate.index.state import Api, IndexFile, Published, UnknownCause
from publish_gate.names import is_project_name, normalize_name

if TYPE_CHECKING:
    from publish_gate.index.exchange import Answer

_PROJECT_PAGE_KEYS: Final = frozenset({"name", "files", "versions"})


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
    if _is_part(page):
        raise PageError(ONE_OF_SEVERAL, UnknownCause.TRUNCATED)
    table = _table(project, files, versions)
    return table.published(Api.SIMPLE_JSON, url, _status(page) or _status(meta))


def _table(project: str, files: list[Any], versions: list[Any]) -> ReleaseTable:
    table, named = ReleaseTable(), FileNames(project)
    unclear = [filename for filename in (_add_file(table, named, file) for file in files) if filename]
    if versions and not files:
        raise PageError("answered with versions, but not with a single file")
    listed = [version for version in versions if isinstance(version, str)]
    for filename in filter(named.may_hide, unclear):
        if not any(named.begins(filename, version) for version in listed):
            raise hidden_version()
    if files and len(unclear) == len(files) and not any(map(named.spellings, unclear)):
        raise PageError(f"answered with JSON that has files, but none of {project}")
    for version in versions:
        if not isinstance(version, str):
            raise PageError("answered with a version that is not text")
        if table.tally(bounded(version)) is None:
            table.ignore(version)
    if unclear:
        # One of the files that could not be read may be that of a version without any: it is then there.
        table.assume_published()
    return table


def _add_file(table: ReleaseTable, named: FileNames, file: object) -> str:
    """Count a file, or return its name if its version cannot be told. Raises ``PageError``."""
    filename = file.get("filename") if isinstance(file, dict) else None
    if not isinstance(file, dict) or not isinstance(filename, str) or not filename:
        raise PageError("answered with a file that has no name")
    tally = table.first(named.spellings(bounded(filename)))
    if tally is None:
        table.ignore(filename)
        return filename
    tally.add_file(kind_of(filename), filename, yanked=is_yanked(file.get("yanked")), uploaded=file.get("upload-time"))
    return ""


def read_files(answer: Answer, project: str) -> tuple[list[IndexFile], str | None]:
    """Read all files of a project, and its status. Raises ``PageError``."""
    read_project(answer, project, "")
    page = json_object(answer)
    files = [
        IndexFile(
            bounded(file["filename"]),
            hashes_of(file.get("hashes")),
            yanked_because(file.get("yanked")),
            python if isinstance(python := file.get("requires-python"), str) else None,
        )
        for file in page["files"]
    ]
    return files, _status(page) or _status(page.get("meta"))


def _status(part: object) -> str | None:
    status = part.get("project-status") if isinstance(part, dict) else None
    return project_status(status.get("status") if isinstance(status, dict) else status)


def read_root(answer: Answer) -> Listing | None:
    """Read the root; ``None`` if it is not a list of projects, or more of it than is read."""
    if not answer.complete:
        return None
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
    whole = all(isinstance(name, str) and is_project_name(name) for name in named)
    return Listing(Api.SIMPLE_JSON, names if whole and not _is_part(page) else None)


def _is_part(page: dict[str, Any]) -> bool:
    meta = page.get("meta")
    return says_more(page) or (isinstance(meta, dict) and says_more(meta))
