"""What is left to do once the workflow is written, as text and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.init.answers import VersionSource
from publish_gate.init.publishers import UNKNOWN, publisher
from publish_gate.init.workflow import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.init.answers import Plan
    from publish_gate.init.publishers import Publisher
    from publish_gate.remotes import Repository
    from publish_gate.targets import BuiltInTarget

_GITHUB = "https://github.com"


def as_data(plan: Plan, repository: Repository | None, notes: Iterable[str]) -> dict[str, object]:
    """Return the same for programs; ``repository`` is None where it is not known."""
    known = repository or UNKNOWN
    return {
        "workflow": plan.path,
        "package": plan.package,
        "branch": plan.branch,
        "repository": f"{repository.owner}/{repository.name}" if repository is not None else None,
        "environments": [target.environment for target in plan.targets],
        "publishers": [publisher(plan, target, known)._asdict() for target in plan.targets],
        "notes": list(notes),
    }


def render(plan: Plan, repository: Repository | None, version: str | None, notes: Iterable[str]) -> str:
    """Return what is left to do, with the exact values; ``version`` is the project's, where it is written down."""
    known = repository or UNKNOWN
    lines = [f"Written: {plan.path}", ""]
    lines += [line for note in notes for line in (f"Note: {note}", "")]
    lines += ["1. Tell each index who may publish. Capitals count, and the workflow is the bare file name."]
    if repository is None:
        lines.append(
            "   Which repository this is on GitHub is not known: put its own in place of OWNER and REPOSITORY."
        )
    for target in plan.targets:
        lines += ["", *_register(publisher(plan, target, known), LABELS[target.name])]
    lines += ["", f"2. Make the environments: {_GITHUB}/{known.owner}/{known.name}/settings/environments"]
    width = max(len(target.environment) for target in plan.targets)
    lines += [f"     {target.environment:<{width}}  {_protection(plan, target)}" for target in plan.targets]
    lines += ["", "3. See what each situation would do, commit, and push:", *_commands(plan)]
    lines += ["", *_releases(plan, version)]
    return "\n".join(lines) + "\n"


def _register(form: Publisher, label: str) -> list[str]:
    width = max(len(name) for name, _ in form.fields)
    return [
        f"   {label}, a new project: {form.pending}",
        *(f"     {name:<{width}}  {value}" for name, value in form.fields),
        f"   {label}, a project that is there already (the form comes filled in):",
        f"     {form.existing}",
    ]


def _protection(plan: Plan, target: BuiltInTarget) -> str:
    if target.tags:
        return f"let only tags {', '.join(target.tags)} deploy, and require a reviewer"
    return f"let only the branch {plan.branch} deploy"


def _commands(plan: Plan) -> list[str]:
    targets = ",".join(target.name for target in plan.targets)
    # What only a build knows cannot be shown before it.
    simulate = [f"     publish-gate simulate --targets {targets}"] if plan.version is not VersionSource.BUILD else []
    # These are typed in the project's folder, and git takes `:/` for the top.
    path = plan.path if plan.folder == "." else f":/{plan.path}"
    return [
        *simulate,
        f"     git add {path}",
        '     git commit -m "Publish by trusted publishing"',
        f"     git push origin {plan.branch}",
    ]


def _releases(plan: Plan, version: str | None) -> list[str]:
    lines = []
    if version is not None and plan.targets[0].branches is not None:
        lines.append(
            f"That push publishes {version} to {LABELS[plan.targets[0].name]}, unless it has that or a newer one."
        )
    lines.append("From then on:")
    tag = f"v{version or 'X.Y.Z'}"
    for target in plan.targets:
        if target.tags:
            lines.append(f"     to {LABELS[target.name]}: git tag {tag} && git push origin {tag}")
        elif plan.version is VersionSource.TAGS:
            lines.append(f"     to {LABELS[target.name]}: push to {plan.branch}")
        else:
            lines.append(f"     to {LABELS[target.name]}: raise the version and push to {plan.branch}")
    return lines
