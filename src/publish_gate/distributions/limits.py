"""How far an archive is read: no file may push the run over these limits."""

from __future__ import annotations

import time
from typing import Final

CHUNK: Final = 1024 * 1024
"""Bytes that are read at a time."""
MAX_FILES: Final = 1000
"""Files in the folder."""
MAX_FILE: Final = 2 * 1024 * 1024 * 1024
"""Bytes of one file; what is larger is not read."""
MAX_METADATA: Final = 1024 * 1024
"""Bytes of one file of metadata inside an archive."""
MAX_RECORD: Final = 16 * 1024 * 1024
"""Bytes of a wheel's list of files, and of the directory of a zip file."""
MAX_MEMBERS: Final = 50_000
"""Entries of one archive: five times those of the largest wheels."""
MAX_NAMES: Final = 16 * 1024 * 1024
"""Characters of all names in one archive."""
MAX_UNPACKED: Final = 1024 * 1024 * 1024
"""Bytes of an sdist, unpacked, gone through and never kept."""
SECONDS: Final = 240.0
"""For all files of a folder."""


class BrokenArchiveError(ValueError):
    """An archive that cannot be read; the text completes "FILE …"."""


class Deadline:
    """Ends the reading of a folder that takes too long."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """Raise `BrokenArchiveError` once the time is over."""
        if time.monotonic() > self._end:
            raise BrokenArchiveError(f"was not read to its end: all files together took {self._seconds:g} s")


def short(name: str) -> str:
    """Quote a name of an archive for a message."""
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}...")


_SHOWN: Final = 80
