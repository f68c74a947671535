"""Which address is asked next and what it means: whole dialogues with an index that is a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import pytest
from unit.index.pages import html, html_page, html_root, json_answer, json_page, simple_page, simple_root

from publish_gate.index.addresses import IndexAddress
from publish_gate.index.conversation import about_project, converse
from publish_gate.index.exchange import ACCEPT_ANY, ACCEPT_JSON, ACCEPT_SIMPLE, ROOT_LIMIT, Answer, Ask
from publish_gate.index.state import Absent, Api, IndexState, Published, Unknown, UnknownCause

HOST = "https://i.example"
Table: TypeAlias = Mapping[str, Answer | Unknown]

NOT_FOUND = json_answer({"message": "Not Found"}, 404)
HTML_404 = html("<h1>404 Not Found</h1>", 404)
LOST = Unknown(UnknownCause.TIMEOUT, "late", "wait", HOST)
FORWARDED = Answer(HOST, 303, forwarded=True)
PAGE = "/simple/demo/"
OTHER = "/simple/x/"
FULL_PAGE = html_page("demo-1.0.tar.gz")
OTHERS_PAGE = html_page("x-1.0.tar.gz", title="Links for x")
FILES = [{"filename": "demo-1.0.tar.gz"}]
HAS_FILE = {"1.0": [{"filename": "demo-1.0.tar.gz"}]}
ROOT = "/simple/"
JSON = "/pypi/demo/json"


def hold(address: str, table: Table) -> tuple[IndexState, list[str]]:
    """Ask for ``demo``; what the table does not have is a web server's 404."""
    asked: list[Ask] = []

    def ask(requests: Sequence[Ask]) -> list[Answer | Unknown]:
        asked.extend(requests)
        replies = [table.get(request.url.removeprefix(HOST), HTML_404) for request in requests]
        return [
            reply if isinstance(reply, Unknown) else replace(reply, url=request.url)
            for request, reply in zip(requests, replies, strict=True)
        ]

    state = converse(about_project(IndexAddress.parse(HOST + address), "demo"), ask)
    return state, [request.url.removeprefix(HOST) for request in asked]


@pytest.mark.parametrize(
    ("address", "table", "expected", "asked"),
    [
        pytest.param("", {JSON: json_page(HAS_FILE)}, Api.JSON, [JSON, PAGE], id="the JSON API comes first"),
        pytest.param(
            "", {PAGE: simple_page(FILES)}, Api.SIMPLE_JSON, [JSON, PAGE], id="Simple where JSON is not offered"
        ),
        pytest.param(
            "",
            {JSON: html("hello"), PAGE: FULL_PAGE},
            Api.SIMPLE_HTML,
            [JSON, PAGE],
            id="Simple where a web page stands in the place of JSON",
        ),
        *(
            pytest.param(
                "",
                {JSON: html("", status), PAGE: simple_page(FILES)},
                Api.SIMPLE_JSON,
                [JSON, PAGE],
                id=f"Simple after status {status}",
            )
            for status in (404, 405, 406, 410, 501)
        ),
        pytest.param(
            "",
            {JSON: FORWARDED, PAGE: simple_page(FILES)},
            Api.SIMPLE_JSON,
            [JSON, PAGE],
            id="Simple where JSON is forwarded to a public index",
        ),
        pytest.param("/simple/", {PAGE: FULL_PAGE}, Api.SIMPLE_HTML, [PAGE], id="what pip is given"),
        pytest.param("/simple/{name}/", {PAGE: FULL_PAGE}, Api.SIMPLE_HTML, [PAGE], id="template of html"),
        pytest.param("/{name}", {"/demo": simple_page(FILES)}, Api.SIMPLE_JSON, ["/demo"], id="template of Simple"),
        pytest.param("/{name}", {"/demo": json_page(HAS_FILE)}, Api.JSON, ["/demo"], id="template of JSON"),
        pytest.param(
            "/{name}/json",
            {ROOT: html_root(), PAGE: FULL_PAGE},
            Api.SIMPLE_HTML,
            ["/demo/json", ROOT, PAGE],
            id="the Simple API beside a template without an answer",
        ),
        pytest.param(
            "/simple/{name}",
            {ROOT: html_root(), PAGE: FULL_PAGE},
            Api.SIMPLE_HTML,
            ["/simple/demo", ROOT, PAGE],
            id="a static Simple API asked without the slash",
        ),
    ],
)
def test_published(address: str, table: Table, expected: Api, asked: list[str]) -> None:
    state, urls = hold(address, table)
    assert isinstance(state, Published)
    assert state.api is expected
    assert state.url == HOST + (JSON if expected is Api.JSON and JSON in asked else asked[-1])
    assert urls == asked


