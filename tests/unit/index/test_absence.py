"""Answers that once led to a wrong first release or new version, and what proves absence instead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from unit.index.pages import html, html_page, json_answer

from publish_gate.index.addresses import IndexAddress
from publish_gate.index.conversation import about_project, converse
from publish_gate.index.exchange import Answer, Ask, content_type
from publish_gate.index.state import IndexState, Published, Unknown, UnknownCause

HOST = "https://i.example"
VECTORS = Path(__file__).parents[2] / "vectors" / "index-absence.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]

NOT_FOUND = json_answer({"message": "Not Found"}, 404)
HTML_404 = html("<h1>404 Not Found</h1>", 404)
LOST = Unknown(UnknownCause.TIMEOUT, "late", "wait", HOST)
FORWARDED = Answer(HOST, 303, forwarded=True)
JSON, PAGE, ROOT, OTHER = "/pypi/demo/json", "/simple/demo/", "/simple/", "/simple/other/"
NOBODY = "/simple/publish-gate-there-is-no-such-project/"
OTHERS_PAGE = html_page("other-1.0.tar.gz", title="Links for other")

Table = Mapping[str, Answer | Unknown]


def hold(address: IndexAddress, table: Table, host: str = HOST) -> tuple[IndexState, list[str]]:
    """Ask for ``demo``; what the table does not have is a web server's 404. An answer's own address stays."""
    asked: list[str] = []

    def ask(request: Ask) -> Answer | Unknown:
        path = request.url.removeprefix(host)
        asked.append(path)
        reply = table.get(path, HTML_404)
        if isinstance(reply, Unknown) or "elsewhere" in reply.url:
            return reply
        return replace(reply, url=request.url)

    def at_once(requests: Sequence[Ask]) -> list[Answer | Unknown]:
        return [ask(request) for request in requests]

    return converse(about_project(address, "demo"), at_once), asked


def ask(address: str, table: Table, probe: str | None = None) -> IndexState:
    return hold(replace(IndexAddress.parse(HOST + address), probe=probe), table)[0]


def answer_of(recorded: dict[str, Any], path: str) -> Answer | Unknown:
    if "error" in recorded:
        return LOST
    headers = recorded["headers"]
    media_type, charset = content_type(headers.get("Content-Type", ""))
    location = headers.get("Location", "")
    if recorded["status"] in {301, 302} and "PYPI-HOST" in location:
        return Answer(HOST, recorded["status"], forwarded=True)
    if recorded["status"] in {301, 302}:
        return Answer("https://elsewhere.example/login", 404, "application/json", body=b'{"message":"Not Found"}')
    framed = "Content-Length" in headers
    return Answer(HOST + path, recorded["status"], media_type, charset, recorded["body"].encode(), True, framed=framed)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_recorded_answers_never_publish(row: dict[str, Any]) -> None:
    table = {path: answer_of(recorded, path) for path, recorded in row["answers"].items()}
    state = ask(row["address"].removeprefix("INDEX"), table)
    if row["id"] == "page-archived":
        # The index says more than that nothing is known: the project takes no release.
        assert isinstance(state, Published)
        assert state.status == "archived"
        return
    assert isinstance(state, Unknown), state
