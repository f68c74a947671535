"""The table of GitHub's grammar is the one that its parser makes."""

from __future__ import annotations

import github_grammar


def test_the_table_is_what_the_parser_of_the_tests_says() -> None:
    assert github_grammar.TABLE.read_text("utf-8") == github_grammar.render()
