"""Goes through the commands of a step's script with its variables, as far as they are known."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.bash import live_commands, read_posix
from publish_gate.doctor.uploads.values import (
    OF_EVENT,
    UNKNOWN,
    UNKNOWN_TEXT,
    Environment,
    Template,
    Text,
    joined,
    one_of,
)
from publish_gate.doctor.uploads.words import Variable
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.bash import Command
    from publish_gate.doctor.uploads.words import Word
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Node

_LONGEST = 4096
_EXPORTS = frozenset({"export", "declare", "typeset", "readonly", "local", "setx", "set"})


class Dialect(enum.Enum):
    """A language that a script is written in; OTHER is one that is not read."""

    POSIX = "posix"
    POWERSHELL = "powershell"
    BATCH = "batch"
    PYTHON = "python"
    OTHER = "other"


_PROGRAMS = {
    **dict.fromkeys(("bash", "sh", "dash", "zsh", "msys2", "wsl-bash", "wsl"), Dialect.POSIX),
    **dict.fromkeys(("pwsh", "powershell"), Dialect.POWERSHELL),
    **dict.fromkeys(("python", "python3"), Dialect.PYTHON),
    "cmd": Dialect.BATCH,
}


def dialect_of(step: Step, job: Job, workflow: Workflow | None = None) -> Dialect:
    """Tell the language of a step's script: its own ``shell``, the job's or workflow's default, or the runner's."""
    named = step.shell or _default(job.defaults) or (_default(workflow.defaults) if workflow is not None else None)
    if named is None:
        return Dialect.POWERSHELL if _on_windows(job.runs_on) else Dialect.POSIX
    words = named.text.replace("\\", "/").split()
    programs = (word.rpartition("/")[2].removesuffix(".exe") for word in words)
    known = (_PROGRAMS[program] for program in programs if program in _PROGRAMS)
    if "${{" in named.text:
        return Dialect.POSIX
    return next(known, Dialect.OTHER)


def _default(block: Mapping) -> Scalar | None:
    run = block.get("run")
    return run.scalar("shell") if isinstance(run, Mapping) else None


def _on_windows(runner: Node | None) -> bool:
    if isinstance(runner, Sequence):
        return any(_on_windows(item) for item in runner.items)
    return isinstance(runner, Scalar) and runner.text.lower().startswith("windows")


# The shells of Windows are read as sh is, in which their variables and continued lines are written like this.
_POWERSHELL = (
    (re.compile(r"<#.*?(?:#>|\Z)", re.DOTALL), " "),
    (re.compile(r"@(['\"])[ \t\r]*\n.*?(?:\n\1@|\Z)", re.DOTALL), "HERE"),
    (re.compile(r"`(\r?\n)"), r"\\\1"),
    (re.compile(r"`"), ""),
    (re.compile(r"\$(?:\{env:(\w+)\}|env:(\w+))[ \t]*=[ \t]*", re.IGNORECASE), r"\1\2="),
    (re.compile(r"\$(?:\{env:(\w+)\}|env:(\w+))", re.IGNORECASE), r"${\1\2}"),
    (re.compile(r"(?m)^[ \t]*\$(\w+)[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*')[ \t\r]*$"), r"\1=\2"),
    (re.compile(r"(?m)^[ \t]*\$\w+[ \t]*=[ \t]*"), ""),
    (re.compile(r"(?<=\})[ \t]*\b(?:else|catch|finally)\b"), "\nelse"),
)
_BATCH = (
    (re.compile(r"(?im)^[ \t]*@?(?:::|rem\b)[^\n]*$"), ""),
    (re.compile(r"\^(\r?\n)"), r"\\\1"),
    (re.compile(r"\^"), ""),
    (re.compile(r"%(\w+)(?::[^%\n]*)?%"), r"${\1}"),
    (re.compile(r'(?im)^[ \t@]*set[ \t]+"?(\w+)=([^"&\n]*)(?:"[^\n]*)?$'), r'\1="\2"'),
    (re.compile(r"(?m)(^|[&(|])[ \t]*@"), r"\1"),
    (
        re.compile(
            r"(?im)^[ \t]*if[ \t]+(?:/i[ \t]+)?(?:not[ \t]+)?"
            r"((?:exist|defined|errorlevel)[ \t]+\S+|\S+==\S+|\S+[ \t]+\w+[ \t]+\S+)"
        ),
        r"test \1 && ",
    ),
    (re.compile(r"(?i)\)[ \t]*else[ \t]*\("), "); ("),
)


def read_commands(text: str, dialect: Dialect) -> tuple[Command, ...]:
    """Return the commands of a script; none of one in a language that is not a shell's."""
    if dialect is Dialect.POSIX:
        return read_posix(text)
    if dialect not in {Dialect.POWERSHELL, Dialect.BATCH}:
        return ()
    for pattern, meant in _POWERSHELL if dialect is Dialect.POWERSHELL else _BATCH:
        text = pattern.sub(meant, text)
    return read_posix(re.sub(r"\\(?!\r?\n)", "/", text))


