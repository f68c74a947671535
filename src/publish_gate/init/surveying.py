"""What the checkout tells before anybody is asked: the project, its branch and its repository on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.checkout import Checkout
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.git import describe_checkout, origin, top_folder
from publish_gate.init.answers import VersionSource
from publish_gate.remotes import Repository, repository_of_remote
from publish_gate.repository import CONFIG_FILES
from publish_gate.versions import FaultKind, FoundName, FoundVersion, ProjectReading, VersionFault, read_project

if TYPE_CHECKING:
    from pathlib import Path

PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


class Survey(NamedTuple):
    """What was found. ``top`` is where `.github` belongs, ``folder`` the project's, from there.

    ``branch`` is the one to publish from as far as the checkout tells, ``branch_is_default`` whether it knows.
    """

    top: Path
    in_git: bool
    folder: str
    name: FoundName | None
    version: FoundVersion | VersionFault
    has_project: bool
    branch: str
    branch_is_default: bool
    repository: Repository | None

    @property
    def version_source(self) -> VersionSource:
        """Whether the version can be read before the build."""
        if isinstance(self.version, FoundVersion) or not self.has_project:
            return VersionSource.WRITTEN
        return VersionSource.TAGS if self.version.kind is FaultKind.DYNAMIC else VersionSource.BUILD


def survey(here: Path) -> Survey:
    """Look around from a folder (absolute, links resolved); raises ConfigurationError where there is a config file."""
    top = top_folder(here)
    root = top or here
    checkout = Checkout.open(root, here.relative_to(root).as_posix())
    _refuse_config(Checkout.open(root, "."))
    reading: ProjectReading = read_project(checkout)
    git = describe_checkout(here) if top is not None else None
    return Survey(
        top=root,
        in_git=top is not None,
        folder=checkout.base,
        name=reading.name,
        version=reading.version,
        has_project=any(checkout.has_file(name) for name in PROJECT_FILES),
        branch=(git.default_branch if git is not None else "") or "main",
        branch_is_default=git is not None and bool(git.default_branch) and not git.guess,
        repository=repository_of_remote(origin(here)) if top is not None else None,
    )


def _refuse_config(top: Checkout) -> None:
    """Stop where a config file has rules of its own: what is written here is for one package, by the usual ones."""
    for path in CONFIG_FILES:
        if top.has_file(path):
            message = (
                "is there already and has rules of its own, which this would have to guess; write the workflow by "
                "hand after the recipes in the documentation, or set this file aside first"
            )
            raise ConfigurationError([Problem("config", message, top.place(path))])
