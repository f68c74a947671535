"""What the root of a Simple API showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from publish_gate.index.state import Api


class Listing(NamedTuple):
    """A root that answers as one; ``names`` are all its projects, ``None`` if not all of them are known.

    ``named`` says that it calls itself a list of projects: it is that of PEP 691, or titled as an index is. Any
    other may be a web server's list of folders.
    """

    api: Api
    names: frozenset[str] | None
    named: bool = True

    def lists(self, project: str) -> bool:
        """Tell whether the root is known to list a project."""
        return self.names is not None and project in self.names