class Call(NamedTuple):
    """A command with its words and environment, as it runs.

    ``branch`` says that it stands in a function or in a part that is not always run, ``of_event`` that the event, the
    ref or an input decides whether it is run.
    """

    words: tuple[Text, ...]
    environment: Environment
    line: int
    branch: bool
    stdin: str | None = None
    of_event: bool = False


def run_through(commands: tuple[Command, ...], template: Template, environment: Environment) -> Iterator[Call]:
    """Yield the commands that are reached. ``environment`` is changed as the script sets variables."""
    ended = False
    decided: dict[int, bool] = {}
    for command in live_commands(commands):
        here = environment
        values = [(name, _one(word, template, environment)) for name, word in command.assignments]
        if command.words and values:
            here = {**environment, **dict(values)}
        else:
            for name, value in values:
                assign(environment, name, value, sure=not command.branch)
        words = tuple(text for word in command.words for text in _resolved(word, template, here))
        if words and words[0].text in _EXPORTS:
            for word in words[1:]:
                name, equals, text = word.text.partition("=")
                if equals and name.isidentifier():
                    choices = tuple(choice[len(name) + 1 :] for choice in word.choices)
                    assign(environment, name, word._replace(text=text, choices=choices), sure=not command.branch)
        elif words:
            for guard in command.guards:
                if id(guard) not in decided:  # a condition is looked at once, before what it guards
                    decided[id(guard)] = _is_of_event(guard, template, environment)
            guarded = ended or any(decided[id(guard)] for guard in command.guards)
            # A script that ends well before its end has not failed, and not run what follows.
            ended = ended or (guarded and words[0].text in {"exit", "return"} and words[1:2] in ((), (Text("0"),)))
            stdin = template._replace(text=command.stdin).plain() if command.stdin is not None else None
            yield Call(words, here, command.line, command.branch or bool(command.function), stdin, guarded)


def _is_of_event(word: Word, template: Template, environment: Environment) -> bool:
    if any(isinstance(part, Variable) and OF_EVENT.match(part.name) for part in word.parts):
        return True
    return _one(word, template, environment).of_event


def assign(environment: Environment, name: str, value: Text, *, sure: bool) -> None:
    """Set a variable; if it is not sure that this happens, it is one of the old and the new value."""
    old = environment.get(name)
    if sure:
        environment[name] = value
    elif old is None:
        choices = ("", *value.possible) if value.possible else ()
        environment[name] = Text(UNKNOWN, value.source, choices, value.of_event)
    else:
        both = (*(old.possible or old.choices), *value.possible)
        certain = bool(value.possible) and bool(old.possible or old.choices)
        either = one_of(both, value.source) if certain else Text(UNKNOWN, value.source)
        environment[name] = either._replace(of_event=old.of_event or value.of_event)


def _one(word: Word, template: Template, environment: Environment) -> Text:
    pieces: list[Text] = []
    for part in word.parts:
        pieces.extend(_piece(part, template, environment))
    return _bounded(joined(pieces)) if pieces else Text("")


def _resolved(word: Word, template: Template, environment: Environment) -> list[Text]:
    """Return the words that one becomes: an unquoted variable is split at its blanks."""
    text = _one(word, template, environment)
    expanded = any(isinstance(part, Variable) for part in word.parts)
    if word.quoted or not expanded:
        return [text]
    if text.known:
        pieces = text.text.split()
        return [text] if len(pieces) == 1 else [text._replace(text=piece) for piece in pieces]
    return [text]


def _piece(part: str | Variable | None, template: Template, environment: Environment) -> list[Text]:
    if part is None:
        return [UNKNOWN_TEXT]
    if isinstance(part, str):
        return template.resolve(part)
    value = environment.get(part.name)
    if part.cut or value is None:
        of_event = OF_EVENT.match(part.name) is not None or (value is not None and value.of_event)
        choices = () if part.default is None or value is not None else (part.default,)
        return [Text(UNKNOWN, None, choices, of_event)]
    if value.known and not value.given and part.default is not None:
        return template.resolve(part.default)
    return [value]


def _bounded(text: Text) -> Text:
    return text if len(text.text) <= _LONGEST else Text(UNKNOWN, text.source)
