"""Which web addresses may be asked at all, and how they may be shown."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

# RFC 3986: unreserved, reserved and percent. Everything else (spaces, control characters, backslashes,
# letters outside ASCII) is read in different ways by different programs, so that it is refused.
_URL: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_LOOPBACK: Final = re.compile(r"localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|::1")


def split_url(text: str) -> SplitResult:
    """Split an address that may be asked: ``https://`` anywhere, ``http://`` on this machine only.

    Raises ``ValueError`` with a message that holds no part of the address, as it may hold a password.
    """
    if not _URL.fullmatch(text):
        what = "is empty" if not text else "holds a space or another character that no web address has"
        raise ValueError(f"it {what}")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read (a port is a number up to 65535)") from None
    if parts.scheme not in {"https", "http"} or "://" not in text:
        raise ValueError("it does not start with https://")
    if not host:
        raise ValueError("it names no host")
    if not _HOST.fullmatch(host) or port == 0:
        raise ValueError("its host or port cannot be read (a port is a number from 1 to 65535)")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("it starts with http://, which anybody on the way can change: write https://")
    return parts


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: ``localhost``, 127.0.0.0/8 or ``::1``."""
    return _LOOPBACK.fullmatch(host) is not None


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what two addresses must share for credentials to go to both."""
    parts = split_url(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def redact(url: str) -> str:
    """Return an address as it may be shown: without credentials and query, which may hold a token."""
    head, mark, _query = url.partition("?")
    scheme, separator, rest = head.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}{'?…' if mark else ''}"
