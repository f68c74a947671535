"""Reads the version as maturin does: from Cargo.toml, or from the workspace that it belongs to."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, NAME_THE_FILE, refuse
from publish_gate.versions.model import FoundName, FoundVersion
from publish_gate.versions.toml import Document, load

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout

DECLARED_BY = "Cargo.toml"
_USUAL = ("Cargo.toml", "rust/Cargo.toml", "native/Cargo.toml")


def manifest(checkout: Checkout, pyproject: Document) -> Document:
    """Load the manifest that maturin would build; raises Refusal."""
    named = pyproject.get("tool", "maturin", "manifest-path")
    place = pyproject.place("tool", "maturin", "manifest-path") if named is not None else None
    if named is not None and not isinstance(named, str):
        text = "`manifest-path` of [tool.maturin] is not a string"
        raise refuse("invalid-configuration", text, place, advice=DECLARE_IT)
    path = named or next(filter(checkout.has_file, _USUAL), _USUAL[0])
    return load(checkout, path, place)


def read(cargo: Document) -> FoundVersion:
    """Read the version of a crate, inherited or its own; raises Refusal."""
    version = cargo.get("package", "version")
    if isinstance(version, str):
        return FoundVersion(version, cargo.place("package", "version"), DECLARED_BY)
    if isinstance(version, dict) and version.get("workspace") is True:
        root = _workspace(cargo)
        shared = root.get("workspace", "package", "version")
        if isinstance(shared, str):
            return FoundVersion(shared, root.place("workspace", "package", "version"), DECLARED_BY)
        text = f"the crate inherits its version, and {root.path} has none in [workspace.package]"
        raise refuse("nothing-declares-a-version", text, root.place(), advice=DECLARE_IT)
    shared = cargo.get("workspace", "package", "version")
    if cargo.get("package") is None and isinstance(shared, str):
        return FoundVersion(shared, cargo.place("workspace", "package", "version"), DECLARED_BY)
    text = f"{cargo.path} has no `version` in [package]"
    raise refuse("nothing-declares-a-version", text, cargo.place(), advice=DECLARE_IT)


def name_of(cargo: Document) -> FoundName | None:
    """Give the crate's name."""
    name = cargo.get("package", "name")
    return FoundName(name, cargo.place("package", "name")) if isinstance(name, str) else None


def _workspace(cargo: Document) -> Document:
    """Find the root of the workspace: the crate itself, the one it names, or the next above it."""
    if cargo.get("workspace") is not None:
        return cargo
    checkout, folder = cargo.checkout, posixpath.dirname(cargo.path)
    named = cargo.get("package", "workspace")
    if isinstance(named, str):
        return load(checkout, posixpath.normpath(posixpath.join(folder, named, "Cargo.toml")))
    # The checkout's own border ends the search: nothing above it is read.
    steps = len(posixpath.normpath(posixpath.join(checkout.base, folder)).split("/"))
    for _ in range(steps):
        folder = posixpath.normpath(posixpath.join(folder, ".."))
        path = posixpath.join(folder, "Cargo.toml")
        if checkout.has_file(path):
            candidate = load(checkout, posixpath.normpath(path))
            if candidate.get("workspace") is not None:
                return candidate
    text = f"{cargo.path} inherits its version from a workspace, and none is found above it in the checkout"
    raise refuse("missing-file", text, cargo.place(), advice=NAME_THE_FILE)
