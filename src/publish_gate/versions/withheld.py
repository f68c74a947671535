"""Finds out whether a project says of itself that it is not published, and where it says so."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions.faults import Refusal
from publish_gate.versions.model import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.toml import Document

_SWITCHES: tuple[tuple[tuple[str, ...], bool, str], ...] = (
    (("tool", "uv", "package"), False, "uv does not build it as a package"),
    (("tool", "poetry", "package-mode"), False, "poetry refuses to build it"),
    (("tool", "pdm", "distribution"), False, "pdm does not treat it as a distribution"),
    (("tool", "rye", "virtual"), True, "rye does not build it as a package"),
)
_CLASSIFIERS = (
    ("project", "classifiers"),
    ("tool", "poetry", "classifiers"),
    ("tool", "flit", "metadata", "classifiers"),
)
_PRIVATE = re.compile(r"\s*private\s*::", re.IGNORECASE)
_SELECT = "select a package with `working-directory`, or list them in the config file"
_SHOWN = 10


def find(checkout: Checkout, document: Document | None) -> Withheld | None:
    """Say what keeps a project from being published; None if nothing does."""
    for keys, value, meaning in _SWITCHES if document is not None else ():
        if document is not None and document.get(*keys) is value:
            *table, key = keys
            said = f"`{key} = {str(value).lower()}` in [{'.'.join(table)}]"
            members = workspace_members(document)
            advice = f"Remove {said} if it should be published."
            if members:
                advice = f"It is the root of a uv workspace ({members}): {_SELECT}. {advice}"
            return Withheld(f"the project is not a package: {said}, so {meaning}", advice, document.place(*keys))
    place = _private(checkout, document)
    if place is None:
        return None
    text = "the project has a classifier that begins with `Private ::`, and the public indexes refuse those"
    return Withheld(text, "Remove the classifier if it should be published.", place, by_public_indexes=True)


def workspace_members(document: Document) -> str:
    """List the members of a uv workspace whose root this is; an empty text if it is none."""
    patterns = document.get("tool", "uv", "workspace", "members")
    found: list[str] = []
    for pattern in patterns if isinstance(patterns, list) else []:
        folder, _, last = str(pattern).rstrip("/").rpartition("/")
        if last == "*" and "*" not in folder:
            found += [posixpath.join(folder, name) for name in _projects(document.checkout, folder or ".")]
        else:
            found.append(str(pattern))
    more = ", ..." if len(found) > _SHOWN else ""
    return f"members: {', '.join(found[:_SHOWN])}{more}" if found else ""


def _projects(checkout: Checkout, folder: str) -> list[str]:
    try:
        names = checkout.names_in(folder)
    except CheckoutError:
        return []
    return [name for name in names if checkout.has_file(posixpath.join(folder, name, "pyproject.toml"))]


def _private(checkout: Checkout, document: Document | None) -> Place | None:
    """Find a classifier that indexes refuse: in pyproject.toml, setup.cfg or setup.py."""
    for keys in _CLASSIFIERS if document is not None else ():
        listed = document.get(*keys) if document is not None else None
        private = _first_private(listed)
        if document is not None and private is not None:
            return checkout.place(document.path, _line_of(document.text, private)) if private else document.place(*keys)
    names = checkout.names_in(".")
    if "setup.cfg" in names and (found := _in_setup_cfg(checkout)) is not None:
        return found
    # Reading a setup.py takes its time, and is done once more for the version.
    if "setup.py" in names and _PRIVATE.search(checkout.read_bytes("setup.py").decode("utf-8", "replace")):
        from publish_gate.versions import setup_py

        return setup_py.load(checkout).private
    return None


def _first_private(listed: object) -> str | None:
    texts: Iterable[object] = listed if isinstance(listed, list | tuple) else ()
    return next(
        (text for text in texts if isinstance(text, str) and text.strip().lower().startswith("private ::")), None
    )


def _in_setup_cfg(checkout: Checkout) -> Place | None:
    from publish_gate.versions import setup_cfg

    try:
        cfg = setup_cfg.load(checkout)
        listed = [*cfg.list("metadata", "classifiers"), *cfg.list("metadata", "classifier")]
    except Refusal:
        return None  # what is wrong with the file is said where its version is looked for
    private = _first_private(listed)
    return checkout.place(setup_cfg.FILE, _line_of(cfg.text, private)) if private is not None else None


def _line_of(text: str, part: str) -> int | None:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    return lines[0] if len(lines) == 1 else None
