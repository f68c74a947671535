"""The payload of an event, `github.event`: what it has at its top, and what is determined in it.

Source: "Webhook events and payloads" of GitHub's documentation. The top level of a payload is closed: what an event
does not have there is null. Below, what is not listed is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, OneOf, Unknown
from publish_gate.doctor.simulation.activities import happening, listened_to
from publish_gate.doctor.simulation.inputs import dispatch_payload
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Workflow

_UNKNOWN = Unknown()
_THERE = Unknown(truth=True)
# Who opens pull requests from a fork; only that it is not the repository's owner matters.
_STRANGER = "somebody-else"


def payload(situation: Situation, workflow: Workflow, world: RepositoryContext) -> Object:
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
        "head_commit": Object({"message": _THERE}, open=True),
        "pusher": Object({}, open=True),
    }


def _pull_request(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    may_be_closed = "closed" in listened_to(workflow, situation.event)
    repository = _fork(world) if situation.fork else _repository(world)
    owner = repository.entries["owner"]
    head = Object({"ref": _THERE, "sha": _THERE, "repo": repository, "user": owner}, open=True)
    base = Object({"ref": world.default_branch, "sha": _THERE, "repo": _repository(world)}, open=True)
    merged: Value = OneOf((True, False), "github.event.pull_request.merged") if may_be_closed else False
    request = {"head": head, "base": base, "merged": merged, "number": _THERE}
    rest: dict[str, Value] = dict.fromkeys(
        ("changes", "before", "after", "label", "assignee", "reason", "requested_reviewer", "milestone"), _UNKNOWN
    )
    return {**rest, "number": _THERE, "pull_request": Object(request, open=True), **_action(situation, workflow)}


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
    return {
        "release": Object(release, open=True),
        "changes": _UNKNOWN,
        **_action(situation, workflow),
    }


def _workflow_dispatch(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del world
    return {"ref": situation.ref, "workflow": workflow.path, "inputs": dispatch_payload(workflow)}


def _schedule(situation: Situation, workflow: Workflow, world: RepositoryContext) -> dict[str, Value]:
    del situation, world
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
