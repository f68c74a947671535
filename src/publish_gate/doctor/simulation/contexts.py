"""What a run sees: the `github` context with the payload of its event, and the `inputs`.

Everything that the event determines is known, the rest is unknown. Sources: "Contexts" and "Webhook events and
payloads" of GitHub's documentation. The top level of a payload is closed: what an event does not have there is null.
Below, what is not listed is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, OneOf, Unknown
from publish_gate.doctor.expressions.values import write
from publish_gate.doctor.simulation.evaluation import as_text, value_of
from publish_gate.doctor.simulation.situations import PULL_REQUESTS
from publish_gate.doctor.simulation.triggers import happening
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Workflow

_THERE = Unknown(truth=True)
# Always there, but not told by the files.
_SOMETHING = (
    "actor",
    "actor_id",
    "repository_id",
    "repository_owner_id",
    "run_id",
    "run_number",
    "run_attempt",
    "sha",
    "token",
    "triggering_actor",
    "workflow_ref",
    "workflow_sha",
    "workspace",
)


def github_context(situation: Situation, workflow: Workflow, world: RepositoryContext) -> Object:
    """Return the `github` context of a run that ``workflow`` begins in ``situation``.

    Source: "github context" of GitHub's documentation on contexts. A workflow that is called by another of which
    nothing is known sees that one's event.
    """
    known: dict[str, Value] = dict.fromkeys(_SOMETHING, _THERE)
    known["repository"] = _THERE if world.repository is None else world.repository
    known["repository_owner"] = _THERE if world.owner is None else world.owner
    if situation.event == "workflow_call":
        if situation.ref:
            known |= _ref(situation)
        return Object(known, open=True)
    if workflow.name is None:
        known["workflow"] = workflow.path
    else:
        known["workflow"] = workflow.name.text if "${{" not in workflow.name.text else _THERE
    of_pull_request = situation.event in PULL_REQUESTS
    known |= _ref(situation)
    known |= {
        "event_name": situation.event,
        "event": _payload(situation, workflow, world),
        "base_ref": (situation.base or world.default_branch) if of_pull_request else "",
        "head_ref": _THERE if of_pull_request else "",
    }
    return Object(known, open=True)


def _ref(situation: Situation) -> dict[str, Value]:
    kind: Value = "tag" if situation.is_tag else "branch"
    return {"ref": situation.ref, "ref_name": situation.ref_name, "ref_type": kind}


_UNKNOWN = Unknown()
# Who opens pull requests from a fork; only that it is not the repository's owner matters.
_STRANGER = "somebody-else"


def _payload(situation: Situation, workflow: Workflow, world: RepositoryContext) -> Object:
    """Return `github.event` in a situation."""
    entries: dict[str, Value] = {
        "repository": _repository(world),
        "sender": Object({"login": _THERE}, open=True),
        "organization": _UNKNOWN,
        "enterprise": _UNKNOWN,
        "installation": _UNKNOWN,
    }
    special = _PAYLOADS.get(situation.event)
    if special is None:
        return Object(entries | _action(situation, workflow), open=True)
    return Object(entries | special(situation, workflow, world))


def _repository(world: RepositoryContext) -> Object:
    name = _THERE if world.repository is None else world.repository.partition("/")[2]
    return Object(
        {
            "full_name": _THERE if world.repository is None else world.repository,
            "name": name,
            "owner": Object({"login": _THERE if world.owner is None else world.owner}, open=True),
            "default_branch": world.default_branch,
            "fork": False,
        },
        open=True,
    )


def _action(situation: Situation, workflow: Workflow) -> dict[str, Value]:
    possible = happening(workflow, situation)
    if not possible:
        return {}
    return {"action": possible[0] if len(possible) == 1 else OneOf(possible, "github.event.action")}


def _push(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del workflow, world
    return {
        "ref": situation.ref,
        "before": _THERE,
        "after": _THERE,
        "base_ref": _UNKNOWN,
        "created": _UNKNOWN,
        "deleted": False,
        "forced": _UNKNOWN,
        "compare": _THERE,
        "commits": _UNKNOWN,
        # Which files a commit changes is in the webhook, but not in what a run is given.
        "head_commit": Object({"message": _THERE, **dict.fromkeys(("added", "removed", "modified"))}, open=True),
        "pusher": Object({}, open=True),
    }


def _pull_request(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    repository = _fork(world) if situation.fork else _repository(world)
    owner = repository.entries["owner"]
    head = Object({"ref": _THERE, "sha": _THERE, "repo": repository, "user": owner}, open=True)
    base = Object({"ref": situation.base or world.default_branch, "sha": _THERE, "repo": _repository(world)}, open=True)
    request = {"head": head, "base": base, "merged": _merged(situation, workflow), "number": _THERE}
    rest: dict[str, Value] = dict.fromkeys(
        ("changes", "before", "after", "label", "assignee", "reason", "requested_reviewer", "milestone"), _UNKNOWN
    )
    return {**rest, "number": _THERE, "pull_request": Object(request, open=True), **_action(situation, workflow)}


def _merged(situation: Situation, workflow: Workflow) -> Value:
    if situation.merged is not None:
        return situation.merged
    if "closed" not in happening(workflow, situation):
        return False
    return OneOf((True, False), "github.event.pull_request.merged")


def _fork(world: RepositoryContext) -> Object:
    name = "fork" if world.repository is None else world.repository.partition("/")[2]
    return Object(
        {
            "full_name": f"{_STRANGER}/{name}",
            "name": name,
            "owner": Object({"login": _STRANGER}, open=True),
            "fork": True,
        },
        open=True,
    )


def _release(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del world
    release: dict[str, Value] = {"tag_name": situation.ref_name, "draft": False}
    if situation.activity in {"released", "prereleased"}:
        release["prerelease"] = situation.activity == "prereleased"
    return {
        "release": Object(release, open=True),
        "changes": _UNKNOWN,
        **_action(situation, workflow),
    }


def _workflow_dispatch(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del world
    return {"ref": situation.ref, "workflow": workflow.path, "inputs": _dispatch_payload(workflow, situation)}


def _schedule(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del world
    if situation.cron:
        return {"schedule": situation.cron, "workflow": workflow.path}
    trigger = workflow.trigger("schedule")
    items = trigger.options.items if trigger is not None and isinstance(trigger.options, Sequence) else ()
    times: list[Value] = [cron.text for item in items if isinstance(item, Mapping) for cron in texts(item.get("cron"))]
    known: Value = OneOf(tuple(times), "github.event.schedule") if len(times) > 1 else (times or [_THERE])[0]
    return {"schedule": known, "workflow": workflow.path}


_PAYLOADS: dict[str, Callable[[Situation, Workflow, RepositoryContext], dict[str, Value]]] = {
    "push": _push,
    "pull_request": _pull_request,
    "pull_request_target": _pull_request,
    "release": _release,
    "workflow_dispatch": _workflow_dispatch,
    "schedule": _schedule,
}


# What a called workflow sees if the caller says nothing and there is no default.
_EMPTY: dict[str, Value] = {"boolean": False, "number": 0.0}


def inputs_context(situation: Situation, workflow: Workflow) -> Object:
    """Return the `inputs` context of the workflow that a situation starts.

    Any inputs may be given: a boolean is one of two, a choice one of its options, everything else unknown. On other
    events there are none, so that each is null. Source: "inputs context" of GitHub's documentation.
    """
    if situation.event not in {"workflow_dispatch", "workflow_call"}:
        return Object()
    given: dict[str, Value] = dict(situation.inputs)
    declared = _declared(workflow, situation.event)
    return Object({name: given.get(name, _any(f"inputs.{name}", definition)) for name, definition in declared})


def _dispatch_payload(workflow: Workflow, situation: Situation) -> Value:
    """Return `github.event.inputs` of a run by hand, in which everything is a text; null if there are none."""
    declared = tuple(_declared(workflow, "workflow_dispatch"))
    if not declared:
        return None
    given: dict[str, Value] = dict(situation.inputs)
    known = {name: given.get(name, _any(f"github.event.inputs.{name}", definition)) for name, definition in declared}
    return Object({name: as_text(value) for name, value in known.items()})


def called_inputs(callee: Workflow, given: Mapping, scope: Scope, callee_scope: Scope, call: str) -> Object:
    """Return the `inputs` context of a called workflow.

    ``given`` is the caller's ``with``, seen from ``scope``; a default is seen from ``callee_scope``. A name that
    the called workflow does not declare is refused by GitHub and left out here. ``call`` tells this call from all
    others.
    """
    passed = {entry.key.lower(): entry.value for entry in given}
    entries: dict[str, Value] = {}
    for name, definition in _declared(callee, "workflow_call"):
        value = passed.get(name.lower())
        if isinstance(value, Scalar):
            entries[name] = _typed(value_of(value, scope), definition, f"{call}inputs.{name}")
        else:
            entries[name] = _default(definition, callee_scope, f"{call}inputs.{name}")
    return Object(entries)


def _declared(workflow: Workflow, event: str) -> Iterator[tuple[str, Mapping]]:
    trigger = workflow.trigger(event)
    options = trigger.options if trigger is not None else None
    inputs = options.get("inputs") if isinstance(options, Mapping) else None
    for entry in inputs if isinstance(inputs, Mapping) else ():
        yield entry.key, entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.place)


def _type(definition: Mapping) -> str:
    kind = definition.scalar("type")
    return kind.text if kind is not None else "string"


def _any(name: str, definition: Mapping) -> Value:
    """Return what is known of an input whatever is given for it."""
    kind = _type(definition)
    if kind == "boolean":
        return OneOf((True, False), name)
    options = tuple(write(option.value) for option in texts(definition.get("options")))
    if kind == "choice" and options:
        return OneOf(options, name) if len(options) > 1 else options[0]
    return Unknown()


def _default(definition: Mapping, scope: Scope, name: str) -> Value:
    default = definition.scalar("default")
    if default is None or default.value is None:
        return _EMPTY.get(_type(definition), "")
    return _typed(value_of(default, scope), definition, name)


def _typed(value: Value, definition: Mapping, name: str) -> Value:
    """Return a value as the type that the called workflow declares; GitHub refuses what does not fit."""
    kind = _type(definition)
    if kind == "boolean":
        if isinstance(value, bool | OneOf):
            return value
        if isinstance(value, Unknown):
            return OneOf((True, False), name) if value.truth is None else value.truth
        return (
            {"true": True, "false": False}.get(write(value), Unknown()) if not isinstance(value, Object) else Unknown()
        )
    return as_text(value) if kind == "string" else value
