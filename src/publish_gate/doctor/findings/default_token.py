"""A tag or release made with the default token starts no other workflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.builds import commands, unwrapped
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import PULL_REQUESTS, once, reaches, taken
from publish_gate.doctor.publishing_jobs import is_identity
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.places import Place


class Maker(NamedTuple):
    """A step that makes a tag, a release of one, or both."""

    workflow: Workflow
    job: Job
    step: Step
    place: Place
    tags: bool
    releases: bool


class _Action(NamedTuple):
    """What is known of an action.

    ``token`` is the input that takes another token, empty if only the environment does. ``holds_back`` is the
    input that, if it is not ``false``, keeps it from making a release that counts, and ``wants`` the one without
    which it makes none: a draft is published by somebody, and that starts workflows.
    """

    token: str = ""
    tags: bool = True
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
    # It releases the tag that is there.
    "goreleaser/goreleaser-action": _Action(tags=False),
}


_DEFAULT = re.compile(r"(?i)\$\{\{\s*(?:secrets\.GITHUB_TOKEN|github\.token)\s*\}\}")
_NAMES = ("GH_TOKEN", "GITHUB_TOKEN")
# Signs that a job pushes with something else than the default token.
_OTHER_WAY = re.compile(r"(?i)set-url|insteadOf|extraheader|ssh-agent|ssh-key|gh\s+auth|@github\.com")
# A variable that holds a tag by its name, a version behind the letter that versions' tags begin with.
_TAG = re.compile(r"(?i)\A(?:\$\{?\w*tag\w*\}?|v\$\{?\w+.*)\Z")
_MOST = 300


def makers(workflow: Workflow) -> Iterator[Maker]:
    """Yield the steps of a workflow that surely do so, and that use no other token as far as is written there."""
    for job in workflow.jobs:
        pushed = False
        for step in job.steps:
            if step.uses is not None:
                action = _ACTIONS.get(step.uses.text.partition("@")[0].lower())
                if action is not None and _makes(action, step) and _has_default(action, workflow, job, step):
                    yield Maker(workflow, job, step, step.uses.place, action.tags and not pushed, action.releases)
            elif step.run is not None:
                made = by_command(step.run.text)
                by_default = _pushes_by_default(workflow, job, step, releases=made.releases)
                if made.any and by_default:
                    tags = made.pushes or (made.releases and not pushed)
                    yield Maker(workflow, job, step, step.run.place, tags, made.releases)
                # What another token has pushed is there, and started what waits for it.
                pushed = pushed or (made.pushes and not _pushes_by_default(workflow, job, step, releases=False))


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


class Made(NamedTuple):
    """What a script makes: tags that it pushes, and releases, which make their tag if it is not there."""

    pushes: bool = False
    releases: bool = False

    @property
    def any(self) -> bool:
        """Whether it makes anything."""
        return self.pushes or self.releases


def by_command(script: str) -> Made:
    """Say what a script makes."""
    found = [unwrapped(words) for words in commands(script)][:_MOST]
    named = {_bare(word) for words in found if words[:2] == ["git", "tag"] for word in words[2:] if word[0] != "-"}
    pushes = any(words[:2] == ["git", "push"] and _pushes_tag(words[2:], named) for words in found)
    releases = any(words[:3] == ["gh", "release", "create"] and not _is_draft(words) for words in found)
    for words in found:
        if words[:2] == ["semantic-release", "version"] and {"--print", "--noop", "--no-push"}.isdisjoint(words):
            pushes, releases = True, releases or "--no-vcs-release" not in words
        releases = releases or words[:2] == ["semantic-release", "publish"]
        releases = releases or (words[:2] == ["goreleaser", "release"] and "--snapshot" not in words)
        releases = releases or words[:2] == ["release-please", "github-release"]
    return Made(pushes, releases)


def _bare(word: str) -> str:
    return word.strip("\"'")


def _is_draft(words: list[str]) -> bool:
    return any(word == "-d" or word.startswith("--draft") for word in words)


def _pushes_tag(words: list[str], named: set[str]) -> bool:
    """Whether a push takes tags along; what `git tag` named before is one, what is put to a branch is none."""
    if not {"--tags", "--follow-tags", "tag"}.isdisjoint(words):
        return True
    refs = [_bare(word) for word in words if not word.startswith("-") and len(word) < _MOST][1:]  # behind the remote
    return any(
        "refs/tags/" in ref or (":" not in ref and (ref in named or _TAG.match(ref) is not None)) for ref in refs
    )


def _pushes_by_default(workflow: Workflow, job: Job, step: Step, *, releases: bool) -> bool:
    texts = [scalar.text for other in job.steps for scalar in (other.run, other.uses) if scalar is not None]
    if any(_OTHER_WAY.search(text) for text in texts):
        return False
    if releases:  # `gh` goes by the environment, `git` by the checkout
        token = _of_environment(workflow, job, step)
        return token is None or _is_default(token)
    return not any(map(_has_other_checkout, job.steps))


def _has_other_checkout(step: Step) -> bool:
    """Whether a step checks out with another token or key, which `git push` then uses."""
    if step.uses is None or not step.uses.text.lower().startswith("actions/checkout@"):
        return False
    token = step.with_.scalar("token")
    return step.with_.get("ssh-key") is not None or (token is not None and not _is_default(token))


# What a workflow may be started by beside, without anybody counting on it.
_BY_OTHERS = frozenset({"workflow_dispatch", "workflow_call", "repository_dispatch", *PULL_REQUESTS})
# What starts a workflow by its name, or by an event that is sent: these are let through for the default token.
_STARTS = re.compile(
    r"createWorkflowDispatch|repository[-_]dispatch|workflow[-_]dispatch|\bgh\s+workflow\s+run|/dispatches"
)
_FILE = re.compile(r"(?<![\w.-])[\w.-]{1,100}\.ya?ml")


class _Waits(NamedTuple):
    """What the uploads of a workflow wait for."""

    tag: bool
    release: bool


@detects("default-token-trigger", "A tag made with the default token publishes nothing", ("github-token-no-trigger",))
def default_token_trigger(analysis: Analysis) -> Iterator[Finding]:
    """Name each publishing workflow that only waits for tags or releases, if another run makes them this way."""
    found = [maker for workflow in analysis.workflows for maker in makers(workflow)]
    if not found:
        return
    for job in once(taken(analysis), lambda job: job.entry.path):
        waits = _waits(analysis, job.entry)
        if waits is None:
            continue
        maker = next((maker for maker in found if _is_missed(analysis, maker, job.entry, waits)), None)
        if maker is not None:
            yield Finding(
                default_token_trigger.rule,
                Severity.WARNING,
                Confidence.MEDIUM,
                f"this makes a tag or release with the default token, and GitHub starts no workflow for that: "
                f"{job.entry.path}, which publishes on it, stays silent",
                _remedy(job),
                maker.place,
                maker.job.id,
                "github-token-no-trigger",
            )


def _remedy(job: PublishingJob) -> str:
    """Say what starts the upload; what publishes by its identity cannot be called and attest as well."""
    start = (
        f"let {job.entry.file_name} listen to `workflow_dispatch` as well and start it from here with "
        f"`gh workflow run {job.entry.file_name} --ref TAG` (permissions: actions: write)"
    )
    call = "" if is_identity(job) else ", call it (`uses: ./...` with `workflow_call`)"
    return f"{start}{call}, or make the tag with the token of an app"


def _waits(analysis: Analysis, workflow: Workflow) -> _Waits | None:
    """Return what the uploads of a workflow wait for; None if they are reached by something else as well."""
    situations = [
        reach.situation
        for job in analysis.jobs
        if job.entry is workflow
        for reach in reaches(analysis, job)
        if reach.situation.event not in _BY_OTHERS
    ]
    if not situations or not all(situation.is_tag for situation in situations):
        return None
    events = {situation.event for situation in situations}
    return _Waits(bool(events - {"release"}), "release" in events)


def _is_missed(analysis: Analysis, maker: Maker, waiting: Workflow, waits: _Waits) -> bool:
    """Whether nothing that ``waiting`` waits for comes from elsewhere, and the maker does not start it itself."""
    if _starts(maker.workflow, waiting):
        return False
    begun = _begins(analysis, maker)
    # A tag that started the maker was pushed by somebody; a release that it does not make, somebody makes.
    tag_comes = waits.tag and (not maker.tags or all(situation.is_tag for situation in begun))
    release_comes = waits.release and (not maker.releases or all(situation.event == "release" for situation in begun))
    return bool(begun) and not tag_comes and not release_comes


def _begins(analysis: Analysis, maker: Maker) -> list[Situation]:
    """Return the situations in which a maker runs."""
    if analysis.world is None:
        return []
    from publish_gate.doctor.simulation import run_workflow

    found = []
    for situation in analysis.situations:
        run = run_workflow(maker.workflow, situation, analysis.world, [maker.job.id])
        job = run.job(maker.job.id)
        step = job.step(maker.step.index) if job is not None and run.starts is not Ternary.NO else None
        if step is not None and step.runs is not Ternary.NO:
            found.append(situation)
    return found


def _starts(maker: Workflow, waiting: Workflow) -> bool:
    """Whether a workflow starts the waiting one by a call or a dispatch."""
    names = {waiting.file_name, waiting.name.text if waiting.name is not None else waiting.file_name}
    for job in maker.jobs:
        if job.uses is not None and waiting.file_name in job.uses.text:
            return True
        for step in job.steps:
            given = [entry.value.text for entry in step.with_ if isinstance(entry.value, Scalar)]
            texts = [scalar.text for scalar in (step.uses, step.run) if scalar is not None]
            text = "\n".join((*texts, *given))
            # One that is started by another name is not this one.
            if _STARTS.search(text) and (not _FILE.search(text) or any(name in text for name in names)):
                return True
    return False
