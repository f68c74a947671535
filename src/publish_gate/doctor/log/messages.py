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
    NOTHING_TO_UPLOAD = "nothing-to-upload"


class Known(NamedTuple):
    """A text in lower case, what it means, and at which stage it is said.

    ``hides`` are errors that the same message names as well, though they are not what it is about.
    """

    text: str
    error: Error
    stage: Stage
    hides: tuple[Error, ...] = ()


_RETRIEVAL: Final = (Error.RETRIEVAL_FAILED,)
_TOKEN: Final = (Error.TOKEN_VARIABLE_UNSET, Error.RETRIEVAL_FAILED)
_REFUSED: Final = (Error.EXCHANGE_REFUSED,)
_PUBLISHER: Final = (Error.INVALID_PUBLISHER, Error.EXCHANGE_REFUSED)
_ATTESTATIONS: Final = (Error.INVALID_ATTESTATIONS,)

_START: Final = (
    Known(
        "is only allowed 'id-token: none'", Error.CALLEE_PERMISSIONS, Stage.WORKFLOW_START, (Error.INVALID_WORKFLOW,)
    ),
    Known("invalid workflow file", Error.INVALID_WORKFLOW, Stage.WORKFLOW_START),
    Known("the workflow is not valid", Error.INVALID_WORKFLOW, Stage.WORKFLOW_START),
    Known("due to environment protection rules", Error.PROTECTION_RULE, Stage.WORKFLOW_START),
    Known("didn't satisfy other protection rules", Error.PROTECTION_RULE, Stage.WORKFLOW_START),
    Known("container action is only supported on linux", Error.CONTAINER_ACTION, Stage.WORKFLOW_START),
    Known("only able to run under gnu/linux", Error.CONTAINER_ACTION, Stage.WORKFLOW_START),
    Known("resource not accessible by integration", Error.RESOURCE_NOT_ACCESSIBLE, Stage.GATING),
)
_RETRIEVED: Final = (
    Known("called from a pull request on a fork", Error.FORK, Stage.TOKEN_RETRIEVAL, _TOKEN),
    Known(
        "actions_id_token_request_token environment variable was unset",
        Error.TOKEN_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        _RETRIEVAL,
    ),
    Known(
        "variable actions_id_token_request_token not set",
        Error.TOKEN_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        _RETRIEVAL,
    ),
    Known(
        "unable to get actions_id_token_request_token",
        Error.TOKEN_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        _RETRIEVAL,
    ),
    Known(
        "actions_id_token_request_url environment variable was unset",
        Error.URL_VARIABLE_UNSET,
        Stage.TOKEN_RETRIEVAL,
        _RETRIEVAL,
    ),
    Known("variable actions_id_token_request_url not set", Error.URL_VARIABLE_UNSET, Stage.TOKEN_RETRIEVAL, _RETRIEVAL),
    Known("unable to get actions_id_token_request_url", Error.URL_VARIABLE_UNSET, Stage.TOKEN_RETRIEVAL, _RETRIEVAL),
    Known("insufficient oidc token permissions?", Error.TOKEN_VARIABLE_UNSET, Stage.TOKEN_RETRIEVAL, _RETRIEVAL),
    Known("but you're not in github actions", Error.NOT_ON_GITHUB, Stage.TOKEN_RETRIEVAL, _RETRIEVAL),
    Known("openid connect token retrieval failed", Error.RETRIEVAL_FAILED, Stage.TOKEN_RETRIEVAL),
    Known("oidc token retrieval failed", Error.RETRIEVAL_FAILED, Stage.TOKEN_RETRIEVAL),
    Known("oidc token request failed", Error.RETRIEVAL_FAILED, Stage.TOKEN_RETRIEVAL),
    Known("missing credentials for", Error.NO_CREDENTIALS, Stage.TOKEN_RETRIEVAL),
    Known("no credentials found for", Error.NO_CREDENTIALS, Stage.TOKEN_RETRIEVAL),
)
_EXCHANGED: Final = (
    Known("has trusted publishing disabled", Error.PUBLISHING_DISABLED, Stage.TOKEN_EXCHANGE),
    Known("trusted publishing functionality not enabled", Error.PUBLISHING_DISABLED, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("does not indicate trusted publishing support", Error.NOT_AN_INDEX, Stage.TOKEN_EXCHANGE),
    Known("audience retrieval failed", Error.INDEX_BROKEN, Stage.TOKEN_EXCHANGE),
    Known("the index produced an unexpected", Error.INDEX_BROKEN, Stage.TOKEN_EXCHANGE),
    Known("the index gave us an invalid response", Error.INDEX_BROKEN, Stage.TOKEN_EXCHANGE),
    Known("invoked via 'pull_request_target' is not supported", Error.EVENT_REFUSED, Stage.TOKEN_EXCHANGE, _PUBLISHER),
    Known("check failed for required claim 'sub'", Error.SUB_REFUSED, Stage.TOKEN_EXCHANGE, _PUBLISHER),
    Known("job_workflow_ref claim does not match", Error.WORKFLOW_REF_REFUSED, Stage.TOKEN_EXCHANGE, _PUBLISHER),
    Known("unknown trusted publishing issuer", Error.UNKNOWN_ISSUER, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("does not match expected issuer", Error.UNKNOWN_ISSUER, Stage.TOKEN_EXCHANGE, _PUBLISHER),
    Known("invalid-reuse-token", Error.TOKEN_REUSED, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("invalid token: already used", Error.TOKEN_REUSED, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("malformed or invalid token", Error.INVALID_TOKEN, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("invalid-pending-publisher", Error.INVALID_PENDING_PUBLISHER, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("valid token, but project already exists", Error.INVALID_PENDING_PUBLISHER, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("invalid-publisher", Error.INVALID_PUBLISHER, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("valid token, but no corresponding publisher", Error.INVALID_PUBLISHER, Stage.TOKEN_EXCHANGE, _REFUSED),
    Known("the server refused the request for the following reasons", Error.EXCHANGE_REFUSED, Stage.TOKEN_EXCHANGE),
    Known("is trusted publishing correctly configured?", Error.EXCHANGE_REFUSED, Stage.TOKEN_EXCHANGE),
)
_ATTESTED: Final = (
    Known("does not match expected trusted publisher", Error.ATTESTATION_IDENTITY, Stage.UPLOAD, _ATTESTATIONS),
    Known("build config uri", Error.ATTESTATION_IDENTITY, Stage.UPLOAD, _ATTESTATIONS),
    Known(
        "attestations are only supported when using trusted",
        Error.ATTESTATION_WITHOUT_TRUST,
        Stage.UPLOAD,
        _ATTESTATIONS,
    ),
    Known("invalid attestations", Error.INVALID_ATTESTATIONS, Stage.UPLOAD),
    Known("attestation failure", Error.INVALID_ATTESTATIONS, Stage.UPLOAD),
    Known("attestation generation failure", Error.ATTESTATION_GENERATION, Stage.ATTESTATION),
)
# What says more than that a distribution is invalid hides what says just that.
_METADATA: Final = (Error.INVALID_METADATA, Error.INVALID_DISTRIBUTION)
_VERSION: Final = (Error.INVALID_VERSION, *_METADATA)
_ACCESS: Final = (Error.NOT_ALLOWED, Error.BAD_CREDENTIALS)
_UPLOADED: Final = (
    Known("file already exists", Error.FILE_EXISTS, Stage.UPLOAD),
    Known("file-already-exists", Error.FILE_EXISTS, Stage.UPLOAD),
    Known("a file with the same name but different content", Error.FILE_EXISTS, Stage.UPLOAD),
    Known("local file and index file do not match for", Error.FILE_EXISTS, Stage.UPLOAD),
    Known("this filename has already been used", Error.FILE_NAME_USED, Stage.UPLOAD),
    Known("this filename has previously been used", Error.FILE_NAME_USED, Stage.UPLOAD),
    Known("this filename was previously used by a file", Error.FILE_NAME_USED, Stage.UPLOAD),
    Known("only one sdist may be uploaded per release", Error.SECOND_SDIST, Stage.UPLOAD),
    Known("uploading new files to releases older than", Error.RELEASE_CLOSED, Stage.UPLOAD),
    Known("cannot upload new files to release", Error.RELEASE_CLOSED, Stage.UPLOAD),
    Known("the use of local versions", Error.LOCAL_VERSION, Stage.UPLOAD, _VERSION),
    Known("pep 440 local versions", Error.LOCAL_VERSION, Stage.UPLOAD, _VERSION),
    Known("is an invalid value for version", Error.INVALID_VERSION, Stage.UPLOAD, _METADATA),
    Known("invalid value for version", Error.INVALID_VERSION, Stage.UPLOAD, _METADATA),
    Known("unsupported platform tag", Error.UNSUPPORTED_TAG, Stage.UPLOAD),
    Known("unknown distribution format", Error.NOT_A_DISTRIBUTION, Stage.UPLOAD, _METADATA),
    Known("neither a wheel nor a source distribution", Error.NOT_A_DISTRIBUTION, Stage.UPLOAD, _METADATA),
    Known("invalid distribution file", Error.NOT_A_DISTRIBUTION, Stage.UPLOAD, _METADATA),
    Known("is not a valid metadata version", Error.OUTDATED_TOOL, Stage.UPLOAD, _METADATA),
    Known("metadata is missing required fields", Error.OUTDATED_TOOL, Stage.UPLOAD, _METADATA),
    Known("using a supported metadata-version", Error.OUTDATED_TOOL, Stage.UPLOAD, _METADATA),
    Known("unrecognized or malformed field 'license-", Error.OUTDATED_TOOL, Stage.UPLOAD, _METADATA),
    Known("invaliddistribution", Error.INVALID_DISTRIBUTION, Stage.UPLOAD),
    Known("invalid distribution metadata", Error.INVALID_METADATA, Stage.UPLOAD, (Error.INVALID_DISTRIBUTION,)),
    Known(
        "see https://packaging.python.org/specifications/core-metadata",
        Error.INVALID_METADATA,
        Stage.UPLOAD,
        (Error.INVALID_DISTRIBUTION,),
    ),
    Known("the description failed to render", Error.INVALID_METADATA, Stage.UPLOAD, (Error.INVALID_DISTRIBUTION,)),
    Known("version in filename should be", Error.FILE_NAME_MISMATCH, Stage.UPLOAD, (Error.INVALID_DISTRIBUTION,)),
    Known(
        "should contain the normalized project name",
        Error.FILE_NAME_MISMATCH,
        Stage.UPLOAD,
        (Error.INVALID_DISTRIBUTION,),
    ),
    Known("start filename for", Error.FILE_NAME_MISMATCH, Stage.UPLOAD, (Error.INVALID_DISTRIBUTION,)),
    Known("non-user identities cannot create new projects", Error.NO_NEW_PROJECT, Stage.UPLOAD, _ACCESS),
    Known("oidc scoped token is not valid for project", Error.WRONG_PROJECT, Stage.UPLOAD, _ACCESS),
    Known("project-scoped token is not valid for project", Error.WRONG_PROJECT, Stage.UPLOAD, _ACCESS),
    Known("project-scoped token is not valid", Error.WRONG_PROJECT, Stage.UPLOAD, _ACCESS),
    Known("is too similar to an existing project", Error.NAME_REFUSED, Stage.UPLOAD),
    Known("conflict with python standard library", Error.NAME_REFUSED, Stage.UPLOAD),
    Known("conflicts with an existing project", Error.NAME_REFUSED, Stage.UPLOAD),
    Known("this project already exists", Error.NAME_REFUSED, Stage.TOKEN_EXCHANGE),
    Known("this project name isn't allowed", Error.NAME_REFUSED, Stage.TOKEN_EXCHANGE),
    Known("project has been archived", Error.ARCHIVED, Stage.UPLOAD, _ACCESS),
    Known("project is archived", Error.ARCHIVED, Stage.UPLOAD, _ACCESS),
    Known("project is quarantined", Error.QUARANTINED, Stage.UPLOAD, _ACCESS),
    Known("in quarantine", Error.QUARANTINED, Stage.UPLOAD, _ACCESS),
    Known("allowed to upload to project", Error.NOT_ALLOWED, Stage.UPLOAD),
    Known("invalid or non-existent authentication information", Error.BAD_CREDENTIALS, Stage.UPLOAD),
    Known("username/password authentication is no longer supported", Error.BAD_CREDENTIALS, Stage.UPLOAD),
    Known("invalid api token", Error.BAD_CREDENTIALS, Stage.UPLOAD),
    Known("post requests are not supported by the endpoint", Error.WRONG_URL, Stage.UPLOAD),
    Known("redirects are not allowed when publishing", Error.WRONG_URL, Stage.UPLOAD),
    Known("redirectdetected", Error.WRONG_URL, Stage.UPLOAD),
    Known("405 method not allowed", Error.WRONG_URL, Stage.UPLOAD),
    Known("file too large", Error.TOO_LARGE, Stage.UPLOAD),
    Known("project size too large", Error.TOO_LARGE, Stage.UPLOAD),
    Known("413 payload too large", Error.TOO_LARGE, Stage.UPLOAD),
    Known("413 request entity too large", Error.TOO_LARGE, Stage.UPLOAD),
    Known("didn't match any wheels or source distributions", Error.NOTHING_TO_UPLOAD, Stage.UPLOAD),
    Known("no files found to publish", Error.NOTHING_TO_UPLOAD, Stage.UPLOAD),
    Known("cannot find file (or expand pattern)", Error.NOTHING_TO_UPLOAD, Stage.UPLOAD, _METADATA),
)

WEAK: Final = frozenset({Error.RESOURCE_NOT_ACCESSIBLE, Error.NO_CREDENTIALS, Error.RETRIEVAL_FAILED})
"""Errors that say little, and nothing where another one was recognised."""

KNOWN: Final = (*_START, *_RETRIEVED, *_EXCHANGED, *_ATTESTED, *_UPLOADED)
"""Every text, in the order of the stages."""
