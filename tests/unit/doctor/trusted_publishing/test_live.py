"""A token is asked for, masked, decoded and forgotten; nothing of it is ever shown."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
import requests
from unit.doctor.trusted_publishing.test_claims import WHOLE, encoded

from publish_gate.doctor.trusted_publishing import live_claims as live
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.live_claims import (
    LARGEST_ANSWER,
    NoClaims,
    Trouble,
    live_claims,
)
from publish_gate.index.exchange import RawAnswer, SendError

if TYPE_CHECKING:
    from collections.abc import Mapping

JOB = {
    "GITHUB_ACTIONS": "true",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://runner.example.com/token?api-version=2",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-secret",
}
TOKEN = encoded({**WHOLE, "jti": "1", "exp": 5})


class Fake:
    """Answers with what it is told to, and keeps what it was asked."""

    def __init__(self, reply: RawAnswer | SendError) -> None:
        self.reply = reply
        self.asked: list[tuple[str, Mapping[str, str], float]] = []

    def __call__(self, url: str, headers: Mapping[str, str], timeout: float) -> RawAnswer:
        self.asked.append((url, headers, timeout))
        if isinstance(self.reply, SendError):
            raise self.reply
        return self.reply


def answered(value: object) -> RawAnswer:
    """Return an answer that holds a token."""
    return RawAnswer(200, json.dumps({"value": value, "count": 1}).encode())


def test_claims_are_those_of_the_token_without_what_is_its_own() -> None:
    fake, masked = Fake(answered(TOKEN)), list[str]()
    claims = live_claims(JOB, masked.append, fake, timeout=3)
    assert isinstance(claims, Claims)
    assert claims.values == {name: WHOLE[name] for name in ("iss", "repository", "sub")}
    assert claims.is_unknown("aud")
    assert claims.is_unknown("jti")
    assert claims.is_absent("environment")
    assert masked == [TOKEN]
    url, headers, timeout = fake.asked[0]
    assert url == "https://runner.example.com/token?api-version=2&audience=publish-gate-doctor"
    assert headers["Authorization"] == "bearer bearer-secret"
    assert timeout == 3


def test_an_address_without_a_query_gets_one() -> None:
    fake = Fake(answered(TOKEN))
    live_claims({**JOB, "ACTIONS_ID_TOKEN_REQUEST_URL": "https://x.example.com/t"}, lambda _: None, fake)
    assert fake.asked[0][0] == "https://x.example.com/t?audience=publish-gate-doctor"


@pytest.mark.parametrize(
    ("environ", "trouble", "message"),
    [
        pytest.param({}, Trouble.NOT_A_RUNNER, "no job of GitHub Actions", id="on a desk"),
        pytest.param({"GITHUB_ACTIONS": "true"}, Trouble.NO_PERMISSION, "id-token: write", id="no permission"),
        pytest.param(
            {**JOB, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": ""}, Trouble.NO_PERMISSION, "id-token: write", id="no bearer"
        ),
        pytest.param(
            {**JOB, "ACTIONS_ID_TOKEN_REQUEST_URL": ""}, Trouble.NOT_A_RUNNER, "is not GitHub's", id="another runner"
        ),
        pytest.param(
            {**JOB, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "a\nb"}, Trouble.UNUSABLE, "no request can carry", id="two lines"
        ),
        pytest.param(
            {**JOB, "ACTIONS_ID_TOKEN_REQUEST_URL": "http://runner.example.com/"},
            Trouble.UNUSABLE,
            "write https://",
            id="not encrypted",
        ),
    ],
)
def test_without_a_job_that_may_ask_nothing_is_asked(environ: dict[str, str], trouble: Trouble, message: str) -> None:
    fake = Fake(answered(TOKEN))
    found = live_claims(environ, lambda _: None, fake)
    assert isinstance(found, NoClaims)
    assert found.trouble is trouble
    assert message in found.message
    assert fake.asked == []


@pytest.mark.parametrize(
    ("reply", "trouble", "message"),
    [
        pytest.param(SendError("no answer came in time"), Trouble.UNREACHABLE, "in time", id="no answer"),
        pytest.param(RawAnswer(401, b"secret"), Trouble.REFUSED, "with status 401", id="refused"),
        pytest.param(RawAnswer(302, b"secret"), Trouble.REFUSED, "with status 302", id="sent elsewhere"),
        pytest.param(RawAnswer(200, b"{" * 50_000), Trouble.UNUSABLE, "no identity token", id="nested"),
        pytest.param(RawAnswer(200, b"\xff"), Trouble.UNUSABLE, "no identity token", id="no text"),
        pytest.param(RawAnswer(200, b"[]"), Trouble.UNUSABLE, "no identity token", id="a list"),
        pytest.param(answered(5), Trouble.UNUSABLE, "no identity token", id="a number"),
        pytest.param(answered("secret\n::set-env::"), Trouble.UNUSABLE, "no identity token", id="no token"),
        pytest.param(
            RawAnswer(200, b" " * (LARGEST_ANSWER + 1)), Trouble.UNUSABLE, "larger than 64 KiB", id="too large"
        ),
        pytest.param(answered("a.b.c"), Trouble.UNUSABLE, "cannot be read", id="no payload"),
    ],
)
def test_an_answer_without_a_token_is_told_and_not_shown(
    reply: RawAnswer | SendError, trouble: Trouble, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    masked: list[str] = []
    found = live_claims(JOB, masked.append, Fake(reply))
    assert isinstance(found, NoClaims)
    assert (found.trouble, "secret" in found.message) == (trouble, False)
    assert message in found.message
    assert all("\n" not in each for each in masked)
    assert capsys.readouterr() == ("", "")


class _Adapter(requests.adapters.BaseAdapter):
    """Gives one response, raises, or keeps silent for a while."""

    def __init__(self, outcome: requests.Response | Exception | threading.Event) -> None:
        self.outcome = outcome

    def send(self, *_: object, **__: object) -> requests.Response:
        """Give it."""
        if isinstance(self.outcome, threading.Event):
            self.outcome.wait(1)
            raise requests.ReadTimeout
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def close(self) -> None:
        """Keep nothing open."""


class _Body:
    """A body that comes in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, *_: object, **__: object) -> bytes:
        """Give the next piece."""
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None:
        """Keep nothing open."""


def _response(*pieces: bytes, status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.raw = _Body(*pieces)
    return response


@pytest.mark.parametrize(
    ("outcome", "timeout", "expected"),
    [
        pytest.param(_response(json.dumps({"value": TOKEN}).encode()), 5.0, None, id="a token"),
        pytest.param(_response(*[b"x" * 8192] * 20), 5.0, "larger than 64 KiB", id="a flood"),
        pytest.param(threading.Event(), 0.01, "in time", id="too late"),
        pytest.param(requests.ReadTimeout("secret"), 5.0, "in time", id="a silence"),
        pytest.param(requests.exceptions.SSLError("secret"), 5.0, "(TLS)", id="no security"),
        pytest.param(requests.ConnectionError("secret"), 5.0, "the connection failed", id="a refused connection"),
    ],
)
def test_requests_are_sent_with_bounds(
    outcome: requests.Response | Exception | threading.Event,
    timeout: float,
    expected: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: _Adapter(outcome))
    found = live_claims(JOB, lambda _: None, timeout=timeout)
    if expected is None:
        assert isinstance(found, Claims)
    else:
        assert isinstance(found, NoClaims)
        assert expected in found.message
        assert "secret" not in found.message


def test_the_audience_is_no_index() -> None:
    assert live.AUDIENCE not in {"pypi", "testpypi"}
