"""The one line for a whole run, the same in the summary, on the console and before the annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish_gate.gate.decision import PackageDecision, TargetDecision


def of_run(decision: PackageDecision) -> str:
    """Say what is to be published where, what could not be decided, or why nothing is published."""
    publishing = [target.target.name for target in decision.targets if target.should_publish]
    unknown = [target.target.name for target in decision.targets if target.undecided]
    what = " ".join(filter(None, (decision.project or "a project without a name", str(decision.local.version or ""))))
    said = [f"publish {what} to {', '.join(publishing)}"] if publishing else []
    said += [f"cannot decide for {', '.join(unknown)}"] if unknown else []
    if not said:
        first = decision.by_concern[0]
        said = [f"do not publish {what}: {first.reason.value} ({first.target.name})"]
    return "; ".join(said)


def beside_the_point(decision: PackageDecision, target: TargetDecision) -> bool:
    """Whether this run is not about ``target``: another one publishes, and this one never would on such a run."""
    return decision.publishing is not None and not target.concerned and not target.undecided
