"""Print what CHANGELOG.md says about a version: ``python scripts/release_notes.py 1.2.3``."""

from __future__ import annotations

import re
import sys

from environment import TOP


def notes(changelog: str, version: str) -> str:
    """Return the section of a version, without its heading; raises ``KeyError`` where there is none."""
    parts = re.split(r"^## \[([^\]]+)\].*$", changelog, flags=re.MULTILINE)
    # The references at the end of the file belong to no version.
    return re.sub(
        r"^\[[^\]]+\]: .*$", "", dict(zip(parts[1::2], parts[2::2], strict=True))[version], flags=re.MULTILINE
    ).strip()


if __name__ == "__main__":
    try:
        print(notes((TOP / "CHANGELOG.md").read_text("utf-8"), sys.argv[1]))
    except (KeyError, IndexError):
        sys.exit("CHANGELOG.md has no section for that version")
