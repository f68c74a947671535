"""The situations in which a workflow is looked at: the usual ones, and those that its own filters name."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.grammar import events
from publish_gate.doctor.workflow.tree import Mapping, Sequence
from publish_gate.gate.patterns import PatternError, compile_pattern, compile_patterns
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.workflow.model import Trigger, Workflow
    from publish_gate.gate.patterns import Pattern

PULL_REQUESTS: Final = frozenset({"pull_request", "pull_request_target"})
USUAL_ACTIVITIES: Final = ("opened", "synchronize", "reopened")
"""What a pull request starts if `types` is not given."""

_VERSION = "1.2.3"
_TAG = f"v{_VERSION}"
_FEATURE = "some-feature"
_PULL_REQUEST = "refs/pull/1/merge"
_ON_CHOSEN_REF = frozenset({"push", "workflow_dispatch", "create", "deployment", "deployment_status", "merge_group"})
# Names that people give, to try on a pattern before one is spelled out from it; and what stands for its stars.
_TAGS = ("2.4.0", _TAG, "v2.4.0", "2026.1.0", "release-1.2.3", "v1.2.3rc1", "1.2.3rc1", "v1.2.3-rc.1", "v1", "nightly")
_BRANCHES = ("release", "develop", "release/1.x", "releases/v1", "maint/1.x", "v1", "v1.x", "1.x", "some-feature")
_FILLINGS = (_VERSION, _TAG, "x", "1", "rc1")
# A ref in a condition, whole or as what others begin with.
_REF = re.compile(
    r"(?P<begins>startsWith\(\s*github\.ref\s*,\s*)?'refs/(?P<kind>tags|heads)/(?P<name>[^'\s]{0,100})'", re.IGNORECASE
)
_NAME = re.compile(r"\w[\w./+-]*[\w+-]|\w", re.ASCII)
_SPEAKS_OF_TAGS = re.compile(r"refs/tags|ref_type")
# Further situations of one kind, whatever the file lists.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: what happens, and where.

    ``name`` tells it from all others of a workflow, ``label`` says it to people. ``ref`` is the ``GITHUB_REF``, empty
    if the files do not decide it (a called workflow looked at by itself). ``activity`` is the activity that happened,
    such as ``published``, empty if the event has none or it may be any of those that the workflow listens to.
    ``fork`` tells that the pull request comes from a fork; the workflow itself always runs in the upstream
    repository. ``base`` is the branch that a pull request goes to, empty for the default branch, and ``merged``
    whether a closed one was merged, None if it may be either. ``inputs`` are inputs of a run by hand that are given,
    ``cron`` is the schedule that starts it.
    """

    name: str
    event: str
    ref: str
    activity: str = ""
    fork: bool = False
    label: str = ""
    base: str = ""
    merged: bool | None = None
    inputs: tuple[tuple[str, str | bool], ...] = ()
    cron: str = ""

    @property
    def is_tag(self) -> bool:
        """Whether it happens on a tag."""
        return self.ref.startswith("refs/tags/")

    @property
    def is_branch(self) -> bool:
        """Whether it happens on a branch."""
        return self.ref.startswith("refs/heads/")

    @property
    def ref_name(self) -> str:
        """The ref as people call it: ``main``, ``v1.2.3``, ``1/merge``."""
        for prefix in ("refs/heads/", "refs/tags/", "refs/pull/"):
            if self.ref.startswith(prefix):
                return self.ref.removeprefix(prefix)
        return self.ref


def standard_situations(default_branch: str = "main") -> tuple[Situation, ...]:
    """Return the nine situations that every workflow is looked at in, eight of which `simulate` tells of as well.

    A pull request to the default branch, from a fork and not; a push to the default branch, to another one, and of
    the tag ``v1.2.3``; that tag released; a run by hand on the default branch; by the clock; called by another
    workflow of which nothing is known.
    """
    return (
        make("pull_request", "", default_branch),
        make("pull_request", "", default_branch, fork=True),
        make("push", "", default_branch),
        make("push", f"refs/heads/{_FEATURE}", default_branch),
        make("push", f"refs/tags/{_TAG}", default_branch),
        make("release", f"refs/tags/{_TAG}", default_branch, activity="published"),
        make("workflow_dispatch", "", default_branch),
        make("schedule", "", default_branch),
        make("workflow_call", "", default_branch),
    )


def make(  # noqa: PLR0913 - what a situation is made of
    event: str,
    ref: str,
    default_branch: str,
    *,
    activity: str = "",
    fork: bool = False,
    base: str = "",
    merged: bool | None = None,
    inputs: tuple[tuple[str, str | bool], ...] = (),
    cron: str = "",
) -> Situation:
    """Make a situation; ``ref`` is a full one, or empty for the one that the event has if nothing is chosen.

    Source: "Events that trigger workflows" of GitHub's documentation, GITHUB_REF.
    """
    base = "" if base == default_branch else base
    if event == "pull_request":
        ref = ref or _PULL_REQUEST
    elif event != "workflow_call":
        ref = ref or f"refs/heads/{default_branch}"
    unnamed = Situation("", event, ref, activity, fork, "", base, merged, inputs, cron)
    name, label = _of_pull_request(unnamed) if event in PULL_REQUESTS else _named(unnamed, default_branch)
    for key, value in inputs:
        name, label = f"{name}_{key}={_written(value)}", f"{label} with {key}: {_written(value)}"
    return Situation(name, event, ref, activity, fork, label, base, merged, inputs, cron)


