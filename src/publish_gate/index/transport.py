"""Speaks HTTP, through ``requests``: the only module that opens a connection."""

from __future__ import annotations

import re
import socket
import ssl
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urldefrag, urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from publish_gate.hosts import is_public_host
from publish_gate.index import unknowns
from publish_gate.index.exchange import (
    BODY_LIMIT,
    LIGHT_LIMIT,
    PREFIX_LIMIT,
    Answer,
    Ask,
    Failure,
    RawAnswer,
    SendError,
    age_of,
    content_type,
)
from publish_gate.index.parts import ONE_OF_SEVERAL, links_to_more
from publish_gate.index.urls import is_loopback, origin, redact, split_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publish_gate.index.addresses import IndexAddress
    from publish_gate.index.exchange import Turn

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_OK: Final = 200
_READ_AS_PREFIX: Final = frozenset({404})
_CHUNK: Final = 256 * 1024
_SMALL_CHUNK: Final = 8 * 1024
# Others were not asked for, and unpack to far more than they weigh; so do several on top of each other.
_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_NO_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})\b")
_NO_CERTIFICATES: Final = "[X509"
_UNUSABLE_PROXY: Final = (
    requests.exceptions.InvalidProxyURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.ProxySchemeUnknown,
)
_UNKNOWN_HOST: Final = "its host name is not known"
_REFUSED: Final = "the connection was refused"
_PROXY_FAULTS: Final = {_UNKNOWN_HOST: "has a host name that is not known", _REFUSED: "refused the connection"}
_PROXY_WANTS_CREDENTIALS: Final = re.compile(r"Tunnel connection failed: 407\b")
_MOST_CAUSES: Final = 10
# Not urllib3's TimeoutError: its first major version made a refused connection one.
_TIMEOUTS: Final = (TimeoutError, requests.Timeout, urllib3.exceptions.ReadTimeoutError)


