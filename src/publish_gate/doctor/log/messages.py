"""The fixed texts by which a failure is recognised: what GitHub, the upload tools and the indexes say, now and before.

A text is looked for without regard to case, and across line ends, since tools wrap their lines. Sources:
pypa/gh-action-pypi-publish (oidc-exchange.py, attestations.py, twine-upload.sh), twine, astral-sh/uv (uv-publish),
di/id, pypi/warehouse (oidc/views.py, forklift/legacy.py, macaroons/caveats), and the runner of GitHub Actions.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple


class Stage(enum.Enum):
    """How far a publication came before it failed."""

    GATING = "gating"
    WORKFLOW_START = "workflow-start"
    TOKEN_RETRIEVAL = "token-retrieval"  # noqa: S105 - a stage, no secret
    TOKEN_EXCHANGE = "token-exchange"  # noqa: S105 - the same
    ATTESTATION = "attestation"
    UPLOAD = "upload"


class Error(enum.Enum):
    """What was recognised in a record, whoever said it."""

    INVALID_WORKFLOW = "invalid-workflow"
    CALLEE_PERMISSIONS = "callee-permissions"
    PROTECTION_RULE = "protection-rule"
    CONTAINER_ACTION = "container-action"
    RESOURCE_NOT_ACCESSIBLE = "resource-not-accessible"
    TOKEN_VARIABLE_UNSET = "token-variable-unset"  # noqa: S105 - an error, no secret
    URL_VARIABLE_UNSET = "url-variable-unset"
    FORK = "fork"
    RETRIEVAL_FAILED = "retrieval-failed"
    NOT_ON_GITHUB = "not-on-github"
    NO_CREDENTIALS = "no-credentials"
    PUBLISHING_DISABLED = "publishing-disabled"
    NOT_AN_INDEX = "not-an-index"
    INDEX_BROKEN = "index-broken"
    INVALID_PUBLISHER = "invalid-publisher"
    INVALID_PENDING_PUBLISHER = "invalid-pending-publisher"
    EVENT_REFUSED = "event-refused"
    SUB_REFUSED = "sub-refused"
    WORKFLOW_REF_REFUSED = "workflow-ref-refused"
    UNKNOWN_ISSUER = "unknown-issuer"
    TOKEN_REUSED = "token-reused"  # noqa: S105 - an error, no secret
    INVALID_TOKEN = "invalid-token"  # noqa: S105 - the same
    EXCHANGE_REFUSED = "exchange-refused"
    ATTESTATION_IDENTITY = "attestation-identity"
    ATTESTATION_WITHOUT_TRUST = "attestation-without-trust"
    INVALID_ATTESTATIONS = "invalid-attestations"
    ATTESTATION_GENERATION = "attestation-generation"
    FILE_EXISTS = "file-exists"
    FILE_NAME_USED = "file-name-used"
    SECOND_SDIST = "second-sdist"
    RELEASE_CLOSED = "release-closed"
    LOCAL_VERSION = "local-version"
    INVALID_VERSION = "invalid-version"
    UNSUPPORTED_TAG = "unsupported-tag"
    NOT_A_DISTRIBUTION = "not-a-distribution"
    OUTDATED_TOOL = "outdated-tool"
    INVALID_METADATA = "invalid-metadata"
    INVALID_DISTRIBUTION = "invalid-distribution"
    FILE_NAME_MISMATCH = "file-name-mismatch"
    NO_NEW_PROJECT = "no-new-project"
    WRONG_PROJECT = "wrong-project"
    NAME_REFUSED = "name-refused"
    NOT_ALLOWED = "not-allowed"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    BAD_CREDENTIALS = "bad-credentials"
    WRONG_URL = "wrong-url"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    FILE_NAME = "file-name"
    METADATA_REFUSED = "metadata-refused"
    IDENTITY_NOT_ALLOWED = "identity-not-allowed"
    OUTSIDE_PROJECT = "outside-project"
    TOKEN_EXPIRED = "token-expired"  # noqa: S105 - an error, no secret
    ACCOUNT = "account"
    INDEX_CLOSED = "index-closed"
    RATE_LIMITED = "rate-limited"
    INDEX_FAILED = "index-failed"
    WRONG_COMMAND = "wrong-command"
    MANIFEST_UNKNOWN = "manifest-unknown"
    NOTHING_TO_UPLOAD = "nothing-to-upload"


class Known(NamedTuple):
    """What a tool, GitHub or an index says, the error that it means, and the stage at which it is said.

    ``texts`` are in lower case; any of them will do. ``hides`` are errors that the same message names as well,
    though they are not what it is about.
    """

    error: Error
    stage: Stage
    texts: tuple[str, ...]
    hides: tuple[Error, ...] = ()


_START: Final = (
    Known(
        Error.CALLEE_PERMISSIONS,
        Stage.WORKFLOW_START,
        ("is only allowed 'id-token: none'",),
        hides=(Error.INVALID_WORKFLOW,),
    ),
    Known(Error.INVALID_WORKFLOW, Stage.WORKFLOW_START, ("invalid workflow file", "the workflow is not valid")),
    Known(
        Error.PROTECTION_RULE,
        Stage.WORKFLOW_START,
        ("due to environment protection rules", "didn't satisfy other protection rules"),
    ),
    Known(
        Error.CONTAINER_ACTION,
        Stage.WORKFLOW_START,
        ("container action is only supported on linux", "only able to run under gnu/linux"),
    ),
    Known(Error.MANIFEST_UNKNOWN, Stage.WORKFLOW_START, ("manifest unknown",)),
    Known(Error.RESOURCE_NOT_ACCESSIBLE, Stage.GATING, ("resource not accessible by integration",)),
)
_RETRIEVED: Final = (
    Known(
        Error.FORK,
        Stage.TOKEN_RETRIEVAL,
        ("called from a pull request on a fork",),
        hides=(Error.TOKEN_VARIABLE_UNSET, Error.RETRIEVAL_FAILED),
    ),
    Known(
        Error.TOKEN_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        (
            "actions_id_token_request_token environment variable was unset",
            "variable actions_id_token_request_token not set",
            "unable to get actions_id_token_request_token",
            "insufficient oidc token permissions?",
            "is the `id-token: write` permission missing?",
        ),
        hides=(Error.RETRIEVAL_FAILED, Error.EXCHANGE_REFUSED),
    ),
    Known(
        Error.URL_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        (
            "actions_id_token_request_url environment variable was unset",
            "variable actions_id_token_request_url not set",
            "unable to get actions_id_token_request_url",
        ),
        hides=(Error.RETRIEVAL_FAILED,),
    ),
    Known(
        Error.NOT_ON_GITHUB,
        Stage.TOKEN_RETRIEVAL,
        ("but you're not in github actions", "are you in a supported trusted publishing environment?"),
        hides=(Error.RETRIEVAL_FAILED,),
    ),
    Known(
        Error.RETRIEVAL_FAILED,
        Stage.TOKEN_RETRIEVAL,
        (
            "openid connect token retrieval failed",
            "oidc token retrieval failed",
            "oidc token request failed",
            "unable to retrieve an oidc token from the ci platform",
            "failed to discover oidc token",
        ),
    ),
    Known(
        Error.NO_CREDENTIALS,
        Stage.TOKEN_RETRIEVAL,
        (
            "missing credentials for",
            "no credentials found for",
            "credential not found for",
            "could not determine credentials for configured repository",
        ),
    ),
)
_EXCHANGED: Final = (
    Known(Error.PUBLISHING_DISABLED, Stage.TOKEN_EXCHANGE, ("has trusted publishing disabled",)),
    Known(
        Error.PUBLISHING_DISABLED,
        Stage.TOKEN_EXCHANGE,
        ("trusted publishing functionality not enabled",),
        hides=(Error.EXCHANGE_REFUSED,),
    ),
    Known(Error.NOT_AN_INDEX, Stage.TOKEN_EXCHANGE, ("does not indicate trusted publishing support",)),
    Known(
        Error.INDEX_BROKEN,
        Stage.TOKEN_EXCHANGE,
        (
            "audience retrieval failed",
            "the index produced an unexpected",
            "the index gave us an invalid response",
            "the token-minting request returned invalid json",
        ),
    ),
    Known(
        Error.EVENT_REFUSED,
        Stage.TOKEN_EXCHANGE,
        ("invoked via 'pull_request_target' is not supported",),
        hides=(Error.INVALID_PUBLISHER, Error.EXCHANGE_REFUSED),
    ),
    Known(
        Error.SUB_REFUSED,
        Stage.TOKEN_EXCHANGE,
        ("check failed for required claim 'sub'",),
        hides=(Error.INVALID_PUBLISHER, Error.EXCHANGE_REFUSED),
    ),
    Known(
        Error.WORKFLOW_REF_REFUSED,
        Stage.TOKEN_EXCHANGE,
        ("job_workflow_ref claim does not match",),
        hides=(Error.INVALID_PUBLISHER, Error.EXCHANGE_REFUSED),
    ),
    Known(
        Error.UNKNOWN_ISSUER,
        Stage.TOKEN_EXCHANGE,
        ("unknown trusted publishing issuer", "does not match expected issuer"),
        hides=(Error.INVALID_PUBLISHER, Error.EXCHANGE_REFUSED),
    ),
    Known(
        Error.TOKEN_REUSED,
        Stage.TOKEN_EXCHANGE,
        ("invalid-reuse-token", "invalid token: already used"),
        hides=(Error.EXCHANGE_REFUSED,),
    ),
    Known(
        Error.INVALID_TOKEN,
        Stage.TOKEN_EXCHANGE,
        ("malformed or invalid token",),
        hides=(Error.EXCHANGE_REFUSED,),
    ),
    Known(
        Error.INVALID_PENDING_PUBLISHER,
        Stage.TOKEN_EXCHANGE,
        ("invalid-pending-publisher", "valid token, but project already exists"),
        hides=(Error.EXCHANGE_REFUSED,),
    ),
    Known(
        Error.INVALID_PUBLISHER,
        Stage.TOKEN_EXCHANGE,
        ("invalid-publisher", "valid token, but no corresponding publisher"),
        hides=(Error.EXCHANGE_REFUSED,),
    ),
    Known(
        Error.EXCHANGE_REFUSED,
        Stage.TOKEN_EXCHANGE,
        (
            "the server refused the request for the following reasons",
            "is trusted publishing correctly configured?",
            "the token request failed; the index server gave the following",
        ),
    ),
)
_ATTESTED: Final = (
    Known(
        Error.ATTESTATION_IDENTITY,
        Stage.UPLOAD,
        ("does not match expected trusted publisher", "build config uri"),
        hides=(Error.INVALID_ATTESTATIONS,),
    ),
    Known(
        Error.ATTESTATION_WITHOUT_TRUST,
        Stage.UPLOAD,
        ("attestations are only supported when using trusted",),
        hides=(Error.INVALID_ATTESTATIONS,),
    ),
    Known(Error.INVALID_ATTESTATIONS, Stage.UPLOAD, ("invalid attestations", "attestation failure")),
    Known(Error.ATTESTATION_GENERATION, Stage.ATTESTATION, ("attestation generation failure",)),
)
# What says more than that a distribution is invalid hides what says just that.
_METADATA: Final = (Error.INVALID_METADATA, Error.INVALID_DISTRIBUTION)
_REFUSED: Final = (Error.METADATA_REFUSED, *_METADATA)
_ACCESS: Final = (Error.NOT_ALLOWED, Error.BAD_CREDENTIALS)
_UPLOADED: Final = (
    Known(
        Error.FILE_EXISTS,
        Stage.UPLOAD,
        (
            "file already exists",
            "file-already-exists",
            "a file with the same name but different content",
            "local file and index file do not match for",
            # pypiserver, devpi, Artifactory, Nexus, GitLab, Azure Artifacts, CodeArtifact, Artifact Registry.
            "already exists! you may use",
            "already exists in non-volatile index",
            "not enough permissions to delete/overwrite artifact",
            "does not allow updating asset",
            "name has already been taken",
            "the feed already contains file",
            "asset already exists",
            "requested entity already exists",
        ),
    ),
    Known(
        Error.FILE_NAME_USED,
        Stage.UPLOAD,
        (
            "this filename has already been used",
            "this filename has previously been used",
            "this filename was previously used by a file",
        ),
    ),
    Known(Error.SECOND_SDIST, Stage.UPLOAD, ("only one sdist may be uploaded per release",)),
    Known(
        Error.RELEASE_CLOSED,
        Stage.UPLOAD,
        ("uploading new files to releases older than", "cannot upload new files to release"),
    ),
    Known(
        Error.LOCAL_VERSION,
        Stage.UPLOAD,
        ("the use of local versions", "pep 440 local versions"),
        hides=(Error.INVALID_VERSION, *_REFUSED),
    ),
    Known(
        Error.INVALID_VERSION,
        Stage.UPLOAD,
        ("is an invalid value for version", "invalid value for version"),
        hides=_REFUSED,
    ),
    Known(Error.UNSUPPORTED_TAG, Stage.UPLOAD, ("unsupported platform tag",)),
    Known(
        Error.NOT_A_DISTRIBUTION,
        Stage.UPLOAD,
        (
            "unknown distribution format",
            "neither a wheel nor a source distribution",
            "invalid file extension",
            "are valid source distributions",
        ),
        hides=_METADATA,
    ),
    Known(
        Error.DAMAGED,
        Stage.UPLOAD,
        (
            "invalid distribution file",
            "does not contain the required record file",
            "does not contain the required metadata file",
            "the digest supplied does not match",
            "no pkg-info file found",
            "multiple pkg-info files found",
            "failed to decode source distribution",
        ),
        hides=_METADATA,
    ),
    # Said by the index: it does not take what the build back end wrote, whatever tool carries it there.
    Known(
        Error.METADATA_REFUSED,
        Stage.UPLOAD,
        ("is not a valid metadata version. see https",),
        hides=(Error.OUTDATED_TOOL, *_METADATA),
    ),
    Known(
        Error.METADATA_REFUSED,
        Stage.UPLOAD,
        (
            "see https://packaging.python.org/specifications/core-metadata",
            "does not exist in distribution file",
            "has invalid entry points defined",
            "the description failed to render",
            "can't have direct dependency",
        ),
        hides=_METADATA,
    ),
    Known(
        Error.OUTDATED_TOOL,
        Stage.UPLOAD,
        (
            "is not a valid metadata version",
            "metadata is missing required fields",
            "using a supported metadata-version",
            "unrecognized or malformed field 'license-",
        ),
        hides=_METADATA,
    ),
    Known(Error.INVALID_DISTRIBUTION, Stage.UPLOAD, ("invaliddistribution",)),
    Known(
        Error.INVALID_METADATA,
        Stage.UPLOAD,
        ("invalid distribution metadata",),
        hides=(Error.INVALID_DISTRIBUTION,),
    ),
    Known(
        Error.FILE_NAME,
        Stage.UPLOAD,
        (
            "invalid source distribution filename",
            "is invalid, should be '",
            "should contain the normalized project name",
            "start filename for",
            "filename is too long",
            "non-printable characters",
            "cannot upload a file with '/'",
            "invalid wheel filename",
        ),
        hides=_METADATA,
    ),
    Known(
        Error.FILE_NAME_MISMATCH,
        Stage.UPLOAD,
        ("version in filename should be",),
        hides=_METADATA,
    ),
    Known(Error.NO_NEW_PROJECT, Stage.UPLOAD, ("non-user identities cannot create new projects",), hides=_ACCESS),
    Known(
        Error.WRONG_PROJECT,
        Stage.UPLOAD,
        ("oidc scoped token is not valid for project", "project-scoped token is not valid"),
        hides=_ACCESS,
    ),
    Known(Error.OUTSIDE_PROJECT, Stage.UPLOAD, ("token used outside of a project context",), hides=_ACCESS),
    Known(Error.TOKEN_EXPIRED, Stage.UPLOAD, ("invalid api token: token is expired",), hides=_ACCESS),
    Known(
        Error.NAME_REFUSED,
        Stage.UPLOAD,
        (
            "is too similar to an existing project",
            "conflict with python standard library",
            "conflicts with an existing project",
            "isn't allowed. see http",
        ),
    ),
    Known(Error.NAME_REFUSED, Stage.TOKEN_EXCHANGE, ("this project already exists", "this project name isn't allowed")),
    Known(Error.ARCHIVED, Stage.UPLOAD, ("project has been archived", "project is archived"), hides=_ACCESS),
    Known(Error.QUARANTINED, Stage.UPLOAD, ("project is quarantined", "in quarantine"), hides=_ACCESS),
    Known(Error.IDENTITY_NOT_ALLOWED, Stage.UPLOAD, ("the given token isn't allowed to upload",), hides=_ACCESS),
    Known(Error.NOT_ALLOWED, Stage.UPLOAD, ("allowed to upload to project",)),
    Known(
        Error.ACCOUNT,
        Stage.UPLOAD,
        (
            "does not have a verified primary email",
            "does not have two-factor authentication enabled",
            "you must enable two factor authentication",
            "your account has been suspended",
            "organization account owning this project is inactive",
        ),
        hides=_ACCESS,
    ),
    Known(
        Error.BAD_CREDENTIALS,
        Stage.UPLOAD,
        (
            "invalid or non-existent authentication information",
            "username/password authentication is no longer supported",
            "invalid api token",
        ),
    ),
    Known(
        Error.INDEX_CLOSED,
        Stage.UPLOAD,
        (
            "uploads are temporarily disabled",
            "new project registration temporarily disabled",
        ),
        hides=_ACCESS,
    ),
    Known(Error.RATE_LIMITED, Stage.UPLOAD, ("too many new projects created", "429 too many requests")),
    Known(
        Error.WRONG_COMMAND,
        Stage.UPLOAD,
        (
            "project pre-registration is no longer required",
            "uploading documentation is no longer supported",
        ),
        hides=(Error.WRONG_URL,),
    ),
    Known(
        Error.WRONG_URL,
        Stage.UPLOAD,
        (
            "post requests are not supported by the endpoint",
            "redirects are not allowed when publishing",
            "redirectdetected",
            "405 method not allowed",
            "your repository url is missing a trailing slash",
            "the expected upload url is",
            "redirected url is not in the same realm",
            "you're trying to upload to the legacy pypi site",
        ),
    ),
    Known(
        Error.TOO_LARGE,
        Stage.UPLOAD,
        ("file too large", "project size too large", "413 payload too large", "413 request entity too large"),
    ),
    Known(
        Error.NOTHING_TO_UPLOAD,
        Stage.UPLOAD,
        (
            "didn't match any wheels or source distributions",
            "no files found to publish",
            "cannot find file (or expand pattern)",
        ),
        hides=_METADATA,
    ),
)

WEAK: Final = frozenset({Error.RESOURCE_NOT_ACCESSIBLE, Error.NO_CREDENTIALS, Error.RETRIEVAL_FAILED})
"""Errors that say little, and nothing where another one was recognised."""

KNOWN: Final = (*_START, *_RETRIEVED, *_EXCHANGED, *_ATTESTED, *_UPLOADED)
"""Every text, in the order of the stages."""

FAILED_STATUS: Final = ((429, 429, Error.RATE_LIMITED), (500, 599, Error.INDEX_FAILED))
"""What a status means by itself, if the text beside it is not known: first, last, error."""
