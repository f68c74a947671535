"""Whether a workflow starts in a situation: the filters and the activity types of `on:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.simulation.situations import PULL_REQUESTS, USUAL_ACTIVITIES
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping, shown
from publish_gate.gate.patterns import PatternError, PatternList, compile_pattern, compile_patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.simulation.world import RepositoryContext
    from publish_gate.doctor.workflow.model import Trigger, Workflow
    from publish_gate.gate.patterns import Pattern
    from publish_gate.places import Place

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
    if situation.event in PULL_REQUESTS:
        named = _named(options, "branches", situation.base or world.default_branch, trigger)
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
    """Tell whether the filters for branches or tags let a name in."""
    for key, wanted in ((kind, True), (f"{kind}-ignore", False)):
        entry = options.entry(key)
        if entry is None:
            continue
        where = f"on.{trigger.event}.{key}"
        listed = [pattern.text for pattern in texts(entry.value)]
        try:
            answers = {PatternList(patterns).accepts(name) for patterns in _readings(listed)}
        except PatternError:
            return Start(Ternary.DEPENDS, f"GitHub refuses a pattern of {where} ({entry.place})")
        if len(answers) > 1:
            what = "what a backslash in a filter means is not documented"
            return Start(Ternary.DEPENDS, f"it depends on {where}: {what} ({entry.place})")
        if answers != {wanted}:
            what = f"{where} {'does not match' if wanted else 'takes away'} {shown(name)}"
            return Start(Ternary.NO, _because(entry.place, what))
    return Start(Ternary.YES)


def _readings(patterns: list[str]) -> Iterator[tuple[Pattern, ...]]:
    """Yield the patterns in each way in which they may be meant: behind a backslash may be anything, or nothing fits.

    Raises `PatternError` if GitHub refuses one.
    """
    compiled = compile_patterns(patterns).patterns
    if not any("\\" in pattern for pattern in patterns):
        yield compiled
        return
    yield tuple(compile_pattern(re.sub(r"\\.*", "**", pattern, flags=re.DOTALL)) for pattern in patterns)
    yield tuple(pattern for pattern in compiled if "\\" not in pattern.text)


# What an event listens to if `types` is not given. The others listen to all, which is not worth naming.
_USUAL = dict.fromkeys(PULL_REQUESTS, USUAL_ACTIVITIES)
# Publishing a release may make these as well: it depends on whether it has been a draft, and on pre-release.
_BESIDE_PUBLISHED = ("created", "released", "prereleased")


def listened_to(workflow: Workflow, event: str) -> tuple[str, ...]:
    """Return the activities of an event that start a workflow; empty if that is all there are."""
    trigger = workflow.trigger(event)
    options = trigger.options if trigger is not None else None
    listed = texts(options.get("types")) if isinstance(options, Mapping) else ()
    return tuple(kind.text for kind in listed) or _USUAL.get(event, ())


def beside(workflow: Workflow, situation: Situation) -> tuple[str, ...]:
    """Return the activities that start the workflow once more, or instead, when a release is published."""
    if situation.event != "release" or situation.activity != "published":
        return ()
    listed = listened_to(workflow, situation.event)
    return tuple(kind for kind in _BESIDE_PUBLISHED if not listed or kind in listed)


def happening(workflow: Workflow, situation: Situation) -> tuple[str, ...]:
    """Return the activities one of which `github.event.action` is; empty if nothing is known of it."""
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
