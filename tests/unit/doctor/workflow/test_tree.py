"""YAML as GitHub reads it: what a plain text means, where everything stands, and what is refused or bounded."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.workflow.texts import READ, UNREADABLE

from publish_gate.config.tree import LARGEST_FILE, WORKFLOW, TreeError
from publish_gate.config.tree import parse_text as parse
from publish_gate.doctor.workflow.tree import Mapping, Node, Scalar, Sequence, core_value, parse_yaml

if TYPE_CHECKING:
    from publish_gate.errors import Problem

LONG = "9" * 5000


def parse_text(text: str, path: str) -> tuple[Node | None, list[Problem]]:
    """Read a text as `parse_yaml` reads a file."""
    try:
        return parse(text, path, WORKFLOW)
    except TreeError as error:
        return None, error.problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("on", "on"),
        ("12", 12.0),
        ("-3", -3.0),
        ("010", 10.0),
        ("0o17", 15.0),
        ("0x1F", 31.0),
        ("1.10", 1.1),
        (".5", 0.5),
        ("2.", 2.0),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        (LONG, math.inf),
        (f"0x{LONG}", math.inf),
        ("1.2.3", "1.2.3"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("0o8", "0o8"),
        ("-", "-"),
        (".x", ".x"),
    ],
)
def test_what_a_plain_text_means(text: str, expected: object) -> None:
    assert core_value(text) == expected
    assert type(core_value(text)) is type(expected)


def test_no_number_is_none() -> None:
    value = core_value(".NaN")
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [x?y, ?z, b:c, d::e]", {"a": ["x?y", "?z", "b:c", "d::e"]}),
        ("{\"a\":1, 'b':[2]}", {"a": 1.0, "b": [2.0]}),
        ("a:\tb\t# c\nd: e\t\n", {"a": "b", "d": "e"}),
        ("a: b\n  c\n\n\n  d\n", {"a": "b c\n\nd"}),
        ("a: b\n---\n", {"a": "b"}),
        ("a: [b\n  c, d]", {"a": ["b c", "d"]}),
        ("a: b # c\n", {"a": "b"}),
        ("a: b\n  # c\n", {"a": "b"}),
        ("a: '1'\nb: |\n  2\n", {"a": "1", "b": "2\n"}),
        ("a: !!str 1\nb: !!int '2'\nc: ! '3'\nd: !!seq []\n", {"a": "1", "b": 2.0, "c": "3", "d": []}),
        ("a: x\x85y\u2028z\x07\n", {"a": "x\x85y\u2028z\x07"}),
        ('a: "\\ud800\\u00e9"\n', {"a": "\ufffd\u00e9"}),
        ("a: &x [b]\nc: *x\n", {"a": ["b"], "c": ["b"]}),
        ("? a\n: b\n", {"a": "b"}),
        ("1.10: a\ntrue: b\n", {"1.10": "a", "true": "b"}),
    ],
)
def test_reads(text: str, expected: object) -> None:
    root, _ = parse_text(text, "f")
    assert _plain(root) == expected


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_readable(text: str) -> None:
    root, problems = parse_text(text, "f")
    assert root is not None
    assert problems == []


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(text: str) -> None:
    root, problems = parse_text(text, "f")
    assert root is None
    assert "is not valid YAML" in problems[-1].message


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("k: abc\n", (1, 4), (1, 7)),
        ("k: 'abc' # c\n", (1, 4), (1, 9)),
        ('k: "a\n  b"\n', (1, 4), (2, 5)),
        ("k: a\n  b\nl: c\n", (1, 4), (2, 4)),
        ("k:\nl: c\n", (1, 3), (1, 3)),
        ("k: |\n  a\n  bc\n\n\n# d\nl: c\n", (1, 4), (3, 5)),
        ("k: >-\n  a\n  bc", (1, 4), (3, 5)),
        ("k: |\r\n  a\r\n  bc\r\n\r\nl: c\r\n", (1, 4), (3, 5)),
        ("k: |\rl: c\r", (1, 4), (1, 5)),
        ("k: |\nl: c\n", (1, 4), (1, 5)),
        ("k: |  \n\n", (1, 4), (1, 5)),
        ("k: [a, b]\n", (1, 4), (1, 10)),
        ("k: {\n a: b\n }\n", (1, 4), (3, 3)),
        ("k:\n  - a\n  - bc\n\nl: c\n", (2, 3), (3, 7)),
        ("k:\n  a: b\n  c:\n    - def\n", (2, 3), (4, 10)),
        ("k:\n  a: &x b\n  c: *x\n", (2, 3), (3, 8)),
        ("k: []\n", (1, 4), (1, 6)),
    ],
    ids=[
        "a plain text",
        "a text in quotes",
        "quotes over two lines",
        "a plain text over two lines",
        "nothing",
        "a block up to its last line",
        "a block at the end of the file",
        "a block with Windows line ends",
        "a block with old line ends",
        "an empty block",
        "an empty block at the end of the file",
        "a list in brackets",
        "a mapping in brackets",
        "a list",
        "a mapping",
        "a mapping that ends with an alias",
        "an empty list",
    ],
)
def test_places(text: str, begins: tuple[int, int], ends: tuple[int, int]) -> None:
    root, problems = parse_text(text, "f")
    assert problems == []
    assert isinstance(root, Mapping)
    node = root.entries[0].value
    assert (node.place.line, node.place.column) == begins
    assert node.end == ends


def test_keys_and_styles() -> None:
    root, _ = parse_text("a: 'b'\n'c': |\n  d\ne: f\n", "f")
    assert isinstance(root, Mapping)
    assert [(entry.key, entry.place.line) for entry in root] == [("a", 1), ("c", 2), ("e", 4)]
    assert [root.scalar(key) and root.scalar(key).style for key in "ace"] == ["'", "|", ""]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("a: &x [*x]\n", "a[0]", "'x' contains itself"),
        ("a: *x\n", "", "found undefined alias 'x'"),
        ("a: &x b\n<<: *x\n", "<<", "merge keys"),
        ("a: !x b\n", "a", "tag '!x'"),
        ("a: !x [b]\n", "a", "tag '!x'"),
        ("a:\n  - b: 1\n    B: 2\n", "a[0].B", "is there already, at line 2"),
        ("a: b\n---\nc: d\n", "", "expected a single document"),
        ('a: "\\U00110000"\n', "", "a character that does not exist"),
        ("[" * 200, "[0]" * 101, "nested too deeply"),
        ("".join(f"{'  ' * depth}a:\n" for depth in range(200)), ".".join("a" * 100), "nested too deeply"),
        (
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)),
            "a4[0]",
            "has more than 20,000 values, once its aliases are followed",
        ),
    ],
)
def test_refuses(text: str, key: str, message: str) -> None:
    problem = parse_text(text, "f")[1][-1]
    assert message in problem.message
    assert problem.key == key


def is_empty(text: str) -> bool:
    """Whether nothing is in a text but blanks, comments and marks of documents."""
    return not re.sub(r"#.*|%.*|---|\.\.\.|\s|[\ufeff\x85\u2028]", "", text)


@pytest.mark.parametrize("text", ["", "# a\n", " \n\n"])
def test_nothing_is_no_tree_and_no_problem(text: str) -> None:
    assert parse_text(text, "f") == (None, [])


def test_aliases_count_as_deep_as_what_they_stand_for() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 150))
    root, problems = parse_text(chain, "f")
    assert root is None
    assert "nested too deeply" in problems[-1].message


def test_a_doubled_key_keeps_its_first_value() -> None:
    root, problems = parse_text("a: 1\nb: 2\na: 3\n", "f")
    assert _plain(root) == {"a": 1.0, "b": 2.0}
    assert len(problems) == 1


def test_bytes_are_decoded() -> None:
    assert _plain(parse_yaml(b"\xef\xbb\xbfa: b\n", "f")[0]) == {"a": "b"}
    assert parse_yaml(b"a: b\nc: \xff\n", "f")[1][0].place is not None
    assert parse_yaml(b"#" * (LARGEST_FILE + 1), "f")[0] is None


@given(st.text(max_size=200))
def test_nothing_is_raised_whatever_the_text(text: str) -> None:
    root, problems = parse_text(text, "f")
    assert root is not None or problems or is_empty(text)


@given(st.text(alphabet=":?-,[]{}&*!|>'\"%@`# \t\n\rab1.\\", max_size=60))
def test_nothing_is_raised_whatever_the_marks(text: str) -> None:
    root, problems = parse_text(text, "f")
    assert root is not None or problems or is_empty(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_text_in_quotes_comes_out_as_it_went_in(text: str) -> None:
    quoted = "".join(f"\\U{ord(character):08x}" for character in text)
    assert _plain(parse_text(f'a: "{quoted}"\n', "f")[0]) == {"a": text}


def test_a_long_workflow_is_read_in_no_time() -> None:
    step = "      - name: Build and test\n        run: |\n          python -m build\n          ls -la dist\n\n"
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + step * 260
    start = time.perf_counter()
    assert parse_text(text, "f")[1] == []
    assert time.perf_counter() - start < 2


def _plain(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {entry.key: _plain(entry.value) for entry in node}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value
