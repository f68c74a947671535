"""A job's log is read in every form that it comes in: the error, the claims, the index's answer."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.log.causes import ALL, CAUSES, UNDETERMINED, Candidate, cause_of_error
from publish_gate.doctor.log.lines import LARGEST_LOG, MOST_FILES, clean_lines, decode_log, job_logs
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
        for text in known.texts:
            assert text == text.lower()
            assert read_log(text.upper()).has(known.error), known


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
        pytest.param("HTTPError: 502 Bad Gateway from https://x", 502, None, id="no reason"),
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
        for text in known.texts:
            found = cause_of_error(read_log(text))
            assert found
            assert all(isinstance(candidate, Candidate) for candidate in found)


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
    assert all("\n" not in line.text and "\r" not in line.text for line in clean_lines(text))


@given(st.binary(max_size=60))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert isinstance(read_log(data), Record)


def shown(job: str, text: str, step: str = "Upload") -> str:
    """Return a log as `gh run view --log` prints it: two columns on each line, a time on the first of a message."""
    first, *others = text.splitlines()
    return "".join(f"{job}\t{step}\t{line}\n" for line in [f"\ufeff{STAMP}##[error]{first}", *others])


def archived(*files: tuple[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return what a run's page downloads."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return data.getvalue()


GREEN = f"{STAMP}all went well\n"
MARKED = f"{STAMP}##[error]{EXCHANGE}"


@pytest.mark.parametrize(
    ("log", "job"),
    [
        pytest.param(shown("publish", EXCHANGE).encode(), "publish", id="columns, a time on the first line only"),
        pytest.param(shown("publish", EXCHANGE, "UNKNOWN STEP").encode(), "publish", id="a step that is not known"),
        pytest.param(shown("a / publish (x, 3.12)", EXCHANGE).encode(), "a / publish (x, 3.12)", id="a called job"),
        pytest.param(
            "".join(f"publish\tUpload\t{line}\n" for line in EXCHANGE.splitlines()).encode(),
            "publish",
            id="a copied piece of it without any time",
        ),
        pytest.param(
            (shown("build", "all\nwent\nwell") + shown("publish", EXCHANGE)).encode(),
            "publish",
            id="two jobs in a text",
        ),
        pytest.param(
            shown("publish", EXCHANGE).replace("\n", "\r\n").encode("utf-16"), "publish", id="from PowerShell"
        ),
        pytest.param(archived(("0_publish.txt", MARKED)), "publish", id="an archive with one file"),
        pytest.param(
            archived(("0_build.txt", GREEN), ("1_publish.txt", MARKED), ("publish/3_Upload.txt", MARKED)),
            "publish",
            id="an archive with a file for each job",
        ),
        pytest.param(
            archived(("build/1_Set up.txt", GREEN), ("publish/3_Upload.txt", MARKED)),
            "publish",
            id="an older archive, with a file for each step",
        ),
        pytest.param(gzip.compress(MARKED.encode()), None, id="gzipped"),
        pytest.param(gzip.compress(shown("publish", EXCHANGE).encode()), "publish", id="gzipped, with columns"),
    ],
)
def test_a_log_is_read_in_every_form_in_which_people_get_one(log: bytes, job: str | None) -> None:
    record = read_log(log)
    assert (record.error, record.job) == (Error.INVALID_PUBLISHER, job)
    assert record.claims is not None
    assert record.claims.get("repository") == "octo/sample"
    assert record.claims.has_no_environment


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(b"PK\x03\x04", id="the beginning of an archive"),
        pytest.param(archived(("1_publish.txt", MARKED))[:-30], id="an archive without its end"),
        pytest.param(archived(("a.bin", MARKED)), id="an archive without texts"),
        pytest.param(
            archived(("1_publish.txt", MARKED)).replace(b"\x08\x00", b"\x63\x00"), id="an unknown compression"
        ),
        pytest.param(b"\x1f\x8b\x08\x00" + b"\xff" * 60, id="not really gzipped"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_holds_no_log_holds_no_error(log: bytes) -> None:
    assert replace(read_log(log), job=None) == read_log("")


def test_what_is_unpacked_is_bounded() -> None:
    bomb = b"\0" * (LARGEST_LOG * 3)
    assert [len(text) for _, text in job_logs(gzip.compress(bomb))] == [LARGEST_LOG // 2]
    many = archived(*((f"{number}_x.txt", "a") for number in range(MOST_FILES + 10)))
    assert len(job_logs(many)) == MOST_FILES
    large = archived(*((f"{number}_x.txt", "a" * LARGEST_LOG) for number in range(6)))
    assert sum(len(text) for _, text in job_logs(large)) == 4 * LARGEST_LOG


def test_a_table_in_a_log_is_not_taken_for_columns() -> None:
    text = f"{STAMP}x\ty\tz\n{STAMP}{EXCHANGE}"
    assert read_log(text).job is None
    assert read_log("a\tb\tinvalid-publisher: x").job is None
    assert read_log("x" * LARGEST_LOG + "\n" + shown("publish", EXCHANGE)).job == "publish"


@pytest.mark.parametrize(
    ("log", "quote"),
    [
        pytest.param("##[error]strange\n##[error]Process completed with exit code 1.", "strange", id="marked"),
        pytest.param("##[error]Process completed with exit code 1.", None, id="only what is said of every step"),
        pytest.param(
            "building\nerror: no such thing\n##[error]Process completed with exit code 2.",
            "error: no such thing",
            id="a tool's own word",
        ),
        pytest.param("ValueError: odd", "ValueError: odd", id="an exception"),
        pytest.param(
            "HTTPError: 418 I'm a teapot from https://x Strange",
            "HTTPError: 418 I'm a teapot from https://x Strange",
            id="a status",
        ),
        pytest.param("0 errors, all went well", None, id="none"),
        pytest.param("##[error]" + "x" * 1000, "x" * 300, id="long"),
        pytest.param("##[error]File already exists", None, id="a known one is not quoted"),
    ],
)
def test_an_error_that_is_not_known_is_quoted(log: str, quote: str | None) -> None:
    assert read_log(log).quote == quote


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, Error.RATE_LIMITED), (500, Error.INDEX_FAILED), (503, Error.INDEX_FAILED), (418, None), (404, None)],
)
def test_some_statuses_say_enough_by_themselves(status: int, error: Error | None) -> None:
    record = read_log(f"HTTPError: {status} from https://x.example/legacy/ strange")
    assert (record.error, record.upload_status) == (error, status)


REFUSALS = [json.loads(line) for line in (_INCIDENTS.parent / "refusals.jsonl").read_text("utf-8").splitlines()]
# The words of the table for what has a name of its own here.
MEANT = {
    "file-name": {"invalid-file-name"},
    "attest": {"reusable-workflow-attestation", "outdated-publish-action"},
    "attest-no-tp": {"attestations-without-trust"},
    "not-allowed": {"not-allowed"},
    "account": {"account-restricted"},
    "index-closed": {"index-closed"},
    "rate-limited": {"rate-limited"},
    "server": {"index-error"},
    "project": {"project-name-mismatch"},
    "wrong-command": {"wrong-command"},
}


@pytest.mark.parametrize("row", REFUSALS, ids=[row["id"] for row in REFUSALS])
def test_what_an_index_refuses_with_has_its_causes(row: dict[str, object]) -> None:
    record = read_log(
        f"error: cause: Server returned status code {row['status']} X. Server says: {row['status']} {row['text']}"
    )
    expected = row["expected"]
    assert isinstance(expected, list)
    found = {candidate.cause.id for candidate in cause_of_error(record)}
    if expected == ["x"]:
        assert found == set()
        assert str(row["text"]) in (record.quote or "")
    else:
        assert any(found & MEANT.get(word, {word}) for word in expected), found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "409 Conflict from http://x/ Package 'demo' already exists! You may use x",
            id="pypiserver",
        ),
        pytest.param("409 demo-1.0.whl already exists in non-volatile index", id="devpi"),
        pytest.param(
            "403 Not enough permissions to delete/overwrite artifact 'x'",
            id="Artifactory",
        ),
        pytest.param("400 Repository does not allow updating assets: pypi-hosted", id="Nexus"),
        pytest.param("400 {'message': 'Validation failed: File name has already been taken'}", id="GitLab"),
        pytest.param("409 The feed already contains file 'demo-1.0.whl' in package 'demo 1.0'.", id="Azure Artifacts"),
        pytest.param("409 Requested entity already exists", id="Artifact Registry"),
    ],
)
def test_a_private_index_that_has_the_file_says_so_in_its_own_words(text: str) -> None:
    assert read_log(text).error is Error.FILE_EXISTS


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("mkdir: build: directory already exists!", id="a folder"),
        pytest.param("License-File: LICENSE", id="metadata that is shown"),
        pytest.param("npm: token is expired", id="another tool's token"),
        pytest.param("the name x isn't allowed here", id="another tool's name"),
    ],
)
def test_what_other_tools_say_is_not_taken_for_an_index(text: str) -> None:
    assert read_log(text).error is None
