"""Files that say by themselves what is wrong: a refused workflow, a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.log.causes import cause_of_error
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis


_BUMP: Final = "raise the version, commit and publish that; a file name that was used can never be used again"


_DO: Final = {
    "version-already-exists": _BUMP,
    "filename-reuse": _BUMP,
    "release-closed": "publish a new version: an index takes files for a release only for some days",
    "local-version": "build a version without a local part: from the tagged commit, with its history and tags fetched",
    "invalid-version": "spell the version as PEP 440 has it",
    "unsupported-wheel-tag": "build the wheel with cibuildwheel, or repair it with auditwheel: it has to be a "
    "manylinux or musllinux one",
    "non-dist-file-in-dist": "let only wheels and sdists lie in the folder that is uploaded",
    "outdated-publish-action": "use the current release of the publishing action or tool",
    "invalid-metadata": "run `twine check --strict dist/*` and correct what it names",
    "invalid-credentials": "make a new token, or publish by the job's identity (trusted publishing)",
    "wrong-upload-url": "upload to the index's upload address, not to its pages",
    "index-propagation-lag": "wait two minutes and start the failed job again",
    "project-archived": "unarchive the project on its settings page",
    "project-quarantined": "write to the index's administrators",
    "file-too-large": "make the file smaller, or ask the index for a higher limit",
    "no-distributions": "see that the files built before are downloaded to the folder that is uploaded",
    "environment-protection-rule": "allow this branch or tag in the environment's settings on GitHub, or publish from "
    "one that is allowed",
    "not-on-github-runner": "publish from a runner of GitHub Actions; a local run has no identity",
    "trusted-publishing-disabled": "wait until the index takes identities again, or upload with a token",
    "token-reused": "start the job again: each run gets a fresh token",
    "wrong-audience": "ask for a token with the index's own audience, or leave that to the publishing action",
    "custom-issuer": "publish from github.com; tokens of another issuer are not taken",
    "project-name-taken": "choose another name for the project",
    "project-name-mismatch": "add the publisher to this project, or correct the project's name in its files",
    "pending-publisher-not-created": "add a pending publisher for this project, and upload again",
    "pending-publisher-project-exists": "add the publisher on the project's own page, and remove the pending one",
    "reusable-workflow-attestation": "move the uploading job into the workflow that GitHub starts, or switch "
    "attestations off",
    "reusable-workflow": "move the uploading job into the workflow that GitHub starts",
    "pull-request-target-event": "publish on a push to the default branch or of a tag",
    "fork-pr-no-token": "publish after the merge, by a push in the repository itself",
    "missing-id-token-permission": "grant the uploading job `id-token: write`",
    "container-action-non-linux": "upload from a job that runs on Linux",
    "invalid-workflow-file": "correct the file; the run's page on GitHub names the line",
    "custom-sub-claim": "reset the repository's customised `sub` claim",
}


# How setuptools_scm and its kin say that a tracked file was changed: the day of the build in the local part.
_DIRTY = re.compile(r"\+(?:[\w.]*\.)?d20\d{6}\b")
_DIRTY_TREE = "; the day in it says that a file of the checkout was changed before the build"


@detects("recorded-failure", "The log says why it failed", tuple(_DO))
def recorded_failure(analysis: Analysis) -> Iterator[Finding]:
    """Name the failure that a log proves."""
    record = analysis.record
    if record is None:
        return
    for candidate in cause_of_error(record):
        if candidate.proven and candidate.cause.id in _DO:
            about = ", ".join(filter(None, (record.project, record.version, record.file)))
            dirty = _DIRTY.search(record.version or "") is not None and candidate.cause.id == "local-version"
            yield Finding(
                recorded_failure.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"{candidate.cause.meaning}{f' ({about})' if about else ''}{_DIRTY_TREE if dirty else ''}",
                _DO[candidate.cause.id],
                None,
                "",
                candidate.cause.id,
            )


@detects("invalid-workflow", "GitHub refuses the workflow file", ("invalid-workflow-file",))
def invalid_workflow(analysis: Analysis) -> Iterator[Finding]:
    """Name everything in the files that GitHub's parser refuses."""
    for workflow in analysis.workflows:
        for problem in workflow.problems:
            where = f"{problem.key}: " if problem.key else ""
            yield Finding(
                invalid_workflow.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"GitHub refuses this file: {one_line(where + problem.message, 300)}",
                "correct it; until then no event starts the workflow",
                problem.place,
                "",
                "invalid-workflow-file",
            )
        # What GitHub's editor underlines and its service passes over.
        for problem in getattr(workflow, "ignored", ()):
            yield Finding(
                invalid_workflow.rule,
                Severity.ADVICE,
                Confidence.MEDIUM,
                f"GitHub passes over this: {one_line(f'{problem.key}: {problem.message}', 300)}",
                "remove it, or write what was meant",
                problem.place,
            )
