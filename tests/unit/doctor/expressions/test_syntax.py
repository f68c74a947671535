"""Reading expressions: what GitHub takes, what it refuses, and where the parts stand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.expressions import (
    And,
    Call,
    Compare,
    Context,
    Expression,
    ExpressionError,
    Index,
    Literal,
    Not,
    Or,
    Property,
    Star,
    is_template,
    parse_condition,
    parse_expression,
    parse_template,
    walk,
)

A = Context("a", 0)

PARSED = [
    pytest.param("null", Literal(None), id="null"),
    pytest.param("true", Literal(value=True), id="true"),
    pytest.param("false", Literal(value=False), id="false"),
    pytest.param("Infinity", Literal(math.inf), id="infinity"),
    pytest.param("-Infinity", Literal(-math.inf), id="negative infinity is a number with a sign"),
    pytest.param("True", Context("True"), id="words for values are in small letters, others are contexts"),
    pytest.param("truest", Context("truest"), id="a word that begins like a value"),
    pytest.param("true-ish", Context("true-ish"), id="a hyphen belongs to the word"),
    pytest.param("_a-1_", Context("_a-1_"), id="a name may begin with an underscore"),
    pytest.param("12", Literal(12.0), id="a number"),
    pytest.param("-.5e+3", Literal(-500.0), id="a sign, no digit before the point, an exponent"),
    pytest.param("5.", Literal(5.0), id="no digit behind the point"),
    pytest.param("0x1f", Literal(31.0), id="hexadecimal"),
    pytest.param("0o17", Literal(15.0), id="octal"),
    pytest.param("''", Literal(""), id="an empty text"),
    pytest.param("''''", Literal("'"), id="a quote in a text is doubled"),
    pytest.param("'a''b''c'", Literal("a'b'c"), id="each of them"),
    pytest.param("'a\nb'", Literal("a\nb"), id="a text over two lines"),
    pytest.param("a.b", Property(A, "b"), id="a property"),
    pytest.param("a .\n b", Property(A, "b"), id="white space around a dot"),
    pytest.param("a.true", Property(A, "true"), id="after a dot any word is a name"),
    pytest.param("a.b-c", Property(A, "b-c"), id="a hyphen in a property"),
    pytest.param("a['b']", Index(A, Literal("b", 2)), id="an index"),
    pytest.param("a[.5]", Index(A, Literal(0.5, 2)), id="where a value may begin, a dot begins a number"),
    pytest.param("a.*", Star(A), id="everything in it"),
    pytest.param("a[*]", Star(A), id="everything in it, in brackets"),
    pytest.param("a.*.b", Property(Star(A), "b"), id="a property of everything in it"),
    pytest.param("(a).b", Property(Context("a", 1), "b", 1), id="a property of what is in brackets"),
    pytest.param("fromJSON('')[0]", Index(Call("fromjson", (Literal("", 9),)), Literal(0.0, 13)), id="index of a call"),
    pytest.param("STARTSWITH ('', '')", Call("startswith", (Literal("", 12), Literal("", 16))), id="any case"),
    pytest.param("always( )", Call("always", ()), id="a call without arguments"),
    pytest.param("success('a', 'b')", Call("success", (Literal("a", 8), Literal("b", 13))), id="success of some jobs"),
    pytest.param("!a.b", Not(Property(Context("a", 1), "b", 1)), id="a property binds closer than not"),
    pytest.param("!!a", Not(Not(Context("a", 2), 1)), id="not twice"),
    pytest.param("!a == 1", Compare("==", Not(Context("a", 1)), Literal(1.0, 6)), id="not before comparison"),
    pytest.param("a == !1", Compare("==", A, Not(Literal(1.0, 6), 5)), id="not on the right"),
    pytest.param("a < 1 == a", Compare("==", Compare("<", A, Literal(1.0, 4)), Context("a", 9)), id="order first"),
    pytest.param("1==2==a", Compare("==", Compare("==", Literal(1.0), Literal(2.0, 3)), Context("a", 6)), id="left"),
    pytest.param("a && 1 || a", Or((And((A, Literal(1.0, 5))), Context("a", 10))), id="and before or"),
    pytest.param("a&&1&&(2&&3)", And((A, Literal(1.0, 3), Literal(2.0, 7), Literal(3.0, 10))), id="one row of and"),
    pytest.param("(a || 1) && 2", And((Or((Context("a", 1), Literal(1.0, 6)), 1), Literal(2.0, 12)), 1), id="brackets"),
    pytest.param("\u3000a\x85", Context("a", 1), id="white space of other scripts"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_an_expression_is_read_as_its_parts(text: str, expected: Expression) -> None:
    assert parse_expression(text) == expected


def test_nan_is_a_number() -> None:
    (literal,) = walk(parse_expression("NaN"))
    assert isinstance(literal, Literal)
    assert isinstance(literal.value, float)
    assert math.isnan(literal.value)


REFUSED = [
    pytest.param("", 0, "it is empty", id="nothing"),
    pytest.param(" \n", 0, "it is empty", id="white space alone"),
    pytest.param("a b", 2, "'b' is not expected", id="two values side by side"),
    pytest.param("'a", 0, "never closed", id="an open text"),
    pytest.param("'a'b'", 3, "'b' is not expected", id="a single quote in a text"),
    pytest.param('a == "b"', 5, "'\"' is not expected", id="double quotes"),
    pytest.param("a = b", 2, "'=' is not expected", id="one equals sign"),
    pytest.param("a & b", 2, "'&' is not expected", id="one and sign"),
    pytest.param("a + b", 2, "'+' is not expected", id="addition"),
    pytest.param("a ?? b", 2, "'?' is not expected", id="no such operator"),
    pytest.param("(a", 2, "it ends too early", id="an open bracket"),
    pytest.param("a)", 1, "')' is not expected", id="a bracket too many"),
    pytest.param("a[", 2, "it ends too early", id="an open index"),
    pytest.param("a[]", 2, "']' is not expected", id="an empty index"),
    pytest.param("a[*1]", 3, "'1' is not expected", id="a star that is not alone in its brackets"),
    pytest.param("a.", 2, "it ends too early", id="nothing behind a dot"),
    pytest.param("a.1", 2, "'1' is not expected", id="a number behind a dot"),
    pytest.param("a.'b'", 2, "a text in quotes stands where none can", id="a text behind a dot"),
    pytest.param("'a'.b", 3, "'.' is not expected", id="a property of a literal"),
    pytest.param("1[0]", 1, "'[' is not expected", id="an index of a number"),
    pytest.param("true.x", 4, "'.' is not expected", id="a property of true"),
    pytest.param("*", 0, "'*' is not expected", id="a star alone"),
    pytest.param("a.b()", 3, "'(' is not expected", id="a call of a property"),
    pytest.param("-a", 0, "'-a' is not a number", id="the negative of a context"),
    pytest.param("1x", 0, "'1x' is not a number", id="letters in a number"),
    pytest.param("a == 1.2.3", 5, "'1.2.3' is not a number", id="a version without quotes"),
    pytest.param("0b1", 0, "'0b1' is not a number", id="a binary number"),
    pytest.param("0x1G", 0, "'0x1G' is not a number", id="a digit that is not one"),
    pytest.param("1" + "x" * 100, 0, f"'1{'x' * 39}...' is not a number", id="what is quoted is cut"),
    pytest.param("nothing()", 0, "there is no function 'nothing'", id="an unknown function"),
    pytest.param("always(1)", 0, "always() takes at most 0 arguments, not 1", id="too many arguments"),
    pytest.param("a || contains(a)", 5, "contains() takes at least 2 arguments, not 1", id="too few arguments"),
    pytest.param("case(true, 1, 2, 3)", 0, "takes pairs", id="no value for the rest"),
    pytest.param("format('a',)", 11, "')' is not expected", id="a comma before the bracket"),
    pytest.param("'" + "a" * 20_999 + "'", 21_000, "longer than 21000 characters", id="too long"),
    pytest.param("!" * 50 + "a", 0, "deeper than 50 levels", id="too deep by not"),
    pytest.param("a" + ".b" * 50, 0, "deeper than 50 levels", id="too deep by properties"),
    pytest.param("a" + ".*" * 50, 0, "deeper than 50 levels", id="too deep by stars"),
    pytest.param("a[" * 50 + "1" + "]" * 50, 0, "deeper than 50 levels", id="too deep by indexes"),
    pytest.param("join(" * 50 + "1" + ")" * 50, 0, "deeper than 50 levels", id="too deep by calls"),
    pytest.param("==".join("1" * 51), 0, "deeper than 50 levels", id="too deep by comparisons"),
    pytest.param("((" * 26 + "1" + "&&1)||1)" * 26, 52, "deeper than 50 levels", id="too deep by rows"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "offset", "why"), REFUSED)
def test_a_faulty_expression_is_refused_with_its_place(text: str, offset: int, why: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert why in refused.value.message
    # Of what is too deep the innermost place at which that shows is told; the least of them is in the table.
    assert refused.value.offset >= offset if "deeper" in why else refused.value.offset == offset
    assert str(refused.value) == f"{refused.value.message} (at offset {refused.value.offset})"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("!" * 49 + "a", id="fifty levels"),
        pytest.param("(" * 10_000 + "a" + ")" * 10_000, id="brackets are no levels"),
        pytest.param("&&".join("1" * 7000), id="a row is one level, however long"),
        pytest.param("'" + "a" * 20_998 + "'", id="21,000 characters"),
        pytest.param(f"format({', '.join(['1'] * 255)})", id="255 arguments"),
    ],
)
def test_the_limits_themselves_are_allowed(text: str) -> None:
    assert parse_expression(text)


def expression_at(offset: int) -> Expression:
    return Compare("==", Property(Context("a", offset), "b", offset), Literal(1.0, offset + 7), offset)


TEMPLATES = [
    pytest.param("plain", Literal("plain"), id="a text without expressions"),
    pytest.param("", Literal(""), id="no text"),
    pytest.param("a }} b {{ c }}", Literal("a }} b {{ c }}"), id="braces without a dollar sign"),
    pytest.param("${{a.b == 1}}", expression_at(3), id="one expression keeps its type"),
    pytest.param("${{ a.b == 1 }}", expression_at(4), id="white space inside does not matter"),
    pytest.param("${{ '}}' }}", Literal("}}", 4), id="braces in a text do not end it"),
    pytest.param("v${{ a.b == 1 }}", Call("format", (Literal("v{0}"), expression_at(5))), id="text before"),
    pytest.param("${{ a.b == 1 }}\n", Call("format", (Literal("{0}\n"), expression_at(4))), id="a line's end after"),
    pytest.param(
        "{${{ a.b == 1 }}-${{ 1 }}}",
        Call("format", (Literal("{{{0}-{1}}}"), expression_at(5), Literal(1.0, 21))),
        id="braces of the text are doubled",
    ),
]


@pytest.mark.parametrize(("text", "expected"), TEMPLATES)
def test_a_template_is_text_an_expression_or_both(text: str, expected: Expression) -> None:
    assert parse_template(text) == expected
    assert is_template(text) is ("${{" in text)


REFUSED_TEMPLATES = [
    pytest.param("a ${{ b", 2, "never closed", id="never closed"),
    pytest.param("${{ 'b }}", 0, "never closed", id="closed inside a text that is not"),
    pytest.param("a ${{ }}", 5, "it is empty", id="nothing in it"),
    pytest.param("a ${{ b c }}", 8, "'c' is not expected", id="a fault in it"),
    pytest.param("${{ 1 }}" * 255, 0, "more than 254 expressions", id="too many of them"),
    pytest.param("a" * 20_985 + "${{ 1 }}", 0, "longer than 21000", id="too long altogether"),
    pytest.param("'" * 10_493 + "${{ 1 }}", 0, "longer than 21000", id="too long with its quotes doubled"),
    pytest.param("a${{ " + "!" * 49 + "1 }}", 4, "deeper than 50", id="too deep with the format around it"),
]


@pytest.mark.parametrize(("text", "offset", "why"), REFUSED_TEMPLATES)
@pytest.mark.parametrize("parse", [parse_template, parse_condition])
def test_a_faulty_template_is_refused_with_its_place(parse: object, text: str, offset: int, why: str) -> None:
    assert callable(parse)
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert why in refused.value.message
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 20_984 + "${{ 1 }}", id="21,000 characters altogether"),
        pytest.param("${{ 1 }}" * 254, id="254 expressions"),
        pytest.param("a${{ " + "!" * 48 + "1 }}", id="fifty levels with the format around it"),
    ],
)
def test_the_limits_of_templates_are_allowed(text: str) -> None:
    assert isinstance(parse_template(text), Call)


CONDITIONS = [
    pytest.param("a.b == 1", expression_at(0), id="bare"),
    pytest.param("  a.b == 1\n", expression_at(2), id="bare, as a block"),
    pytest.param("${{ a.b == 1 }}", expression_at(4), id="wrapped"),
    pytest.param("", Call("success", ()), id="nothing means success"),
    pytest.param(" \n", Call("success", ()), id="white space too"),
    pytest.param("${{ '' }}", Call("success", ()), id="and an empty text"),
    pytest.param("${{ 'a.b == 1' }}", expression_at(3), id="one literal text is read as a condition"),
    pytest.param("${{ 'it' == 'a' }}", Compare("==", Literal("it", 4), Literal("a", 12), 4), id="more than one is not"),
    pytest.param(
        "${{ a.b == 1 }}\n", Call("format", (Literal("{0}\n"), expression_at(4))), id="wrapped, but a block: a text"
    ),
    pytest.param(
        "1 && ${{ a.b == 1 }}", Call("format", (Literal("1 && {0}"), expression_at(9))), id="wrapped in part: a text"
    ),
]


def test_a_fault_in_a_literal_condition_is_placed_in_the_whole_text() -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_condition("${{'a b'}}")
    assert (refused.value.offset, refused.value.message) == (5, "'b' is not expected here")


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_a_condition_is_read_as_github_reads_it(text: str, expected: Expression) -> None:
    assert parse_condition(text) == expected


ODD = st.text(alphabet=st.sampled_from("ab.*[](),!<>=&|'\"0x1e-+ \n${}#\u00e9\u3000\x00"), max_size=60)


@given(ODD)
def test_no_text_makes_the_reading_fail_in_an_unforeseen_way(text: str) -> None:
    for parse in (parse_expression, parse_template, parse_condition):
        try:
            expression = parse(text)
        except ExpressionError as error:
            assert 0 <= error.offset <= max(len(text), 1)  # noqa: PT017 - both outcomes are right
        else:
            assert all(0 <= node.offset <= len(text) for node in walk(expression))


@given(st.text(max_size=80))
def test_no_template_makes_the_reading_fail_in_an_unforeseen_way(text: str) -> None:
    for whole in (text, f"${{{{ {text} }}}}", f"{text} ${{{{ 'a' }}}}"):
        try:
            parse_template(whole)
        except ExpressionError as error:
            assert 0 <= error.offset <= len(whole)  # noqa: PT017 - both outcomes are right


def test_moving_an_expression_keeps_its_parts() -> None:
    text = "!a.b[c] && (a.*.b == 'x' || startsWith(a, null)) && 1 < 2"
    plain = [node.offset for node in walk(parse_expression(text))]
    moved = [node.offset for node in walk(parse_template(f"${{{{{text}}}}}"))]
    assert moved == [offset + 3 for offset in plain]
