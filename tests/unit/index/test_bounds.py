"""Answers that hold more than any real one: refused before they cost memory or time."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from unit.index.pages import URL, html, json_answer, json_page, simple_page

from publish_gate.index import exchange, json_api, payload, simple_html, simple_json
from publish_gate.index.exchange import Answer, Turns
from publish_gate.index.json_reader import BeyondBoundError, DuplicateKeyError, json_value, read_json
from publish_gate.index.payload import PageError
from publish_gate.index.releases import MOST_RELEASES
from publish_gate.index.state import UnknownCause

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.index.state import Published

MIB = 1024 * 1024
LARGE = [
    (json_api.read_project, json_answer(b'{"releases":{"' + b"1" * MIB + b'":[]}}'), "a key of a MiB"),
    (json_api.read_project, json_answer(b'{"releases":{"1":[' + b"[]," * 1_000_001 + b"[]]}}"), "a million lists"),
    (json_api.read_project, json_answer(b'{"info":{"x":"' + b"\xc3\xa4" * 5 * MIB + b'"}}'), "10 MiB beyond ASCII"),
    (json_api.read_project, json_answer(b'{"info":{"x":"' + b"a" * 5 * MIB + b'"}}'), "a text of 5 MiB"),
    (json_api.read_project, json_answer(b'{"x":{"y":[{"z":"' + b"a" * 70_000 + b'"}]}}'), "an entry of 70 KB"),
    (json_api.read_project, json_answer(b"[" * 100_000), "a depth bomb"),
    (json_api.read_project, json_page({f"1.{n}": [] for n in range(MOST_RELEASES + 1)}), "too many versions"),
    (json_api.read_project, json_page({f"x{n}": [] for n in range(MOST_RELEASES + 1)}), "too many keys that are none"),
    (
        simple_json.read_project,
        simple_page([{"filename": f"other-{n}.tar.gz"} for n in range(MOST_RELEASES + 1)]),
        "too many files of others",
    ),
    (simple_html.read_project, html("<a " * (6 * MIB)), "18 MiB of HTML"),
    (simple_html.read_project, html("<a " * 100_000), "tags that never end"),
    (simple_html.read_project, html("<!--" * 100_000), "comments that never end"),
    (simple_html.read_project, html("<a href='" * 100_000), "quotes that never end"),
    (simple_html.read_project, html("<a" + " " * MIB + "="), "a million blanks"),
    (simple_html.read_project, html("<script>" * 100_000), "scripts that never end"),
    (simple_html.read_project, html(f"<a>&#{'1' * 5000};</a>"), "the number of a character in 5,000 digits"),
]


@pytest.mark.parametrize(("read", "answer"), [row[:2] for row in LARGE], ids=[row[2] for row in LARGE])
def test_what_is_beyond_a_bound_is_refused_at_once(
    read: Callable[[Answer, str, str], Published], answer: Answer
) -> None:
    started = time.monotonic()
    with pytest.raises(PageError):
        read(answer, "demo", URL)
    assert time.monotonic() - started < 20, "also on a busy machine, and measured"


@pytest.mark.parametrize("text", ["<a>" * 101, "<a" + " x" * 101 + ">", "<b>" * 101, "</b>" * 101])
def test_links_tags_and_attributes_are_counted(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simple_html, "MOST_LINKS", 100)
    monkeypatch.setattr(simple_html, "MOST_MARKS", 100 if "<a>" not in text else 1000)
    with pytest.raises(PageError, match="a page of more than 100") as caught:
        simple_html.read_project(html(text), "demo", URL)
    assert caught.value.cause is UnknownCause.TOO_LARGE


HIDDEN = [
    ('<a href="demo-2.0.tar.gz', "an address without its end"),
    ("<!-- ", "a comment without its end"),
    ("<script>", "a script without its end"),
    ("<a =x>", "an attribute without its name"),
]


@pytest.mark.parametrize("start", [row[0] for row in HIDDEN], ids=[row[1] for row in HIDDEN])
def test_a_page_in_which_something_swallows_the_rest_is_not_whole(start: str) -> None:
    page = html(f'<h1>Links for demo</h1><a href="demo-1.0.tar.gz">x</a>{start}')
    with pytest.raises(PageError) as caught:
        simple_html.read_project(page, "demo", URL)
    assert caught.value.cause is UnknownCause.TRUNCATED


READ = [
    ("<A HREF=demo-1.0.tar.gz>x</A>", "capitals and no quotes"),
    ("<a\n data-x='<a>'\thref = 'demo-1.0.tar.gz'/>x", "single quotes with a tag in them"),
    ('<!-- <a href="demo-3.0.tar.gz">x</a> --><a href="demo-1.0.tar.gz">x</a>', "a comment with a link"),
    ('<script>"<a href=demo-3.0.tar.gz>"</script ><?x?></x><a href="demo-1.0&#46;tar.gz">x</a>', "a script"),
    ('1 < 2 <a href="x">demo-1.0.tar.gz</a>', "a sign that is none of a tag"),
]


@pytest.mark.parametrize("text", [row[0] for row in READ], ids=[row[1] for row in READ])
def test_a_page_is_read_as_browsers_do(text: str) -> None:
    state = simple_html.read_project(html(f"<h1>Links for demo</h1>{text}"), "demo", URL)
    assert [str(release.version) for release in state.releases] == ["1.0"]


BROKEN = ['{"a" 1}', '{"a":1,}', "{1:2}", '{"a":[1 2]}', '{"a":1} x', '{"a":NaN}', '{"a', '{"a":[', '{"a":tru}', ""]


@pytest.mark.parametrize("text", BROKEN)
def test_what_json_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        json.loads(text, parse_constant=lambda _: (_ for _ in ()).throw(ValueError()))
    with pytest.raises(ValueError, match=r".*"):
        read_json(text)


def test_a_key_twice_is_refused_at_every_level() -> None:
    for text in ('{"a":1,"a":2}', '{"a":{"b":[],"b":[]}}', '{"a":{"b":[{"c":1,"c":2}]}}', '[[[{"c":1,"c":2}]]]'):
        with pytest.raises(DuplicateKeyError):
            read_json(text)
    with pytest.raises(DuplicateKeyError):
        json_value(b'{"a":1,"a":2}')


def test_what_counts_is_kept_of_an_entry_whatever_its_length() -> None:
    entry = {"filename": "demo-1.0.tar.gz", "yanked": False, "comment_text": "x" * 5000, "size": 1}
    kept = {"filename": "demo-1.0.tar.gz", "yanked": False}
    page = {"info": {"name": "demo"}, "files": [entry] * 3, "releases": {"1.0": [entry], "0.9": [], "0.8": {"url": 1}}}
    expected = {
        "info": {"name": "demo"},
        "files": [kept] * 3,
        "releases": {"1.0": [kept], "0.9": [], "0.8": {"url": 1}},
    }
    assert read_json(json.dumps(page, indent=1)) == expected
    numbers = [1234567890] * 2000
    assert read_json(json.dumps({"a": {"b": numbers}})) == {"a": {"b": numbers}}
    assert read_json(f"[{'7' * 64}, {'7' * 4096}]") == [int("7" * 64), int("7" * 4096)]


def test_what_is_kept_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish_gate.index.json_reader.MOST_VALUES", 10)
    assert read_json("[1,2,3,4]") == [1, 2, 3, 4]
    for text in ("[1,2,3,4,5,6]", '{"a":{"b":[[],[],[],[],[],[],[],[],[]]}}'):
        with pytest.raises(BeyondBoundError):
            read_json(text)


def test_one_large_answer_is_held_at_a_time() -> None:
    turns = Turns(1)
    first, second = turns.turn(), turns.turn()
    soon = time.monotonic() + 0.05
    assert first.take(soon)
    assert first.take(soon), "the other threads of that conversation have it as well"
    assert not second.take(soon)
    first.end()
    assert not first.take(soon), "nobody reads on for a conversation that is over"
    assert second.take(time.monotonic() + 1)
    second.end()
    second.end()
    third = turns.turn()
    third._lock.acquire()  # noqa: SLF001 - another thread of it is waiting
    assert not third.take(time.monotonic() + 0.01)


def test_the_bounds_leave_room_for_the_project_with_the_most_files() -> None:
    files = 47_000
    assert files * 1000 < exchange.BODY_LIMIT, "bytes that the JSON API says of a file"
    assert files * 340 < payload.LARGEST_HTML, "bytes of a link"
    assert files * 5 < payload.MOST_BRACKETS, "objects and lists of a file"
