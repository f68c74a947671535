"""Reads the version as setuptools does: pyproject.toml, then setup.py, then setup.cfg."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.versions import setup_cfg, setup_py, setuptools_attr, text
from publish_gate.versions.faults import DECLARE_IT, Refusal, from_vcs, read_text, refuse
from publish_gate.versions.model import FaultKind, FoundName, FoundVersion, VersionFault
from publish_gate.versions.package_dirs import package_dirs

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.setup_cfg import SetupCfg
    from publish_gate.versions.setup_py import SetupScript
    from publish_gate.versions.toml import Document

_DYNAMIC = ("tool", "setuptools", "dynamic", "version")
_ABSENT = frozenset({"missing-file", "import-not-in-tree", "no-setup-call"})
_EXTRA = re.compile(r"\s*setuptools[-_.]scm\s*\[(?P<extras>[^\]]*)\]", re.IGNORECASE)


def read(checkout: Checkout, pyproject: Document | None) -> tuple[FoundName | None, FoundVersion | VersionFault]:
    """Read the name and the version of a project that setuptools builds; raises Refusal.

    ``[project].version`` is not looked at: it was absent. setuptools fills in what setup() is given, then
    from setup.cfg what is still missing; pyproject.toml overrides both.
    """
    script, cfg = setup_py.load(checkout), setup_cfg.load(checkout)
    name = script.name or _cfg_name(cfg)
    dynamic = None if pyproject is None else pyproject.get(*_DYNAMIC)
    try:
        if pyproject is not None and dynamic is not None:
            found: FoundVersion | VersionFault | None = _directive(checkout, pyproject, dynamic, cfg, script)
        else:
            found = script.version
            if found is None or _hides_setup(found):
                found = _from_cfg(checkout, pyproject, cfg, script) or found
    except Refusal as refusal:
        found = refusal.fault
    tool = _vcs_tool(pyproject)
    if tool is not None and (found is None or _is_absent(found)):
        return name, from_vcs(*tool)
    if found is None:
        where = "pyproject.toml, setup.cfg and setup.py" if pyproject is not None else "setup.cfg and setup.py"
        message = f"setuptools builds it, and nothing in {where} declares a version (it would be 0.0.0)"
        place = None if pyproject is None else pyproject.place()
        raise refuse("nothing-declares-a-version", message, place, advice=DECLARE_IT)
    return name, found


def read_cfg(checkout: Checkout) -> FoundVersion | VersionFault | None:
    """Read the version that setup.cfg alone declares; raises Refusal."""
    return _from_cfg(checkout, None, setup_cfg.load(checkout), setup_py.SetupScript())


def _hides_setup(found: FoundVersion | VersionFault) -> bool:
    """Tell whether setup.py calls a setup() that is not found: setup.cfg may still declare the version."""
    return isinstance(found, VersionFault) and found.cause == "no-setup-call"


def _is_absent(found: FoundVersion | VersionFault) -> bool:
    """Tell whether nothing is declared but what setuptools_scm would write during the build."""
    return isinstance(found, VersionFault) and found.kind is not FaultKind.DYNAMIC and found.cause in _ABSENT


def _vcs_tool(pyproject: Document | None) -> tuple[str, Place] | None:
    """Name the plugin that takes the version from tags, where one is set up."""
    if pyproject is None:
        return None
    for table, tool in (
        ("setuptools_scm", "setuptools_scm"),
        ("setuptools-git-versioning", "setuptools-git-versioning"),
        ("versioningit", "versioningit"),
        ("vcs-versioning", "setuptools_scm"),
    ):
        options = pyproject.get("tool", table)
        if isinstance(options, dict) and options.get("enabled", True):
            return tool, pyproject.place()
    requires = pyproject.get("build-system", "requires")
    for requirement in requires if isinstance(requires, list) else []:
        extra = _EXTRA.match(str(requirement))
        if extra is not None and "simple" in extra.group("extras"):
            return "setuptools_scm", pyproject.place("build-system", "requires")
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
    folders = package_dirs(checkout, pyproject, cfg, script)
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
    return text.read_line(checkout, full[0], declared_by, place)
