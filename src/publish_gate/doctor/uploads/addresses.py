"""Which index an address or the name of a repository stands for."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from publish_gate.doctor.uploads.model import Index
from publish_gate.hosts import PUBLIC_INDEXES

_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_NAMES = {"pypi": Index.PYPI, "testpypi": Index.TESTPYPI, "pypitest": Index.TESTPYPI}


def index_of_url(url: str) -> Index:
    """Return the index that takes uploads at an address; an empty one is that of the default, PyPI."""
    address = url.strip()
    if not address:
        return Index.PYPI
    host = host_of(address)
    for public in PUBLIC_INDEXES:
        if host in {host_of(public.web), host_of(public.upload)}:
            return Index(public.name)
    return Index.OTHER


def index_of_name(name: str) -> Index | None:
    """Return the index that a name such as ``testpypi`` or ``test-pypi`` means everywhere, None for others."""
    return _NAMES.get(_NOT_LETTERS.sub("", name.lower()))


def is_address(text: str) -> bool:
    """Tell whether a text is an address rather than a name."""
    return "://" in text


def has_credentials(url: str) -> bool:
    """Tell whether an address carries a password."""
    authority = url.partition("://")[2].partition("/")[0]
    return "@" in authority and ":" in authority.rpartition("@")[0]


def host_of(url: str) -> str:
    """Return the host name of an address in lower case, empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
