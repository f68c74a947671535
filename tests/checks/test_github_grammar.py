"""The table of GitHub's grammar is the one that its parser makes."""

from __future__ import annotations

import github_grammar

from publish_gate.doctor.workflow.grammar import events
from publish_gate.events import EVENTS

# Not for targets: classic projects are gone, comments on pull requests are `issue_comment`, a call is not an event that
# happens, and an image has no ref.
_NOT_NAMED = {"image_version", "project", "project_card", "project_column", "pull_request_comment", "workflow_call"}


def test_the_table_is_what_the_parser_of_the_tests_says() -> None:
    assert github_grammar.TABLE.read_text("utf-8") == github_grammar.render()


def test_the_events_that_targets_can_name_are_those_of_the_parser() -> None:
    assert events().keys() - _NOT_NAMED == EVENTS
