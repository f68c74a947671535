"""Goes through all that unknown values of an expression can be, the same unknown being the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from publish_gate.doctor.expressions.syntax_tree import (
    TRUTH_FUNCTIONS,
    Call,
    Compare,
    Context,
    Expression,
    Index,
    Not,
    Property,
)
from publish_gate.doctor.expressions.values import Array, Object, OneOf, Settled, Unknown, Value, settled
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Hashable

    from publish_gate.doctor.expressions.syntax_tree import Keys


_Answer = TypeVar("_Answer")
_NESTED = 8
"""How often a value may be one of several of which one is again one of several."""


class Choices(Protocol):
    """Says what is taken for what is not known."""

    def one_of(self, node: Expression, value: OneOf) -> Settled:
        """Return what a value that is one of several is taken for; never a OneOf."""

    def unknown(self, node: Expression, value: Unknown) -> Settled:
        """Return what an unknown part is taken for where its value is used."""

    def truth(self, node: Expression, value: Unknown) -> Settled:
        """Return what a part is taken for whose truth decides how the evaluation goes on."""


class NoChoices:
    """Leaves everything unknown: what comes out holds whatever the values are."""

    def one_of(self, _: Expression, value: OneOf) -> Settled:
        """Keep the truth that all the values share."""
        return settled(value)

    def unknown(self, _: Expression, value: Unknown) -> Settled:
        """Keep it."""
        return value

    def truth(self, _: Expression, value: Unknown) -> Settled:
        """Keep it."""
        return value


@dataclass(slots=True)
class _Choice:
    """A question, how many answers it has, and the one that is being tried, counted from 0."""

    key: Hashable
    count: int
    index: int = 0


class AllChoices:
    """Tries everything, one evaluation after the other, until `next` says that there is nothing left.

    Tried are each value of each OneOf, both truths of an unknown that stands in the expression more than once, and,
    if ``splits`` is set, both truths of everything else whose truth decides.
    """

    def __init__(self, keys: Keys, *, splits: bool) -> None:
        self._keys = keys
        self._splits = splits
        self._trail: list[_Choice] = []
        self._made: dict[Hashable, int] = {}

    def next(self) -> bool:
        """Turn to the next combination; False if all have been tried."""
        while self._trail and self._trail[-1].index == self._trail[-1].count - 1:
            self._trail.pop()
        if not self._trail:
            return False
        self._trail[-1].index += 1
        self._made = {choice.key: choice.index for choice in self._trail}
        return True

    def one_of(self, node: Expression, value: OneOf) -> Settled:
        """Try each of the values: one with a name by its name, one without by where it stands."""
        chosen: Value = value
        for level in range(_NESTED):
            if not isinstance(chosen, OneOf) or not chosen.values:
                break
            alike: Hashable = len(chosen.values) if chosen.name else tuple(identity(item) for item in chosen.values)
            place: Hashable = chosen.name or (self._keys.of(node), level)
            chosen = self._choose(("one of", place, alike), chosen.values)
        return settled(chosen)

    def unknown(self, node: Expression, value: Unknown) -> Settled:
        """Try both truths of what stands there more than once; leave alone what stands there once."""
        if not self._keys.is_repeated(node):
            return value
        if _says_truth(node):
            return self._split(node)
        if value.truth is not None or not isinstance(node, Context | Property | Index | Call):
            return value
        return Unknown(self._choose(("truth", self._keys.of(node)), (True, False)))

    def truth(self, node: Expression, value: Unknown) -> Settled:
        """Try both truths."""
        if not self._splits:
            return value
        if _says_truth(node) or isinstance(node, Not):
            return self._split(node)
        return Unknown(self._choose(("truth", self._keys.of(node)), (True, False)))

    def _split(self, node: Expression) -> bool:
        """Take true and then false for a part that can be nothing else."""
        negated = isinstance(node, Compare) and node.operator == "!="
        return self._choose(("truth", self._keys.of(node)), (True, False)) is not negated

    def _choose(self, key: Hashable, answers: tuple[_Answer, ...]) -> _Answer:
        """Return the answer that is being tried; the first if the question has not come up yet."""
        if key not in self._made:
            self._trail.append(_Choice(key, len(answers)))
            self._made[key] = 0
        return answers[self._made[key]]


def _says_truth(node: Expression) -> bool:
    return isinstance(node, Compare) or (isinstance(node, Call) and node.name in TRUTH_FUNCTIONS)


def identity(value: Value) -> Hashable:
    """Return what tells two values apart that are not the same."""
    if isinstance(value, Array | Object | OneOf | Unknown):
        return id(value)
    return (type(value).__name__, str(value))
