"""Runs a project's own regular expression on its version file in bounded time.

Python's ``re`` has no time limit, so the work that a pattern could cause on the text at hand is estimated
first, from its syntax tree: how often a match can start, times how many ways each repetition can end there.
A pattern over the limit, and every repetition of something that repeats, is refused instead of run.
"""

from __future__ import annotations

import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PATTERN = 1000
"""Characters of a pattern."""
MAX_REPEATS = 40
"""Repetitions in a pattern; each costs a walk through the text to estimate."""
MAX_STEPS = 20_000_000
"""Estimated steps of a search, a fraction of a second."""

_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_WHOLE = ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT")


class PatternError(ValueError):
    """A pattern is not valid, or would take too long; the message says which."""


def search(pattern: str, text: str, flags: int = 0) -> re.Match[str] | None:
    """Search ``text`` for a pattern that the project wrote; raises PatternError."""
    compiled = checked(pattern, text, flags)
    return compiled.search(text)


def checked(pattern: str, text: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that is certain to end soon on ``text``; raises PatternError."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"the pattern is longer than {MAX_PATTERN} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(pattern, flags)
            tree = _parser().parse(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"the pattern is not valid: {error}") from error
    steps = _starts(tree, text, compiled.flags) * _Estimate(text, compiled.flags).ways(tree)
    if steps > MAX_STEPS:
        raise PatternError("the pattern could take very long on this file")
    return compiled


def _parser() -> Any:  # noqa: ANN401 - the module has no types
    if sys.version_info >= (3, 11):
        from re import _parser as parser
    else:  # pragma: no cover - Python 3.10, where the module has another name
        import sre_parse as parser
    return parser


def _starts(tree: Iterable[Any], text: str, flags: int) -> int:
    """Count the positions where a match can begin, from what every match begins with."""
    prefix, anchored = "", False
    for operation, argument in tree:
        if str(operation) == "AT" and str(argument) == "AT_BEGINNING" and not prefix:
            anchored = True
        elif str(operation) == "LITERAL":
            prefix += chr(argument)
        else:
            break
    if flags & re.IGNORECASE:
        prefix, text = prefix.lower(), text.lower()
    if prefix and not anchored:
        return text.count(prefix) + 1
    if anchored:
        return text.count(f"\n{prefix}") + 1 if flags & re.MULTILINE else 1
    return len(text) + 1


class _Estimate:
    """Estimates in how many ways a pattern can be tried from one position of a text."""

    def __init__(self, text: str, flags: int) -> None:
        self.text = text
        self.flags = flags
        self.repeats = 0

    def ways(self, tree: Iterable[Any]) -> int:
        """Multiply the ways of the parts, which all may be tried with each other."""
        product = 1
        for operation, argument in tree:
            product = min(product * self._of(str(operation), argument), MAX_STEPS * 10)
        return product

    def _of(self, operation: str, argument: Any) -> int:  # noqa: ANN401 - the tree has no types
        if operation in _REPEATS:
            return self._repeat(*argument)
        if operation in _WHOLE:
            return self.ways(argument if operation == "ATOMIC_GROUP" else argument[-1])
        if operation == "BRANCH":
            return sum(self.ways(branch) for branch in argument[1])
        if operation == "GROUPREF_EXISTS":
            return sum(self.ways(branch) for branch in argument[1:] if branch)
        return 1

    def _repeat(self, low: int, high: int, body: Any) -> int:  # noqa: ANN401 - the tree has no types
        self.repeats += 1
        if self.repeats > MAX_REPEATS:
            raise PatternError("the pattern has too many repetitions")
        inner = self.ways(body)
        if len(body) == 1 and str(body[0][0]) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            return min(int(high) - int(low), self._longest_run(body[0])) + 1
        times = min(int(high), len(self.text))
        if inner > 1 and times > 1:
            # What repeats inside a repetition can share its text out between them in exponentially many ways,
            # unless each round begins with a character that the rest of the round cannot match.
            if not _is_separated(body):
                raise PatternError("the pattern repeats something that repeats, which can take very long")
            return self._rounds(body) + 1
        return min(times - int(low), len(self.text)) + 1

    def _rounds(self, body: Any) -> int:  # noqa: ANN401 - the tree has no types
        """Bound the ways to end a separated repetition: at most one a character of the longest run."""
        first = _flat(body)[0]
        return self._longest_run(*_singles(_flat(body)[1:]), first)

    def _longest_run(self, *singles: Any) -> int:  # noqa: ANN401 - the tree has no types
        """Measure the longest stretch of the text made of characters that these match."""
        longest = run = 0
        member = {
            character: any(_matches(single, character, self.flags) for single in singles)
            for character in set(self.text)
        }
        for character in self.text:
            run = run + 1 if member[character] else 0
            longest = max(longest, run)
        return longest


def _flat(tree: Any) -> list[Any]:  # noqa: ANN401 - the tree has no types
    """Open the groups of a sequence."""
    parts = []
    for operation, argument in tree:
        if str(operation) == "SUBPATTERN":
            parts.extend(_flat(argument[-1]))
        else:
            parts.append((operation, argument))
    return parts


def _singles(parts: list[Any]) -> list[Any]:
    """List what matches single characters in a flat sequence, repeated or not."""
    return [part[1][2][0] if str(part[0]) in _REPEATS else part for part in parts]


def _is_separated(body: Any) -> bool:  # noqa: ANN401 - the tree has no types
    """Recognise rounds such as a dot and digits: a literal, then one repeated class without it."""
    parts = _flat(body)
    if len(parts) != 2 or str(parts[0][0]) != "LITERAL" or str(parts[1][0]) not in _REPEATS:  # noqa: PLR2004 - those two
        return False
    inner = parts[1][1][2]
    if len(inner) != 1 or str(inner[0][0]) not in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
        return False
    return not _matches(inner[0], chr(parts[0][1]), re.IGNORECASE | re.DOTALL)


def _matches(single: Any, character: str, flags: int) -> bool:  # noqa: ANN401 - the tree has no types
    """Tell whether an operation for one character could match this one."""
    operation, argument = str(single[0]), single[1]
    forms = {character, character.lower(), character.upper()} if flags & re.IGNORECASE else {character}
    if operation == "ANY":
        return bool(flags & re.DOTALL) or character != "\n"
    if operation == "LITERAL":
        return chr(argument) in forms or chr(argument).lower() in forms
    if operation == "NOT_LITERAL":
        return forms != {chr(argument)}
    negated = str(argument[0][0]) == "NEGATE"
    if negated:
        # Under IGNORECASE a negated class is only surely excluding what it names in this very form.
        return not any(_member(item, character) for item in argument[1:])
    return any(_member(item, form) for item in argument for form in forms)


def _member(item: Any, character: str) -> bool:  # noqa: ANN401 - the tree has no types
    """Tell whether a character belongs to an item of a class; if in doubt, it does."""
    operation, argument = str(item[0]), item[1]
    if operation == "LITERAL":
        return chr(argument) == character
    if operation == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    category = str(argument)
    kinds = {
        "CATEGORY_DIGIT": character.isdigit(),
        "CATEGORY_SPACE": character.isspace(),
        "CATEGORY_WORD": character.isalnum() or character == "_",
        "CATEGORY_NOT_DIGIT": not character.isdigit(),
        "CATEGORY_NOT_SPACE": not character.isspace(),
        "CATEGORY_NOT_WORD": not (character.isalnum() or character == "_"),
    }
    return kinds.get(category, True)
