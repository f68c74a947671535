"""Values become texts, numbers and truth values, and compare, by GitHub's rules."""

from __future__ import annotations

import math

import pytest

from publish_gate.doctor.expressions import Array, Object
from publish_gate.doctor.expressions.values import (
    Known,
    equal,
    fold,
    less,
    number,
    read_number,
    truth,
    write,
    write_number,
)

LIST = Array(("a",))
NAMES = Object({"a": 1.0})

NUMBERS = [
    ("", 0.0),
    (" \t\n", 0.0),
    ("1", 1.0),
    (" 1\n", 1.0),
    ("\N{NO-BREAK SPACE}1", 1.0),
    ("\x1f1", math.nan),
    ("+1.5e3", 1500.0),
    ("-.5", -0.5),
    ("5.", 5.0),
    (".", math.nan),
    ("1e", math.nan),
    ("1e400", math.inf),
    ("1_000", math.nan),
    ("\N{ARABIC-INDIC DIGIT ONE}", math.nan),
    ("Infinity", math.inf),
    ("+Infinity", math.inf),
    ("-Infinity", -math.inf),
    ("infinity", math.nan),
    ("NaN", math.nan),
    ("true", math.nan),
    ("0x10", 16.0),
    ("0x", math.nan),
    ("-0x10", math.nan),
    ("0X10", math.nan),
    ("0x7fffffff", 2147483647.0),
    ("0xffffffff", -1.0),
    ("0x100000000", math.nan),
    ("0x" + "0" * 100 + "1", 1.0),
    ("0x" + "1" * 100, math.nan),
    ("0x0", 0.0),
    ("0o17", 15.0),
    ("0o18", math.nan),
    ("0b1", math.nan),
    ("9" * 5000, math.inf),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_a_text_is_read_as_a_number(text: str, expected: float) -> None:
    assert read_number(text) == pytest.approx(expected, abs=0, nan_ok=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.1 + 0.2, "0.3"),
        (123456789012345.0, "123456789012345"),
        (1234567890123456.0, "1.23456789012346E+15"),
        (1e15, "1E+15"),
        (1e100, "1E+100"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_is_written_with_fifteen_digits(value: float, expected: str) -> None:
    assert write_number(value) == expected


COERCED = [
    pytest.param(None, "", 0.0, False, id="null"),
    pytest.param(True, "true", 1.0, True, id="true"),
    pytest.param(False, "false", 0.0, False, id="false"),
    pytest.param(0.0, "0", 0.0, False, id="zero"),
    pytest.param(2.0, "2", 2.0, True, id="two"),
    pytest.param(math.nan, "NaN", math.nan, False, id="not a number"),
    pytest.param("", "", 0.0, False, id="the empty text"),
    pytest.param("false", "false", math.nan, True, id="the text false is truthy"),
    pytest.param("0", "0", 0.0, True, id="the text 0 is truthy"),
    pytest.param("[]", "[]", math.nan, True, id="the text of an empty list is truthy"),
    pytest.param(LIST, "Array", math.nan, True, id="a list"),
    pytest.param(Array(), "Array", math.nan, True, id="an empty list is truthy"),
    pytest.param(NAMES, "Object", math.nan, True, id="an object"),
]


@pytest.mark.parametrize(("value", "text", "as_number", "as_truth"), COERCED)
def test_a_value_has_a_text_a_number_and_a_truth(value: Known, text: str, as_number: float, as_truth: bool) -> None:
    assert write(value) == text
    assert number(value) == pytest.approx(as_number, nan_ok=True)
    assert truth(value) is as_truth


EQUAL = [
    ("a", "A", True),
    ("a", "b", False),
    ("", False, True),
    ("", None, True),
    ("", 0.0, True),
    ("0", 0.0, True),
    ("0", "", False),
    ("0", False, True),
    ("false", False, False),
    ("true", True, False),
    ("1", True, True),
    (None, 0.0, True),
    (None, False, True),
    (None, None, True),
    (True, 1.0, True),
    (True, 2.0, False),
    (math.nan, math.nan, False),
    ("NaN", math.nan, False),
    ("1.0", "1", False),
    ("1.0", 1.0, True),
    (LIST, LIST, True),
    (LIST, Array(("a",)), False),
    (LIST, NAMES, False),
    (NAMES, "Object", False),
    (NAMES, None, False),
    ("é", "É", True),
    ("ß", "SS", False),
    ("aß", "Aß", True),
    ("\N{LATIN SMALL LETTER DOTLESS I}", "I", False),
    ("\N{LATIN SMALL LETTER LONG S}", "S", False),
]


@pytest.mark.parametrize(("left", "right", "expected"), EQUAL)
def test_equality_is_loose_and_the_same_from_both_sides(left: Known, right: Known, expected: bool) -> None:
    assert equal(left, right) is expected
    assert equal(right, left) is expected


LESS = [
    ("a", "B", True),
    ("B", "a", False),
    ("_", "a", False),  # capitals are compared: "A" comes before "_"
    ("10", "9", True),
    ("10", 9.0, False),
    ("9", 10.0, True),
    (None, True, True),
    (False, True, True),
    (True, False, False),
    ("a", 1.0, False),
    (math.nan, 1.0, False),
    (LIST, NAMES, False),
    ("\N{PILE OF POO}", "\uffff", True),  # by the units of UTF-16
]


@pytest.mark.parametrize(("left", "right", "expected"), LESS)
def test_order_is_of_texts_or_of_numbers(left: Known, right: Known, expected: bool) -> None:
    assert less(left, right) is expected


def test_folding_is_letter_by_letter() -> None:
    assert fold("aéß\N{LATIN SMALL LETTER DOTLESS I}") == "AÉß\N{LATIN SMALL LETTER DOTLESS I}"
