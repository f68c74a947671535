"""Fetches what indexes say about projects, several at once, each within its time."""

from __future__ import annotations

import math
import queue
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.index.state import Unknown
from publish_gate.names import is_project_name, normalize_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import requests

    from publish_gate.index.addresses import IndexAddress
    from publish_gate.index.conversation import Reply
    from publish_gate.index.exchange import Answer, Ask, Failure
    from publish_gate.index.state import IndexState

    Question = tuple[IndexAddress, str]


MOST_LARGE: Final = 1
"""So many conversations hold answers of more than a little at once: what they hold counts for the whole run."""


def fetch_project(
    address: IndexAddress,
    project: str,
    *,
    timeout: float,
    user_agent: str,
    session: requests.Session | None = None,
) -> IndexState:
    """Ask one index about one project; see ``fetch_all``."""
    return fetch_all([(address, project)], timeout=timeout, user_agent=user_agent, session=session)[0]


def fetch_all(
    requests: Sequence[tuple[IndexAddress, str]],
    *,
    timeout: float,
    user_agent: str,
    parallel: int = 16,
    session: requests.Session | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[IndexState]:
    """Ask indexes about projects; the states come in the order of the questions, each asked once.

    ``timeout`` bounds, in seconds, all the traffic of one question, from the start of its first request.
    ``user_agent`` names the tool and its version. A session given here stays open. ``progress`` is told how
    many of how many questions are answered. Raises ``ValueError``
    for a project name that no index takes, and for a timeout that is no positive number.
    """
    if not (timeout > 0 and math.isfinite(timeout)) or parallel < 1:
        raise ValueError("the timeout must be a positive number of seconds, and parallel at least 1")
    questions = [(address, _normalised(project)) for address, project in requests]
    distinct = list(dict.fromkeys(questions))
    if not distinct:
        return []
    # Imported here, as `requests` takes longer to import than everything else in this package together.
    from publish_gate.index import conversation, exchange, retry, transport, unknowns

    own = session is None
    pool = transport.new_session(2 * parallel) if session is None else session
    clocks = retry.Time(time.monotonic, time.time, time.sleep)
    transports = {
        address: transport.Transport(pool, address, timeout=timeout, user_agent=user_agent)
        for address in {address for address, _ in distinct}
    }

    turns, reading = exchange.Turns(MOST_LARGE), threading.Lock()

    def hold(question: Question, deadline: float) -> IndexState:
        address, project = question
        turn = turns.turn()

        def send(request: Ask, deadline: float) -> Answer | Failure:
            return transports[address].send(request, deadline, turn)

        def fetch(request: Ask) -> Reply:
            return retry.ask_until(request, send, deadline=deadline, time=clocks)

        try:
            state = conversation.converse(
                conversation.about_project(address, project), lambda requests: at_once(fetch, requests), reading
            )
        finally:
            turn.end()
        return unknowns.for_target(state, address.target) if isinstance(state, Unknown) else state

    def late(question: Question) -> IndexState:
        address, project = question
        return unknowns.timeout(address.project_url(project), timeout)

    try:
        states = run(distinct, hold, late, timeout=timeout, parallel=parallel, progress=progress)
    finally:
        if own:
            pool.close()
    return [states[question] for question in questions]


def at_once(fetch: Callable[[Ask], Reply], requests: Sequence[Ask]) -> list[Reply]:
    """Fetch the answers to several questions at the same time, in the order of the questions.

    The first is asked in this thread, and if it stays without an answer, the others are not waited for. An error
    in another one is raised here.
    """
    first, *others = requests
    outcomes: list[queue.SimpleQueue[Reply | BaseException]] = [queue.SimpleQueue() for _ in others]
    for request, outcome in zip(others, outcomes, strict=True):
        threading.Thread(target=_into, args=(outcome, fetch, request), name="publish-gate-index", daemon=True).start()
    replies = [fetch(first)]
    if isinstance(replies[0], Unknown):
        return replies * len(requests)
    for outcome in outcomes:
        reply = outcome.get()
        if isinstance(reply, BaseException):
            raise reply
        replies.append(reply)
    return replies


def _into(outcome: queue.SimpleQueue[Reply | BaseException], fetch: Callable[[Ask], Reply], request: Ask) -> None:
    try:
        outcome.put(fetch(request))
    except BaseException as fault:  # noqa: BLE001 - whatever it is, the one who waits has to know
        outcome.put(fault)


class _Outcome(NamedTuple):
    """What a thread came back with."""

    question: Question
    state: IndexState | None
    fault: BaseException | None


def run(
    questions: Iterable[Question],
    hold: Callable[[Question, float], IndexState],
    late: Callable[[Question], IndexState],
    *,
    timeout: float,
    parallel: int,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Question, IndexState]:
    """Hold a conversation for each question in a thread of its own, ``parallel`` at once.

    One that has not ended after ``timeout`` seconds is left to itself, and ``late`` says what is known then:
    a server that sends a byte now and then, or a name server that never answers, cannot be interrupted.
    The threads are daemons, so that the program can end without them. An error in a thread is raised here.
    """
    waiting = list(questions)[::-1]
    many = len(waiting)
    outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
    deadlines: dict[Question, float] = {}
    states: dict[Question, IndexState] = {}
    while waiting or deadlines:
        if progress is not None:
            progress(len(states), many)
        while waiting and len(deadlines) < parallel:
            question = waiting.pop()
            deadlines[question] = time.monotonic() + timeout
            _start(question, hold, deadlines[question], outcomes)
        patience = max(0.0, min(deadlines.values()) - time.monotonic())
        try:
            outcome = outcomes.get(timeout=patience)
        except queue.Empty:
            now = time.monotonic()
            for question in [question for question, deadline in deadlines.items() if deadline <= now]:
                del deadlines[question]
                states[question] = late(question)
            continue
        if outcome.fault is not None:
            raise outcome.fault
        if outcome.state is not None and deadlines.pop(outcome.question, None) is not None:
            states[outcome.question] = outcome.state
    return states


def _start(
    question: Question,
    hold: Callable[[Question, float], IndexState],
    deadline: float,
    outcomes: queue.SimpleQueue[_Outcome],
) -> None:
    def body() -> None:
        try:
            outcome = _Outcome(question, hold(question, deadline), None)
        except BaseException as fault:  # noqa: BLE001 - whatever it is, the one who waits has to know
            outcome = _Outcome(question, None, fault)
        outcomes.put(outcome)

    threading.Thread(target=body, name="publish-gate-index", daemon=True).start()


def _normalised(project: str) -> str:
    if not is_project_name(project):
        raise ValueError(
            f"{project!r} is not a project name: letters, digits, '.', '_' and '-', "
            "the first and the last a letter or a digit (PyPA, name normalization)"
        )
    return normalize_name(project)
