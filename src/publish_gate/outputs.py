"""Every output of the action, once: name and meaning."""

from __future__ import annotations

from typing import NamedTuple


class Output(NamedTuple):
    """One output of the contract."""

    name: str
    help: str


OUTPUTS = (
    Output("should-build", "true if the version checks hold for any target, else false."),
    Output("should-publish", "true if every check holds for a target, else false."),
    Output("publish-to", "Name of the target to publish to; empty if there is nothing to publish."),
    Output("package", "Name of the project."),
    Output("version", "Version of this commit in its normalised PEP 440 form."),
    Output("previous-version", "Published version that it was compared with; empty if there is none."),
    Output("bump", "initial, major, minor, patch, pre, post or dev; empty if the version is not ahead."),
    Output("is-prerelease", "true for a pre-release or dev release, else false; empty without a version."),
    Output("reason", "Reason code of the decision."),
    Output("message", "The same in a sentence."),
    Output("environment", "Environment that the publishing job must declare."),
    Output("repository-url", "Upload address of the target, for the publishing action."),
    Output("project-url", "Page of this release on the target."),
    Output(
        "matrix",
        'JSON {"include": [...]} of everything to publish, at most 256 entries; empty if there is nothing.',
    ),
    Output("matrix-rest", "Number of entries beyond those 256 that wait for the next run; empty if there are none."),
    Output(
        "files-to-upload",
        "With dist: JSON list of the files that the target lacks, at most 60,000 characters; empty if there are none.",
    ),
    Output("already-uploaded", "With dist: the same of the files that the target has, byte for byte."),
    Output("verified", "With mode verify: true if every target has the release as it should be, else false."),
    Output("missing", "With mode verify: JSON list of what is not there; empty if nothing is missing."),
    Output("different", "With mode verify: JSON list of what is there and should not be so; empty if nothing is."),
    Output("seconds", "With mode verify: seconds that it took."),
    Output("report", "JSON of all checks of all packages and targets."),
)

_FLAGS = frozenset({"should-build", "should-publish"})


def no_outputs() -> dict[str, str]:
    """Return what is written when nothing could be decided: nothing is to be done, nothing is known."""
    return {output.name: "false" if output.name in _FLAGS else "" for output in OUTPUTS}
