"""The three answers: a thing happens, does not happen, or the files do not decide it."""

from __future__ import annotations

import enum


class Ternary(enum.Enum):
    """Whether something happens in a situation. DEPENDS is an honest "the files do not decide this"."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"

    def __and__(self, other: Ternary) -> Ternary:
        """Both happen: one NO settles it."""
        if Ternary.NO in (self, other):
            return Ternary.NO
        return Ternary.DEPENDS if Ternary.DEPENDS in (self, other) else Ternary.YES

    def __or__(self, other: Ternary) -> Ternary:
        """At least one happens: one YES settles it."""
        if Ternary.YES in (self, other):
            return Ternary.YES
        return Ternary.DEPENDS if Ternary.DEPENDS in (self, other) else Ternary.NO
