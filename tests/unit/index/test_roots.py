"""What passes for the root of a Simple API, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.index.pages import html, html_page, html_root, json_answer, simple_page, simple_root

from publish_gate.index import simple_html, simple_json
from publish_gate.index.exchange import SIMPLE_JSON_TYPE, Answer
from publish_gate.index.listing import Listing
from publish_gate.index.state import Api

ROOT = "https://i.example/simple/"


def read(answer: Answer) -> Listing | None:
    if answer.media_type == SIMPLE_JSON_TYPE:
        return simple_json.read_root(answer)
    return simple_html.read_root(answer)


def cut(text: str) -> Answer:
    return replace(json_answer(text.encode(), media_type=SIMPLE_JSON_TYPE), complete=False)


def listing(text: str, url: str = ROOT) -> Answer:
    return html(text, url=url)


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        pytest.param(simple_root([]), set(), id="json: an empty list"),
        pytest.param(simple_root([{"name": "De_mo"}]), {"de-mo"}, id="json: a list"),
        pytest.param(simple_root([{"name": "a"}, {"name": 7}]), None, id="json: a list with an odd name"),
        pytest.param(simple_root([{"name": "a"}, 7]), None, id="json: a list with an odd project"),
        pytest.param(html_root("a", "b/c"), None, id="html: a list with an odd link"),
        pytest.param(html_root(), set(), id="html: an empty list, as of pypiserver"),
        pytest.param(html_root("demo", "A.B"), {"demo", "a-b"}, id="html: a list"),
        pytest.param(
            html_root("demo", title="alice/dev: simple list (including inherited indices)"),
            {"demo"},
            id="html: a list, as of devpi",
        ),
        pytest.param(
            listing('<a href="/simple/demo/">demo</a><a href="https://i.example/simple/b">B</a>'),
            {"demo", "b"},
            id="html: no title, absolute links",
        ),
        pytest.param(
            listing('<a href="?C=N">Name</a><a href="../">../</a><a href="demo/">demo/</a>'),
            {"demo"},
            id="html: the listing of a web server",
        ),
        pytest.param(
            listing('<a href="/">Parent Directory</a><a href="a-very-long-name/">a-very-lo..&gt;</a>'),
            {"a-very-long-name"},
            id="html: a shortened name",
        ),
        pytest.param(replace(html_root("demo", "oth"), complete=False), None, id="html: a cut list with a title"),
        pytest.param(
            replace(listing('<a href="demo/">demo</a><a href="ot'), complete=False),
            None,
            id="html: a cut list without a title",
        ),
        pytest.param(
            replace(html_root("other"), body=html_root("other").body[:-20]),
            None,
            id="html: half a list of fitting length",
        ),
    ],
)
def test_root(answer: Answer, names: set[str] | None) -> None:
    api = Api.SIMPLE_JSON if answer.media_type == SIMPLE_JSON_TYPE else Api.SIMPLE_HTML
    found = read(answer)
    named = answer.media_type == SIMPLE_JSON_TYPE or b"<title>" in answer.body
    assert found == Listing(api, None if names is None else frozenset(names), named)
    assert found is not None
    assert found.lists("demo") is ("demo" in (names or ()))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(simple_page([], "simple"), id="json: the page of a project called simple"),
        pytest.param(simple_root([], name="simple"), id="json: a page with a list"),
        pytest.param(simple_root({}), id="json: projects are an object"),
        pytest.param(simple_root([], meta={"api-version": "2.0"}), id="json: version 2"),
        pytest.param(simple_root([], meta=None), id="json: no meta"),
        pytest.param(json_answer(b"", media_type=SIMPLE_JSON_TYPE), id="json: empty"),
        pytest.param(cut('{"meta":{"api-version":"1.4"},"projects":[{"na'), id="json: a cut list"),
        pytest.param(cut('{"meta":{"api-version":"1.4"},"projects":[]}'), id="json: more than is read"),
        pytest.param(
            json_answer(
                b'{"meta":{"api-version":"1.4"},"projects":[{"name":"demo"}],"projects":[]}',
                media_type=SIMPLE_JSON_TYPE,
            ),
            id="json: two lists",
        ),
        pytest.param(html_page("simple-1.0.tar.gz", title="Links for simple"), id="html: a project's page"),
        pytest.param(listing("<h1>Welcome to nginx!</h1>"), id="html: a web server's first page"),
        pytest.param(listing('<a href="simple-1.0.tar.gz">simple-1.0.tar.gz</a>'), id="html: files"),
        pytest.param(
            listing('<a href="about/">About</a><a href="https://other.example/">Other</a>'),
            id="html: a web site with one fitting link",
        ),
        pytest.param(listing('<a href="/about/">About</a>'), id="html: a link to elsewhere on the host"),
        pytest.param(listing('<a href="demo/">Read more</a>'), id="html: text and link differ"),
        pytest.param(listing('<a href="demo/#top">demo</a>'), id="html: a fragment"),
        pytest.param(listing('<a href="demo/?x">demo</a>'), id="html: a query"),
        pytest.param(listing('<a href="https://[">demo</a>'), id="html: a link that cannot be read"),
        pytest.param(listing('<a href="demo/">…</a>'), id="html: nothing left of a shortened name"),
        pytest.param(listing('<a href="../">../</a>'), id="html: an empty listing"),
        pytest.param(listing('<a href="">x</a>'), id="html: an empty link"),
        pytest.param(replace(listing("x"), charset="utf-7"), id="html: odd charset"),
    ],
)
def test_no_root(answer: Answer) -> None:
    assert read(answer) is None


@given(st.binary(), st.booleans())
@pytest.mark.parametrize("media_type", [SIMPLE_JSON_TYPE, "text/html"])
def test_any_bytes_are_a_root_or_not(media_type: str, body: bytes, complete: bool) -> None:
    for prefix in (b"", b'{"meta":{"api-version":"1.0"},', b'<a href="', b'<a href="x/">'):
        found = read(Answer(ROOT, 200, media_type, None, prefix + body, complete))
        assert found is None or isinstance(found, Listing)
