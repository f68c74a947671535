"""The three answers are a three-valued logic: what is not decided is decided by neither side alone."""

from __future__ import annotations

import itertools

import pytest

from publish_gate.doctor.ternary import Ternary

YES, NO, DEPENDS = Ternary.YES, Ternary.NO, Ternary.DEPENDS


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        pytest.param(YES, YES, YES, YES, id="two that happen"),
        pytest.param(YES, NO, NO, YES, id="one that happens and one that does not"),
        pytest.param(YES, DEPENDS, DEPENDS, YES, id="one that happens and one that may"),
        pytest.param(NO, NO, NO, NO, id="none that happens"),
        pytest.param(NO, DEPENDS, NO, DEPENDS, id="one that does not and one that may"),
        pytest.param(DEPENDS, DEPENDS, DEPENDS, DEPENDS, id="two that may"),
    ],
)
def test_answers_are_put_together(one: Ternary, other: Ternary, both: Ternary, either: Ternary) -> None:
    assert (one & other, other & one) == (both, both)
    assert (one | other, other | one) == (either, either)


def test_deciding_what_was_open_never_turns_an_answer_round() -> None:
    settled = {YES: {YES}, NO: {NO}, DEPENDS: {YES, NO, DEPENDS}}
    for one, other in itertools.product(Ternary, Ternary):
        for first, second in itertools.product(settled[one], settled[other]):
            assert (first & second) in settled[one & other]
            assert (first | second) in settled[one | other]
