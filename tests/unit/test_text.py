"""Texts that are shown, and streams that are not there."""

from __future__ import annotations

import errno
import json
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.errors import describe_write_error, never_none
from publish_gate.text import as_json, one_line

if TYPE_CHECKING:
    from collections.abc import Callable


@given(st.text('#[]a\\"\n:u', max_size=30))
def test_printed_json_holds_no_command_and_the_same_text(text: str) -> None:
    printed = as_json({text: [text]})
    assert json.loads(printed) == {text: [text]}
    assert "##[" not in printed
    assert not any(line.lstrip().startswith("::") for line in printed.splitlines())


@given(st.text('#[]a\\"\n:u\x1b\u202e', max_size=30))
def test_a_line_holds_no_command(text: str) -> None:
    shown = one_line(text)
    assert "##[" not in shown
    assert "::" not in shown
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), "No space left", id="a full disk"),
        pytest.param(OSError(errno.ENOSPC, "No space left on device", "a.txt"), "", id="a file of its own"),
        pytest.param(OSError(errno.ENOENT, "No such file"), "", id="something else"),
    ],
)
def test_an_answer_that_cannot_be_written(error: OSError, says: str) -> None:
    assert says in describe_write_error(error)
    assert bool(says) is bool(describe_write_error(error))


@pytest.mark.parametrize(("name", "unheard"), [("stdout", True), ("stderr", False)])
def test_a_closed_stream_takes_everything(name: str, unheard: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, name, None)
    assert never_none() is unheard
    write: Callable[[str], int] = getattr(sys, name).write
    assert write("x") == 1
    getattr(sys, name).close()
