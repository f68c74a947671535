"""Reads the version as poetry-core does: ``[tool.poetry].version``, unless a plugin replaces it.

What the plugins do is kept in ``tests/vectors/version-plugins.jsonl``, built with their pinned and newest releases.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, from_vcs, is_placeholder, not_yet_known, refuse
from publish_gate.versions.model import PLACEHOLDER, FoundVersion

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from publish_gate.places import Place
    from publish_gate.versions.model import VersionFault
    from publish_gate.versions.toml import Document

_WITH_TAGS = "poetry-dynamic-versioning"
_PLUGINS: dict[str, tuple[str, ...]] = {
    _WITH_TAGS: ("enable",),
    "poetry-git-version-plugin": (),
    "poetry-plugin-version": ("source", "path"),
    "poetry-version-plugin": ("source",),
    "setuptools_scm": (),
}
"""The tables of plugins that replace the version, each with the options of which one switches it on."""

_ALSO_STATIC = frozenset({"poetry-git-version-plugin"})
"""Those that replace ``[project].version`` as well."""

_NAMED_LIKE_A_PLUGIN = re.compile(r"version|scm|dunamai|(?:^|-)git|-tag")
_NO_PLUGIN = re.compile(r"bump|tweak|python|^poetry(?:-core)?$")


def read(pyproject: Document) -> FoundVersion | VersionFault:
    """Read the version of a project that poetry-core builds; raises Refusal."""
    version = pyproject.get("tool", "poetry", "version")
    fault = replaced(pyproject, version, _PLUGINS.keys())
    if fault is not None:
        return fault
    place = pyproject.place("tool", "poetry", "version")
    if version is None:
        text = "neither [project] nor [tool.poetry] has a `version`"
        raise refuse("nothing-declares-a-version", text, pyproject.place(), advice=DECLARE_IT)
    if not isinstance(version, str):
        raise refuse("not-a-string", "`version` of [tool.poetry] is not a string", place, advice=DECLARE_IT)
    return FoundVersion(version, place, "tool.poetry.version")


def replaced_static(pyproject: Document, version: str) -> VersionFault | None:
    """Say which plugin replaces even ``[project].version``; None if none does."""
    return replaced(pyproject, version, _ALSO_STATIC)


def replaced(pyproject: Document, version: object, plugins: AbstractSet[str]) -> VersionFault | None:
    """Say which plugin replaces the version that is written down; None if none does."""
    for name in plugins:
        options, switches = pyproject.get("tool", name), _PLUGINS[name]
        on = next((key for key in switches if isinstance(options, dict) and options.get(key)), None)
        if isinstance(options, dict) and (on or not switches):
            return _by_plugin(pyproject, name, pyproject.place("tool", name, *([on] if on else [])))
    from_file = pyproject.place("tool", "poetry", "plugins", "version-from-file", "enabled")
    if pyproject.get("tool", "poetry", "plugins", "version-from-file", "enabled") == "true":
        return _in_some_builds(pyproject, "poetry-version-from-file", from_file)
    if isinstance(version, str) and is_placeholder(version):
        # Beside a plugin that nobody knows, such a version is hardly meant.
        for name, place in _extras(pyproject):
            if _NAMED_LIKE_A_PLUGIN.search(name) and not _NO_PLUGIN.search(name):
                return _in_some_builds(pyproject, name, place)
    return None


def _by_plugin(pyproject: Document, name: str, place: Place) -> VersionFault:
    backend = str(pyproject.get("build-system", "build-backend") or "")
    if name == _WITH_TAGS and backend.startswith("poetry_dynamic_versioning"):
        if pyproject.get("tool", name, "from-file") is None:
            return from_vcs(name, place)
        source = pyproject.get("tool", name, "from-file", "source")
        text = f"the version comes from {name}, which reads it from a file"
        return not_yet_known("plugin", text, place, source if isinstance(source, str) else None)
    return _in_some_builds(pyproject, name, place)


def _in_some_builds(pyproject: Document, name: str, place: Place) -> VersionFault:
    """Say that whoever builds without the plugin (pip, build, a poetry without it) builds what the file says."""
    written = pyproject.get("project", "version") or pyproject.get("tool", "poetry", "version")
    text = (
        f"{name} replaces the version only in a `poetry build` that has the plugin installed; "
        f"any other build knows nothing of it and builds {(written if isinstance(written, str) else '0.0.0')!r:.80}"
    )
    fault = not_yet_known(PLACEHOLDER, text, place)
    if name != _WITH_TAGS:
        return fault
    advice = (
        "Set `build-backend` to `poetry_dynamic_versioning.backend` and list poetry-dynamic-versioning in `requires`; "
        f"or, if `poetry build` runs with the plugin: {fault.advice[0].lower()}{fault.advice[1:]}"
    )
    return replace(fault, advice=advice)


def _extras(pyproject: Document) -> list[tuple[str, Place]]:
    """List what is there besides poetry: requirements of the build, plugins and tables of tools."""
    requires = pyproject.get("build-system", "requires")
    place = pyproject.place("build-system", "requires")
    names = [
        (re.split(r"[^A-Za-z0-9._-]", str(item).strip(), maxsplit=1)[0], place)
        for item in (requires if isinstance(requires, list) else [])
    ]
    plugins = ("tool", "poetry", "requires-plugins")
    names += [(name, pyproject.place(*plugins, name)) for name in pyproject.table(*plugins)]
    names += [(name, pyproject.place("tool", name)) for name in pyproject.table("tool") if "poetry" in name]
    return [(re.sub(r"[-_.]+", "-", name).lower(), place) for name, place in names]
