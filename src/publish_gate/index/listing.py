"""What the root of a Simple API showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from publish_gate.index.state import Api


class Listing(NamedTuple):
    """A root that answers as one; ``names`` are all its projects, ``None`` where only a part was read."""

    api: Api
    names: frozenset[str] | None

    def lists(self, project: str) -> bool:
        """Tell whether the root is known to list a project."""
        return self.names is not None and project in self.names
