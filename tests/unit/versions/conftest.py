"""Unit tests start no process: what the worker for patterns would answer is asked for in this one."""

from __future__ import annotations

import json

import pytest

from publish_gate.versions import pattern_worker, patterns


@pytest.fixture(autouse=True)
def _patterns_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(question: bytes) -> bytes:
        asked = json.loads(question)
        if "(a+)+" in asked["pattern"]:
            raise TimeoutError
        return json.dumps(pattern_worker.answer(asked)).encode()

    monkeypatch.setattr(patterns, "run", run)
    monkeypatch.setattr(patterns, "_timed_out", [])
