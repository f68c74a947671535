"""Looks for uploads in what a step runs, and in the scripts of the repository that it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads import wrappers
from publish_gate.doctor.uploads.by_name import (
    says_otherwise,
    says_publish,
    tasks_of,
    upload_by_credentials,
    upload_by_name,
    upload_by_option,
    upload_by_words,
)
from publish_gate.doctor.uploads.model import DetectedUpload, How
from publish_gate.doctor.uploads.shell import Call, Dialect, read_commands, run_through
from publish_gate.doctor.uploads.sources import repositories_of_project, repository_path
from publish_gate.doctor.uploads.upload_commands import Known, upload_of, upload_of_tool
from publish_gate.doctor.uploads.upload_tools import SETUP_PY, TOOLS
from publish_gate.doctor.uploads.values import UNKNOWN, Environment, Template, Text
from publish_gate.records import replace

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.by_name import StepContext

MAX_LEVELS = 3
_MAX_NESTED = 6
_MAX_FOUND = 50
_MAX_CALLS = 20_000


class _At(NamedTuple):
    """Where the search is: in which folder, how deep, through what it came, in which file at which line.

    ``sure`` says that only what is always run counts, as in a script that was started for something else;
    ``reached`` whether the commands on the way there are run.
    """

    folder: str
    level: int = 0
    nested: int = 0
    line: int = 0
    through: str = ""
    sure: bool = False
    reached: Ternary = Ternary.YES


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
            self._python(template.plain(), environment, at)
            return
        for call in run_through(read_commands(template.text, dialect), template, environment):
            self._calls += 1
            if self._calls > _MAX_CALLS or len(self.found) >= _MAX_FOUND:
                return
            if call.words[0].text in {"cd", "pushd", "Set-Location"} and len(call.words) > 1:
                at = at._replace(folder=_moved(at.folder, call.words[1]))
            elif not (at.sure and call.branch):
                self._call(call, at)

    def _python(self, source: str, environment: Environment, at: _At) -> None:
        from publish_gate.doctor.uploads.python_code import commands_of_module

        for piece in commands_of_module(source):
            if at.sure and piece.branch:
                continue
            here = at._replace(reached=Ternary.DEPENDS) if piece.of_event else at
            if piece.words:
                words = tuple(Text(word) for word in piece.words)
                self._call(Call(words, environment, piece.line, branch=False), here)
            else:
                line = at.line if at.level else at.line + piece.line
                inside = here._replace(nested=at.nested + 1, line=line)
                self._text(Template(piece.text), Dialect.POSIX, environment, inside)

    def _call(self, call: Call, at: _At) -> None:
        program = wrappers.find_program(call.words, call.environment)
        if program is None:
            return
        self._around.stores.note_command(program)
        # In a file that was followed, the place is the step's command that led there.
        here = at if at.level else at._replace(line=at.line + call.line)
        self._program(program, call, here._replace(reached=Ternary.DEPENDS) if call.of_event else here)

    def _program(self, program: wrappers.Program, call: Call, at: _At) -> None:
        upload = upload_of(program, self._known(program, at))
        if upload is not None:
            self._add(upload, at)
            return
        code = wrappers.code_of(program, call.stdin)
        if code is not None:
            inside = at._replace(nested=at.nested + 1)
            self._text(Template(code.text), code.dialect, {**program.environment}, inside)
            return
        tasks = tasks_of(program)
        script = wrappers.script_of(program)
        if script is not None and not (script.module and tasks):
            self._script(script, program, at)
        elif tasks:
            self._tasks(tasks, program, at._replace(reached=at.reached & Ternary.DEPENDS))
        elif program.name not in TOOLS and not at.sure:
            found = upload_by_option(program, program.environment) or upload_by_words(program, self._around)
            if found is not None:
                self._add(found, at)

    def _known(self, program: wrappers.Program, at: _At) -> Known:
        if program.name in TOOLS and at.folder not in self._repositories:
            self._repositories[at.folder] = repositories_of_project(self._around.files, at.folder)
        around = self._around
        repositories = self._repositories.get(at.folder, {})
        return Known(program.environment, around.stores, around.identity, repositories, program.pin)

    def _add(self, finding: DetectedUpload, at: _At) -> None:
        if at.through:
            finding = replace(finding, how=How.OTHER, inside=finding.inside or finding.how, through=at.through)
        self.found.append(replace(finding, line=at.line, reached=finding.reached & at.reached))

    def _script(self, script: wrappers.Script, program: wrappers.Program, at: _At) -> None:
        """Follow a script of the repository; if it cannot be read, its name has to tell."""
        if script.module:
            self._module(script, program, at)
            return
        named = script.path.text.removeprefix(f"{UNKNOWN}/")
        path = repository_path("" if named != script.path.text else at.folder, named) if UNKNOWN not in named else None
        if script.is_setup and path is not None:
            upload = upload_of_tool(SETUP_PY, "setup.py", script.arguments, self._known(program, at))
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
        self._file(script, path or "", text, program, at, sure=bool(words) and not asked)

    def _module(self, script: wrappers.Script, program: wrappers.Program, at: _At) -> None:
        """Follow a module of the checkout; what its other modules do is not known, so the step's credentials tell."""
        files, stem = self._around.files, script.path.text.replace(".", "/")
        for name in (f"{stem}.py", f"{stem}/__main__.py", f"src/{stem}.py", f"src/{stem}/__main__.py"):
            path = repository_path(at.folder, name) if UNKNOWN not in name else None
            text = files.text(path)
            if text is None:
                continue
            count = len(self.found)
            self._file(script, path or "", text, program, at, sure=False)
            if len(self.found) == count and self._around.own and not at.sure:
                label = f"python -m {script.path.text}"
                found = upload_by_credentials(stem, program.environment, self._around.own)
                reached = at.reached & Ternary.DEPENDS
                self.found.append(replace(found, line=at.line, through=at.through or label, reached=reached))
            return

    def _file(
        self, script: wrappers.Script, path: str, text: str, program: wrappers.Program, at: _At, *, sure: bool
    ) -> None:
        key = (path, *(word.text for word in script.arguments))
        if at.level >= MAX_LEVELS or key in self._seen:
            return
        self._seen.add(key)
        inside = at._replace(level=at.level + 1, nested=at.nested + 1, through=at.through or path, sure=at.sure or sure)
        self._text(Template(text), wrappers.dialect_of_file(script, text), {**program.environment}, inside)

    def _tasks(self, tasks: list[tuple[str, str]], program: wrappers.Program, at: _At) -> None:
        """Take tasks for uploads by their names; one that says nothing may be one if its step hands it a credential."""
        count = len(self.found)
        for name, label in tasks:
            self._by_name(name, label, program, at)
        silent = [task for task in tasks if not says_otherwise(task[0])]
        if len(self.found) == count and self._around.own and not at.sure and len(silent) == len(tasks):
            name, label = silent[-1]
            found = upload_by_credentials(name, program.environment, self._around.own)
            self.found.append(replace(found, line=at.line, through=at.through or label, reached=at.reached))

    def _by_name(self, name: str, label: str, program: wrappers.Program, at: _At) -> None:
        found = None if at.sure else upload_by_name(name, program.environment, self._around)
        if found is not None:
            self.found.append(replace(found, line=at.line, through=at.through or label, reached=at.reached))


def _moved(folder: str, to: Text) -> str:
    """Return the folder after ``cd``; one that is not known is taken for the repository's root."""
    if not to.known or to.text.startswith(("-", "~")):
        return ""
    return repository_path(folder, to.text) or ""
