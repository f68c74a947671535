"""Texts as far as the files tell them, each with the place in the workflow where it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.words_words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.workflow.tree import Scalar

MAX_CHOICES = 8


class Text(NamedTuple):
    """A text in which `UNKNOWN` stands for what is decided at run time.

    ``choices`` are all the texts that it can be, where these are known though not which of them.
    ``source`` is where it is written in the workflow.
    """

    text: str
    source: Scalar | None = None
    choices: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return UNKNOWN not in self.text

    @property
    def given(self) -> bool:
        """Whether it may be anything but empty."""
        return bool(self.text)

    @property
    def possible(self) -> tuple[str, ...]:
        """All texts that it can be; empty where they are not known."""
        return (self.text,) if self.known else self.choices


UNKNOWN_TEXT = Text(UNKNOWN)

Environment = dict[str, Text]


def one_of(texts: tuple[str, ...], source: Scalar | None = None) -> Text:
    """Make a text that is one of several."""
    distinct = tuple(dict.fromkeys(texts))
    if len(distinct) == 1:
        return Text(distinct[0], source)
    return Text(UNKNOWN, source, distinct if len(distinct) <= MAX_CHOICES else ())


def joined(pieces: list[Text], source: Scalar | None = None) -> Text:
    """Put pieces together; what can be one of several stays so where it is the only such piece."""
    if len(pieces) == 1:
        return pieces[0]
    text = "".join(piece.text for piece in pieces)
    unknown = [number for number, piece in enumerate(pieces) if not piece.known]
    choices: tuple[str, ...] = ()
    if len(unknown) == 1:
        number = unknown[0]
        before = "".join(piece.text for piece in pieces[:number])
        behind = "".join(piece.text for piece in pieces[number + 1 :])
        choices = tuple(f"{before}{choice}{behind}" for choice in pieces[number].choices)
    origin = source or next((piece.source for piece in pieces if piece.source is not None), None)
    return Text(text, origin, choices)


def first_given(environment: Mapping[str, Text], names: tuple[str, ...]) -> Text | None:
    """Return the first of some variables that is set to anything but the empty text."""
    found = (environment.get(name) for name in names)
    return next((value for value in found if value is not None and value.given), None)
