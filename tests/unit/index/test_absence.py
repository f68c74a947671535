"""Answers that once led to a wrong first release or new version, and what proves absence instead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from unit.index.pages import html, html_page, html_root, json_answer, json_page, simple_page, simple_root

from publish_gate.hosts import PYPI, TESTPYPI, public_base
from publish_gate.index import absence, unknowns
from publish_gate.index.absence import Kind, Witness
from publish_gate.index.addresses import IndexAddress
from publish_gate.index.conversation import about_project, converse
from publish_gate.index.exchange import Answer, Ask, content_type
from publish_gate.index.state import Absent, Api, IndexState, Published, Unknown, UnknownCause

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


def hold(address: IndexAddress, table: Table) -> tuple[IndexState, list[str]]:
    """Ask for ``demo``; what the table does not have is a web server's 404. An answer from elsewhere stays so."""
    host = "://".join((address.url.partition("://")[0], address.url.split("/")[2]))
    asked: list[str] = []

    def fetch(request: Ask) -> Answer | Unknown:
        path = request.url.removeprefix(host)
        asked.append(path)
        reply = table.get(path, HTML_404)
        return reply if isinstance(reply, Unknown) or "elsewhere" in reply.url else replace(reply, url=request.url)

    def at_once(requests: Sequence[Ask]) -> list[Answer | Unknown]:
        return [fetch(request) for request in requests]

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
    body = recorded["body"].encode()
    return Answer(HOST + path, recorded["status"], media_type, charset, body, framed="Content-Length" in headers)


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


LISTED = simple_root([{"name": "other"}])
ELSEWHERE = "https://elsewhere.example/login"
AUTOINDEX = html('<h1>Index of /simple/</h1><a href="../">../</a><a href="other/">other/</a>')
HOME = html('<title>ACME</title><a href="about/">about</a><a href="other/">other</a>')
UNPROVEN = [
    ("", {JSON: NOT_FOUND}, "the 404 that gateways and frameworks have as well"),
    ("", {JSON: NOT_FOUND, PAGE: NOT_FOUND, ROOT: NOT_FOUND}, "the same everywhere"),
    ("/pypi/{name}/json", {JSON: NOT_FOUND}, "the same in a template"),
    ("", {ROOT: LISTED}, "a list that leads to nothing"),
    ("", {JSON: html("hi"), ROOT: LISTED}, "a web page instead of JSON, and a list that leads to nothing"),
    ("", {ROOT: AUTOINDEX}, "a web server's list of folders"),
    ("/simple/", {ROOT: AUTOINDEX}, "the same where pip is sent"),
    ("/simple/", {PAGE: LOST, ROOT: LISTED}, "a page that takes too long"),
    ("/simple/", {ROOT: HOME}, "a home page with links that fit"),
    ("/simple/", {ROOT: HOME, OTHER: HOME}, "a home page with links that lead to another"),
    ("/simple/{name}/", {ROOT: AUTOINDEX}, "the same in a template"),
    ("/pypi/{name}/json", {"/pypi/": html_root("other", url=f"{HOST}/pypi/")}, "a list that leads nowhere beside JSON"),
    ("/{name}/json", {"/": HOME, "/other/": OTHERS_PAGE}, "a home page at a guessed root"),
    ("/simple/", {ROOT: replace(LISTED, url=ELSEWHERE)}, "a list from elsewhere"),
    ("/simple/", {ROOT: simple_root([None, 1])}, "a list of nothings"),
    ("/simple/", {ROOT: replace(html_root("x"), complete=False)}, "a list longer than is read"),
    ("/simple/", {ROOT: replace(html_root("x"), body=html_root("x").body[:-30])}, "half a list"),
    ("", {JSON: replace(NOT_FOUND, framed=False), ROOT: LISTED}, "a bare JSON 404"),
    ("", {JSON: replace(NOT_FOUND, url=ELSEWHERE), ROOT: LISTED}, "the JSON 404 of another place"),
    (
        "",
        {JSON: json_answer(b'{"message":"x","message":"Not Found"}', 404), ROOT: LISTED},
        "a message that is there twice",
    ),
    ("/simple/", {PAGE: replace(HTML_404, url=ELSEWHERE), ROOT: html_root("x")}, "the 404 of a login page"),
    ("/simple/", {PAGE: replace(HTML_404, framed=False), ROOT: html_root("x")}, "a bare status line"),
    ("", {JSON: json_page({})}, "a project without releases that the Simple API does not know"),
    ("", {JSON: json_page({"1.0": []})}, "a project without files that the Simple API does not know"),
    ("/pypi/{name}/json", {JSON: json_page({"1.0": []})}, "the same in a template"),
    ("", {JSON: json_page({"1.0": [], "0.9": [{"filename": "demo-0.9.tar.gz"}]})}, "one release without files"),
    (
        "/pypi/{name}/json",
        {JSON: json_page({"1.0": [], "0.9": [{"filename": "demo-0.9.tar.gz"}]})},
        "one release without files, in a template",
    ),
    ("", {JSON: NOT_FOUND, PAGE: simple_page([{"filename": "demo-1.0.tar.gz"}])}, "files that JSON says are not there"),
    ("", {JSON: json_page({"0.9": [{"filename": "demo-0.9.tar.gz"}]}), PAGE: simple_page([], "x")}, "two projects"),
    ("", {JSON: json_page({"0.9": [{"filename": "demo-0.9.tar.gz"}]}), PAGE: html("", 500)}, "a Simple API that fails"),
    ("", {JSON: json_answer({"info": {"name": "demo"}})}, "no releases, and no Simple API"),
]


