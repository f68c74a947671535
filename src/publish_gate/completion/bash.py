"""Completion for bash, from 3.2 on (that of macOS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from publish_gate.completion.words import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.completion.words import Command, Program, Value

_HEAD: Final = """\
# Completion of publish-gate for bash. Load it with: eval "$(publish-gate completion bash)"
_publish_gate_words() {
  local each
  while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -W "$1" -- "$2")
}
_publish_gate_paths() {
  local each
  # Bash 3.2 has no compopt; it then puts no slash behind a folder.
  type compopt >/dev/null 2>&1 && compopt -o filenames
  while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen "$1" -- "$2")
}
_publish_gate() {
  local current="${COMP_WORDS[COMP_CWORD]}" before="" command="" place
  COMPREPLY=()
  # Bash takes `--option=value` for three words.
  if [[ $current == "=" ]]; then
    current="" before="${COMP_WORDS[COMP_CWORD - 1]}"
  elif (( COMP_CWORD > 1 )); then
    before="${COMP_WORDS[COMP_CWORD - 1]}"
    if [[ $before == "=" ]]; then before="${COMP_WORDS[COMP_CWORD - 2]}"; fi
  fi
  for (( place = 1; place < COMP_CWORD; place++ )); do
    if [[ ${COMP_WORDS[place]} != -* ]]; then command="${COMP_WORDS[place]}"; break; fi
  done
  case "$command $before" in
"""
_TAIL: Final = """\
  esac
}
complete -F _publish_gate publish-gate
"""


def render(program: Program) -> str:
    """Return the script."""
    lines = [f"    {_case(command, before)}) {_reply(value)}; return ;;" for command, before, value in _values(program)]
    lines += ["  esac", '  case "$command $current" in']
    lines += [f"    {_quoted(f'{each.name} ')}-*) {_words(_names(each))} ;;" for each in program.commands]
    lines += [f"    {_quoted(f'{each.name} ')}*) {_reply(each.rest)} ;;" for each in program.commands if each.rest]
    options = [name for option in program.options for name in option.names]
    lines += [f'    " -"*) {_words(options)} ;;', f'    " "*) {_words([each.name for each in program.commands])} ;;']
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _values(program: Program) -> Iterator[tuple[Command, tuple[str, ...], Value]]:
    for command in program.commands:
        for option in command.options:
            if option.value is not None:
                yield command, option.names, option.value


def _case(command: Command, names: tuple[str, ...]) -> str:
    return "|".join(_quoted(f"{command.name} {name}") for name in names)


def _reply(value: Value) -> str:
    if value.words:
        return _words(value.words)
    if value.kind is Kind.TEXT:
        return ":"
    return f'_publish_gate_paths {"-f" if value.kind is Kind.FILE else "-d"} "$current"'


def _words(words: tuple[str, ...] | list[str]) -> str:
    return f'_publish_gate_words {_quoted(" ".join(words))} "$current"'


def _names(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
