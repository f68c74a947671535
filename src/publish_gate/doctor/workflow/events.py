"""The events of a YAML text: what begins and ends where, nothing resolved or composed."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from publish_gate.doctor.workflow.yaml_reader import YamlParser

if TYPE_CHECKING:
    from yaml.error import Mark

_LONGEST_MESSAGE = 200


class YamlError(Exception):
    """The text is not YAML. ``line`` and ``column`` count from 1, None where the spot is not known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class Kind(enum.Enum):
    """What an event announces."""

    SCALAR = enum.auto()
    SEQUENCE = enum.auto()
    MAPPING = enum.auto()
    ALIAS = enum.auto()
    END = enum.auto()  # of a sequence or a mapping
    DOCUMENT = enum.auto()
    DOCUMENT_END = enum.auto()
    STREAM = enum.auto()
    STREAM_END = enum.auto()


_KINDS: dict[type[yaml.Event], Kind] = {
    yaml.ScalarEvent: Kind.SCALAR,
    yaml.SequenceStartEvent: Kind.SEQUENCE,
    yaml.MappingStartEvent: Kind.MAPPING,
    yaml.AliasEvent: Kind.ALIAS,
    yaml.SequenceEndEvent: Kind.END,
    yaml.MappingEndEvent: Kind.END,
    yaml.DocumentStartEvent: Kind.DOCUMENT,
    yaml.DocumentEndEvent: Kind.DOCUMENT_END,
    yaml.StreamStartEvent: Kind.STREAM,
    yaml.StreamEndEvent: Kind.STREAM_END,
}


class Event(NamedTuple):
    """One event: what begins or ends where.

    ``start`` and ``end`` are line and column from 1, ``stop`` the offset of the end. ``plain`` tells a scalar
    whose value its text decides, ``flow`` a collection in brackets.
    """

    kind: Kind
    start: tuple[int, int]
    end: tuple[int, int]
    stop: int
    text: str = ""
    style: str = ""
    plain: bool = False
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None


class EventReader:
    """Reads the events of one text, nothing resolved or composed."""

    def __init__(self, text: str) -> None:
        self._parser = YamlParser(text)

    @property
    def text(self) -> str:
        """The text that is read, with a NUL behind it."""
        return str(self._parser.buffer)

    def next(self) -> Event:
        """Return the next event; raises `YamlError`."""
        try:
            event: Any = self._parser.get_event()  # type: ignore[no-untyped-call]  # PyYAML's own
        except yaml.MarkedYAMLError as error:
            what = ", ".join(part for part in (error.context, error.problem) if part)[:_LONGEST_MESSAGE]
            mark = error.problem_mark or error.context_mark
            raise (YamlError(what) if mark is None else YamlError(what, *_spot(mark))) from None
        except (yaml.YAMLError, ValueError, OverflowError):
            # An escape for a character that does not exist.
            raise YamlError("found a character that does not exist") from None
        kind = _KINDS[type(event)]
        start, end = _spot(event.start_mark), _spot(event.end_mark)
        if kind is Kind.SCALAR:
            style = event.style or ""
            plain = not style and event.implicit[0]
            return Event(
                kind,
                start,
                end,
                event.end_mark.index,
                event.value,
                style,
                plain=plain,
                anchor=event.anchor,
                tag=event.tag,
            )
        if kind is Kind.SEQUENCE or kind is Kind.MAPPING:
            return Event(kind, start, end, 0, flow=bool(event.flow_style), anchor=event.anchor, tag=event.tag)
        return Event(kind, start, end, 0, anchor=event.anchor if kind is Kind.ALIAS else None)


def _spot(mark: Mark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1
