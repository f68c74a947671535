"""One run from the repository and the indexes to decisions: the only place where the rooms meet."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from packaging.version import InvalidVersion, Version

from publish_gate import __version__
from publish_gate.gate.decide import decide, resolve_version
from publish_gate.gate.decision import NamedByTag
from publish_gate.gate.reasons import Reason
from publish_gate.gate.rules import DefaultBranch
from publish_gate.index import fetch_all
from publish_gate.index.credentials import with_credentials
from publish_gate.index.state import Published
from publish_gate.run_context import RefKind
from publish_gate.versions import FaultKind, FoundVersion, VersionFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from publish_gate.built import Dist
    from publish_gate.config.model import Config
    from publish_gate.gate.built import Built
    from publish_gate.gate.decision import CheckResult, PackageDecision, TargetDecision
    from publish_gate.gate.tag_templates import TagTemplate
    from publish_gate.index.addresses import IndexAddress
    from publish_gate.index.release_files import ReleaseFiles
    from publish_gate.index.state import IndexState, Unknown
    from publish_gate.repository import ReadPackage, Repository
    from publish_gate.run_context import Context, Ref
    from publish_gate.settings import Settings
    from publish_gate.versions import VersionReading

USER_AGENT = f"publish-gate/{__version__}"
# Polite to an index, and enough to hide its latency.
PARALLEL = 16
# Seconds between two looks at an index that is waited for.
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0

States = dict[str, "IndexState"]


class Decided(NamedTuple):
    """The decision of one package; ``path`` is its folder."""

    path: str
    decision: PackageDecision


class Result(NamedTuple):
    """The decisions of a run, the situation they were made in, and remarks on the whole.

    ``tolerant`` says that a package for which nothing can be decided does not fail the run.
    """

    context: Context
    packages: tuple[Decided, ...]
    notes: tuple[str, ...] = ()
    tolerant: bool = False

    @property
    def leading(self) -> Decided:
        """The package that the single outputs describe: the first that publishes, else the first."""
        return next((each for each in self.packages if each.decision.publishing is not None), self.packages[0])

    @property
    def publishing(self) -> list[tuple[Decided, TargetDecision]]:
        """Everything to publish, in order."""
        return [(each, target) for each in self.packages for target in each.decision.targets if target.should_publish]

    @property
    def should_build(self) -> bool:
        """Whether any package has a version that any of its targets could take."""
        return any(each.decision.should_build for each in self.packages)

    def fails_by(self, reasons: frozenset[Reason]) -> list[tuple[TargetDecision, CheckResult]]:
        """Return the decisions with a check that does not hold for one of ``reasons``, and that check."""
        targets = [target for package in self.packages for target in package.decision.targets]
        broken = [(target, target.broken_by(reasons)) for target in targets]
        return [(target, check) for target, check in broken if check is not None]

    @property
    def failed(self) -> bool:
        """Whether something could not be decided that should have been."""
        return not self.tolerant and any(each.decision.undecided for each in self.packages)


def ask_indexes(
    packages: Sequence[ReadPackage], settings: Settings, progress: Callable[[int, int], None] | None = None
) -> list[States]:
    """Ask every index about every package, each question once; the states come by package and target name."""
    asked: list[Mapping[str, IndexAddress]] = [
        {**package.plan.after, **{each.rules.name: each.index for each in package.plan.targets}} for package in packages
    ]
    questions = [
        (with_credentials(address, target, os.environ), package.name)
        for package, addresses in zip(packages, asked, strict=True)
        for target, address in addresses.items()
    ]
    states = iter(
        fetch_all(questions, timeout=settings.timeout, user_agent=USER_AGENT, parallel=PARALLEL, progress=progress)
    )
    return [{name: next(states) for name in addresses} for addresses in asked]


def check(
    repository: Repository,
    settings: Settings,
    context: Context,
    progress: Callable[[int, int], None] | None = None,
    dist: Dist | None = None,
) -> Result:
    """Decide every package for the situation of this run; on a tag, those that the tag names.

    ``dist`` is what was built, if that is to be looked at. If all that is missing is the target that comes first, its
    index is asked again for as long as the settings say.
    """
    end = time.monotonic() + (settings.wait or 0.0)
    waits = pauses()
    while True:
        result = _check(repository, settings, context, progress, dist)
        left = end - time.monotonic()
        if left <= 0 or not any(
            target.reason is Reason.NOT_PROMOTED for package in result.packages for target in package.decision.targets
        ):
            return result
        time.sleep(min(next(waits), left))


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before an index is asked again: growing, and never the same for two jobs."""
    import random

    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads requests, and keeps no secret
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _check(
    repository: Repository,
    settings: Settings,
    context: Context,
    progress: Callable[[int, int], None] | None,
    dist: Dist | None,
) -> Result:
    packages, named, notes = select_by_tag(repository.packages, context)
    # Without a version there is nothing to ask the index about.
    known = [
        package
        for package in packages
        if resolve_version(package.version, context, package.name, package.plan.rules).version is not None
    ]
    states = dict(zip((package.name for package in known), ask_indexes(known, settings, progress), strict=True))
    now = datetime.now(timezone.utc)
    decided = tuple(
        Decided(
            package.plan.path,
            decide(
                package.name,
                package.plan.rules,
                context,
                package.version,
                states.get(package.name, {}),
                now,
                named,
                _built(dist, package, packages, context, settings, states.get(package.name, {})),
            ),
        )
        for package in packages
    )
    if context.distrust:
        notes = (*notes, f"nothing can be published: {context.distrust}")
    if context.ref.kind is not RefKind.TAG:
        notes += branch_notes(packages, context)
    return Result(context, decided, notes, _tolerant(repository.config))