def old(version: str) -> dict[str, str]:
    return {"filename": f"demo-{version}.tar.gz"}


OLD, DRAWN = {"0.9": [old("0.9")]}, "<script src=list.js></script>"
ODD = {"filename": "demo-1.0.tar.zst"}
DISAGREE = [
    (
        "",
        {JSON: json_answer({"info": {"name": "demo"}, "releases": OLD, "versions": ["0.9", "1.0"]})},
        "a version more",
    ),
    ("", {JSON: json_answer({"info": {"name": "demo"}, "releases": OLD, "versions": "1.0"})}, "versions as a text"),
    ("", {JSON: json_answer({"info": {"name": "demo"}, "releases": OLD, "files": [old("1.0")]})}, "a file more"),
    ("", {JSON: json_page(OLD | {"x": [ODD]})}, "a file of an unknown kind below what is not a version"),
    ("", {JSON: json_page({"0.9": [old("0.9"), ODD]})}, "a file of an unknown kind below another version"),
    ("/simple/", {PAGE: simple_page([old("0.9"), ODD], versions=["0.9"])}, "the same on a page that lists versions"),
    ("/simple/", {PAGE: simple_page([old("0.9")], versions=["0.9", "1.0"]), ROOT: LISTED}, "a version without files"),
    ("/simple/", {PAGE: replace(html_page("demo-1.0.tar.gz"), status=404), ROOT: LISTED}, "a 404 with files"),
    ("/simple/", {PAGE: replace(simple_page([old("1.0")]), status=404), ROOT: LISTED}, "a 404 with files, in JSON"),
    ("", {JSON: replace(json_page(OLD), status=404), ROOT: LISTED, OTHER: OTHERS_PAGE}, "a JSON 404 with files"),
    ("/simple/", {ROOT: html(f"<title>Simple index</title>{DRAWN}", url=HOST + ROOT)}, "a list that a script draws"),
    ("/simple/", {PAGE: html(f"<title>Links for demo</title>{DRAWN}"), ROOT: LISTED}, "a page that a script draws"),
]


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in DISAGREE], ids=[row[2] for row in DISAGREE])
def test_an_answer_that_disagrees_with_itself_is_unknown(address: str, table: Table) -> None:
    state = ask(address, table)
    assert isinstance(state, Unknown), state


AGREE = [
    ("", {JSON: json_page({"0.9": [old("0.9"), {"filename": "demo-0.9.tar.zst"}]})}, "a kind that is not known"),
    ("", {JSON: json_answer({"info": {"name": "demo"}, "releases": OLD, "versions": ["0.9.0"]})}, "another spelling"),
    ("/simple/", {PAGE: simple_page([old("0.9"), {"filename": "demo-0.9.tar.zst"}], versions=["0.9"])}, "a page"),
]


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in AGREE], ids=[row[2] for row in AGREE])
def test_an_answer_that_agrees_with_itself_is_believed(address: str, table: Table) -> None:
    state = ask(address, table)
    assert isinstance(state, Published), state
    assert [str(release.version) for release in state.releases] == ["0.9"]


TWO_NAMES = [
    ('<a href="demo-0.9.tar.gz">demo-1.0.tar.gz</a>', "address and text differ"),
    ('<a href="demo-0.9.tar.gz">x</a><a href="/get?file=demo-1.0.tar.gz">Download</a>', "a file behind a query"),
    ('<a href="demo-0.9.tar.gz">x</a><a href="/get?x=1;path=a/demo-1.0.tar.gz">x</a>', "a path behind a query"),
]


