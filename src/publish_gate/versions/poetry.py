"""Reads the version as poetry-core does: ``[tool.poetry].version``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, from_vcs, refuse
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from publish_gate.versions.model import VersionFault
    from publish_gate.versions.toml import Document


def read(pyproject: Document) -> FoundVersion | VersionFault:
    """Read the version of a project that poetry-core builds; raises Refusal."""
    plugin = pyproject.table("tool", "poetry-dynamic-versioning")
    if plugin.get("enable"):
        # The version in the file is then a placeholder.
        return from_vcs("poetry-dynamic-versioning", pyproject.place("tool", "poetry-dynamic-versioning", "enable"))
    version = pyproject.get("tool", "poetry", "version")
    place = pyproject.place("tool", "poetry", "version")
    if version is None:
        text = "neither [project] nor [tool.poetry] has a `version`"
        raise refuse("nothing-declares-a-version", text, pyproject.place(), advice=DECLARE_IT)
    if not isinstance(version, str):
        raise refuse("not-a-string", "`version` of [tool.poetry] is not a string", place, advice=DECLARE_IT)
    return FoundVersion(version, place, "tool.poetry.version")
