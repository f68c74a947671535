"""From settings and config file to the plan: packages, and for each its targets with all their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publish_gate.errors import Problem
from publish_gate.gate.patterns import PatternList, compile_patterns
from publish_gate.gate.rules import Policy, Prereleases, Target, Trigger
from publish_gate.hosts import public_name
from publish_gate.index.addresses import IndexAddress
from publish_gate.index.urls import is_loopback
from publish_gate.names import normalize_name
from publish_gate.records import dataclass, replace
from publish_gate.settings import NO_ENVIRONMENT, Parts, fill_environment
from publish_gate.slips import trigger_slip
from publish_gate.targets import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from publish_gate.config.model import Config, PackageEntry, TargetEntry
    from publish_gate.gate.tag_templates import TagTemplate
    from publish_gate.settings import Settings
    from publish_gate.targets import BuiltInTarget

DEFAULT_TAG = "{name}-v{version}"


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """A target's rules together with the index to read for it."""

    rules: Target
    index: IndexAddress


@dataclass(frozen=True, slots=True)
class PlannedPackage:
    """One package to decide: its folder, what the user says of name and version, and its targets.

    ``after`` maps the name of each target that another comes after to the index to read for it.
    """

    path: str
    name: str | None
    version: str | None
    version_file: str | None
    targets: tuple[PlannedTarget, ...]
    after: Mapping[str, IndexAddress]

    @property
    def rules(self) -> tuple[Target, ...]:
        """The targets' rules alone, in their order."""
        return tuple(target.rules for target in self.targets)

    def named(self, name: str) -> PlannedPackage:
        """Return the same with the package's name put into the environments that ask for it."""
        if not any("{" in text for rules in self.rules for text in _environments(rules)):
            return self
        return replace(self, targets=tuple(_named(target, name) for target in self.targets))


def _environments(rules: Target) -> tuple[str, str]:
    return rules.environment or "", rules.publisher_environment or ""


def _named(target: PlannedTarget, name: str) -> PlannedTarget:
    environment, registered = (fill_environment(text, name, target.rules.name) for text in _environments(target.rules))
    rules = replace(target.rules, environment=environment or None, publisher_environment=registered or None)
    return replace(target, rules=rules)


def plan_problems(settings: Settings, config: Config | None) -> Iterator[Problem]:
    """Name the inputs that cannot be meant for the targets they are about."""
    entries = config.targets if config is not None else {}
    packages = config.packages if config is not None else ()
    groups = [target_names(settings, config, entry) for entry in packages or (None,)] if config else [settings.targets]
    names = dict.fromkeys(name for group in groups for name in group)
    planned = [plan_target(name, entries, settings.parts, None).rules for name in names]
    for event in settings.parts.events:
        rules = [trigger for target in planned for trigger in target.triggers if trigger.event == event]
        slips = [trigger_slip(trigger) for trigger in rules]
        if slips and all(slips):
            yield Problem("events", slips[0])
    environment = settings.parts.environment
    several = next((group for group in groups if len(group) > 1), ())
    if several and environment and environment.lower() != NO_ENVIRONMENT and "{target}" not in environment:
        where = config.path if config is not None else ".github/publish-gate.yml"
        yield Problem(
            "environment",
            f"{environment!r} would be the environment of {' and '.join(several[:5])}; write {{target}} where the "
            f"target's name belongs, or leave this out and set targets.NAME.environment in {where}",
        )


def index_warnings(settings: Settings, config: Config | None, targets: Iterable[PlannedTarget]) -> Iterator[str]:
    """Say where an index is read that is not the one which uploads go to."""
    read = settings.parts.index
    host = _host(read.url) if read is not None else ""
    # Nobody publishes from a test against the own machine.
    if not host or is_loopback(host):
        return
    seen: dict[str, PlannedTarget] = {target.rules.name: target for target in targets}
    for name, target in seen.items():
        own = plan_target(name, config.targets if config is not None else {}, Parts(), None)
        upload = target.rules.repository_url
        public = public_name(upload)
        same = public_name(f"https://{host}") == public if public else host in {_host(upload), _host(own.index.url)}
        if upload and not same:
            yield (
                f"{name}: index-url reads {host}, but uploads still go to {_host(upload)}: what is new on one may "
                "be there on the other. Leave index-url out, or give the target an index with its own upload address "
                "in the config file"
            )


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower()


def plan_single(settings: Settings) -> PlannedPackage:
    """Plan the one package of a repository without a config file."""
    return _planned(settings, settings.working_directory, settings.package, settings.version_file, settings.targets)


def plan_entry(
    settings: Settings, config: Config, entry: PackageEntry | None, path: str, name: str | None, tag: TagTemplate | None
) -> PlannedPackage:
    """Plan one package of a config file; ``entry`` is None where the file has targets only."""
    version_file = settings.version_file or (entry.version_file if entry is not None else None)
    names = target_names(settings, config, entry)
    return _planned(settings, path, name, version_file, names, config, tag)