def _written(value: str | bool) -> str:  # noqa: FBT001 - a value of an input
    return value if isinstance(value, str) else str(value).lower()


def _of_pull_request(situation: Situation) -> tuple[str, str]:
    name, label = situation.event, "pull request" if situation.event == "pull_request" else situation.event
    if situation.base:
        name, label = f"{name}_to_{situation.base}", f"{label} to {situation.base}"
    if situation.activity:
        how = situation.activity if not situation.merged else "merged"
        name, label = f"{name}_{how}", f"{label} {how.replace('_', ' ')}"
    return (f"{name}_fork", f"{label} from a fork") if situation.fork else (name, label)


def _named(situation: Situation, default_branch: str) -> tuple[str, str]:
    event, where = situation.event, situation.ref_name
    on_main = situation.ref == f"refs/heads/{default_branch}"
    if event == "release":
        tag = "" if where == _TAG else f"_{where}"
        return f"release_{situation.activity}{tag}", f"release {where} {situation.activity}"
    if event == "push":
        if situation.is_tag:
            return f"push_tag_{where}", f"push of tag {where}"
        if where == _FEATURE:
            return "push_feature", "push to another branch"
        return ("push_main" if on_main else f"push_branch_{where}"), f"push to {where}"
    if event == "workflow_dispatch":
        return f"{event}_{'main' if on_main else where}", f"{event} on {where}"
    if event == "schedule":
        return (f"schedule_{situation.cron}", f"schedule {situation.cron}") if situation.cron else (event, event)
    name, label = event, event
    if situation.activity:
        name, label = f"{name}_{situation.activity}", f"{label} {situation.activity}"
    return (name, label) if on_main or not situation.ref else (f"{name} on {where}", f"{label} on {where}")


def situations_of(workflow: Workflow, default_branch: str = "main") -> tuple[Situation, ...]:
    """Return the situations to look at a workflow in: the usual nine, and those that its own `on:` speaks of.

    A tag for each tag pattern and a branch for each branch pattern that none of the usual ones matches, each branch
    that pull requests may go to, each activity type, each choice of a run by hand, each schedule, each further event.
    """
    found = {situation.name: situation for situation in standard_situations(default_branch)}
    for trigger in workflow.triggers:
        if trigger.event not in events():
            continue  # it never happens
        further = _FURTHER.get(trigger.event, _of_any_event)(trigger, default_branch)
        for situation in itertools.islice(further, _MOST):
            found.setdefault(situation.name, situation)
    for situation in itertools.islice(_named_in_conditions(workflow, default_branch), _MOST):
        found.setdefault(situation.name, situation)
    return tuple(found.values())


def _named_in_conditions(workflow: Workflow, default_branch: str) -> Iterator[Situation]:
    """Yield pushes of the refs that the text speaks of, and a run by hand on a tag if it speaks of tags."""
    if workflow.trigger("workflow_dispatch") is not None and _SPEAKS_OF_TAGS.search(workflow.text):
        yield make("workflow_dispatch", f"refs/tags/{_TAG}", default_branch)
    if workflow.trigger("push") is None:
        return
    for match in _REF.finditer(workflow.text):
        kind, name = match["kind"], match["name"]
        if match["begins"] is not None:
            name += "" if name[-1:].isdigit() else _VERSION if kind == "tags" else "1.x"
        usual = (_TAG,) if kind == "tags" else (default_branch, _FEATURE)
        begins = match["begins"] is not None and any(known.startswith(match["name"]) for known in usual)
        if name and not begins and name not in usual and _NAME.fullmatch(name):
            yield make("push", f"refs/{kind}/{name}", default_branch)


