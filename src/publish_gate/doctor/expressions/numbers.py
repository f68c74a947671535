"""Numbers of expressions: how they are read from a text, and how they are written."""

from __future__ import annotations

import math
import re
from typing import Final

# What .NET calls white space. Python's own idea of it has the separators U+001C to U+001F on top.
WHITESPACE: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PREFIXED = re.compile(r"0(?:x(?P<hex>[0-9a-fA-F]+)|o(?P<octal>[0-7]+))")
_INFINITIES = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_WORD = 1 << 32
_DIGITS = 64
"""Digits of a hexadecimal or octal number that are looked at, leading zeros apart; more are out of range anyway."""


def read_number(text: str) -> float:
    """Return the number that a text stands for: 0 for an empty one, NaN for one that is no number.

    Source: ParseNumber in the runner's ExpressionUtility. Hexadecimal and octal numbers have a small prefix
    (``0x``, ``0o``) and the 32 bits of an integer with sign.
    """
    text = text.strip(WHITESPACE)
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    prefixed = _PREFIXED.fullmatch(text)
    if prefixed is None:
        return _INFINITIES.get(text, math.nan)
    digits = (prefixed["hex"] or prefixed["octal"]).lstrip("0") or "0"
    if len(digits) > _DIGITS:
        return math.nan
    number = int(digits, 16 if prefixed["hex"] else 8)
    if number >= _WORD:
        return math.nan
    return float(number - _WORD if number >= _WORD // 2 else number)


def write_number(number: float) -> str:
    """Return a number as text, with at most 15 significant digits: ``1``, ``0.1``, ``1E+15``, ``NaN``.

    Source: the format ``G15`` of .NET, with which the runner writes numbers (and zero never has a sign).
    """
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return "0" if number == 0 else f"{number:.15g}".replace("e", "E")