@pytest.mark.parametrize("links", [row[0] for row in TWO_NAMES], ids=[row[1] for row in TWO_NAMES])
def test_every_file_that_a_link_names_is_there(links: str) -> None:
    state = ask("/simple/", {PAGE: html(f"<title>Links for demo</title>{links}"), ROOT: LISTED})
    assert isinstance(state, Published)
    assert [str(release.version) for release in state.releases] == ["0.9", "1.0"]


EMPTY = [
    ("/simple/", {PAGE: simple_page([])}, "nobody knows what answers"),
    ("/simple/", {PAGE: html_page()}, "a title, and nothing below it"),
    ("/simple/{name}/", {PAGE: simple_page([], versions=[])}, "the same in a template"),
    ("/simple/", {PAGE: simple_page([]), ROOT: simple_page([])}, "the same page everywhere"),
    ("/simple/", {PAGE: simple_page([]), ROOT: AUTOINDEX}, "a list of folders"),
    ("/simple/", {PAGE: simple_page([]), ROOT: LOST}, "a list that is lost"),
    ("", {PAGE: simple_page([]), ROOT: LISTED}, "a base without the JSON API, and a list that leads nowhere"),
]
CONFIRMED = [
    ("/simple/", {PAGE: simple_page([]), ROOT: simple_root([{"name": "demo"}])}, "a list that has it"),
    ("/simple/{name}/", {PAGE: html_page(), ROOT: html_root("other")}, "a list that does not have it"),
    ("", {PAGE: html_page(), ROOT: html_root("demo", "other"), OTHER: OTHERS_PAGE}, "a list that leads to a project"),
    ("", {JSON: json_page({}), PAGE: simple_page([])}, "both interfaces agree"),
]


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in EMPTY], ids=[row[2] for row in EMPTY])
def test_a_page_without_files_proves_nothing_by_itself(address: str, table: Table) -> None:
    assert isinstance(ask(address, table), Unknown)
    assert isinstance(ask(address, table, "zeta"), Unknown)
    if table.get(ROOT) is not LOST:
        there = {**table, "/simple/zeta/": html_page("zeta-1.0.tar.gz", title="Links for zeta")}
        assert versions_of(ask(address, there, "zeta")) == []


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in CONFIRMED], ids=[row[2] for row in CONFIRMED])
def test_a_page_without_files_below_what_is_an_index(address: str, table: Table) -> None:
    assert versions_of(ask(address, table)) == []


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in UNPROVEN], ids=[row[2] for row in UNPROVEN])
def test_unproven(address: str, table: Table) -> None:
    state = ask(address, table)
    assert isinstance(state, Unknown), state
    assert state.hint


def test_what_is_unproven_names_the_way_out() -> None:
    state = ask("/simple/", {})
    assert isinstance(state, Unknown)
    named = unknowns.for_target(state, "inter-nal")
    assert "targets.inter-nal.probe in the config file, or the input probe" in named.hint
    assert unknowns.for_target(state, None) is state


def test_a_refusal_names_the_variables_of_its_target() -> None:
    hint = unknowns.for_target(unknowns.forbidden(401, HOST), "inter-nal.x").hint
    assert "PUBLISH_GATE_INDEX_INTER_NAL_X_USERNAME" in hint
    assert "PUBLISH_GATE_INDEX_INTER_NAL_X_PASSWORD" in hint
    assert ".netrc" in hint


AWS_404 = json_answer({"message": "Not Found"}, 404)
PROBED = [
    ("/simple/", {OTHER: OTHERS_PAGE}, "a root without a list"),
    ("/simple/", {ROOT: AUTOINDEX, OTHER: OTHERS_PAGE}, "a list of folders"),
    ("/simple/", {ROOT: LOST, OTHER: OTHERS_PAGE}, "a list that takes too long"),
    ("/simple/", {PAGE: FORWARDED, NOBODY: FORWARDED, OTHER: OTHERS_PAGE}, "what is not there is forwarded"),
    ("/simple/", {PAGE: AWS_404, NOBODY: AWS_404, OTHER: OTHERS_PAGE}, "a 404 in JSON"),
    ("/simple/{name}/", {OTHER: OTHERS_PAGE}, "a template of the Simple API"),
    ("", {OTHER: OTHERS_PAGE}, "a base with a Simple API"),
    (
        "",
        {"/pypi/other/json": json_page({"1": [{"filename": "other-1.tar.gz"}]}, "other")},
        "a base with nothing but the JSON API",
    ),
    (
        "/api/{name}",
        {"/api/other": json_page({"1": [{"filename": "other-1.tar.gz"}]}, "other")},
        "a template of the JSON API",
    ),
    ("/x-{name}", {"/x-other": OTHERS_PAGE}, "a template without any root"),
]


