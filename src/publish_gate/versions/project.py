"""Finds the source that declares a project's version, by the rule of its own build back end, and reads it."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions import withheld
from publish_gate.versions.faults import DECLARE_IT, NAME_IT, Refusal, refuse, refused, unreadable
from publish_gate.versions.model import FaultKind, FoundName, FoundVersion, ProjectReading, VersionFault, Withheld
from publish_gate.versions.toml import load

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.backends import Answer
    from publish_gate.versions.toml import Document

FILE = "pyproject.toml"


def read(checkout: Checkout) -> ProjectReading:
    """Read the name, the version, and whether it is published at all; what stands in the way ends in a fault."""
    name: FoundName | None = None
    held: Withheld | None = None
    version: FoundVersion | VersionFault
    try:
        document = load(checkout, FILE) if FILE in checkout.names_in(".") else None
        if document is not None:
            name = _declared_name(document)
        held = withheld.find(checkout, document)
        found_name, version = _read(checkout, document, name)
        name = name or found_name
    except Refusal as refusal:
        version = refusal.fault
    except CheckoutError as error:
        version = refused(checkout, error, error.path, None).fault
    except (RecursionError, MemoryError):
        text = "the project's files are too deeply nested to be read"
        version = unreadable("too-complex", text, checkout.place("."))
    return ProjectReading(name, replace(_advised(checkout, name, version), withheld=held))


_COMPUTED = frozenset({
    "call", "call-of-project-class", "callable", "changed-by-code", "class", "conditional", "exec", "expression",
    "file-read", "hook", "import-not-in-tree", "installed-metadata", "module-getattr", "no-setup-call", "plugin",
    "run_command", "setup.py-computes", "star-import", "unbound", "unknown-back-end",
})  # fmt: skip


def _advised(
    checkout: Checkout, name: FoundName | None, version: FoundVersion | VersionFault
) -> FoundVersion | VersionFault:
    """Say which file seems to hold a version that is computed, and what else it takes to name it."""
    if isinstance(version, FoundVersion) or version.cause not in _COMPUTED:
        return version
    suggestion = version.suggestion
    if suggestion is None and version.kind is FaultKind.UNREADABLE:
        from publish_gate.versions import named, suggestions

        place = None if version.place is None else posixpath.relpath(version.place.path, checkout.base)
        suggestion = suggestions.in_package(checkout, None if name is None else name.text, place, named.read)
        if suggestion is not None:
            advice = f"{NAME_IT.format(suggestion)} {version.advice}"
            version = replace(version, suggestion=suggestion, advice=advice)
    if suggestion is not None and name is None:
        advice = f"{version.advice} The project's name is computed as well: give it with the input `package`."
        version = replace(version, advice=advice)
    return version


def _declared_name(document: Document) -> FoundName | None:
    """Give the name that pyproject.toml declares."""
    paths = (
        ("project", "name"),
        ("tool", "poetry", "name"),
        ("tool", "flit", "metadata", "dist-name"),
        ("tool", "flit", "metadata", "module"),
    )
    for keys in paths:
        name = document.get(*keys)
        if isinstance(name, str) and name.strip():
            return FoundName(name.strip(), document.place(*keys))
    return None


def _read(checkout: Checkout, document: Document | None, name: FoundName | None) -> Answer:
    from publish_gate.versions import backends

    if document is None:
        if not {"setup.py", "setup.cfg"} & set(checkout.names_in(".")):
            text = f"there is no pyproject.toml, setup.cfg or setup.py in {checkout.base!r}"
            raise refuse("nothing-declares-a-version", text, checkout.place("."), advice=DECLARE_IT)
        return _noted(checkout, backends.read_setuptools(checkout, None, name))
    _check_root(checkout, document)
    project, static = document.get("project"), _static(document)
    named_by_poetry = isinstance(document.get("tool", "poetry", "name"), str) and backends.is_poetry(document)
    if isinstance(project, dict) and not isinstance(project.get("name"), str) and not named_by_poetry:
        text = "[project] has no `name`, which every build back end asks for"
        advice = "Write the project's name there: `name` cannot be dynamic."
        raise refuse("invalid-configuration", text, document.place("project", "dynamic"), advice=advice)
    if static is not None:
        from publish_gate.versions import notes

        fault = backends.replaced_static(document, static.text)
        noted = notes.add_ignored(document, notes.add_crate(checkout, document, static))
        return name, fault or notes.add(checkout, _tagged(checkout, document, noted), name)
    family = backends.family_of(checkout, document)
    if isinstance(project, dict) and not _is_dynamic(document) and family not in backends.WITHOUT_DYNAMIC:
        text = "[project] has no `version`, and does not list it in `dynamic` either"
        raise refuse("nothing-declares-a-version", text, document.place("project", "name"), advice=DECLARE_IT)
    return _noted(checkout, backends.READERS[family](checkout, document, name))


def _noted(checkout: Checkout, answer: Answer) -> Answer:
    """Add remarks to what a back end's own files say."""
    from publish_gate.versions import notes

    name, version = answer
    return name, notes.add(checkout, version, name)


def _check_root(checkout: Checkout, document: Document) -> None:
    """Refuse the root of a workspace that is no package itself; raises Refusal."""
    declares = {"project", "build-system"} & document.content.keys() or document.get("tool", "poetry")
    if declares or {"setup.py", "setup.cfg"} & set(checkout.names_in(".")):
        return
    members = withheld.workspace_members(document)
    if members:
        text = f"{document.path} is the root of a uv workspace, not a package ({members})"
        advice = "Select a package with `working-directory`, or list them in the config file (`packages:`)."
        raise refuse("workspace-root", text, document.place("tool", "uv", "workspace", "members"), advice=advice)


def _tagged(checkout: Checkout, document: Document, found: FoundVersion) -> FoundVersion | VersionFault:
    """Append what setuptools appends, where it is the one that builds; it is if nobody is named."""
    backend = document.get("build-system", "build-backend")
    if backend is not None and not str(backend).startswith("setuptools"):
        return found
    from publish_gate.versions import build_tags

    return build_tags.apply(checkout, document, found)


def _static(document: Document) -> FoundVersion | None:
    """Read ``[project].version``, which every back end follows."""
    version = document.get("project", "version")
    if version is None:
        return None
    place = document.place("project", "version")
    if _is_dynamic(document):
        text = "`version` is both given in [project] and listed in its `dynamic`"
        advice = "Delete one of the two: a version is either written down or dynamic."
        raise refuse("both-static-and-dynamic", text, place, advice=advice)
    if not isinstance(version, str):
        text = f"[project].version is not a string but {version!r:.80}"
        raise refuse("not-a-string", text, place, advice="Write it in quotes.")
    return FoundVersion(version, place, "project.version")


def _is_dynamic(document: Document) -> bool:
    dynamic = document.get("project", "dynamic")
    return isinstance(dynamic, list) and "version" in dynamic
