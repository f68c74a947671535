"""A tag or release made with the default token starts no other workflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.workflow.tree import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Scalar
    from publish_gate.places import Place


class Maker(NamedTuple):
    """A step that makes a tag; ``releases`` says that it makes a release of it as well."""

    workflow: Workflow
    job: Job
    place: Place
    releases: bool


class _Action(NamedTuple):
    """What is known of an action.

    ``token`` is the input that takes another token, empty where only the environment does. ``holds_back`` is the
    input that, if it is not ``false``, keeps it from making a release that counts, and ``wants`` the one without
    which it makes none: a draft is published by somebody, and that starts workflows.
    """

    token: str = ""
    releases: bool = True
    holds_back: str = ""
    wants: str = ""


_ACTIONS = {
    "softprops/action-gh-release": _Action("token", holds_back="draft"),
    "ncipollo/release-action": _Action("token", holds_back="draft"),
    "actions/create-release": _Action(holds_back="draft"),
    "googleapis/release-please-action": _Action("token", holds_back="skip-github-release"),
    "google-github-actions/release-please-action": _Action("token", holds_back="skip-github-release"),
    "release-drafter/release-drafter": _Action("token", wants="publish"),
    "marvinpinto/action-automatic-releases": _Action("repo_token", holds_back="draft"),
    "python-semantic-release/python-semantic-release": _Action("github_token"),
    "cycjimmy/semantic-release-action": _Action(),
    "mathieudutour/github-tag-action": _Action("github_token", releases=False, holds_back="dry_run"),
    "anothrnick/github-tag-action": _Action(releases=False),
    "rickstaa/action-create-tag": _Action("github_token", releases=False),
}


_DEFAULT = re.compile(r"(?i)\$\{\{\s*(?:secrets\.GITHUB_TOKEN|github\.token)\s*\}\}")
_NAMES = ("GH_TOKEN", "GITHUB_TOKEN")
# Signs that a job pushes with something else than the default token.
_OTHER_WAY = re.compile(r"(?i)set-url|insteadOf|extraheader|ssh-agent|ssh-key|gh\s+auth|@github\.com")
_BETWEEN = re.compile(r"&&|\|\||[;|\n]")
_TAG = re.compile(r"(?i)tag|version")


def makers(workflow: Workflow) -> Iterator[Maker]:
    """Yield the steps of a workflow that surely do so, and that use no other token as far as is written there."""
    for job in workflow.jobs:
        for step in job.steps:
            if step.uses is not None:
                action = _ACTIONS.get(step.uses.text.partition("@")[0].lower())
                if action is not None and _makes(action, step) and _has_default(action, workflow, job, step):
                    yield Maker(workflow, job, step.uses.place, action.releases)
            elif step.run is not None:
                releases = _by_command(step.run.text)
                if releases is not None and _pushes_by_default(workflow, job, step, releases=releases):
                    yield Maker(workflow, job, step.run.place, releases)


def _makes(action: _Action, step: Step) -> bool:
    held = step.with_.scalar(action.holds_back)
    wanted = step.with_.scalar(action.wants)
    if held is not None and held.text.strip().lower() != "false":
        return False
    return not action.wants or (wanted is not None and wanted.text.strip().lower() == "true")


def _has_default(action: _Action, workflow: Workflow, job: Job, step: Step) -> bool:
    token = step.with_.scalar(action.token) or _of_environment(workflow, job, step)
    return token is None or _is_default(token)


def _is_default(token: Scalar) -> bool:
    return _DEFAULT.fullmatch(token.text.strip()) is not None


def _of_environment(workflow: Workflow, job: Job, step: Step) -> Scalar | None:
    values = (block.scalar(name) for block in (step.env, job.env, workflow.env) for name in _NAMES)
    return next((value for value in values if value is not None), None)


def _by_command(script: str) -> bool | None:
    """Say whether a script makes a release (True), a tag alone (False), or nothing of the kind (None)."""
    commands = [each.split() for each in _BETWEEN.split(script.replace("\\\n", " "))]
    if any(words[:3] == ["gh", "release", "create"] and not _is_draft(words) for words in commands):
        return True
    return False if any(words[:2] == ["git", "push"] and _pushes_tag(words[2:]) for words in commands) else None


def _is_draft(words: list[str]) -> bool:
    return any(word == "-d" or word.startswith("--draft") for word in words)


def _pushes_tag(words: list[str]) -> bool:
    if not {"--tags", "--follow-tags", "tag"}.isdisjoint(words):
        return True
    # `HEAD:version-bump` pushes a branch; `$TAG`, `v${VERSION}` and `refs/tags/...` are tags.
    return any("refs/tags/" in word or (_TAG.search(word) and "$" in word and ":" not in word) for word in words)


def _pushes_by_default(workflow: Workflow, job: Job, step: Step, *, releases: bool) -> bool:
    texts = [each.text for other in job.steps for each in (other.run, other.uses) if each is not None]
    if any(_OTHER_WAY.search(text) for text in texts):
        return False
    if releases:  # `gh` goes by the environment, `git` by the checkout
        token = _of_environment(workflow, job, step)
        return token is None or _is_default(token)
    return not any(_has_other_checkout(each) for each in job.steps)


def _has_other_checkout(step: Step) -> bool:
    """Whether a step checks out with another token or key, which `git push` then uses."""
    if step.uses is None or not step.uses.text.lower().startswith("actions/checkout@"):
        return False
    token = step.with_.scalar("token")
    return step.with_.get("ssh-key") is not None or (token is not None and not _is_default(token))


_BY_RELEASE = {"push", "create", "release"}
_BY_OTHERS = {"workflow_dispatch", "workflow_call", "pull_request"}
# What starts a workflow by its name, or by an event that is sent: these are let through for the default token.
_STARTS = ("workflow_dispatch", "workflow-dispatch", "createWorkflowDispatch", "workflow run", "/dispatches")


class _Waits(NamedTuple):
    """What a workflow waits for."""

    tag: bool
    release: bool


@detects("default-token-trigger", "A tag made with the default token publishes nothing", ("github-token-no-trigger",))
def default_token_trigger(analysis: Analysis) -> Iterator[Finding]:
    """Name each publishing workflow that only waits for tags or releases, where another makes them this way."""
    found = [maker for workflow in analysis.workflows for maker in makers(workflow)]
    for waiting in {job.entry.path: job.entry for job in analysis.jobs}.values():
        waits = _waits(waiting)
        silent = (maker for maker in found if waits is not None and _is_missed(maker, waiting, waits))
        maker = next(silent, None)
        if maker is not None:
            yield Finding(
                default_token_trigger.rule,
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
