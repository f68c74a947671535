"""Reads what the doctor needs from the checkout, the environment and the files that the user names."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publish_gate.config.model import Config
    from publish_gate.doctor.analysis import LocalProject
    from publish_gate.doctor.log.read import Record
    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Registry
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow


@dataclass(frozen=True, slots=True)
class DoctorInput:
    """Any subset of what there is to know.

    ``workflows`` are those to look at, ``known`` all of the repository by path (a called one may not be asked
    about). ``registry`` is None where no publishers are known. ``repository`` is ``OWNER/NAME``, ``config`` the
    gate's config file. ``index`` and ``project`` narrow the question, empty where nothing was said; ``event`` and
    ``ref`` ask about one situation, and ``elsewhere`` are the workflow files that are different in its commit.
    """

    workflows: tuple[Workflow, ...] = ()
    known: Mapping[str, Workflow] = field(default_factory=dict)
    sources: Sources | None = None
    registry: Registry | None = None
    claims: Claims | None = None
    record: Record | None = None
    repository: str | None = None
    owner_id: str | None = None
    default_branch: str = "main"
    projects: tuple[LocalProject, ...] = ()
    index: str = ""
    project: str = ""
    config: Config | None = None
    event: str = ""
    ref: str = ""
    elsewhere: tuple[str, ...] = ()


FOLDER = ".github/workflows"
MOST_WORKFLOWS = 500
_LARGEST_INPUT = 1024 * 1024
_LARGEST_LOG = 10 * 1024 * 1024
_LARGEST_WORKFLOW = 1024 * 1024
# A called workflow, or one that makes the tag another waits for, need not speak of an index.
_LIKELY = re.compile(rb"(?i)pypi|publish|upload|twine|release|id-token|deploy|workflow_call")
_SLUG = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True)
class CliOptions:
    """What the user named on the command line; empty where nothing."""

    workflows: Sequence[str] = ()
    publishers: str = ""
    claims: str = ""
    log: str = ""
    index: str = ""
    project: str = ""
    event: str = ""
    ref: str = ""
    elsewhere: tuple[str, ...] = ()


def read_question(
    wanted: CliOptions,
    root: Path,
    environ: Mapping[str, str],
    *,
    claims: Claims | None = None,
    config: Config | None = None,
    default_branch: str | None = None,
    only_likely: bool = False,
) -> DoctorInput:
    """Read everything; ``claims`` are given where they were asked for live.

    ``only_likely`` leaves out workflows in which no word speaks of publishing, without parsing them.

    Raises ConfigurationError for what the user named and cannot be read.
    """
    known = _workflows(root, only_likely=only_likely)
    asked = _asked(wanted.workflows, root, known) if wanted.workflows else tuple(known.values())
    registry = _registry(wanted.publishers, config)
    if wanted.claims:
        from publish_gate.doctor.trusted_publishing.read_claims import parse_claims

        claims = parse_claims(
            _text(wanted.claims, "claims", _LARGEST_INPUT), "" if wanted.claims == "-" else wanted.claims
        )
    record = None
    if wanted.log:
        from publish_gate.doctor.log.read import read_log

        record = read_log(_bytes(wanted.log, "log", _LARGEST_LOG))
    return DoctorInput(
        workflows=asked,
        known={**known, **{each.path: each for each in asked}},
        sources=_sources(root, known),
        registry=registry,
        claims=claims,
        record=record,
        repository=_repository(environ, root),
        owner_id=environ.get("GITHUB_REPOSITORY_OWNER_ID") or None,
        default_branch=default_branch or "main",
        projects=_projects(root, config, wanted.project),
        index=wanted.index,
        project=wanted.project,
        config=config,
        event=wanted.event,
        ref=wanted.ref,
        elsewhere=_elsewhere(root, wanted.ref) if wanted.ref else (),
    )


def _elsewhere(root: Path, ref: str) -> tuple[str, ...]:
    """Return the workflow files that are different in the commit of a ref, as far as git knows it."""
    from publish_gate.git import differing

    return differing(root, ref, FOLDER) or ()


def has_workflows(root: Path) -> bool:
    """Whether the checkout has workflow files."""
    return any(True for _ in _names(root))


def _names(root: Path) -> list[str]:
    try:
        names = sorted(each.name for each in os.scandir(root / FOLDER) if each.name.endswith((".yml", ".yaml")))
    except OSError:
        return []
    return names[:MOST_WORKFLOWS]


def _workflows(root: Path, *, only_likely: bool) -> dict[str, Workflow]:
    """Read the repository's workflow files; one that cannot be read is left out, for nothing can be said of it."""
    from publish_gate.doctor.workflow.read import read_workflow

    names = _names(root)
    if not names:
        return {}
    checkout = Checkout.open(root, ".")
    found: dict[str, Workflow] = {}
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            data = checkout.read_bytes(path)
        except CheckoutError:
            continue
        if not only_likely or _LIKELY.search(data):
            found[path] = read_workflow(data, path)
    return found


