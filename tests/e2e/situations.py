"""The usual situations of a repository, and what the gate answers in each for the example project."""

from __future__ import annotations

from dataclasses import dataclass

from e2e.consumer import REPOSITORY, Event, pull_request

PUBLISHED = "0.1.0"
VERSION = "0.2.0"
TARGETS = {"testpypi": "testpypi", "pypi": "pypi", "both": "testpypi, pypi"}


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation by its name, and the reason code that each list of targets has in it."""

    name: str
    event: Event
    testpypi: str
    pypi: str
    both: str

    def reason(self, targets: str) -> str:
        """Return the reason expected for one of `TARGETS`."""
        return {"testpypi": self.testpypi, "pypi": self.pypi, "both": self.both}[targets]

    def target(self, targets: str) -> str:
        """Return the target that the outputs are about."""
        if targets == "both":
            return "pypi" if self.pypi == "new-version" else "testpypi"
        return targets


def _on_main(event: str) -> Event:
    return Event(event, "refs/heads/main")


SITUATIONS = (
    Situation(
        "push to main", _on_main("push"),
        "new-version", "ref-not-allowed", "new-version",
    ),
    Situation(
        "push to another branch", Event("push", "refs/heads/some-feature"),
        "ref-not-allowed", "ref-not-allowed", "ref-not-allowed",
    ),
    Situation(
        "push of the version's tag", Event("push", f"refs/tags/v{VERSION}"),
        "ref-not-allowed", "new-version", "new-version",
    ),
    Situation(
        "push of another tag", Event("push", "refs/tags/v0.2.1"),
        "tag-mismatch", "tag-mismatch", "tag-mismatch",
    ),
    Situation(
        "release published", Event("release", f"refs/tags/v{VERSION}", {"action": "published"}),
        "event-not-allowed", "event-not-allowed", "event-not-allowed",
    ),
    Situation(
        "pull request", pull_request(REPOSITORY),
        "event-not-allowed", "event-not-allowed", "event-not-allowed",
    ),
    Situation(
        "pull request from a fork", pull_request("someone/r"),
        "event-not-allowed", "event-not-allowed", "event-not-allowed",
    ),
    Situation(
        "workflow_dispatch on main", _on_main("workflow_dispatch"),
        "event-not-allowed", "event-not-allowed", "event-not-allowed",
    ),
    Situation(
        "schedule", _on_main("schedule"),
        "event-not-allowed", "event-not-allowed", "event-not-allowed",
    ),
)  # fmt: skip
