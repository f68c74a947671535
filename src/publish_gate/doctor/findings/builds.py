"""What the jobs before an upload build, and what they do to the version and to the files on the way."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.workflow.graph import with_needed
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import LocalProject, PublishingJob
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.places import Place

# A command ends where the next begins, where its output goes elsewhere, and where it is put into another.
_BETWEEN = re.compile(r"&&|\|\||[;|\n>()]")
_INNER = re.compile(r"\$\(([^()]*)\)")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_OPTIONS_OF_PATHS = ("--manifest-path", "-m", "--directory", "-C", "--project", "-f", "--ini-path", "--package-dir")
_OTHER_PACKAGE = re.compile(r"--(?:package|all-packages|all)\b")
_PATHS_OF_ACTIONS = ("working-directory", "package-dir", "path", "manifest-path")
_BY_TAG = re.compile(
    r"(?i)GITHUB_REF|github\.ref|tag_name|\bTAG\b|\$\{?\w*TAG|git\s+describe|inputs\.\w*(?:tag|version)"
)

# Programs with `version` or `bump` that write the version they are given; without it they print the one there is.
_VERSION_PROGRAMS = frozenset({"uv", "poetry", "hatch", "pdm", "npm", "pnpm", "yarn", "rye", "pixi", "flit"})
_BUMPERS = frozenset(
    {"bump-my-version", "bumpversion", "bump2version", "bumpver", "tbump", "punch", "commit-and-tag-version"}
)
_ASSIGNED = re.compile(r"\w+=")
_RUNNERS = frozenset({"uvx", "npx", "sudo", "command", "exec", "run"})
_RUNNING = (["uv", "run"], ["uv", "tool"], ["pipx", "run"], ["poetry", "run"], ["hatch", "run"], ["pdm", "run"])
_RUNNER_VALUES = frozenset({"--from", "--with", "--python", "-p", "--spec", "--project", "--directory"})
_SUBCOMMANDS = frozenset({("cargo", "set-version"), ("pdm", "bump"), ("cz", "bump"), ("semantic-release", "version")})
_IN_PLACE = re.compile(
    r"\bsed\s+(?:-\w+\s+)*(?:-\w*i|--in-place)|\bperl\s+-\w*i|\b(?:tomato|toml)\s+set\b|\bdasel\s+put\b|\byq\s+.*-i\b"
)
_VERSION_WORD = re.compile(r"(?i)version")
_WRITES_VERSION = re.compile(
    r"(?i)(?:>>?|\btee\b(?:\s+-a)?)\s*[\"']?[\w./$@{}-]*(?:\b_?_?version_?_?(?:\.(?:py|txt|toml))?)[\"']?\s*(?:$|[;&|])",
    re.MULTILINE,
)
_GIVEN = re.compile(
    r"PRETEND_VERSION|DYNAMIC_VERSIONING_BYPASS|PDM_BUILD_SCM_VERSION|SCM_VERSION|DUNAMAI_\w{0,40}VERSION"
)
_TRACKED = re.compile(
    r"(?:>>?|\btee\b(?:\s+-a)?)\s*[\"']?(?:\./)?((?:[\w.-]+/)*"
    r"(?:pyproject\.toml|setup\.(?:py|cfg)|README[\w.]*|MANIFEST\.in|LICENSE[\w.]*|CHANGELOG[\w.]*|__init__\.py))\b"
)
# Patches, and copies over a file that a project has.
_PATCHES = re.compile(
    r"git[ \t]+apply\b|patch[ \t]+-|(?:cp|mv)[ \t].*[ \t](?:\./)?(?:README[\w.]*|pyproject\.toml|setup\.(?:py|cfg))\Z"
)
_CLEANS = re.compile(
    r"\bgit[ \t]+(?:-\S+[ \t]+){0,4}(?:(?:commit|stash|restore|reset|update-index)\b|checkout[ \t]+(?:--|\.)(?:\s|$))"
)


# No command that anybody writes is longer.
_LONGEST = 2_000


class Setter(NamedTuple):
    """A command that sets the version while the workflow runs; ``by_tag`` says that it takes it from the tag."""

    job: Job
    place: Place
    command: str
    by_tag: bool


def version_setters(job: PublishingJob) -> tuple[Setter, ...]:
    """Return what sets the version on the way to an upload."""
    actual = job.actual
    return tuple(
        setter
        for owner in with_needed(actual.workflow, [actual.job.id])
        for step in owner.steps
        if step.run is not None
        for setter in _setters(owner, step.run)
    )


def _setters(job: Job, run: Scalar) -> Iterator[Setter]:
    by_tag = _BY_TAG.search(run.text) is not None
    for command in commands(run.text):
        if sets_version(command):
            yield Setter(job, run.place, " ".join(command), by_tag)
    written = _WRITES_VERSION.search(run.text)
    if written is not None:
        yield Setter(job, run.place, " ".join(written[0].split()), by_tag)


def commands(script: str) -> list[list[str]]:
    """Return the commands of a script as words, as far as that is to be had without a shell."""
    joined = script.replace("\\\n", " ")
    inner = _INNER.findall(joined)
    # What stands between quotes may hold what ends a command elsewhere.
    bare = _QUOTED.sub(lambda quoted: _BETWEEN.sub(" ", quoted[0]), _INNER.sub("$", joined))
    return [words for text in (bare, *inner) for part in _BETWEEN.split(text) if (words := part.split())]


def unwrapped(words: list[str]) -> list[str]:
    """Leave out what only starts a command: variables, and runners of tools with their options."""
    words = list(words)
    while words:
        if _ASSIGNED.match(words[0]) or words[0] in _RUNNERS or words[:2] in _RUNNING:
            words = words[2:] if words[:2] in _RUNNING else words[1:]
            while words and words[0].startswith("-"):
                words = words[2:] if words[0] in _RUNNER_VALUES else words[1:]
        else:
            break
    return words


def sets_version(words: list[str]) -> bool:
    """Whether a command writes a version into the project's files."""
    words = [word.strip("\"'") for word in words]
    words = unwrapped(words)
    if not words:
        return False
    name, rest = posixpath.basename(words[0]), words[1:]
    if name in _BUMPERS:
        return "--dry-run" not in rest and "show" not in rest[:1]
    if name in _VERSION_PROGRAMS and rest[:1] == ["version"]:
        options = rest[1:]
        value = any(not word.startswith("-") for word in options)
        return "--dry-run" not in options and (value or any(word.startswith("--bump") for word in options))
    if (name, *rest[:1]) in {
        ("cargo", "set-version"),
        ("pdm", "bump"),
        ("cz", "bump"),
        ("semantic-release", "version"),
    }:
        return not {"--print", "--dry-run", "--get-next"} & set(rest)
    text = " ".join(words)[:_LONGEST]
    return _IN_PLACE.search(text) is not None and _VERSION_WORD.search(text) is not None


