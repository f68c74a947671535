"""Data classes are what those of the standard library are."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from publish_gate import records

if TYPE_CHECKING:
    from collections.abc import Callable


def _declare(module: Any) -> dict[str, Any]:  # noqa: ANN401 - one module or the other
    @module.dataclass(frozen=True, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 0
        names: list[str] = module.field(default_factory=list, compare=False)
        note: str = module.field(default="", repr=False, compare=False)

    @module.dataclass(frozen=True, slots=True)
    class Deep(Point):
        z: int = 1

    @module.dataclass(slots=True)
    class Counter:
        count: int = 0

    @module.dataclass(frozen=True, slots=True, eq=False)
    class Same:
        value: int

    @module.dataclass(frozen=True, slots=True, repr=False)
    class Secret:
        value: int

        def __repr__(self) -> str:
            return "Secret(...)"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Secret)

        def __hash__(self) -> int:
            return 7

    @module.dataclass(frozen=True, slots=True)
    class Squared:
        side: int
        area: int = module.field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "area", self.side * self.side)

    @module.dataclass(frozen=True, slots=True)
    class Nothing:
        """No fields."""

    return {kind.__name__: kind for kind in (Point, Deep, Counter, Same, Secret, Squared, Nothing)}


OURS, STANDARD = _declare(records), _declare(dataclasses)


def _raised(call: Callable[[], object]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is the answer
        call()
    return type(caught.value).__name__


QUESTIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "its text": lambda kinds: repr(kinds["Point"](1, note="x")),
    "the text of a subclass": lambda kinds: repr(kinds["Deep"](1, 2, ["a"])),
    "a text of its own": lambda kinds: repr(kinds["Secret"](1)),
    "equal": lambda kinds: kinds["Point"](1, 2, ["a"]) == kinds["Point"](1, 2, ["b"]),
    "not equal": lambda kinds: kinds["Point"](1, 2) == kinds["Point"](1, 3),
    "equal to another type": lambda kinds: kinds["Point"](1) == (1, 0, [], ""),
    "equal to a subclass": lambda kinds: kinds["Point"](1) == kinds["Deep"](1),
    "hashed alike": lambda kinds: hash(kinds["Point"](1, 2, ["a"])) == hash(kinds["Point"](1, 2)),
    "its own hash and equality": lambda kinds: (hash(kinds["Secret"](1)), kinds["Secret"](1) == kinds["Secret"](2)),
    "cannot be hashed if it can change": lambda kinds: _raised(lambda: hash(kinds["Counter"]())),
    "the same object only": lambda kinds: kinds["Same"](1) == kinds["Same"](1),
    "the same object only, hashed": lambda kinds: len({kinds["Same"](1), kinds["Same"](1)}),
    "a default is made for each": lambda kinds: kinds["Point"](1).names is kinds["Point"](1).names,
    "a field cannot be set": lambda kinds: _raised(lambda: setattr(kinds["Point"](1), "x", 2)),
    "a field cannot be deleted": lambda kinds: _raised(lambda: delattr(kinds["Point"](1), "x")),
    "there are no other names": lambda kinds: _raised(lambda: setattr(kinds["Counter"](), "other", 2)),
    "an argument is missing": lambda kinds: _raised(kinds["Point"]),
    "an argument too many": lambda kinds: _raised(lambda: kinds["Counter"](1, 2)),
    "after the constructor": lambda kinds: kinds["Squared"](3).area,
    "no fields": lambda kinds: (repr(kinds["Nothing"]()), kinds["Nothing"]() == kinds["Nothing"]()),
    "its arguments": lambda kinds: list(inspect.signature(kinds["Deep"]).parameters),
    "its patterns": lambda kinds: kinds["Deep"].__match_args__,
    "a changed copy": lambda kinds: repr(dataclasses.replace(kinds["Deep"](1, z=5), y=2)),
    "its fields": lambda kinds: [one.name for one in dataclasses.fields(kinds["Deep"])],
    "as a dictionary": lambda kinds: dataclasses.asdict(kinds["Deep"](1)),
    "its name": lambda kinds: kinds["Point"].__qualname__,
    "what it says of itself": lambda kinds: kinds["Point"].__doc__,
}  # fmt: skip


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_it_answers_as_the_standard_library_s(ask: Callable[[dict[str, Any]], object]) -> None:
    assert ask(OURS) == ask(STANDARD)


def test_a_copy_with_some_fields_changed() -> None:
    deep = OURS["Deep"](1, 2, ["a"], z=3)
    assert repr(records.replace(deep, y=5)) == repr(dataclasses.replace(deep, y=5))
    assert records.replace(OURS["Squared"](2), side=3).area == 9
