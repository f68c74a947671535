"""Remarks on a version that is certain, such as that the module beside it says something else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.checkout import CheckoutError
from publish_gate.versions.faults import is_placeholder
from publish_gate.versions.model import FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.model import FoundName
    from publish_gate.versions.toml import Document

_LITERAL = r"""^__version__\s*=\s*(["'])([^"'\n]{1,100})\1[ \t]*(?:#.*)?$"""


_PLACEHOLDER_NOTE = (
    "{} looks like a placeholder; if the workflow puts the real version in its place, hand that over with the input "
    "`version`"
)


def add(checkout: Checkout, found: FoundVersion | VersionFault, name: FoundName | None) -> FoundVersion | VersionFault:
    """Add a note if the version is a placeholder, or if the project's own module has another ``__version__``."""
    if isinstance(found, VersionFault):
        return found
    if found.text != found.text.strip():
        found = _noted(found, "there are blanks around it, which setuptools and others refuse")
    if is_placeholder(found.text):
        return _noted(found, _PLACEHOLDER_NOTE.format(found.text))
    return _add_other(checkout, found, name) if name is not None and found.declared_by == "project.version" else found


def _noted(found: FoundVersion, note: str) -> FoundVersion:
    return replace(found, notes=(*found.notes, note))


def add_ignored(document: Document, found: FoundVersion) -> FoundVersion:
    """Add a note if pyproject.toml says a second time where setuptools finds the version."""
    keys = ("tool", "setuptools", "dynamic", "version")
    if document.get(*keys) is None:
        return found
    return _noted(found, f"{document.place(*keys)} declares the version as well, and setuptools ignores that")


def _add_other(checkout: Checkout, found: FoundVersion, name: FoundName) -> FoundVersion:
    module = re.sub(r"[-.]", "_", name.text)
    if not module.isidentifier():
        return found
    for path in (f"src/{module}/__init__.py", f"{module}/__init__.py"):
        if not checkout.has_file(path):
            continue
        try:
            text = checkout.read_bytes(path).decode("utf-8", "replace")
        except CheckoutError:
            continue
        literals = re.findall(_LITERAL, text.replace("\r\n", "\n"), re.MULTILINE)
        # One plain assignment and no other mention: anything else would need more than a glance.
        if len(literals) == 1 and text.count("__version__") == 1 and literals[0][1] != found.text:
            return _noted(found, f"{checkout.place(path)} says {literals[0][1]!r}")
    return found


def add_crate(checkout: Checkout, document: Document, found: FoundVersion) -> FoundVersion:
    """Add a note where maturin builds a crate that has another version: the project's own is what counts."""
    if not str(document.get("build-system", "build-backend")).startswith("maturin"):
        return found
    from publish_gate.versions import cargo
    from publish_gate.versions.faults import Refusal

    try:
        crate = cargo.read(cargo.manifest(checkout, document))
        # Cargo spells 0.1.0a4 as 0.1.0-alpha.4.
        same = Version(crate.text) == Version(found.text)
    except (Refusal, InvalidVersion):
        return found
    note = f"{crate.place} says {crate.text!r}; what is built has the version of pyproject.toml"
    return found if same else replace(found, notes=(*found.notes, note))
