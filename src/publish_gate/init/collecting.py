"""Brings the answers together: from an option, else asked for, else what the checkout tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from publish_gate import HOME, remotes
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.init import answers, writing
from publish_gate.init.answers import Plan, VersionSource
from publish_gate.init.pins import RELEASE
from publish_gate.names import normalize_name
from publish_gate.text import one_line
from publish_gate.versions import FaultKind, FoundVersion, VersionFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.init.questions import Terminal
    from publish_gate.init.surveying import Survey
    from publish_gate.remotes import Repository

T = TypeVar("T")


class Given(NamedTuple):
    """What the options say; empty where they say nothing."""

    package: str = ""
    targets: str = ""
    workflow: str = ""
    branch: str = ""
    repository: str = ""
    environment: str = ""


def collect(given: Given, found: Survey, terminal: Terminal | None) -> tuple[Plan, Repository | None]:
    """Return the plan, and the repository where it is known.

    Without a ``terminal`` nothing is asked. Raises ConfigurationError with all options that are wrong at once.
    """

    def package(text: str) -> str:
        return _package(text, found)

    def workflow(text: str) -> str:
        name = answers.workflow_name(text)
        writing.check_free(found.top, name)
        return name

    def repository(text: str) -> Repository | None:
        return remotes.repository_name(text) if text else None

    def take(option: str, question: str, default: str, check: Callable[[str], T]) -> T:
        if option or terminal is None:
            return check(option or default)
        return terminal.ask(question, default, check)

    checks = (package, answers.target_list, workflow, answers.branch_name, repository, answers.environment_name)
    problems: list[Problem] = []
    for option, check in zip(given, checks, strict=True):
        try:
            if option:
                check(option)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    own = found.repository
    plan = Plan(
        package=take(given.package, "Project on the index", found.name.text if found.name is not None else "", package),
        targets=take(given.targets, "Publish to", answers.DEFAULT_TARGETS, answers.target_list),
        workflow=take(given.workflow, "Workflow file", answers.DEFAULT_WORKFLOW, workflow),
        branch=take(given.branch, "Publish from the branch", found.branch, answers.branch_name),
        folder=answers.folder_name(found.folder),
        package_declared=found.name is not None,
        version=found.version_source,
    )
    plan = answers.with_environment(plan, given.environment)
    question = "Repository on GitHub (OWNER/NAME)"
    return plan, take(given.repository, question, f"{own.owner}/{own.name}" if own is not None else "", repository)


def notes(given: Given, found: Survey, plan: Plan) -> tuple[str, ...]:
    """Return what somebody who was asked nothing would want to know."""
    said = []
    if not found.in_git:
        said.append(f"this is not a git checkout; the workflow was put below {one_line(str(found.top), 200)}.")
    if not found.has_project:
        said.append("there is no pyproject.toml, setup.cfg or setup.py here yet; without one nothing can be built.")
    elif plan.version is not VersionSource.WRITTEN:
        fault = getattr(found.version, "message", "")
        said.append(f"{one_line(fault)}; so the gate comes after the build, and reads what was built.")
    if isinstance(found.version, FoundVersion) and version_of(found) is None:
        said.append(
            f"the version {one_line(found.version.text, 100)!r} ({found.version.place}) is not a PEP 440 version, and "
            "no index takes it; write it like 1.2.3."
        )
    if plan.version is VersionSource.TAGS and any(target.branches is not None for target in plan.targets):
        said.append(
            "no index takes a version with a local part (1.0.dev3+g1234abc), as is usual between two tags; tell the "
            'tool to leave it out (setuptools-scm and hatch-vcs: local_scheme = "no-local-version").'
        )
    if plan.folder != ".":
        said.append(
            "an index takes pending publishers only once with the same owner, repository, workflow and environment; "
            "for the next new package of this repository name another workflow by --workflow or another environment by "
            "--environment '{target}-{name}', or wait until the first release of this one has used its own."
        )
    if not (given.branch or found.branch_is_default) and any(target.branches is not None for target in plan.targets):
        said.append(f"the checkout does not tell the default branch; {plan.branch} was taken for it.")
    if plan.own_commit is None:
        said.append(
            f"the commit of the action's release {RELEASE} was not asked for or not told, so its tag was written; to "
            f"pin it, put the commit there that `git ls-remote {HOME} {RELEASE}` shows."
        )
    return tuple(said)


def version_of(found: Survey) -> str | None:
    """Return the project's version in its normalised form, where it is written down and is one."""
    if not isinstance(found.version, FoundVersion):
        return None
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(found.version.text))
    except InvalidVersion:
        return None


def _package(text: str, found: Survey) -> str:
    if not text:
        # What is not TOML, say, tells no name either, and is what has to be mended.
        fault = found.version
        broken = isinstance(fault, VersionFault) and fault.kind is FaultKind.UNREADABLE and found.has_project
        why = f": {one_line(fault.message)}" if isinstance(fault, VersionFault) and broken else ""
        message = (
            "no file here declares the project's name (looked in pyproject.toml, setup.cfg and setup.py)"
            f"{why}; run this in the project's folder, or give the name by --package"
        )
        raise ConfigurationError([Problem("package", message)])
    name = answers.package_name(text)
    if found.name is not None and normalize_name(found.name.text) != normalize_name(name):
        message = (
            f"the project calls itself {one_line(found.name.text, 100)!r}, and is uploaded under that name; "
            f"change it there, or leave {name!r} out"
        )
        raise ConfigurationError([Problem("package", message, found.name.place)])
    return name
