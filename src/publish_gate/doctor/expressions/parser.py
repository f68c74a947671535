"""The grammar of GitHub's expressions, and the reader that is built from it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from publish_gate.doctor.expressions.builder import Builder, shown, start_of
from publish_gate.doctor.expressions.numbers import WHITESPACE
from publish_gate.doctor.expressions.syntax_tree import Expression, ExpressionError

if TYPE_CHECKING:
    from lark import Lark

LONGEST = 21_000
"""Characters of one expression. Source: MaxLength of the runner's ExpressionConstants."""

# A name after a dot may be any word, and a dot begins a number only where a value may begin: the lexer of lark
# that knows what the parser can take at each point tells these apart as GitHub's does by the token before.
_GRAMMAR = r"""
?start: or
?or: and | or "||" and -> join_or
?and: equality | and "&&" equality -> join_and
?equality: order | equality /==|!=/ order -> compare
?order: unary | order /<=?|>=?/ unary -> compare
?unary: BANG unary -> negate | literal | chain
?chain: NAME -> context
      | NAME "(" [_arguments] ")" -> call
      | "(" or ")"
      | chain "." NAME -> property
      | chain "." "*" -> star
      | chain "[" or "]" -> index
      | chain "[" "*" "]" -> star
_arguments: or ("," or)*
?literal: NULL -> null
        | TRUE -> true
        | FALSE -> false
        | NAN -> nan
        | INFINITY -> infinity
        | NUMBER -> number
        | STRING -> string

NULL: "null"
TRUE: "true"
FALSE: "false"
NAN: "NaN"
INFINITY: "Infinity"
BANG: "!"
NAME: /[A-Za-z_][A-Za-z0-9_-]*/
NUMBER: /[-+.0-9][^()\[\],!<>=&|SPACE]*/
STRING: /'(?:[^']|'')*'(?!')/
WHITE: /[SPACE]+/
%ignore WHITE
""".replace("SPACE", "".join(f"\\u{ord(each):04x}" for each in WHITESPACE))


@functools.cache
def _reader() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False, transformer=Builder())


@functools.lru_cache(maxsize=4096)
def read(text: str) -> tuple[Expression, int]:
    """Return the expression that stands in ``text`` and the number of levels that it has.

    Raises ExpressionError where GitHub would refuse the text.
    """
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    if len(text) > LONGEST:
        raise ExpressionError(f"it is longer than {LONGEST} characters", LONGEST)
    if not text.strip(WHITESPACE):
        raise ExpressionError("it is empty", 0)
    try:
        # The transformer makes Built of everything, which the types of lark cannot say.
        built: Any = _reader().parse(text)
    except UnexpectedToken as error:
        offset = len(text) if error.token.type == "$END" else start_of(error.token)
        raise ExpressionError(_unexpected(text, offset), offset) from None
    except UnexpectedInput as error:
        offset = error.pos_in_stream or 0
        raise ExpressionError(_unexpected(text, offset), offset) from None
    return built.node, built.depth


def _unexpected(text: str, offset: int) -> str:
    found = re.match(r"\w+|.", text[offset:], re.DOTALL)
    if found is None:
        return "it ends too early"
    if found.group() == "'":
        return "a text in quotes stands where none can, or is never closed"
    return f"{shown(found.group())} is not expected here"
