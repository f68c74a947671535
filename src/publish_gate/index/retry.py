"""Asks again where that may help, for as long as the deadline allows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.index import unknowns
from publish_gate.index.exchange import Answer, Ask, Failure, Send

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.index.state import Unknown

BACKOFF: Final = (0.5, 1.0)
"""Seconds before the second and the third attempt; there is no fourth."""

_TOO_MANY_REQUESTS: Final = 429
_NOT_NOW: Final = frozenset({408, 425})
_PASSING: Final = frozenset({*_NOT_NOW, 429, 500, 502, 503, 504})
_FORBIDDEN: Final = frozenset({401, 403, 407})
_NOT_IMPLEMENTED: Final = 501
_SERVER_ERRORS: Final = range(500, 600)


class Time(NamedTuple):
    """The clocks: ``monotonic`` and ``wall`` in seconds (the second since 1970, UTC), and how to wait."""

    monotonic: Callable[[], float]
    wall: Callable[[], float]
    sleep: Callable[[float], None]


def ask_until(request: Ask, send: Send, *, deadline: float, time: Time) -> Answer | Unknown:
    """Fetch one answer: at most three attempts, and never a wait that ends after the deadline.

    A status that says why there is no answer (credentials, limits, a failing server) becomes unknown.
    """
    waits = iter(BACKOFF)
    while True:
        reply = send(request, deadline)
        if isinstance(reply, Failure):
            settled: Answer | Unknown = reply.unknown
            passing, retry_after = reply.may_retry, None
        else:
            settled = _settled(reply, request.url)
            passing = reply.status in _PASSING
            retry_after = reply.retry_after if reply.status == _TOO_MANY_REQUESTS else None
        wait = next(waits, math.inf) if passing else math.inf
        if retry_after is not None:
            wait = max(wait, seconds_to_wait(retry_after, time.wall()))
        if time.monotonic() + wait >= deadline:
            return settled
        time.sleep(wait)


def seconds_to_wait(header: str, now: float) -> float:
    """Read ``Retry-After``: seconds or a date (RFC 9110, 10.2.3); infinite where it is neither."""
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return math.inf


def _settled(answer: Answer, url: str) -> Answer | Unknown:
    if answer.status in _FORBIDDEN:
        return unknowns.forbidden(answer.status, url)
    if answer.status in _NOT_NOW:
        return unknowns.not_now(answer, url)
    if answer.status == _TOO_MANY_REQUESTS:
        return unknowns.rate_limited(url)
    if answer.status in _SERVER_ERRORS and answer.status != _NOT_IMPLEMENTED:
        return unknowns.server_error(answer, url)
    return answer