def _built(
    dist: Dist | None,
    package: ReadPackage,
    packages: Sequence[ReadPackage],
    context: Context,
    settings: Settings,
    states: States,
) -> dict[str, Built]:
    if dist is None:
        return {}
    from publish_gate.built import look
    from publish_gate.index.release_files import Source

    version = resolve_version(package.version, context, package.name, package.plan.rules).version

    def ask(address: IndexAddress, project: str, version: Version) -> ReleaseFiles | Unknown:
        return Source(address, project, timeout=settings.timeout, user_agent=USER_AGENT).release(version)

    return look(dist, package, packages, version, states, ask)


def branch_notes(packages: Sequence[ReadPackage], context: Context) -> tuple[str, ...]:
    """Say what was taken for the default branch, where that was not told and a target goes by it."""
    triggers = (each for package in packages for rule in package.plan.rules for each in rule.triggers)
    if not context.branch_note or not any(isinstance(each.branches, DefaultBranch) for each in triggers):
        return ()
    return (context.branch_note,)


def _tolerant(config: Config | None) -> bool:
    if config is None:
        return False
    from publish_gate.config.model import OnUnknown

    return config.on_unknown is OnUnknown.SKIP_PACKAGE


def with_tags(context: Context, repository: Repository, directory: Path) -> Context:
    """Add the tags of the commit, if a tag was pushed and a tool is to make the version from one of them."""
    if context.ref.kind is not RefKind.TAG:
        return context
    readings = [package.version for package in repository.packages]
    if all(isinstance(reading, FoundVersion) or reading.kind is not FaultKind.DYNAMIC for reading in readings):
        return context
    from dataclasses import replace

    from publish_gate.git import tags_here

    return replace(context, tags_here=tags_here(directory))


class Selected(NamedTuple):
    """The packages that a run is about, what else its tag names, and remarks on the choice."""

    packages: Sequence[ReadPackage]
    named: NamedByTag = NamedByTag()
    notes: tuple[str, ...] = ()


