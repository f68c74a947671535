"""Reads the version as meson-python does: the ``version`` of ``project()`` in meson.build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.faults import DECLARE_IT, read_text, refuse
from publish_gate.versions.model import FoundName, FoundVersion

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout

FILE = "meson.build"
DECLARED_BY = "meson.project.version"

_TOKEN = re.compile(
    r"(?P<blank>[ \t\n]+|\\\n|\#[^\n]*)"
    r"|(?P<long>'''.*?''')"
    r"|(?P<format>f'(?:[^'\\\n]|\\.)*')"
    r"|(?P<text>'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[0-9][A-Za-z0-9]*)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\([\\'])")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def read(checkout: Checkout, path: str = FILE) -> FoundVersion:
    """Read the version of a meson project; raises Refusal."""
    arguments = _project_arguments(checkout, path)
    value = _keyword(arguments, "version")
    if not value:
        text = f"project() in {path} has no `version`"
        raise refuse("nothing-declares-a-version", text, checkout.place(path), advice=DECLARE_IT)
    first, place = value[0], checkout.place(path, value[0].line)
    if len(value) == 1 and first.kind in {"text", "long"}:
        return FoundVersion(_string(first), place, DECLARED_BY)
    match [(token.kind, token.text) for token in value]:
        case [("word", "files"), ("mark", "("), ("text", _), ("mark", ")")]:
            return _first_line(checkout, _string(value[2]))
        case _:
            pass
    words = [token.text for token in value if token.kind == "word"]
    if "run_command" in words:
        text = "the version is what a command prints (run_command)"
        raise refuse("run_command", text, place)
    raise refuse("expression", "the version is not a plain string", place)


def name_of(checkout: Checkout) -> FoundName | None:
    """Give the name of the meson project; raises Refusal."""
    arguments = _project_arguments(checkout, FILE)
    if arguments and arguments[0].kind in {"text", "long"}:
        return FoundName(_string(arguments[0]), checkout.place(FILE, arguments[0].line))
    return None


def _first_line(checkout: Checkout, path: str) -> FoundVersion:
    from publish_gate.versions import text

    return text.read_line(checkout, path, DECLARED_BY)


def _project_arguments(checkout: Checkout, path: str) -> list[_Token]:
    """Give the tokens between the brackets of ``project(...)``, which every meson.build begins with."""
    tokens = _tokens(read_text(checkout, path))
    depth = 0
    inside: list[_Token] = []
    head = [token.text for token in tokens[:2]]
    if head != ["project", "("]:
        text = f"{path} does not begin with project()"
        raise refuse("syntax-error", text, checkout.place(path), advice=DECLARE_IT)
    for token in tokens[2:]:
        if token.kind == "mark" and token.text in "([{":
            depth += 1
        elif token.kind == "mark" and token.text in ")]}":
            depth -= 1
            if depth < 0:
                return inside
        inside.append(token)
    text = f"project() in {path} is not closed"
    raise refuse("syntax-error", text, checkout.place(path), advice=DECLARE_IT)


def _tokens(text: str) -> list[_Token]:
    tokens, line = [], 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in {None, "blank"}:
            tokens.append(_Token(str(match.lastgroup), match.group(), line))
        line += match.group().count("\n")
    return tokens


def _keyword(tokens: list[_Token], name: str) -> list[_Token]:
    """Give the tokens of a keyword argument's value."""
    depth, start = 0, 0
    arguments: list[list[_Token]] = []
    for position, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        depth += (token.text in "([{") - (token.text in ")]}")
        if token.text == "," and depth == 0:
            arguments.append(tokens[start:position])
            start = position + 1
    arguments.append(tokens[start:])
    for argument in arguments:
        if [token.text for token in argument[:2]] == [name, ":"] and argument[0].kind == "word":
            return argument[2:]
    return []


def _string(token: _Token) -> str:
    if token.kind == "long":
        return token.text[3:-3]
    return _ESCAPE.sub(r"\1", token.text[1:-1])
