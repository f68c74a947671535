"""Which activities of an event a workflow listens to, and which of them happen in a situation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Workflow

_PULL_REQUEST = ("opened", "synchronize", "reopened")
# What an event listens to where `types` is not given. The others listen to all, which is not worth naming.
_USUAL = {"pull_request": _PULL_REQUEST, "pull_request_target": _PULL_REQUEST}
# Publishing a release may make these as well: it depends on whether it has been a draft, and on pre-release.
_BESIDE_PUBLISHED = ("created", "released", "prereleased")


def listened_to(workflow: Workflow, event: str) -> tuple[str, ...]:
    """Return the activities of an event that start a workflow; empty where that is all there are."""
    trigger = workflow.trigger(event)
    options = trigger.options if trigger is not None else None
    listed = texts(options.get("types")) if isinstance(options, Mapping) else ()
    return tuple(each.text for each in listed) or _USUAL.get(event, ())


def beside(workflow: Workflow, situation: Situation) -> tuple[str, ...]:
    """Return the activities that start the workflow once more, or instead, when a release is published."""
    if situation.event != "release" or situation.activity != "published":
        return ()
    listed = listened_to(workflow, situation.event)
    return tuple(kind for kind in _BESIDE_PUBLISHED if not listed or kind in listed)


def happening(workflow: Workflow, situation: Situation) -> tuple[str, ...]:
    """Return the activities one of which `github.event.action` is; empty where nothing is known of it."""
    listed = listened_to(workflow, situation.event)
    if not situation.activity:
        return listed
    return (situation.activity,) if not listed or situation.activity in listed else beside(workflow, situation)


def activity_starts(workflow: Workflow, situation: Situation) -> Ternary:
    """Tell whether the activity of a situation is one that the workflow listens to.

    Source: "Events that trigger workflows" of GitHub's documentation, activity types.
    """
    listed = listened_to(workflow, situation.event)
    usual = _USUAL.get(situation.event)
    if situation.activity:
        if not listed or situation.activity in listed:
            return Ternary.YES
        return Ternary.DEPENDS if beside(workflow, situation) else Ternary.NO
    if not listed or (usual is not None and not set(usual).isdisjoint(listed)):
        return Ternary.YES
    # Every pull request is closed at some time, few are labelled; and of other events no more is known.
    return Ternary.DEPENDS
