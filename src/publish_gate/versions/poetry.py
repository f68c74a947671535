"""Reads the version as poetry-core does: ``[tool.poetry].version``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, from_vcs, refuse
from publish_gate.versions.model import PLACEHOLDER, FaultKind, FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.versions.toml import Document


def read(pyproject: Document) -> FoundVersion | VersionFault:
    """Read the version of a project that poetry-core builds; raises Refusal."""
    plugin = pyproject.table("tool", "poetry-dynamic-versioning")
    if plugin.get("enable"):
        # The version in the file is then a placeholder, and only the plugin's own back end always replaces it.
        backend = pyproject.get("build-system", "build-backend")
        if isinstance(backend, str) and backend.startswith("poetry_dynamic_versioning"):
            return from_vcs("poetry-dynamic-versioning", pyproject.place("tool", "poetry-dynamic-versioning", "enable"))
        return _placeholder(pyproject)
    version = pyproject.get("tool", "poetry", "version")
    place = pyproject.place("tool", "poetry", "version")
    if version is None:
        text = "neither [project] nor [tool.poetry] has a `version`"
        raise refuse("nothing-declares-a-version", text, pyproject.place(), advice=DECLARE_IT)
    if not isinstance(version, str):
        raise refuse("not-a-string", "`version` of [tool.poetry] is not a string", place, advice=DECLARE_IT)
    return FoundVersion(version, place, "tool.poetry.version")


def _placeholder(pyproject: Document) -> VersionFault:
    """Say that whoever builds without the plugin (pip, build, a poetry without it) builds what the file says."""
    text = pyproject.get("tool", "poetry", "version")
    return VersionFault(
        FaultKind.DYNAMIC,
        PLACEHOLDER,
        "poetry-dynamic-versioning is enabled, but the build back end is poetry-core's own, which knows nothing of it "
        f"and builds {(text if isinstance(text, str) else '0.0.0')!r:.80}",
        "Set `build-backend` to `poetry_dynamic_versioning.backend` and list poetry-dynamic-versioning in `requires`; "
        "or, if `poetry build` runs with the plugin installed, run the gate after it with `version-file: dist/`.",
        pyproject.place("build-system", "build-backend"),
    )