@pytest.mark.parametrize(("address", "table"), [row[:2] for row in PROBED], ids=[row[2] for row in PROBED])
def test_a_project_that_is_there_proves_that_another_is_not(address: str, table: Table) -> None:
    assert isinstance(ask(address, table, "other"), Absent)
    assert isinstance(ask(address, table), Absent | Unknown)


NOT_PROBED = [
    ({}, "the probe is not there"),
    ({OTHER: html_page(title="Links for other")}, "the probe has no files"),
    ({OTHER: html_page("demo-1.0.tar.gz")}, "the probe's page is another project's"),
    ({OTHER: replace(OTHERS_PAGE, url=ELSEWHERE)}, "the probe is elsewhere"),
    ({OTHER: LOST}, "the probe is lost"),
    ({OTHER: OTHERS_PAGE, NOBODY: LOST}, "what cannot exist is lost"),
    ({OTHER: OTHERS_PAGE, NOBODY: OTHERS_PAGE}, "what cannot exist is there"),
    ({OTHER: OTHERS_PAGE, NOBODY: AWS_404}, "what cannot exist is missing in another way"),
    ({OTHER: OTHERS_PAGE, NOBODY: FORWARDED}, "what cannot exist is forwarded, and this one is not"),
    ({OTHER: OTHERS_PAGE, NOBODY: replace(HTML_404, url=ELSEWHERE)}, "what cannot exist is missing elsewhere"),
    ({OTHER: OTHERS_PAGE, ROOT: html_root("demo")}, "the list has the project"),
    ({OTHER: OTHERS_PAGE, PAGE: html("", 500)}, "the page fails"),
    ({OTHER: OTHERS_PAGE, PAGE: replace(HTML_404, url=ELSEWHERE)}, "the page is missing elsewhere"),
]


@pytest.mark.parametrize("table", [row[0] for row in NOT_PROBED], ids=[row[1] for row in NOT_PROBED])
def test_a_probe_that_proves_nothing(table: Table) -> None:
    assert isinstance(ask("/simple/", table, "other"), Unknown)


# What the public indexes answer for a project that is there, is empty, or is closed.
WARM = json_answer(
    {
        "info": {"name": "demo", "version": "1.0"},
        "releases": {"0.9": [], "1.0": [{"filename": "demo-1.0.tar.gz", "packagetype": "sdist"}], "old!": []},
        "urls": [{"filename": "demo-1.0.tar.gz"}],
    }
)
ACTIVE: dict[str, Any] = {"project-status": {"status": "active"}}
THERE = [{"filename": "demo-1.0.tar.gz"}]
PUBLIC_FORMS = ["", "/", "/pypi", "/pypi/{name}/json", "/simple/", "/simple/{name}/", "/simple/{name}"]


def versions_of(state: IndexState) -> list[str]:
    assert isinstance(state, Published), state
    return [str(release.version) for release in state.releases]


@pytest.mark.parametrize("form", PUBLIC_FORMS)
@pytest.mark.parametrize("web", [PYPI.web, TESTPYPI.web])
def test_a_public_index_is_asked_by_both_of_its_interfaces(web: str, form: str) -> None:
    address = IndexAddress.parse(web + form)
    there, asked = hold(address, {JSON: WARM, PAGE: simple_page(THERE, **ACTIVE)})
    assert asked == [JSON, PAGE]
    assert versions_of(there) == ["1.0"]
    absent, asked = hold(address, {JSON: NOT_FOUND})
    assert absent == Absent(Api.JSON, web + JSON)
    assert asked == [JSON, PAGE]


def test_what_only_one_interface_has_is_published() -> None:
    page = simple_page([*THERE, {"filename": "demo-0.9.tar.gz"}, {"filename": "demo-2.0.tar.gz"}])
    state, _ = hold(IndexAddress.parse(PYPI.web), {JSON: WARM, PAGE: page})
    assert versions_of(state) == ["0.9", "1.0", "2.0"]
    assert isinstance(state, Published)
    assert state.fileless == ()
    state, _ = hold(IndexAddress.parse(PYPI.web), {JSON: WARM, PAGE: simple_page([])})
    assert versions_of(state) == ["1.0"]


