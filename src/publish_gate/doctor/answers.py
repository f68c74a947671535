"""The three answers: a thing happens, does not happen, or the files do not decide it."""

from __future__ import annotations

import enum


class Answer(enum.Enum):
    """Whether something happens in a situation. DEPENDS is an honest "the files do not decide this"."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"

    def __and__(self, other: Answer) -> Answer:
        """Both happen: one NO settles it."""
        if Answer.NO in (self, other):
            return Answer.NO
        return Answer.DEPENDS if Answer.DEPENDS in (self, other) else Answer.YES

    def __or__(self, other: Answer) -> Answer:
        """At least one happens: one YES settles it."""
        if Answer.YES in (self, other):
            return Answer.YES
        return Answer.DEPENDS if Answer.DEPENDS in (self, other) else Answer.NO
