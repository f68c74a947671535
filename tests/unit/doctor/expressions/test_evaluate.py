"""Expressions over known values: every operator and function. GitHub's library is asked in the integration tests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from publish_gate.doctor.expressions import (
    Array,
    Object,
    Scope,
    Status,
    Unknown,
    answer,
    evaluate,
    parse_expression,
    truths,
)
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value

LABELS = Array((
    Object({"name": "Bug", "tags": Array(("a", "b"))}),
    Object({"NAME": "release", "empty": None}),
    "plain",
    Array(("first", Object({"name": "inner"}))),
    None,
))  # fmt: skip
SCOPE = Scope(
    {
        "github": Object(
            {"ref": "refs/heads/main", "Event_Name": "push", "run": 7, "event": Object({"labels": LABELS})}
        ),
        "inputs": Object({"publish": True, "dry-run": False, "text": "false"}),
        "list": Array(("zero", "one", 2, Array())),
    }
)

VALUES: list[tuple[str, Value]] = [
    # Contexts, properties, indexes.
    ("github.ref", "refs/heads/main"),
    ("GITHUB.REF", "refs/heads/main"),
    ("github.event_name", "push"),
    ("github['EVENT_NAME']", "push"),
    ("github.run", 7.0),
    ("inputs.dry-run", False),
    ("github.nothing", None),
    ("github.nothing.at.all", None),
    ("github.ref.length", None),
    ("github[github]", None),
    ("list[0]", "zero"),
    ("list['1']", "one"),
    ("list[1.9]", "one"),
    ("list[true]", "one"),
    ("list[null]", "zero"),
    ("list[2]", 2.0),
    ("list[4]", None),
    ("list[-1]", None),
    ("list[NaN]", None),
    ("list[Infinity]", None),
    ("list['x']", None),
    ("list[list]", None),
    ("list.name", None),
    ("('a')[0]", None),
    ("github.event.labels.*.name", Array(("Bug", "release"))),
    ("github.event.labels[*].name[0]", Array()),
    ("github.event.labels.*.tags", Array((Array(("a", "b")),))),
    ("github.event.labels.*.tags[1]", Array(("b",))),
    ("github.event.labels.*.tags.*", Array(("a", "b"))),
    ("github.event.labels.*[0]", Array(("first",))),
    ("github.event.labels.*.empty", Array((None,))),
    ("github.event.labels.*.*.name", Array(("inner",))),
    ("inputs.*", Array((True, False, "false"))),
    ("github.ref.*", Array()),
    ("github.ref.*.name", Array()),
    ("github.nothing.*", Array()),
    # Operators.
    ("!''", True),
    ("!'false'", False),
    ("1 && 'a'", "a"),
    ("0 && 'a'", 0.0),
    ("'' && 1 || 'b'", "b"),
    ("'' || 0", 0.0),
    ("1 && 2 && 3", 3.0),
    ("null || '' || 'c' || 'd'", "c"),
    ("inputs.publish && 'pypi' || 'testpypi'", "pypi"),
    ("inputs.text && 'pypi' || 'testpypi'", "pypi"),
    ("inputs.text == false", False),
    ("'Refs/Heads/Main' == github.ref", True),
    ("github.ref != 'refs/heads/main'", False),
    ("github == github", True),
    ("github.event.labels.* == github.event.labels.*", False),
    ("1 < 2", True),
    ("2 < 1", False),
    ("2 > '1'", True),
    ("'b' > 'A'", True),
    ("1 >= 1", True),
    ("1 <= 1", True),
    ("2 <= 1", False),
    ("1 >= 2", False),
    ("NaN >= NaN", False),
    ("github >= github", True),
    ("github < inputs", False),
    ("null <= false", True),
    # Texts.
    ("contains('Hello', 'ELL')", True),
    ("contains('Hello', '')", True),
    ("contains(123, 2)", True),
    ("contains(null, '')", True),
    ("contains(github, 'Object')", False),
    ("contains('Object', github)", False),
    ("contains(list, 'ONE')", True),
    ("contains(list, '2')", True),
    ("contains(list, 'z')", False),
    ("contains(github.event.labels.*.name, 'bug')", True),
    ("contains(github.nothing.*.name, 'bug')", False),
    ("startsWith(github.ref, 'REFS/')", True),
    ("startsWith('a', 'ab')", False),
    ("startsWith(list, '')", False),
    ("startsWith('', list)", False),
    ("endsWith(github.ref, '/MAIN')", True),
    ("endsWith(false, 'se')", True),
    ("format('a')", "a"),
    ("format('{0}-{1}-{0}', 'x', 1)", "x-1-x"),
    ("format('{{0}} }}{{', 'x')", "{0} }{"),
    ("format('{0}{1}{2}', list, github, null)", "ArrayObject"),
    ("format('{00}', 1.50)", "1.5"),
    ("format(7)", "7"),
    ("join(list)", "zero,one,2,Array"),
    ("join(list, '')", "zeroone2Array"),
    ("join(list, github)", "zero,one,2,Array"),
    ("join('a', '-')", "a"),
    ("join(null)", ""),
    ("join(github)", ""),
    ("join(list[3], '-')", ""),
    # JSON.
    ("toJSON('a\"b\n\x01')", '"a\\"b\\n\\u0001"'),
    ("toJSON('é\u2028')", '"é\\u2028"'),
    ("toJSON(1.50)", "1.5"),
    ("toJSON(null)", "null"),
    ("toJSON(true)", "true"),
    ("toJSON(inputs)", '{\n  "publish": true,\n  "dry-run": false,\n  "text": "false"\n}'),
    ("toJSON(list)", '[\n  "zero",\n  "one",\n  2,\n  []\n]'),
    ("toJSON(fromJSON('{\"a\":{},\"b\":{\"c\":[1]}}'))",
     '{\n  "a": {},\n  "b": {\n    "c": [\n      1\n    ]\n  }\n}'),
    ("fromJSON('[1, \"a\", null, true]')", Array((1.0, "a", None, True))),
    ("fromJSON('{\"a\": 1, \"A\": 2, \"b\": 3}')", Object({"a": 1.0, "b": 3.0})),
    ("fromJSON('{\"a\": 1}').A", 1.0),
    ("fromJSON('true')", True),
    ("fromJSON(true)", True),
    ("fromJSON('1e999')", math.inf),
    ("fromJSON(toJSON(inputs)).text", "false"),
    # Choices and status.
    ("case(false, 1, true, 2, 3)", 2.0),
    ("case(false, 1, 3)", 3.0),
    ("case(true, 1, fromJSON('{'))", 1.0),
    ("success()", True),
    ("success('build')", True),
    ("failure()", False),
    ("failure('build')", False),
    ("cancelled()", False),
    ("always()", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_an_expression_has_a_value(text: str, expected: Value) -> None:
    value = evaluate(parse_expression(text), SCOPE)
    assert value == expected
    assert type(value) is type(expected)


ERRORS = [
    pytest.param("fromJSON('')", id="nothing is no JSON"),
    pytest.param("fromJSON('{')", id="no JSON"),
    pytest.param("fromJSON('NaN')", id="a number that JSON does not have"),
    pytest.param("fromJSON(list)", id="the word Array is no JSON"),
    pytest.param("fromJSON(format('{0}', '\t\"a'))", id="an open text in JSON"),
    pytest.param("format('{')", id="a single brace"),
    pytest.param("format('}')", id="a single closing brace"),
    pytest.param("format('{a}', 1)", id="a name in braces"),
    pytest.param("format('{}', 1)", id="nothing in braces"),
    pytest.param("format('{1}', 1)", id="no such argument"),
    pytest.param("format('{0}')", id="no argument at all"),
    pytest.param("format('{9999999999999999999999}', 1)", id="a place far out of range"),
    pytest.param("case('true', 1, 2)", id="a condition that is a text"),
    pytest.param("fromJSON('{') || true", id="an error ends the evaluation, whatever comes after"),
    pytest.param("!fromJSON('{')", id="an error has no opposite"),
    pytest.param("true && fromJSON('{')", id="an error in what is reached"),
]


@pytest.mark.parametrize("text", [*ERRORS])
def test_what_ends_in_an_error_is_unknown(text: str) -> None:
    expression = parse_expression(text)
    assert evaluate(expression, SCOPE) == Unknown()
    assert truths(expression, SCOPE) == {True, False}


@pytest.mark.parametrize("text", ["false && fromJSON('{')", "true || fromJSON('{')", "!(true || format('{'))"])
def test_an_error_in_what_is_not_reached_does_not_matter(text: str) -> None:
    assert isinstance(evaluate(parse_expression(text), SCOPE), bool)


YES, NO, DEPENDS = Ternary.YES, Ternary.NO, Ternary.DEPENDS


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        ("success()", Status(NO, YES, NO), NO),
        ("failure()", Status(NO, YES, NO), YES),
        ("cancelled()", Status(NO, NO, YES), YES),
        ("always()", Status(NO, NO, YES), YES),
        ("!cancelled()", Status(DEPENDS, NO, NO), YES),
        ("success()", Status(DEPENDS, DEPENDS, DEPENDS), DEPENDS),
        ("failure()", Status(DEPENDS, DEPENDS, DEPENDS), DEPENDS),
        ("cancelled()", Status(DEPENDS, DEPENDS, DEPENDS), DEPENDS),
        ("success() || !success()", Status(DEPENDS, DEPENDS, DEPENDS), YES),
        ("success('build')", Status(NO, YES, NO), DEPENDS),
        ("failure('build')", Status(NO, YES, NO), DEPENDS),
        ("success() && false", Status(DEPENDS, NO, NO), NO),
    ],
)
def test_status_functions_answer_what_the_scope_says(text: str, status: Status, expected: Ternary) -> None:
    assert answer(parse_expression(text), Scope({}, status)) is expected
