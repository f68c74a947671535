"""Answers that are one part of several: what is in the others is not known, and so not absent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.index.pages import LINK_PAGE, html, html_root, json_answer, simple_page, simple_root

from publish_gate.index import json_api, parts, simple_html, simple_json
from publish_gate.index.conversation import read_page
from publish_gate.index.exchange import SIMPLE_JSON_TYPE, Answer
from publish_gate.index.state import Published, Unknown

ROOT = "https://i.example/simple/"
PAGE = "https://i.example/simple/demo/"
OLD = {"filename": "demo-0.9.tar.gz"}
MORE: list[tuple[str, object, bool]] = [
    ("next", f"{PAGE}?page=2", True),
    ("next", {"href": "x"}, True),
    ("next_page_token", "abc", True),
    ("nextLink", "x", True),
    ("@odata.nextLink", "x", True),
    ("has_more", True, True),
    ("truncated", True, True),
    ("total_pages", 2, True),
    ("next", None, False),
    ("has_more", False, False),
    ("pages", 1, False),
    ("pages", True, False),
    ("nextcloud", "x", False),
    ("_last-serial", 7, False),
]
IDS = [f"{key}: {value}" for key, value, _ in MORE]


@pytest.mark.parametrize(("key", "value", "more"), MORE, ids=IDS)
def test_a_key_that_names_another_part(key: str, value: object, more: bool) -> None:
    listing = simple_json.read_root(simple_root([{"name": "other"}], **{key: value}))
    assert listing is not None
    assert (listing.names is None) is more
    listing = simple_json.read_root(simple_root([{"name": "other"}], meta={"api-version": "1.0", key: value}))
    assert listing is not None
    assert (listing.names is None) is more
    page = read_page(simple_json.read_project, simple_page([OLD], **{key: value}), "demo", PAGE)
    assert isinstance(page, Unknown if more else Published)
    old = json_answer({"info": {"name": "demo"}, "releases": {"0.9": [OLD]}, key: value})
    assert isinstance(read_page(json_api.read_project, old, "demo", PAGE), Unknown if more else Published)


LINKS = [
    ("?page=2", "2", True),
    ("/simple/demo/?page=2", "Next", True),
    (f"{PAGE}?start=100", "Next", True),
    ("?C=N;O=D", "Name", False),
    ("?sort=name&order=asc", "Name", False),
    ("../", "Parent", False),
    ("https://vendor.example/?from=index", "our shop", False),
    ("https://[?page=2", "broken", False),
]


@pytest.mark.parametrize(("href", "text", "more"), LINKS, ids=[row[0] for row in LINKS])
def test_a_link_to_another_part(href: str, text: str, more: bool) -> None:
    links = f'<a href="demo-0.9.tar.gz">demo-0.9.tar.gz</a><a href="{href}">{text}</a>'
    answer = html(LINK_PAGE.format(title="Links for demo", links=links), url=PAGE)
    assert isinstance(read_page(simple_html.read_project, answer, "demo", PAGE), Unknown if more else Published)


ROOTS = [
    ('<a href="?page=2">2</a>', False, "a link to the second page"),
    ('<a href="?C=N;O=D">Name</a>', True, "a link to another order"),
    ('<a href="demo%E2%80%8B/">demo\N{ZERO WIDTH SPACE}</a>', False, "a name that no project has"),
]


@pytest.mark.parametrize(("link", "whole"), [row[:2] for row in ROOTS], ids=[row[2] for row in ROOTS])
def test_a_list_that_may_go_on(link: str, whole: bool) -> None:
    links = f'<a href="other/">other</a>{link}'
    listing = simple_html.read_root(html(LINK_PAGE.format(title="Simple index", links=links), url=ROOT))
    assert listing is not None
    assert (listing.names is not None) is whole


@pytest.mark.parametrize("name", ["demo ", "/demo/", "demo\N{ZERO WIDTH SPACE}", "simple/demo", ""])
def test_a_name_that_no_project_has_may_be_the_one_that_is_looked_for(name: str) -> None:
    listing = simple_json.read_root(simple_root([{"name": "other"}, {"name": name}]))
    assert listing is not None
    assert listing.names is None


HEADERS = [
    ('<https://i.example/simple/?page=2>; rel="next"', True),
    ("<x>; rel=next", True),
    ('<x>; rel="last", <y>; rel="prev next"', True),
    ('<x>; rel="last"', False),
    ('<x>; rel="nextbest"', False),
    ("", False),
]


@pytest.mark.parametrize(("header", "more"), HEADERS)
def test_a_header_that_names_another_part(header: str, more: bool) -> None:
    assert parts.links_to_more(header) is more


def test_a_list_in_pages_is_not_whole() -> None:
    assert simple_html.read_root(replace(html_root("other"), complete=False)) is not None
    assert simple_json.read_root(Answer(ROOT, 200, SIMPLE_JSON_TYPE, complete=False)) is None
