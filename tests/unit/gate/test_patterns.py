"""Filter patterns: what GitHub's cheat sheet says, row by row, and what its parser refuses."""

from __future__ import annotations

import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.gate.patterns import PatternError, compile_pattern, compile_patterns

MATCHES = [
    ("main", "main", True, "a plain name is itself"),
    ("main", "mains", False, "the whole name must match"),
    ("main", "Main", False, "case matters"),
    ("*", "main", True, "a star is a whole name"),
    ("*", "feature/one", False, "a star stops at a slash"),
    ("a*", "", False, "no name is no ref"),
    ("**", "feature/one/two", True, "two stars pass slashes"),
    ("feature/*", "feature/one", True, "a star below a folder"),
    ("feature/*", "feature/one/two", False, "a star below a folder is one level"),
    ("feature/**", "feature/one/two", True, "two stars below a folder are all levels"),
    ("feature/**", "feature", False, "the slash before two stars is needed"),
    ("*feature", "my-feature", True, "a star in front"),
    ("*feature", "feature", True, "a star is also nothing"),
    ("v2*", "v2", True, "a star at the end is also nothing"),
    ("v2*", "v2.9", True, "a star at the end is the rest"),
    ("v[12].[0-9]+.[0-9]+", "v1.10.1", True, "ranges and plus"),
    ("v[12].[0-9]+.[0-9]+", "v2.0.0", True, "plus is one or more"),
    ("v[12].[0-9]+.[0-9]+", "v3.0.0", False, "a character outside of the range"),
    ("v[12].[0-9]+.[0-9]+", "v1..1", False, "plus is not zero"),
    ("v1.0", "v1x0", False, "a dot is a dot"),
    ("*.jsx?", "page.js", True, "a question mark makes the character before it optional"),
    ("*.jsx?", "page.jsx", True, "an optional character may be there"),
    ("*.jsx?", "page.jsy", False, "a question mark is not any character"),
    ("Octoc?t", "Octocat", False, "a question mark does not stand for a character"),
    ("Octoc?t", "Octot", True, "the character before the question mark may be missing"),
    ("a+", "aaa", True, "plus repeats"),
    ("a+", "", False, "plus needs one"),
    ("[ab]?c", "c", True, "a set may be optional"),
    ("[ab]+c", "abbac", True, "a set may repeat"),
    ("**/README.md", "README.md", True, "two stars and a slash are also nothing"),
    ("**/README.md", "docs/a/README.md", True, "two stars and a slash are folders"),
    ("**/README.md", "docsREADME.md", False, "the slash belongs to the folders"),
    ("docs/**/*.md", "docs/README.md", True, "in the middle they are also nothing"),
    ("docs/**/*.md", "docs/a/b/c.md", True, "in the middle they are folders"),
    ("**/docs/**", "a/docs/x/y", True, "at both ends"),
    ("**.js", "src/js/app.js", True, "two stars without a slash"),
    ("**/*-post.md", "path/their-post.md", True, "folders, then a star"),
    (r"v1\+build", "v1+build", True, "a backslash takes the next character as itself"),
    (r"\*", "*", True, "an escaped star is a star"),
    (r"\*", "x", False, "an escaped star is nothing else"),
    (r"\!x", "!x", True, "an escaped mark does not negate"),
    (r"\[a\]", "[a]", True, "escaped brackets"),
    (r"a\++", "a++", True, "an escaped plus may repeat"),
    ("a!b", "a!b", True, "a mark in the middle means nothing"),
    ("[._-]x", "_x", None, "a dash at the end of a set is half a range"),
    ("[-a]x", "-x", True, "a dash at the beginning of a set is a dash"),
    ("release/v[0-9].[0-9]", "release/v1.2", True, "sets below a folder"),
    ("main/?", "main", True, "an optional slash"),
]


