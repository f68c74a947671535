"""Several conversations at once, and the deadline that holds against all of them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests
from requests.adapters import BaseAdapter

from publish_gate.index import Absent, Api, IndexAddress, Unknown, UnknownCause, client, fetch_all, fetch_project
from publish_gate.index.exchange import Answer, Ask, content_type

if TYPE_CHECKING:
    from publish_gate.index.state import IndexState

ADDRESS = IndexAddress.base("https://i.example")
QUESTIONS = [(ADDRESS, f"p{number}") for number in range(5)]
ABSENT = Absent(Api.JSON, "https://i.example/")
LATE = Unknown(UnknownCause.TIMEOUT, "late", "wait", "https://i.example/")


def late(_question: client.Question) -> IndexState:
    return LATE


def test_each_question_gets_its_answer() -> None:
    def hold(question: client.Question, _deadline: float) -> IndexState:
        return Absent(Api.JSON, question[1])

    states = client.run(QUESTIONS, hold, late, timeout=5, parallel=2)
    assert states == {question: Absent(Api.JSON, question[1]) for question in QUESTIONS}


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    client.run(QUESTIONS, lambda *_: ABSENT, late, timeout=5, parallel=1, progress=lambda *each: told.append(each))
    assert told == [(number, 5) for number in range(5)]


def test_no_more_at_once_than_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def hold(_question: client.Question, _deadline: float) -> IndexState:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return ABSENT

    client.run(QUESTIONS, hold, late, timeout=5, parallel=2)
    assert most <= 2


def test_what_hangs_is_left_behind_and_the_rest_goes_on() -> None:
    gate = threading.Event()

    def hold(question: client.Question, _deadline: float) -> IndexState:
        if question[1] in {"p0", "p1"}:
            gate.wait(10)
        return ABSENT

    started = time.monotonic()
    states = client.run(QUESTIONS, hold, late, timeout=0.1, parallel=2)
    assert time.monotonic() - started < 2
    gate.set()
    assert [states[question] for question in QUESTIONS] == [LATE, LATE, ABSENT, ABSENT, ABSENT]


def test_an_answer_after_the_deadline_changes_nothing() -> None:
    released = threading.Event()

    def hold(question: client.Question, _deadline: float) -> IndexState:
        if question[1] == "p0":
            released.wait(10)
        elif question[1] == "p1":
            released.set()
            time.sleep(0.05)
        return ABSENT

    states = client.run(QUESTIONS[:2], hold, late, timeout=0.1, parallel=1)
    assert list(states.values()) == [LATE, ABSENT]


def test_an_error_in_a_thread_is_raised() -> None:
    def hold(_question: client.Question, _deadline: float) -> IndexState:
        raise KeyError("a fault of this program")

    with pytest.raises(KeyError, match="a fault"):
        client.run(QUESTIONS, hold, late, timeout=5, parallel=16)


@pytest.mark.parametrize("name", ["", "-x", "x-", "a b", "a/b", "../x", "é", "x\n", "{name}"])
def test_names_that_no_index_takes_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a project name"):
        fetch_project(ADDRESS, name, timeout=1, user_agent="tests/1")


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_timeouts_that_are_none_are_refused(timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        fetch_all([], timeout=timeout, user_agent="tests/1")


def test_nothing_asked_is_nothing_answered() -> None:
    assert fetch_all([], timeout=1, user_agent="tests/1") == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html", ("text/html", None)),
        ('Text/HTML; Charset="UTF-8"', ("text/html", "utf-8")),
        ("application/json; x=y; charset=latin-1", ("application/json", "latin-1")),
        ("text_html", ("", None)),
        ("", ("", None)),
    ],
)
def test_content_types(header: str, expected: tuple[str, str | None]) -> None:
    assert content_type(header) == expected


def test_a_session_of_its_own_is_closed_although_a_question_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, closed = threading.Event(), list[bool]()

    class Hanging(BaseAdapter):
        def send(self, *_args: object, **_settings: object) -> requests.Response:
            gate.wait(10)
            raise requests.ConnectionError

        def close(self) -> None:
            closed.append(True)

    def new_session(_parallel: int) -> requests.Session:
        session = requests.Session()
        session.adapters.clear()
        session.mount("https://", Hanging())
        return session

    monkeypatch.setattr("publish_gate.index.transport.new_session", new_session)
    state = fetch_project(ADDRESS, "Demo", timeout=0.05, user_agent="tests/1")
    gate.set()
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.TIMEOUT
    assert state.message == "https://i.example/pypi/demo/json gave no complete answer within 0.05 s"
    assert closed == [True]


def test_an_error_beside_the_first_question_is_raised() -> None:
    def fetch(request: Ask) -> Answer:
        if request.url == "b":
            raise RuntimeError("defect")
        return Answer(request.url, 200)

    with pytest.raises(RuntimeError, match="defect"):
        client.at_once(fetch, [Ask("a", ""), Ask("b", "")])
    assert [reply.url for reply in client.at_once(fetch, [Ask("a", ""), Ask("c", "")])] == ["a", "c"]


def test_nobody_waits_for_the_second_answer_once_the_first_is_lost() -> None:
    never = threading.Event()

    def fetch(request: Ask) -> Answer | Unknown:
        if request.url == "a":
            return LATE
        never.wait(5)
        return Answer(request.url, 200)

    started = time.monotonic()
    assert client.at_once(fetch, [Ask("a", ""), Ask("b", "")]) == [LATE, LATE]
    assert time.monotonic() - started < 2
    never.set()