def is_given(workflow: Workflow, job: Job) -> bool:
    """Whether a job hands a version to the back end by a variable."""
    blocks = (workflow.env, job.env, *(step.env for step in job.steps))
    names = [entry.key for block in blocks for entry in block]
    return any(map(_GIVEN.search, names)) or any(
        step.run is not None and _GIVEN.search(step.run.text) for step in job.steps
    )


def changes(job: Job, until: Step) -> Iterator[tuple[Step, str]]:
    """Yield the steps before one that change a file of the checkout and leave it so, each with the command."""
    found: list[tuple[Step, str]] = []
    for step in job.steps[: until.index + 1]:
        if step.uses is not None and step.uses.text.lower().startswith("actions/checkout@"):
            found.clear()
        if step.run is None:
            continue
        found += [(step, command) for command in _changing(step.run.text)]
        if _CLEANS.search(step.run.text):
            found.clear()
    yield from found


def _changing(script: str) -> Iterator[str]:
    for words in commands(script):
        text = " ".join(words)[:_LONGEST]
        if _IN_PLACE.search(text) or _PATCHES.match(text) or sets_version(words):
            yield text
    written = _TRACKED.search(script)
    if written is not None:
        yield " ".join(written[0].split())


def folder_of(step: Step, job: Job, workflow: Workflow) -> str | None:
    """Return the folder of the project that a step builds, ``""`` for the root; None if the file does not say it."""
    base = _base(step, job, workflow)
    if step.run is None:
        given = next((value for name in _PATHS_OF_ACTIONS if (value := step.with_.scalar(name)) is not None), None)
        arguments = step.with_.scalar("args")
        path = given.text if given is not None else ""
        if arguments is not None and not path:
            path = _path_option(arguments.text.split())
        return _joined(base, path)
    script = step.run.text
    if _OTHER_PACKAGE.search(script):
        return None
    path = ""
    for words in commands(script):
        if words[0] in {"cd", "pushd"}:
            base = _joined(base or "", words[1].strip("\"'")) if len(words) > 1 and base is not None else None
        path = _path_option(words) or _path_argument(words) or path
    return _joined(base, path)


def _base(step: Step, job: Job, workflow: Workflow) -> str | None:
    if step.working_directory is not None:
        return _joined("", step.working_directory.text)
    for defaults in (job.defaults, workflow.defaults):
        run = defaults.get("run")
        folder = run.scalar("working-directory") if isinstance(run, Mapping) else None
        if folder is not None and step.run is not None:
            return _joined("", folder.text)
    return ""


def _joined(base: str | None, path: str) -> str | None:
    if base is None or "$" in path or "*" in path or path.startswith(("/", "~")):
        return None
    joined = posixpath.normpath(posixpath.join(base, path.strip()))
    if posixpath.basename(joined) in {"Cargo.toml", "pyproject.toml", "setup.py"}:
        joined = posixpath.dirname(joined)
    return "" if joined == "." else joined


def _path_option(words: list[str]) -> str:
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OPTIONS_OF_PATHS and (name != "-m" or words[0].endswith("maturin")):
            return (value if equals else words[number + 1] if number + 1 < len(words) else "").strip("\"'")
    return ""


def _path_argument(words: list[str]) -> str:
    """Return the path that `python -m build PATH`, `uv build PATH` and their kin are given."""
    for number, word in enumerate(words[:-1]):
        if word == "build" or word.endswith("pyproject-build"):
            last = words[-1].strip("\"'")
            before = words[-2] if number < len(words) - 2 else ""
            is_value = before.startswith("-") and "=" not in before and before not in {"--sdist", "--wheel", "-s", "-w"}
            return "" if last.startswith("-") or is_value else last
    return ""


def built_project(step: Step, job: Job, workflow: Workflow, projects: tuple[LocalProject, ...]) -> LocalProject | None:
    """Return the project of the checkout that a step builds; None if that is not clear."""
    folder = folder_of(step, job, workflow)
    if folder is None:
        return None
    found = [project for project in projects if folder == (posixpath.dirname(_path(project)) if project.place else "")]
    return found[0] if len(found) == 1 else None


def _path(project: LocalProject) -> str:
    return project.place.path if project.place is not None else ""
