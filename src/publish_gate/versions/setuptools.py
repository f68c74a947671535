"""Reads the version as setuptools does: pyproject.toml, then setup.py, then setup.cfg."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions import setup_cfg, setup_py, setuptools_attr, text
from publish_gate.versions.faults import DECLARE_IT, Refusal, from_vcs, read_text, refuse
from publish_gate.versions.model import FaultKind, FoundName, FoundVersion, VersionFault
from publish_gate.versions.package_dirs import package_dirs

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.setup_cfg import SetupCfg
    from publish_gate.versions.setup_py import SetupScript
    from publish_gate.versions.suggestions import ReadNamed
    from publish_gate.versions.toml import Document

_DYNAMIC = ("tool", "setuptools", "dynamic", "version")
_ABSENT = frozenset({"missing-file", "import-not-in-tree", "no-setup-call"})
_EXTRA = re.compile(r"\s*setuptools[-_.]scm\s*\[(?P<extras>[^\]]*)\]", re.IGNORECASE)


def read(
    checkout: Checkout, pyproject: Document | None, read_named: ReadNamed
) -> tuple[FoundName | None, FoundVersion | VersionFault]:
    """Read the name and the version of a project that setuptools builds; raises Refusal.

    ``[project].version`` is not looked at: it was absent. setuptools fills in what setup() is given, then
    from setup.cfg what is still missing; pyproject.toml overrides both. ``read_named`` reads the version from a file.
    """
    script, cfg = setup_py.load(checkout, read_named), setup_cfg.load(checkout)
    name = script.name or _cfg_name(cfg)
    dynamic = None if pyproject is None else pyproject.get(*_DYNAMIC)
    plugin = _tag_plugin(pyproject)
    try:
        if pyproject is not None and dynamic is not None:
            found: FoundVersion | VersionFault | None = _directive(checkout, pyproject, dynamic, cfg, script)
        else:
            found = _written(checkout, pyproject, cfg, script)
            found = _with_tags(found, plugin, _requirements(pyproject, cfg))
    except Refusal as refusal:
        found = refusal.fault
    if plugin is not None and (found is None or _is_absent(found)):
        return name, from_vcs(plugin.tool, plugin.place)
    if found is None:
        where = "pyproject.toml, setup.cfg and setup.py" if pyproject is not None else "setup.cfg and setup.py"
        message = f"setuptools builds it, and nothing in {where} declares a version (it would be 0.0.0)"
        place = None if pyproject is None else pyproject.place()
        raise refuse("nothing-declares-a-version", message, place, advice=DECLARE_IT)
    return name, found


def _written(
    checkout: Checkout, pyproject: Document | None, cfg: SetupCfg, script: SetupScript
) -> FoundVersion | VersionFault | None:
    """Read what setup.py or setup.cfg declare."""
    found = script.version
    by_scm = isinstance(found, VersionFault) and found.cause == "vcs" and "setuptools_scm" in found.message
    literal = (cfg.get("metadata", "version") or "").strip() if by_scm else ""
    if literal and not literal.startswith("attr:"):
        # The older setuptools_scm puts the tag in its place, the newer one leaves it.
        text = "setup() is given `use_scm_version=`, and setup.cfg has a `version` in [metadata]"
        place = cfg.place("metadata", "version")
        raise refuse("both-static-and-dynamic", text, place, advice="Leave one of the two out.")
    if found is None or _hides_setup(found):
        return _from_cfg(checkout, pyproject, cfg, script) or found
    return found


def _with_tags(
    found: FoundVersion | VersionFault | None, plugin: _TagPlugin | None, requirements: list[str]
) -> FoundVersion | VersionFault | None:
    """Say what a plugin makes of a version that setup.py or setup.cfg declare.

    Source of the rule: ``tests/vectors/version-plugins.jsonl``, built with pinned and newest releases.
    """
    if plugin is None or found is None or (isinstance(found, VersionFault) and found.kind is FaultKind.DYNAMIC):
        return found
    wanted = [text for text in requirements if _project_of(text) in plugin.projects]
    if plugin.overrules:
        return from_vcs(plugin.tool, plugin.place) if wanted else found
    if isinstance(found, FoundVersion) and found.declared_by == "setup.cfg attr:":
        return from_vcs(plugin.tool, plugin.place)
    if isinstance(found, FoundVersion) and any(map(_is_bounded, wanted)):
        text = f"{found.place} declares a version, and [tool.{plugin.tool}] takes it from tags"
        advice = "Leave one of the two out: which of them wins differs between the releases of that tool."
        raise refuse("both-static-and-dynamic", text, plugin.place, advice=advice)
    return found


def _requirements(pyproject: Document | None, cfg: SetupCfg) -> list[str]:
    requires = None if pyproject is None else pyproject.get("build-system", "requires")
    return [*(map(str, requires) if isinstance(requires, list) else ()), *cfg.list("options", "setup_requires")]


def _project_of(requirement: str) -> str:
    name = re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_bounded(requirement: str) -> bool:
    """Tell whether a requirement of setuptools_scm keeps the releases out that leave a written version alone."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        specifier = Requirement(requirement).specifier
    except InvalidRequirement:
        return True
    return not any(specifier.contains(release) for release in ("9.2.2", "10.3.4", "9999"))


def name_of(checkout: Checkout) -> FoundName | None:
    """Read the name that setup.cfg declares; raises Refusal."""
    return _cfg_name(setup_cfg.load(checkout))


def read_cfg(checkout: Checkout) -> FoundVersion | VersionFault | None:
    """Read the version that setup.cfg alone declares; raises Refusal."""
    return _from_cfg(checkout, None, setup_cfg.load(checkout), setup_py.SetupScript())


