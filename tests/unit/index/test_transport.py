"""Requests, redirects, credentials, limits and errors, over an adapter that opens no connection."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import time
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
import requests
import urllib3
from requests.adapters import BaseAdapter

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.index import Absent, IndexAddress, UnknownCause, fetch_project
from publish_gate.index.exchange import ACCEPT_JSON, LIGHT_LIMIT, PREFIX_LIMIT, Answer, Ask, Failure, Turns
from publish_gate.index.transport import Transport, new_session

AGENT = "publish-gate/0 (tests)"
BASE = "https://i.example"
URL = "https://i.example/x"


@dataclass
class Scripted(BaseAdapter):
    """Answers from a table of addresses; an error in it is raised."""

    replies: dict[str, tuple[int, dict[str, str], bytes] | Exception]
    asked: list[requests.PreparedRequest] = field(default_factory=list)
    proxies: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def send(self, request: requests.PreparedRequest, *_args: object, **settings: object) -> requests.Response:
        """Give the reply of the table."""
        assert settings["stream"]
        assert settings["verify"]
        assert settings["cert"] is None
        connecting, reading = cast("tuple[float, float]", settings["timeout"])
        assert 0 < connecting == reading <= 5
        self.asked.append(request)
        self.proxies.append(settings["proxies"])
        reply = self.replies[request.url or ""]
        if isinstance(reply, Exception):
            raise reply
        status, headers, body = reply
        response = requests.Response()
        response.status_code = status
        response.headers.update(headers)
        response.raw = urllib3.HTTPResponse(
            io.BytesIO(body), headers, status, preload_content=False, enforce_content_length=True
        )
        return response

    def close(self) -> None:
        """Nothing is open."""


def scripted(replies: dict[str, tuple[int, dict[str, str], bytes] | Exception]) -> tuple[requests.Session, Scripted]:
    session, adapter = requests.Session(), Scripted(replies)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session, adapter


def with_secret(base: str) -> IndexAddress:
    return replace(IndexAddress.parse(base), credentials=("user", "secret"))


def send(
    replies: dict[str, tuple[int, dict[str, str], bytes] | Exception],
    *,
    url: str = URL,
    base: str = BASE,
    prefix: int | None = None,
    seconds: float = 5,
) -> tuple[Answer | Failure, Scripted]:
    session, adapter = scripted(replies)
    transport = Transport(session, with_secret(base), timeout=5, user_agent=AGENT)
    return transport.send(Ask(url, ACCEPT_JSON, prefix), time.monotonic() + seconds), adapter


def test_a_request_says_who_asks_and_for_what() -> None:
    reply, adapter = send({URL: (200, {"Content-Type": "application/json; charset=UTF-8"}, b"{}")})
    assert reply == Answer(URL, 200, "application/json", "utf-8", b"{}", framed=False)
    headers = adapter.asked[0].headers
    assert headers["User-Agent"] == AGENT
    assert headers["Accept"] == ACCEPT_JSON
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Authorization"].startswith("Basic ")
    assert "Cookie" not in headers


def moved(location: str, status: int = 302) -> tuple[int, dict[str, str], bytes]:
    return status, {"Location": location}, b""


OK = (200, {"Content-Type": "application/json"}, b"{}")


@pytest.mark.parametrize(
    ("source", "location", "target"),
    [
        pytest.param(URL, "/y", "https://i.example/y", id="a path"),
        pytest.param(URL, "https://i.example/y#z", "https://i.example/y", id="a fragment"),
        pytest.param(URL, "https://cdn.example/y", "https://cdn.example/y", id="another host"),
        pytest.param("http://localhost/x", "http://127.0.0.1:81/y", "http://127.0.0.1:81/y", id="loopback"),
        pytest.param("http://localhost/x", "https://i.example/y", "https://i.example/y", id="up to https"),
    ],
)
def test_redirects_that_are_followed(source: str, location: str, target: str) -> None:
    reply, adapter = send({source: moved(location), target: OK}, url=source)
    assert isinstance(reply, Answer)
    assert reply.url == target
    assert [request.url for request in adapter.asked] == [source, target]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_is_one(status: int) -> None:
    reply, _ = send({URL: moved("/y", status), "https://i.example/y": OK})
    assert isinstance(reply, Answer)
    assert reply.status == 200


def test_a_redirect_without_an_address_is_an_answer() -> None:
    reply, _ = send({URL: (302, {}, b"")})
    assert isinstance(reply, Answer)
    assert reply.status == 302


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://i.example/y", id="down to http"),
        pytest.param("http://127.0.0.1/y", id="down to http on this machine"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("https://[", id="no address"),
        pytest.param("https://u:p@other.example/", id="credentials"),
        pytest.param("https://other.example/\xe9", id="a letter outside ASCII"),
        pytest.param("/x", id="itself, for ever"),
    ],
)
def test_redirects_that_are_refused(location: str) -> None:
    reply, _ = send({URL: moved(location)})
    assert isinstance(reply, Failure)
    assert reply.unknown.cause is UnknownCause.REDIRECT_REFUSED
    assert not reply.may_retry


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        pytest.param("https://i.example/y", True, id="to the same place"),
        pytest.param("https://i.example:8443/y", False, id="not to another port"),
        pytest.param("https://other.example/y", False, id="not to another host"),
    ],
)
def test_credentials_stay_with_their_host(target: str, sent: bool) -> None:
    _, adapter = send({URL: moved(target), target: OK})
    assert ("Authorization" in adapter.asked[1].headers) is sent


def test_a_public_index_is_not_asked_in_the_name_of_another() -> None:
    reply, adapter = send({URL: moved(f"{PYPI.web}/simple/demo/", 303)})
    assert reply == Answer(URL, 303, forwarded=True)
    assert len(adapter.asked) == 1


def test_a_public_index_may_redirect_within_itself() -> None:
    source, target = f"{TESTPYPI.web}/pypi/De.mo/json", f"{TESTPYPI.web}/pypi/de-mo/json"
    reply, _ = send({source: moved(target), target: OK}, url=source, base=TESTPYPI.web)
    assert isinstance(reply, Answer)
    assert not reply.forwarded


@pytest.mark.parametrize(("url", "proxied"), [("http://127.0.0.1/x", False), ("http://[::1]/x", False), (URL, True)])
def test_proxies_are_for_what_is_not_on_this_machine(url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "")
    _, adapter = send({url: OK}, url=url)
    assert bool(adapter.proxies[0]) is proxied


@pytest.mark.parametrize(
    ("headers", "body", "cause"),
    [
        pytest.param({"Content-Encoding": "br"}, b"x", UnknownCause.MALFORMED, id="not asked for"),
        pytest.param({"Content-Encoding": "gzip, gzip"}, b"x", UnknownCause.MALFORMED, id="twice packed"),
        pytest.param({"Content-Encoding": "gzip"}, b"no gzip", UnknownCause.MALFORMED, id="not packed"),
        pytest.param({"Content-Encoding": "deflate"}, b"x", UnknownCause.MALFORMED, id="packed in another way"),
        pytest.param({"Content-Encoding": "gzip"}, b"", UnknownCause.MALFORMED, id="nothing at all"),
        pytest.param(
            {"Content-Encoding": "gzip", "Content-Length": "40"},
            gzip.compress(bytes(range(256)) * 100)[:40],
            UnknownCause.MALFORMED,
            id="half of what was packed, and a length that fits",
        ),
        pytest.param(
            {"Content-Encoding": "gzip"},
            gzip.compress(b"{}") + b"more",
            UnknownCause.MALFORMED,
            id="packed, and something behind it",
        ),
        pytest.param({"Link": '<x?page=2>; rel="next"'}, b"{}", UnknownCause.MALFORMED, id="one page of several"),
        pytest.param({"Content-Length": "9"}, b"short", UnknownCause.TRUNCATED, id="shorter than announced"),
        pytest.param(
            {"Content-Encoding": "gzip"},
            gzip.compress(bytes(65 * 1024 * 1024), 1),
            UnknownCause.TOO_LARGE,
            id="a bomb",
        ),
    ],
)
def test_bodies_that_cannot_be_used(headers: dict[str, str], body: bytes, cause: UnknownCause) -> None:
    reply, _ = send({URL: (200, headers, body)})
    assert isinstance(reply, Failure)
    assert reply.unknown.cause is cause


def test_a_list_that_goes_on_elsewhere_is_not_complete() -> None:
    reply, _ = send({URL: (200, {"Link": "<x?page=2>; rel=next"}, b"{}")}, prefix=100)
    assert isinstance(reply, Answer)
    assert not reply.complete


@pytest.mark.parametrize(
    ("packed", "body"),
    [
        pytest.param(gzip.compress(b"{}"), b"{}", id="one piece"),
        pytest.param(gzip.compress(b"{") + gzip.compress(b"}"), b"{}", id="two pieces"),
        pytest.param(gzip.compress(b"{}") + bytes(100), b"{}", id="padded with zeros"),
        pytest.param(gzip.compress(bytes(10**6)), bytes(10**6), id="more than is unpacked at once"),
    ],
)
def test_packed_bodies_are_unpacked(packed: bytes, body: bytes) -> None:
    reply, _ = send({URL: (200, {"Content-Encoding": "gzip"}, packed)})
    assert isinstance(reply, Answer)
    assert reply.body == body


@pytest.mark.parametrize(
    ("status", "length", "prefix", "read", "complete"),
    [
        pytest.param(200, 1000, PREFIX_LIMIT, 1000, True, id="a short root is read to its end"),
        pytest.param(200, 10**6, PREFIX_LIMIT, PREFIX_LIMIT, False, id="of a long root the beginning"),
        pytest.param(200, 10**6, None, 10**6, True, id="a page is read to its end"),
        pytest.param(404, 10**6, None, PREFIX_LIMIT, False, id="of a long 404 the beginning"),
        pytest.param(503, 10**6, None, 0, True, id="of other answers nothing"),
    ],
)
def test_how_much_is_read(status: int, length: int, prefix: int | None, read: int, complete: bool) -> None:
    reply, adapter = send({URL: (status, {}, bytes(length))}, prefix=prefix)
    assert isinstance(reply, Answer)
    assert (len(reply.body), reply.complete) == (read, complete)
    assert (adapter.asked[0].headers["Accept-Encoding"] == "identity") is (prefix is not None)


def test_nothing_is_sent_after_the_deadline() -> None:
    reply, adapter = send({URL: OK}, seconds=0)
    assert isinstance(reply, Failure)
    assert reply.unknown.cause is UnknownCause.TIMEOUT
    assert not adapter.asked


def test_reading_stops_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def tick() -> float:
        now[0] += 1
        return now[0]

    session, _ = scripted({URL: (200, {}, bytes(10**6))})
    transport = Transport(session, IndexAddress.parse(BASE), timeout=5, user_agent=AGENT)
    monkeypatch.setattr(time, "monotonic", tick)
    reply = transport.send(Ask(URL, ACCEPT_JSON), 5)
    assert isinstance(reply, Failure)
    assert reply.unknown.cause is UnknownCause.TIMEOUT


def caused(outer: Exception, inner: BaseException) -> Exception:
    outer.__cause__ = inner
    return outer


CERTIFICATE = ssl.SSLCertVerificationError("self-signed")
CIRCLE = ValueError("circle")
CIRCLE.__context__ = caused(ValueError("half of it"), CIRCLE)


@pytest.mark.parametrize(
    ("fault", "cause", "words", "may_retry"),
    [
        pytest.param(requests.ConnectTimeout(), UnknownCause.TIMEOUT, "within 5 s", False, id="connecting"),
        pytest.param(requests.ReadTimeout(), UnknownCause.TIMEOUT, "within 5 s", False, id="waiting"),
        pytest.param(
            requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(None, "", "")),  # type: ignore[arg-type]
            UnknownCause.TIMEOUT,
            "within 5 s",
            False,
            id="waiting for the rest of a body",
        ),
        pytest.param(
            requests.exceptions.SSLError(urllib3.exceptions.SSLError(CERTIFICATE)),
            UnknownCause.UNREACHABLE,
            "certificate",
            False,
            id="a certificate that is not accepted",
        ),
        pytest.param(
            requests.exceptions.SSLError("wrong version number"),
            UnknownCause.UNREACHABLE,
            "TLS",
            True,
            id="no TLS",
        ),
        pytest.param(
            caused(requests.ConnectionError(), socket.gaierror()),
            UnknownCause.UNREACHABLE,
            "host name",
            True,
            id="an unknown host",
        ),
        pytest.param(
            requests.ConnectionError(caused(urllib3.exceptions.ProtocolError("x"), ConnectionRefusedError())),
            UnknownCause.UNREACHABLE,
            "refused",
            True,
            id="a refused connection",
        ),
        pytest.param(
            requests.ConnectionError(ConnectionResetError()),
            UnknownCause.UNREACHABLE,
            "broke",
            True,
            id="a reset connection",
        ),
        pytest.param(requests.exceptions.ProxyError("x"), UnknownCause.UNREACHABLE, "proxy", True, id="a broken proxy"),
        pytest.param(
            requests.exceptions.ProxyError(OSError("Tunnel connection failed: 407 Proxy Auth")),
            UnknownCause.FORBIDDEN,
            "407",
            False,
            id="a proxy that wants credentials",
        ),
        pytest.param(CIRCLE, UnknownCause.UNREACHABLE, "broke", True, id="an error that is its own cause"),
    ],
)
def test_errors(fault: Exception, cause: UnknownCause, words: str, may_retry: bool) -> None:
    reply, _ = send({URL: fault})
    assert isinstance(reply, Failure)
    assert reply.unknown.cause is cause
    assert words in reply.unknown.message
    assert reply.may_retry is may_retry
    assert "secret" not in repr(reply)


def test_a_session_has_a_connection_for_each_conversation() -> None:
    with new_session(7) as session:
        assert vars(session.get_adapter(URL))["_pool_maxsize"] == 7


def test_a_session_given_is_used_and_stays_open() -> None:
    json, page = f"{PYPI.web}/pypi/de-mo/json", f"{PYPI.web}/simple/de-mo/"
    missing = b'{"message": "Not Found"}'
    length = {"Content-Type": "application/json", "Content-Length": str(len(missing))}
    session, adapter = scripted({json: (404, length, missing), page: (404, {"Content-Length": "0"}, b"")})
    state = fetch_project(IndexAddress.parse(PYPI.web), "De_Mo", timeout=5, user_agent=AGENT, session=session)
    assert isinstance(state, Absent)
    assert state.url == json
    assert {request.url for request in adapter.asked} == {json, page}


PROXY_FAULTS = [
    (requests.ConnectionError(caused(urllib3.exceptions.ProtocolError("x"), ConnectionRefusedError())), "refused"),
    (requests.exceptions.ProxyError(socket.gaierror()), "has a host name that is not known"),
    (requests.exceptions.ProxyError(OSError("Tunnel connection failed: 403 Forbidden")), "answered with status 403"),
    (requests.exceptions.InvalidProxyURL("x"), "cannot be used"),
    (requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."), "cannot be used"),
    (urllib3.exceptions.LocationParseError("x"), "cannot be used"),
    (requests.exceptions.InvalidURL("x"), "cannot be used"),
]


@pytest.mark.parametrize(("fault", "words"), PROXY_FAULTS, ids=[row[1] + f" {n}" for n, row in enumerate(PROXY_FAULTS)])
def test_what_a_proxy_did_is_named(fault: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    reply, _ = send({URL: fault})
    assert isinstance(reply, Failure)
    assert f"the proxy on the way {words}" in reply.unknown.message.replace("made no connection: it ", "")
    assert "HTTPS_PROXY" in reply.unknown.hint
    assert "secret" not in repr(reply)


def test_a_connection_that_breaks_behind_a_proxy_is_not_its_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    reply, _ = send({URL: requests.ConnectionError(ConnectionResetError())})
    assert isinstance(reply, Failure)
    assert "the connection broke" in reply.unknown.message


@pytest.mark.parametrize(
    ("variable", "fault"),
    [
        pytest.param("/there/is/no/such/file", None, id="a file that is not there"),
        pytest.param("", ssl.SSLError("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate"), id="a file without any"),
    ],
)
def test_certificates_that_cannot_be_used_are_named(
    variable: str, fault: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", variable)
    reply, _ = send({URL: fault or (200, {}, b"")})
    assert isinstance(reply, Failure)
    assert "names no file that holds certificates" in reply.unknown.message
    assert "REQUESTS_CA_BUNDLE" in reply.unknown.hint


def test_a_large_answer_waits_for_its_turn() -> None:
    body = b"x" * (LIGHT_LIMIT + 1)
    transport = Transport(scripted({URL: (200, {}, body)})[0], IndexAddress.parse(BASE), timeout=5, user_agent=AGENT)
    turns = Turns(1)
    mine, other = turns.turn(), turns.turn()
    assert other.take(time.monotonic() + 5)
    late = transport.send(Ask(URL, ACCEPT_JSON), time.monotonic() + 0.05, mine)
    assert isinstance(late, Failure)
    assert late.unknown.cause is UnknownCause.TIMEOUT
    other.end()
    assert isinstance(transport.send(Ask(URL, ACCEPT_JSON), time.monotonic() + 5, mine), Answer)
