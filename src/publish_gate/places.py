"""Where something was found, so that every message can point at it."""

from __future__ import annotations

from publish_gate.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file of the checkout.

    ``path`` is relative to the root of the checkout and written with ``/``. ``line`` and ``column`` count
    from 1; ``None`` where only the file (or only the line) is known.
    """

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.path, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)
