"""Changes of a text in places: what they replace, what stays, and what is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.fixes.edits import Edit, EditError, apply, diff, insert_line, line_at

FILE = "ci.yml"
TEXT = "on: push\njobs:\n  a: 1\n  b: 2\n"


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Edit:
    return Edit(FILE, start, end, text)


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        pytest.param(TEXT, [], TEXT, id="nothing changes nothing"),
        pytest.param(TEXT, [edit((1, 5), (1, 9), "release")], TEXT.replace("push", "release"), id="a word is replaced"),
        pytest.param(TEXT, [edit((3, 1), (4, 1), "")], TEXT.replace("  a: 1\n", ""), id="a line is taken out"),
        pytest.param(
            TEXT, [edit((3, 3), (3, 3), "x: 0\n  ")], TEXT.replace("  a", "  x: 0\n  a"), id="a key is put in"
        ),
        pytest.param(
            TEXT, [insert_line(FILE, 3, 2, "x: 0")], TEXT.replace("  a", "  x: 0\n  a"), id="a line is put in"
        ),
        pytest.param(
            TEXT,
            [insert_line(FILE, 3, 2, "x:\n\n  y")],
            TEXT.replace("  a", "  x:\n\n    y\n  a"),
            id="lines are put in",
        ),
        pytest.param(TEXT, [insert_line(FILE, 5, 2, "c: 3")], f"{TEXT}  c: 3\n", id="a line is put behind the last"),
        pytest.param("a\nb", [insert_line(FILE, 3, 0, "c")], "a\nb\nc\n", id="a last line without an end gets one"),
        pytest.param("a: 1", [edit((1, 5), (1, 5), "2")], "a: 12", id="a last line without an end is added to"),
        pytest.param(
            "a",
            [insert_line(FILE, 2, 0, "b: 1"), insert_line(FILE, 2, 0, "c: 1")],
            "a\nb: 1\nc: 1\n",
            id="two lines behind it",
        ),
        pytest.param("", [insert_line(FILE, 1, 0, "a")], "a\n", id="an empty file gets a line"),
        pytest.param(
            TEXT,
            [edit((4, 6), (4, 7), "4"), edit((3, 6), (3, 7), "3"), edit((1, 1), (1, 3), "ON")],
            "ON: push\njobs:\n  a: 3\n  b: 4\n",
            id="several changes in any order",
        ),
        pytest.param(
            TEXT,
            [edit((3, 6), (3, 7), "9"), edit((3, 6), (3, 7), "9")],
            TEXT.replace("1", "9"),
            id="the same change twice",
        ),
        pytest.param(
            TEXT,
            [edit((3, 3), (3, 3), "x: 0\n  "), edit((3, 3), (3, 3), "y: 0\n  ")],
            TEXT.replace("  a", "  x: 0\n  y: 0\n  a"),
            id="two keys at one spot",
        ),
        pytest.param(
            TEXT,
            [edit((3, 3), (3, 3), "x: 0\n  "), edit((3, 3), (3, 4), "z")],
            TEXT.replace("  a", "  x: 0\n  z"),
            id="a key before one that is replaced",
        ),
        pytest.param(
            "a: 1\r\nb: 2\r\n", [insert_line(FILE, 2, 0, "x: 0")], "a: 1\r\nx: 0\r\nb: 2\r\n", id="line ends of Windows"
        ),
        pytest.param("a: 1\rb: 2\r", [edit((2, 4), (2, 5), "3")], "a: 1\rb: 3\r", id="line ends of old"),
        pytest.param("a: 1\nb: 2\r\n", [insert_line(FILE, 2, 0, "x")], "a: 1\nx\nb: 2\r\n", id="mixed line ends"),
        pytest.param(
            "# \u2028\x0c\x85 one line\na: 1\n",
            [edit((2, 4), (2, 5), "2")],
            "# \u2028\x0c\x85 one line\na: 2\n",
            id="no line ends",
        ),
        pytest.param("é😀: 1\n", [edit((1, 5), (1, 6), "2")], "é😀: 2\n", id="columns count characters"),
    ],
)
def test_what_is_named_changes_and_nothing_else(before: str, edits: list[Edit], after: str) -> None:
    assert apply(before, edits) == after
    assert apply(before, reversed(edits)) == after


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([edit((1, 1), (1, 4), "x"), edit((1, 3), (1, 5), "y")], id="two changes overlap"),
        pytest.param([edit((1, 1), (1, 4), "x"), edit((1, 1), (1, 4), "y")], id="two changes of one word"),
        pytest.param([edit((1, 1), (2, 1), "x"), edit((1, 5), (1, 5), "y")], id="a spot within what is replaced"),
        pytest.param(
            [edit((3, 3), (3, 3), "if: a\n  "), edit((3, 3), (3, 3), "if: b\n  ")], id="one key twice at one spot"
        ),
        pytest.param([edit((1, 4), (1, 1), "x")], id="it ends before it begins"),
        pytest.param([edit((0, 1), (1, 1), "x")], id="before the first line"),
        pytest.param([edit((1, 0), (1, 1), "x")], id="before the first column"),
        pytest.param([edit((9, 1), (9, 1), "x")], id="behind the last line"),
        pytest.param([edit((1, 1), (1, 99), "x")], id="behind the end of a line"),
        pytest.param([edit((5, 2), (5, 2), "x")], id="behind the end of the file"),
    ],
)
def test_what_contradicts_itself_or_is_not_there_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditError):
        apply(TEXT, edits)


@pytest.mark.parametrize(
    ("text", "number", "line"),
    [
        (TEXT, 2, "jobs:"),
        ("a\r\nb", 1, "a"),
        ("a\rb", 2, "b"),
        ("a\u2028b\nc", 2, "c"),
        (TEXT, 5, ""),
        (TEXT, 0, ""),
        (TEXT, None, ""),
        ("", 1, ""),
    ],
)
def test_a_line_is_found_by_its_number(text: str, number: int | None, line: str) -> None:
    assert line_at(text, number) == line


def test_a_diff_shows_the_lines_that_change() -> None:
    after = apply(TEXT, [edit((3, 6), (3, 7), "9")])
    shown = diff(FILE, TEXT, after)
    assert shown.startswith(f"--- a/{FILE}\n+++ b/{FILE}\n")
    assert [line for line in shown.splitlines() if line[:2] in {"- ", "+ "}] == ["-  a: 1", "+  a: 9"]
    assert diff(FILE, TEXT, TEXT) == ""


_TEXTS = st.builds(
    lambda text, newline: text.replace("\n", newline),
    st.text("ab: #\n\u2028é", max_size=60),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """Draw a text and changes of single lines of it that do not touch each other."""
    text = draw(_TEXTS)
    count = len(line_ends(text))
    numbers = draw(st.lists(st.integers(1, count), unique=True, max_size=3)) if count else []
    edits = []
    for number in numbers:
        length = len(line_at(text, number))
        start = draw(st.integers(1, length + 1))
        end = draw(st.integers(start, length + 1))
        edits.append(edit((number, start), (number, end), draw(st.text("xy", max_size=4))))
    return text, edits


def line_ends(text: str) -> list[str]:
    """Return the lines of a text as YAML 1.2 ends them, each with its end."""
    import re

    return [each for each in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if each]


@given(_edited())
def test_lines_that_no_change_names_stay_as_they_are(drawn: tuple[str, list[Edit]]) -> None:
    text, edits = drawn
    before, after = line_ends(text), line_ends(apply(text, edits))
    named = {each.start[0] for each in edits}
    for number, line in enumerate(before, 1):
        if number not in named:
            assert after[number - 1] == line


@given(_edited())
def test_every_change_is_made(drawn: tuple[str, list[Edit]]) -> None:
    text, edits = drawn
    removed = sum(each.end[1] - each.start[1] for each in edits)
    added = sum(len(each.text) for each in edits)
    assert len(apply(text, edits)) - len(text) - added + removed == 0


@given(_TEXTS)
def test_nothing_changes_nothing(text: str) -> None:
    assert apply(text, []) == text


@given(_TEXTS, st.tuples(st.integers(-1, 5), st.integers(-1, 9)), st.tuples(st.integers(-1, 5), st.integers(-1, 9)))
def test_a_change_is_made_or_refused(text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    with suppress(EditError):
        assert "x" in apply(text, [edit(start, end, "x")])
