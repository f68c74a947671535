"""What `init` has to know, and whether an answer can be one: each check returns the value or raises."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NoReturn

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.names import is_project_name
from publish_gate.targets import BUILT_IN
from publish_gate.text import did_you_mean, one_line

if TYPE_CHECKING:
    from publish_gate.targets import BuiltInTarget

DEFAULT_WORKFLOW: Final = "release.yml"
DEFAULT_TARGETS: Final = ",".join(BUILT_IN)
ENDINGS: Final = (".yml", ".yaml")

# What a shell, a YAML file and a filter pattern of GitHub take for nothing but themselves.
_BRANCH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
_FOLDER: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./-]{0,499}")
_WORKFLOW: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_ENVIRONMENT: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
# Names that Windows keeps for devices, whatever their ending: nobody there could check the file out.
_DEVICES: Final = re.compile(r"(?i:con|prn|aux|nul|(?:com|lpt)[0-9])")


class VersionSource(enum.Enum):
    """Where the version comes from, as far as the order of the jobs depends on it."""

    WRITTEN = "written in a file, so that the gate reads it before anything is built"
    TAGS = "computed from the repository's tags, so that the gate reads it in what was built"
    BUILD = "known to the build back end alone, so that the gate reads it in what was built"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a workflow follows from.

    ``package_declared`` tells whether the project's own files name ``package``; ``folder`` is the project's, from
    the top of the checkout; ``environment`` what the gate is handed as its input, empty if the targets keep theirs;
    ``own_commit`` the commit of this action's release, where it could be asked for.
    """

    package: str
    targets: tuple[BuiltInTarget, ...]
    workflow: str
    branch: str
    folder: str = "."
    package_declared: bool = True
    version: VersionSource = VersionSource.WRITTEN
    own_commit: str | None = None
    environment: str = ""

    @property
    def path(self) -> str:
        """Where the workflow belongs, from the top of the checkout."""
        return f".github/workflows/{self.workflow}"


def package_name(text: str) -> str:
    """Return a name that an index can host."""
    name = text.strip()
    if not is_project_name(name):
        _refuse("package", f"{one_line(name, 100)!r} is not a project name that an index could host")
    return name


def target_list(text: str) -> tuple[BuiltInTarget, ...]:
    """Return the built-in targets that ``text`` lists, in their own order."""
    words = [word for word in re.split(r"[,\s]+", text) if word]
    for word in words:
        if word not in BUILT_IN:
            _refuse("targets", did_you_mean("target", one_line(word, 100), BUILT_IN))
    if not words:
        _refuse("targets", f"name at least one of {', '.join(BUILT_IN)}")
    return tuple(target for name, target in BUILT_IN.items() if name in words)


def workflow_name(text: str) -> str:
    """Return the bare file name of a workflow: what GitHub runs, and what an index's publisher form takes."""
    name = text.strip()
    shown = repr(one_line(name, 100))
    if "/" in name or "\\" in name:
        bare = re.split(r"[/\\]", name)[-1]
        hint = f"; give {one_line(bare, 100)!r}" if bare else ""
        _refuse("workflow", f"{shown} is a path; workflows always lie in .github/workflows{hint}")
    ending = next((each for each in ENDINGS if name.endswith(each)), None)
    if ending is None:
        _refuse("workflow", f"{shown} does not end in {' or '.join(ENDINGS)}, so GitHub would not run it")
    stem = name.removesuffix(ending)
    if not _WORKFLOW.fullmatch(stem) or _DEVICES.fullmatch(stem.partition(".")[0]):
        _refuse("workflow", f"{shown} is not a file name for a workflow; use letters, digits, '-', '_' and '.'")
    return name


def branch_name(text: str) -> str:
    """Return the name of a branch that needs no escape in a filter pattern."""
    name = text.strip()
    if not _BRANCH.fullmatch(name) or ".." in name or name.endswith(("/", ".")):
        _refuse("branch", f"{one_line(name, 100)!r} is not a plain branch name (letters, digits, '-', '_', '.', '/')")
    return name


def environment_name(text: str) -> str:
    """Return the name of an environment, which may hold ``{target}`` and ``{name}`` and needs no escape in YAML."""
    name = text.strip()
    if not _ENVIRONMENT.fullmatch(name.replace("{target}", "t").replace("{name}", "n")):
        _refuse(
            "environment",
            f"{one_line(name, 100)!r} is not a plain name of an environment (letters, digits, '-', '_', '.', and "
            "{target} and {name} for the names of target and package)",
        )
    return name


def with_environment(plan: Plan, text: str) -> Plan:
    """Return a plan whose jobs publish from the environments that ``text`` names; each target has one of its own.

    An empty text leaves the targets theirs.
    """
    if not text:
        return plan
    name = environment_name(text)
    if len(plan.targets) > 1 and "{target}" not in name:
        both = " and ".join(target.name for target in plan.targets)
        _refuse(
            "environment",
            f"{name!r} would be the environment of {both}, which have rules of their own; write {{target}} where "
            f"the target's name belongs, such as '{{target}}-{name}'",
        )
    targets = tuple(
        replace(target, environment=name.replace("{target}", target.name).replace("{name}", plan.package))
        for target in plan.targets
    )
    return replace(plan, targets=targets, environment=name)


def folder_name(text: str) -> str:
    """Return a folder below the top of the checkout, with nothing in its name that a shell or YAML would read."""
    if not _FOLDER.fullmatch(text) or ".." in text.split("/"):
        _refuse("package", f"the folder {one_line(text, 100)!r} cannot be written into a workflow; rename it")
    return text


def _refuse(key: str, message: str) -> NoReturn:
    raise ConfigurationError([Problem(key, message)])