def _asked(paths: Sequence[str], root: Path, known: Mapping[str, Workflow]) -> tuple[Workflow, ...]:
    from publish_gate.doctor.workflow.read import read_workflow

    problems: list[Problem] = []
    found: dict[str, Workflow] = {}
    for given in paths:
        path = Path(given)
        try:
            inside = path.resolve().relative_to(root).as_posix()
        except (ValueError, OSError):
            inside = ""
        if inside in known:
            found[inside] = known[inside]
            continue
        shown = inside or Path(os.path.normpath(given)).as_posix()
        try:
            if path.is_dir():
                problems.append(Problem("WORKFLOW", f"{given!r} is a folder; name the files in it"))
                continue
            with path.open("rb") as file:
                data = file.read(_LARGEST_WORKFLOW + 1)
        except (OSError, ValueError) as error:
            problems.append(Problem("WORKFLOW", f"{given!r} cannot be read ({_words(error)})"))
            continue
        found[shown] = read_workflow(data, shown)
    if problems:
        raise ConfigurationError(problems)
    return tuple(found.values())


def _registry(path: str, config: Config | None) -> Registry | None:
    from publish_gate.doctor.trusted_publishing.publishers import configured_publishers, read_publishers

    if path:
        return read_publishers(_bytes(path, "publishers", _LARGEST_INPUT), path)
    if config is None or not any(target.publisher for target in config.targets.values()):
        return None
    return configured_publishers(config.targets.values())


def _text(path: str, key: str, limit: int) -> str:
    data = _bytes(path, key, limit)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _bytes(path: str, key: str, limit: int) -> bytes:
    """Read a file that the user names, or the standard input for ``-``."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ConfigurationError([Problem(key, f"{path!r} cannot be read ({_words(error)})")]) from None
    if len(data) > limit:
        raise ConfigurationError([Problem(key, f"{path!r} is larger than {limit // (1024 * 1024)} MiB")])
    return data


def _words(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _repository(environ: Mapping[str, str], root: Path) -> str | None:
    """Return ``OWNER/NAME``: what GitHub says, else where the checkout's origin points."""
    slug = environ.get("GITHUB_REPOSITORY", "")
    if _SLUG.fullmatch(slug):
        return slug
    from publish_gate.git import origin
    from publish_gate.remotes import repository_of_remote

    found = repository_of_remote(origin(root))
    return f"{found.owner}/{found.name}" if found is not None else None


def _projects(root: Path, config: Config | None, project: str) -> tuple[LocalProject, ...]:
    """Read the projects of the checkout; what cannot be read is not there, for the doctor can do without."""
    from publish_gate.doctor.analysis import LocalProject
    from publish_gate.inputs import INPUTS
    from publish_gate.repository import read_repository
    from publish_gate.settings import load_settings
    from publish_gate.versions import FaultKind, FoundVersion

    values = {each.name: "" for each in INPUTS}
    try:
        packages = read_repository(root, load_settings(values), config).packages
    except ConfigurationError:
        packages = ()
    found = tuple(
        LocalProject(
            package.name,
            package.version.text if isinstance(package.version, FoundVersion) else None,
            package.version.place,
            not isinstance(package.version, FoundVersion)
            and package.version.kind is FaultKind.DYNAMIC
            and package.version.cause == "vcs",
        )
        for package in packages
        if package.name
    )
    if not project:
        return found
    from publish_gate.names import normalize_name

    same = tuple(each for each in found if normalize_name(each.name) == normalize_name(project))
    return same or (LocalProject(project),)


def _sources(root: Path, known: Mapping[str, Workflow]) -> Sources:
    from publish_gate.doctor.uploads.sources import CheckoutSources

    return CheckoutSources(Checkout.open(root, "."), known)
