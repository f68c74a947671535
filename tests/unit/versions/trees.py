"""Little projects on disk, for tests that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.checkout import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def plant(folder: Path, files: Mapping[str, str | bytes], base: str = ".") -> Checkout:
    """Write files below a folder and open it as a checkout whose package lies in ``base``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Checkout.open(folder, base)
