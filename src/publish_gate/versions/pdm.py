"""Reads the version as pdm-backend does: ``[tool.pdm.version]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, from_vcs, read_text, refuse
from publish_gate.versions.hatch import Rule, match_version

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.model import FoundVersion, VersionFault
    from publish_gate.versions.toml import Document

DEFAULT_PATTERN = r"^(?:__version__|VERSION)\s*=\s*[\"'](.+?)[\"']\s*(?:#.*)?$"
"""pdm-backend's own rule."""

_TABLE = ("tool", "pdm", "version")


def read(checkout: Checkout, pyproject: Document) -> FoundVersion | VersionFault:
    """Read the dynamic version of a project that pdm-backend builds; raises Refusal."""
    options = pyproject.table(*_TABLE)
    if pyproject.get("tool", "pdm", "version", "use_scm") or pyproject.get("tool", "pdm", "version", "from"):
        # The spelling of pdm-pep517, before there was a `source`.
        options = {
            "source": "scm" if options.get("use_scm") else "file",
            "path": options.get("from"),
            **options,
        }
    path, source = options.get("path"), options.get("source")
    if not options:
        # pdm-backend would build 0.0.0 without a word.
        text = "`version` is dynamic, but there is no [tool.pdm.version] that says where it comes from"
        raise refuse("nothing-declares-a-version", text, pyproject.place("project", "dynamic"), advice=DECLARE_IT)
    if not source and isinstance(path, str) and path:
        source = "file"
    place = pyproject.place(*_TABLE, "source") if "source" in options else pyproject.place()
    if source == "scm":
        return from_vcs("pdm-backend's source `scm`", place)
    if source == "call":
        raise refuse("call", f"the version is the result of calling {options.get('getter')!s:.80}", place)
    if source != "file" or not isinstance(path, str):
        text = "[tool.pdm.version] says neither a `path` nor a `source` that is known"
        raise refuse("invalid-configuration", text, place, advice=DECLARE_IT)
    pattern = options.get("pattern", "")
    if not isinstance(pattern, str):
        text = "`pattern` of [tool.pdm.version] is not a string"
        raise refuse("invalid-configuration", text, pyproject.place(*_TABLE, "pattern"), advice=DECLARE_IT)
    named_in = pyproject.place(*_TABLE, "path")
    rule = Rule(pattern, 1, "pdm.file", pyproject.place(*_TABLE, "pattern") if pattern else named_in)
    return match_version(checkout, path, read_text(checkout, path, named_in), rule, DEFAULT_PATTERN)
