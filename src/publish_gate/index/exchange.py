"""What is asked of an index and what comes back, as plain values: nothing here opens a connection."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from publish_gate.index.state import Unknown

MEBIBYTE: Final = 1024 * 1024
BODY_LIMIT: Final = 64 * MEBIBYTE
"""The most bytes of an answer that are read, after decompression."""
LIGHT_LIMIT: Final = MEBIBYTE
"""The most bytes of an answer that any number of conversations may hold; for more, one waits for its turn."""
ROOT_LIMIT: Final = 16 * MEBIBYTE
"""The most bytes read of an index's root, which lists every project; a longer one proves nothing."""
PREFIX_LIMIT: Final = 64 * 1024
"""The most bytes read of a page that says that there is none."""

JSON_TYPE: Final = "application/json"
SIMPLE_JSON_TYPE: Final = "application/vnd.pypi.simple.v1+json"
HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml", "application/vnd.pypi.simple.v1+html"})

ACCEPT_JSON: Final = JSON_TYPE
ACCEPT_SIMPLE: Final = f"{SIMPLE_JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
ACCEPT_ANY: Final = (
    f"{SIMPLE_JSON_TYPE}, {JSON_TYPE};q=0.9, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)


class Ask(NamedTuple):
    """One GET request. ``prefix`` is the number of bytes after which reading stops; ``None`` reads all.

    ``etag`` is the mark of an answer that is known already: 304 says that it still holds.
    """

    url: str
    accept: str
    prefix: int | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``url`` is the address that gave it, after redirects, and may be shown.

    ``media_type`` is in lower case, without parameters. ``complete`` is false where reading stopped early.
    ``forwarded`` means a redirect to a public index that was not followed: what that index has is no answer
    about this one. ``framed`` says that the answer's length or its end was announced: without that, one that was
    cut off looks like a whole one. ``retry_after`` and ``etag`` are the headers as they came. ``age`` is the time in
    seconds that the answer has spent in a cache; ``None`` if nothing says that it comes from one.
    """

    url: str
    status: int
    media_type: str = ""
    charset: str | None = None
    body: bytes = b""
    complete: bool = True
    forwarded: bool = False
    framed: bool = True
    retry_after: str | None = None
    etag: str | None = None
    age: int | None = None

    @property
    def is_html(self) -> bool:
        """Whether the answer says that it is a web page."""
        return self.media_type in HTML_TYPES


class Failure(NamedTuple):
    """No answer came; ``may_retry`` says whether asking again may help."""

    unknown: Unknown
    may_retry: bool = False


class Turns:
    """The right to hold more than a little of an answer: so many conversations have it at once."""

    def __init__(self, many: int) -> None:
        self._free = threading.BoundedSemaphore(many)

    def turn(self) -> Turn:
        """Return what one conversation asks for its turn with."""
        return Turn(self._free)


class Turn:
    """One conversation's turn, shared by the threads that ask for it, from the first large answer to its end."""

    def __init__(self, free: threading.BoundedSemaphore) -> None:
        self._free = free
        self._lock = threading.Lock()
        self._held = False
        self.over = False

    def take(self, deadline: float) -> bool:
        """Wait for the turn; false if it did not come before the deadline, in seconds of ``time.monotonic``."""
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return False
        try:
            if not self._held and not self.over:
                self._held = self._free.acquire(timeout=max(0.0, deadline - time.monotonic()))
            return self._held
        finally:
            self._lock.release()

    def end(self) -> None:
        """Let the next one have its turn; whoever still reads for this conversation stops."""
        self.over = True
        with self._lock:
            if self._held:
                self._held = False
                self._free.release()


Send = Callable[[Ask, float], "Answer | Failure"]
"""Sends one request; the second argument is the deadline, in the seconds of the client's clock."""


def age_of(age: str | None, cache: str | None) -> int | None:
    """Read ``Age`` (RFC 9111) and ``X-Cache``: how long a cache has had the answer, ``None`` if it is fresh."""
    text = (age or "").strip()
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_AGE else 0
    hit = "hit" in (cache or "").rpartition(",")[2].lower()
    return seconds if seconds or hit else None


_LONGEST_AGE: Final = 10
_CONTENT_TYPE: Final = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+)\s*(?:;(.*))?", re.DOTALL)
_CHARSET: Final = re.compile(r"""(?:^|;)\s*charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)


def content_type(header: str) -> tuple[str, str | None]:
    """Read a ``Content-Type`` header into its media type ("" if unreadable) and its charset."""
    found = _CONTENT_TYPE.fullmatch(header)
    if found is None:
        return "", None
    charset = _CHARSET.search(found[2] or "")
    return found[1].lower(), charset[1].lower() if charset else None


class RawAnswer(NamedTuple):
    """What came back from a server that is not an index; ``body`` is cut one byte after what was allowed."""

    status: int
    body: bytes


class SendError(Exception):
    """No answer came. The message says why, without the address."""