def target_names(settings: Settings, config: Config, entry: PackageEntry | None) -> tuple[str, ...]:
    """Return the targets of a package: those the input selects, else its own, else all of the file."""
    own = entry.targets if entry is not None and entry.targets is not None else tuple(config.targets)
    if settings.targets_given:
        return tuple(name for name in settings.targets if not own or name in own)
    return tuple(dict.fromkeys(own)) or settings.targets


def _planned(
    settings: Settings,
    path: str,
    name: str | None,
    version_file: str | None,
    targets: tuple[str, ...],
    config: Config | None = None,
    tag: TagTemplate | None = None,
) -> PlannedPackage:
    entries = config.targets if config is not None else {}
    planned = tuple(plan_target(each, entries, settings.parts, tag) for each in targets)
    after = {each.rules.after for each in planned if each.rules.after is not None}
    return PlannedPackage(
        path=path,
        name=name,
        version=settings.version,
        version_file=version_file,
        targets=planned,
        after={each: plan_target(each, entries, settings.parts, tag).index for each in sorted(after)},
    )


def plan_target(name: str, entries: Mapping[str, TargetEntry], parts: Parts, tag: TagTemplate | None) -> PlannedTarget:
    """Put a target's rules together: the input's part, else the file's, else the built-in one's.

    Where nobody says which tags a target takes, they are those that the package writes.
    """
    entry = entries.get(name)
    known = BUILT_IN.get(name)
    public = known if entry is None else BUILT_IN.get(entry.built_in or "")
    index = parts.index or (entry.address if entry is not None else None)
    if index is None:
        # The file's check has seen to it that every other target has an address of its own.
        index = IndexAddress.base((public or next(iter(BUILT_IN.values()))).index.web)
    probe = parts.probe or (entry.probe if entry is not None else None)
    index = replace(index, probe=normalize_name(probe) if probe else None, target=name)
    triggers = entry.triggers if entry is not None and entry.triggers is not None else None
    if triggers is None:
        own_tags = PatternList((tag.pattern(),)) if tag is not None else compile_patterns(known.tags if known else ())
        triggers = tuple(
            Trigger(event, branches=known.branches, tags=own_tags if known.tags else None)
            for event in (known.events if known is not None else ())
            if known is not None
        )
    after = entry.after if entry is not None else None
    before = entries.get(after) if after is not None else None
    rules = Target(
        name=name,
        triggers=_replaced(triggers, parts),
        environment=_environment(name, entry, known, parts),
        publisher_environment=_registered(entry),
        policy=parts.policy or (entry.policy if entry is not None else None) or Policy.NEWER,
        prereleases=parts.prereleases or (entry.prereleases if entry is not None else None) or Prereleases.ALLOW,
        require=entry.require if entry is not None else frozenset(),
        local=False if public is not None or public_name(index.url) else entry.local if entry is not None else None,
        after=after,
        # What makes a release complete here has to be there as well: it is to be promoted, not rebuilt.
        after_require=(before.require if before else frozenset()) | (entry.require if entry else frozenset()),
        repository_url=_first(entry.upload if entry is not None else None, public.index.upload if public else None),
        project_url=_first(entry.web if entry is not None else None, public.index.web if public else None),
        tag=tag,
        closes=public is not None,
        configured=bool(entries),
    )
    return PlannedTarget(rules, index)


def _registered(entry: TargetEntry | None) -> str | None:
    """Return the environment of the registered publisher, its package's name still to be put in."""
    if entry is None or entry.publisher is None:
        return None
    return fill_environment(entry.publisher.environment, "{name}", entry.name)


def _environment(name: str, entry: TargetEntry | None, known: BuiltInTarget | None, parts: Parts) -> str | None:
    """Return the input's environment, else the file's, else the publisher's, else the built-in target's."""
    texts = [parts.environment, entry.environment if entry is not None else None, _registered(entry)]
    text = next((text for text in texts if text), known.environment if known is not None else None)
    return fill_environment(text, "{name}", name)


def _first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


def _replaced(triggers: tuple[Trigger, ...], parts: Parts) -> tuple[Trigger, ...]:
    """Let each input replace just its own part: the events, the branches, the tags."""
    if parts.events:
        # New events take the filters that the target has; of several, each event keeps its own.
        own = {trigger.event: trigger for trigger in triggers}
        model = triggers[0]
        triggers = tuple(own.get(event) or replace(model, event=event, types=None) for event in parts.events)
    if parts.branches is not None:
        triggers = tuple(replace(each, branches=parts.branches, branches_ignore=None) for each in triggers)
    if parts.tags is not None:
        triggers = tuple(replace(each, tags=parts.tags, tags_ignore=None) for each in triggers)
    return triggers
