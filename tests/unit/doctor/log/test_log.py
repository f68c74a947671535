"""A job's log is read in every form that it comes in: the error, the claims, the index's answer."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.log.causes import ALL, CAUSES, UNDETERMINED, Candidate, cause_of_error
from publish_gate.doctor.log.lines import LARGEST_LOG, clean_lines, decode_log
from publish_gate.doctor.log.messages import KNOWN, Error, Stage
from publish_gate.doctor.log.read import Record, read_log
from publish_gate.hosts import PYPI, TESTPYPI

_INCIDENTS = Path(__file__).parents[3] / "vectors" / "incidents.jsonl"
INCIDENTS = [json.loads(line) for line in _INCIDENTS.read_text("utf-8").splitlines()]

EXCHANGE = """Trusted publishing exchange failure:
Token request failed: the server refused the request for the following reasons:

* `invalid-publisher`: valid token, but no corresponding publisher (Publisher with matching claims was not found)

The claims rendered below are **for debugging purposes only**.

* `sub`: `repo:octo/sample:ref:refs/tags/v1`
* `repository`: `octo/sample`
* `environment`: `MISSING`
"""
STAMP = "2026-03-04T10:11:12.1234567Z "


def escaped(text: str) -> str:
    """Return a text as a command of the runner carries it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(EXCHANGE, id="plain"),
        pytest.param(f"::error::{escaped(EXCHANGE)}", id="escaped in one line"),
        pytest.param(f"::error file=x.py,line=1,title=a::{escaped(EXCHANGE)}", id="escaped, with properties"),
        pytest.param(f"##[error]{escaped(EXCHANGE)}", id="escaped behind the runner's mark"),
        pytest.param("".join(f"{STAMP}{line}\n" for line in EXCHANGE.splitlines()), id="time-stamped"),
        pytest.param("\ufeff" + "".join(f"{STAMP}{line}\r\n" for line in EXCHANGE.splitlines()), id="from Windows"),
        pytest.param(
            "".join(f"publish\tUpload to the index\t\ufeff{STAMP}{line}\n" for line in EXCHANGE.splitlines()),
            id="as the command line of GitHub shows it",
        ),
        pytest.param(f"{STAMP}##[error]Error: {EXCHANGE}", id="an error's label"),
        pytest.param("".join(f"\x1b[31m{line}\x1b[0m\x1b]0;x\x07\n" for line in EXCHANGE.splitlines()), id="coloured"),
        pytest.param("".join(f"> {line}\n" for line in EXCHANGE.splitlines()), id="quoted in an issue"),
        pytest.param(EXCHANGE.replace("\n", "\r"), id="old line ends"),
    ],
)
def test_the_block_of_the_action_is_found_however_it_is_wrapped(log: str) -> None:
    record = read_log(log)
    assert (record.error, record.stage) == (Error.INVALID_PUBLISHER, Stage.TOKEN_EXCHANGE)
    assert record.code == "invalid-publisher"
    assert record.description == (
        "valid token, but no corresponding publisher (Publisher with matching claims was not found)"
    )
    assert record.claims is not None
    assert record.claims.get("repository") == "octo/sample"
    assert record.claims.is_absent("environment")
    assert record.claims.is_unknown("ref")
    assert record.tool == "pypa-action"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_log_is_read_in_the_encodings_that_shells_write(encoding: str) -> None:
    assert read_log(EXCHANGE.encode(encoding)) == read_log(EXCHANGE)


def test_what_is_no_text_is_no_error() -> None:
    assert read_log(b"\xff\xfe\x00") == Record()
    assert "invalid-publisher" in decode_log(b"\xc3\x28 invalid-publisher")
    assert read_log(b"") == Record()


UV = """error: Failed to obtain token for trusted publishing
  Caused by: Server returned error code 422 Unprocessable Entity, is trusted publishing correctly configured?
Response: {"errors":[{"code":"invalid-publisher","description":"valid token, but (\\"x\\")"}],"message":"failed"}

Token claims, which must match the publisher configuration: GitHub(
    GitHubTokenClaims {
        repository: "octo/sample",
        environment: None,
    },
)
"""


def twine(status: str, reason: str, url: str = PYPI.upload) -> str:
    """Return what twine prints of an upload that is refused."""
    return (
        f"Uploading distributions to {url}\nUploading my_pkg-1.0-py3-none-any.whl\n"
        "25l\n  0%\nWARNING  Error during upload. Retry with the --verbose option for more details.\n"
        f"ERROR    HTTPError: {status} from {url}\n         {reason}\n##[error]Process completed with exit code 1.\n"
    )


