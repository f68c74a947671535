"""Claims are read in every form that people have them, each in one of three states, and tokens are never shown."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.doctor.trusted_publishing.claims import Claims, WorkflowRef
from publish_gate.doctor.trusted_publishing.read_claims import LARGEST, TokenError, decode_token, is_token, parse_claims
from publish_gate.errors import ConfigurationError


def encoded(payload: object) -> str:
    """Return the three parts of a token, with a signature that says nothing."""
    parts = [json.dumps({"alg": "RS256"}), payload if isinstance(payload, str) else json.dumps(payload)]
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), "c2ln"])


WHOLE = {"iss": "https://issuer.example.com", "aud": "pypi", "repository": "octo/sample", "sub": "s"}

PRINTED = """Error: Trusted publishing exchange failure:
Token request failed: the server refused the request for the following reasons:

* `invalid-publisher`: valid token, but no corresponding publisher (Publisher with matching claims was not found)

The claims rendered below are **for debugging purposes only**. You should **not**
use them to configure a trusted publisher unless they already match your expectations.

If a claim is not present in the claim set, then it is rendered as `MISSING`.

* `sub`: `repo:octo/sample:ref:refs/tags/v1`
* `repository`: `octo/sample`
* `repository_owner`: `octo`
* `repository_owner_id`: `1234`
* `workflow_ref`: `octo/sample/.github/workflows/a.yml@refs/tags/v1`
* `job_workflow_ref`: `octo/sample/.github/workflows/b.yml@refs/tags/v1`
* `ref`: `refs/tags/v1`
* `environment`: `MISSING`
"""

UV = """Token claims, which must match the publisher configuration: GitHub(
    GitHubTokenClaims {
        sub: "s",
        repository: "octo/sample",
        r#ref: "refs/tags/v1",
        environment: Some(
            "pypi",
        ),
        workflow_ref: Some("w"),
        job_workflow_ref: None,
    },
)
other: "not a claim",
"""


@pytest.mark.parametrize(
    ("text", "values", "absent", "complete"),
    [
        pytest.param('{"ref": "r", "environment": "MISSING"}', {"ref": "r"}, {"environment"}, False, id="some claims"),
        pytest.param('{"ref": "r", "environment": null}', {"ref": "r"}, {"environment"}, False, id="null is absent"),
        pytest.param(
            '\ufeff{"a": 1, "b": 1.50, "c": true, "d": false}',
            {"a": "1", "b": "1.50", "c": "true", "d": "false"},
            set(),
            False,
            id="numbers keep their text",
        ),
        pytest.param(json.dumps(WHOLE), WHOLE, set(), True, id="a whole payload"),
        pytest.param(encoded(WHOLE), WHOLE, set(), True, id="a raw token"),
        pytest.param(f"\n {encoded({**WHOLE, 'x': None})}\n", WHOLE, set(), True, id="a raw token with spaces around"),
        pytest.param('{"aud": ["pypi", "x"]}', {"aud": '["pypi", "x"]'}, set(), False, id="a list as its text"),
        pytest.param("{}", {}, set(), False, id="no claims"),
        pytest.param(
            "* `repository`: `octo/sample`\n* `environment`: `MISSING`",
            {"repository": "octo/sample"},
            {"environment"},
            False,
            id="lines of the action",
        ),
        pytest.param(
            "repository: octo/sample\nref: `r`\nstrange: x\nno claim\nsub: `a`b\nenvironment: MISSING\nref: other",
            {"repository": "octo/sample", "ref": "r"},
            {"environment"},
            False,
            id="lines that lost their marks, and a second block",
        ),
        pytest.param(
            "::error::x%0A* `ref`: `a%25b`%0D%0A* `sub`: `s`", {"ref": "a%b", "sub": "s"}, set(), False, id="escaped"
        ),
        pytest.param(
            UV,
            {
                "sub": "s",
                "repository": "octo/sample",
                "ref": "refs/tags/v1",
                "environment": "pypi",
                "workflow_ref": "w",
            },
            {"job_workflow_ref"},
            False,
            id="the structure of uv",
        ),
        pytest.param("`sub`: `s`\n" + "x" * 5000, {"sub": "s"}, set(), False, id="a line that is too long is left out"),
    ],
)
def test_claims_are_read(text: str, values: dict[str, str], absent: set[str], complete: bool) -> None:
    assert parse_claims(text) == Claims(values, frozenset(absent), complete=complete)


def test_the_block_of_the_action_tells_three_states() -> None:
    claims = parse_claims(PRINTED)
    assert claims.is_absent("environment")
    assert claims.has_no_environment
    assert claims.environment is None
    assert claims.is_unknown("sha")
    assert not claims.is_absent("sha")
    assert (claims.get("sha"), claims.ref) == (None, "refs/tags/v1")
    assert (claims.owner, claims.repository_name) == ("octo", "sample")
    assert (claims.workflow_file, claims.caller_file) == ("b.yml", "a.yml")
    assert claims.job_workflow == WorkflowRef("octo/sample", "b.yml", "refs/tags/v1")
    assert claims.started_workflow == WorkflowRef("octo/sample", "a.yml", "refs/tags/v1")


def test_older_releases_leave_claims_unknown_that_they_do_not_print() -> None:
    older = "\n".join(
        line for line in PRINTED.splitlines() if "workflow_ref`" not in line and "environment" not in line
    )
    claims = parse_claims(older)
    assert claims.is_unknown("environment")
    assert claims.is_unknown("workflow_ref")
    assert not claims.has_no_environment


def test_what_is_not_in_a_whole_token_is_absent() -> None:
    claims = parse_claims(json.dumps(WHOLE))
    assert claims.is_absent("environment")
    without = claims.without("environment", "sub")
    assert without.is_unknown("environment")
    assert without.is_unknown("sub")
    assert without.is_absent("jti")


@pytest.mark.parametrize(
    ("values", "owner", "name"),
    [
        pytest.param({"repository_owner": "octo"}, "octo", None, id="the owner alone"),
        pytest.param({"repository": "sample"}, None, None, id="no owner in it"),
        pytest.param({"repository": "octo/sample/x"}, "octo", "sample/x", id="split once"),
        pytest.param({}, None, None, id="nothing"),
    ],
)
def test_a_repository_is_split_as_the_index_does(values: dict[str, str], owner: str | None, name: str | None) -> None:
    claims = Claims(values)
    assert (claims.owner, claims.repository_name) == (owner, name)
    assert (claims.workflow_file, claims.job_workflow, claims.started_workflow) == (None, None, None)


def test_an_empty_environment_is_none() -> None:
    assert Claims({"environment": ""}).has_no_environment
    assert Claims({"environment": "x"}).environment == "x"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "are empty", id="nothing"),
        pytest.param("hello", "no JSON object, no token", id="a word"),
        pytest.param("[1]", "expected a JSON object of claims, found a list", id="a list"),
        pytest.param('"x"', "expected a JSON object", id="a text"),
        pytest.param('{"a": ', "are not valid JSON", id="cut off"),
        pytest.param('{"a": NaN}', "NaN is no JSON value", id="no JSON"),
        pytest.param('{"a": {"b": 1}}', "a: expected a text, found a nested value", id="nested"),
        pytest.param('{"a": [[]]}', "a: expected a text, found a nested value", id="nested list"),
        pytest.param('{"a": "x", "a": "y"}', "a: is there twice", id="twice"),
        pytest.param(json.dumps({"a": "x" * 5000}), "is longer than", id="a long value"),
        pytest.param(json.dumps({"a" * 200: "x"}), "is longer than", id="a long name"),
        pytest.param(json.dumps(dict.fromkeys(map(str, range(600)), "")), "are 600", id="too many"),
        pytest.param("[" * 200_000, "nested too deeply", id="too deep"),
        pytest.param(" " * LARGEST + "{}", "are larger than", id="too large"),
        pytest.param(encoded("[]"), "its payload is not a JSON object", id="a token of a list"),
        pytest.param(encoded("secret"), "its payload cannot be decoded", id="a token of no JSON"),
        pytest.param(encoded({"deep": {"secret": 1}}), "holds what no claim is: deep", id="a token with nested claims"),
        pytest.param("a.b.c", "its payload cannot be decoded", id="a token of nothing"),
    ],
)
def test_what_is_no_set_of_claims_is_refused_without_showing_it(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_claims(text, "claims.json")
    assert complaint in str(caught.value)
    assert "claims.json" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_syntax_error_is_told_with_its_place() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_claims('{\n "a": x}', "claims.json")
    assert str(caught.value).startswith("claims.json:2:7")
    with pytest.raises(ConfigurationError) as caught:
        parse_claims('{"a": x}')
    assert caught.value.problems[0].place is None


def test_what_does_not_look_like_a_token_is_not_decoded() -> None:
    assert not is_token("a.b")
    with pytest.raises(TokenError, match="three parts"):
        decode_token("a.b\nc.d")


@given(st.text(alphabet='{}[]":,.ab1`*\n%0A ', max_size=60))
def test_nothing_else_is_ever_raised(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        assert isinstance(parse_claims(text), Claims)
