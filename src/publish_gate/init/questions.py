"""Asks on a terminal; an empty answer takes the default, and one that cannot be is asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TextIO, TypeVar

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_LONGEST = 1000


class Terminal(NamedTuple):
    """Where answers come from and where questions go; standard output stays free for the result."""

    answers: TextIO
    questions: TextIO

    def ask(self, question: str, default: str, check: Callable[[str], T]) -> T:
        """Ask until ``check`` takes the answer; raises ConfigurationError where there are no more answers."""
        shown = f" [{one_line(default, 200)}]" if default else ""
        while True:
            answer = self._line(f"{question}{shown}: ").strip() or default
            try:
                return check(answer)
            except ConfigurationError as error:
                self.questions.writelines(f"  {one_line(problem.message)}\n" for problem in error.problems)

    def confirm(self, question: str) -> bool:
        """Ask for a yes or no; an empty answer is a yes."""
        return self.ask(f"{question} (yes or no)", "yes", _yes_or_no)

    def _line(self, prompt: str) -> str:
        self.questions.write(prompt)
        self.questions.flush()
        line = self.answers.readline(_LONGEST)
        if not line:
            self.questions.write("\n")
            raise ConfigurationError([Problem("", "the answers ended before the questions; nothing was written")])
        return line


def _yes_or_no(answer: str) -> bool:
    words = {"y": True, "yes": True, "n": False, "no": False}
    if answer.lower() not in words:
        raise ConfigurationError([Problem("", "answer yes or no")])
    return words[answer.lower()]
