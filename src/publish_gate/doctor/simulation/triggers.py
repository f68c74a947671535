"""Whether a workflow starts in a situation: the filters of `on:`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.simulation.activities import activity_starts, listened_to
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping, shown
from publish_gate.gate.patterns import PatternError, compile_patterns

if TYPE_CHECKING:
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Trigger, Workflow
    from publish_gate.places import Place

_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
_KINDS = ("branches", "tags")


class Start(NamedTuple):
    """Whether a workflow starts; ``why`` says why not, or what it hangs on, with the place."""

    answer: Ternary
    why: str = ""


def starts(workflow: Workflow, situation: Situation, world: RepositoryContext) -> Start:
    """Tell whether a workflow starts in a situation.

    Rules: "Workflow syntax", on, and "Events that trigger workflows" of GitHub's documentation. Which files a push
    changes is not known; a push of a tag is not held against paths.
    """
    trigger = workflow.trigger(situation.event)
    if trigger is None:
        return Start(Ternary.NO, f"the workflow does not listen to `{situation.event}`")
    if situation.event == "schedule" and situation.ref != f"refs/heads/{world.default_branch}":
        return Start(Ternary.NO, _because(trigger.place, "a schedule runs on the default branch only"))
    activity = activity_starts(workflow, situation)
    if activity is Ternary.NO:
        listed = ", ".join(listened_to(workflow, situation.event))
        return Start(Ternary.NO, _because(trigger.place, f"on.{situation.event}.types listens to {listed}"))
    filtered = _filtered(trigger, situation, world)
    if filtered.answer is Ternary.NO:
        return filtered
    why = filtered.why or ("" if activity is Ternary.YES else _because(trigger.place, "it depends on the activity"))
    return Start(activity & filtered.answer, why)


def _because(place: Place, what: str) -> str:
    return f"the workflow does not start: {what} ({place})"


def _filtered(trigger: Trigger, situation: Situation, world: RepositoryContext) -> Start:
    options = trigger.options
    if not isinstance(options, Mapping):
        return Start(Ternary.YES)
    if situation.event in _PULL_REQUESTS:
        named = _named(options, "branches", world.default_branch, trigger)
    elif situation.event == "push":
        named = _pushed(options, situation, trigger)
    else:
        return Start(Ternary.YES)
    if named.answer is Ternary.NO or situation.is_tag:
        return named
    paths = next((entry for entry in options if entry.key in {"paths", "paths-ignore"}), None)
    if paths is None:
        return named
    return Start(Ternary.DEPENDS, f"it depends on which files change ({paths.place})")


def _pushed(options: Mapping, situation: Situation, trigger: Trigger) -> Start:
    ours, others = _KINDS if situation.is_branch else _KINDS[::-1]
    if not _given(options, ours):
        other = next((entry for entry in options if entry.key in {others, f"{others}-ignore"}), None)
        if other is None:
            return Start(Ternary.YES)
        what = f"on.push.{other.key} lets no {'branch' if situation.is_branch else 'tag'} in"
        return Start(Ternary.NO, _because(other.place, what))
    return _named(options, ours, situation.ref_name, trigger)


def _given(options: Mapping, kind: str) -> bool:
    return options.get(kind) is not None or options.get(f"{kind}-ignore") is not None


def _named(options: Mapping, kind: str, name: str, trigger: Trigger) -> Start:
    """Hold the name of a branch or tag against the patterns for it."""
    for key, wanted in ((kind, True), (f"{kind}-ignore", False)):
        entry = options.entry(key)
        if entry is None:
            continue
        try:
            accepted = compile_patterns(each.text for each in texts(entry.value)).accepts(name)
        except PatternError:
            return Start(Ternary.DEPENDS, f"GitHub refuses a pattern of on.{trigger.event}.{key} ({entry.place})")
        if accepted is not wanted:
            what = f"on.{trigger.event}.{key} {'does not match' if wanted else 'takes away'} {shown(name)}"
            return Start(Ternary.NO, _because(entry.place, what))
    return Start(Ternary.YES)
