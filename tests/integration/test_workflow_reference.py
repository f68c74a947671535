"""Reading workflow files as GitHub does: held against its own parser, and the YAML reader in it."""

from __future__ import annotations

import math
from typing import cast

import pytest
from e2e.javascript import ask
from unit.doctor.workflow.files import REFUSED, TAKEN, Refused
from unit.doctor.workflow.texts import READ, UNREADABLE

from publish_gate.doctor.workflow.tree import Mapping, Node, Sequence, parse_yaml


class Answers:
    """What GitHub's parser says to all texts of the tables, asked once."""

    def __init__(self) -> None:
        texts = [*(row.text for row in REFUSED.values()), *TAKEN.values(), *READ.values(), *UNREADABLE.values()]
        asked = list(dict.fromkeys(texts))
        answered = cast(
            "list[dict[str, object]]",
            ask("read_workflows.mjs", [{"name": "ci.yml", "content": text} for text in asked]),
        )
        self._by_text = dict(zip(asked, answered, strict=True))

    def errors(self, text: str) -> list[str]:
        return cast("list[str]", self._by_text[text]["errors"])

    def tree(self, text: str) -> object:
        assert "tree" in self._by_text[text], self._by_text[text]["errors"]
        return self._by_text[text]["tree"]

    def is_yaml(self, text: str) -> bool:
        return "tree" in self._by_text[text]


@pytest.fixture(scope="module")
def github() -> Answers:
    return Answers()


@pytest.mark.parametrize("row", [row for row in REFUSED.values() if not row.lenient], ids=lambda row: row.key)
def test_github_refuses_it_too(github: Answers, row: Refused) -> None:
    assert github.errors(row.text) != []


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_github_takes_it_too(github: Answers, text: str) -> None:
    assert github.errors(text) == []


@pytest.mark.parametrize("text", [*READ.values(), *TAKEN.values()], ids=[*READ, *TAKEN])
def test_the_tree_is_the_same(github: Answers, text: str) -> None:
    root, problems = parse_yaml(text.encode(), "ci.yml")
    assert problems == []
    assert root is not None
    assert _plain(root) == github.tree(text)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_not_yaml_is_not_yaml_there(github: Answers, text: str) -> None:
    assert parse_yaml(text.encode(), "ci.yml")[0] is None
    assert not github.is_yaml(text)


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {"mapping": [[entry.key, _plain(entry.value)] for entry in node]}
    if isinstance(node, Sequence):
        return {"list": [_plain(item) for item in node.items]}
    return {"number": _number(node.value)} if isinstance(node.value, float) else node.value


def _number(value: float) -> str:
    """Write a number as JavaScript does."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) else repr(value)
