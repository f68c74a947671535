"""When it is asked again, with clocks that tests turn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest

from publish_gate.index import unknowns
from publish_gate.index.exchange import ACCEPT_JSON, Answer, Ask, Failure
from publish_gate.index.retry import Time, ask_until, seconds_to_wait
from publish_gate.index.state import Unknown, UnknownCause

URL = "https://i.example/"
NOW = 1_000_000_000.0  # Sun, 09 Sep 2001 01:46:40 GMT


@dataclass
class Clock:
    """A clock that stands still but for the waiting."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> Time:
        return Time(lambda: self.now, lambda: NOW + self.now, self.sleep)


def status(code: int, retry_after: str | None = None) -> Answer:
    return Answer(URL, code, retry_after=retry_after)


BROKEN = Failure(unknowns.unreachable(URL, "it broke"), may_retry=True)
CUT = Failure(unknowns.truncated(URL))


@pytest.mark.parametrize(
    ("replies", "expected", "slept"),
    [
        pytest.param([status(200)], 200, [], id="an answer"),
        pytest.param([status(404)], 404, [], id="a 404 is an answer"),
        pytest.param([status(501)], 501, [], id="not implemented is an answer"),
        pytest.param([BROKEN, status(200)], 200, [0.5], id="a broken connection, then an answer"),
        pytest.param([BROKEN] * 3, UnknownCause.UNREACHABLE, [0.5, 1.0], id="three broken connections"),
        pytest.param([CUT], UnknownCause.TRUNCATED, [], id="what cannot be helped is not asked again"),
        pytest.param([status(500), status(502), status(200)], 200, [0.5, 1.0], id="a server that recovers"),
        pytest.param([status(503)] * 3, UnknownCause.SERVER_ERROR, [0.5, 1.0], id="a server that does not"),
        pytest.param([status(504), status(401)], UnknownCause.FORBIDDEN, [0.5], id="another fault then"),
        pytest.param([status(599)], UnknownCause.SERVER_ERROR, [], id="a server error of another kind"),
        pytest.param([status(401)], UnknownCause.FORBIDDEN, [], id="no credentials"),
        pytest.param([status(403)], UnknownCause.FORBIDDEN, [], id="wrong credentials"),
        pytest.param([status(407)], UnknownCause.FORBIDDEN, [], id="a proxy without credentials"),
        pytest.param([status(408), status(425), status(200)], 200, [0.5, 1.0], id="too late, then too early"),
        pytest.param([status(408)] * 3, UnknownCause.SERVER_ERROR, [0.5, 1.0], id="too late three times"),
        pytest.param([status(425)] * 3, UnknownCause.SERVER_ERROR, [0.5, 1.0], id="too early three times"),
        pytest.param([status(429)] * 3, UnknownCause.RATE_LIMITED, [0.5, 1.0], id="limited three times"),
        pytest.param([status(429, "3"), status(200)], 200, [3.0], id="limited for some seconds"),
        pytest.param([status(429, "0"), status(200)], 200, [0.5], id="limited for no time"),
        pytest.param(
            [status(429, "Sun, 09 Sep 2001 01:46:44 GMT"), status(200)], 200, [4.0], id="limited until a time"
        ),
        pytest.param([status(429, "60")], UnknownCause.RATE_LIMITED, [], id="limited for longer than there is"),
        pytest.param([status(429, "soon")], UnknownCause.RATE_LIMITED, [], id="limited for who knows how long"),
    ],
)
def test_attempts(replies: list[Answer | Failure], expected: int | UnknownCause, slept: list[float]) -> None:
    clock, left = Clock(), list(replies)
    reply = ask_until(Ask(URL, ACCEPT_JSON), lambda *_: left.pop(0), deadline=10.0, time=clock.time())
    assert (reply.cause if isinstance(reply, Unknown) else reply.status) == expected
    assert clock.slept == slept
    assert not left


def test_no_wait_ends_after_the_deadline() -> None:
    clock, deadlines = Clock(), list[float]()

    def send(_ask: Ask, deadline: float) -> Answer:
        deadlines.append(deadline)
        return status(503)

    reply = ask_until(Ask(URL, ACCEPT_JSON), send, deadline=0.9, time=clock.time())
    assert isinstance(reply, Unknown)
    assert clock.slept == [0.5]
    assert deadlines == [0.9, 0.9]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param(" 120 ", 120.0, id="seconds"),
        pytest.param("Sun, 09 Sep 2001 01:47:40 GMT", 60.0, id="a time to come"),
        pytest.param("Sun, 09 Sep 2001 01:00:00 GMT", 0.0, id="a time that is past"),
        pytest.param("-1", math.inf, id="less than nothing"),
        pytest.param("٣", math.inf, id="digits of another script"),
        pytest.param("", math.inf, id="nothing"),
        pytest.param("Sun, 99 Sep 2001 01:00:00 GMT", math.inf, id="no such day"),
        pytest.param("9" * 400, math.inf, id="for ever"),
    ],
)
def test_retry_after(header: str, seconds: float) -> None:
    assert seconds_to_wait(header, NOW) == seconds


@pytest.mark.parametrize("code", [401, 403, 407])
def test_the_hint_names_the_credentials(code: int) -> None:
    reply = ask_until(Ask(URL, ACCEPT_JSON), lambda *_: status(code), deadline=1, time=Clock().time())
    assert isinstance(reply, Unknown)
    assert "credentials" in reply.hint
    assert ("proxy" in reply.hint) is (code == 407)
