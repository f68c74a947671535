"""Finds the source that declares a project's version, by the rule of its own build back end, and reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions.faults import DECLARE_IT, Refusal, refuse, refused, unreadable
from publish_gate.versions.model import FoundName, FoundVersion, ProjectReading, VersionFault
from publish_gate.versions.toml import load

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.backends import Answer
    from publish_gate.versions.toml import Document

FILE = "pyproject.toml"


def read(checkout: Checkout) -> ProjectReading:
    """Read the name and the version; whatever stands in the way ends in a fault."""
    name: FoundName | None = None
    try:
        document = load(checkout, FILE) if FILE in checkout.names_in(".") else None
        if document is not None:
            name = _declared_name(document)
        found_name, version = _read(checkout, document, name)
        return ProjectReading(name or found_name, version)
    except Refusal as refusal:
        return ProjectReading(name, refusal.fault)
    except CheckoutError as error:
        return ProjectReading(name, refused(checkout, error, error.path, None).fault)
    except (RecursionError, MemoryError):
        text = "the project's files are too deeply nested to be read"
        return ProjectReading(name, unreadable("too-complex", text, checkout.place(".")))


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
    static = None if document is None else _static(document)
    if static is not None:
        from publish_gate.versions import notes

        noted = notes.add(checkout, static, name)
        if document is None:
            return name, noted
        return name, _tagged(checkout, document, notes.add_crate(checkout, document, noted))
    from publish_gate.versions import backends

    if document is None:
        if not {"setup.py", "setup.cfg"} & set(checkout.names_in(".")):
            text = f"there is no pyproject.toml, setup.cfg or setup.py in {checkout.base!r}"
            raise refuse("nothing-declares-a-version", text, checkout.place("."), advice=DECLARE_IT)
        return backends.read_setuptools(checkout, None, name)
    family = backends.family_of(document)
    project = document.get("project")
    if isinstance(project, dict) and not _is_dynamic(document) and family not in backends.WITHOUT_DYNAMIC:
        text = "[project] has no `version`, and does not list it in `dynamic` either"
        raise refuse("nothing-declares-a-version", text, document.place("project", "name"), advice=DECLARE_IT)
    return backends.READERS[family](checkout, document, name)


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
