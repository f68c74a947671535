"""Tells which tasks a command starts by a task runner, and finds the files in which these are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import read_options
from publish_gate.doctor.uploads.python_code import commands_of_session
from publish_gate.doctor.uploads.recipes import just_commands, make_commands
from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.tables import table_commands
from publish_gate.doctor.uploads.tox import tox_commands
from publish_gate.doctor.uploads.words import listed
from publish_gate.doctor.uploads.wrappers import find_program

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.shell import Piece
    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.uploads.values import Text
    from publish_gate.doctor.uploads.wrappers import Program

_MAKE = listed("-C -f -j -o -I -W -E -l --directory --file --makefile --jobs --include-dir")
_JUST = listed("-f --justfile -d --working-directory --set --shell --dotenv-path --color")
_TOX = listed("-c --conf -e -x --override --workdir --root --result-json --installpkg --runner --hashseed -f -m")
_MAKES = frozenset({"make", "gmake", "nmake", "mingw32-make"})
_PACKAGE_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_RUN = {
    ("hatch", "run"): "hatch",
    ("hatch", "env", "run"): "hatch",
    ("pdm", "run"): "pdm",
    ("rye", "run"): "rye",
    ("pixi", "run"): "pixi",
}
_MAX_TASKS = 20


class Task(NamedTuple):
    """One task of a task runner; ``file`` and ``folder`` are empty where the usual ones are meant."""

    runner: str
    name: str
    file: str = ""
    folder: str = ""
    given: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The task as it is written on a command line."""
        middle = {
            "tox": "-e ",
            "nox": "-s ",
            "hatch": "run ",
            "pdm": "run ",
            "rye": "run ",
            "npm": "run ",
            "pixi": "run ",
        }
        return f"{self.runner} {middle.get(self.runner, '')}{self.name}".strip()


def task_behind(program: Program) -> Task | None:
    """Return the task that ``hatch run NAME`` and its like may mean; it may be a plain command as well."""
    last = program.runners[-1] if program.runners else ()
    runner = _RUN.get(last)
    if runner is None and program.name == "pdm" and program.arguments:
        runner, first = "pdm", program.arguments[0].text
    else:
        first = program.words[0].text
    if runner is None:
        return None
    environment = next((value.text for name, value in program.globals if name in {"-e", "--env"} and value), "")
    if runner == "hatch" and environment and ":" not in first:
        first = f"{environment}:{first}"
    return Task(runner, first)


def without_environment(program: Program) -> Program | None:
    """Read ``hatch run ENV:COMMAND …`` as the command; None where no environment is named."""
    first = program.words[0]
    environment, colon, command = first.text.partition(":")
    if not colon or program.runners[-1:] not in {(("hatch", "run"),), (("hatch", "env", "run"),)}:
        return None
    words = (first._replace(text=command), *program.words[1:])
    return find_program(words, program.environment) if environment and command else None


def tasks_of(program: Program) -> list[Task]:
    """Return the tasks that a command starts; none where it is no task runner."""
    words = program.arguments
    name = "make" if program.name in _MAKES else program.name
    if name == "make":
        return _make(words)
    if name == "just":
        return _just(words)
    if name == "tox":
        return _tox(program)
    if name == "nox":
        return _nox(program)
    if name in {"invoke", "inv"}:
        return [Task("invoke", word.text) for word in read_options(words, frozenset({"-c", "-r"})).rest[:_MAX_TASKS]]
    if name in {"poe", "task"}:
        options = read_options(words, frozenset({"-C", "--directory", "-e", "--executor", "-t", "-d"}), stop=True)
        asked = options.has("-d", "--dry-run", "--dry", "-h", "--help", "-l", "--list")
        return [] if asked else [Task(name, word.text) for word in options.rest[:1]]
    if name in _PACKAGE_MANAGERS:
        rest = [word.text for word in read_options(words, frozenset({"-C", "--prefix", "--cwd"})).rest]
        rest = rest[1:] if rest[:1] in (["run"], ["run-script"]) else (rest if name == "yarn" else [])
        return [Task("npm", rest[0])] if rest else []
    return []


