"""What a step that is Publish Gate itself answers in a situation: its rules are known, so its outputs are too."""

from __future__ import annotations

import itertools
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.expressions.values import Object, OneOf, Unknown
from publish_gate.doctor.simulation.evaluation import text_of
from publish_gate.doctor.workflow.tree import Scalar
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.config.model import Config, PackageEntry
    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.workflow.model import Step
    from publish_gate.gate.rules import Target, Trigger
    from publish_gate.run_context import Context
    from publish_gate.settings import Settings

_FLAGS = ("true", "false")
# The other inputs are about the version, the index or the step itself: whatever they are, a target that does not
# take the event or the ref does not publish.
_DECIDING = frozenset({"targets", "events", "branches", "tags", "config"})
_MOST_CHOICES = 64


def gate_outputs(step: Step, scope: Scope, config: Config | None, name: str) -> Object:
    """Return the outputs of the gate at a step, as far as event and ref decide them.

    What the versions decide is open: if a target takes the event and the ref, it publishes or it does not.
    ``config`` is the repository's config file, ``name`` what the outputs are known by.
    """
    outputs: dict[str, Value] = {"should-build": OneOf(_FLAGS, f"{name}.should-build")}
    targets = _taking(step, scope, config)
    if targets is None:
        outputs |= {"should-publish": OneOf(_FLAGS, f"{name}.should-publish"), "publish-to": Unknown()}
    elif targets:
        outputs["should-publish"] = OneOf(_FLAGS, f"{name}.should-publish")
        # One choice decides both: of a target they are its name and its address.
        outputs["publish-to"] = OneOf((*targets, ""), f"{name}.publish-to")
        outputs["repository-url"] = OneOf((*targets.values(), ""), f"{name}.publish-to")
    else:
        outputs |= dict.fromkeys(("publish-to", "repository-url", "matrix", "matrix-rest"), "")
        outputs["should-publish"] = "false"
    return Object(outputs, open=True)


class _Happening(NamedTuple):
    """A situation as the gate reads it; ``activities`` are those that it can be, None if it can be any."""

    context: Context
    activities: tuple[str | None, ...] | None

    def is_taken(self, trigger: Trigger) -> bool:
        """Whether a target's trigger takes it, or may."""
        known = self.activities is None or any(trigger.accepts_activity(activity) for activity in self.activities)
        fits = trigger.event == self.context.event
        return fits and known and trigger.accepts_ref(self.context.ref, self.context.default_branch)


def _taking(step: Step, scope: Scope, config: Config | None) -> dict[str, Value] | None:
    """Return the targets that take this event and ref, with their addresses; None if something else decides it."""
    from publish_gate.gate.rules import untrusted_because

    happening = _happening(scope)
    if happening is None:
        return None
    if untrusted_because(happening.context) is not None:
        return {}
    choices = _inputs(step, scope)
    if choices is None:
        return None
    found: dict[str, Value] = {}
    for values in choices:
        rules = _rules(values, config)
        if rules is None:
            return None
        for rule in rules:
            if any(map(happening.is_taken, rule.triggers)):
                same = found.get(rule.name, rule.repository_url) == rule.repository_url
                found[rule.name] = rule.repository_url if same else Unknown()
    return found


def _inputs(step: Step, scope: Scope) -> list[dict[str, str]] | None:
    """Return every combination that the inputs can have; None if one that decides is not known."""
    known: dict[str, tuple[Value, ...]] = {}
    for entry in step.with_:
        # The names of inputs are compared without case.
        name = entry.key.lower()
        value = text_of(entry.value, scope) if isinstance(entry.value, Scalar) else Unknown()
        values = value.values if isinstance(value, OneOf) else (value,)
        if all(isinstance(item, str) for item in values):
            known[name] = values
        elif name in _DECIDING:
            return None
    combinations = list(itertools.islice(itertools.product(*known.values()), _MOST_CHOICES + 1))
    if len(combinations) > _MOST_CHOICES:
        return None
    return [{name: str(value) for name, value in zip(known, combination, strict=True)} for combination in combinations]


