"""Expressions over unknown values: what the known part decides, and what the same unknown decides together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from publish_gate.doctor.expressions import (
    Array,
    Object,
    OneOf,
    Scope,
    Unknown,
    evaluate,
    parse_expression,
    truths,
)

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value

FLAG = OneOf((True, False))
WHERE = OneOf(("pypi", "testpypi"), name="where")
SCOPE = Scope(
    {
        "x": Unknown(),
        "y": Unknown(),
        "z": Unknown(),
        "full": Unknown(truth=True),
        "void": Unknown(truth=False),
        "inputs": Object(
            {"flag": FLAG, "where": WHERE, "other": WHERE, "unnamed": OneOf(("a", "b")), "none": OneOf(())}
        ),
        "needs": Object({"gate": OneOf((Object({"out": "yes"}), Object({"out": "no"})))}, open=True),
        "event": Object({"known": "k", "Empty": None}, open=True),
        "closed": Object({"known": "k"}),
        "empty": Object(),
        "nothing": Array(),
        "parts": Array(("a", Unknown(), Object({"name": "n"}))),
        "objects": Array((Object({"name": "n"}), Object({}, open=True))),
        "falsy": Array((Unknown(truth=False), Object({"name": "n"}))),
        "opened": Array((Object({"name": "n"}, open=True),)),
        "pair": Array((Unknown(), Unknown())),
        "chosen": Array((FLAG, "a")),
        "nested": OneOf((OneOf(("a", "b")), "c")),
        "lists": OneOf((Array(("a", "b")), Array(("a",)))),
    }
)
U = Unknown()
YES = Unknown(truth=True)
NO = Unknown(truth=False)

VALUES: list[tuple[str, Value]] = [
    # Access.
    ("x", U),
    ("absent", U),
    ("absent.property", U),
    ("x.y", U),
    ("x[0]", U),
    ("void.y", None),
    ("full.y", U),
    ("x.*", YES),
    ("void.*", Array()),
    ("x.*.name", U),
    ("event.known", "k"),
    ("event.EMPTY", None),
    ("event.other", U),
    ("event.other.more", U),
    ("event[closed]", None),
    ("event.*", YES),
    ("closed.other", None),
    ("closed[x]", U),
    ("empty[x]", None),
    ("nothing[x]", None),
    ("empty.*", Array()),
    ("empty.*[x]", Array()),
    ("parts[0]", "a"),
    ("parts[1]", U),
    ("parts[x]", U),
    ("parts.*.name", YES),
    ("parts.*.*", YES),
    ("parts.*[x]", YES),
    ("falsy.*.name", Array(("n",))),
    ("falsy.*.*", Array(("n",))),
    ("objects.*.name", YES),
    ("objects.*.*", YES),
    ("opened.*.name", Array(("n",))),
    # Truth.
    ("!x", U),
    ("!full", False),
    ("!void", True),
    ("x && false", NO),
    ("x && ''", NO),
    ("false && x", False),
    ("x || true", YES),
    ("true || x", True),
    ("true && x", U),
    ("false || x", U),
    ("full && 'a'", "a"),
    ("void && 'a'", NO),
    ("void || 'a'", "a"),
    ("x && 'a' || 'b'", OneOf(("a", "b"))),
    ("x && y && 'a' || 'b'", OneOf(("a", "b"))),
    ("x == 'p' && 'a' || 'b'", OneOf(("a", "b"))),
    ("!x && 'a' || 'b'", OneOf(("a", "b"))),
    ("!x && 'a'", OneOf(("a", False))),
    ("x != 'p' && 'a'", OneOf((False, "a"))),
    ("x && 'a' || x && 'b' || 'c'", OneOf(("a", "c"))),
    ("(x && 'a' || 'b') == 'b' && 1 || 2", OneOf((2.0, 1.0))),
    # Comparison.
    ("x == 'a'", U),
    ("x != 'a'", U),
    ("x == y", U),
    ("x < 1", U),
    ("x >= 1", U),
    ("x == NaN", False),
    ("NaN != x", True),
    ("x < NaN", False),
    ("NaN >= x", False),
    ("x > closed", False),
    ("x == closed", U),
    ("full == ''", False),
    ("full == 'a'", U),
    ("full == null", U),
    ("void == 'a'", False),
    ("void == '0'", U),
    ("void == 0", U),
    ("void == closed", False),
    ("void < 0", False),
    ("void > 1", False),
    ("1 > void", U),
    ("-1 >= void", False),
    ("void < full", U),
    ("x <= 'a'", U),
    # Functions.
    ("contains(x, 'a')", U),
    ("contains('a', x)", U),
    ("contains('', full)", False),
    ("startsWith('', full)", False),
    ("contains('', x)", U),
    ("contains(x, closed)", U),
    ("contains(parts, 'a')", True),
    ("contains(parts, 'b')", U),
    ("contains(nothing, x)", False),
    ("contains(closed, x)", False),
    ("contains(fromJSON('[\"\"]'), full)", False),
    ("contains(chosen, 'a')", True),
    ("contains(chosen, true)", U),
    ("startsWith(x, 'a')", U),
    ("endsWith('a', x)", U),
    ("startsWith(closed, x)", False),
    ("format('v{0}', x)", YES),
    ("format('{0}', x)", U),
    ("format('{0}', full)", YES),
    ("format('{0}', void)", U),
    ("format('{0}{1}', x, 1)", YES),
    ("format('{0}{1}', x, '')", U),
    ("format('a', x)", "a"),
    ("format(x)", U),
    ("join(x)", U),
    ("join(parts)", YES),
    ("join(pair)", YES),
    ("join(pair, '')", U),
    ("join(pair, x)", U),
    ("join(fromJSON('[1, 2]'), x)", YES),
    ("join(fromJSON('[\"\"]'), x)", ""),
    ("join(chosen)", YES),
    ("toJSON(x)", YES),
    ("toJSON(parts)", YES),
    ("toJSON(event)", YES),
    ("toJSON(chosen)", YES),
    ("fromJSON(x)", U),
    ("hashFiles('*.py')", U),
    ("case(x, 'a', 'b')", OneOf(("a", "b"))),
    ("case(full, 'a', 'b')", "a"),
    ("case(void, 'a', 'b')", "b"),
    ("case(x == 'a', 'p', x == 'b', 'q', 'r')", OneOf(("r", "q", "p"))),
    ("case(x, y, 'b')", U),
    # One of several.
    ("inputs.flag", FLAG),
    ("!inputs.flag", OneOf((False, True))),
    ("inputs.where", OneOf(("pypi", "testpypi"))),
    ("inputs.where == 'pypi'", OneOf((True, False))),
    ("inputs.where == 'other'", False),
    ("inputs.where == inputs.other", True),
    ("inputs.unnamed == inputs.unnamed", True),
    ("startsWith(inputs.where, 'test')", OneOf((False, True))),
    ("endsWith(inputs.where, 'PYPI')", True),
    ("format('{0}-{1}', inputs.where, inputs.other)", OneOf(("pypi-pypi", "testpypi-testpypi"))),
    ("inputs.flag && inputs.where", OneOf(("pypi", "testpypi", False))),
    ("inputs.flag && x", U),
    ("inputs.none", U),
    ("needs.gate.out", OneOf(("yes", "no"))),
    ("needs.gate.out == 'yes' && needs.gate.out == 'no'", False),
    ("nested", OneOf(("a", "b", "c"))),
    ("nested != ''", True),
    ("join(lists)", OneOf(("a,b", "a"))),
    ("lists == lists", True),
    ("chosen[0]", FLAG),
    ("chosen[0] == chosen[0]", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VALUES, ids=[text for text, _ in VALUES])
def test_the_known_part_decides_as_far_as_it_can(text: str, expected: Value) -> None:
    value = evaluate(parse_expression(text), SCOPE)
    if isinstance(expected, OneOf):
        assert isinstance(value, OneOf)
        assert {(type(each), each) for each in value.values} == {(type(each), each) for each in expected.values}
    else:
        assert value == expected
        assert type(value) is type(expected)


BOTH = frozenset({True, False})
ALWAYS = frozenset({True})
NEVER = frozenset({False})

TRUTHS = [
    ("x", BOTH),
    ("x || !x", ALWAYS),
    ("x && !x", NEVER),
    ("x == 'a' || x != 'a'", ALWAYS),
    ("x == 'a' && x == 'A'", BOTH),
    ("x == 'a' && !x", NEVER),
    ("x == 'a' && x", BOTH),
    ("x == '' && x", NEVER),
    ("x == 0 && x", BOTH),  # '0' is equal to 0, and truthy
    ("x == null && x != ''", BOTH),  # ' ' is
    ("x == '0' && x == ''", BOTH),  # 0 and null are equal to both
    ("x == true && x == 1", BOTH),
    ("x == 1 && x == '1' && x == '1.0'", BOTH),
    ("x == Infinity && x != 'Infinity'", BOTH),
    ("x == NaN || x != NaN", ALWAYS),
    ("x == y || x != y", ALWAYS),
    ("x == y && y != x", NEVER),
    ("x < 5 || !(x < 5)", ALWAYS),
    ("startsWith(x, 'v') && !startsWith(x, 'v')", NEVER),
    ("startsWith(x, 'v') || startsWith(x, 'V')", BOTH),
    ("contains(fromJSON('[\"a\", \"b\", {}]'), x) && x == 'a'", BOTH),
    ("x.a == 'a' && x['a'] == 'b'", BOTH),
    ("env.a == 'a' && env.A == 'b'", BOTH),
    ("absent.a || !absent.a", ALWAYS),
    ("hashFiles('a') || !hashFiles('a')", ALWAYS),
    ("hashFiles('a') || !hashFiles('b')", BOTH),
    ("(x || 'd') == 'd' && x == 'D'", BOTH),
    ("x == 'a' && y == 'b' || x != 'a' || y != 'b'", ALWAYS),
    ("x && y || !x || !y", ALWAYS),
    ("full && !full", NEVER),
    ("full == 'a' && full == ''", NEVER),
    ("void == 'a'", NEVER),
    ("full != 'a' || full == 'a'", ALWAYS),
    ("full == null && full == 0", BOTH),
    ("x.* || y", ALWAYS),
    ("inputs.flag", BOTH),
    ("inputs.flag == true || inputs.flag == false", ALWAYS),
    ("inputs.where == 'pypi' && inputs.other == 'testpypi'", NEVER),
    ("inputs.unnamed == 'a' && inputs.where == 'pypi'", BOTH),
    ("format('{0}', x) == '' && x", NEVER),  # what is truthy has a text
    ("format('{0}', x) == '' && !x", BOTH),
    # Which values one unknown can be equal to at the same time is not looked into.
    ("x == 'a' || X != 'A'", BOTH),
    ("x == 'a' && x == 'b'", BOTH),
    ("x != 'a' || x != 'b'", BOTH),
    ("x == null && x != 0", BOTH),
    ("x == '' && x != null", BOTH),
    ("x == true && x == false", BOTH),
    ("x == 'true' && x == true", BOTH),
    ("x == '1' && x == '1.0' && x != 1", BOTH),
    ("contains(fromJSON('[\"a\", \"b\"]'), x) && x == 'c'", BOTH),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TRUTHS)
def test_the_same_unknown_is_the_same_everywhere(text: str, expected: frozenset[bool]) -> None:
    assert truths(parse_expression(text), SCOPE) == expected


def one_of(count: int) -> Value:
    return Object({f"v{index}": OneOf(tuple(f"{index}.{each}" for each in range(count))) for index in range(12)})


MANY = " && ".join(f"i.v{index}" for index in range(12))


def test_too_many_combinations_are_unknown_but_for_what_they_share() -> None:
    scope = Scope({"i": one_of(4), "x": Unknown()})
    long = parse_expression(f"format('{'{0}'}{{1}}{{2}}{{3}}{{4}}{{5}}', {MANY.replace(' && ', ', ')}, x)")
    assert evaluate(long, scope) == Unknown(truth=True)
    correlated = " || ".join(f"i.v{index} == '{index}.0'" for index in range(12))
    assert truths(parse_expression(correlated), scope) == BOTH


def test_a_result_with_very_many_values_is_unknown() -> None:
    scope = Scope({"i": one_of(70)})
    assert evaluate(parse_expression("i.v0"), scope) == Unknown(truth=True)


def test_an_unknown_that_is_compared_with_very_many_constants_stays_unknown() -> None:
    text = " || ".join(f"x == '{index}'" for index in range(40))
    assert truths(parse_expression(text), SCOPE) == BOTH
    assert truths(parse_expression(f"x || !x || {text}"), SCOPE) == ALWAYS


def test_an_unknown_that_is_compared_with_a_very_long_constant_may_equal_it() -> None:
    assert truths(parse_expression(f"x == 'a' && !x || x == '{'a' * 2000}'"), SCOPE) == BOTH
    assert truths(parse_expression(f"x == '' && x == '{'a' * 2000}'"), Scope({"x": Unknown(truth=True)})) == NEVER


def test_a_value_that_is_one_of_several_many_times_over_is_unknown() -> None:
    value: Value = OneOf(("a", "b"))
    for _ in range(20):
        value = OneOf((value, "c"))
    possible = evaluate(parse_expression("v"), Scope({"v": value}))
    assert possible == Unknown(truth=True)


def test_whole_numbers_are_numbers() -> None:
    scope = Scope({"n": 1, "o": Object({"n": OneOf((1, 2))})})
    assert type(evaluate(parse_expression("n"), scope)) is float
    assert evaluate(parse_expression("o.n < 3"), scope) is True


@pytest.mark.parametrize("truth", [True, False, None])
def test_nan_is_never_equal(truth: bool | None) -> None:
    scope = Scope({"x": Unknown(truth=truth), "nan": math.nan})
    assert evaluate(parse_expression("x == nan"), scope) is False