def _hides_setup(found: FoundVersion | VersionFault) -> bool:
    """Tell whether setup.py calls a setup() that is not found: setup.cfg may still declare the version."""
    return isinstance(found, VersionFault) and found.cause == "no-setup-call"


def _is_absent(found: FoundVersion | VersionFault) -> bool:
    """Tell whether nothing is declared but what setuptools_scm would write during the build."""
    return isinstance(found, VersionFault) and found.kind is not FaultKind.DYNAMIC and found.cause in _ABSENT


class _TagPlugin(NamedTuple):
    """A plugin that takes the version from tags, and where it is set up.

    ``overrules`` says that it replaces what setup.py and setup.cfg declare, in all of its releases.
    """

    tool: str
    projects: frozenset[str]
    overrules: bool
    place: Place


_SCM = frozenset({"setuptools-scm", "vcs-versioning"})
_TABLES = {
    "setuptools_scm": ("setuptools_scm", _SCM, False, True),
    "setuptools-git-versioning": (
        "setuptools-git-versioning",
        frozenset({"setuptools-git-versioning"}),
        True,
        False,
    ),
    "versioningit": ("versioningit", frozenset({"versioningit"}), True, True),
    "vcs-versioning": ("setuptools_scm", _SCM, False, True),
}
"""By their tables: the tool, its projects, whether it overrules, and whether a table without `enabled` is enough."""


def _tag_plugin(pyproject: Document | None) -> _TagPlugin | None:
    """Name the plugin that takes the version from tags, if one is set up."""
    if pyproject is None:
        return None
    for table, (tool, projects, overrules, by_default) in _TABLES.items():
        options = pyproject.get("tool", table)
        if isinstance(options, dict) and options.get("enabled", by_default):
            return _TagPlugin(tool, projects, overrules, pyproject.place("tool", table))
    requires = pyproject.get("build-system", "requires")
    for requirement in requires if isinstance(requires, list) else []:
        extra = _EXTRA.match(str(requirement))
        if extra is not None and "simple" in extra.group("extras"):
            place = pyproject.place("build-system", "requires")
            return _TagPlugin("setuptools_scm", _SCM, overrules=False, place=place)
    return None


def _cfg_name(cfg: SetupCfg) -> FoundName | None:
    name = cfg.sections.get("metadata", {}).get("name")
    if not name or "%" in name or ":" in name:
        return None
    return FoundName(name, cfg.place("metadata", "name"))


def _directive(
    checkout: Checkout, pyproject: Document, dynamic: object, cfg: SetupCfg, script: SetupScript
) -> FoundVersion | VersionFault:
    """Follow ``[tool.setuptools.dynamic].version``."""
    place = _directive_place(pyproject)
    options = dynamic if isinstance(dynamic, dict) else {}
    files, attribute = options.get("file"), options.get("attr")
    if isinstance(files, str):
        files = [files]
    if isinstance(files, list) and all(isinstance(path, str) for path in files) and files:
        return _read_files(checkout, files, "setuptools.dynamic.file", place)
    if not isinstance(attribute, str) or files is not None:
        message = "`version` of [tool.setuptools.dynamic] is neither `attr` nor `file`"
        raise refuse("invalid-configuration", message, place, advice=DECLARE_IT)
    # Here, and only here, setuptools looks for packages although there are extension modules.
    folders = package_dirs(checkout, pyproject, cfg, script._replace(has_extensions=False))
    return setuptools_attr.read(checkout, attribute, folders, "setuptools.dynamic.attr", place)


def _directive_place(pyproject: Document) -> Place:
    keys = [(*_DYNAMIC, "attr"), (*_DYNAMIC, "file"), _DYNAMIC]
    places = [pyproject.place(*key) for key in keys]
    return next((place for place in places if place.line is not None), pyproject.place())


def _from_cfg(
    checkout: Checkout, pyproject: Document | None, cfg: SetupCfg, script: SetupScript
) -> FoundVersion | VersionFault | None:
    """Follow ``version`` in ``[metadata]`` of setup.cfg."""
    value = (cfg.get("metadata", "version") or "").strip()
    if not value:
        return None
    place = cfg.place("metadata", "version")
    if value.startswith("attr:"):
        folders = package_dirs(checkout, pyproject, cfg, script)
        return setuptools_attr.read(checkout, value.removeprefix("attr:").strip(), folders, "setup.cfg attr:", place)
    if value.startswith("file:"):
        paths = [path.strip() for path in value.removeprefix("file:").split(",")]
        return _read_files(checkout, paths, "setup.cfg file:", place)
    return FoundVersion(value, place, "setup.cfg version")


def _read_files(checkout: Checkout, paths: list[str], declared_by: str, place: Place) -> FoundVersion:
    """Join the files that exist, as setuptools does: together they must hold one line."""
    existing = [path for path in paths if checkout.has_file(path)] or paths[:1]
    full = [path for path in existing if read_text(checkout, path, place).strip()] or existing
    if len(full) > 1:
        raise refuse("not-one-line", "the files together hold more than one line", place)
    found = text.read_line(checkout, full[0], declared_by, place)
    notes = list(found.notes)
    if posixpath.normpath(full[0]).startswith(("../", "/")):
        notes.append(f"{full[0]} lies outside the project's folder, and setuptools will refuse to read it")
    line = next(line for line in read_text(checkout, full[0], place).split("\n") if line.strip())
    if line != line.strip() and declared_by.startswith("setuptools.dynamic"):
        notes.append(f"{full[0]} has blanks around the version, and setuptools will refuse it")
    return replace(found, notes=tuple(notes))
