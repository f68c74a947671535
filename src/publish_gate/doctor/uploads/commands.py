"""Looks for uploads in what a step runs, and in the scripts and tasks of the repository that it starts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads import interpreters, other_programs
from publish_gate.doctor.uploads import task_runners as runners
from publish_gate.doctor.uploads.by_name import upload_by_name
from publish_gate.doctor.uploads.dialects import Dialect, read_commands
from publish_gate.doctor.uploads.expressions import Template
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.uploads.names import says_publish
from publish_gate.doctor.uploads.python_code import commands_of_module
from publish_gate.doctor.uploads.running import Call, run_through
from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.tables import repositories_of_project
from publish_gate.doctor.uploads.upload_commands import DetectedUpload, Known, upload_of
from publish_gate.doctor.uploads.upload_tools import SETUP_PY, TOOLS
from publish_gate.doctor.uploads.values import Environment, Text
from publish_gate.doctor.uploads.words_words import UNKNOWN
from publish_gate.doctor.uploads.wrappers import Program, find_program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.uploads.by_name import StepContext
    from publish_gate.doctor.uploads.shell import Piece

MAX_LEVELS = 3
_MAX_NESTED = 6
_MAX_FOUND = 50
_MAX_CALLS = 20_000


class _At(NamedTuple):
    """Where the search is: in which folder, how deep, through what it came, in which file at which line.

    ``sure`` says that only what is always run counts, as in a script that was started for something else.
    """

    folder: str
    level: int = 0
    nested: int = 0
    line: int = 0
    through: str = ""
    sure: bool = False


class Search:
    """One search through the script of a step; ``found`` is what it has found."""

    def __init__(self, around: StepContext) -> None:
        self._around = around
        self._seen: set[tuple[str, ...]] = set()
        self._calls = 0
        self._repositories: dict[str, dict[str, dict[str, str]]] = {}
        self.found: list[DetectedUpload] = []

    def step(self, template: Template, dialect: Dialect, environment: Environment, folder: str) -> list[DetectedUpload]:
        """Search the script of a step."""
        self._text(template, dialect, environment, _At(folder))
        return self.found

    def _text(self, template: Template, dialect: Dialect, environment: Environment, at: _At) -> None:
        if at.nested > _MAX_NESTED:
            return
        if dialect is Dialect.PYTHON:
            self._pieces(commands_of_module(template.text, "") or [], environment, at)
            return
        for call in run_through(read_commands(template.text, dialect), template, environment):
            self._calls += 1
            if self._calls > _MAX_CALLS or len(self.found) >= _MAX_FOUND:
                return
            if call.words[0].text in {"cd", "pushd", "Set-Location"} and len(call.words) > 1:
                at = at._replace(folder=_moved(at.folder, call.words[1]))
            elif not (at.sure and call.branch):
                self._call(call, at)

    def _call(self, call: Call, at: _At) -> None:
        program = find_program(call.words, call.environment)
        if program is not None:
            self._around.stores.note_command(program)
            # In a file that was followed, the place is the step's command that led there.
            here = at if at.level else at._replace(line=at.line + call.line)
            self._program(program, call, here)

    def _program(self, program: Program, call: Call, at: _At) -> None:
        task = runners.task_behind(program)
        if task is not None:
            if self._followed(runners.commands_of(self._around.files, at.folder, task), task, program, at):
                return
            inner = runners.without_environment(program)
            if inner is not None:
                program = inner
        upload = self._upload(program, at)
        if upload is not None:
            self._add(upload, at)
            return
        code = interpreters.code_of(program, call.stdin)
        if code is not None:
            inside = at._replace(nested=at.nested + 1)
            self._text(Template(code.text), code.dialect, {**program.environment}, inside)
            return
        script = interpreters.script_of(program)
        if script is not None:
            self._script(script, program, at)
            return
        maybe = [task] if task is not None and program.name not in TOOLS else []
        for each in runners.tasks_of(program) or maybe:
            folder = _moved(at.folder, Text(each.folder)) if each.folder else at.folder
            pieces = runners.commands_of(self._around.files, folder, each)
            if not self._followed(pieces, each, program, at._replace(folder=folder)):
                self._by_name(each.name, each.label, program, at)

    def _upload(self, program: Program, at: _At) -> DetectedUpload | None:
        tool = TOOLS.get(program.name)
        found = upload_of(tool, program.name, program.arguments, self._known(program, at)) if tool is not None else None
        return found or other_programs.upload_of(program)

    def _known(self, program: Program, at: _At) -> Known:
        if at.folder not in self._repositories:
            self._repositories[at.folder] = repositories_of_project(self._around.files, at.folder)
        around = self._around
        return Known(program.environment, around.stores, around.identity, self._repositories[at.folder])

    def _add(self, finding: DetectedUpload, at: _At) -> None:
        if at.through:
            finding = replace(finding, how=How.OTHER, inside=finding.inside or finding.how, through=at.through)
        self.found.append(replace(finding, line=at.line))

    def _script(self, script: interpreters.Script, program: Program, at: _At) -> None:
        """Follow a script of the repository; where it cannot be read, its name has to tell."""
        named = script.path.text.removeprefix(f"{UNKNOWN}/")
        path = repository_path("" if named != script.path.text else at.folder, named) if UNKNOWN not in named else None
        if script.is_setup and path is not None:
            upload = upload_of(SETUP_PY, "setup.py", script.arguments, self._known(program, at))
            if upload is not None:
                self._add(upload, at)
                return
        words = [word.text for word in script.arguments if word.text[:1] not in {"-", ""}]
        asked = [word for word in words if says_publish(word)]
        if script.is_setup and not asked:  # a project's own command that uploads is run by its name only
            return
        text = self._around.files.text(path)
        if text is None:
            stem = named.replace("\\", "/").rpartition("/")[2].partition(".")[0]
            if not words or asked or says_publish(stem):
                self._by_name(stem, named, program, at)
            return
        key = (path or "", *(word.text for word in script.arguments))
        if at.level >= MAX_LEVELS or key in self._seen:
            return
        self._seen.add(key)
        inside = _At(
            at.folder,
            at.level + 1,
            at.nested + 1,
            at.line,
            at.through or path or "",
            at.sure or (bool(words) and not asked),
        )
        self._text(Template(text), interpreters.dialect_of_file(script, text), {**program.environment}, inside)

    def _followed(self, pieces: list[Piece] | None, task: runners.Task, program: Program, at: _At) -> bool:
        """Follow a task whose commands are known; False where they are not."""
        if pieces is None:
            return False
        key = (task.runner, task.name, at.folder)
        if at.level < MAX_LEVELS and key not in self._seen:
            self._seen.add(key)
            inside = _At(at.folder, at.level + 1, at.nested + 1, at.line, at.through or task.label, at.sure)
            self._pieces(pieces, program.environment, inside)
        return True

    def _pieces(self, pieces: Iterable[Piece], environment: Environment, at: _At) -> None:
        for piece in pieces:
            if at.sure and piece.branch:
                continue
            variables = {name: _literal(text) for name, text in piece.environment}
            inner = {**environment, **variables}
            if piece.task is not None:
                task = runners.Task(*piece.task)
                self._followed(
                    runners.commands_of(self._around.files, at.folder, task), task, Program("", (), inner), at
                )
            elif piece.words:
                self._call(Call(tuple(Text(word) for word in piece.words), inner, piece.line, branch=False), at)
            else:
                line = at.line if at.level else at.line + piece.line
                self._text(Template(piece.text), piece.dialect, inner, at._replace(nested=at.nested + 1, line=line))

    def _by_name(self, name: str, label: str, program: Program, at: _At) -> None:
        found = None if at.sure else upload_by_name(name, program.environment, self._around)
        if found is not None:
            self.found.append(replace(found, line=at.line, through=at.through or label))


def _literal(text: str) -> Text:
    return Text(text if "$" not in text else UNKNOWN)


def _moved(folder: str, to: Text) -> str:
    """Return the folder after ``cd``; one that is not known is taken for the repository's root."""
    if not to.known or to.text.startswith(("-", "~")):
        return ""
    return repository_path(folder, to.text) or ""
