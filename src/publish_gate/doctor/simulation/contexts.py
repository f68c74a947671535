"""The `github` context in a situation: everything that the event determines, the rest unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.expressions import Object, Unknown
from publish_gate.doctor.simulation.payloads import payload

if TYPE_CHECKING:
    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Workflow

_THERE = Unknown(truth=True)
_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
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
    of_pull_request = situation.event in _PULL_REQUESTS
    known |= _ref(situation)
    known |= {
        "event_name": situation.event,
        "event": payload(situation, workflow, world),
        "base_ref": world.default_branch if of_pull_request else "",
        "head_ref": _THERE if of_pull_request else "",
    }
    return Object(known, open=True)


def _ref(situation: Situation) -> dict[str, Value]:
    kind: Value = "tag" if situation.is_tag else "branch"
    return {"ref": situation.ref, "ref_name": situation.ref_name, "ref_type": kind}
