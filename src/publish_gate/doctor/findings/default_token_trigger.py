"""A tag or release made with the default token starts no other workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.tag_makers import makers
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.tag_makers import Maker
    from publish_gate.doctor.workflow.model import Workflow

RULE = Rule(
    "default-token-trigger", "A tag made with the default token publishes nothing", ("github-token-no-trigger",)
)
_BY_RELEASE = {"push", "create", "release"}
_BY_OTHERS = {"workflow_dispatch", "workflow_call", "pull_request"}
# What starts a workflow by its name, or by an event that is sent: these are let through for the default token.
_STARTS = ("workflow_dispatch", "workflow-dispatch", "createWorkflowDispatch", "workflow run", "/dispatches")


class _Waits(NamedTuple):
    """What a workflow waits for."""

    tag: bool
    release: bool


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each publishing workflow that only waits for tags or releases, where another makes them this way."""
    found = [maker for workflow in examination.workflows for maker in makers(workflow)]
    for waiting in {job.entry.path: job.entry for job in examination.jobs}.values():
        waits = _waits(waiting)
        silent = (maker for maker in found if waits is not None and _is_missed(maker, waiting, waits))
        maker = next(silent, None)
        if maker is not None:
            yield Finding(
                RULE,
                Severity.WARNING,
                Confidence.MEDIUM,
                f"this makes a tag or release with the default token, and GitHub starts no workflow for that: "
                f"{waiting.path}, which publishes on it, stays silent",
                "call the publishing workflow from here (`uses: ./...` with `workflow_call`, or `gh workflow run` on "
                "the tag), or make the tag with the token of an app",
                maker.place,
                maker.job.id,
                "github-token-no-trigger",
            )


def _waits(workflow: Workflow) -> _Waits | None:
    """Return what a workflow waits for; None where it starts by something else as well."""
    events = {trigger.event for trigger in workflow.triggers} - _BY_OTHERS
    push = workflow.trigger("push")
    if not events or not events <= _BY_RELEASE or (push is not None and not _only_tags(push.options)):
        return None
    return _Waits(not events.isdisjoint({"push", "create"}), "release" in events)


def _only_tags(options: object) -> bool:
    return isinstance(options, Mapping) and options.get("tags") is not None and options.get("branches") is None


def _is_missed(maker: Maker, waiting: Workflow, waits: _Waits) -> bool:
    """Whether nothing that ``waiting`` waits for comes from elsewhere, and the maker does not start it itself."""
    # What stands in the waiting workflow itself runs after it has been started.
    if maker.workflow.path == waiting.path or _starts(maker.workflow, waiting):
        return False
    # A tag that started the maker was pushed by somebody; a release that it does not make, somebody makes.
    begun = _waits(maker.workflow)
    tag_comes = waits.tag and begun is not None
    release_comes = waits.release and (not maker.releases or (begun is not None and begun.release))
    return not tag_comes and not release_comes


def _starts(maker: Workflow, waiting: Workflow) -> bool:
    """Whether a workflow starts the waiting one by a call or a dispatch."""
    jobs = maker.text.partition("jobs:")[2]
    return waiting.file_name in maker.text or any(sign in jobs for sign in _STARTS)
