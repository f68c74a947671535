"""Completion for fish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from publish_gate.completion.words import Kind

if TYPE_CHECKING:
    from publish_gate.completion.words import Option, Program, Value

_NONE: Final = "__fish_use_subcommand"
_HEAD: Final = """\
# Completion of publish-gate for fish. Load it with: publish-gate completion fish | source
complete -c publish-gate -f
"""


def render(program: Program) -> str:
    """Return the script."""
    lines = [_option(_NONE, option) for option in program.options]
    for command in program.commands:
        lines.append(f"complete -c publish-gate -n {_NONE} -a {command.name} -d {_quoted(command.help)}")
        seen = _quoted(f"__fish_seen_subcommand_from {command.name}")
        lines += [_option(seen, option) for option in command.options]
        if command.rest is not None:
            lines.append(f"complete -c publish-gate -n {seen}{_takes(command.rest)}")
    return _HEAD + "\n".join(lines) + "\n"


def _option(condition: str, option: Option) -> str:
    names = "".join(f" -{'l' if name.startswith('--') else 's'} {name.lstrip('-')}" for name in option.names)
    value = _takes(option.value) if option.value is not None else ""
    return f"complete -c publish-gate -n {condition}{names}{value} -d {_quoted(option.help)}"


def _takes(value: Value) -> str:
    if value.words:
        return f" -x -a {_quoted(' '.join(value.words))}"
    return {Kind.TEXT: " -x", Kind.FILE: " -r -F", Kind.FOLDER: " -x -a '(__fish_complete_directories)'"}[value.kind]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
