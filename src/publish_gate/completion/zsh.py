"""Completion for zsh, by its own `_arguments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from publish_gate.completion.words import Kind

if TYPE_CHECKING:
    from publish_gate.completion.words import Option, Program, Value

_HEAD: Final = """\
#compdef publish-gate
# Completion of publish-gate for zsh. Load it with: source <(publish-gate completion zsh)
_publish-gate() {
  local -a commands=(
"""
_MIDDLE: Final = """\
  )
  local line state
  _arguments -C \\
"""
_CASES: Final = """\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands command commands ;;
    argument)
      case $line[1] in
"""
_TAIL: Final = """\
      esac
      ;;
  esac
}
# As a file of the fpath it is called as a function; where it is sourced, it makes itself known.
if [[ $funcstack[1] == _publish-gate ]]; then _publish-gate "$@"; else compdef _publish-gate publish-gate; fi
"""


def render(program: Program) -> str:
    """Return the script."""
    names = [f"    {_quoted(f'{each.name}:{each.help}')}" for each in program.commands]
    lines = [*names, _MIDDLE.rstrip("\n"), *(f"    {spec} \\" for option in program.options for spec in _specs(option))]
    lines.append(_CASES.rstrip("\n"))
    for command in program.commands:
        specs = [spec for option in command.options for spec in _specs(option)]
        if command.rest is not None:
            specs.append(_quoted(f"*:{_plain(command.name)}:{_action(command.rest)}"))
        body = "".join(f" \\\n            {spec}" for spec in specs)
        lines.append(f"        {command.name})\n          _arguments{body}\n          ;;")
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _specs(option: Option) -> list[str]:
    """Return one spec a name; a value may be the next word or follow a `=`."""
    value = ""
    equals = ""
    if option.value is not None:
        value = f":{_plain(option.names[-1].lstrip('-'))}:{_action(option.value)}"
        equals = "="
    return [
        _quoted(f"{name}{equals if name.startswith('--') else ''}[{_plain(option.help)}]{value}")
        for name in option.names
    ]


def _action(value: Value) -> str:
    if value.words:
        return f"({' '.join(value.words)})"
    return {Kind.TEXT: " ", Kind.FILE: "_files", Kind.FOLDER: "_files -/"}[value.kind]


def _plain(text: str) -> str:
    for character in "\\[]:":
        text = text.replace(character, f"\\{character}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