def test_the_errors_of_uv_are_read() -> None:
    record = read_log(UV)
    assert (record.code, record.description, record.tool) == ("invalid-publisher", 'valid token, but ("x")', "uv")
    assert record.claims is not None
    assert record.claims.is_absent("environment")
    refused = read_log(
        f"error: Failed to publish `dist/my_pkg-1.0.tar.gz` to {TESTPYPI.upload}\n  Caused by: Permission denied "
        "(status code 403 Forbidden): 403 Invalid API Token: OIDC scoped token is not valid for project 'my-pkg'"
    )
    assert (refused.upload_status, refused.file, refused.project) == (403, "my_pkg-1.0.tar.gz", "my-pkg")
    assert refused.upload_message == "Invalid API Token: OIDC scoped token is not valid for project 'my-pkg'"
    assert (refused.index, refused.error) == ("testpypi", Error.WRONG_PROJECT)


def test_the_errors_of_twine_are_read_though_it_wraps_its_lines() -> None:
    record = read_log(
        twine("400 Bad Request", "File already exists\n         ('my_pkg-1.0-py3-none-any.whl', with x). See")
    )
    assert (record.upload_status, record.file, record.index) == (400, "my_pkg-1.0-py3-none-any.whl", "pypi")
    assert record.upload_message == "File already exists ('my_pkg-1.0-py3-none-any.whl', with x). See"
    assert (record.error, record.stage, record.tool) == (Error.FILE_EXISTS, Stage.UPLOAD, "twine")