@pytest.mark.parametrize(
    ("address", "table", "expected", "asked"),
    [
        pytest.param(
            "",
            {JSON: NOT_FOUND, ROOT: simple_root([{"name": "x"}])},
            Api.SIMPLE_JSON,
            [JSON, PAGE, ROOT],
            id="the JSON API's own 404, and a list",
        ),
        pytest.param(
            "/{name}/json",
            {"/demo/json": NOT_FOUND, ROOT: html_root("x")},
            Api.SIMPLE_HTML,
            ["/demo/json", ROOT, PAGE],
            id="the same in a template",
        ),
        pytest.param("", {ROOT: simple_root([])}, Api.SIMPLE_JSON, [JSON, PAGE, ROOT], id="a 404 below an empty list"),
        pytest.param(
            "",
            {ROOT: html_root("x"), OTHER: OTHERS_PAGE},
            Api.SIMPLE_HTML,
            [JSON, PAGE, ROOT, OTHER],
            id="a 404 below a list that leads to a project",
        ),
        pytest.param(
            "/simple/",
            {ROOT: html('<a href="x/">x</a>'), OTHER: OTHERS_PAGE},
            Api.SIMPLE_HTML,
            [PAGE, ROOT, OTHER],
            id="a 404 in a web server's folder, whose other folder is a project's",
        ),
        pytest.param("/simple", {ROOT: html_root()}, Api.SIMPLE_HTML, [PAGE, ROOT], id="what pip is given"),
        pytest.param("/simple/{name}/", {ROOT: html_root()}, Api.SIMPLE_HTML, [PAGE, ROOT], id="a Simple template"),
        pytest.param(
            "/simple/{name}",
            {ROOT: html_root()},
            Api.SIMPLE_HTML,
            ["/simple/demo", ROOT, PAGE],
            id="a Simple template without its slash: the page proper is asked as well",
        ),
        pytest.param(
            "",
            {PAGE: FORWARDED, ROOT: html_root("x"), OTHER: OTHERS_PAGE},
            Api.SIMPLE_HTML,
            [JSON, PAGE, ROOT, OTHER],
            id="forwarded to a public index, and not in this one's whole list",
        ),
    ],
)
def test_absent(address: str, table: Table, expected: Api, asked: list[str]) -> None:
    state, urls = hold(address, table)
    assert isinstance(state, Absent)
    assert state.api is expected
    assert urls == asked


DEVPI_404 = json_answer({"message": "The project demo does not exist."}, 404)
NGINX = html("<title>Welcome to nginx!</title>")


