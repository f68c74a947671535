"""Which of several reasons is the cause: the one table of what stands before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.gate.decision import CheckId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.gate.decision import CheckResult

# First what this commit is, then what the index has, then what this run is about. A reason further up makes those
# below it idle: whoever mends only the lower one meets the upper one next. `docs/how-it-decides.md` has the same table.
PRECEDENCE: tuple[tuple[str, str], ...] = (
    ("not-a-package", "nothing of it is ever published"),
    ("version-unreadable", "without a version there is nothing to look at"),
    ("version-dynamic", "the same: nobody knows yet what will be built"),
    ("version-invalid", "no index takes it"),
    ("local-version", "no public index takes it, whatever it has"),
    ("index-unavailable", "nobody knows: the run fails, and any certain no beside it is named as well"),
    ("tag-mismatch", "somebody meant to release, and the tree says another version: the forgotten bump"),
    ("built-mismatch", "what was built is not what was decided: whatever holds here, it is not about these files"),
    ("content-differs", "the name of a file is used up: only another version can bring this content"),
    ("not-uploadable", "the index or the tool would refuse a file, and the others would already be there"),
    ("already-published", "no event, branch or tag publishes it again"),
    ("project-closed", "the index takes no upload to this project"),
    ("version-behind", "no event, branch or tag makes it newer"),
    ("prerelease-not-allowed", "the target never takes this kind of version"),
    ("final-not-allowed", "the same"),
    ("event-not-allowed", "the version is fine, the run is not one that publishes"),
    ("ref-not-allowed", "the event is fine, the branch or tag is not"),
    ("untrusted-source", "all is as the rules want it, but the code may be anybody's"),
    ("environment-mismatch", "the run may publish, its job would be refused"),
    ("not-promoted", "all that is missing is the target that comes first, or an answer from its index"),
)

_RANK = {code: rank for rank, (code, _) in enumerate(PRECEDENCE)}


def cause(checks: Iterable[CheckResult]) -> CheckResult | None:
    """Return the check whose reason is the cause; None if all hold.

    Of two checks with one reason, the first counts.
    """
    return min((check for check in checks if not check.holds), key=_rank, default=None)


def _rank(check: CheckResult) -> int:
    # Nobody has to know about the target that comes first before all else is as it should be.
    code = "not-promoted" if check.check is CheckId.PROMOTED or check.reason is None else check.reason.value
    return _RANK[code]