@pytest.mark.parametrize(("pattern", "name", "expected"), [row[:3] for row in MATCHES], ids=[row[3] for row in MATCHES])
def test_a_pattern_matches_as_github_says(pattern: str, name: str, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(PatternError):
            compile_pattern(pattern)
    else:
        assert compile_pattern(pattern).matches(name) is expected


INVALID = [
    ("", "it is empty"),
    ("!", "nothing follows the '!'"),
    ("?x", "cannot stand at the start"),
    ("+x", "cannot stand at the start"),
    ("!+x", "cannot stand at the start"),
    ("*?", "cannot stand after '*'"),
    ("**+", "cannot stand after '*'"),
    ("a??", "cannot stand after '?'"),
    ("a+?", "cannot stand after '+'"),
    ("[]", "names no character"),
    ("x[ab", "never closed"),
    ("x\\", "nothing follows the final"),
    ("[z-a]", "ranges go up"),
    ("[a-Z]", "ranges go up"),
    ("[a-]", "ranges go up"),
    ("[!-/]", "ranges go up"),
]


@pytest.mark.parametrize(("pattern", "why"), INVALID, ids=[row[0] or "empty" for row in INVALID])
def test_an_invalid_pattern_says_which_and_why(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=re.escape(why)) as caught:
        compile_pattern(pattern)
    assert repr(pattern) in str(caught.value)


LISTS = [
    (["releases/**", "!releases/**-alpha"], "releases/10", True, "a positive pattern selects"),
    (["releases/**", "!releases/**-alpha"], "releases/10-alpha", False, "a later negative takes away"),
    (["releases/**", "!releases/**-alpha", "releases/b-alpha"], "releases/b-alpha", True, "order decides"),
    (["!main", "**"], "main", True, "a later positive gives back"),
    (["main", "dev"], "feature", False, "no match selects nothing"),
]


@pytest.mark.parametrize(("patterns", "name", "expected"), [r[:3] for r in LISTS], ids=[r[3] for r in LISTS])
def test_the_last_pattern_that_matches_decides(patterns: list[str], name: str, expected: bool) -> None:
    assert compile_patterns(patterns).accepts(name) is expected


def test_only_negative_patterns_are_an_error() -> None:
    with pytest.raises(PatternError, match="no positive pattern"):
        compile_patterns(["!main", "!dev"])


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [("v*", "v"), ("*", ""), ("pkg-v[0-9]*", "pkg-v"), ("main", "main"), ("v?1*", ""), (r"a\*b*", "a*b")],
)
def test_the_fixed_beginning_ends_at_the_first_special_character(pattern: str, literal: str) -> None:
    assert compile_pattern(pattern).literal == literal


def test_a_list_is_shown_as_it_was_written() -> None:
    assert str(compile_patterns(["main", "!x"])) == "main, !x"


def test_no_pattern_and_no_name_make_matching_slow() -> None:
    pattern = compile_pattern("*a" * 40 + "b")
    started = time.perf_counter()
    assert not pattern.matches("a" * 250)
    assert time.perf_counter() - started < 1


PIECES = ["*", "**", "**/", "a", "b", "/", ".", "a?", "b+", "[ab]", "[a-c]+", r"\*", "[0-9]?"]
REGULAR = {
    "*": "[^/]*",
    "**": ".*",
    "**/": "(?:.*/)?",
    ".": r"\.",
    r"\*": r"\*",
}


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.text("ab/.c*01", max_size=8))
def test_a_pattern_is_the_regular_expression_of_its_pieces(pieces: list[str], name: str) -> None:
    # Joining pieces can make others (a star before a slash), so the text is split again by the longest piece.
    text = "".join(pieces)
    split = re.findall(r"\*\*/|\*\*|\*|\[[^\]]*\][?+]?|\\.|[^*\[\\][?+]?", text)
    if "".join(split) != text:
        return
    expression = "".join(REGULAR.get(piece, piece) for piece in split)
    assert compile_pattern(text).matches(name) is bool(re.fullmatch(expression, name, re.DOTALL))


@given(st.text(string.printable, max_size=12), st.text(max_size=12))
def test_any_text_is_a_pattern_or_a_pattern_error(text: str, name: str) -> None:
    try:
        pattern = compile_pattern(text)
    except PatternError:
        return
    assert isinstance(pattern.matches(name), bool)
