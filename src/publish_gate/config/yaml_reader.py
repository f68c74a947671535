"""PyYAML's scanner and parser, taught what YAML 1.2 allows and 1.1 does not: tabs, and marks in plain texts."""

from __future__ import annotations

import re

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner
from yaml.tokens import ScalarToken

# The end of the file is a NUL here; one in the text has been hidden before.
_AFTER = " \t\r\n\0"
_FLOW = ",[]{}"
_BLANKS = re.compile(r"[ \t]*")
_SPACES = re.compile(r" *")
_COMMENT = re.compile(r"#[^\r\n\0]*")
_DOCUMENT = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n\0])")


def _line(marks: str) -> re.Pattern[str]:
    """Make the pattern of a plain text's part in one line; ``marks`` end it too (those of brackets, in brackets)."""
    colon = rf":(?![ \t\r\n\0{marks}])"
    word = rf"(?:[^ \t\r\n\0:{marks}]|{colon})"
    first = rf"(?:[^ \t\r\n\0:#{marks}]|{colon})"
    return re.compile(rf"{word}+(?:[ \t]+{first}{word}*)*")


_IN_BLOCK = _line("")
_IN_FLOW = _line(r",\[\]{}")


def _past(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return where ``pattern`` ends that begins at ``start``, or ``start``."""
    match = pattern.match(text, start)
    return start if match is None else match.end()


class YamlParser(Reader, Scanner, Parser):
    """PyYAML's own, but for two things that make files readable which GitHub reads.

    Tabs may stand wherever they are not indentation, and ``?`` and ``:`` belong to a plain text in brackets
    unless a separation follows.
    """

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def _go_to(self, pointer: int) -> None:
        """Go on within the line."""
        length = pointer - self.pointer
        self.pointer += length
        self.index += length
        self.column += length

    def _line_break(self) -> bool:
        return bool(self.scan_line_break())  # type: ignore[no-untyped-call]  # PyYAML's own

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks; a tab that would be indentation is left to be refused."""
        while True:
            end = _past(_BLANKS, self.buffer, self.pointer)
            if self.column == 0 and not self.flow_level and self.buffer[end] not in "#\r\n\0":
                end = _past(_SPACES, self.buffer, self.pointer)
            self._go_to(_past(_COMMENT, self.buffer, end))
            if not self._line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def check_key(self) -> bool:
        """Whether the ``?`` here announces a key."""
        return self.peek(1) in _AFTER

    def check_value(self) -> bool:
        """Whether the ``:`` here announces a value: something separates, or a quoted or bracketed key ends here."""
        following = self.peek(1)
        if following in _AFTER or not self.flow_level:
            return following in _AFTER
        return following in _FLOW or self.buffer[self.pointer - 1] in "\"']}"

    def check_plain(self) -> bool:
        """Whether a plain text begins here."""
        character = self.peek()
        if character in "-?:":
            following = self.peek(1)
            return following not in _AFTER and not (self.flow_level and following in _FLOW)
        return character not in _AFTER and character not in ",[]{}#&*!|>'\"%@`"

    def scan_plain(self) -> ScalarToken:
        """Read a plain text, over as many lines as it has."""
        pattern = _IN_FLOW if self.flow_level else _IN_BLOCK
        words: list[str] = []
        start = end = self.get_mark()
        fold: str | None = ""
        indent = self.indent + 1
        while fold is not None:
            match = pattern.match(self.buffer, self.pointer)
            if match is None:
                break
            self.allow_simple_key = False
            words += [fold, match.group()]
            self._go_to(match.end())
            end = self.get_mark()
            blanks = _past(_BLANKS, self.buffer, self.pointer)
            if self.buffer[blanks] not in "\r\n":
                break
            self._go_to(blanks)
            fold = self._fold(indent)
        return ScalarToken("".join(words), True, start, end)  # noqa: FBT003 - PyYAML's own

    def _fold(self, indent: int) -> str | None:
        """Go to the next line that says something: what the breaks mean, None if the text does not go on."""
        breaks = -1
        self.allow_simple_key = True
        while self._line_break():
            breaks += 1
            if _DOCUMENT.match(self.buffer, self.pointer):
                return None
            end = _past(_BLANKS, self.buffer, self.pointer)
            if self.buffer[end] not in "\r\n":
                # Tabs that would be indentation are left to be refused.
                spaces = _past(_SPACES, self.buffer, self.pointer)
                end = end if self.flow_level or spaces - self.pointer >= indent else spaces
            self._go_to(end)
        if self.peek() == "#" or (not self.flow_level and self.column < indent):
            return None
        return "\n" * breaks if breaks else " "