def _rules(values: dict[str, str], config: Config | None) -> list[Target] | None:
    """Return the rules that hold with these inputs, none if they are refused; None if they are not known."""
    from publish_gate.errors import ConfigurationError
    from publish_gate.settings import load_settings, split_list
    from publish_gate.targets import BUILT_IN

    known = dict.fromkeys([*(config.targets if config is not None else ()), *BUILT_IN])
    named = values.get("config", "").strip()
    if named and (config is None or posixpath.normpath(named.replace("\\", "/")) != config.path):
        return None
    if config is None and not known.keys() >= set(split_list(values.get("targets", ""))):
        return None  # of a config file that is not here
    try:
        return list(_planned(load_settings(values, known), config))
    except ConfigurationError:
        return []  # the step fails, and says no


def _planned(settings: Settings, config: Config | None) -> Iterator[Target]:
    from publish_gate.gate.tag_templates import TagTemplate
    from publish_gate.plan import DEFAULT_TAG, plan_entry, plan_single

    if config is None or not (config.packages or config.targets):
        yield from plan_single(settings).rules
        return
    if not config.packages:
        yield from plan_entry(settings, config, None, ".", settings.package, None).rules
        return
    for entry in config.packages:
        if entry.stands_for_many:
            yield from _of_many(settings, config, entry)
        elif _is_selected(entry, settings):
            several = len(config.packages) > 1
            text = entry.tag or (DEFAULT_TAG if several else None)
            tag = TagTemplate(text, entry.name) if text is not None else None
            yield from plan_entry(settings, config, entry, entry.path, entry.name, tag).rules


def _is_selected(entry: PackageEntry, settings: Settings) -> bool:
    """Whether the inputs leave a package in: both `package` and `working-directory` name one."""
    from publish_gate.names import normalize_name

    folder = posixpath.normpath(settings.working_directory.replace("\\", "/"))
    named = settings.package is None or normalize_name(settings.package) == normalize_name(entry.name)
    return named and folder in {".", entry.path}


def _of_many(settings: Settings, config: Config, entry: PackageEntry) -> Iterator[Target]:
    """Return the rules of the packages below a path, whose names nobody read: their tags may have any."""
    from publish_gate.gate.patterns import compile_patterns
    from publish_gate.plan import DEFAULT_TAG, plan_entry

    text = re.sub(r"([+!\]])", r"\\\1", entry.tag or DEFAULT_TAG)
    tags = compile_patterns([text.replace("{name}", "**").replace("{version}", "*")])
    for rule in plan_entry(settings, config, entry, entry.path, entry.name, None).rules:
        own = config.targets.get(rule.name)
        if settings.parts.tags is not None or (own is not None and own.triggers is not None):
            yield rule
        else:
            named = [replace(trigger, tags=tags) if trigger.tags is not None else trigger for trigger in rule.triggers]
            yield replace(rule, triggers=tuple(named))


def _happening(scope: Scope) -> _Happening | None:
    """Return the situation as the gate would read it; None if too little of it is known."""
    from publish_gate.run_context import Context, Ref

    github = scope.contexts.get("github")
    if not isinstance(github, Object):
        return None
    event, ref, payload = (github.entries.get(key) for key in ("event_name", "ref", "event"))
    if not isinstance(event, str) or not isinstance(ref, str) or not isinstance(payload, Object):
        return None
    repository = payload.entries.get("repository")
    default = repository.entries.get("default_branch") if isinstance(repository, Object) else None
    context = Context(
        event=event,
        ref=Ref.parse(ref),
        default_branch=default if isinstance(default, str) else "main",
        in_fork=False,
    )
    return _Happening(context, _activities(payload))


def _activities(payload: Object) -> tuple[str | None, ...] | None:
    action = payload.entries.get("action", Unknown() if payload.open else None)
    values = action.values if isinstance(action, OneOf) else (action,)
    known = tuple(value for value in values if value is None or isinstance(value, str))
    return known if len(known) == len(values) else None
