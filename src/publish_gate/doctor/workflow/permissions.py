"""What a job's token may do: the blocks that apply, and what a caller takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.workflow.model import Job, Workflow
    from publish_gate.places import Place

_ORDER = ("none", "read", "write")
# What the repository's settings decide, for every scope but the identity token.
DEFAULT = "default"
_IDENTITY = "id-token"
_SILENT = (
    "the job that calls the workflow has no `permissions` block, so the settings of the repository decide whether the "
    "called one is given an identity token"
)


class Grant(NamedTuple):
    """What a job is granted for one scope.

    ``level`` is ``write``, ``read``, ``none``, or ``default`` if the settings of the repository decide. ``place``
    is where that is said, None if nothing says it; ``why`` says it in words.
    """

    level: str
    place: Place | None
    why: str


def granted(
    scope: str, workflow: Workflow, job: Job, callers: Iterable[tuple[Workflow, Job]] = (), *, fork: bool = False
) -> Grant:
    """Return what a job of ``workflow`` is granted for a scope such as ``id-token``.

    ``callers`` are the calls that lead to the workflow, the one that an event starts first: the calling workflow
    and its calling job. ``fork`` tells that a pull request from a fork started it all.

    Rules, from "permissions" and "Reusing workflows" of GitHub's documentation: the job's block replaces the
    workflow's as a whole, and what a block does not name is ``none``; without any block the repository's default
    applies, which never grants an identity token; a called workflow gets no more than the calling job has; a pull
    request from a fork gets no identity token and nothing to write. What a called workflow that asks for an identity
    token is granted if its caller has no block is not documented: ``default``.
    """
    grant = Grant("none" if scope == _IDENTITY else DEFAULT, None, _no_block(scope))
    chain = (*callers, (workflow, job))
    for number, (calling, own_job) in enumerate(chain):
        own = _own(scope, calling, own_job)
        if own is not None:
            grant = own if number == 0 else _capped(scope, own, grant)
        elif scope == _IDENTITY and number == 0 and len(chain) > 1:
            grant = Grant(DEFAULT, None, _SILENT)
    if scope == _IDENTITY and grant.level == DEFAULT and grant.place is None:
        grant = Grant("none", None, _no_block(scope))  # nobody on the way asks for one
    if not fork or grant.level == "none":
        return grant
    if scope == _IDENTITY:
        return Grant("none", grant.place, "a pull request from a fork is given no identity token")
    return Grant("read", grant.place, "a pull request from a fork may write nothing")


def _no_block(scope: str) -> str:
    if scope == _IDENTITY:
        return "there is no `permissions` block, and the repository's default never grants an identity token"
    return "there is no `permissions` block, so the settings of the repository decide"


def _own(scope: str, workflow: Workflow, job: Job) -> Grant | None:
    """Return what the block that applies to a job says, None if there is no block."""
    block = job.permissions or workflow.permissions
    if block is None:
        return None
    whose = f"of job {job.id!r}" if job.permissions is not None else "of the workflow"
    level = block.level(scope)
    if not block.everything and scope not in block.scopes:
        return Grant("none", block.place, f"the `permissions` {whose} do not name it, which means none")
    place = block.scopes[scope][1] if scope in block.scopes else block.place
    return Grant(level, place, f"the `permissions` {whose} grant {level}")


def _capped(scope: str, own: Grant, above: Grant) -> Grant:
    if above.level == DEFAULT:
        why = _SILENT if scope == _IDENTITY and own.level != "none" else own.why
        return Grant(DEFAULT if own.level != "none" else "none", own.place, why)
    if _ORDER.index(own.level) <= _ORDER.index(above.level):
        return own
    why = f"it asks for {scope}: {own.level}, but the job that calls the workflow is granted {above.level}: {above.why}"
    return Grant(above.level, above.place, why)
