"""Project pages of each interface: bytes in, what is published out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version
from unit.index.pages import URL, html, html_page, json_answer, json_page, simple_page

from publish_gate.index import json_api, simple_html, simple_json
from publish_gate.index.conversation import Reader, read_page
from publish_gate.index.exchange import JSON_TYPE, SIMPLE_JSON_TYPE, Answer
from publish_gate.index.state import Api, IndexState, Published, Release, Unknown, UnknownCause

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = {"filename": "demo-1.0.tar.gz", "packagetype": "sdist", "yanked": False}


def old(version: str) -> dict[str, object]:
    return FILE | {"filename": f"demo-{version}.tar.gz"}


WHEEL = {"filename": "demo-1.0-py3-none-any.whl", "packagetype": "bdist_wheel"}


PAIR = ("demo-0.9.tar.gz", "demo-1.0.tar.gz")
NAMED = {"name": "demo"}
LONG = "0." + "0" * 600
CONTRADICTIONS = [
    ({"info": NAMED | {"version": "1.0"}, "releases": {}, "urls": []}, "a version, but no releases"),
    ({"info": NAMED | {"version": "1.0"}, "releases": {"0.9": [old("0.9")]}}, "a version that no release has"),
    ({"info": NAMED | {"version": "oops"}, "releases": {"0.9": [old("0.9")]}}, "an odd version that no release has"),
    ({"info": NAMED | {"version": 1.0}, "releases": {}}, "a version that is a number"),
    ({"info": NAMED | {"version": LONG}, "releases": {"0.9": [old("0.9")]}}, "a version longer than any"),
    ({"info": NAMED, "releases": {}, "urls": [FILE]}, "files, but no releases"),
    ({"info": NAMED, "releases": {"1.0": []}, "urls": [FILE]}, "files that no release has"),
    ({"info": NAMED, "releases": {"0.9": [old("0.9")]}, "urls": [FILE]}, "files that are not among the releases'"),
    ({"info": NAMED, "releases": {"0.9": [old("0.9")]}, "urls": {"x": 1}}, "files that are not a list"),
    ({"info": NAMED, "releases": {"not a version": [FILE]}}, "a version hidden below a key that is none"),
    ({"info": NAMED, "releases": {"0.9": [FILE]}}, "a version hidden below another"),
    ({"info": NAMED, "releases": {"1.0": [{"filename": "other-1.0.tar.gz"}]}}, "files of another project alone"),
    ({"info": NAMED, "releases": {LONG: []}}, "a key longer than any version"),
    ({"info": NAMED, "releases": {"1.0": [{"filename": "demo-1.0.tar.gz" + "x" * 600}]}}, "a name longer than any"),
    ({"info": NAMED, "releases": {"1.0": [FILE | {"upload_time": "1" * 600}]}}, "a time longer than any"),
    ({"info": NAMED | {"version": "1.0"}}, "no releases, and nobody to tell the versions"),
    ({"info": {"version": "1.0"}}, "neither name nor releases"),
]
TWICE = [
    ('{"info":{"name":"demo"},"releases":{"1.0":[{"filename":"demo-1.0.tar.gz"}]},"releases":{}}', "the releases"),
    ('{"info":{"name":"demo"},"releases":{"1.0":[{"filename":"demo-1.0.tar.gz"}],"1.0":[]}}', "a version"),
    ('{"info":{"name":"other"},"info":{"name":"demo"},"releases":{}}', "the project"),
]


def read(answer: Answer, project: str = "demo") -> IndexState:
    reader: Reader = json_api.read_project
    if answer.media_type == SIMPLE_JSON_TYPE:
        reader = simple_json.read_project
    elif answer.is_html:
        reader = simple_html.read_project
    return read_page(reader, answer, project, URL)


def release(
    version: str,
    *spellings: str,
    sdists: int = 0,
    wheels: int = 0,
    others: int = 0,
    yanked: bool = False,
    uploaded: str | None = None,
) -> Release:
    return Release(Version(version), spellings or (version,), sdists, wheels, others, yanked, uploaded)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(json_page({}), Published((), Api.JSON, URL), id="json: a project without releases"),
        pytest.param(
            json_page({"1.0": [FILE, WHEEL], "0.9": [old("0.9")]}, "Demo"),
            Published((release("0.9", sdists=1), release("1.0", sdists=1, wheels=1)), Api.JSON, URL),
            id="json: releases ascend, whatever the order of the keys",
        ),
        pytest.param(
            json_page({"1.0": [FILE], "1.0.0": [WHEEL], "v1": []}),
            Published((release("1.0", "1.0", "1.0.0", "v1", sdists=1, wheels=1),), Api.JSON, URL),
            id="json: spellings of one version are one release",
        ),
        pytest.param(
            json_page({"1.0": [], "2004d": [old("2004d")], "oops": [], "2.0": [old("2.0")]}),
            Published((release("2.0", sdists=1),), Api.JSON, URL, ("2004d", "oops"), ("1.0",)),
            id="json: file-less releases and keys that are no versions are set aside",
        ),
        pytest.param(
            json_page({"0.3 beta": [old("0.3-beta")]}),
            Published((), Api.JSON, URL, ("0.3 beta",)),
            id="json: an old key that is not a version, and its file in the spelling of file names",
        ),
        pytest.param(
            json_page({"1.0": [FILE | {"yanked": True}, WHEEL | {"yanked": "broken"}], "2": [old("2"), old("2.0")]}),
            Published((release("1.0", sdists=1, wheels=1, yanked=True), release("2", sdists=2)), Api.JSON, URL),
            id="json: a release is yanked if all its files are",
        ),
        pytest.param(
            json_page({"1.0": [FILE | {"yanked": True}, WHEEL]}),
            Published((release("1.0", sdists=1, wheels=1),), Api.JSON, URL),
            id="json: a release is not yanked if one file is not",
        ),
        pytest.param(
            json_page({"1.0": [FILE | {"yanked": ""}, {}, {"filename": 7, "url": 7, "yanked": {}}]}),
            Published((release("1.0", sdists=1, others=2),), Api.JSON, URL),
            id="json: what does not matter may be missing or wrong",
        ),
        pytest.param(
            json_page(
                {
                    "1.0": [
                        FILE | {"upload_time_iso_8601": "2024-02-01T00:00:00.5Z"},
                        WHEEL | {"upload_time_iso_8601": "2024-01-01T00:00:00Z"},
                    ],
                    "2.0": [old("2.0") | {"upload_time": "2025-01-01T00:00:00"}],
                    "3.0": [old("3.0") | {"upload_time": "<script>"}],
                }
            ),
            Published(
                (
                    release("1.0", sdists=1, wheels=1, uploaded="2024-01-01T00:00:00Z"),
                    release("2.0", sdists=1, uploaded="2025-01-01T00:00:00"),
                    release("3.0", sdists=1),
                ),
                Api.JSON,
                URL,
            ),
            id="json: the first upload time, if it is one",
        ),
        pytest.param(
            json_answer(
                {
                    "info": {"version": "1.0"},
                    "releases": {"1.0": [{"url": "http://127.0.0.1/f/demo-1.0-py3-none-any.whl#sha256=0"}]},
                }
            ),
            Published((release("1.0", wheels=1),), Api.JSON, URL),
            id="json: without a name, as pypiserver, the files tell whose they are",
        ),
        pytest.param(
            json_answer(b"\xef\xbb\xbf" + json_page({}).body, media_type="text/plain"),
            Published((), Api.JSON, URL),
            id="json: a byte order mark and a plain content type",
        ),
        pytest.param(
            json_page({"\ud800": [], "１.0": []}),  # noqa: RUF001 - a digit that is none of ours
            Published((), Api.JSON, URL, ("\\ud800", "１.0")),  # noqa: RUF001 - the same
            id="json: keys that cannot be read or shown",
        ),
        pytest.param(
            simple_page([{"filename": "demo-1.0.tar.gz"}], versions=["1.0", "0.1", "x"]),
            Published((release("1.0", sdists=1),), Api.SIMPLE_JSON, URL, ("x",), ("0.1",)),
            id="simple json: versions with and without files",
        ),
        pytest.param(
            simple_page([{"filename": "demo-1.0.tar.gz"}, {"filename": "what.zip"}], versions=["1.0", "0.1"]),
            Published((release("0.1"), release("1.0", sdists=1)), Api.SIMPLE_JSON, URL, ("what.zip",)),
            id="simple json: a version may be that of a file that cannot be read",
        ),
        pytest.param(
            simple_page(
                [
                    {"filename": "demo-1.0.tar.gz", "yanked": "reason", "upload-time": "2024-01-01T00:00:00Z"},
                    {"filename": "demo-2.0.tar.gz", "yanked": ""},
                ],
                **{"project-status": {"status": "archived", "reason": "old"}},
            ),
            Published(
                (
                    release("1.0", sdists=1, yanked=True, uploaded="2024-01-01T00:00:00Z"),
                    release("2.0", sdists=1),
                ),
                Api.SIMPLE_JSON,
                URL,
                status="archived",
            ),
            id="simple json: yanked with a reason, an upload time, and the status",
        ),
        pytest.param(
            simple_page([], meta={"api-version": "1.4", "project-status": "quarantined"}),
            Published((), Api.SIMPLE_JSON, URL, status="quarantined"),
            id="simple json: a quarantined project, its status in meta",
        ),
        pytest.param(
            html_page("demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl", "demo-1.1rc1-py3-none-any.whl"),
            Published((release("1.0", sdists=1, wheels=1), release("1.1rc1", wheels=1)), Api.SIMPLE_HTML, URL),
            id="html: as pypiserver has it",
        ),
        pytest.param(
            html_page("demo-1.0.tar.gz", title="alice/dev: links for demo"),
            Published((release("1.0", sdists=1),), Api.SIMPLE_HTML, URL),
            id="html: as devpi has it",
        ),
        pytest.param(html_page(), Published((), Api.SIMPLE_HTML, URL), id="html: a project without files"),
        pytest.param(
            html('<a href="demo-1.0.tar.gz">x</a><a href="notes.txt">n</a><a>none</a>'),
            Published((release("1.0", sdists=1),), Api.SIMPLE_HTML, URL),
            id="html: a listing without a title",
        ),
        pytest.param(
            html('<a href="/download?file=7"> demo-1.0.tar.gz </a>'),
            Published((release("1.0", sdists=1),), Api.SIMPLE_HTML, URL),
            id="html: the file is named by the text of its link",
        ),
        pytest.param(
            html('<a data-yanked href="demo-1%2E0.tar.gz?x=1">x</a><a href="other-1.0.tar.gz">y</a>'),
            Published((release("1.0", sdists=1, yanked=True),), Api.SIMPLE_HTML, URL, ("other-1.0.tar.gz",)),
            id="html: yanked, quoted, and the file of another project",
        ),
        pytest.param(
            html(
                '<meta name="pypi:repository-version" content="1.4"><meta name="pypi:project-status" '
                'content="archived"><meta charset="utf-8"><meta name><title>Links for\n Demo</title>'
            ),
            Published((), Api.SIMPLE_HTML, URL, status="archived"),
            id="html: version and status in meta",
        ),
        pytest.param(
            replace(html("<title>Links for demo</title>é"), charset="iso-8859-1"),
            Published((), Api.SIMPLE_HTML, URL),
            id="html: another character set",
        ),
        pytest.param(
            replace(html("<title>Links for demo</title>"), charset=None),
            Published((), Api.SIMPLE_HTML, URL),
            id="html: no character set",
        ),
    ],
)
def test_published(answer: Answer, expected: Published) -> None:
    found = read(answer)
    assert isinstance(found, Published)
    # The names of wheels are looked at below.
    releases = tuple(release._replace(wheel_files=()) for release in found.releases)
    assert replace(found, releases=releases) == expected


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        pytest.param(json_answer(b""), UnknownCause.MALFORMED, id="json: empty"),
        pytest.param(json_answer(b"  \n"), UnknownCause.MALFORMED, id="json: blank"),
        pytest.param(json_answer(b"<html>"), UnknownCause.MALFORMED, id="json: html"),
        pytest.param(json_answer(b"{"), UnknownCause.MALFORMED, id="json: half an object"),
        pytest.param(json_answer(b"[" * 200_000), UnknownCause.MALFORMED, id="json: too deep"),
        pytest.param(json_answer(b"\xff\xfe{"), UnknownCause.MALFORMED, id="json: not UTF-8"),
        pytest.param(json_answer([]), UnknownCause.MALFORMED, id="json: a list"),
        pytest.param(
            json_answer(b'{"info": {"name": "demo"}, "releases": {}, "x": NaN}'),
            UnknownCause.MALFORMED,
            id="json: NaN",
        ),
        pytest.param(
            json_answer(b'{"info": {"name": "demo"}, "releases": {}, "x": %s}' % (b"9" * 5000)),
            UnknownCause.MALFORMED,
            id="json: a number too long",
        ),
        pytest.param(json_answer({"releases": {}}), UnknownCause.MALFORMED, id="json: no info"),
        pytest.param(json_answer({"info": {}}), UnknownCause.MALFORMED, id="json: no releases"),
        pytest.param(json_page([]), UnknownCause.MALFORMED, id="json: releases are a list"),
        pytest.param(json_page({"1.0": None}), UnknownCause.MALFORMED, id="json: files are null"),
        pytest.param(json_page({"x": {}}), UnknownCause.MALFORMED, id="json: files of an ignored key"),
        pytest.param(json_page({"1.0": [None]}), UnknownCause.MALFORMED, id="json: a file is null"),
        pytest.param(json_page({}, 7), UnknownCause.MALFORMED, id="json: the name is a number"),
        pytest.param(json_page({}, None), UnknownCause.MALFORMED, id="json: nothing names the project"),
        pytest.param(json_page({"1.0": [FILE]}, "other"), UnknownCause.WRONG_PROJECT, id="json: another name"),
        *(pytest.param(json_answer(page), UnknownCause.MALFORMED, id=f"json: {name}") for page, name in CONTRADICTIONS),
        *(
            pytest.param(json_answer(body.encode()), UnknownCause.MALFORMED, id=f"json: twice {name}")
            for body, name in TWICE
        ),
        pytest.param(
            simple_page([], versions=["1.0"]), UnknownCause.MALFORMED, id="simple json: a version, but not one file"
        ),
        pytest.param(
            simple_page([{"filename": "other-1.0.tar.gz"}]), UnknownCause.MALFORMED, id="simple json: files of another"
        ),
        pytest.param(
            simple_page([{"filename": "demo-0.9.tar.gz"}, {"filename": "demo-1.0.tar.zst"}]),
            UnknownCause.MALFORMED,
            id="simple json: a file of a kind that is not known",
        ),
        pytest.param(
            simple_page([], **{"project-status": {"status": "<b>"}}),
            UnknownCause.MALFORMED,
            id="simple json: a status that is not a word",
        ),
        pytest.param(
            simple_page([{"filename": "other-1.0.tar.gz"}], versions=["0.9"]),
            UnknownCause.MALFORMED,
            id="simple json: a version, and files of another",
        ),
        pytest.param(
            simple_page([old("1.0")], versions=["1.0", 1]), UnknownCause.MALFORMED, id="simple json: one odd version"
        ),
        pytest.param(
            simple_page([{"filename": ""}]), UnknownCause.MALFORMED, id="simple json: a file whose name is empty"
        ),
        pytest.param(
            simple_page([{"filename": f"demo-{'1' * 600}.tar.gz"}]),
            UnknownCause.MALFORMED,
            id="simple json: a long name",
        ),
        pytest.param(
            simple_page([old("1.0")], versions=["1." * 300]), UnknownCause.MALFORMED, id="simple json: a long version"
        ),
        pytest.param(
            html_page("demo-0.9.tar.gz", "demo-1.0.tar.zst"),
            UnknownCause.MALFORMED,
            id="html: a file of a kind that is not known",
        ),
        pytest.param(
            html_page("other-1.0.tar.gz"), UnknownCause.WRONG_PROJECT, id="html: files of another below this title"
        ),
        pytest.param(
            replace(html_page(*PAIR), body=html_page(*PAIR).body.partition(b"demo-1.0.tar.gz</a>")[0]),
            UnknownCause.TRUNCATED,
            id="html: half a page of fitting length",
        ),
        pytest.param(simple_page([], "other"), UnknownCause.WRONG_PROJECT, id="simple json: another name"),
        pytest.param(simple_page([], None), UnknownCause.MALFORMED, id="simple json: no name"),
        pytest.param(simple_page({}), UnknownCause.MALFORMED, id="simple json: files are an object"),
        pytest.param(simple_page([7]), UnknownCause.MALFORMED, id="simple json: a file is a number"),
        pytest.param(simple_page([{}]), UnknownCause.MALFORMED, id="simple json: a file without a name"),
        pytest.param(simple_page([], versions={}), UnknownCause.MALFORMED, id="simple json: odd versions"),
        pytest.param(simple_page([], versions=[1]), UnknownCause.MALFORMED, id="simple json: odd version"),
        pytest.param(simple_page([], meta=None), UnknownCause.MALFORMED, id="simple json: no meta"),
        pytest.param(simple_page([], meta={"api-version": "2.0"}), UnknownCause.MALFORMED, id="simple json: version 2"),
        pytest.param(simple_page([], meta={"api-version": 1.0}), UnknownCause.MALFORMED, id="simple json: odd api"),
        pytest.param(html_page(title="Links for other"), UnknownCause.WRONG_PROJECT, id="html: another title"),
        pytest.param(html_page("other-1.0.tar.gz", title="x"), UnknownCause.WRONG_PROJECT, id="html: files of another"),
        pytest.param(html("<h1>Welcome to nginx</h1>"), UnknownCause.NOT_AN_INDEX, id="html: a web page"),
        pytest.param(html(""), UnknownCause.NOT_AN_INDEX, id="html: empty"),
        pytest.param(
            html('<meta name="pypi:repository-version" content="2.0">'),
            UnknownCause.MALFORMED,
            id="html: version 2",
        ),
        pytest.param(replace(html(""), charset="utf-7"), UnknownCause.MALFORMED, id="html: odd charset"),
        pytest.param(replace(html(""), body=b"\xff"), UnknownCause.MALFORMED, id="html: not in its character set"),
    ],
)
def test_unusable(answer: Answer, cause: UnknownCause) -> None:
    state = read(answer)
    assert isinstance(state, Unknown)
    assert state.cause is cause
    assert state.message.startswith(URL)
    assert state.hint


def test_markup_that_the_parser_gives_up_on_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object, _text: str) -> None:
        raise AssertionError("we should not get here!")

    monkeypatch.setattr("html.parser.HTMLParser.feed", fail)
    state = read(html("<![x"))
    assert isinstance(state, Unknown)
    assert state.cause is UnknownCause.MALFORMED


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["1.0", "1.0.0", "2.0rc1", "1!1", "1.0-1", "2004d", ""]) | st.text(max_size=6)
FILES = st.lists(st.sampled_from([FILE, WHEEL]), max_size=2)
RELEASES = st.dictionaries(KEYS, st.booleans()).map(
    lambda keys: {key: [old(key)] if there else [] for key, there in keys.items()}
)


@given(st.binary() | JUNK.map(lambda value: json.dumps(value).encode()))
@pytest.mark.parametrize("media_type", [JSON_TYPE, SIMPLE_JSON_TYPE, "text/html"])
def test_any_bytes_give_a_state(media_type: str, body: bytes) -> None:
    for charset in (None, "utf-8", "latin-1", "rot13"):
        assert isinstance(read(Answer(URL, 200, media_type, charset, body)), Published | Unknown)


@given(JUNK, JUNK, JUNK)
def test_any_parts_give_a_state(one: object, two: object, three: object) -> None:
    for answer in (
        json_page(one, two),
        json_page({"1.0": one}),
        json_page({"1.0": [{"filename": one, "packagetype": two, "yanked": three}]}),
        simple_page(one, two, versions=three),
        simple_page([{"filename": "demo-1.tar.gz", "yanked": one, "upload-time": two}], meta=three),
        simple_page([], **{"project-status": one}),
    ):
        assert isinstance(read(answer), Published | Unknown)


@given(RELEASES)
def test_no_key_is_lost_and_releases_ascend(releases: dict[str, list[dict[str, object]]]) -> None:
    state = read(json_page(releases))
    assert isinstance(state, Published)
    versions = [found.version for found in state.releases]
    assert versions == sorted(set(versions))
    spelled = [spelling for found in state.releases for spelling in found.spellings]
    kept = sorted([*spelled, *state.ignored_keys, *state.fileless])
    assert kept == sorted(key.encode("utf-8", "backslashreplace").decode() for key in releases)


@given(st.lists(st.tuples(st.sampled_from(["1.0", "1.0.0", "2.0rc1", "3"]), st.booleans()), min_size=1))
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda names: simple_page([{"filename": name} for name in names]), id="simple json"),
        pytest.param(lambda names: html_page(*names), id="html"),
    ],
)
def test_every_file_counts(page: Callable[[list[str]], Answer], files: list[tuple[str, bool]]) -> None:
    names = [f"demo-{v}-py3-none-any.whl" if wheel else f"demo-{v}.tar.gz" for v, wheel in files]
    state = read(page(names))
    assert isinstance(state, Published)
    assert sum(found.wheels for found in state.releases) == sum(wheel for _, wheel in files)
    assert sum(found.sdists for found in state.releases) == sum(not wheel for _, wheel in files)


def test_of_a_public_index_the_version_of_a_file_counts_whatever_it_stands_below() -> None:
    page = json_page(
        {
            "0.9": [FILE, old("0.9"), old("oops")],
            "2.0": [old("0.9"), old("2.0")],
            "odd": [old("1.1")],
            "1.2": [],
            "1.3": [old("1.2")],
        }
    )
    state = json_api.read_project(page, "demo", URL, lenient=True)
    assert [str(found.version) for found in state.releases] == ["0.9", "1.0", "1.1", "1.2", "1.3", "2.0"]
    assert state.fileless == ()


def test_a_file_name_with_an_escaped_version_agrees_with_its_key() -> None:
    wheel = {"filename": "demo-1.0_1-py3-none-any.whl"}
    for key in ("1.0+1", "1.0-1", "1.0.post1"):
        state = read(json_page({key: [wheel]}))
        assert isinstance(state, Published), key
