"""Asks an index for the files of one release, with their hashes: what the states of a project leave out."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from urllib.parse import quote

from publish_gate.hosts import public_base
from publish_gate.index import retry, unknowns
from publish_gate.index.addresses import Form
from publish_gate.index.exchange import ACCEPT_JSON, ACCEPT_SIMPLE, SIMPLE_JSON_TYPE, Answer, Ask
from publish_gate.index.files import FileNames
from publish_gate.index.payload import PageError
from publish_gate.index.state import IndexFile, Unknown
from publish_gate.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from packaging.version import Version

    from publish_gate.index.addresses import IndexAddress

_Result = TypeVar("_Result")
_OK: Final = 200
_UNCHANGED: Final = 304
_ABSENT: Final = frozenset({404, 410})
INTEGRITY_TYPE: Final = "application/vnd.pypi.integrity.v1+json"


class ReleaseFiles(NamedTuple):
    """The files of one release; none if the project, or the release, is not there.

    ``status`` is the project's (PEP 792). ``answers`` are what came, to ask again by their marks. ``age`` is how many
    seconds old the answer is if a cache gave it, and ``url`` its address.
    """

    files: tuple[IndexFile, ...]
    url: str
    status: str | None = None
    found: bool = True
    age: int | None = None
    answers: tuple[Answer, ...] = ()


class Source:
    """Asks one index; ``timeout`` bounds, in seconds, all traffic of one question."""

    def __init__(self, address: IndexAddress, project: str, *, timeout: float, user_agent: str) -> None:
        from publish_gate.index import transport

        base = public_base(address.url)
        self.address = address if base is None else replace(address, form=Form.BASE, url=base)
        self._project = normalize_name(project)
        self._timeout = timeout
        self._transport = transport.Transport(
            transport.new_session(2), self.address, timeout=timeout, user_agent=user_agent
        )
        self._clocks = retry.Time(time.monotonic, time.time, time.sleep)

    def release(self, version: Version, before: ReleaseFiles | None = None) -> ReleaseFiles | Unknown:
        """Return the files of a release; ``before`` is the last answer, whose marks make the next one short."""
        known = {answer.url: answer for answer in before.answers} if before is not None else {}
        return self._in_time(lambda deadline: self._release(version, known, deadline))

    def provenance(self, version: Version, filename: str) -> Answer | Unknown | None:
        """Ask what an index attests of a file (PEP 740); ``None`` if the address is not that of an index's pages."""
        if self.address.form is not Form.BASE:
            return None
        url = f"{self.address.url}/integrity/{self._project}/{version}/{quote(filename)}/provenance"
        return self._in_time(lambda deadline: self._ask(Ask(url, INTEGRITY_TYPE), deadline))

    def _release(self, version: Version, known: dict[str, Answer], deadline: float) -> ReleaseFiles | Unknown:
        fault: Unknown | None = None
        empty: ReleaseFiles | None = None
        answers: list[Answer] = []
        for ask in self._pages():
            before = known.get(ask.url)
            answer = self._ask(ask._replace(etag=before.etag if before is not None else None), deadline)
            if isinstance(answer, Unknown):
                return answer
            if answer.status == _UNCHANGED and before is not None:
                answer = replace(before, age=answer.age)
            answers.append(replace(answer, url=ask.url))
            if answer.status in _ABSENT:
                empty = empty or ReleaseFiles((), ask.url, found=False, age=answer.age)
                continue
            if answer.status != _OK or answer.forwarded:
                fault = fault or unknowns.unexpected(answer, ask.url)
                continue
            try:
                files, status = _read(answer, self._project)
            except PageError as error:
                fault = fault or unknowns.unusable(error, ask.url)
                continue
            own = tuple(file for file in files if _is_of(file.name, self._project, version))
            found = ReleaseFiles(own, ask.url, status, age=answer.age, answers=tuple(answers))
            if own:
                return found
            empty = found if empty is None or not empty.found else empty
        if empty is not None and (empty.found or fault is None):
            return empty._replace(answers=tuple(answers))
        return fault or unknowns.malformed(self.address.redacted, "has no page that lists files")

    def _pages(self) -> Iterator[Ask]:
        address = self.address
        for root in (address.simple,) if address.simple is not None else address.simple_roots[:1]:
            yield Ask(f"{root}{self._project}/", ACCEPT_SIMPLE)
        if address.form is not Form.SIMPLE_ROOT:
            yield Ask(address.project_url(self._project), ACCEPT_JSON)

    def _ask(self, ask: Ask, deadline: float) -> Answer | Unknown:
        return retry.ask_until(ask, self._transport.send, deadline=deadline, time=self._clocks)

    def _in_time(self, body: Callable[[float], _Result | Unknown]) -> _Result | Unknown:
        """Run in a thread: a server that sends a byte now and then cannot be interrupted, only left alone."""
        outcome: queue.SimpleQueue[_Result | Unknown | BaseException] = queue.SimpleQueue()

        def run() -> None:
            try:
                outcome.put(body(time.monotonic() + self._timeout))
            except BaseException as fault:  # noqa: BLE001 - whatever it is, the one who waits has to know
                outcome.put(fault)

        threading.Thread(target=run, name="publish-gate-index", daemon=True).start()
        try:
            found = outcome.get(timeout=self._timeout)
        except queue.Empty:
            return unknowns.timeout(self.address.redacted, self._timeout)
        if isinstance(found, BaseException):
            raise found
        return found


def _is_of(filename: str, project: str, version: Version) -> bool:
    from packaging.version import InvalidVersion, Version

    for spelling in FileNames(project).spellings(filename):
        try:
            if Version(spelling) == version:
                return True
        except InvalidVersion:
            continue
    return False


def _read(answer: Answer, project: str) -> tuple[list[IndexFile], str | None]:
    if answer.media_type == SIMPLE_JSON_TYPE:
        from publish_gate.index import simple_json

        return simple_json.read_files(answer, project)
    if answer.is_html:
        from publish_gate.index import simple_html

        return simple_html.read_files(answer, project)
    from publish_gate.index import json_api

    return json_api.read_files(answer, project)
