"""From the bytes of a config file to its meaning, or to every problem in it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from publish_gate.config.file_format import FILE
from publish_gate.config.model import Config, Discovery, OnUnknown, PackageEntry, Publisher, TargetEntry
from publish_gate.config.spec import Located, Table
from publish_gate.config.tree import TreeError, parse_tree
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.patterns import PatternList, compile_patterns
from publish_gate.gate.rules import Distribution, Policy, Prereleases, Requirement, Trigger, WheelTag
from publish_gate.hosts import public_name
from publish_gate.index.addresses import IndexAddress
from publish_gate.slips import trigger_slip
from publish_gate.targets import BUILT_IN
from publish_gate.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.config.spec import Value


def load_config(data: bytes, path: str) -> Config:
    """Read a config file; ``path`` is where it lies, from the root of the checkout.

    Raises `ConfigurationError` with every problem found, each at its line and column, in their order.
    """
    try:
        root, problems = parse_tree(data, path)
    except TreeError as error:
        raise ConfigurationError(error.problems) from None
    config = Config(path)
    if root is not None:
        table = FILE.read(root, "", problems)
        if table is not None:
            config = _config(table, path)
            problems += [*_cross_check(config), *_slips(table)]
    if problems:
        raise ConfigurationError(sorted(problems, key=_in_file_order))
    return config


def _in_file_order(problem: Problem) -> tuple[int, int]:
    place = problem.place
    return (place.line or 0, place.column or 0) if place is not None else (0, 0)


def _config(table: Table, path: str) -> Config:
    packages, targets = table.table("packages"), table.table("targets")
    on_unknown = table.text("on-unknown")
    return Config(
        path,
        tuple(_package(name, each, packages) for name, each in _tables(packages)) if packages is not None else (),
        {name: _target(name, each) for name, each in _tables(targets)} if targets is not None else {},
        OnUnknown(on_unknown.text) if on_unknown is not None else OnUnknown.FAIL,
        table.places,
    )


def _tables(table: Table) -> list[tuple[str, Table]]:
    return [(name, value) for name, value in table.values.items() if isinstance(value, Table)]


def _text(table: Table, name: str) -> str | None:
    found = table.text(name)
    return found.text if found is not None else None


def _words(table: Table, name: str) -> tuple[str, ...] | None:
    found = table.texts(name)
    return tuple(each.text for each in found) if found is not None else None


def _package(name: str, table: Table, packages: Table) -> PackageEntry:
    discover = _text(table, "discover")
    return PackageEntry(
        name=name,
        place=packages.places[name],
        path=posixpath.normpath((_text(table, "path") or ".").replace("\\", "/")),
        discover=Discovery(discover) if discover is not None else None,
        version_file=_text(table, "version-file"),
        tag=_text(table, "tag"),
        targets=_words(table, "targets"),
        places=table.places,
    )


def _target(name: str, table: Table) -> TargetEntry:
    policy, prereleases, local = (_text(table, name) for name in ("policy", "prereleases", "local"))
    index = table.values.get("index")
    address, upload, web = _addresses(index)
    publisher = table.table("publisher")
    return TargetEntry(
        name=name,
        place=table.place,
        address=address,
        built_in=index.text if isinstance(index, Located) else name if index is None and name in BUILT_IN else None,
        probe=_text(table, "probe"),
        upload=upload,
        web=web,
        environment=_text(table, "environment"),
        triggers=_triggers(table.values.get("when")),
        policy=Policy(policy) if policy is not None else None,
        prereleases=Prereleases(prereleases) if prereleases is not None else None,
        require=_require(table),
        local=local == "allow" if local is not None else None,
        after=_text(table, "after"),
        publisher=_publisher(publisher) if publisher is not None else None,
        places=table.places,
    )


def _require(table: Table) -> frozenset[Requirement]:
    node = table.table("require")
    if node is None:
        return frozenset(Distribution(word) for word in _words(table, "require") or ())
    tags = [WheelTag(pattern) for pattern in _words(node, "wheel") or ()]
    kinds = {Distribution.WHEEL} if tags else set()
    if _text(node, "sdist") == "true":
        kinds.add(Distribution.SDIST)
    # Whatever wheel it is, `*` asks for no more than one.
    return frozenset({*kinds, *(tag for tag in tags if tag.pattern != "*")})


def _addresses(index: Value) -> tuple[IndexAddress | None, str | None, str | None]:
    if not isinstance(index, Table):
        return None, None, None
    json, simple = _text(index, "json"), _text(index, "simple")
    address = None
    if json is not None:
        address = IndexAddress.parse(json)
        if simple is not None:
            address = address.with_simple(IndexAddress.parse(simple))
    elif simple is not None:
        address = IndexAddress.parse(simple)
    web = _text(index, "web")
    return address, _text(index, "upload"), web.rstrip("/") if web is not None else None


def _publisher(table: Table) -> Publisher | None:
    owner, repository, workflow = (_text(table, name) for name in ("owner", "repository", "workflow"))
    if owner is None or repository is None or workflow is None:
        return None
    return Publisher(owner, repository, workflow, _text(table, "environment"))


def _triggers(when: Value) -> tuple[Trigger, ...] | None:
    if isinstance(when, tuple):
        return tuple(Trigger(each.text) for each in when)
    if isinstance(when, Table):
        return tuple(_trigger(event, value) for event, value in when.values.items())
    return None


def _trigger(event: str, value: Value) -> Trigger:
    if not isinstance(value, Table):
        return Trigger(event)
    types = _words(value, "types")
    return Trigger(
        event,
        branches=_patterns(value, "branches"),
        branches_ignore=_patterns(value, "branches-ignore"),
        tags=_patterns(value, "tags"),
        tags_ignore=_patterns(value, "tags-ignore"),
        types=frozenset(types) if types is not None else None,
    )


def _patterns(table: Table, name: str) -> PatternList | None:
    words = _words(table, name)
    return compile_patterns(words) if words is not None else None


def _slips(table: Table) -> Iterator[Problem]:
    """Name the events that never come with a ref that their filters take."""
    targets = table.table("targets")
    for _, target in _tables(targets) if targets is not None else ():
        when = target.table("when")
        if when is not None:
            for name, value in when.values.items():
                if slip := trigger_slip(_trigger(name, value)):
                    yield Problem(f"{when.key}.{name}", slip, when.places[name])


def _cross_check(config: Config) -> list[Problem]:
    """Look at what one part says of another."""
    known = [*config.targets, *(name for name in BUILT_IN if name not in config.targets)]
    problems = [
        *_own_targets_are_whole(config),
        *_promotions_end(config),
        *_local_is_private(config),
        *_credentials_differ(config),
    ]
    named = [(f"packages.{each.name}", each.targets or (), each.places) for each in config.packages]
    named += [
        (f"targets.{each.name}", (each.after,) if each.after else (), each.places) for each in config.targets.values()
    ]
    for key, words, places in named:
        part = "after" if key.startswith("targets.") else "targets"
        problems += [
            Problem(f"{key}.{part}", did_you_mean("target", word, known), places.get(part))
            for word in words
            if word not in known
        ]
    return problems + _packages_differ(config)


def _own_targets_are_whole(config: Config) -> list[Problem]:
    problems = []
    for entry in config.targets.values():
        if entry.name in BUILT_IN:
            continue
        key = f"targets.{entry.name}"
        if "index" not in entry.places:
            problems.append(Problem(key, f"needs index: {', '.join(BUILT_IN)}, or addresses", entry.place))
        if "when" not in entry.places:
            problems.append(Problem(key, "needs when: the events to publish on", entry.place))
    return problems


def _local_is_private(config: Config) -> Iterator[Problem]:
    for entry in config.targets.values():
        addresses = [entry.upload or "", entry.address.url if entry.address is not None else ""]
        public = entry.built_in or next(filter(None, map(public_name, addresses)), None)
        if entry.local and public is not None:
            message = (
                f"{public} never takes a version with a local segment; leave this out, or publish to another index"
            )
            yield Problem(f"targets.{entry.name}.local", message, entry.places.get("local"))


def _promotions_end(config: Config) -> list[Problem]:
    problems = []
    for entry in config.targets.values():
        seen, follow = [entry.name], entry.after
        while follow is not None and follow not in seen:
            seen.append(follow)
            follow = config.targets[follow].after if follow in config.targets else None
        if follow == entry.name:
            circle = " after ".join([*seen, entry.name])
            message = f"no target can come first: {circle}"
            problems.append(Problem(f"targets.{entry.name}.after", message, entry.places.get("after")))
    return problems


def _credentials_differ(config: Config) -> Iterator[Problem]:
    """Two targets that read one pair of variables: the password of one index would go to the other."""
    from publish_gate.index.credentials import variables

    first: dict[str, TargetEntry] = {}
    for entry in config.targets.values():
        user, password = variables(entry.name)
        twin = first.setdefault(user, entry)
        if twin is not entry:
            message = (
                f"takes its credentials from the same variables as {twin.name}, at line {twin.place.line} ({user} and "
                f"{password}); rename one of the two"
            )
            yield Problem(f"targets.{entry.name}", message, entry.place)


def _packages_differ(config: Config) -> list[Problem]:
    """Two names that are one on an index."""
    from publish_gate.names import normalize_name

    problems = []
    first: dict[str, PackageEntry] = {}
    for entry in config.packages:
        key = f"packages.{entry.name}"
        twin = first.setdefault(normalize_name(entry.name), entry)
        if twin is not entry:
            message = f"is the same name on an index as {twin.name}, at line {twin.place.line}"
            problems.append(Problem(key, message, entry.place))
    return problems
