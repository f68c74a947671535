"""Reads scripts for cmd.exe, as far as telling its commands takes."""

from __future__ import annotations

import re

from publish_gate.doctor.uploads.words_words import MAX_COMMANDS, MAX_SCRIPT, Command, Variable, Word

_TOKEN = re.compile(
    r'"[^"\n]*"?|\^.|%(?P<name>[A-Za-z_]\w*)(?::[^%\n]*)?%|(?P<sign>&&|\|\||[&|()])|[<>]|[^\s"^%&|()<>]+|%'
)
_SET = re.compile(r'\s*set\s+"?(?P<name>[A-Za-z_]\w*)=(?P<value>[^"\n]*)"?\s*\Z', re.IGNORECASE)
_REMARK = re.compile(r"[\s@]*(?:::|rem(?:\s|\Z))", re.IGNORECASE)
_BLANK = re.compile(r"\s+")
_KEYWORDS = frozenset({"call", "else", "do", "start", "not"})
_CONDITION = frozenset({"if", "for"})


def read_batch(text: str) -> tuple[Command, ...]:
    """Return the commands of a script for cmd.exe, with ``%NAME%`` as the variable ``NAME``."""
    commands: list[Command] = []
    number = 0
    lines = text[:MAX_SCRIPT].split("\n")
    while number < len(lines) and len(commands) < MAX_COMMANDS:
        first, line = number, lines[number].rstrip("\r")
        pieces = []
        while line.endswith("^") and number + 1 < len(lines):
            pieces.append(line[:-1])
            number += 1
            line = lines[number].rstrip("\r")
        pieces.append(line)
        commands.extend(_line("".join(pieces), first))
        number += 1
    return tuple(commands)


def _line(line: str, number: int) -> list[Command]:
    if _REMARK.match(line) is not None:
        return []
    setting = _SET.match(line)
    if setting is not None and "&" not in line:
        value = _words(setting["value"])
        return [Command((), number, ((setting["name"], value[0] if len(value) == 1 else Word((None,))),))]
    branch = line.lstrip(" @(").lower().split(" ", 1)[0] in _CONDITION
    found = []
    for part in _split(line):
        words = _words(part)
        if words and words[0].literal.startswith("@"):
            words[0] = Word((words[0].literal.lstrip("@"),))
        while words and words[0].literal.lower() in {"", *_KEYWORDS}:
            words.pop(0)
        if words and words[0].literal.lower() == "if":
            words = _after_condition(words)
        if words:
            found.append(Command(tuple(words), number, branch=branch))
    return found


def _after_condition(words: list[Word]) -> list[Word]:
    """Leave out what an ``if`` asks; what it runs follows on the same line."""
    rest = [word for word in words[1:] if word.literal.lower() not in {"/i", "not"}]
    first = rest[0].literal.lower() if rest else ""
    alone = first in {"exist", "defined", "errorlevel"}
    asked = 2 if alone else 1 if "==" in first else 3
    return rest[asked:]


def _split(line: str) -> list[str]:
    parts, start = [], 0
    for match in _TOKEN.finditer(line):
        if match["sign"]:
            parts.append(line[start : match.start()])
            start = match.end()
    parts.append(line[start:])
    return parts


def _words(text: str) -> list[Word]:
    words: list[Word] = []
    parts: list[str | Variable | None] = []
    position = 0
    while position < len(text):
        blank = _BLANK.match(text, position)
        if blank is not None:
            if parts:
                words.append(Word(tuple(parts)))
                parts = []
            position = blank.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None:  # a caret at the very end
            break
        token = match.group()
        if match["name"]:
            parts.append(Variable(match["name"]))
        elif token.startswith('"'):
            parts.append(token.strip('"'))
        else:
            parts.append(token.removeprefix("^"))
        position = match.end()
    if parts:
        words.append(Word(tuple(parts)))
    return words