@pytest.mark.parametrize(
    ("address", "table", "cause"),
    [
        pytest.param("", {}, UnknownCause.NOT_AN_INDEX, id="an HTML 404 of a web server is no first release"),
        pytest.param("/simple/", {}, UnknownCause.NOT_AN_INDEX, id="nor is it below what pip is given"),
        pytest.param("/simple/{name}/", {}, UnknownCause.NOT_AN_INDEX, id="nor in a Simple template"),
        pytest.param("/{name}/json", {}, UnknownCause.NOT_AN_INDEX, id="nor in a JSON template"),
        pytest.param("/x-{name}", {}, UnknownCause.NOT_AN_INDEX, id="nor in a template without a root"),
        pytest.param(
            "", {ROOT: NGINX}, UnknownCause.NOT_AN_INDEX, id="a 200 of a web server at the root proves nothing"
        ),
        pytest.param("", {ROOT: json_answer({})}, UnknownCause.NOT_AN_INDEX, id="nor does JSON of another kind"),
        pytest.param(
            "",
            {ROOT: simple_page([], "simple")},
            UnknownCause.NOT_AN_INDEX,
            id="nor does the page of a project called simple",
        ),
        pytest.param(
            "", {JSON: DEVPI_404}, UnknownCause.NOT_AN_INDEX, id="a 404 with another message is not the index's own"
        ),
        pytest.param(
            "",
            {JSON: json_answer({"message": "Not Found", "code": 5}, 404)},
            UnknownCause.NOT_AN_INDEX,
            id="a 404 with more than the message is not the index's own",
        ),
        pytest.param(
            "",
            {JSON: json_answer(b'{"message": "Not Found"}' + b" " * 2000, 404)},
            UnknownCause.NOT_AN_INDEX,
            id="a 404 that is too long is not the index's own",
        ),
        pytest.param("", {JSON: json_answer(b"{", 404)}, UnknownCause.NOT_AN_INDEX, id="a 404 that is half of one"),
        pytest.param(
            "",
            {JSON: json_answer({"message": "Not Found"}, 404, "text/html")},
            UnknownCause.NOT_AN_INDEX,
            id="a 404 of another content type is not the index's own",
        ),
        pytest.param("", {JSON: LOST}, UnknownCause.TIMEOUT, id="JSON is lost"),
        pytest.param("", {PAGE: LOST}, UnknownCause.TIMEOUT, id="the Simple page is lost"),
        pytest.param("", {ROOT: LOST}, UnknownCause.TIMEOUT, id="the root is lost"),
        pytest.param("/{name}/json", {"/demo/json": LOST}, UnknownCause.TIMEOUT, id="a template is lost"),
        pytest.param("/{name}/json", {ROOT: LOST}, UnknownCause.TIMEOUT, id="the root of a template is lost"),
        pytest.param(
            "",
            {JSON: json_answer(b"{"), PAGE: simple_page(FILES)},
            UnknownCause.MALFORMED,
            id="malformed JSON is not passed over in favour of Simple",
        ),
        pytest.param("", {JSON: json_page({}, "other")}, UnknownCause.WRONG_PROJECT, id="another project"),
        pytest.param("", {JSON: json_answer({}, 400)}, UnknownCause.NOT_AN_INDEX, id="status 400 for JSON"),
        pytest.param("", {JSON: json_answer({}, 204)}, UnknownCause.MALFORMED, id="status 204 for JSON"),
        pytest.param("/simple/", {PAGE: html("", 501)}, UnknownCause.SERVER_ERROR, id="status 501 for Simple"),
        pytest.param("/simple/", {PAGE: html("", 410)}, UnknownCause.NOT_AN_INDEX, id="status 410 for Simple"),
        pytest.param("/{name}", {"/demo": html("", 400)}, UnknownCause.NOT_AN_INDEX, id="template: status 400"),
        pytest.param("/{name}", {"/demo": html("", 304)}, UnknownCause.MALFORMED, id="template: status 304"),
        pytest.param("/simple/", {PAGE: json_page({})}, UnknownCause.MALFORMED, id="JSON of another API for Simple"),
        pytest.param("", {PAGE: NGINX}, UnknownCause.NOT_AN_INDEX, id="a web server that answers 200 to all"),
        pytest.param(
            "", {ROOT: html_root("demo")}, UnknownCause.MALFORMED, id="a project that is listed without a page"
        ),
        pytest.param(
            "",
            {PAGE: FORWARDED, ROOT: replace(html_root("x"), complete=False)},
            UnknownCause.REDIRECT_REFUSED,
            id="forwarded to a public index, and the list too long to know",
        ),
        pytest.param("", {PAGE: FORWARDED}, UnknownCause.NOT_AN_INDEX, id="forwarded to a public index by no index"),
        pytest.param(
            "",
            {PAGE: FORWARDED, ROOT: FORWARDED},
            UnknownCause.NOT_AN_INDEX,
            id="everything is forwarded to a public index",
        ),
        pytest.param(
            "/{name}/json",
            {"/": replace(simple_root([]), complete=False)},
            UnknownCause.NOT_AN_INDEX,
            id="a guessed root of which only a part was read",
        ),
    ],
)
def test_unknown(address: str, table: Table, cause: UnknownCause) -> None:
    state, _ = hold(address, table)
    assert isinstance(state, Unknown)
    assert state.cause is cause
    assert state.message
    assert state.hint


def test_a_guessed_root_that_was_read_to_the_end_is_believed() -> None:
    table = {"/": simple_root([{"name": "x"}]), "/x/": OTHERS_PAGE}
    state, urls = hold("/{name}/json", table)
    assert isinstance(state, Absent)
    assert urls == ["/demo/json", "/simple/", "/", "/demo/", "/x/"]


def test_a_template_that_is_forwarded_and_has_no_root_says_so() -> None:
    state, _ = hold("/{name}/json", {"/demo/json": FORWARDED})
    assert isinstance(state, Unknown)
    assert "public index" in state.message


