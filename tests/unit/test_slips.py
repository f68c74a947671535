"""Patterns that no ref can match are told from those that one can, with what was probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.gate.patterns import compile_pattern
from publish_gate.slips import event_slip, pattern_slip

MEANT = [
    ("refs/heads/main", "branches", "did you mean 'main'?"),
    ("refs/tags/v*", "tags", "did you mean 'v*'?"),
    ("refs/tags/v*", "branches", "did you mean 'v*' in tags?"),
    ("refs/heads/main", "tags-ignore", "did you mean 'main' in branches?"),
    ("!refs/heads/x", "branches", "did you mean '!x'?"),
    ("refs/heads/", "branches", "without refs/heads/"),
    ("refs/pull/1/merge", "branches", "patterns match the names of branches, not full refs"),
    (r"^v\d+", "tags", "did you mean 'v[0-9]+'?"),
    (r"^v\d+\.\d+\.\d+$", "tags", "did you mean 'v[0-9]+.[0-9]+.[0-9]+'?"),
    (r"v\w+", "tags", "did you mean 'v[0-9A-Za-z_]+'?"),
    ("v.+", "tags", "did you mean 'v**'?"),
    (".*", "branches", "did you mean '**'?"),
    (".*.*", "branches", "did you mean '**'?"),
    ("release/.*", "branches", "did you mean 'release/**'?"),
    ("^v.*$", "tags", "did you mean 'v**'?"),
    ("main,dev", "branches", "write a list"),
    (",", "branches", "write a list"),
    ("v1.*|v2.*", "tags", "not regular expressions"),
    ("v*.*.*$", "tags", "did you mean 'v*.*.*'?"),
    ("release/(a|b).*", "branches", "not regular expressions"),
    ("${{ github.ref_name }}", "branches", "expressions are not evaluated here"),
    ("v${{ inputs.x }}", "tags", "expressions are not evaluated here"),
    ("main$", "branches", "did you mean 'main'?"),
    ("v{version}", "tags", "did you mean 'v*'?"),
    ("(main|dev)", "branches", "not regular expressions"),
    ("{a}", "branches", "not regular expressions"),
    (r"\bmain", "branches", "not regular expressions"),
    ("- v*", "tags", "did you mean 'v*'?"),
    ("! v*", "tags", "did you mean '!v*'?"),
    ("'v*'", "tags", "did you mean 'v*'?"),
    ('"main"', "branches", "did you mean 'main'?"),
    ("main dev", "branches", "a ref has no blanks"),
    ("/main", "branches", "did you mean 'main'?"),
    ("main/", "branches", "did you mean 'main'?"),
    ("-x", "branches", "no ref of Git begins with '-'"),
    ("a..b", "branches", "holds '..'"),
    ("a//b", "branches", "holds '..', '//'"),
    ("a/.b", "branches", "a part that begins with '.'"),
    ("x.lock", "tags", "ends with '.lock'"),
    ("v1.", "tags", "ends with '/' or '.'"),
    ("a:b", "branches", "'^' or ':'"),
    ("v~1", "tags", "'~'"),
    ("a@{1", "tags", "not regular expressions"),
]


@pytest.mark.parametrize(("text", "key", "says"), MEANT)
def test_a_pattern_that_no_ref_can_match_is_told(text: str, key: str, says: str) -> None:
    assert says in pattern_slip(text, key)


@pytest.mark.parametrize(
    "text",
    [
        *("main", "v*", "**", "*", "**/*", "v*.*.*", "*.*.*", "!*-rc*", "v[0-9]+.[0-9]+.[0-9]+", "v.*", "v1.?", "v?.*"),
        *(
            "release/**",
            "release-v?[0-9]+",
            "@scope/pkg@*",
            "*-v*",
            r"v\.1",
            r"a\,b",
            "[a,b]x",
            r"a\$",
            r"\(x\)",
            r"\!x",
            "[^a]*",
            "a.lock*",
        ),
        *("refs", "ref/x", "x-", "wip/[!a]", "v+", "[0-9]+.*", "feature/JIRA-[0-9]+", "dependabot/*/x"),
    ],
)
def test_a_pattern_that_a_ref_can_match_is_none(text: str) -> None:
    assert pattern_slip(text, "branches") == ""
    assert compile_pattern(text)


@given(st.text(r"vV1.*+?![]\/-^$(){}|@:~ '" + '"', max_size=10), st.sampled_from(["branches", "tags", "tags-ignore"]))
def test_any_text_is_judged(text: str, key: str) -> None:
    assert isinstance(pattern_slip(text, key), str)


@given(st.text("av1./-@$", min_size=1, max_size=8))
def test_what_stands_for_itself_is_a_slip_only_where_git_refuses_it_or_an_anchor_stands(text: str) -> None:
    parts = text.split("/")
    refused = (
        text[0] in "-/"
        or text[-1] in "/."
        or ".." in text
        or any(not part or part[0] == "." or part.endswith(".lock") for part in parts)
    )
    assert bool(pattern_slip(text, "branches")) is (refused or text[-1] == "$")


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("push", ""),
        ("release", ""),
        ("pull_request_target", "pull_request_target never publishes"),
        ("workflow_run", "did you mean 'push'"),
        ("workflow_call", "event of its caller"),
    ],
)
def test_an_event_that_never_publishes_is_told(event: str, says: str) -> None:
    assert says in event_slip(event)
    assert bool(event_slip(event)) is bool(says)
