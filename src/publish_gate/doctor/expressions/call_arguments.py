"""The arguments of a call, evaluated as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.values import Settled, Unknown

if TYPE_CHECKING:
    from publish_gate.doctor.expressions.evaluator import Evaluator
    from publish_gate.doctor.expressions.syntax_tree import Call


class CallArguments:
    """The arguments of one call; each is evaluated once, when it is asked for."""

    def __init__(self, evaluator: Evaluator, node: Call) -> None:
        self._evaluator = evaluator
        self._node = node
        self._values: dict[int, Settled] = {}
        self.meter = evaluator.meter

    def __len__(self) -> int:
        return len(self._node.arguments)

    def __getitem__(self, index: int, /) -> Settled:
        if index not in self._values:
            self._values[index] = self._evaluator.value(self._node.arguments[index])
        return self._values[index]

    def decide(self, index: int, /) -> Settled:
        """Return a condition, with both truths tried where it is not known."""
        value = self[index]
        if isinstance(value, Unknown) and value.truth is None:
            value = self._evaluator.choices.truth(self._node.arguments[index], value)
            self._values[index] = value
        return value

    def same(self, index: int, value: Settled, /) -> bool | None:
        """Tell whether an argument equals a value."""
        return self._evaluator.equality(self[index], value)