def test_the_versions_are_known_when_the_key_releases_has_gone() -> None:
    gone = json_answer({"info": {"name": "demo", "version": "1.0"}, "urls": THERE})
    state, _ = hold(IndexAddress.parse(PYPI.web), {JSON: gone, PAGE: simple_page(THERE, **ACTIVE)})
    assert versions_of(state) == ["1.0"]


@pytest.mark.parametrize("status", ["archived", "quarantined"])
@pytest.mark.parametrize(
    ("answer", "files"), [(WARM, THERE), (NOT_FOUND, []), (NOT_FOUND, THERE)], ids=["there", "hidden", "half hidden"]
)
def test_a_closed_project_is_known_as_one(status: str, answer: Answer, files: list[object]) -> None:
    page = simple_page(files, **{"project-status": {"status": status, "reason": "x"}})
    for web in (PYPI.web, HOST):
        state, _ = hold(IndexAddress.parse(web), {JSON: answer, PAGE: page})
        assert isinstance(state, Published)
        assert state.status == status


def test_an_empty_project_is_not_absent() -> None:
    state, _ = hold(IndexAddress.parse(PYPI.web), {JSON: NOT_FOUND, PAGE: simple_page([], **ACTIVE)})
    assert versions_of(state) == []


PUBLIC_UNKNOWN = [
    ({}, "a 404 that is a web page"),
    ({JSON: html("hi"), PAGE: simple_page(THERE)}, "a web page instead of JSON"),
    ({JSON: LOST, PAGE: simple_page(THERE)}, "JSON is lost"),
    ({JSON: WARM, PAGE: LOST}, "the Simple page is lost"),
    ({JSON: WARM, PAGE: HTML_404}, "the Simple API does not have it"),
    ({JSON: WARM, PAGE: json_answer({})}, "the Simple API answers with something else"),
    ({JSON: WARM, PAGE: html("hi")}, "the Simple API answers with a web page"),
    ({JSON: WARM, PAGE: html("", 400)}, "the Simple API answers with an odd status"),
    ({JSON: NOT_FOUND, PAGE: LOST}, "not found, and the Simple page is lost"),
    ({JSON: NOT_FOUND, PAGE: html("", 405)}, "not found, and the Simple API is not offered"),
    ({JSON: NOT_FOUND, PAGE: replace(HTML_404, url=ELSEWHERE)}, "not found, and not found elsewhere"),
    ({JSON: NOT_FOUND, PAGE: simple_page(THERE, **ACTIVE)}, "not found, and there"),
    ({JSON: WARM, PAGE: simple_page(THERE, **{"project-status": {"status": 7}})}, "a status that is a number"),
]


@pytest.mark.parametrize("table", [row[0] for row in PUBLIC_UNKNOWN], ids=[row[1] for row in PUBLIC_UNKNOWN])
def test_a_public_index_that_is_not_of_one_mind_is_unknown(table: Table) -> None:
    # A probe has no say there: the index speaks for itself.
    address = replace(IndexAddress.parse(PYPI.web), probe="other")
    assert isinstance(hold(address, {OTHER: OTHERS_PAGE, **table})[0], Unknown)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        *((PYPI.web + form.rstrip("/"), PYPI.web) for form in PUBLIC_FORMS),
        (f"{PYPI.web}/legacy", None),
        (f"{PYPI.web}/pypi/{{name}}/1.0/json", None),
        (f"{PYPI.web}.example/simple/", None),
        (f"{PYPI.web}simple", None),
        ("https://i.example/simple/", None),
    ],
)
def test_the_addresses_of_the_public_indexes(url: str, base: str | None) -> None:
    assert public_base(url) == base


def test_every_proof_needs_the_answer_about_the_project_itself() -> None:
    assert set(absence.PROOFS) == set(Kind)
    for kind, proofs in absence.PROOFS.items():
        assert all(Witness.MISSING in proof for proof in proofs)
        assert not absence.proven(kind, {Witness.MISSING})
        assert not absence.proven(kind, set(Witness) - {Witness.MISSING})
        assert absence.proven(kind, set(Witness))


def test_the_table_has_every_kind_and_every_witness() -> None:
    table = absence.table()
    assert all(f"| {kind.value} | " in table for kind in Kind)
    assert all(witness.value in table for witness in Witness)
