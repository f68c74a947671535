"""Reading the repository: its config file, its packages, and what each of them says of itself."""

from __future__ import annotations

import os
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.tag_templates import TagTemplate
from publish_gate.names import is_project_name, normalize_name
from publish_gate.plan import DEFAULT_TAG, PlannedPackage, index_warnings, plan_entry, plan_problems, plan_single
from publish_gate.settings import Settings, load_settings
from publish_gate.targets import BUILT_IN
from publish_gate.versions import (
    FaultKind,
    FoundName,
    FoundVersion,
    ProjectReading,
    VersionFault,
    read_project,
    read_version_file,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from publish_gate.config.model import Config, PackageEntry
    from publish_gate.places import Place
    from publish_gate.versions import VersionReading

_NOTHING = VersionFault(FaultKind.UNREADABLE, "no-name", "the project has no name", "Give it a name.")
CONFIG_FILES = (".github/publish-gate.yml", ".github/publish-gate.yaml")


class ReadPackage(NamedTuple):
    """A planned package with its name and what its files say of its version."""

    plan: PlannedPackage
    name: str
    version: VersionReading


class Repository(NamedTuple):
    """All packages of a repository, in the order of the config file, and that file where there is one."""

    packages: tuple[ReadPackage, ...]
    config: Config | None

    def warnings(self, settings: Settings) -> tuple[str, ...]:
        """Return what is probably not meant, and still can be."""
        targets = [target for package in self.packages for target in package.plan.targets]
        return tuple(index_warnings(settings, self.config, targets))

    def stated(self, settings: Settings) -> frozenset[str]:
        """Return the targets whose environment somebody wrote down; a built-in one is not held against any job."""
        entries = self.config.targets if self.config is not None else {}
        names = {rules.name for package in self.packages for rules in package.plan.rules}
        if settings.parts.environment is not None:
            return frozenset(names)
        written = {
            name
            for name, entry in entries.items()
            if entry.environment is not None
            or (entry.publisher is not None and entry.publisher.environment is not None)
        }
        return frozenset(names & written)


def load(root: Path, values: Mapping[str, str]) -> tuple[Settings, Config | None]:
    """Read the inputs (by name) and the config file.

    Raises `ConfigurationError` with the problems of both.
    """
    problems: list[Problem] = []
    known: list[str] | None = None
    config = settings = None
    try:
        config = read_config(_open(root, "."), values.get("config", "").strip() or None)
        known = [*(config.targets if config is not None else ()), *BUILT_IN]
    except ConfigurationError as error:
        problems += error.problems
    try:
        settings = load_settings(values, known and list(dict.fromkeys(known)))
    except ConfigurationError as error:
        problems += error.problems
    if settings is not None and not problems:
        problems += plan_problems(settings, config)
    if settings is None or problems:
        raise ConfigurationError(problems)
    return settings, config


def read_repository(root: Path, settings: Settings, config: Config | None) -> Repository:
    """Read every package. Raises `ConfigurationError` with what is wrong."""
    repository = _read_repository(root, settings, config)
    if len(repository.packages) == 1:
        _check_probe(repository.packages[0], settings, config)
    return repository


def _check_probe(package: ReadPackage, settings: Settings, config: Config | None) -> None:
    """See to it that a package is not to be compared with itself. Raises `ConfigurationError`."""
    for target in package.plan.targets:
        if target.index.probe is None or target.index.probe != normalize_name(package.name):
            continue
        key, place = "probe", None
        if settings.parts.probe is None and config is not None:
            key = f"targets.{target.rules.name}.probe"
            place = config.targets[target.rules.name].places.get("probe")
        message = f"names {package.name}, the package itself; name another project, one that is on the index"
        raise ConfigurationError([Problem(key, message, place)])


def _read_repository(root: Path, settings: Settings, config: Config | None) -> Repository:
    if config is None or not (config.packages or config.targets):
        package = plan_single(settings)
        return Repository((_read(root, package, settings.package),), config)
    if not config.packages:
        package = plan_entry(settings, config, None, settings.working_directory, settings.package, None)
        return Repository((_read(root, package, settings.package),), config)
    return Repository(_read_many(_open(root, "."), settings, config), config)


def read_config(top: Checkout, path: str | None) -> Config | None:
    """Read the config file at ``path``, or the one at its usual place; None where there is none.

    Raises `ConfigurationError`.
    """
    if path is None:
        # A link that leads nowhere, or a folder, is no reason to go by other rules than the user meant.
        there = [each for each in CONFIG_FILES if os.path.lexists(top.root / each)]
        if len(there) > 1:
            message = f"there are two config files, {there[0]} and {there[1]}; remove one of them"
            raise ConfigurationError([Problem("config", message)])
        if not there:
            return None
        path = there[0]
    from publish_gate.config.load import load_config

    try:
        data = top.read_bytes(path)
    except CheckoutError as error:
        raise ConfigurationError([Problem("config", str(error))]) from None
    return load_config(data, top.place(path).path)


def _open(root: Path, folder: str, place: Place | None = None, key: str = "working-directory") -> Checkout:
    try:
        return Checkout.open(root, folder)
    except CheckoutError as error:
        raise ConfigurationError([Problem(key, str(error), place)]) from None


def _read_many(top: Checkout, settings: Settings, config: Config) -> tuple[ReadPackage, ...]:
    """Read every package of the config file that the inputs select."""
    from publish_gate.config.discover import find_packages

    found: list[tuple[PackageEntry, str]] = []
    problems: list[Problem] = []
    # An entry of its own describes a package better than a glob that happens to find it.
    claimed = {entry.path for entry in config.packages if not entry.stands_for_many}
    for entry in config.packages:
        try:
            paths = find_packages(top, entry)
            found += [(entry, path) for path in paths if path not in claimed or not entry.stands_for_many]
        except ConfigurationError as error:
            problems += error.problems
    several = len(found) > 1
    packages: list[ReadPackage] = []
    names: dict[str, ReadPackage] = {}
    for entry, path in found:
        try:
            package = _read_entry(top.root, settings, config, entry, path, several=several)
        except ConfigurationError as error:
            problems += error.problems
            continue
        twin = names.setdefault(normalize_name(package.name), package)
        if twin is not package:
            if twin.plan.path == package.plan.path:
                continue  # found by two entries; the first one describes it
            message = f"{package.name} is in {twin.plan.path} and in {path}: one of them must have another name"
            problems.append(Problem(f"packages.{entry.name}", message, entry.place))
        packages.append(package)
    if problems:
        raise ConfigurationError(problems)
    chosen = _selected(packages, settings)
    aimed = tuple(package for package in chosen if package.plan.targets)
    if not aimed:
        message = f"none of the packages is published to {', '.join(settings.targets)}"
        raise ConfigurationError([Problem("targets", message)])
    return aimed


def _read_entry(
    root: Path, settings: Settings, config: Config, entry: PackageEntry, path: str, *, several: bool
) -> ReadPackage:
    place = entry.places.get("path", entry.place)
    checkout = _open(root, path, place, f"packages.{entry.name}.path")
    reading = read_project(checkout)
    name = entry.name
    if entry.stands_for_many:
        name, reading = _found_name(reading, checkout)
    elif reading.name is not None and normalize_name(reading.name.text) != normalize_name(name):
        message = f"is called {reading.name.text!r} by its own files ({reading.name.place}); use that name here"
        raise ConfigurationError([Problem(f"packages.{name}", message, entry.place)])
    text = entry.tag or (DEFAULT_TAG if several or entry.stands_for_many else None)
    tag = TagTemplate(text, name) if text is not None else None
    package = plan_entry(settings, config, entry, path, name, tag).named(name)
    version = _version(checkout, package, reading)
    return ReadPackage(package, name, version)


def _found_name(reading: ProjectReading, checkout: Checkout) -> tuple[str, ProjectReading]:
    """Name a package that a glob or a workspace led to; one that cannot be named must not hide the others."""
    if reading.name is not None and is_project_name(reading.name.text):
        return reading.name.text, reading
    if not _is_unreadable(reading.version):
        shown = "declares no name" if reading.name is None else f"is called {reading.name.text!r}, which is not a name"
        fault = VersionFault(
            FaultKind.UNREADABLE,
            "no-name",
            f"the project in {checkout.base} {shown} an index could host",
            "Give it a name, or leave its folder out of the config file.",
            reading.name.place if reading.name is not None else None,
        )
        reading = ProjectReading(None, fault)
    return checkout.base, reading


def _selected(packages: list[ReadPackage], settings: Settings) -> tuple[ReadPackage, ...]:
    """Take the packages that the inputs name; one version cannot be meant for several."""
    chosen = packages
    if settings.package is not None:
        chosen = [each for each in chosen if normalize_name(each.name) == normalize_name(settings.package)]
    folder = _clean(settings.working_directory)
    if folder != ".":
        chosen = [each for each in chosen if _clean(each.plan.path) == folder]
    if not chosen:
        key, value = ("package", settings.package) if settings.package is not None else ("working-directory", folder)
        known = ", ".join(each.name for each in packages[:20])
        raise ConfigurationError([Problem(key, f"{value!r} is not a package of the config file (it has {known})")])
    if len(chosen) > 1 and (settings.version is not None or settings.version_file is not None):
        key = "version" if settings.version is not None else "version-file"
        message = f"cannot be meant for {len(chosen)} packages; name one by the input package"
        raise ConfigurationError([Problem(key, message)])
    return tuple(chosen)


def _clean(folder: str) -> str:
    return posixpath.normpath(folder.replace("\\", "/"))


def _read(root: Path, package: PlannedPackage, name: str | None) -> ReadPackage:
    """Read the one package of a repository whose config file, if any, lists none."""
    checkout = _open(root, package.path)
    package = replace(package, path=checkout.base)
    if package.version is not None:
        project = ProjectReading(None, _NOTHING) if name is not None else read_project(checkout)
        own = project.name
        version: VersionReading = FoundVersion(package.version, None, "input version", withheld=project.withheld)
    elif package.version_file is not None:
        reading, project = read_version_file(checkout, package.version_file), read_project(checkout)
        own, version = reading.name or project.name, replace(reading.version, withheld=project.withheld)
    else:
        reading = read_project(checkout)
        own, version = reading.name, reading.version
    if name is None and own is None and version.withheld is not None:
        # What is not published needs no name; nor is there anything to ask an index about.
        version = replace(_NOTHING, withheld=version.withheld)
    if name is None and own is None and _is_unreadable(version):
        # One fault at a time: whoever computes the version computes the name as well.
        return ReadPackage(package, "", version)
    if name is not None and own is not None and normalize_name(name) != normalize_name(own.text):
        message = (
            f"the project calls itself {own.text!r}, not {name!r}, and is uploaded under its own name; leave this out, "
            "or give version as well, so that nothing is read from the project"
        )
        raise ConfigurationError([Problem("package", message, own.place)])
    name = name or _own_name(own, checkout, "package", None)
    return ReadPackage(package.named(name), name, version)


def _is_unreadable(version: VersionReading) -> bool:
    return isinstance(version, VersionFault) and version.kind is FaultKind.UNREADABLE


def _version(checkout: Checkout, package: PlannedPackage, reading: ProjectReading) -> VersionReading:
    if package.version is not None:
        return FoundVersion(package.version, None, "input version", withheld=reading.withheld)
    if package.version_file is not None:
        return replace(read_version_file(checkout, package.version_file).version, withheld=reading.withheld)
    return reading.version


def _own_name(name: FoundName | None, checkout: Checkout, key: str, place: Place | None) -> str:
    if name is None:
        where = "" if checkout.base == "." else f" in {checkout.base}"
        message = (
            f"no file{where} declares the project's name (looked in pyproject.toml, setup.cfg and setup.py); "
            "give the name, or the right working-directory"
        )
        raise ConfigurationError([Problem(key, message, place)])
    if not is_project_name(name.text):
        raise ConfigurationError(
            [Problem(key, f"{name.text!r} is not a project name that an index could host", name.place)]
        )
    return name.text
