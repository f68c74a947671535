"""What the worker for a project's own regular expressions answers, and what is made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from publish_gate.versions import pattern_worker, patterns

ANSWERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a match": (
        {"pattern": "v(?P<version>.)(x)?", "text": " v1"},
        {"groups": ["v1", "1", None], "starts": [1, 2, -1], "names": {"version": 1}},
    ),
    "no match": ({"pattern": "v", "text": "x"}, {}),
    "a replacement": ({"pattern": "-", "text": "1-2", "replacement": "."}, {"text": "1.2"}),
    "a wrong pattern": (
        {"pattern": "(", "text": ""},
        {"error": "missing ), unterminated subpattern at position 0"},
    ),
    "a wrong replacement": (
        {"pattern": "a", "text": "a", "replacement": r"\1"},
        {"error": "invalid group reference 1 at position 1"},
    ),
}


@pytest.mark.parametrize(("question", "answer"), [pytest.param(*row, id=name) for name, row in ANSWERS.items()])
def test_the_worker_answers(question: dict[str, Any], answer: dict[str, Any]) -> None:
    assert pattern_worker.answer({"flags": 0, **question}) == answer


@pytest.mark.parametrize("output", [b"", b"Fatal Python error"])
def test_a_worker_that_fails_gives_no_answer(output: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "run", lambda _: output)
    with pytest.raises(patterns.PatternError, match="cannot be run"):
        patterns.search("x", "x")


def test_after_three_patterns_without_end_no_more_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: bytes) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(patterns, "run", never)
    for pattern in ("a", "b", "c"):
        with pytest.raises(patterns.PatternError, match="takes longer"):
            patterns.search(pattern, "x")
    monkeypatch.setattr(patterns, "run", lambda _: json.dumps({}).encode())
    with pytest.raises(patterns.PatternError, match="too long already"):
        patterns.search("d", "x")
