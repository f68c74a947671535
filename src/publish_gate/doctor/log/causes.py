"""The root causes of a publication that failed or did not happen, and which of them an error alone proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.doctor.log.messages import Error, Stage

if TYPE_CHECKING:
    from publish_gate.doctor.log.read import Record


class Cause(NamedTuple):
    """A root cause: its ``id``, at which stage it shows, and what it means in a sentence.

    ``remedy`` is what to do if a log proves it and nothing else is known, empty if that depends on more.
    """

    id: str
    stage: Stage
    meaning: str
    remedy: str = ""


class Candidate(NamedTuple):
    """A cause that a record proves, or merely allows."""

    cause: Cause
    proven: bool = False


UNDETERMINED: Final = "undetermined"
"""What stands in place of a cause where the record does not suffice."""

_EXCHANGE: Final = Stage.TOKEN_EXCHANGE
_RETRIEVAL: Final = Stage.TOKEN_RETRIEVAL
_START: Final = Stage.WORKFLOW_START

_BUMP: Final = "raise the version, commit and publish that; a file name that was used can never be used again"

ALL: Final = (
    Cause(
        "workflow-filename-mismatch", _EXCHANGE, "the publisher names another workflow file than the one that uploads"
    ),
    Cause("no-publisher-on-index", _EXCHANGE, "no publisher is registered on this index for the repository"),
    Cause("environment-missing-in-job", _EXCHANGE, "the publisher wants an environment, the uploading job has none"),
    Cause("environment-name-mismatch", _EXCHANGE, "the job's environment is not the one that the publisher names"),
    Cause(
        "reusable-workflow",
        _EXCHANGE,
        "the upload runs in a called workflow, which no publisher matches",
        "move the uploading job into the workflow that GitHub starts",
    ),
    Cause("owner-mismatch", _EXCHANGE, "the publisher names another owner than that of the repository"),
    Cause("repository-mismatch", _EXCHANGE, "the publisher names another repository than the one that uploads"),
    Cause("repository-renamed", _EXCHANGE, "the repository was renamed or moved since the publisher was registered"),
    Cause("repository-name-case", _EXCHANGE, "owner or repository are registered in other capitals"),
    Cause("whitespace", _EXCHANGE, "a registered value holds a space or another character that is not seen"),
    Cause(
        "custom-sub-claim",
        _EXCHANGE,
        "the repository customised its subject claim, which was still checked",
        "reset the repository's customised `sub` claim",
    ),
    Cause(
        "custom-issuer",
        _EXCHANGE,
        "the enterprise issues its tokens under an address of its own",
        "publish from github.com; tokens of another issuer are not taken",
    ),
    Cause(
        "pull-request-target-event",
        _EXCHANGE,
        "the run was started by pull_request_target, which is refused",
        "publish on a push to the default branch or of a tag",
    ),
    Cause(
        "pending-publisher-project-exists",
        _EXCHANGE,
        "a publisher is pending for a project that exists by now",
        "add the publisher on the project's own page, and remove the pending one",
    ),
    Cause(
        "project-name-taken",
        _EXCHANGE,
        "the project's name belongs to somebody else, or cannot be had",
        "choose another name for the project",
    ),
    Cause(
        "token-reused",
        _EXCHANGE,
        "one identity token was exchanged twice",
        "start the job again: each run gets a fresh token",
    ),
    Cause(
        "wrong-audience",
        _EXCHANGE,
        "the identity token was made for another audience than this index",
        "ask for a token with the index's own audience, or leave that to the publishing action",
    ),
    Cause(
        "trusted-publishing-disabled",
        _EXCHANGE,
        "the index takes no identity tokens at the moment",
        "wait until the index takes identities again, or upload with a token",
    ),
    Cause(
        "publisher-shadowed-by-specific-environment",
        Stage.UPLOAD,
        "another project's publisher with the job's environment is preferred, so that the token is for that project",
    ),
    Cause("wrong-index", _EXCHANGE, "the publisher is registered on the other index than the one uploaded to"),
    Cause("server-side-bug", _EXCHANGE, "the index itself was at fault"),
    Cause(
        "missing-id-token-permission",
        _RETRIEVAL,
        "the uploading job does not have id-token: write",
        "grant the uploading job `id-token: write`",
    ),
    Cause(
        "empty-secret-falls-back-to-oidc", _RETRIEVAL, "the password is empty, so an identity token is tried instead"
    ),
    Cause(
        "fork-pr-no-token",
        _RETRIEVAL,
        "a pull request from a fork gets no identity token",
        "publish after the merge, by a push in the repository itself",
    ),
    Cause(
        "not-on-github-runner",
        _RETRIEVAL,
        "the job does not run on GitHub Actions, or not on its runner",
        "publish from a runner of GitHub Actions; a local run has no identity",
    ),
    Cause(
        "pending-publisher-not-created",
        Stage.UPLOAD,
        "the project does not exist and no publisher is pending for it",
        "add a pending publisher for this project, and upload again",
    ),
    Cause(
        "project-name-mismatch",
        Stage.UPLOAD,
        "the distribution's name is not that of the publisher's project",
        "add the publisher to this project, or correct the project's name in its files",
    ),
    Cause(
        "reusable-workflow-attestation",
        Stage.UPLOAD,
        "attestations name the calling workflow, the publisher names the called one",
        "move the uploading job into the workflow that GitHub starts, or switch attestations off",
    ),
    Cause("version-already-exists", Stage.UPLOAD, "the version was published before", _BUMP),
    Cause(
        "filename-reuse", Stage.UPLOAD, "the file name was used before and deleted, which frees it never again", _BUMP
    ),
    Cause(
        "release-closed",
        Stage.UPLOAD,
        "the release is too old to take new files",
        "publish a new version: an index takes files for a release only for some days",
    ),
    Cause("duplicate-trigger", Stage.UPLOAD, "two runs publish the same version"),
    Cause("tag-version-mismatch", Stage.UPLOAD, "the tag is not the version of the distribution"),
    Cause(
        "local-version",
        Stage.UPLOAD,
        "the version has a local part, which no public index takes",
        "build a version without a local part: from the tagged commit, with its history and tags fetched",
    ),
    Cause("shallow-clone-version", Stage.UPLOAD, "the version comes from tags that the checkout did not fetch"),
    Cause("invalid-version", Stage.UPLOAD, "the version is none by PEP 440", "spell the version as PEP 440 has it"),
    Cause(
        "unsupported-wheel-tag",
        Stage.UPLOAD,
        "the wheel is for a platform tag that the index does not take",
        "build the wheel with cibuildwheel, or repair it with auditwheel: it has to be a manylinux or musllinux one",
    ),
    Cause(
        "non-dist-file-in-dist",
        Stage.UPLOAD,
        "a file that is no distribution lies among those to upload",
        "let only wheels and sdists lie in the folder that is uploaded",
    ),
    Cause(
        "outdated-publish-action",
        Stage.UPLOAD,
        "the upload tool is older than the metadata of the distribution",
        "use the current release of the publishing action or tool",
    ),
    Cause(
        "invalid-metadata",
        Stage.UPLOAD,
        "the metadata of the distribution is refused",
        "run `twine check --strict dist/*` and correct what it names",
    ),
    Cause(
        "invalid-distribution",
        Stage.UPLOAD,
        "the archive is damaged, or lacks a file that every distribution has",
        "build the files anew with an unmodified build back end, and upload them as they were built",
    ),
    Cause(
        "invalid-file-name",
        Stage.UPLOAD,
        "the name of the file is not written as the index wants it",
        "build with a current release of the back end, which writes names as the index wants them, and do not rename",
    ),
    Cause(
        "not-allowed",
        Stage.UPLOAD,
        "the account that the token belongs to is not a maintainer of the project",
        "upload with a token of a maintainer, or have one of them add the account; if the project is not yours, "
        "choose another name",
    ),
    Cause(
        "account-restricted",
        Stage.UPLOAD,
        "the account or its organisation has to put something right first",
        "put right what the text names in the account or the organisation, and start the job again",
    ),
    Cause(
        "token-expired",
        Stage.UPLOAD,
        "the upload token had expired: one from an exchange lives for 15 minutes",
        "start the job again; if it waits or builds for long, ask for the token right before the upload",
    ),
    Cause(
        "attestations-without-trust",
        Stage.UPLOAD,
        "attestations were sent along with an ordinary token",
        "publish by the job's identity, or switch attestations off (`attestations: false`)",
    ),
    Cause(
        "index-closed",
        Stage.UPLOAD,
        "the index takes no uploads, or no new projects, at the moment",
        "wait, look at the index's status page, and start the failed job again",
    ),
    Cause(
        "rate-limited",
        Stage.UPLOAD,
        "the index was asked too often in a short time",
        "wait an hour and start the failed job again, with fewer uploads or new projects at a time",
    ),
    Cause(
        "index-error",
        Stage.UPLOAD,
        "the index, or what stands before it, failed",
        "start the failed job again; if it goes on, look at the index's status page",
    ),
    Cause(
        "wrong-command",
        Stage.UPLOAD,
        "the tool asked for something that the index no longer offers",
        "upload with `twine upload` or the publishing action alone; projects are made by their first upload",
    ),
    Cause("attestations-exist", Stage.UPLOAD, "an earlier upload of the job left attestations beside the files"),
    Cause(
        "invalid-credentials",
        Stage.UPLOAD,
        "the token or password is not accepted",
        "make a new token, or publish by the job's identity (trusted publishing)",
    ),
    Cause(
        "wrong-upload-url",
        Stage.UPLOAD,
        "the address uploaded to is not the index's upload address",
        "upload to the index's upload address, not to its pages",
    ),
    Cause(
        "index-propagation-lag",
        Stage.UPLOAD,
        "the index was asked before it showed what was just uploaded",
        "wait two minutes and start the failed job again",
    ),
    Cause(
        "project-archived",
        Stage.UPLOAD,
        "the project is archived and takes no uploads",
        "unarchive the project on its settings page",
    ),
    Cause(
        "project-quarantined",
        Stage.UPLOAD,
        "the project is in quarantine and takes no uploads",
        "write to the index's administrators",
    ),
    Cause(
        "file-too-large",
        Stage.UPLOAD,
        "the file, or the project with it, is larger than the index allows",
        "make the file smaller, or ask the index for a higher limit",
    ),
    Cause(
        "no-distributions",
        Stage.UPLOAD,
        "there was nothing to upload where it was looked for",
        "see that the files built before are downloaded to the folder that is uploaded",
    ),
    Cause("github-token-no-trigger", Stage.GATING, "what the default token creates starts no other workflow"),
    Cause("if-condition-false", Stage.GATING, "a condition of the job or the step does not hold"),
    Cause("skipped-needs", Stage.GATING, "a job further up was skipped, so that this one is as well"),
    Cause("release-created-on-draft", Stage.GATING, "a release that begins as a draft does not fire `created`"),
    Cause("trigger-tag-pattern-mismatch", Stage.GATING, "the tag does not fit the workflow's tag patterns"),
    Cause("trigger-missing-tags", Stage.GATING, "branches are listed and tags are not, so that no tag starts it"),
    Cause("over-broad-trigger", Stage.GATING, "the workflow publishes on more than the releases that are meant"),
    Cause(
        "environment-protection-rule",
        _START,
        "the environment does not let this branch or tag deploy",
        "allow this branch or tag in the environment's settings on GitHub, or publish from one that is allowed",
    ),
    Cause(
        "invalid-workflow-file",
        _START,
        "GitHub does not accept the workflow file",
        "correct the file; the run's page on GitHub names the line",
    ),
    Cause(
        "action-image-missing",
        _START,
        "the publishing action has no image for the commit it is pinned to",
        "pin the commit that the release's tag points at: the tag object of an annotated tag has no image",
    ),
    Cause(
        "container-action-non-linux",
        _START,
        "a container action runs on a runner that is not Linux",
        "upload from a job that runs on Linux",
    ),
)
"""Every cause, with those of which a record alone can tell nothing."""

CAUSES: Final = {cause.id: cause for cause in ALL}

# What the index says where it finds no publisher is the same for all of these.
_NO_PUBLISHER: Final = (
    "no-publisher-on-index",
    "workflow-filename-mismatch",
    "environment-missing-in-job",
    "environment-name-mismatch",
    "reusable-workflow",
    "owner-mismatch",
    "repository-mismatch",
    "repository-renamed",
    "repository-name-case",
    "whitespace",
    "wrong-index",
    "pull-request-target-event",
    "custom-sub-claim",
    "server-side-bug",
)

# Per error: what it proves, and what may stand behind it or is possible besides.
_MEANS: Final[dict[Error, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    Error.INVALID_WORKFLOW: (("invalid-workflow-file",), ()),
    Error.CALLEE_PERMISSIONS: (("missing-id-token-permission",), ("invalid-workflow-file",)),
    Error.PROTECTION_RULE: (("environment-protection-rule",), ()),
    Error.MANIFEST_UNKNOWN: (("action-image-missing",), ()),
    Error.CONTAINER_ACTION: (("container-action-non-linux",), ()),
    Error.RESOURCE_NOT_ACCESSIBLE: ((), ("fork-pr-no-token",)),
    Error.TOKEN_VARIABLE_UNSET: (
        (),
        ("missing-id-token-permission", "empty-secret-falls-back-to-oidc", "fork-pr-no-token"),
    ),
    Error.URL_VARIABLE_UNSET: (("not-on-github-runner",), ()),
    Error.FORK: (("fork-pr-no-token",), ()),
    Error.RETRIEVAL_FAILED: (
        (),
        (
            "missing-id-token-permission",
            "empty-secret-falls-back-to-oidc",
            "fork-pr-no-token",
            "not-on-github-runner",
        ),
    ),
    Error.NOT_ON_GITHUB: (("not-on-github-runner",), ()),
    Error.NO_CREDENTIALS: (
        (),
        ("missing-id-token-permission", "empty-secret-falls-back-to-oidc", *_NO_PUBLISHER),
    ),
    Error.PUBLISHING_DISABLED: (("trusted-publishing-disabled",), ()),
    Error.NOT_AN_INDEX: (("wrong-upload-url",), ()),
    Error.INDEX_BROKEN: ((), ("server-side-bug", "wrong-upload-url")),
    Error.INVALID_PUBLISHER: ((), _NO_PUBLISHER),
    Error.INVALID_PENDING_PUBLISHER: (("pending-publisher-project-exists",), ("project-name-taken",)),
    Error.EVENT_REFUSED: (("pull-request-target-event",), ()),
    Error.SUB_REFUSED: (("custom-sub-claim",), ()),
    Error.WORKFLOW_REF_REFUSED: (("reusable-workflow",), ()),
    Error.UNKNOWN_ISSUER: (("custom-issuer",), ()),
    Error.TOKEN_REUSED: (("token-reused",), ()),
    Error.INVALID_TOKEN: ((), ("wrong-audience", "server-side-bug")),
    Error.EXCHANGE_REFUSED: ((), _NO_PUBLISHER),
    Error.ATTESTATION_IDENTITY: (("reusable-workflow-attestation",), ()),
    Error.ATTESTATION_WITHOUT_TRUST: (("attestations-without-trust",), ()),
    Error.INVALID_ATTESTATIONS: ((), ("reusable-workflow-attestation", "outdated-publish-action")),
    Error.ATTESTATION_GENERATION: ((), ("non-dist-file-in-dist", "missing-id-token-permission", "attestations-exist")),
    Error.FILE_EXISTS: (
        ("version-already-exists",),
        ("duplicate-trigger", "tag-version-mismatch", "over-broad-trigger", "index-propagation-lag"),
    ),
    Error.FILE_NAME_USED: (("filename-reuse",), ()),
    Error.SECOND_SDIST: (("version-already-exists",), ("duplicate-trigger", "tag-version-mismatch")),
    Error.RELEASE_CLOSED: (("release-closed",), ("tag-version-mismatch", "over-broad-trigger")),
    Error.LOCAL_VERSION: (("local-version",), ("shallow-clone-version",)),
    Error.INVALID_VERSION: (("invalid-version",), ("shallow-clone-version", "tag-version-mismatch")),
    Error.UNSUPPORTED_TAG: (("unsupported-wheel-tag",), ()),
    Error.NOT_A_DISTRIBUTION: (("non-dist-file-in-dist",), ()),
    Error.OUTDATED_TOOL: (("outdated-publish-action",), ("non-dist-file-in-dist",)),
    Error.INVALID_METADATA: ((), ("non-dist-file-in-dist", "outdated-publish-action", "invalid-metadata")),
    # What twine says of any file that is none; where it says why, that is an error of its own here.
    Error.INVALID_DISTRIBUTION: (("non-dist-file-in-dist",), ("outdated-publish-action", "invalid-metadata")),
    Error.DAMAGED: (("invalid-distribution",), ("non-dist-file-in-dist",)),
    Error.METADATA_REFUSED: (("invalid-metadata",), ("outdated-publish-action",)),
    Error.FILE_NAME: (("invalid-file-name",), ("project-name-mismatch",)),
    Error.FILE_NAME_MISMATCH: (("invalid-file-name",), ("tag-version-mismatch",)),
    Error.NO_NEW_PROJECT: (("pending-publisher-not-created",), ("project-name-mismatch",)),
    Error.WRONG_PROJECT: (
        ("project-name-mismatch",),
        ("publisher-shadowed-by-specific-environment", "repository-mismatch", "pending-publisher-not-created"),
    ),
    Error.NAME_REFUSED: (("project-name-taken",), ()),
    Error.NOT_ALLOWED: (
        (),
        (
            "not-allowed",
            "project-name-taken",
            "project-name-mismatch",
            "project-archived",
            "project-quarantined",
            "invalid-credentials",
        ),
    ),
    Error.IDENTITY_NOT_ALLOWED: ((), ("project-archived", "project-quarantined")),
    Error.OUTSIDE_PROJECT: ((), ("project-name-mismatch", "pending-publisher-not-created")),
    Error.TOKEN_EXPIRED: (("token-expired",), ()),
    Error.ACCOUNT: (("account-restricted",), ()),
    Error.INDEX_CLOSED: (("index-closed",), ()),
    Error.RATE_LIMITED: (("rate-limited",), ()),
    Error.INDEX_FAILED: (("index-error",), ("wrong-upload-url",)),
    Error.WRONG_COMMAND: (("wrong-command",), ()),
    Error.ARCHIVED: (("project-archived",), ()),
    Error.QUARANTINED: (("project-quarantined",), ()),
    Error.BAD_CREDENTIALS: (("invalid-credentials",), ("wrong-index",)),
    Error.WRONG_URL: (("wrong-upload-url",), ()),
    Error.TOO_LARGE: (("file-too-large",), ()),
    Error.NOTHING_TO_UPLOAD: (("no-distributions",), ("skipped-needs",)),
}


def cause_of_error(record: Record) -> tuple[Candidate, ...]:
    """Return the causes that a record's first error proves, and after them those that it allows.

    What is proven may have something behind it: a file that exists already is what is wrong, a second run that
    publishes the same version would be why. Empty where no error was recognised.
    """
    error = record.error
    if error is None:
        return ()
    proven, allowed = _MEANS[error]
    return (
        *(Candidate(CAUSES[each], proven=True) for each in proven),
        *(Candidate(CAUSES[each]) for each in allowed),
    )
