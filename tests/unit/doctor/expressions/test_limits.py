"""No expression, and nothing that it is about, makes the evaluation slow."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from publish_gate.doctor.expressions import (
    Array,
    ExpressionError,
    Object,
    OneOf,
    Scope,
    Unknown,
    evaluate,
    parse_condition,
    parse_expression,
    parse_template,
    truths,
)
from publish_gate.doctor.expressions.values import truth_of

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value

SECONDS = 10.0
"""Far above the time that any of these takes, on a machine however busy, and far below what they could take."""


def nested(levels: int) -> Value:
    value: Value = "inner"
    for _ in range(levels):
        value = Array((value,))
    return value


SCOPE = Scope(
    {
        "text": "x" * 100_000,
        "odd": "ß" * 20_000,
        "many": Object({f"name{index}": Array(("a",) * 50) for index in range(2000)}),
        "json": f"[{','.join(['[]'] * 15_000)}]",
        "long": f"[{','.join(['1'] * 30_000)}]",
        "names": json.dumps({str(index): 1 for index in range(30_000)}),
        "steep": "[" * 5000 + "]" * 5000,
        "deep": "[" * 80 + "]" * 80,
        "nested": nested(80),
        "one": Object({f"v{index}": OneOf((True, False)) for index in range(40)}),
        "x": Unknown(),
    }
)


def doubling(function: str, times: int) -> str:
    text = "text"
    for _ in range(times):
        text = f"format('{'{0}' * 50}', {text})" if function == "format" else f"{function}({text})"
    return text


UNKNOWN = [
    pytest.param(doubling("format", 5), id="a text that grows fifty times over, again and again"),
    pytest.param(doubling("toJSON", 40), id="quotes that are escaped again and again"),
    pytest.param("join(many.*.*, text)", id="a long separator between many items"),
    pytest.param("fromJSON(long)", id="a long list"),
    pytest.param("fromJSON(names)", id="an object of many names"),
    pytest.param("fromJSON(steep)", id="JSON that is nested deeper than Python reads it"),
    pytest.param("fromJSON(deep)", id="JSON that is nested deep"),
    pytest.param("toJSON(nested)", id="a value that is nested deep"),
    pytest.param("||".join(["many.*.*.*.x == odd"] * 1000), id="many items many times"),
    pytest.param("||".join(["fromJSON(json)[0] == 1"] * 800), id="JSON read many times"),
    pytest.param("||".join(["odd == text", "text == odd"] * 700), id="long texts compared many times"),
    pytest.param("||".join(["many.nothing"] * 1400), id="many names looked through many times"),
    pytest.param("||".join(["startsWith(text, odd)"] * 900), id="long texts searched many times"),
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_too_much_work_is_given_up(text: str) -> None:
    expression = parse_expression(text)
    start = time.perf_counter()
    assert evaluate(expression, SCOPE) == Unknown()
    assert truths(expression, SCOPE) == {True, False}
    assert time.perf_counter() - start < SECONDS


def test_a_path_that_takes_too_long_is_unknown() -> None:
    many = Object({f"x{index}": "a" for index in range(400_000)}, open=True)
    assert evaluate(parse_expression("many.nothing"), Scope({"many": many})) == Unknown()


ROWS = [
    pytest.param(" && ".join(f"(one.v{n} || x.y{n})" for n in range(40)), id="more combinations than can be tried"),
    pytest.param(" && ".join(f"(x.a{n} == '{n}' || x.a{n})" for n in range(400)), id="very many unknowns, twice each"),
    pytest.param("&&".join(["x"] * 7000), id="one unknown in a very long row"),
    pytest.param("||".join(["x!=x.y"] * 2500), id="one comparison in a very long row"),
]


@pytest.mark.parametrize("text", ROWS)
def test_unknowns_in_long_rows_are_bounded(text: str) -> None:
    expression = parse_expression(text)
    start = time.perf_counter()
    assert truth_of(evaluate(expression, SCOPE)) is None
    assert truths(expression, SCOPE) == {True, False}
    assert time.perf_counter() - start < SECONDS


HOSTILE = [
    "(" * 100_000,
    "'" * 99_999,
    "${{" * 33_000,
    "${{ a }}" * 12_500,
    "${{ '" + "}}" * 50_000,
    "a" * 100_000,
    "!" * 20_000 + "a",
    "a[" * 10_000,
    "(" * 10_000 + "a" + ")" * 10_000,
    "format(" * 3000,
    "a&&b||" * 3000 + "c",
    " " * 20_999 + "a",
    "-" * 20_000,
    "1" * 20_999,
    "a.*" * 6000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{text[:6]} ..." for text in HOSTILE])
def test_hostile_texts_are_read_or_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    for parse in (parse_expression, parse_condition, parse_template):
        try:
            truths(parse(text), SCOPE)
        except ExpressionError as error:
            assert 0 <= error.offset <= len(text)  # noqa: PT017 - both outcomes are right
    assert time.perf_counter() - start < SECONDS