def new_session(parallel: int) -> requests.Session:
    """Return a session whose pools hold a connection for each of ``parallel`` conversations."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=parallel, pool_maxsize=parallel))
    return session


class _Redirect(NamedTuple):
    """An answer that sends elsewhere; ``location`` is the header as it came."""

    status: int
    location: str


class Transport:
    """Sends the requests of all conversations with the index at ``address``, from any thread."""

    def __init__(self, session: requests.Session, address: IndexAddress, *, timeout: float, user_agent: str) -> None:
        self._session = session
        self._timeout = timeout
        self._origin = origin(address.url.replace("{name}", "name"))
        self._auth = None if address.credentials is None else _basic(*address.credentials)
        self._user_agent = user_agent
        self._settings: dict[tuple[str, str, int], Mapping[str, Any]] = {}

    def send(self, ask: Ask, deadline: float, turn: Turn | None = None) -> Answer | Failure:
        """Send a request and follow its redirects; ``deadline`` in seconds of ``time.monotonic``.

        ``turn`` is taken for an answer that is not a light one.
        """
        url = ask.url
        for _ in range(_MOST_REDIRECTS + 1):
            if time.monotonic() >= deadline:
                return Failure(unknowns.timeout(ask.url, self._timeout))
            try:
                reply = self._step(ask, url, deadline, turn)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
                return self._failure(fault, ask.url, has_proxy=self._has_proxy(url))
            if not isinstance(reply, _Redirect):
                return reply
            try:
                target = _redirect_target(url, reply.location)
            except ValueError as fault:
                return Failure(unknowns.redirect_refused(ask.url, str(fault)))
            if self._leaves_for_public_index(target):
                return Answer(redact(url), reply.status, forwarded=True)
            url = target
        return Failure(unknowns.redirect_refused(ask.url, f"more than {_MOST_REDIRECTS} redirects"))

    def _step(self, ask: Ask, url: str, deadline: float, turn: Turn | None) -> Answer | Failure | _Redirect:
        """Send one request."""
        # The adapter is called without the session around it: that would read redirects' bodies without a
        # bound, keep cookies, and take credentials from ~/.netrc.
        request = requests.Request("GET", url, headers=self._headers(ask), auth=self._auth_for(url)).prepare()
        remaining = max(deadline - time.monotonic(), 0.001)
        settings = self._settings_for(url)
        # Plain http, which is for loopback only, needs no certificates.
        if url.startswith("https:") and isinstance(settings["verify"], str) and not Path(settings["verify"]).exists():
            raise _CertificatesError
        response = self._session.get_adapter(url).send(
            request,
            stream=True,
            timeout=(remaining, remaining),
            verify=True if settings["verify"] is None else settings["verify"],
            cert=settings["cert"],
            proxies=settings["proxies"],
        )
        with response:
            location = response.headers.get("Location")
            if response.status_code in _REDIRECTS and location:
                return _Redirect(response.status_code, location)
            return self._answer(ask, url, response, deadline, turn)

    def _settings_for(self, url: str) -> Mapping[str, Any]:
        """Return the proxies and certificates that the environment sets for a server.

        They stay the same for a run; `requests` would walk through the whole environment for every request.
        """
        server = origin(url)
        if server not in self._settings:
            settings = self._session.merge_environment_settings(url, {}, True, None, None)  # noqa: FBT003 - the signature of requests
            if is_loopback(server[1]):
                settings["proxies"] = {}
            self._settings[server] = settings
        return self._settings[server]

    def _headers(self, ask: Ask) -> Mapping[str, str]:
        return {
            "Accept": ask.accept,
            # The beginning of a page is asked for as it is: what is read is then what was sent.
            "Accept-Encoding": "identity" if ask.prefix else "gzip",
            "Cache-Control": "max-age=0",
            "User-Agent": self._user_agent,
            **({"If-None-Match": ask.etag} if ask.etag is not None else {}),
        }

    def _auth_for(self, url: str) -> HTTPBasicAuth | None:
        return self._auth if origin(url) == self._origin else None

    def _leaves_for_public_index(self, target: str) -> bool:
        host = origin(target)[1]
        return host != self._origin[1] and is_public_host(host)

    def _answer(
        self, ask: Ask, url: str, response: requests.Response, deadline: float, turn: Turn | None
    ) -> Answer | Failure:
        media_type, charset = content_type(response.headers.get("Content-Type", ""))
        status, body, complete = response.status_code, b"", True
        if status == _OK or status in _READ_AS_PREFIX:
            encoding = response.headers.get("Content-Encoding", "").strip().lower()
            if encoding not in _PLAIN | _GZIP:
                return Failure(unknowns.malformed(ask.url, "answered in a compression that was not asked for"))
            prefix = ask.prefix if status == _OK else PREFIX_LIMIT
            # As it comes: `requests` takes half of a compressed body for a whole one.
            chunks = response.raw.stream(_CHUNK, decode_content=False)
            read = _read(_unpacked(chunks) if encoding in _GZIP else chunks, prefix, deadline, turn)
            if read is None:
                return Failure(unknowns.timeout(ask.url, self._timeout))
            body, complete = read
            if prefix is None and not complete:
                return Failure(unknowns.too_large(ask.url))
            if links_to_more(response.headers.get("Link", "")):
                complete = False
                if prefix is None:
                    return Failure(unknowns.malformed(ask.url, ONE_OF_SEVERAL))
        return Answer(
            url=redact(url),
            status=status,
            media_type=media_type,
            charset=charset,
            body=body,
            complete=complete,
            framed="Content-Length" in response.headers or "Transfer-Encoding" in response.headers,
            retry_after=response.headers.get("Retry-After"),
            etag=response.headers.get("ETag"),
            age=age_of(response.headers.get("Age"), response.headers.get("X-Cache")),
        )

    def _has_proxy(self, url: str) -> bool:
        return bool(requests.utils.select_proxy(url, self._settings_for(url)["proxies"]))

    def _failure(self, fault: Exception, url: str, *, has_proxy: bool) -> Failure:
        """Say in the index's terms what went wrong on the way."""
        causes = tuple(_causes(fault))
        said = unknowns.timeout(url, self._timeout)
        if isinstance(fault, _PackingError):
            said = unknowns.malformed(url, str(fault))
        elif isinstance(fault, _CertificatesError) or any(_NO_CERTIFICATES in str(cause) for cause in causes):
            said = unknowns.without_certificates(url)
        elif any(isinstance(cause, _TIMEOUTS) for cause in causes):
            pass
        elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            said = unknowns.untrusted(url)
        elif isinstance(fault, urllib3.exceptions.ProtocolError):
            # `requests` has words of its own for what breaks before the answer's head is there.
            said = unknowns.truncated(url)
        elif any(_PROXY_WANTS_CREDENTIALS.search(str(cause)) for cause in causes):
            said = unknowns.forbidden(407, url)
        else:
            by_proxy = _of_proxy(fault, causes) if has_proxy else ""
            what = unknowns.proxy(url, by_proxy) if by_proxy else unknowns.unreachable(url, _reason(causes))
            return Failure(what, may_retry=True)
        return Failure(said)


def _basic(user: str, password: str) -> HTTPBasicAuth:
    return HTTPBasicAuth(user.encode(), password.encode())


def _redirect_target(source: str, location: str) -> str:
    """Return the address that is asked next; only https leads on, or http within this machine.

    Raises ``ValueError`` with the reason for not going there.
    """
    try:
        target = urldefrag(urljoin(source, location)).url
        parts = split_url(target)
    except ValueError:
        raise ValueError("to an address that may not be asked (only https:// leads on)") from None
    if "@" in parts.netloc:
        raise ValueError("to an address with credentials in it")
    if parts.scheme == "http" and split_url(source).scheme == "https":
        raise ValueError("from https:// to http://")
    return target


class _CertificatesError(ValueError):
    """The certificates that the environment names are not there."""


