"""The patterns of format(): text with places such as ``{0}`` in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.bounds import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Text, a brace that is written twice, or a place. What is left over is a fault.
_PIECE = re.compile(r"(?P<text>[^{}]+)|(?P<brace>\{\{|\}\})|\{(?P<place>[0-9]+)\}")
_DIGITS = 3
"""The runner reads the number of a place into a byte; what is longer is out of range at any rate."""


def pieces(pattern: str, count: int) -> Iterator[str | int]:
    """Yield the texts of a pattern, and for each place the number of the argument that stands there.

    ``count`` is how many arguments there are. Raises EvaluationError where GitHub would end with an error: a
    single brace, a place without an argument.
    """
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise EvaluationError(f"the pattern of format() is faulty at offset {position}")
        position = piece.end()
        place = piece["place"]
        if place is None:
            yield piece["text"] or piece["brace"][0]
            continue
        number = place.lstrip("0") or "0"
        if len(number) > _DIGITS or int(number) >= count:
            raise EvaluationError(f"the pattern of format() asks for argument {number[:_DIGITS]} of {count}")
        yield int(number)