def _make(words: tuple[Text, ...]) -> list[Task]:
    options = read_options(words, _MAKE)
    if options.has("-n", "--dry-run", "--just-print", "--recon", "-q", "--question", "-t", "--touch", "-h", "--help"):
        return []
    folder, file = options.value("-C", "--directory"), options.value("-f", "--file", "--makefile")
    split = [word.text.partition("=") for word in options.rest if "=" in word.text]
    given = tuple((name.rstrip(":"), value) for name, _, value in split)
    targets = [word.text for word in options.rest if "=" not in word.text] or [""]
    file_name = file.text if file is not None else ""
    return [Task("make", each, file_name, folder.text if folder else "", given) for each in targets[:_MAX_TASKS]]


def _just(words: tuple[Text, ...]) -> list[Task]:
    options = read_options(words, _JUST, stop=True)
    if options.has("-n", "--dry-run", "-l", "--list", "--summary", "--show", "-h", "--help", "--evaluate"):
        return []
    rest = [word.text for word in options.rest if "=" not in word.text]
    file = options.value("-f", "--justfile")
    return [Task("just", rest[0] if rest else "", file.text if file is not None else "")]


def _tox(program: Program) -> list[Task]:
    words = program.arguments
    end = next((number for number, word in enumerate(words) if word.text == "--"), len(words))
    options = read_options(words[:end], _TOX)
    if options.has("-n", "--notest", "-l", "--listenvs", "-a", "--showconfig", "-h", "--help", "--version"):
        return []
    if any(word.text in {"list", "l", "config", "c", "devenv", "d", "depends", "de"} for word in options.rest[:1]):
        return []
    listed = [value.text for name, value in options.options if name == "-e" and value is not None]
    if not listed and "TOXENV" in program.environment:
        listed = [program.environment["TOXENV"].text]
    file = options.value("-c", "--conf")
    names = [name.strip() for each in listed for name in each.split(",") if name.strip()]
    return [Task("tox", name, file.text if file is not None else "") for name in names[:_MAX_TASKS]]


def _nox(program: Program) -> list[Task]:
    names: list[str] = []
    file, taking = "", False
    words = [word.text for word in program.arguments]
    if any(word in {"-l", "--list", "--install-only", "-h", "--help", "--version"} for word in words):
        return []
    for number, word in enumerate(words):
        option, _, value = word.partition("=")
        if word == "--":
            break
        if option in {"-s", "-e", "--session", "--sessions"}:
            taking = True
            names.extend([value] if value else [])
        elif word.startswith("-"):
            taking = False
            file = (value or "".join(words[number + 1 : number + 2])) if option in {"-f", "--noxfile"} else file
        elif taking:
            names.append(word)
    if not names and "NOXSESSION" in program.environment:
        names = program.environment["NOXSESSION"].text.split(",")
    return [Task("nox", name, file) for name in names[:_MAX_TASKS]]


def commands_of(files: Files, folder: str, task: Task) -> list[Piece] | None:
    """Return what a task runs; None where the file that says so is not there or does not say it."""
    if task.runner == "tox":
        return tox_commands(files, folder, task.name, task.file)
    if task.runner in _USUAL:
        for name in (task.file,) if task.file else _USUAL[task.runner]:
            path = repository_path(folder, name)
            text = files.text(path)
            if text is not None and path is not None:
                return _in_file(text, path, task)
        return None
    return table_commands(files, folder, task.runner, task.name)


_USUAL = {
    "make": ("GNUmakefile", "makefile", "Makefile"),
    "just": ("justfile", "Justfile", ".justfile"),
    "nox": ("noxfile.py",),
    "invoke": ("tasks.py",),
}


def _in_file(text: str, path: str, task: Task) -> list[Piece] | None:
    if task.runner == "make":
        return make_commands(text, path, task.name, dict(task.given))
    if task.runner == "just":
        return just_commands(text, path, task.name)
    decorator = "session" if task.runner == "nox" else "task"
    return commands_of_session(text, path, decorator, task.name)
