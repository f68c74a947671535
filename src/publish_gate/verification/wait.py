"""Asks an index again and again, politely, until a release is as it should be or the time is over."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.built import of_package, with_hashes
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.decide import resolve_version
from publish_gate.index.credentials import with_credentials
from publish_gate.index.release_files import Source
from publish_gate.index.state import Unknown
from publish_gate.run import USER_AGENT, pauses, select_by_tag
from publish_gate.verification.judge import Difference, Expected, Judgement, Publisher, judge, judge_provenance
from publish_gate.versions.model import VersionFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from packaging.version import Version

    from publish_gate.built import Dist
    from publish_gate.gate.rules import Target
    from publish_gate.index.release_files import ReleaseFiles
    from publish_gate.plan import PlannedTarget
    from publish_gate.repository import ReadPackage, Repository
    from publish_gate.run_context import Context
    from publish_gate.settings import Settings

PATIENCE = 300.0
"""Seconds to wait unless the input says otherwise: an index shows an upload after a minute or two."""
_MOST_ASKED = 50
"""Files of a release whose provenance is asked for."""
_OK, _NOT_OFFERED = 200, 404


class Verified(NamedTuple):
    """What came of one release on one target. ``unknown`` says why nothing is known of it."""

    project: str
    version: Version
    target: Target
    judgement: Judgement
    unknown: Unknown | None = None

    @property
    def right(self) -> bool:
        """Whether the release is there and as it should be."""
        return self.unknown is None and self.judgement.right


class Verification(NamedTuple):
    """All releases of a run, and the seconds that it took to see them."""

    releases: tuple[Verified, ...]
    seconds: float

    @property
    def right(self) -> bool:
        """Whether all are as they should be."""
        return all(release.right for release in self.releases)


def verify(
    repository: Repository,
    settings: Settings,
    context: Context,
    dist: Dist | None,
    tell: Callable[[str], None] = lambda _: None,
) -> Verification:
    """Look at every package on every target until all is right, within the time that the settings give.

    ``tell`` is handed a line whenever it waits. Raises `ConfigurationError` if a package's version is not known.
    """
    start = time.monotonic()
    wait = settings.wait if settings.wait is not None else PATIENCE
    packages, *_ = select_by_tag(repository.packages, context)
    releases = tuple(
        _one(expected, target, source, publisher, dist, start + wait, tell)
        for package in packages
        for expected, target, source, publisher in _questions(package, packages, repository, settings, context, dist)
    )
    if not releases:
        message = "there is nothing in it of any package of this run; download what was uploaded into it first"
        raise ConfigurationError([Problem("dist", message)])
    return Verification(releases, time.monotonic() - start)


_Question = tuple[Expected, "PlannedTarget", Source, "Publisher | None"]


def _questions(
    package: ReadPackage,
    packages: Sequence[ReadPackage],
    repository: Repository,
    settings: Settings,
    context: Context,
    dist: Dist | None,
) -> Iterator[_Question]:
    files = of_package(dist, package, packages) if dist is not None else None
    built = tuple(file for file in files if file.kind is not None) if files is not None else None
    if built is not None and not built:
        if len(packages) > 1:
            return  # nothing of it was built, so nothing of it was uploaded
        message = f"there is no wheel or sdist of {package.name} in it; download what was uploaded into it first"
        raise ConfigurationError([Problem("dist", message)])
    version = _version(package, context, [file.version for file in built or ()])
    for target in package.plan.targets:
        address = with_credentials(target.index, target.rules.name, os.environ)
        source = Source(address, package.name, timeout=settings.timeout, user_agent=USER_AGENT)
        expected = Expected(package.name, version, built, target.rules.require)
        yield expected, target, source, _publisher(repository, target.rules.name, os.environ)


def _version(package: ReadPackage, context: Context, built: Sequence[str]) -> Version:
    """Return the version to look for: the project's, else that of what was built."""
    from packaging.version import InvalidVersion, Version

    local = resolve_version(package.version, context, package.name, package.plan.rules)
    if local.version is not None:
        return local.version
    try:
        found = {Version(text) for text in built}
    except InvalidVersion:
        found = set()
    if len(found) == 1:
        return found.pop()
    reading = local.reading
    why = reading.message if isinstance(reading, VersionFault) else f"{reading.text!r} is not a PEP 440 version"
    raise ConfigurationError([Problem("version", f"{package.name}: {why}; give the version that was uploaded")])


def _publisher(repository: Repository, target: str, environ: Mapping[str, str]) -> Publisher | None:
    """Return who should have published: the config file's publisher, else the workflow that runs."""
    entry = repository.config.targets.get(target) if repository.config is not None else None
    if entry is not None and entry.publisher is not None:
        known = entry.publisher
        return Publisher(f"{known.owner}/{known.repository}", known.workflow)
    name = environ.get("GITHUB_REPOSITORY", "")
    workflow = environ.get("GITHUB_WORKFLOW_REF", "").partition("@")[0].rpartition("/")[2]
    return Publisher(name, workflow) if name and workflow else None


def _one(
    expected: Expected,
    target: PlannedTarget,
    source: Source,
    publisher: Publisher | None,
    dist: Dist | None,
    end: float,
    tell: Callable[[str], None],
) -> Verified:
    found: ReleaseFiles | Unknown | None = None
    waits = pauses()
    while True:
        before = found if found is not None and not isinstance(found, Unknown) else None
        found = source.release(expected.version, before)
        if isinstance(found, Unknown):
            result = Verified(expected.project, expected.version, target.rules, Judgement(), found)
            waiting = found.message
        else:
            if dist is not None and expected.built is not None:
                on_index = {file.name: file for file in found.files}
                expected = expected._replace(built=with_hashes(dist, expected.built, on_index))
            judgement = judge(expected, found)
            if judgement.right:
                judgement = _with_provenance(judgement, expected, found, source, publisher)
            result = Verified(expected.project, expected.version, target.rules, judgement)
            waiting = "; ".join((f"missing: {', '.join(judgement.missing[:3])}", *judgement.notes[:1]))
            if judgement.different or not judgement.missing:
                return result
        left = end - time.monotonic()
        if left <= 0:
            return result
        seconds = min(next(waits), left)
        tell(f"{target.rules.name}: {waiting}; looking again in {seconds:.0f} s")
        time.sleep(seconds)


def _with_provenance(
    judgement: Judgement, expected: Expected, found: ReleaseFiles, source: Source, publisher: Publisher | None
) -> Judgement:
    """Add who the index says has published each file, if it says so and if it is known who should have."""
    if publisher is None:
        return judgement
    wrong: list[Difference] = []
    attested = 0
    for file in found.files[:_MOST_ASKED]:
        answer = source.provenance(expected.version, file.name)
        if answer is None or (not isinstance(answer, Unknown) and answer.status == _NOT_OFFERED):
            continue
        if isinstance(answer, Unknown) or answer.status != _OK:
            wrong.append(Difference(file.name, "has a provenance that could not be asked for"))
            continue
        attested += 1
        fault = judge_provenance(answer.body, publisher)
        wrong += [Difference(file.name, fault)] if fault else []
    said = (
        f"{attested} of {len(found.files)} files are attested for {publisher.repository} ({publisher.workflow})"
        if attested
        else "the index offers no provenance"
    )
    return judgement._replace(different=(*judgement.different, *wrong), notes=(*judgement.notes, said))
