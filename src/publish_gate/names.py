"""The names of projects: what an index can host, and when two spellings are one name.

Rules: "Names and normalization" of the packaging specifications. Its six lines stand here because the module
of `packaging` that has them costs a tenth of a run to import.
"""

from __future__ import annotations

import re

_VALID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_SEPARATORS = re.compile(r"[-_.]+")
_LONGEST = 214


def is_project_name(text: str) -> bool:
    """Whether ``text`` is a name an index can host."""
    return len(text) <= _LONGEST and _VALID.match(text) is not None


def normalize_name(text: str) -> str:
    """Return the form in which equal names are equal texts: ``My_Pkg`` and ``my.pkg`` are ``my-pkg``."""
    return _SEPARATORS.sub("-", text).lower()
