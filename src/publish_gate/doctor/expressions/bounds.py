"""Limits of an evaluation, so that no expression can make it slow or large."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TEXT = 200_000
"""Characters of a text that an expression makes."""
MOST_ITEMS = 20_000
"""Items of a list or names of an object that an expression makes."""
MOST_LEVELS = 64
"""Levels of a value that is read from JSON or written as JSON."""


class ExhaustedError(Exception):
    """A limit was reached; nothing is known about the result."""


class EvaluationError(Exception):
    """GitHub would end the evaluation with an error: JSON that is none, a faulty pattern of format()."""


@dataclass(slots=True)
class Meter:
    """Counts down the work that an evaluation may still do."""

    left: int

    def spend(self, work: int = 1) -> None:
        """Count one step, or more; raises ExhaustedError when there is nothing left."""
        self.left -= work
        if self.left < 0:
            raise ExhaustedError

    def read(self, text: str) -> str:
        """Count the work of going through a text, and return it; raises ExhaustedError."""
        # Letters beyond ASCII may have to be taken one by one to be compared.
        self.spend(len(text) >> (6 if text.isascii() else 3))
        if len(text) > LONGEST_TEXT:
            raise ExhaustedError
        return text
