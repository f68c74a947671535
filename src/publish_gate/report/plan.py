"""The effective plan: packages, targets and rules, and what of it comes from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.hosts import is_public_host
from publish_gate.index.credentials import variables
from publish_gate.index.urls import split_url
from publish_gate.text import one_line
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.config.model import Config, TargetEntry
    from publish_gate.gate.rules import Target
    from publish_gate.plan import PlannedTarget
    from publish_gate.report.console import Style
    from publish_gate.repository import ReadPackage, Repository
    from publish_gate.settings import Settings

_Line = tuple[str, str, str]
"""What, its value, and where it comes from."""


def render(repository: Repository, settings: Settings, style: Style) -> str:
    """Return the plan as text that ends with a line end."""
    source = repository.config.path if repository.config is not None else "no config file: the inputs and the defaults"
    lines = [one_line(source)]
    for package in repository.packages:
        lines += [
            "",
            style.paint(one_line(f"{package.name or 'a project without a name'} ({package.plan.path})"), "bold"),
        ]
        lines += [f"  {_row(each, 13)}" for each in _package(package)]
        for target in package.plan.targets:
            lines.append(f"  target {style.paint(one_line(target.rules.name), 'bold')}")
            lines += [f"    {_row(each, 11)}" for each in _target(target, repository.config, settings)]
    return "\n".join(lines) + "\n"


def as_data(repository: Repository, settings: Settings) -> dict[str, object]:
    """Return the plan as plain data for JSON."""
    return {
        "config": repository.config.path if repository.config is not None else None,
        "packages": [
            {
                "name": package.name,
                "path": package.plan.path,
                **{what: {"value": value, "from": where} for what, value, where in _package(package)},
                "targets": [
                    {
                        "target": target.rules.name,
                        **{
                            what: {"value": value, "from": where}
                            for what, value, where in _target(target, repository.config, settings)
                        },
                    }
                    for target in package.plan.targets
                ],
            }
            for package in repository.packages
        ],
    }


def _row(line: _Line, width: int) -> str:
    what, value, where = line
    return one_line(f"{what:<{width}}  {value}  ({where})")


def _package(package: ReadPackage) -> Iterator[_Line]:
    reading = package.version
    if isinstance(reading, FoundVersion):
        wrong = "" if _is_version(reading.text) else ": not a PEP 440 version, no index takes it"
        yield (
            "version",
            reading.text,
            (f"{reading.declared_by}, {reading.place}" if reading.place else reading.declared_by) + wrong,
        )
    else:
        yield "version", f"none: {reading.message}", str(reading.place or reading.cause)
    template = next((rule.tag for rule in package.plan.rules if rule.tag is not None), None)
    if template is not None:
        yield "tag", template.tag("VERSION"), template.text


def _is_version(text: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _target(target: PlannedTarget, config: Config | None, settings: Settings) -> Iterator[_Line]:
    rules, parts = target.rules, settings.parts
    entry = config.targets.get(rules.name) if config is not None else None
    given = {
        "index": parts.index,
        "probe": parts.probe,
        "policy": parts.policy,
        "prereleases": parts.prereleases,
        "environment": parts.environment,
        "when": parts.events or parts.branches or parts.tags,
    }

    def where(key: str) -> str:
        if given.get(key):
            return "input"
        place = entry.places.get(key) if entry is not None else None
        return str(place) if place is not None else "default"

    yield "index", target.index.redacted, where("index")
    if target.index.probe:
        yield "probe", target.index.probe, where("probe")
    if not is_public_host(split_url(target.index.project_url("name")).hostname or ""):
        yield "credentials", " and ".join(variables(rules.name)), "environment, or .netrc; none if neither has any"
    yield "when", _when(rules), where("when")
    yield "environment", rules.environment or "none", where("environment")
    yield "policy", rules.policy.value, where("policy")
    yield "prereleases", rules.prereleases.value, where("prereleases")
    if rules.require:
        yield "require", ", ".join(sorted(each.value for each in rules.require)), where("require")
    if rules.local is not None and where("local") != "default":
        yield "local", "allow" if rules.local else "deny", where("local")
    if rules.after is not None:
        yield "after", rules.after, where("after")
    yield from _publisher(entry)


def _publisher(entry: TargetEntry | None) -> Iterator[_Line]:
    if entry is not None and entry.publisher is not None:
        each = entry.publisher
        shown = f"{each.owner}/{each.repository}, {each.workflow}, environment {each.environment or 'any'}"
        yield "publisher", shown, str(entry.places["publisher"])


def _when(rules: Target) -> str:
    told = (each.describe_refs(None) for each in rules.triggers)
    return "; ".join(f"{each.event} of {refs}" for each, refs in zip(rules.triggers, told, strict=True))
