r"""GitHub's filter patterns for branches and tags, exactly.

Rules: "Filter pattern cheat sheet" of GitHub's workflow syntax, and what its parser refuses. `*` is any run
of characters but `/`, `**` any run at all, `**/` also nothing, `?` and `+` repeat the character before them,
`[]` is one of the characters and ranges inside, `\` takes the next character as itself, a leading `!` takes
names away again, and the last pattern that matches decides.

A name is matched by stepping through the set of reachable positions, so no pattern and no branch name, both
of which may be hostile, can make it slow.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_RANGES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_Accepts = Callable[[str], bool]


class PatternError(ValueError):
    """A filter pattern that GitHub would refuse; says which one and why."""

    def __init__(self, pattern: str, why: str) -> None:
        self.pattern = pattern
        self.why = why
        super().__init__(f"filter pattern {pattern!r} is invalid: {why}")


class _Step(NamedTuple):
    """One piece of a pattern: what one character must be, and how often it may come.

    A step that accepts nothing (None) only opens two ways: into the next step, or past the ``skips`` steps
    behind it.
    """

    accepts: _Accepts | None
    optional: bool = False
    repeats: bool = False
    skips: int = 0


class Pattern(NamedTuple):
    """One compiled filter pattern.

    ``literal`` is its fixed beginning, up to the first special character: ``v`` of ``v*``.
    """

    text: str
    negative: bool
    literal: str
    steps: tuple[_Step, ...]

    def matches(self, name: str) -> bool:
        """Whether the whole ``name`` fits, apart from the question of negation."""
        steps = self.steps
        reachable = _enter(steps, {0})
        for character in name:
            moved: set[int] = set()
            for position in reachable:
                step = steps[position] if position < len(steps) else None
                if step is not None and step.accepts is not None and step.accepts(character):
                    moved.add(position + 1)
                    if step.repeats:
                        moved.add(position)
            if not moved:
                return False
            reachable = _enter(steps, moved)
        return len(steps) in reachable


def _enter(steps: Sequence[_Step], positions: Iterable[int]) -> set[int]:
    """Add every position that is reachable without reading a character."""
    seen: set[int] = set()
    waiting = list(positions)
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        if position == len(steps):
            continue
        step = steps[position]
        if step.accepts is None:
            waiting += [position + 1, position + 1 + step.skips]
        elif step.optional:
            waiting.append(position + 1)
    return seen


def _is(character: str) -> _Accepts:
    return lambda other: other == character


def _anything(_: str) -> bool:
    return True


def _no_slash(character: str) -> bool:
    return character != "/"


def compile_pattern(text: str) -> Pattern:
    """Compile one filter pattern; raises `PatternError` where GitHub refuses it."""
    negative = text.startswith("!")
    body = text[1:] if negative else text
    if not body:
        raise PatternError(text, "nothing follows the '!'" if negative else "it is empty")
    steps: list[_Step] = []
    literal: list[str] = []
    fixed: str | None = None  # the literal beginning, once it has ended
    repeatable = False
    position = 0
    while position < len(body):
        character = body[position]
        if character in "?+":
            if not repeatable:
                raise PatternError(text, _misplaced(character, body, position))
            fixed = "".join(literal[:-1]) if fixed is None else fixed
            steps[-1] = steps[-1]._replace(optional=character == "?", repeats=character == "+")
            position += 1
            repeatable = False
            continue
        if character in "*[":
            fixed = "".join(literal) if fixed is None else fixed
        position, group, meant = _piece(text, body, position)
        literal.append(meant)
        steps += group
        repeatable = character != "*"
    return Pattern(text, negative, "".join(literal) if fixed is None else fixed, tuple(steps))


def _piece(text: str, body: str, position: int) -> tuple[int, tuple[_Step, ...], str]:
    """Read one piece: where it ends, its steps, and the character it stands for (if it is a literal one)."""
    character = body[position]
    if character == "*":
        end, group = _star(body, position)
        return end, group, ""
    if character == "[":
        end, accepts = _brackets(text, body, position)
        return end, (_Step(accepts),), ""
    if character == "\\":
        position += 1
        if position == len(body):
            raise PatternError(text, "nothing follows the final '\\'")
        character = body[position]
    return position + 1, (_Step(_is(character)),), character


def _misplaced(character: str, body: str, position: int) -> str:
    where = "at the start" if position == 0 else f"after {body[position - 1]!r}"
    return (
        f"{character!r} repeats the character before it and cannot stand {where} "
        f"(write '\\{character}' for the character itself, '*' for any run of characters)"
    )


def _star(body: str, position: int) -> tuple[int, tuple[_Step, ...]]:
    if not body.startswith("**", position):
        return position + 1, (_Step(_no_slash, optional=True, repeats=True),)
    anything = _Step(_anything, optional=True, repeats=True)
    if body.startswith("**/", position):
        return position + 3, (_Step(None, skips=2), anything, _Step(_is("/")))
    return position + 2, (anything,)


def _brackets(text: str, body: str, start: int) -> tuple[int, _Accepts]:
    end = body.find("]", start + 1)
    if end == -1:
        raise PatternError(text, "a '[' is never closed")
    inside = body[start + 1 : end]
    if not inside:
        raise PatternError(text, "'[]' names no character")
    members: set[str] = set()
    position = 0
    while position < len(inside):
        first = inside[position]
        if inside[position + 1 : position + 2] != "-":
            members.add(first)
            position += 1
            continue
        last = inside[position + 2 : position + 3]
        alphabet = next((each for each in _RANGES if first in each and last and last in each), None)
        if alphabet is None or alphabet.index(first) > alphabet.index(last):
            raise PatternError(text, f"'{first}-{last}' is not a range; ranges go up within a-z, A-Z or 0-9")
        members.update(alphabet[alphabet.index(first) : alphabet.index(last) + 1])
        position += 3
    return end + 1, frozenset(members).__contains__


class PatternList(NamedTuple):
    """Patterns in their order; the last one that matches a name decides."""

    patterns: tuple[Pattern, ...]

    def deciding(self, name: str) -> Pattern | None:
        """Return the last pattern that matches ``name``, or None where none does."""
        for pattern in reversed(self.patterns):
            if pattern.matches(name):
                return pattern
        return None

    def accepts(self, name: str) -> bool:
        """Whether ``name`` is selected."""
        pattern = self.deciding(name)
        return pattern is not None and not pattern.negative

    def __str__(self) -> str:
        return ", ".join(pattern.text for pattern in self.patterns)


def compile_patterns(texts: Iterable[str]) -> PatternList:
    """Compile a whole list; raises `PatternError` for an invalid one, or where all of them are negative."""
    patterns = tuple(compile_pattern(text) for text in texts)
    if patterns and all(pattern.negative for pattern in patterns):
        raise PatternError(
            patterns[0].text, "there is no positive pattern for it to take from; put '**' first to mean all"
        )
    return PatternList(patterns)
