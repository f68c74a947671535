"""Reading the situation: environment variables and event payloads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from publish_gate import git
from publish_gate.errors import ConfigurationError
from publish_gate.gate.rules import untrusted_because
from publish_gate.read_context import Overrides, read_context
from publish_gate.run_context import CommitTag, Ref, RefKind, ReleaseFlags

if TYPE_CHECKING:
    from pathlib import Path

ACTIONS = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
REFS = [
    ("refs/heads/main", RefKind.BRANCH, "main"),
    ("refs/heads/feature/x", RefKind.BRANCH, "feature/x"),
    ("refs/tags/v1.0", RefKind.TAG, "v1.0"),
    ("refs/pull/7/merge", RefKind.OTHER, "refs/pull/7/merge"),
    ("refs/heads/", RefKind.OTHER, "refs/heads/"),
    ("", RefKind.OTHER, ""),
]


@pytest.mark.parametrize(("text", "kind", "name"), REFS)
def test_a_ref_is_a_branch_a_tag_or_neither(text: str, kind: RefKind, name: str) -> None:
    ref = Ref.parse(text)
    assert (ref.kind, ref.name, ref.full) == (kind, name, text)


def payload(tmp_path: Path, value: object) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(value), "utf-8")
    return {**ACTIONS, "GITHUB_EVENT_PATH": str(path)}


REPOSITORY = {"full_name": "o/r", "default_branch": "trunk", "fork": False}
PAYLOADS = [
    ({}, ("main", None, None, None, None), "nothing told"),
    ({"repository": REPOSITORY}, ("trunk", "o/r", False, None, None), "a repository"),
    ({"repository": {**REPOSITORY, "fork": True}}, ("trunk", "o/r", True, None, None), "a fork"),
    ({"action": "published"}, ("main", None, None, None, "published"), "an activity type"),
    (
        {"repository": REPOSITORY, "pull_request": {"head": {"repo": {"full_name": "o/r"}}}},
        ("trunk", "o/r", False, False, None),
        "a pull request of the same repository",
    ),
    (
        {"repository": REPOSITORY, "pull_request": {"head": {"repo": {"full_name": "me/r"}}}},
        ("trunk", "o/r", False, True, None),
        "a pull request from a fork",
    ),
    (
        {"pull_request": {"head": {"repo": {"full_name": "o/r"}}}},
        ("main", None, None, True, None),
        "a pull request to who knows where",
    ),
    (
        {"repository": REPOSITORY, "pull_request": {"head": {"repo": None}}},
        ("trunk", "o/r", False, True, None),
        "a pull request whose repository was deleted",
    ),
    ({"repository": "x", "action": 3, "pull_request": []}, ("main", None, None, None, None), "wrong shapes"),
    ({"repository": {"fork": "yes", "default_branch": ""}}, ("main", None, None, None, None), "wrong types"),
]


@pytest.mark.parametrize(("value", "expected"), [r[:2] for r in PAYLOADS], ids=[r[2] for r in PAYLOADS])
def test_the_payload_tells(
    tmp_path: Path, value: object, expected: tuple[str, str | None, bool | None, bool | None, str | None]
) -> None:
    context = read_context(payload(tmp_path, value), Overrides(), tmp_path)
    seen = (
        context.default_branch,
        context.repository,
        context.in_fork,
        context.foreign_head,
        context.activity,
    )
    assert seen == expected


R = {"repository": REPOSITORY}
SAME = {"head": {"repo": {"full_name": "o/r"}}}
RELEASE = {"tag_name": "v1.3.0", "prerelease": False, "draft": False, "target_commitish": "main"}
TRUST = [
    ("push", {**R, "ref": "refs/heads/main"}, True, "a push"),
    ("push", {**R, "pull_request": None}, True, "a push that mentions no pull request"),
    ("release", {**R, "action": "published", "release": RELEASE}, True, "a release"),
    ("release", {**R, "action": "published"}, True, "a release that is told in short"),
    ("workflow_dispatch", {**R, "inputs": {"x": "y"}}, True, "a dispatch by hand"),
    ("workflow_dispatch", {**R, "inputs": None}, True, "a dispatch by hand, without inputs"),
    ("repository_dispatch", {**R, "action": "go", "client_payload": {}}, True, "a dispatch by the API"),
    ("create", {**R, "ref": "v1.3.0", "ref_type": "tag"}, True, "a tag that was made"),
    ("schedule", {**R, "schedule": "0 0 * * *"}, True, "a schedule"),
    ("schedule", {"schedule": "0 0 * * *"}, True, "a schedule, as GitHub once made it"),
    ("push", {"repository": {"fork": False}}, True, "what act needs to be told"),
    ("push", {}, False, "nothing"),
    ("schedule", {}, False, "a schedule of nothing"),
    ("push", {"schedule": "0 0 * * *"}, False, "a schedule's payload for a push"),
    ("schedule", {"schedule": "0 0 * * *", "repository": None}, False, "a schedule of no repository"),
    ("push", {"inputs": {"x": "y"}}, False, "what act makes of inputs"),
    ("push", {"repository": None}, False, "no repository"),
    ("push", {"repository": []}, False, "a list for a repository"),
    ("push", {"repository": "o/r"}, False, "a text for a repository"),
    ("push", {"repository": {}}, False, "an empty repository"),
    ("push", {"repository": {**REPOSITORY, "fork": None}}, False, "a fork that is null"),
    ("push", {"repository": {**REPOSITORY, "fork": "false"}}, False, "a fork in quotes"),
    ("push", {"repository": {**REPOSITORY, "fork": 0}}, False, "a fork that is a number"),
    ("push", {"repository": {**REPOSITORY, "fork": []}}, False, "a fork that is a list"),
    ("push", {"repository": {**REPOSITORY, "fork": True}}, False, "a fork"),
    ("push", {"repository": {**REPOSITORY, "default_branch": None}}, False, "a default branch that is null"),
    ("push", {"repository": {**REPOSITORY, "default_branch": ""}}, False, "an empty default branch"),
    ("push", {"repository": {**REPOSITORY, "full_name": 7}}, False, "a name that is a number"),
    ("push", {**R, "action": ["published"]}, False, "a list of actions"),
    ("push", {**R, "pull_request": []}, False, "a list for a pull request"),
    ("push", {**R, "pull_request": {}}, False, "a pull request of nothing"),
    ("push", {**R, "pull_request": {"head": {"repo": None}}}, False, "a pull request of a deleted repository"),
    ("push", {**R, "pull_request": {"head": "x"}}, False, "a pull request of a text"),
    ("push", {**R, "pull_request": SAME}, True, "a pull request of the same repository"),
    ("push", {"repository": {"fork": False}, "pull_request": SAME}, False, "a pull request to who knows where"),
    ("release", {**R, "release": []}, False, "a list for a release"),
    ("release", {**R, "release": None}, False, "a release that is null"),
    ("release", {**R, "release": {**RELEASE, "draft": "false"}}, False, "a draft in quotes"),
    ("release", {**R, "release": {**RELEASE, "prerelease": None}}, False, "a pre-release that is null"),
    ("release", {**R, "release": {**RELEASE, "tag_name": 1}}, False, "a tag that is a number"),
    ("release", {**R, "release": {**RELEASE, "tag_name": "v1.2.0"}}, False, "a release of another tag"),
    ("push", {**R, "release": []}, True, "a word that says nothing about a push"),
]


@pytest.mark.parametrize(("event", "value", "trusted"), [row[:3] for row in TRUST], ids=[row[3] for row in TRUST])
def test_trust_needs_proof(tmp_path: Path, event: str, value: object, trusted: bool) -> None:
    environ = {**payload(tmp_path, value), "GITHUB_EVENT_NAME": event, "GITHUB_REF": "refs/tags/v1.3.0"}
    context = read_context(environ, Overrides(), tmp_path)
    because = untrusted_because(context)
    assert (because is None) is trusted
    if because is not None:
        assert len(because) > 20


def test_a_step_without_a_payload_is_not_trusted_and_the_command_line_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert untrusted_because(read_context(ACTIONS, Overrides(), tmp_path))
    assert untrusted_because(read_context(ACTIONS, Overrides("release", "refs/tags/v1"), tmp_path)) is None
    monkeypatch.setattr(git, "_git", lambda *_: "")
    assert untrusted_because(read_context({}, Overrides("push", "refs/heads/main"), tmp_path)) is None


def test_a_release_is_read_with_its_flags(tmp_path: Path) -> None:
    release = {**RELEASE, "prerelease": True, "draft": True}
    environ = {
        **payload(tmp_path, {**R, "release": release}), "GITHUB_EVENT_NAME": "release", "GITHUB_REF": "refs/tags/v1.3.0"
    }  # fmt: skip
    assert read_context(environ, Overrides(), tmp_path).release == ReleaseFlags(
        prerelease=True, draft=True, tag="v1.3.0", target="main"
    )
    pushed = {**environ, "GITHUB_EVENT_NAME": "push"}
    assert read_context(pushed, Overrides(), tmp_path).release is None


TAGS = "tag 1767225600 v1.3.0\ncommit  v1.3.0rc1\nbroken\ntag x v1"


def test_the_tags_of_the_commit_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_git", lambda *_: TAGS)
    assert git.tags_here(tmp_path) == (), "no checkout: no process either"
    (tmp_path / ".git").mkdir()
    assert git.tags_here(tmp_path) == (
        CommitTag("v1.3.0", annotated=True, seconds=1767225600), CommitTag("v1.3.0rc1"), CommitTag("v1", annotated=True)
    )  # fmt: skip


BAD_PAYLOADS = [
    (b"{", "is not JSON", "cut off"),
    (b"[]", "is not a JSON object", "a list"),
    (b"[" * 100_000, "is not JSON", "a depth bomb"),
    (b"\xff\xfe", "is not JSON", "no text"),
    (b" " * (25 * 1024 * 1024 + 1), "larger than any", "too large"),
    (None, "cannot be read", "not there"),
]


@pytest.mark.parametrize(("data", "says"), [r[:2] for r in BAD_PAYLOADS], ids=[r[2] for r in BAD_PAYLOADS])
def test_a_payload_that_cannot_be_used_is_an_error(tmp_path: Path, data: bytes | None, says: str) -> None:
    path = tmp_path / "event.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigurationError, match=says):
        read_context({**ACTIONS, "GITHUB_EVENT_PATH": str(path)}, Overrides(), tmp_path)


def test_a_payload_path_with_a_nul_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_context(ACTIONS, Overrides(event_path="a\0b"), tmp_path)


@pytest.mark.parametrize(("ref", "says"), [("main", "write refs/heads/main"), ("refs/heads/" + "x" * 2000, "too long")])
def test_a_ref_that_is_none_is_an_error(tmp_path: Path, ref: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        read_context({**ACTIONS, "GITHUB_REF": ref}, Overrides(), tmp_path)


def test_an_unknown_event_of_the_command_line_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'push'"):
        read_context({}, Overrides(event="pusg"), tmp_path)


def test_a_runner_without_an_event_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="GITHUB_EVENT_NAME"):
        read_context({"GITHUB_ACTIONS": "true"}, Overrides(), tmp_path)


def test_the_command_line_goes_first(tmp_path: Path) -> None:
    environ = {**payload(tmp_path, {"action": "opened"}), "GITHUB_REPOSITORY": "o/r"}
    context = read_context(environ, Overrides(event="release", ref="refs/tags/v1"), tmp_path)
    assert (context.event, context.ref.full, context.repository) == ("release", "refs/tags/v1", "o/r")
    assert context.activity is None, "the payload of another event says nothing about this one"
    path = environ["GITHUB_EVENT_PATH"]
    assert read_context(environ, Overrides("release", None, path), tmp_path).activity == "opened"


def test_outside_of_actions_git_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        ("symbolic-ref", "--quiet", "HEAD"): "refs/heads/topic",
        ("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"): "refs/remotes/origin/trunk",
    }
    monkeypatch.setattr(git, "_git", lambda _, *arguments: answers.get(arguments, ""))
    context = read_context({}, Overrides(), tmp_path)
    assert (context.event, context.ref.full, context.default_branch) == ("push", "refs/heads/topic", "trunk")


DEFAULT_BRANCHES = [
    ("refs/heads/topic", ["refs/remotes/origin/HEAD refs/remotes/origin/trunk"], ("trunk", ""), "a remote tells it"),
    (
        "refs/heads/x",
        ["refs/heads/a ", "refs/heads/b ", "refs/remotes/up/HEAD refs/remotes/up/release/1"],
        ("release/1", ""),
        "a remote of another name",
    ),
    (
        "refs/heads/x",
        ["refs/remotes/a/HEAD refs/remotes/a/m", "refs/remotes/b/HEAD refs/remotes/b/n"],
        ("x", "the current branch"),
        "remotes that do not agree",
    ),
    ("", ["refs/heads/trunk "], ("trunk", "the only branch here"), "the only branch"),
    ("refs/heads/dev", ["refs/heads/dev ", "refs/heads/x "], ("dev", "the current branch"), "the current branch"),
    ("refs/heads/dev", [""], ("dev", "the current branch"), "a repository without a commit"),
    ("refs/tags/v1", ["refs/heads/a ", "refs/heads/b "], ("", ""), "several branches and none of them current"),
    ("", [""], ("", ""), "no git"),
]


@pytest.mark.parametrize(
    ("ref", "lines", "expected"), [row[:3] for row in DEFAULT_BRANCHES], ids=[row[3] for row in DEFAULT_BRANCHES]
)
def test_the_default_branch_as_git_knows_it(ref: str, lines: list[str], expected: tuple[str, str]) -> None:
    assert git.guess_default_branch(ref, lines) == expected


@pytest.mark.parametrize(
    ("listed", "branch", "guess"),
    [("refs/heads/trunk ", "trunk", "the only branch here"), ("", "main", "nothing here names one")],
)
def test_a_guess_of_the_default_branch_is_told(
    listed: str, branch: str, guess: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(git, "_git", lambda _, *arguments: listed if arguments[0] == "for-each-ref" else "")
    context = read_context({}, Overrides(), tmp_path)
    assert (context.default_branch, context.default_branch_guess) == (branch, guess)
    told = read_context(payload(tmp_path, {"repository": REPOSITORY}), Overrides(), tmp_path)
    assert (told.default_branch, told.default_branch_guess) == ("trunk", "")


def test_git_tells_the_ref_and_the_payload_the_default_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_git", lambda *_: "refs/heads/topic")
    path = payload(tmp_path, {"repository": REPOSITORY})["GITHUB_EVENT_PATH"]
    context = read_context({}, Overrides(event_path=path), tmp_path)
    assert (context.ref.name, context.default_branch, context.default_branch_guess) == ("topic", "trunk", "")


def test_a_detached_head_is_its_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_git", lambda _, *arguments: "v1.0\nv1.0.0" if arguments[0] == "tag" else "")
    assert read_context({}, Overrides(), tmp_path).ref.full == "refs/tags/v1.0"
    monkeypatch.setattr(git, "_git", lambda *_: "")
    context = read_context({}, Overrides(), tmp_path)
    assert (context.ref.full, context.default_branch) == ("", "main")


REFS_OF = [
    (None, {"ref": "refs/tags/v2"}, "refs/tags/v2", "a push of a tag"),
    ("push", {"ref": "refs/heads/x"}, "refs/heads/x", "a push to a branch"),
    ("push", {"ref": 7}, "", "a ref that is none"),
    ("release", {"release": {"tag_name": "v2"}}, "refs/tags/v2", "a release"),
    ("release", {"release": {"tag_name": ""}}, "", "a release without a tag"),
    ("workflow_dispatch", {"ref": "refs/heads/x"}, "", "another event"),
]


@pytest.mark.parametrize(("event", "value", "ref"), [r[:3] for r in REFS_OF], ids=[r[3] for r in REFS_OF])
def test_outside_of_a_run_the_payload_tells_the_ref(
    event: str | None, value: dict[str, object], ref: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_git", lambda *_: "")
    path = payload(tmp_path, {**value, "repository": REPOSITORY})["GITHUB_EVENT_PATH"]
    assert read_context({}, Overrides(event, None, path), tmp_path).ref.full == ref
    given = read_context({}, Overrides(event, "refs/tags/v1", path), tmp_path)
    assert given.ref.full == "refs/tags/v1"
