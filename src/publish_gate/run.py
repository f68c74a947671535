"""One run from the checkout and the index to a decision: the only place where the rooms meet."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from publish_gate import __version__
from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.decide import decide, resolve_version
from publish_gate.index import fetch_all
from publish_gate.index.state import Published
from publish_gate.names import is_project_name
from publish_gate.simulate import situations
from publish_gate.versions import FoundName, FoundVersion, ProjectReading, read_project, read_version_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from publish_gate.context import Context
    from publish_gate.gate.decision import PackageDecision
    from publish_gate.index.state import IndexState
    from publish_gate.settings import Settings

USER_AGENT = f"publish-gate/{__version__}"


class Result(NamedTuple):
    """A decision together with the situation it was made in. ``path`` is the package's folder."""

    context: Context
    path: str
    decision: PackageDecision


def open_checkout(root: Path, settings: Settings) -> Checkout:
    """Open the package's folder below ``root``; raises `ConfigurationError` where it is not there."""
    try:
        return Checkout.open(root, settings.working_directory)
    except CheckoutError as error:
        raise ConfigurationError([Problem("working-directory", str(error))]) from None


def read_package(checkout: Checkout, settings: Settings) -> tuple[str, ProjectReading]:
    """Read the project's name and version as the settings ask for.

    Raises `ConfigurationError` where nothing tells the name, or where it is none.
    """
    if settings.version is not None:
        named = FoundVersion(settings.version, None, "input version")
        own = None if settings.package else read_project(checkout).name
        reading = ProjectReading(own, named)
    elif settings.version_file is not None:
        reading = read_version_file(checkout, settings.version_file)
        if reading.name is None and settings.package is None:
            reading = ProjectReading(read_project(checkout).name, reading.version)
    else:
        reading = read_project(checkout)
    return settings.package or _own_name(reading.name, checkout), reading


def _own_name(name: FoundName | None, checkout: Checkout) -> str:
    if name is None:
        where = "" if checkout.base == "." else f" in {checkout.base}"
        raise ConfigurationError(
            [
                Problem(
                    "package",
                    f"no file{where} declares the project's name (looked in pyproject.toml, setup.cfg and "
                    "setup.py); give the name, or the right working-directory",
                )
            ]
        )
    if not is_project_name(name.text):
        raise ConfigurationError(
            [Problem("package", f"{name.text!r} is no project name an index could host", name.place)]
        )
    return name.text


def ask_indexes(settings: Settings, project: str) -> dict[str, IndexState]:
    """Ask the index of every target for ``project``; each address once, all within the time limit."""
    requests = [(target.index, project) for target in settings.targets]
    states = fetch_all(requests, timeout=settings.timeout, user_agent=USER_AGENT)
    return {target.rules.name: state for target, state in zip(settings.targets, states, strict=True)}


def check(root: Path, settings: Settings, context: Context) -> Result:
    """Decide the package for the situation of this run."""
    checkout = open_checkout(root, settings)
    project, reading = read_package(checkout, settings)
    local = resolve_version(reading.version, context, project, settings.rules)
    # Without a version there is nothing to ask the index about.
    states = ask_indexes(settings, project) if local.version is not None else {}
    now = datetime.now(timezone.utc)
    return Result(context, checkout.base, decide(project, settings.rules, context, reading.version, states, now))


class Outcome(NamedTuple):
    """What would happen in one usual situation."""

    situation: str
    result: Result


def simulate(root: Path, settings: Settings, here: Context) -> list[Outcome]:
    """Decide the package for every usual situation, with one look at the checkout and the index.

    A git-tag back end has no version before the tag is there: the situations with a tag then assume the
    version after the last published one.
    """
    checkout = open_checkout(root, settings)
    project, reading = read_package(checkout, settings)
    states = ask_indexes(settings, project)
    version = reading.version.text if isinstance(reading.version, FoundVersion) else next_version(states.values())
    now = datetime.now(timezone.utc)
    return [
        Outcome(
            situation.name,
            Result(
                situation.context,
                checkout.base,
                decide(project, settings.rules, situation.context, reading.version, states, now),
            ),
        )
        for situation in situations(version, settings.rules, here.default_branch)
    ]


def next_version(states: Iterable[IndexState]) -> str:
    """Return a version that would be new everywhere: one patch after the highest published."""
    published = [release.version for state in states if isinstance(state, Published) for release in state.releases]
    if not published:
        return "0.1.0"
    highest = max(published)
    epoch = f"{highest.epoch}!" if highest.epoch else ""
    return f"{epoch}{highest.major}.{highest.minor}.{highest.micro + 1}"