@pytest.mark.parametrize(
    ("address", "accepts"),
    [
        pytest.param("", [ACCEPT_JSON, ACCEPT_SIMPLE, ACCEPT_SIMPLE], id="a base address"),
        pytest.param("/simple/", [ACCEPT_SIMPLE, ACCEPT_SIMPLE], id="what pip is given"),
        pytest.param("/simple/{name}/", [ACCEPT_ANY, ACCEPT_SIMPLE], id="a template"),
    ],
)
def test_what_is_accepted_and_how_much_is_read(address: str, accepts: list[str]) -> None:
    asked: list[Ask] = []

    def ask(requests: Sequence[Ask]) -> list[Answer]:
        asked.extend(requests)
        return [replace(HTML_404, url=request.url) for request in requests]

    converse(about_project(IndexAddress.parse(HOST + address), "demo"), ask)
    assert [request.accept for request in asked] == accepts
    assert [request.prefix for request in asked] == [None] * (len(asked) - 1) + [ROOT_LIMIT]


def test_what_is_shown_holds_no_query() -> None:
    state, _ = hold("/api?name={name}&token=secret", {"/api?name=demo&token=secret": json_page(HAS_FILE)})
    assert isinstance(state, Published)
    assert state.url == f"{HOST}/api?…"
    lost, _ = hold("/api?name={name}&token=secret", {})
    assert "secret" not in repr(lost)


ROOTS = [
    ({JSON: json_page(HAS_FILE)}, Published, "the root of a JSON API, as such indexes were once written"),
    (
        {JSON: NOT_FOUND, ROOT: html_root("x"), "/pypi/pypi/demo/json": json_page(HAS_FILE)},
        Published,
        "a base that ends in /pypi",
    ),
    ({JSON: NOT_FOUND, ROOT: html_root("x"), "/pypi/pypi/demo/json": NOT_FOUND}, Absent, "neither reading has it"),
    ({JSON: NOT_FOUND, ROOT: html_root("x")}, Absent, "the other reading is not an index"),
    ({JSON: NOT_FOUND, "/pypi/pypi/demo/json": NOT_FOUND}, Unknown, "nothing but a 404 that gateways have as well"),
    ({"/pypi/pypi/demo/json": NOT_FOUND}, Unknown, "only what looks like a version of the project pypi says no"),
    ({JSON: LOST}, Unknown, "nobody knows"),
]


@pytest.mark.parametrize(("table", "expected"), [row[:2] for row in ROOTS], ids=[row[2] for row in ROOTS])
def test_a_base_that_ends_in_pypi_is_asked_both_ways(table: Table, expected: type[IndexState]) -> None:
    assert isinstance(hold("/pypi", table)[0], expected)


CUT = [
    (b"<h1>Links for demo</h1>", "after the title"),
    (b'<h1>Links for demo</h1><a href="demo-1.0.tar.gz">demo-1.0.tar.gz</a><a href="demo-1.1', "inside a link"),
    (b'<h1>Links for demo</h1><a href="demo-1.0.tar.gz">demo-1.0.tar.gz</a>', "after a link"),
]


@pytest.mark.parametrize("body", [row[0] for row in CUT], ids=[row[1] for row in CUT])
def test_a_page_that_was_cut_off_without_anybody_saying_so_is_unknown(body: bytes) -> None:
    page = replace(html(""), body=body)
    state, _ = hold("/simple/", {PAGE: replace(page, framed=False)})
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.TRUNCATED
    assert isinstance(hold("/simple/", {PAGE: page})[0], Unknown), "a length that fits says nothing"
    # What comes after half a link still belongs to it, the page's end included.
    whole = replace(page, framed=False, body=body + b'"></a></body></HTML >\n')
    assert isinstance(hold("/simple/", {PAGE: whole, ROOT: html_root("x")})[0], Published)


def test_a_simple_api_that_stands_elsewhere_is_asked_where_json_is_not_offered() -> None:
    address = IndexAddress.parse(f"{HOST}/x/{{name}}.json").with_simple(IndexAddress.parse(f"{HOST}/files/{{name}}/"))
    table = {"/files/demo/": simple_page(FILES)}

    def ask(requests: Sequence[Ask]) -> list[Answer]:
        return [replace(table.get(request.url.removeprefix(HOST), HTML_404), url=request.url) for request in requests]

    assert isinstance(converse(about_project(address, "demo"), ask), Published)


@pytest.mark.parametrize("other", ["https://i.example/simple/", "https://i.example/{name}/json"])
def test_a_simple_api_that_stands_elsewhere_is_a_template_that_ends_in_the_name(other: str) -> None:
    with pytest.raises(ValueError, match="ends in"):
        IndexAddress.parse(f"{HOST}/{{name}}/json").with_simple(IndexAddress.parse(other))