def _of_push(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    for name in _samples(trigger, "tags", (_TAG,)):
        yield make("push", f"refs/tags/{name}", default_branch)
    for name in _samples(trigger, "branches", (default_branch, _FEATURE)):
        yield make("push", f"refs/heads/{name}", default_branch)


def _of_pull_requests(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    event = trigger.event
    bases = ("", *_samples(trigger, "branches", (default_branch,)))
    kinds = [kind for kind in _listed(trigger, "types") if kind not in USUAL_ACTIVITIES]
    for base in bases:
        if base or event != "pull_request":
            yield make(event, "", default_branch, base=base)
            yield make(event, "", default_branch, base=base, fork=True)
    for kind in kinds:
        for merged in (True, False) if kind == "closed" else (None,):
            yield make(event, "", default_branch, activity=kind, merged=merged)


def _of_release(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    for kind in _listed(trigger, "types"):
        yield make("release", f"refs/tags/{_TAG}", default_branch, activity=kind)


def _of_dispatch(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    options = trigger.options
    inputs = options.get("inputs") if isinstance(options, Mapping) else None
    for entry in inputs if isinstance(inputs, Mapping) else ():
        kind = entry.value.scalar("type") if isinstance(entry.value, Mapping) else None
        values: tuple[str | bool, ...] = ()
        if kind is not None and kind.text == "boolean":
            values = (True, False)
        elif isinstance(entry.value, Mapping) and kind is not None and kind.text == "choice":
            values = tuple(option.text for option in texts(entry.value.get("options")))
        for value in values:
            yield make("workflow_dispatch", "", default_branch, inputs=((entry.key, value),))


def _of_schedule(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    items = trigger.options.items if isinstance(trigger.options, Sequence) else ()
    times = [cron.text for item in items if isinstance(item, Mapping) for cron in texts(item.get("cron"))]
    for time in times if len(times) > 1 else ():
        yield make("schedule", "", default_branch, cron=time)


def _of_any_event(trigger: Trigger, default_branch: str) -> Iterator[Situation]:
    if trigger.event == "workflow_call":
        return
    yield make(trigger.event, "", default_branch)
    if trigger.event in {"create", "deployment"}:
        yield make(trigger.event, f"refs/tags/{_TAG}", default_branch)
    kinds = _listed(trigger, "types")
    for kind in kinds if len(kinds) > 1 else ():
        yield make(trigger.event, "", default_branch, activity=kind)


_FURTHER = {
    "push": _of_push,
    "pull_request": _of_pull_requests,
    "pull_request_target": _of_pull_requests,
    "release": _of_release,
    "workflow_dispatch": _of_dispatch,
    "schedule": _of_schedule,
}


def for_event(
    event: str, ref: str = "", workflow: Workflow | None = None, default_branch: str = "main"
) -> tuple[Situation, ...]:
    """Return the situations that an event makes on a ref; none if it cannot happen there.

    ``ref`` may be short (``v1.2.3``, ``main``) or empty, which means what is usual for the event; of a pull request a
    branch is the one that it goes to. A release makes one situation for each activity that ``workflow`` lists.
    """
    if event in PULL_REQUESTS:
        full = _full(ref or default_branch, default_branch)
        base = full.removeprefix("refs/heads/") if full.startswith("refs/heads/") else ""
        return tuple(make(event, "", default_branch, base=base, fork=fork) for fork in (False, True))
    if event == "release":
        where = _full(ref or _TAG, default_branch, "refs/tags/")
        if not where.startswith("refs/tags/"):
            return ()
        trigger = workflow.trigger("release") if workflow is not None else None
        kinds = dict.fromkeys(("published", *(_listed(trigger, "types") if trigger is not None else ())))
        return tuple(make(event, where, default_branch, activity=kind) for kind in kinds)
    if event == "workflow_call" or event in _ON_CHOSEN_REF:
        return (make(event, _full(ref, default_branch) if ref else "", default_branch),)
    return (make(event, "", default_branch),)


def _full(ref: str, default_branch: str, prefix: str = "") -> str:
    """Complete a short ref: what looks like a version is taken for a tag, anything else for a branch."""
    if ref.startswith("refs/"):
        return ref
    version = ref != default_branch and ref.removeprefix("v")[:1].isdigit()
    return (prefix or ("refs/tags/" if version else "refs/heads/")) + ref


def _listed(trigger: Trigger, key: str) -> tuple[str, ...]:
    options = trigger.options
    return tuple(text.text for text in texts(options.get(key))) if isinstance(options, Mapping) else ()


def _samples(trigger: Trigger, key: str, usual: tuple[str, ...]) -> Iterator[str]:
    """Yield a name for each pattern of a filter that lets in none of the usual names."""
    listed = _listed(trigger, key)
    try:
        accepted = compile_patterns(listed)
        patterns = [compile_pattern(text) for text in listed]
    except PatternError:
        return
    taken = [name for name in usual if accepted.accepts(name)]
    for pattern in patterns:
        if pattern.negative or any(pattern.matches(name) for name in taken):
            continue
        fitting = (name for name in _candidates(pattern, key) if pattern.matches(name) and accepted.accepts(name))
        yield from itertools.islice(fitting, 1)


def _candidates(pattern: Pattern, key: str) -> Iterator[str]:
    """Yield names that people may give which the pattern could match, at last one that is spelled out from it."""
    if not {"*", "?", "+", "["} & set(pattern.text):
        yield pattern.text.replace("\\", "")
    yield from _BRANCHES if key == "branches" else _TAGS
    for filling in ("1.x", *_FILLINGS) if key == "branches" else _FILLINGS:
        yield pattern.text.replace("**", "*").replace("*", filling)
        if pattern.literal:
            yield pattern.literal + filling
    yield sample(pattern)


def sample(pattern: Pattern) -> str:
    """Return a name that a filter pattern matches, spelled out from it."""
    import string

    candidates = f"1{pattern.text}{string.ascii_letters}{string.digits}"
    return "".join(next(filter(step.accepts, candidates), "") for step in pattern.steps if step.accepts is not None)
