"""What a step that is Publish Gate itself answers in a situation: its rules are known, so its outputs are too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions.values import Object, OneOf, Unknown
from publish_gate.doctor.reach.parsing import text_of
from publish_gate.doctor.workflow.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.config.model import Config
    from publish_gate.context import Context
    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.workflow.model import Step
    from publish_gate.gate.rules import Target

_FLAGS = ("true", "false")


def is_gate(step: Step) -> bool:
    """Whether a step uses this action, from wherever it is taken."""
    name = step.uses.text.strip().lower().partition("@")[0].rstrip("/") if step.uses is not None else ""
    return name.rpartition("/")[2] == "publish-gate"


def gate_outputs(step: Step, scope: Scope, config: Config | None, name: str) -> Object:
    """Return the outputs of the gate at a step, as far as event and ref decide them.

    What the versions decide is open: where a target takes the event and the ref, it publishes or it does not.
    ``config`` is the repository's config file, ``name`` what the outputs are known by.
    """
    outputs: dict[str, Value] = {"should-build": OneOf(_FLAGS, f"{name}.should-build")}
    targets = _taking(step, scope, config)
    if targets is None:
        outputs |= {"should-publish": OneOf(_FLAGS, f"{name}.should-publish"), "publish-to": Unknown()}
    elif targets:
        outputs["should-publish"] = OneOf(_FLAGS, f"{name}.should-publish")
        outputs["publish-to"] = OneOf((*targets, ""), f"{name}.publish-to")
    else:
        outputs |= {"should-publish": "false", "publish-to": "", "matrix": "", "matrix-rest": ""}
    return Object(outputs, open=True)


def _taking(step: Step, scope: Scope, config: Config | None) -> tuple[str, ...] | None:
    """Return the targets that take this event and ref; None where the inputs or the situation do not decide it."""
    from publish_gate.errors import ConfigurationError
    from publish_gate.gate.rules import untrusted_because

    context = _context(scope)
    values = {entry.key: text_of(entry.value, scope) for entry in step.with_ if isinstance(entry.value, Scalar)}
    known = {key: value for key, value in values.items() if isinstance(value, str)}
    if context is None or len(known) < len(values):
        return None
    if untrusted_because(context) is not None:
        return ()
    try:
        rules = list(_rules(known, config))
    except ConfigurationError:
        return ()  # the step fails, and says no
    found = [
        rule.name
        for rule in rules
        if any(
            trigger.event == context.event
            and trigger.accepts_activity(context.activity)
            and trigger.accepts_ref(context.ref, context.default_branch)
            for trigger in rule.triggers
        )
    ]
    return tuple(dict.fromkeys(found))


def _rules(values: dict[str, str], config: Config | None) -> Iterator[Target]:
    from publish_gate.gate.tag_templates import TagTemplate
    from publish_gate.plan import DEFAULT_TAG, plan_entry, plan_single
    from publish_gate.settings import load_settings
    from publish_gate.targets import BUILT_IN

    known = [*(config.targets if config is not None else ()), *BUILT_IN]
    settings = load_settings(values, list(dict.fromkeys(known)))
    if config is None or not (config.packages or config.targets):
        yield from plan_single(settings).rules
    elif not config.packages:
        yield from plan_entry(settings, config, None, ".", settings.package, None).rules
    else:
        several = len(config.packages) > 1
        for entry in config.packages:
            text = entry.tag or (DEFAULT_TAG if several or entry.stands_for_many else None)
            tag = TagTemplate(text, entry.name) if text is not None else None
            yield from plan_entry(settings, config, entry, entry.path, entry.name, tag).rules


def _context(scope: Scope) -> Context | None:
    """Return the situation as the gate would read it; None where too little of it is known."""
    from publish_gate.context import Context, Ref

    github = scope.contexts.get("github")
    if not isinstance(github, Object):
        return None
    event, ref, payload = (github.entries.get(key) for key in ("event_name", "ref", "event"))
    if not isinstance(event, str) or not isinstance(ref, str) or not isinstance(payload, Object):
        return None
    activity = payload.entries.get("action")
    repository = payload.entries.get("repository")
    default = repository.entries.get("default_branch") if isinstance(repository, Object) else None
    return Context(
        event=event,
        ref=Ref.parse(ref),
        activity=activity if isinstance(activity, str) else None,
        default_branch=default if isinstance(default, str) else "main",
        in_fork=False,
    )
