"""Tells the code that a command gives to an interpreter, and the script file that it runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import read_options
from publish_gate.doctor.uploads.dialects import Dialect
from publish_gate.doctor.uploads.wrappers import Program, is_python

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.values import Text

_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_COMMAND_OPTION = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*\Z")
_SUFFIXES = {
    "py": Dialect.PYTHON,
    "ps1": Dialect.POWERSHELL,
    "bat": Dialect.BATCH,
    "cmd": Dialect.BATCH,
    "sh": Dialect.POSIX,
    "bash": Dialect.POSIX,
    "zsh": Dialect.POSIX,
}
_SHEBANG = re.compile(r"#![^\n]*?\b(?P<name>python|bash|sh|zsh|dash|pwsh|uv)[\d.]*(?=\s|\Z)")
_SHELL_OPTIONS = frozenset({"-o", "-O", "--rcfile", "--init-file"})
_PYTHON_OPTIONS = frozenset({"-c", "-m", "-W", "-X"})


class Code(NamedTuple):
    """A piece of code that stands in a command."""

    text: str
    dialect: Dialect


class Script(NamedTuple):
    """A script file that a command runs with ``arguments``; ``dialect`` is None where only the file tells."""

    path: Text
    arguments: tuple[Text, ...]
    dialect: Dialect | None = None

    @property
    def is_setup(self) -> bool:
        """Whether it is a project's `setup.py`."""
        return re.split(r"[/\\]", self.path.text)[-1] == "setup.py"


def code_of(program: Program, stdin: str | None) -> Code | None:
    """Return the code that a command hands to an interpreter, None where it hands it none."""
    words = program.arguments
    if program.name in {"eval", "iex", "invoke-expression"} and words:
        dialect = Dialect.POSIX if program.name == "eval" else Dialect.POWERSHELL
        return Code(" ".join(word.text for word in words), dialect)
    if program.name == "cmd" and len(words) > 1 and words[0].text.lower() in {"/c", "/k", "//c"}:
        return Code(" ".join(word.text for word in words[1:]), Dialect.BATCH)
    if program.name in _POWERSHELLS:
        return _after(words, ("-command", "-c"), Dialect.POWERSHELL)
    if program.name in _SHELLS:
        for number, word in enumerate(words):
            if _COMMAND_OPTION.match(word.text) is not None and number + 1 < len(words):
                return Code(words[number + 1].text, Dialect.POSIX)
            if not word.text.startswith(("-", "+")):
                break
        reads_input = not read_options(words, _SHELL_OPTIONS).rest or words[-1].text in {"-s", "-"}
        return Code(stdin, Dialect.POSIX) if stdin is not None and reads_input else None
    if is_python(program.name):
        code = read_options(words, _PYTHON_OPTIONS, stop=True).value("-c")
        if code is not None:
            return Code(code.text, Dialect.PYTHON)
        reads_input = all(word.text.startswith("-") for word in words)
        return Code(stdin, Dialect.PYTHON) if stdin is not None and reads_input else None
    return None


def _after(words: tuple[Text, ...], options: tuple[str, ...], dialect: Dialect) -> Code | None:
    for number, word in enumerate(words):
        if word.text.lower() in options:
            return Code(" ".join(each.text for each in words[number + 1 :]), dialect)
    return None


def script_of(program: Program) -> Script | None:
    """Return the script file that a command runs, None where it runs none."""
    words = program.arguments
    if program.name in {"source", "."} and words:
        return Script(words[0], words[1:], Dialect.POSIX)
    if program.name in _SHELLS:
        rest = read_options(words, _SHELL_OPTIONS, stop=True).rest
        return Script(rest[0], rest[1:], Dialect.POSIX) if rest else None
    if program.name in _POWERSHELLS:
        options = read_options(words, frozenset({"-ExecutionPolicy", "-File", "-f"}), stop=True)
        named = options.value("-File", "-f")
        behind = options.rest if named is not None else options.rest[1:]
        file = named or (options.rest[0] if options.rest else None)
        return Script(file, behind, Dialect.POWERSHELL) if file is not None else None
    if is_python(program.name):
        rest = read_options(words, _PYTHON_OPTIONS, stop=True).rest
        return Script(rest[0], rest[1:], Dialect.PYTHON) if rest and rest[0].text != "-" else None
    first = program.words[0]
    suffix = first.text.rpartition(".")[2].lower() if "." in first.text else ""
    if suffix in _SUFFIXES:
        return Script(first, words, _SUFFIXES[suffix])
    return Script(first, words) if _in_folder(first.text) else None


def _in_folder(text: str) -> bool:
    """Tell whether a program is named by a path inside the repository, without a suffix."""
    last = re.split(r"[/\\]", text)
    return len(last) > 1 and "." not in last[-1] and not text.startswith(("/", "~"))


def dialect_of_file(script: Script, text: str) -> Dialect:
    """Tell the language of a script file: by how it is started, or its first line."""
    if script.dialect is not None:
        return script.dialect
    shebang = _SHEBANG.match(text[:200])
    name = shebang["name"] if shebang is not None else ""
    if name in {"python", "uv"}:
        return Dialect.PYTHON
    if name == "pwsh":
        return Dialect.POWERSHELL
    return Dialect.POSIX if name or not text.startswith("#!") else Dialect.OTHER
