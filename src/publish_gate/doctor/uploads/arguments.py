"""Reads the options of a command's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.uploads.values import Text


def listed(text: str) -> frozenset[str]:
    """Return the words of a text, which reads better than a column of quotes."""
    return frozenset(text.split())


class Arguments(NamedTuple):
    """The arguments of a command: its options in their order (value None if they take none), and the rest."""

    options: tuple[tuple[str, Text | None], ...]
    rest: tuple[Text, ...]

    def value(self, *names: str) -> Text | None:
        """Return the value of the last of some options, None if none is given."""
        found = [value for name, value in self.options if name in names]
        return found[-1] if found else None

    def has(self, *names: str) -> bool:
        """Tell whether one of some options is given."""
        return any(name in names for name, _ in self.options)


def read_options(words: Sequence[Text], valued: frozenset[str], *, stop: bool = False) -> Arguments:
    """Read the options among ``words``; those in ``valued`` take a value.

    With ``stop`` everything from the first word on that is not an option is the rest, as for a command that runs
    another one.
    """
    options: list[tuple[str, Text | None]] = []
    rest: list[Text] = []
    number = 0
    while number < len(words):
        word = words[number]
        number += 1
        text = word.text
        if text == "--":
            rest.extend(words[number:])
            break
        if len(text) < 2 or not text.startswith("-"):  # noqa: PLR2004 - a single dash is not one
            if stop:
                rest.extend(words[number - 1 :])
                break
            rest.append(word)
            continue
        name, equals, value = text.partition("=")
        short = text[:2]
        if equals and name in valued:
            options.append((name, _inside(word, len(name) + 1, value)))
        elif text in valued:
            options.append((text, words[number] if number < len(words) else None))
            number += 1
        elif not text.startswith("--") and short in valued:
            options.append((short, _inside(word, 2, text[2:])))
        else:
            options.append((name, None))
    return Arguments(tuple(options), tuple(rest))


def _inside(word: Text, begin: int, value: str) -> Text:
    return word._replace(text=value, choices=tuple(choice[begin:] for choice in word.choices))