def test_the_file_sent_last_is_meant_where_the_error_names_none() -> None:
    record = read_log(twine("403 Forbidden", "Invalid or non-existent authentication information."))
    assert record.file == "my_pkg-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("text", "error", "proven"),
    [
        (
            (
                "OpenID Connect token retrieval failed: GitHub: missing or insufficient OIDC token permissions, "
                "the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset"
            ),
            Error.TOKEN_VARIABLE_UNSET,
            None,
        ),
        (
            (
                "the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset\nThe workflow context indicates "
                "that this action was called from a\npull request on a fork."
            ),
            Error.FORK,
            "fork-pr-no-token",
        ),
        (
            "token retrieval failed: the ACTIONS_ID_TOKEN_REQUEST_URL environment variable was unset",
            Error.URL_VARIABLE_UNSET,
            "not-on-github-runner",
        ),
        (
            "Environment variable ACTIONS_ID_TOKEN_REQUEST_TOKEN not set, is the `id-token: write` permission missing?",
            Error.TOKEN_VARIABLE_UNSET,
            None,
        ),
        ("OIDC token retrieval failed: x", Error.RETRIEVAL_FAILED, None),
        ("Caused by: Missing credentials for https://x/", Error.NO_CREDENTIALS, None),
        ("Missing credentials for https://x/\nFile already exists", Error.FILE_EXISTS, "version-already-exists"),
        ("repository at x has trusted publishing disabled", Error.PUBLISHING_DISABLED, "trusted-publishing-disabled"),
        ("* `not-enabled`: github trusted publishing functionality not enabled", Error.PUBLISHING_DISABLED, None),
        (
            "(Publishing from a workflow invoked via 'pull_request_target' is not supported.)",
            Error.EVENT_REFUSED,
            "pull-request-target-event",
        ),
        ("invalid-publisher: x (Check failed for required claim 'sub')", Error.SUB_REFUSED, "custom-sub-claim"),
        ("invalid-payload: unknown trusted publishing issuer", Error.UNKNOWN_ISSUER, "custom-issuer"),
        ("The job_workflow_ref claim does not match, expecting", Error.WORKFLOW_REF_REFUSED, "reusable-workflow"),
        (
            "invalid-pending-publisher: valid token, but project already exists",
            Error.INVALID_PENDING_PUBLISHER,
            "pending-publisher-project-exists",
        ),
        ("Non-user identities cannot create new projects.", Error.NO_NEW_PROJECT, "pending-publisher-not-created"),
        ("OIDC scoped token is not valid for project 'x'", Error.WRONG_PROJECT, "project-name-mismatch"),
        ("project-scoped token is not valid for project: 'x'", Error.WRONG_PROJECT, "project-name-mismatch"),
        ("This filename has already been used, use a different", Error.FILE_NAME_USED, "filename-reuse"),
        ("This filename was previously used by a file that", Error.FILE_NAME_USED, "filename-reuse"),
        ("Uploading new files to releases older than 14 days is", Error.RELEASE_CLOSED, "release-closed"),
        ("The use of local versions in <Version('1+x')> is not allowed", Error.LOCAL_VERSION, "local-version"),
        (
            "'1+x' is an invalid value for Version. Error: Can't use PEP 440 local versions.",
            Error.LOCAL_VERSION,
            "local-version",
        ),
        ("'x' is an invalid value for Version. Error:", Error.INVALID_VERSION, "invalid-version"),
        ("has an unsupported platform tag 'linux_x86_64'.", Error.UNSUPPORTED_TAG, "unsupported-wheel-tag"),
        ("InvalidDistribution: Unknown distribution format: 'SHA256SUMS'", Error.NOT_A_DISTRIBUTION, None),
        (
            "InvalidDistribution: Invalid distribution metadata: '2.5' is not a valid metadata version",
            Error.OUTDATED_TOOL,
            "outdated-publish-action",
        ),
        ("InvalidDistribution: x", Error.INVALID_DISTRIBUTION, None),
        ("Invalid attestations supplied during upload: x", Error.INVALID_ATTESTATIONS, None),
        (
            (
                "Invalid attestations supplied during upload: Certificate's Build Config URI (x) does not match "
                "expected Trusted Publisher (y)"
            ),
            Error.ATTESTATION_IDENTITY,
            "reusable-workflow-attestation",
        ),
        ('Tag "v1" is not allowed to deploy to x due to environment protection rules.', Error.PROTECTION_RULE, None),
        ("##[error]Container action is only supported on Linux", Error.CONTAINER_ACTION, "container-action-non-linux"),
        (
            (
                "The workflow is not valid. a.yml (Line: 8): The nested job 'x' is requesting 'id-token: write', but "
                "is only allowed 'id-token: none'."
            ),
            Error.CALLEE_PERMISSIONS,
            "missing-id-token-permission",
        ),
        ("Resource not accessible by integration", Error.RESOURCE_NOT_ACCESSIBLE, None),
        ("Resource not accessible by integration\nFile too large.", Error.TOO_LARGE, "file-too-large"),
        ("400 (version 0.1.dev1+g0795801)", Error.LOCAL_VERSION, "local-version"),
    ],
)
def test_fixed_texts_are_recognised(text: str, error: Error, proven: str | None) -> None:
    record = read_log(f"some line before\n{text}\nsome line after") if not text.startswith("400") else read_log(text)
    assert record.error is error
    assert record.stage is not None
    certain = [each.cause.id for each in cause_of_error(record) if each.proven]
    if proven is not None:
        assert certain == [proven]


def test_every_known_text_is_found_and_is_in_the_form_in_which_it_is_looked_for() -> None:
    for known in KNOWN:
        assert known.text == known.text.lower()
        assert read_log(known.text.upper()).has(known.error), known


def test_a_text_of_a_later_error_does_not_come_first() -> None:
    record = read_log(f"{twine('400 Bad Request', 'File already exists')}\ninvalid-publisher: valid token, but no")
    assert [signal.error for signal in record.signals] == [Error.FILE_EXISTS, Error.INVALID_PUBLISHER]
    assert not record.has(Error.EXCHANGE_REFUSED)


