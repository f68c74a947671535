"""What holds for every expression: nothing unknown ever rules out what is so."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.expressions.texts import Writer

from publish_gate.doctor.expressions import (
    Array,
    ExpressionError,
    Object,
    OneOf,
    Scope,
    Unknown,
    answer,
    evaluate,
    parse_expression,
    truths,
)
from publish_gate.doctor.expressions.values import truth_of
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Expression, Value

PRIMITIVES: tuple[Value, ...] = (
    None, True, False, 0.0, 1.0, 2.5, float("nan"), "", "a", "A", "b", "0", "1", " 1", "true", "false", "v1.2",
)  # fmt: skip
VALUES: tuple[Value, ...] = (*PRIMITIVES, Array(("a", 1.0)), Array(), Object({"name": "a"}), Object())
# Few leaves, so that the same one comes up several times in an expression.
LEAVES = ("x", "y", "o.p", "o.q", "O.P", "o['q']", "x", "y", "success()", "failure()", "x.name", "x.*", "y[0]")


def scope_of(values: tuple[Value, ...]) -> Scope:
    x, y, p, q = values
    return Scope({"x": x, "y": y, "o": Object({"p": p, "q": q})})


def weakened(value: Value, chance: random.Random) -> Value:
    """Return a value of which less is known."""
    kind = chance.randrange(6)
    if kind == 0:
        return Unknown()
    if kind == 1:
        return Unknown(truth_of(value))
    if kind == 2:
        others = [chance.choice(VALUES) for _ in range(chance.randrange(3))]
        return OneOf(tuple(chance.sample([value, *others], len(others) + 1)))
    if kind == 3 and isinstance(value, Object):
        return Object(dict(list(value.entries.items())[:-1]), open=True)
    if kind == 4 and isinstance(value, Array):
        return Array(tuple(weakened(each, chance) for each in value.items))
    return value


def covers(weak: Value, known: Value) -> bool:
    """Whether a value may be a known one; collections count as covered by any of their kind."""
    if isinstance(weak, OneOf):
        return any(covers(each, known) for each in weak.values)
    if isinstance(weak, Unknown):
        return weak.truth in {None, truth_of(known)}
    if isinstance(known, Array | Object):
        return isinstance(weak, Array | Object)
    return type(weak) is type(known) and (weak == known or weak != weak)  # noqa: PLR0124 - NaN alone differs from itself


def expression_of(text: str) -> Expression | None:
    try:
        return parse_expression(text)
    except ExpressionError:
        return None


@pytest.mark.parametrize("seed", range(12))
def test_knowing_less_never_rules_out_what_is_so(seed: int) -> None:
    writer = Writer(seed, paths=LEAVES)
    chance = random.Random(seed)  # noqa: S311 - the examples are to be the same each time
    compared = 0
    for _ in range(400):
        expression = expression_of(writer.expression())
        values = tuple(chance.choice(VALUES) for _ in range(4))
        known = evaluate(expression, scope_of(values)) if expression is not None else Unknown()
        if expression is None or isinstance(known, Unknown):
            continue
        weak_scope = scope_of(tuple(weakened(each, chance) for each in values))
        compared += 1
        told = (expression, values, weak_scope)
        assert truth_of(known) in truths(expression, weak_scope), told
        assert covers(evaluate(expression, weak_scope), known), told
    assert compared > 200


COMPARISONS = [f"{leaf} {operator} {constant}" for leaf in ("x", "y") for operator in ("==", "!=")
               for constant in ("'a'", "''", "'1'", "0", "1", "true", "null", "' 1'")]  # fmt: skip
ATOMS = [*COMPARISONS, "x", "y", "!x", "!y", "contains(fromJSON('[\"a\", null]'), x)"]
# All that can be told apart by those, each truth and each number as a text and as what it is.
WORLD: tuple[Value, ...] = (
    None, False, 0.0, float("nan"), "", "0", "a", "1", " 1", "1.0", 1.0, True, "other", 7.0, Array(),
)  # fmt: skip


@st.composite
def connected(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS))
    parts = draw(st.lists(connected(depth - 1), min_size=1, max_size=3))
    return f"{draw(st.sampled_from(('', '!')))}({draw(st.sampled_from((' && ', ' || '))).join(parts)})"


@given(connected())
def test_of_equality_and_truth_all_that_is_possible_is_found(text: str) -> None:
    expression = parse_expression(text)
    unknown = Scope({"x": Unknown(), "y": Unknown()})
    possible = {truth_of(evaluate(expression, Scope({"x": x, "y": y}))) for x, y in itertools.product(WORLD, repeat=2)}
    assert truths(expression, unknown) >= possible


@given(st.integers(0, 10_000), st.tuples(*[st.sampled_from(VALUES)] * 4))
def test_over_known_values_nothing_is_unknown_but_errors(seed: int, values: tuple[Value, ...]) -> None:
    expression = parse_expression(Writer(seed, paths=("x", "y", "o.p", "o.q")).well_formed())
    scope = scope_of(values)
    value = evaluate(expression, scope)
    if isinstance(value, Unknown):
        assert value == Unknown()
        assert truths(expression, scope) == {True, False}
    else:
        assert not isinstance(value, OneOf)
        assert truths(expression, scope) == {truth_of(value)}


@given(st.integers(0, 10_000))
def test_the_answer_says_what_the_truths_say(seed: int) -> None:
    expression = parse_expression(Writer(seed, paths=LEAVES).well_formed())
    scope = Scope({"x": Unknown(), "y": OneOf(("", "a")), "o": Object({}, open=True)})
    expected = {
        frozenset({True}): Ternary.YES, frozenset({False}): Ternary.NO, frozenset({True, False}): Ternary.DEPENDS,
    }  # fmt: skip
    assert answer(expression, scope) is expected[truths(expression, scope)]
    value = evaluate(expression, scope)
    possible = {truth_of(each) for each in value.values} if isinstance(value, OneOf) else {truth_of(value)}
    # The two look for correlations in the same way, so neither knows what the other does not.
    assert set(truths(expression, scope)) == ({True, False} if None in possible else possible)


def test_one_name_is_one_value_in_all_places() -> None:
    here, there = OneOf(("a", "b"), name="n"), OneOf(("a", "b"), name="n")
    apart = OneOf(("a", "b"), name="m")
    scope = Scope({"here": here, "there": there, "apart": apart})
    assert truths(parse_expression("here == there"), scope) == {True}
    assert truths(parse_expression("here == apart"), scope) == {True, False}
