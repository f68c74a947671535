"""An answer that was cut or changed never says less than the whole one: nothing that is there looks new."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version
from unit.index.pages import URL, html_page, json_answer, json_page, simple_page

from publish_gate.index import json_api, simple_html, simple_json
from publish_gate.index.conversation import read_page
from publish_gate.index.state import Published

if TYPE_CHECKING:
    from publish_gate.index.conversation import Reader
    from publish_gate.index.exchange import Answer

NAMES = ("demo-0.9.tar.gz", "demo-1.0.tar.gz", "demo-1.1-py3-none-any.whl")
VERSIONS = ("0.9", "1.0", "1.1")
FILES: list[dict[str, Any]] = [{"filename": name, "yanked": False} for name in NAMES]
RELEASES = {version: [file] for version, file in zip(VERSIONS, FILES, strict=True)}
JSON = json_answer({"info": {"name": "demo", "version": "1.1"}, "releases": RELEASES, "urls": [FILES[2]]})
SIMPLE = simple_page(FILES, versions=list(VERSIONS))
PAGES: list[tuple[Reader, Answer]] = [
    (json_api.read_project, JSON),
    (json_api.read_project, json_page(RELEASES)),
    (simple_json.read_project, SIMPLE),
    (simple_html.read_project, html_page(*NAMES)),
]


def latest(read: Reader, answer: Answer) -> Version | None:
    """Return the highest version that an answer proves; None if it is of no use, or proves that there is none."""
    state = read_page(read, answer, "demo", URL)
    return state.releases[-1].version if isinstance(state, Published) and state.releases else None


def says_nothing(read: Reader, answer: Answer) -> bool:
    return not isinstance(read_page(read, answer, "demo", URL), Published)


def test_an_answer_that_is_cut_at_any_byte_is_of_no_use() -> None:
    for read, answer in PAGES:
        assert latest(read, answer) == Version("1.1")
        whole = answer.body.rstrip()
        end = len(whole) - (len(b"</body></html>") if read is simple_html.read_project else 0)
        for length in range(end):
            assert says_nothing(read, replace(answer, body=whole[:length])), whole[:length]


def changes(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON there is
    """Return every value that differs from this one in one step: something left out, or of another kind."""
    found: list[Any] = [None, 0, "", [], {}] if isinstance(value, dict | list) else [None, 0]
    if isinstance(value, dict):
        for key in value:
            found.append({name: part for name, part in value.items() if name != key})
            found += [value | {key: other} for other in changes(value[key])]
    if isinstance(value, list):
        for number in range(len(value)):
            found += [[*value[:number], other, *value[number + 1 :]] for other in changes(value[number])]
    return found


ALL_CHANGES = [
    (read, json_answer(changed, media_type=answer.media_type))
    for read, answer in PAGES[:3]
    if read is not simple_json.read_project
    for changed in changes(json.loads(answer.body))
]


def test_the_page_of_the_public_index_with_one_change_does_not_lose_its_latest_version() -> None:
    assert len(ALL_CHANGES) > 50
    for read, answer in ALL_CHANGES:
        if b'"version": "1.1"' in answer.body and b'"urls": [{"filename"' in answer.body:
            assert says_nothing(read, answer) or latest(read, answer) == Version("1.1"), answer.body


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from(range(len(PAGES))))
def test_noise_in_an_answer_is_never_an_error_of_the_program(noise: bytes, at: int, which: int) -> None:
    read, answer = PAGES[which]
    body = answer.body[:at] + noise + answer.body[at + len(noise) :]
    read_page(read, replace(answer, body=body), "demo", URL)


@given(st.text('<>ahref="/-!scriptbody &#;x ', max_size=80))
def test_no_markup_is_an_error_of_the_program(text: str) -> None:
    read_page(simple_html.read_project, replace(PAGES[3][1], body=text.encode()), "demo", URL)
