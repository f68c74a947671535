"""Every way in which a server gives no answer, over real connections: unknown, and in time."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from integration.servers import Manner, Reply, free_port

from publish_gate.hosts import PYPI
from publish_gate.index import (
    Absent,
    IndexAddress,
    IndexState,
    Published,
    Unknown,
    UnknownCause,
    fetch_all,
    fetch_project,
)

if TYPE_CHECKING:
    from integration.servers import FaultServer

AGENT = "publish-gate/0 (tests)"
TIMEOUT = 2.0
JSON = "/pypi/demo/json"
PAGE = "/simple/demo/"
ROOT = "/simple/"
JSON_TYPE = ("Content-Type", "application/json")
HTML_TYPE = ("Content-Type", "text/html")
SIMPLE_TYPE = ("Content-Type", "application/vnd.pypi.simple.v1+json")
GOOD_BODY = json.dumps(
    {"info": {"name": "demo"}, "releases": {"1.0": [{"filename": "demo-1.0.tar.gz", "packagetype": "sdist"}]}}
).encode()
GOOD = Reply(200, (JSON_TYPE,), GOOD_BODY)
NOT_FOUND = Reply(404, (JSON_TYPE,), b'{"message": "Not Found"}')
WELCOME = Reply(200, (HTML_TYPE,), b"<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>")
EMPTY_ROOT = Reply(200, (SIMPLE_TYPE,), b'{"meta":{"api-version":"1.0"},"projects":[]}')


def ask(url: str, *, timeout: float = TIMEOUT) -> IndexState:
    return fetch_project(IndexAddress.parse(url), "demo", timeout=timeout, user_agent=AGENT)


@pytest.mark.parametrize(
    ("replies", "cause", "timeout"),
    [
        pytest.param({JSON: [Reply(manner=Manner.HANG)]}, UnknownCause.TIMEOUT, 0.4, id="no answer at all"),
        pytest.param(
            {JSON: [Reply(manner=Manner.DRIP_HEADERS)]},
            UnknownCause.TIMEOUT,
            0.4,
            id="headers that drip do not hold up the deadline",
        ),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE,), manner=Manner.DRIP_BODY)]},
            UnknownCause.TIMEOUT,
            0.4,
            id="a body that drips does not hold up the deadline",
        ),
        pytest.param(
            {PAGE: [Reply(manner=Manner.DRIP_HEADERS)]},
            UnknownCause.TIMEOUT,
            0.4,
            id="the deadline is for all requests together",
        ),
        pytest.param({JSON: [Reply(manner=Manner.RESET)]}, UnknownCause.UNREACHABLE, TIMEOUT, id="a connection reset"),
        pytest.param({JSON: [Reply(manner=Manner.RAW)]}, UnknownCause.UNREACHABLE, TIMEOUT, id="closed without a word"),
        pytest.param(
            {JSON: [Reply(body=b"SSH-2.0-x\r\n", manner=Manner.RAW)]},
            UnknownCause.UNREACHABLE,
            TIMEOUT,
            id="not HTTP",
        ),
        *(
            pytest.param({JSON: [Reply(status)]}, UnknownCause.SERVER_ERROR, TIMEOUT, id=f"status {status}")
            for status in (500, 502, 503, 504, 521)
        ),
        *(
            pytest.param({JSON: [Reply(status)]}, UnknownCause.FORBIDDEN, TIMEOUT, id=f"status {status}")
            for status in (401, 403, 407)
        ),
        pytest.param({JSON: [Reply(429)]}, UnknownCause.RATE_LIMITED, TIMEOUT, id="status 429"),
        pytest.param(
            {JSON: [Reply(429, (("Retry-After", "3600"),))]},
            UnknownCause.RATE_LIMITED,
            TIMEOUT,
            id="status 429 for an hour",
        ),
        pytest.param({JSON: [Reply(418)]}, UnknownCause.NOT_AN_INDEX, TIMEOUT, id="status 418"),
        pytest.param({JSON: [Reply(204)]}, UnknownCause.MALFORMED, TIMEOUT, id="status 204"),
        pytest.param({}, UnknownCause.NOT_AN_INDEX, TIMEOUT, id="an HTML 404 is no first release"),
        pytest.param(
            {ROOT: [WELCOME]}, UnknownCause.NOT_AN_INDEX, TIMEOUT, id="a welcome page at the root is no index"
        ),
        pytest.param(
            {JSON: [WELCOME], PAGE: [WELCOME], ROOT: [WELCOME]},
            UnknownCause.NOT_AN_INDEX,
            TIMEOUT,
            id="a welcome page everywhere is no index",
        ),
        pytest.param({JSON: [Reply(200, (JSON_TYPE,), b"<html>")]}, UnknownCause.MALFORMED, TIMEOUT, id="not JSON"),
        pytest.param({JSON: [Reply(200, (JSON_TYPE,))]}, UnknownCause.MALFORMED, TIMEOUT, id="empty"),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE,), b'{"info": {"name": "other"}, "releases": {}}')]},
            UnknownCause.WRONG_PROJECT,
            TIMEOUT,
            id="another project",
        ),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE,), GOOD_BODY, Manner.CUT)]},
            UnknownCause.TRUNCATED,
            TIMEOUT,
            id="fewer bytes than announced, though it reads well",
        ),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE,), GOOD_BODY, Manner.CUT_CHUNKED)]},
            UnknownCause.TRUNCATED,
            TIMEOUT,
            id="no last chunk, though it reads well",
        ),
        pytest.param(
            {JSON: [Reply(404, (JSON_TYPE,), b'{"message": "Not Found"}', Manner.CUT)]},
            UnknownCause.TRUNCATED,
            TIMEOUT,
            id="a 404 that breaks off",
        ),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE,), filler=65 * 1024 * 1024)]},
            UnknownCause.TOO_LARGE,
            TIMEOUT,
            id="65 MiB",
        ),
        pytest.param(
            {
                JSON: [
                    Reply(
                        200,
                        (JSON_TYPE, ("Content-Encoding", "gzip")),
                        gzip.compress(bytes(65 * 1024 * 1024), 1),
                    )
                ]
            },
            UnknownCause.TOO_LARGE,
            TIMEOUT,
            id="65 MiB, packed",
        ),
        pytest.param(
            {JSON: [Reply(200, (JSON_TYPE, ("Content-Encoding", "gzip")), b"x")]},
            UnknownCause.MALFORMED,
            TIMEOUT,
            id="packed, but not",
        ),
        pytest.param(
            {JSON: [Reply(302, (("Location", JSON),))]}, UnknownCause.REDIRECT_REFUSED, TIMEOUT, id="a circle"
        ),
        pytest.param(
            {JSON: [Reply(302, (("Location", "http://i.example/"),))]},
            UnknownCause.REDIRECT_REFUSED,
            TIMEOUT,
            id="a redirect to http",
        ),
        pytest.param(
            {JSON: [Reply(302, (("Location", "file:///etc/hosts"),), b"x", Manner.DRIP_BODY)]},
            UnknownCause.REDIRECT_REFUSED,
            TIMEOUT,
            id="a redirect to a file, with a body that drips",
        ),
    ],
)
def test_unknown(faults: FaultServer, replies: dict[str, list[Reply]], cause: UnknownCause, timeout: float) -> None:
    for path, given in replies.items():
        faults.on(path, *given)
    started = time.monotonic()
    state = ask(faults.url, timeout=timeout)
    elapsed = time.monotonic() - started
    assert isinstance(state, Unknown), state
    assert state.cause is cause
    assert state.message.startswith(faults.url)
    assert state.hint
    assert elapsed < timeout + 0.5


def test_nobody_listens() -> None:
    state = ask(f"http://127.0.0.1:{free_port()}")
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.UNREACHABLE
    assert "refused" in state.message


def test_https_is_not_spoken(faults: FaultServer) -> None:
    state = ask(faults.url.replace("http:", "https:"), timeout=6)
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.UNREACHABLE
    assert "TLS" in state.message


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param([Reply(503), Reply(manner=Manner.RESET), GOOD], 3, id="a server that recovers"),
        pytest.param([Reply(429, (("Retry-After", "1"),)), GOOD], 2, id="a limit that passes"),
        pytest.param([Reply(301, (("Location", f"{JSON}?moved"),))], 1, id="a redirect on the same host"),
    ],
)
def test_published_after_all(faults: FaultServer, replies: list[Reply], asked: int) -> None:
    faults.on(JSON, *replies)
    faults.on(f"{JSON}?moved", GOOD)
    state = ask(faults.url, timeout=4)
    assert isinstance(state, Published)
    assert faults.count(JSON) == asked


def test_a_root_that_is_only_begun_proves_nothing(faults: FaultServer) -> None:
    faults.on(ROOT, Reply(200, (SIMPLE_TYPE,), b'{"meta":{"api-version":"1.0"},"projects":[', filler=32 * 1024 * 1024))
    started = time.monotonic()
    state = ask(f"{faults.url}/simple/")
    assert isinstance(state, Unknown)
    assert time.monotonic() - started < TIMEOUT


def test_a_long_root_is_read_to_its_end(faults: FaultServer) -> None:
    names = [{"name": f"project-{number}"} for number in range(20_000)]
    root = {"meta": {"api-version": "1.0"}, "projects": [*names, {"name": "demo"}]}
    faults.on(ROOT, Reply(200, (SIMPLE_TYPE,), json.dumps(root).encode()))
    state = ask(f"{faults.url}/simple/")
    assert isinstance(state, Unknown)
    assert "although the index lists it" in state.message


def test_absent_by_its_own_word_and_its_list(faults: FaultServer) -> None:
    faults.on(JSON, NOT_FOUND)
    assert isinstance(ask(faults.url), Unknown), "gateways and web frameworks say the same"
    faults.on(ROOT, EMPTY_ROOT)
    assert isinstance(ask(faults.url), Absent)
    assert {asked.headers["User-Agent"] for asked in faults.asked} == {AGENT}


def test_two_questions_are_asked_at_once(faults: FaultServer) -> None:
    faults.on(JSON, Reply(manner=Manner.HANG))
    ask(faults.url, timeout=0.4)
    assert sorted(asked.path for asked in faults.asked) == [JSON, PAGE]


def test_half_a_packed_page_of_fitting_length_is_unknown(faults: FaultServer) -> None:
    packed = gzip.compress(GOOD_BODY * 100)
    faults.on(JSON, Reply(200, (JSON_TYPE, ("Content-Encoding", "gzip")), packed[: len(packed) // 2]))
    state = ask(faults.url)
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.MALFORMED


def test_a_bare_status_line_is_no_answer(faults: FaultServer) -> None:
    faults.on(ROOT, EMPTY_ROOT)
    faults.on(PAGE, Reply(body=b"HTTP/1.1 404\r\n\r\n", manner=Manner.RAW))
    state = ask(f"{faults.url}/simple/")
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.TRUNCATED


def test_a_redirect_to_a_public_index_is_not_followed(faults: FaultServer) -> None:
    for path in (JSON, PAGE):
        faults.on(path, Reply(303, (("Location", f"{PYPI.web}{path}"),)))
    faults.on(ROOT, EMPTY_ROOT)
    assert isinstance(ask(faults.url), Absent)


def test_each_question_is_asked_once_and_answered_in_order(faults: FaultServer) -> None:
    faults.on(JSON, GOOD)
    faults.on("/pypi/other/json", NOT_FOUND)
    faults.on(ROOT, EMPTY_ROOT)
    faults.on("/pypi/slow/json", Reply(manner=Manner.HANG))
    address = IndexAddress.parse(faults.url)
    names = ["demo", "Demo", "slow", "other", "demo"]
    states = fetch_all([(address, name) for name in names], timeout=0.5, user_agent=AGENT, parallel=2)
    assert [type(state) for state in states] == [Published, Published, Unknown, Absent, Published]
    assert faults.count(JSON) == 1


def test_waiting_for_a_place_does_not_count(faults: FaultServer) -> None:
    for number in range(3):
        faults.on(f"/pypi/slow{number}/json", Reply(manner=Manner.HANG))
    faults.on(JSON, GOOD)
    address = IndexAddress.parse(faults.url)
    names = ["slow0", "slow1", "slow2", "demo"]
    states = fetch_all([(address, name) for name in names], timeout=0.3, user_agent=AGENT, parallel=1)
    assert [type(state) for state in states] == [Unknown, Unknown, Unknown, Published]


SCRIPT = """
import sys
import publish_gate.index as index
assert "requests" not in sys.modules
assert "html.parser" not in sys.modules
state = index.fetch_project(index.IndexAddress.parse(sys.argv[1]), "demo", timeout=0.3, user_agent="x/1")
print(state.cause.value)
"""


def test_a_program_ends_although_its_index_drips(faults: FaultServer) -> None:
    faults.on(JSON, Reply(200, (JSON_TYPE,), manner=Manner.DRIP_BODY))
    source = Path(__file__).parents[2] / "src"
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, faults.url],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "timeout\n", "")
    assert time.monotonic() - started < 3