@pytest.mark.parametrize(
    ("text", "code", "description"),
    [
        pytest.param("invalid-publisher", "invalid-publisher", None, id="the code alone"),
        pytest.param("x invalid-token; y", "invalid-token", None, id="the code in a sentence"),
        pytest.param("invalid-publisher: a (b\n c)\nd", "invalid-publisher", "a (b c)", id="a wrapped description"),
        pytest.param("invalid-publisher: a (b\n\nc)", "invalid-publisher", "a (b", id="a cut-off description"),
        pytest.param("invalid-publisher:", "invalid-publisher", None, id="no description"),
        pytest.param("invalid-publisher:\ntext", "invalid-publisher", "text", id="a description in the next line"),
        pytest.param('"code":"not-enabled"', "not-enabled", None, id="no description in JSON"),
        pytest.param('"code":"not-enabled","description":"\\q"', "not-enabled", None, id="bad JSON"),
        pytest.param("my-invalid-publisher-test", None, None, id="part of another word"),
        pytest.param("x" * 20_000, None, None, id="a long line"),
    ],
)
def test_the_answer_to_the_token_is_found(text: str, code: str | None, description: str | None) -> None:
    record = read_log(text)
    assert (record.code, record.description) == (code, description)


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        pytest.param("HTTPError: 400 Client Error: Reason. for url: x", 400, "Reason. for url: x", id="older twine"),
        pytest.param("Upload failed with status code 400 Bad Request. Server says: 400 Reason", 400, "Reason", id="uv"),
        pytest.param("HTTP Error 403: Reason", 403, "Reason", id="poetry"),
        pytest.param("HTTPError: 502 Bad Gateway from https://x", 502, "Bad Gateway from https://x", id="no reason"),
        pytest.param("HTTPError: 403 Forbidden from https://x", 403, None, id="nothing after it"),
        pytest.param("took 400 ms", None, None, id="a number"),
    ],
)
def test_the_answer_to_a_file_is_found(text: str, status: int | None, message: str | None) -> None:
    record = read_log(text)
    assert (record.upload_status, record.upload_message) == (status, message)


def test_the_stage_follows_from_whatever_is_known() -> None:
    assert read_log("x: invalid-payload").stage is Stage.TOKEN_EXCHANGE
    assert read_log("HTTPError: 400 Bad Request from https://x strange").stage is Stage.UPLOAD
    assert read_log("all went well").stage is None


def test_the_index_is_the_one_named_last_before_the_error() -> None:
    both = f"{twine('', '', TESTPYPI.upload)}{twine('400 Bad Request', 'File too large', PYPI.upload)}"
    assert read_log(both).index == "pypi"
    assert read_log(f"File too large\nsee {TESTPYPI.upload}").index == "testpypi"
    assert read_log(f"repository at {TESTPYPI.host} has trusted publishing disabled").index == "testpypi"
    assert read_log("File too large").index is None


@pytest.mark.parametrize("incident", INCIDENTS, ids=[incident["id"] for incident in INCIDENTS])
def test_what_a_text_proves_never_contradicts_what_was_found_out(incident: dict[str, str]) -> None:
    candidates = cause_of_error(read_log(incident["error"]))
    expected = incident["expected_answer"]
    assert incident["root_cause"] in {*CAUSES, UNDETERMINED}
    if candidates and expected != UNDETERMINED:
        assert expected in {each.cause.id for each in candidates}


def test_every_cause_is_described_once() -> None:
    assert len(CAUSES) == len(ALL)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id) and each.meaning for each in ALL)
    assert cause_of_error(Record()) == ()
    for known in KNOWN:
        found = cause_of_error(read_log(known.text))
        assert found
        assert all(isinstance(each, Candidate) for each in found)


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("Checking " + "a" * 300 + "\n", id="a file that is checked"),
        pytest.param("::a b c\n", id="commands that do not end"),
        pytest.param("\x1b]" * 20, id="titles that do not end"),
        pytest.param("claims rendered below\n" + " " * 4000 + "`\n", id="spaces"),
        pytest.param('"description":"', id="texts that do not end"),
        pytest.param("`" * 200 + "\n", id="marks"),
        pytest.param("* `ref`: `" + " " * 3000 + "\n", id="claims that do not end"),
    ],
)
def test_reading_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    started = time.process_time()
    read_log(piece * (LARGEST_LOG // 20 // len(piece)))
    # A twentieth of the largest log takes well under a second here; anything but linear would take minutes.
    assert time.process_time() - started < 10


def test_of_a_log_that_is_too_long_the_end_is_read() -> None:
    log = "invalid-publisher: x\n" + "y" * LARGEST_LOG
    assert read_log(log).code is None
    assert read_log(log.encode()).code is None
    assert read_log(log.encode("utf-16")).code is None
    assert read_log((("y" * LARGEST_LOG) + "\ninvalid-publisher: x").encode("utf-16")).code == "invalid-publisher"


@given(st.text(alphabet="\x1b[]m:#%0A2025-\t \r\n`*erorwaning{}\"(',T:Z+", max_size=80))
def test_anything_at_all_can_be_read(text: str) -> None:
    assert isinstance(read_log(text), Record)
    assert all("\n" not in line and "\r" not in line for line in clean_lines(text))


@given(st.binary(max_size=60))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert isinstance(read_log(data), Record)
