"""The situations in which a workflow is looked at: an event, on a ref, from a fork or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.blocks import texts
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Workflow

_PULL_REQUEST = "refs/pull/1/merge"
_TAG = "refs/tags/v1.2.3"
_FEATURE = "refs/heads/some-feature"
_PULL_REQUEST_EVENTS = frozenset({"pull_request", "pull_request_target"})
_ON_CHOSEN_REF = frozenset({"push", "workflow_dispatch", "create", "deployment", "deployment_status", "merge_group"})


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: what happens, and where.

    ``ref`` is the ``GITHUB_REF``, empty where the files do not decide it (a called workflow looked at by itself).
    ``activity`` is the activity that happened, such as ``published``, empty where the event has none or it may be
    any of those that the workflow listens to. ``fork`` tells that the pull request comes from a fork; the workflow
    itself always runs in the upstream repository.
    """

    name: str
    event: str
    ref: str
    activity: str = ""
    fork: bool = False

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
    """Return the nine situations that every workflow is looked at in.

    A pull request to the default branch, from a fork and not; a push to the default branch, to another one, and of
    the tag ``v1.2.3``; that tag released; a run by hand on the default branch; by the clock; called by another
    workflow of which nothing is known.
    """
    main = f"refs/heads/{default_branch}"
    return (
        Situation("pull_request", "pull_request", _PULL_REQUEST),
        Situation("pull_request_fork", "pull_request", _PULL_REQUEST, fork=True),
        Situation("push_main", "push", main),
        Situation("push_feature", "push", _FEATURE),
        Situation("push_tag_v1.2.3", "push", _TAG),
        Situation("release_published", "release", _TAG, "published"),
        Situation("workflow_dispatch_main", "workflow_dispatch", main),
        Situation("schedule", "schedule", main),
        Situation("workflow_call", "workflow_call", ""),
    )


def for_event(
    event: str, ref: str = "", workflow: Workflow | None = None, default_branch: str = "main"
) -> tuple[Situation, ...]:
    """Return the situations that an event makes on a ref; none where it cannot happen there.

    ``ref`` may be short (``v1.2.3``, ``main``) or empty, which means what is usual for the event. A release makes
    one situation for each activity that ``workflow`` lists. Source: "Events that trigger workflows" of GitHub's
    documentation, GITHUB_REF.
    """
    main = f"refs/heads/{default_branch}"
    if event in _PULL_REQUEST_EVENTS:
        where = _PULL_REQUEST if event == "pull_request" else main
        return (Situation(event, event, where), Situation(f"{event}_fork", event, where, fork=True))
    if event == "release":
        where = _full(ref or _TAG, default_branch, "refs/tags/")
        if not where.startswith("refs/tags/"):
            return ()
        return tuple(Situation(f"release_{kind}", event, where, kind) for kind in _release_types(workflow))
    if event == "workflow_call":
        return (Situation(event, event, _full(ref, default_branch) if ref else ""),)
    if event in _ON_CHOSEN_REF:
        return (Situation(_named(event, ref), event, _full(ref or main, default_branch)),)
    return (Situation(event, event, main),)


def _named(event: str, ref: str) -> str:
    return f"{event} on {ref}" if ref else event


def _full(ref: str, default_branch: str, prefix: str = "") -> str:
    """Complete a short ref: what looks like a version is taken for a tag, anything else for a branch."""
    if ref.startswith("refs/"):
        return ref
    version = ref != default_branch and ref.removeprefix("v")[:1].isdigit()
    return (prefix or ("refs/tags/" if version else "refs/heads/")) + ref


def _release_types(workflow: Workflow | None) -> tuple[str, ...]:
    trigger = workflow.trigger("release") if workflow is not None else None
    options = trigger.options if trigger is not None else None
    listed = tuple(each.text for each in texts(options.get("types"))) if isinstance(options, Mapping) else ()
    return tuple(dict.fromkeys(("published", *listed)))
