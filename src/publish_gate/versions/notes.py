"""Remarks on a version that is certain, such as that the module beside it says something else."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions.faults import is_placeholder
from publish_gate.versions.model import FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.model import FoundName

_LITERAL = r"""^__version__\s*=\s*(["'])([^"'\n]{1,100})\1[ \t]*(?:#.*)?$"""


_PLACEHOLDER_NOTE = (
    "{} looks like a placeholder; if the workflow puts the real version in its place, hand that over with the input "
    "`version`"
)


def add(checkout: Checkout, found: FoundVersion | VersionFault, name: FoundName | None) -> FoundVersion | VersionFault:
    """Add a note if the version is a placeholder, or if the project's own module has another ``__version__``."""
    if isinstance(found, VersionFault):
        return found
    if is_placeholder(found.text):
        note = _PLACEHOLDER_NOTE.format(found.text)
        return dataclasses.replace(found, notes=(*found.notes, note))
    return _add_other(checkout, found, name) if name is not None and found.declared_by == "project.version" else found


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
            note = f"{checkout.place(path)} says {literals[0][1]!r}"
            return dataclasses.replace(found, notes=(*found.notes, note))
    return found