class _PackingError(ValueError):
    """A compressed body that cannot be unpacked to its end; the text completes "ADDRESS …"."""


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack a gzip body, of one member or several, in pieces of bounded size. Raises ``_PackingError``."""
    inflate = zlib.decompressobj(_GZIP_WINDOW)
    for chunk in chunks:
        rest = chunk
        while rest:
            if inflate.eof:
                rest = rest.lstrip(b"\0")
                inflate = zlib.decompressobj(_GZIP_WINDOW) if rest else inflate
                continue
            try:
                piece = inflate.decompress(rest, _CHUNK)
            except zlib.error:
                raise _PackingError("answered with compressed data that cannot be unpacked") from None
            rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            yield piece
    if not inflate.eof:
        raise _PackingError("answered with compressed data whose end is missing")


def _read(
    chunks: Iterator[bytes], prefix: int | None, deadline: float, turn: Turn | None = None
) -> tuple[bytes, bool] | None:
    """Read a body up to a limit: the bytes and whether they are all; ``None`` at the deadline."""
    limit = BODY_LIMIT if prefix is None else prefix
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        pieces.append(chunk[: limit - size])
        size += len(chunk)
        if size > limit or (prefix is not None and size == limit):
            # Of a body that is too long nothing is used; of a prefix, its beginning.
            return b"" if prefix is None else b"".join(pieces), False
        late = time.monotonic() >= deadline or (turn is not None and turn.over)
        if late or (turn is not None and size > LIGHT_LIMIT and not turn.take(deadline)):
            return None
    return b"".join(pieces), True


def _of_proxy(fault: Exception, causes: tuple[BaseException, ...]) -> str:
    """Say what the proxy did, if it is what failed; empty if that is not known."""
    if isinstance(fault, _UNUSABLE_PROXY):
        return "cannot be used: its address is not one of a proxy that is understood"
    tunnel = next(filter(None, (_NO_TUNNEL.search(str(cause)) for cause in causes)), None)
    if tunnel is not None:
        return f"made no connection: it answered with status {tunnel[1]}"
    return _PROXY_FAULTS.get(_reason(causes), "")


def _reason(causes: tuple[BaseException, ...]) -> str:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _UNKNOWN_HOST
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return _REFUSED
    if any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in causes):
        return "no secure connection could be agreed on (TLS)"
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes):
        return "the proxy on the way made no connection"
    return "the connection broke before an answer came"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Walk from an error of ``requests`` to the one of the system beneath it."""
    for _ in range(_MOST_CAUSES):
        yield fault
        inner = [fault.__cause__, getattr(fault, "reason", None), *fault.args, fault.__context__]
        following = next((cause for cause in inner if isinstance(cause, BaseException)), None)
        if following is None:
            return
        fault = following


def send_once(url: str, headers: Mapping[str, str], timeout: float, largest: int) -> RawAnswer:
    """Ask a server that is not an index, once, and wait no longer than ``timeout`` seconds in all.

    Of its answer ``largest`` bytes and one more are read. The time-outs of ``requests`` are for each read: a server
    that sends a byte now and then would hold it for hours. Raises ``SendError``.
    """
    import queue
    import threading

    outcome: queue.SimpleQueue[RawAnswer | Exception] = queue.SimpleQueue()

    def body() -> None:
        try:
            outcome.put(_exchange(url, headers, timeout, largest))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without its text
            outcome.put(error)

    threading.Thread(target=body, name="publish-gate-once", daemon=True).start()
    try:
        reply = outcome.get(timeout=timeout)
    except queue.Empty:
        raise SendError("no answer came in time") from None
    if isinstance(reply, Exception):
        # Its message would hold the address, which is nobody's business.
        raise SendError(_short_reason(reply)) from None
    return reply


def _exchange(url: str, headers: Mapping[str, str], timeout: float, largest: int) -> RawAnswer:
    """Send the request and read the answer: no redirects, no cookies, no credentials of the machine."""
    with requests.Session() as session:
        request = requests.Request("GET", url, headers=dict(headers)).prepare()
        settings: Mapping[str, Any] = session.merge_environment_settings(url, {}, True, None, None)  # noqa: FBT003 - the signature of requests
        local = is_loopback(split_url(url).hostname or "")
        # The adapter by itself: the session would follow redirects, and read ~/.netrc.
        response = session.get_adapter(url).send(
            request,
            stream=True,
            timeout=(timeout, timeout),
            verify=settings["verify"],
            cert=settings["cert"],
            proxies={} if local else settings["proxies"],
        )
        with response:
            body = bytearray()
            for chunk in response.iter_content(_SMALL_CHUNK):
                body += chunk
                if len(body) > largest:
                    break
            return RawAnswer(response.status_code, bytes(body[: largest + 1]))


def _short_reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | requests.Timeout):
        return "no answer came in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection could be agreed on (TLS)"
    return "the connection failed"
