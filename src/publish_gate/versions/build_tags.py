"""What setuptools appends to every version it builds: ``tag_build`` and ``tag_date`` of its egg_info command.

Source of the rule: setuptools/command/egg_info.py, ``InfoCommon``: the tag is appended unless the version ends
with it already, and a date makes the version depend on the day of the build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions import setup_cfg
from publish_gate.versions.faults import not_yet_known
from publish_gate.versions.model import FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.toml import Document

_SECTION = "egg_info"
_TABLE = ("tool", "distutils", _SECTION)
_TRUE = frozenset({"1", "y", "yes", "t", "true", "on"})


def apply(
    checkout: Checkout, document: Document | None, found: FoundVersion | VersionFault
) -> FoundVersion | VersionFault:
    """Append to a version of a setuptools project what its build will append; raises Refusal."""
    if isinstance(found, VersionFault):
        return found
    tag, place = _option(checkout, document, "tag_build")
    date, where = _option(checkout, document, "tag_date")
    if date.lower() in _TRUE:
        text = "setuptools appends the day of the build to the version (tag_date)"
        return not_yet_known("clock", text, where)
    if not tag or found.text.endswith(tag):
        return found
    return FoundVersion(f"{found.text}{tag}", found.place, f"{found.declared_by} and tag_build at {place}", found.notes)


def _option(checkout: Checkout, document: Document | None, name: str) -> tuple[str, Place | None]:
    """Give an option of egg_info and where it stands; pyproject.toml is read last, and so it wins."""
    if document is not None:
        for key in (name, name.replace("_", "-")):
            value = document.get(*_TABLE, key)
            if value is not None:
                return str(value).strip(), document.place(*_TABLE, key)
    if setup_cfg.FILE not in checkout.names_in("."):
        return "", None
    cfg = setup_cfg.load(checkout)
    value = cfg.get(_SECTION, name)
    return (value.strip(), cfg.place(_SECTION, name)) if value is not None else ("", None)
