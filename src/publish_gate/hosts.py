"""The public indexes: the one place in this package that names their addresses."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit


class PublicIndex(NamedTuple):
    """An index everybody knows: its ``name``, the base address of its pages, and where uploads go.

    ``mirrors`` are hosts that answer with what this index has: the names it had before, which lead to it.
    """

    name: str
    web: str
    upload: str
    mirrors: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The host name of its pages, in lower case."""
        return self.web.removeprefix("https://")

    def project_page(self, project: str, version: str | None = None) -> str:
        """Return the address of a project's page, or of the page of one of its versions."""
        return project_page(self.web, project, version)


PYPI: Final = PublicIndex(
    "pypi", "https://pypi.org", "https://upload.pypi.org/legacy/", ("pypi.python.org", "www.pypi.org")
)
TESTPYPI: Final = PublicIndex(
    "testpypi", "https://test.pypi.org", "https://test.pypi.org/legacy/", ("testpypi.python.org",)
)
PUBLIC_INDEXES: Final = (PYPI, TESTPYPI)
_INTERFACES: Final = frozenset({"", "pypi", "pypi/{name}/json", "simple", "simple/{name}"})


def project_page(web: str, project: str, version: str | None = None) -> str:
    """Return ``{web}/project/{project}/{version}/``, without the version where none is given."""
    page = f"{web.rstrip('/')}/project/{quote(project, safe='')}/"
    return page if version is None else f"{page}{quote(version, safe='!+')}/"


def public_base(url: str) -> str | None:
    """Return the base address of the public index that ``url`` asks, by whichever of its interfaces; else None.

    ``url`` may hold ``{name}``. Any other address at these hosts is not known to answer for projects.
    """
    for index in PUBLIC_INDEXES:
        base, separator, path = url.partition(f"{index.web}/") if url != index.web else ("", "/", "")
        if separator and not base and path.strip("/") in _INTERFACES:
            return index.web
    return None


def is_public_host(host: str) -> bool:
    """Tell whether a host name is that of a public index."""
    return host.lower() in {index.host for index in PUBLIC_INDEXES}


def public_name(address: str) -> str | None:
    """Return the name of the public index that an address belongs to, be it for reading or for uploads."""
    host = (urlsplit(address).hostname or "").lower()
    return next(
        (
            index.name
            for index in PUBLIC_INDEXES
            if host in {index.host, urlsplit(index.upload).hostname, *index.mirrors}
        ),
        None,
    )