def select_by_tag(packages: Sequence[ReadPackage], context: Context) -> Selected:
    """Select the packages that a pushed tag names; all of them if there is no tag or if it is not clear.

    Packages that write their tags alike are released together; if a tag could be one or the other, it is not clear.
    """
    if context.ref.kind is not RefKind.TAG or len(packages) == 1:
        return Selected(packages)
    tag = context.ref.name
    named = [(package, template) for package in packages if (template := _template_of(package, tag)) is not None]
    chosen = [package for package, _ in named]
    if len(chosen) == 1:
        note = f"tag {tag!r} names {chosen[0].name}; all other packages are left alone"
        return Selected(chosen, NamedByTag(), (note,))
    if not chosen:
        spelled = ", ".join(dict.fromkeys(_spelling(package) for package in packages[:5]))
        more = " ..." if len(packages) > 5 else ""  # noqa: PLR2004 - a few show the rule
        return Selected(
            packages, NamedByTag(), (f"tag {tag!r} names no package; their tags are written {spelled}{more}",)
        )
    names = tuple(package.name for package in chosen)
    listed = f"{', '.join(names[:20])}{' ...' if len(names) > 20 else ''}"  # noqa: PLR2004 - enough to recognise them
    if len({(template.text, template.prefix) for _, template in named}) > 1:
        note = f"tag {tag!r} names {len(names)} packages: {listed}"
        return Selected(chosen, NamedByTag(rivals=names), (note,))
    wanted = named[0][1].version_of(tag)
    laggards = []
    for package in chosen:
        version = resolve_version(package.version, context, package.name, package.plan.rules).version
        if version is not None and version != wanted:
            laggards.append(f"{package.name} says {version}")
    note = f"tag {tag!r} releases {len(names)} packages together: {listed}"
    return Selected(chosen, NamedByTag(laggards=tuple(laggards)), (note,))


def _template_of(package: ReadPackage, tag: str) -> TagTemplate | None:
    """Return the package's own way of writing tags, if it writes this one."""
    templates = (rule.tag for rule in package.plan.rules if rule.tag is not None)
    return next((template for template in templates if template.version_of(tag) is not None), None)


def _spelling(package: ReadPackage) -> str:
    template = next((rule.tag for rule in package.plan.rules if rule.tag is not None), None)
    return template.tag("VERSION") if template is not None else "v*"


class Outcome(NamedTuple):
    """What would happen to one package in one usual situation."""

    situation: str
    result: Result


def simulate(repository: Repository, settings: Settings, here: Context) -> list[Outcome]:
    """Decide every package for every usual situation, with one look at the repository and the indexes.

    A git-tag back end has no version before the tag is there: the situations with a tag then assume the
    version after the last published one.
    """
    from publish_gate.simulate import situations

    tolerant = _tolerant(repository.config)
    # A package whose files cannot be read has no name to ask for; what has no version in any situation, nothing.
    sure = [package for package in repository.packages if package.name and _may_have_version(package.version)]
    states = dict(zip((package.name for package in sure), ask_indexes(sure, settings), strict=True))
    now = datetime.now(timezone.utc)
    selected: dict[Ref, Selected] = {}
    outcomes = []
    for package in repository.packages:
        known, reading = states.get(package.name, {}), package.version
        version = reading.text if isinstance(reading, FoundVersion) else next_version(known.values())
        for situation in situations(version, package.plan.rules, here.default_branch):
            ref = situation.context.ref
            if ref not in selected:
                selected[ref] = select_by_tag(repository.packages, situation.context)
            named = selected[ref].named
            decision = decide(package.name, package.plan.rules, situation.context, reading, known, now, named)
            result = Result(situation.context, (Decided(package.plan.path, decision),), (), tolerant)
            outcomes.append(Outcome(situation.name, result))
    return outcomes


def _may_have_version(reading: VersionReading) -> bool:
    if isinstance(reading, VersionFault):
        return reading.kind is FaultKind.DYNAMIC and reading.from_tags
    try:
        return bool(Version(reading.text))
    except InvalidVersion:
        return False


def next_version(states: Iterable[IndexState]) -> str:
    """Return a version that would be new everywhere: one patch after the highest published."""
    published = [release.version for state in states if isinstance(state, Published) for release in state.releases]
    if not published:
        return "0.1.0"
    highest = max(published)
    epoch = f"{highest.epoch}!" if highest.epoch else ""
    return f"{epoch}{highest.major}.{highest.minor}.{highest.micro + 1}"
