"""The decision as a table: version x index x event x ref x trust x policy, one row a case."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from packaging.version import Version

from publish_gate.gate.decide import decide, resolve_version
from publish_gate.gate.decision import VERSION_CHECKS, CheckId, NamedByTag, PackageDecision, Status
from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import (
    DEFAULT_BRANCH,
    Distribution,
    Policy,
    Prereleases,
    Target,
    Trigger,
)
from publish_gate.gate.tag_templates import TagTemplate
from publish_gate.index.state import Absent, Api, IndexState, Published, Release, Unknown, UnknownCause
from publish_gate.places import Place
from publish_gate.run_context import Context, Ref
from publish_gate.versions.model import FaultKind, FoundVersion, VersionFault, VersionReading

BUILT = {CheckId.BUILT_VERSION, CheckId.BUILT_COMPLETE, CheckId.UPLOADABLE, CheckId.CONTENT}
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
TESTPYPI = Target("testpypi", (Trigger("push", branches=DEFAULT_BRANCH),), environment="testpypi")
PYPI = Target("pypi", (Trigger("push", tags=compile_patterns(["v*"])),), environment="pypi")
ABSENT = Absent(Api.JSON, "https://index.example/pypi/pkg/json")
UNKNOWN = Unknown(UnknownCause.TIMEOUT, "no answer within 30 s", "try again", "https://index.example")
DYNAMIC = VersionFault(FaultKind.DYNAMIC, "vcs", "the version comes from git tags", "push a tag")
UNREADABLE = VersionFault(
    FaultKind.UNREADABLE,
    "call",
    "computed",
    "write it down",
    Place("setup.py", 3),
    suggestion="pkg/__init__.py",
)


def published(versions: str, **changes: object) -> Published:
    """Build an index state from versions such as ``1.0 2.0rc1``; ``1.0~`` is yanked."""
    releases = []
    for word in versions.split():
        fields: dict[str, object] = {"sdists": 1, "wheels": 1, "yanked": word.endswith("~"), **changes}
        releases.append(Release(Version(word.rstrip("~")), (word.rstrip("~"),), **fields))  # type: ignore[arg-type]  # a row's own fields
    return Published(tuple(sorted(releases, key=lambda each: each.version)), Api.JSON, "https://index.example")


def context(event: str, ref: str, **fields: object) -> Context:
    return Context(event, Ref.parse(ref), **fields)  # type: ignore[arg-type]  # a row's own fields


def run(target: Target, situation: Context, version: str | VersionReading, index: IndexState | None) -> PackageDecision:
    reading = FoundVersion(version, Place("pkg/_version.py", 3), "hatch.path") if isinstance(version, str) else version
    states = {} if index is None else {target.name: index}
    return decide("pkg", [target], situation, reading, states, NOW)


MAIN = context("push", "refs/heads/main")
BRANCH = context("push", "refs/heads/feature/x")
TAG = context("push", "refs/tags/v1.1")

ROWS = [
    (TESTPYPI, MAIN, "1.1", published("1.0"), "new-version", True, True, "a bump on the default branch"),
    (TESTPYPI, MAIN, "1.1", ABSENT, "first-release", True, True, "a project nobody has published"),
    (TESTPYPI, MAIN, "1.1", published(""), "first-release", True, True, "a project without files"),
    (TESTPYPI, MAIN, "1.0", published("1.0"), "already-published", False, False, "no bump"),
    (TESTPYPI, MAIN, "1.0.0", published("1.0"), "already-published", False, False, "1.0.0 is 1.0"),
    (
        TESTPYPI,
        MAIN,
        "1.0-rc.1",
        published("1.0rc1"),
        "already-published",
        False,
        False,
        "1.0-rc.1 is 1.0rc1",
    ),
    (TESTPYPI, MAIN, "v1.0", published("1.0"), "already-published", False, False, "v1.0 is 1.0"),
    (TESTPYPI, MAIN, "1.0", published("1.0~"), "already-published", False, False, "yanking frees nothing"),
    (TESTPYPI, MAIN, "0.9", published("1.0"), "version-behind", False, False, "a lower version is no bump"),
    (TESTPYPI, MAIN, "1.9", published("1.10"), "version-behind", False, False, "numbers, not letters"),
    (
        TESTPYPI,
        MAIN,
        "1.1",
        published("1.0 2.0~"),
        "version-behind",
        False,
        False,
        "yanked is still published",
    ),
    (TESTPYPI, MAIN, "1.1+g12", published("1.0"), "local-version", False, False, "a local version"),
    (TESTPYPI, MAIN, "1.1+g12", UNKNOWN, "local-version", False, False, "a local version needs no index"),
    (TESTPYPI, MAIN, "one", None, "version-invalid", False, False, "not PEP 440"),
    (TESTPYPI, MAIN, "1" * 5000, None, "version-invalid", False, False, "absurdly long"),
    (TESTPYPI, MAIN, UNREADABLE, None, "version-unreadable", False, False, "needs code to be run"),
    (TESTPYPI, MAIN, DYNAMIC, None, "version-dynamic", False, False, "from git tags, no tag pushed"),
    (PYPI, TAG, DYNAMIC, published("1.0"), "new-version", True, True, "from git tags, the tag pushed"),
    (
        PYPI,
        context("push", "refs/tags/vnext"),
        DYNAMIC,
        None,
        "version-dynamic",
        False,
        False,
        "no version in it",
    ),
    (TESTPYPI, MAIN, "1.1", UNKNOWN, "index-unavailable", False, False, "an unknown index is never a yes"),
    (TESTPYPI, BRANCH, "1.1", UNKNOWN, "index-unavailable", False, False, "nor a silent skip"),
    (TESTPYPI, BRANCH, "1.1", published("1.0"), "ref-not-allowed", True, False, "another branch"),
    (TESTPYPI, TAG, "1.1", published("1.0"), "ref-not-allowed", True, False, "a tag is no branch"),
    (PYPI, TAG, "1.1", published("1.0"), "new-version", True, True, "the version's tag"),
    (PYPI, MAIN, "1.1", published("1.0"), "ref-not-allowed", True, False, "a branch is no tag"),
    (
        PYPI,
        context("push", "refs/heads/v1"),
        "1.1",
        ABSENT,
        "ref-not-allowed",
        True,
        False,
        "a branch named like it",
    ),
    (
        PYPI,
        context("push", "refs/tags/v1.2"),
        "1.1",
        published("1.0"),
        "tag-mismatch",
        True,
        False,
        "another tag",
    ),
    (
        PYPI,
        context("push", "refs/tags/v1.1.0"),
        "1.1",
        ABSENT,
        "first-release",
        True,
        True,
        "v1.1.0 names 1.1",
    ),
    (
        PYPI,
        context("push", "refs/tags/1.1"),
        "1.1",
        ABSENT,
        "ref-not-allowed",
        True,
        False,
        "a tag without its v",
    ),
    (
        TESTPYPI,
        context("pull_request", "refs/pull/1/merge"),
        "1.1",
        published("1.0"),
        "event-not-allowed",
        True,
        False,
        "a pull request",
    ),
    (
        TESTPYPI,
        context("schedule", "refs/heads/main"),
        "1.1",
        published("1.0"),
        "event-not-allowed",
        True,
        False,
        "a schedule",
    ),
    (
        TESTPYPI,
        context("", ""),
        "1.1",
        published("1.0"),
        "event-not-allowed",
        True,
        False,
        "nothing is known",
    ),
    (
        TESTPYPI,
        context("push", "refs/heads/main", in_fork=True, repository="me/fork"),
        "1.1",
        published("1.0"),
        "untrusted-source",
        True,
        False,
        "a push in a fork",
    ),
    (
        TESTPYPI,
        context("push", "refs/heads/trunk", default_branch="trunk"),
        "1.1",
        published("1.0"),
        "new-version",
        True,
        True,
        "a default branch of another name",
    ),
    (
        TESTPYPI,
        context("push", "refs/heads/main", default_branch="trunk"),
        "1.1",
        published("1.0"),
        "ref-not-allowed",
        True,
        False,
        "main where it is not the default branch",
    ),
]


@pytest.mark.parametrize(
    ("target", "situation", "version", "index", "reason", "builds", "publishes"),
    [row[:7] for row in ROWS],
    ids=[row[7] for row in ROWS],
)
def test_a_decision(
    target: Target,
    situation: Context,
    version: str | VersionReading,
    index: IndexState | None,
    reason: str,
    builds: bool,
    publishes: bool,
) -> None:
    decision = run(target, situation, version, index)
    leading = decision.leading
    assert (leading.reason.value, decision.should_build, leading.should_publish) == (
        reason,
        builds,
        publishes,
    )
    assert [check.check for check in leading.checks] == [each for each in CheckId if each not in BUILT], (
        "every check is reported, in order"
    )
    assert decision.undecided is (leading.reason.outcome is Outcome.ERROR)
    assert leading.should_publish is (leading.reason.outcome is Outcome.YES)
    if not publishes:
        assert leading.advice, "a no says what to do next"


def events(names: str, **fields: object) -> Target:
    triggers = tuple(Trigger(name, branches=DEFAULT_BRANCH, tags=compile_patterns(["v*"])) for name in names.split())
    return Target("testpypi", triggers, environment="testpypi", **fields)  # type: ignore[arg-type]  # a row's own fields


UNTRUSTED = [
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
    "merge_group",
    "issue_comment",
    "workflow_run",
]


@pytest.mark.parametrize("event", UNTRUSTED)
def test_an_event_that_can_carry_foreign_code_never_publishes(event: str) -> None:
    decision = run(events(event), context(event, "refs/heads/main"), "1.1", ABSENT)
    assert decision.leading.reason is Reason.UNTRUSTED_SOURCE


def test_a_pull_request_from_a_fork_says_so() -> None:
    situation = context("pull_request", "refs/heads/main", foreign_head=True)
    assert "fork" in run(events("pull_request"), situation, "1.1", ABSENT).leading.message


RELEASES = [
    ("published", True),
    ("released", True),
    ("created", True),
    (None, True),
    ("edited", False),
    ("deleted", False),
]


@pytest.mark.parametrize(("activity", "publishes"), RELEASES)
def test_a_release_publishes_only_when_it_comes_out(activity: str | None, publishes: bool) -> None:
    situation = context("release", "refs/tags/v1.1", activity=activity)
    decision = run(events("release"), situation, "1.1", ABSENT)
    assert decision.leading.should_publish is publishes
    if not publishes:
        assert decision.leading.reason is Reason.EVENT_NOT_ALLOWED


TRIGGERS = [
    (Trigger("push"), "refs/heads/x", True, "no filter takes every branch"),
    (Trigger("push"), "refs/tags/x", True, "no filter takes every tag"),
    (Trigger("push"), "refs/pull/1/merge", False, "but nothing else"),
    (Trigger("push", branches=compile_patterns(["x"])), "refs/heads/x", True, "a branch by its pattern"),
    (Trigger("push", branches=compile_patterns(["x"])), "refs/tags/x", False, "only branches means no tag"),
    (Trigger("push", tags=compile_patterns(["x"])), "refs/heads/x", False, "only tags means no branch"),
    (
        Trigger("push", branches_ignore=compile_patterns(["x"])),
        "refs/heads/y",
        True,
        "not the ignored branch",
    ),
    (Trigger("push", branches_ignore=compile_patterns(["x"])), "refs/heads/x", False, "the ignored branch"),
    (
        Trigger("push", branches_ignore=compile_patterns(["x"])),
        "refs/tags/y",
        False,
        "ignoring branches: no tag",
    ),
    (Trigger("push", tags_ignore=compile_patterns(["x"])), "refs/tags/y", True, "not the ignored tag"),
    (Trigger("push", tags_ignore=compile_patterns(["x"])), "refs/tags/x", False, "the ignored tag"),
    (Trigger("push", tags_ignore=compile_patterns(["x"])), "refs/heads/y", False, "ignoring tags: no branch"),
]


@pytest.mark.parametrize(("trigger", "ref", "accepted"), [r[:3] for r in TRIGGERS], ids=[r[3] for r in TRIGGERS])
def test_a_trigger_filters_refs_as_github_does(trigger: Trigger, ref: str, accepted: bool) -> None:
    assert trigger.accepts_ref(Ref.parse(ref), "main") is accepted


DESCRIPTIONS = [
    (Trigger("push"), "any branch or tag"),
    (Trigger("push", branches=DEFAULT_BRANCH), "branch trunk"),
    (
        Trigger("push", branches=compile_patterns(["a", "b"]), tags=compile_patterns(["v*"])),
        "branches a, b or tags v*",
    ),
    (
        Trigger("push", branches_ignore=compile_patterns(["a"]), tags_ignore=compile_patterns(["b"])),
        "branches other than a or tags other than b",
    ),
]


@pytest.mark.parametrize(("trigger", "words"), DESCRIPTIONS, ids=[row[1] for row in DESCRIPTIONS])
def test_a_trigger_says_in_words_what_it_takes(trigger: Trigger, words: str) -> None:
    assert trigger.describe_refs("trunk") == words


def test_a_trigger_may_name_its_activity_types() -> None:
    trigger = Trigger("release", types=frozenset({"released"}))
    assert [trigger.accepts_activity(each) for each in ("released", "published", None)] == [True, False, False]


PRERELEASES = [
    ("1.1rc1", Prereleases.ALLOW, None),
    ("1.1rc1", Prereleases.DENY, Reason.PRERELEASE_NOT_ALLOWED),
    ("1.1.dev1", Prereleases.DENY, Reason.PRERELEASE_NOT_ALLOWED),
    ("1.1rc1", Prereleases.ONLY, None),
    ("1.1", Prereleases.ALLOW, None),
    ("1.1", Prereleases.DENY, None),
    ("1.1.post1", Prereleases.DENY, None),
    ("1.1", Prereleases.ONLY, Reason.FINAL_NOT_ALLOWED),
]


@pytest.mark.parametrize(("version", "wanted", "reason"), PRERELEASES)
def test_prereleases_are_wanted_or_not(version: str, wanted: Prereleases, reason: Reason | None) -> None:
    decision = run(events("push", prereleases=wanted), MAIN, version, ABSENT)
    assert decision.leading.reason is (reason or Reason.FIRST_RELEASE)
    assert decision.should_build is (reason is None)


ENVIRONMENTS = [
    ("testpypi", None, True, "the publisher has none, or is not told"),
    ("testpypi", "testpypi", True, "the same"),
    ("testpypi", "TestPyPI", True, "the case does not matter"),
    ("testpypi", "release", False, "another one"),
    (None, "release", False, "none, where the publisher has one"),
    (None, None, True, "no environment at all"),
]


@pytest.mark.parametrize(
    ("environment", "registered", "holds"), [r[:3] for r in ENVIRONMENTS], ids=[r[3] for r in ENVIRONMENTS]
)
def test_the_environment_is_the_publishers(environment: str | None, registered: str | None, holds: bool) -> None:
    target = Target("testpypi", (Trigger("push"),), environment=environment, publisher_environment=registered)
    decision = run(target, MAIN, "1.1", ABSENT)
    assert decision.leading.reason is (Reason.FIRST_RELEASE if holds else Reason.ENVIRONMENT_MISMATCH)


@pytest.mark.parametrize(
    ("version", "holds"), [("0.0.0", True), ("0.0.0.dev0", True), ("0", True), ("0.0.1", False), ("1.0", False)]
)
def test_a_placeholder_is_called_one(version: str, holds: bool) -> None:
    decision = run(PYPI, TAG, version, ABSENT)
    assert decision.leading.reason is Reason.TAG_MISMATCH
    assert ("looks like a placeholder" in decision.leading.advice) is holds


DECLARED = [
    ("release", (), True, "nothing is known of the job"),
    ("Release", ("release",), True, "the same"),
    ("release", ("pypi",), False, "another one"),
    ("release", ("",), False, "none"),
    ("release", ("pypi", "release"), True, "one of two jobs"),
    (None, ("pypi",), True, "a publisher without an environment takes any"),
]


@pytest.mark.parametrize(("environment", "declared", "holds"), [r[:3] for r in DECLARED], ids=[r[3] for r in DECLARED])
def test_the_environment_is_the_uploading_jobs(environment: str | None, declared: tuple[str, ...], holds: bool) -> None:
    target = Target("pypi", (Trigger("push"),), environment=environment, declared=declared)
    decision = run(target, MAIN, "1.1", ABSENT)
    assert decision.leading.reason is (Reason.FIRST_RELEASE if holds else Reason.ENVIRONMENT_MISMATCH)


LOCALS = [
    (False, "1.0+g1234", "", "local-version", "", "refused"),
    (False, "1.0+g2", "0.9+g1", "local-version", "", "refused, whatever is there"),
    (None, "1.0+g1234", "0.9", "local-version", "", "refused where none is there"),
    (None, "1.0+g1234", "", "local-version", "", "refused where nothing is there"),
    (None, "1.0+g2", "0.9+g1", "new-version", "major", "taken where others are there"),
    (True, "1.0+g1234", "", "first-release", "initial", "taken where the target says so"),
    (True, "1.0+g2", "1.0", "new-version", "", "a build of a release that is there is no bump"),
    (True, "1.0+g2", "1.0+g2", "already-published", "", "the very same is there"),
    (True, "1.0+g2", "1.0+g1", "new-version", "", "another build is there"),
    (True, "1.0+G2.x", "1.0+g2-x", "already-published", "", "another spelling of the same is there"),
    (True, "1.0.dev3+g3", "1.0.dev1+g9 1.0.dev2+g8", "new-version", "dev", "the third commit behind a tag"),
    (True, "1.0", "1.0+g1", "version-behind", "", "the bare version is lower than its builds"),
    (True, "1.1", "1.0+g1", "new-version", "minor", "the next version"),
]


@pytest.mark.parametrize(
    ("local", "version", "there", "reason", "bump"), [row[:5] for row in LOCALS], ids=[row[5] for row in LOCALS]
)
def test_a_local_version_is_for_targets_that_take_it(
    local: bool | None, version: str, there: str, reason: str, bump: str
) -> None:
    target = Target("internal", (Trigger("push"),), local=local, closes=False)
    decision = run(target, MAIN, version, published(there) if there else ABSENT)
    assert decision.leading.reason.value == reason
    comparison = decision.leading.comparison
    assert (comparison.bump if comparison is not None else "") == bump or reason == "local-version"
    if reason == "local-version":
        message = decision.leading.message
        assert (
            "internal takes none (local: deny)" if local is False else "nothing shows that internal takes"
        ) in message
        assert "`targets.internal.local: allow`" in decision.leading.advice


BOTH = frozenset(Distribution)
YOUNG, OLD = (NOW - timedelta(days=13)).isoformat(), "2026-11-07T23:00:00.123456Z"
COMPLETENESS = [
    ({"wheels": 1, "sdists": 1}, BOTH, YOUNG, "already-published", "", "both are there"),
    ({"wheels": 1, "sdists": 0}, BOTH, YOUNG, "incomplete-release", "", "no sdist yet"),
    ({"wheels": 0, "sdists": 1}, BOTH, YOUNG, "incomplete-release", "", "no wheel yet"),
    ({"wheels": 0, "sdists": 1}, frozenset(), YOUNG, "already-published", "", "nothing is required"),
    ({"wheels": 0, "sdists": 1}, BOTH, OLD, "already-published", "14 days", "too old to be completed"),
    ({"wheels": 0, "sdists": 1}, BOTH, "2026-11-01", "already-published", "14 days", "a time without a zone"),
    ({"wheels": 0, "sdists": 1}, BOTH, "yesterday", "incomplete-release", "", "a time that is none"),
    ({"wheels": 0, "sdists": 1}, BOTH, None, "incomplete-release", "", "no time known"),
]


@pytest.mark.parametrize(
    ("counts", "require", "uploaded", "reason", "says"),
    [row[:5] for row in COMPLETENESS],
    ids=[row[5] for row in COMPLETENESS],
)
def test_a_half_failed_upload_can_be_completed(
    counts: dict[str, int], require: frozenset[Distribution], uploaded: str | None, reason: str, says: str
) -> None:
    decision = run(events("push", require=require), MAIN, "1.1", published("1.1", uploaded=uploaded, **counts))
    assert decision.leading.reason.value == reason
    assert says in decision.leading.message


PROMOTION = [
    (published("1.1~"), frozenset(), Reason.NOT_PROMOTED, "yanked there"),
    (published("1.1"), frozenset(), None, "complete there"),
    (published("1.1", wheels=0), BOTH, Reason.NOT_PROMOTED, "half there"),
    (published("1.0"), frozenset(), Reason.NOT_PROMOTED, "not there"),
    (ABSENT, frozenset(), Reason.NOT_PROMOTED, "no project there"),
    (UNKNOWN, frozenset(), Reason.INDEX_UNAVAILABLE, "nobody knows"),
]


@pytest.mark.parametrize(("after", "require", "reason"), [r[:3] for r in PROMOTION], ids=[r[3] for r in PROMOTION])
def test_a_target_after_another_waits_for_it(
    after: IndexState, require: frozenset[Distribution], reason: Reason | None
) -> None:
    target = events("push", after="testpypi-first", after_require=require)
    reading = FoundVersion("1.1", None, "input version")
    decision = decide("pkg", [target], MAIN, reading, {"testpypi": ABSENT, "testpypi-first": after}, NOW)
    assert decision.leading.reason is (reason or Reason.FIRST_RELEASE)


def test_without_a_version_nothing_about_it_is_checked() -> None:
    target = Target("pypi", (Trigger("push"),), after="testpypi")
    decision = run(target, TAG, UNREADABLE, None)
    status = {check.check: check.status for check in decision.leading.checks}
    assert status[CheckId.READABLE] is Status.FAILED
    skipped = {check for check, state in status.items() if state is Status.SKIPPED}
    assert skipped == {*VERSION_CHECKS[1:], CheckId.TAG, CheckId.PROMOTED}
    assert decision.leading.advice == UNREADABLE.advice


def test_a_release_without_files_is_not_published_but_named() -> None:
    index = Published((), Api.JSON, "https://index.example", fileless=("junk", "1.1"))
    decision = run(TESTPYPI, MAIN, "1.1", index)
    assert decision.leading.should_publish
    assert "listed without files" in decision.leading.checks[3].message


def test_an_index_that_closes_no_release_takes_what_is_missing_later() -> None:
    target = events("push", require=BOTH, closes=False)
    decision = run(target, MAIN, "1.1", published("1.1", wheels=0, uploaded=OLD))
    assert decision.leading.reason is Reason.INCOMPLETE_RELEASE


def test_what_was_not_asked_is_not_taken_for_absent() -> None:
    with pytest.raises(ValueError, match="was not asked"):
        run(TESTPYPI, MAIN, "1.1", None)


def test_a_backport_is_advised_to_use_series_and_a_yanked_latest_is_named() -> None:
    decision = run(TESTPYPI, MAIN, "1.1", published("2.0~"))
    assert "2.0 (yanked)" in decision.leading.message
    assert "'series'" in decision.leading.advice
    series = events("push", policy=Policy.SERIES)
    assert "of 1.1 on" in run(series, MAIN, "1.1", published("1.1.1")).leading.message


def test_unpublished_asks_only_whether_it_is_there() -> None:
    anything = events("push", policy=Policy.UNPUBLISHED)
    assert run(anything, MAIN, "1.1", published("1.0 2.0")).leading.should_publish


SHARED = compile_patterns(["!pkg-vx", "other-v*", "pkg-v*"])
TAGGED = [
    ("pkg-v1.1", "1.1", "first-release", "its own tag"),
    ("other-v1.1", "1.1", "tag-mismatch", "the tag of another package that shares the list"),
    ("other-v1.1", DYNAMIC, "version-dynamic", "the same, where the version comes from tags"),
    ("pkg-v1.1", DYNAMIC, "first-release", "its own tag, where the version comes from tags"),
]


@pytest.mark.parametrize(("tag", "version", "reason"), [row[:3] for row in TAGGED], ids=[row[3] for row in TAGGED])
def test_in_a_shared_list_of_tags_only_its_own_speak_for_a_package(
    tag: str, version: str | VersionReading, reason: str
) -> None:
    target = Target("pypi", (Trigger("push", tags=SHARED),))
    decision = run(target, context("push", f"refs/tags/{tag}"), version, ABSENT)
    assert decision.leading.reason.value == reason


def test_a_tag_that_names_two_packages_names_none() -> None:
    reading = FoundVersion("1.1", None, "input version")
    decision = decide("pkg", [PYPI], TAG, reading, {"pypi": ABSENT}, NOW, NamedByTag(("pkg", "other")))
    assert decision.leading.reason is Reason.TAG_MISMATCH
    assert "pkg, other" in decision.leading.message


def test_a_package_s_own_way_of_writing_tags_goes_before_patterns() -> None:
    target = Target("pypi", (Trigger("push"),), tag=TagTemplate("pkg@{version}", "pkg"))
    situation = context("push", "refs/tags/pkg@1.1")
    assert run(target, situation, "1.1", ABSENT).leading.reason is Reason.FIRST_RELEASE
    assert run(target, TAG, "1.1", ABSENT).leading.reason is Reason.TAG_MISMATCH


CLOSED = [
    ("archived", "", "unarchive it in the project's settings", "archived, nothing released"),
    ("archived", "1.0", "unarchive it in the project's settings", "archived, and this version is new"),
    ("quarantined", "", "ask its support", "quarantined: its releases are hidden"),
]


@pytest.mark.parametrize(("status", "versions", "advice"), [row[:3] for row in CLOSED], ids=[row[3] for row in CLOSED])
def test_a_closed_project_takes_no_release(status: str, versions: str, advice: str) -> None:
    index = replace(published(versions), status=status)
    decision = run(TESTPYPI, MAIN, "1.1", index).leading
    assert decision.reason is Reason.PROJECT_CLOSED
    assert (decision.should_publish, decision.should_build) == (False, False)
    assert status in decision.message
    assert advice in decision.advice


@pytest.mark.parametrize("status", [None, "active", "deprecated"])
def test_an_open_project_takes_releases(status: str | None) -> None:
    index = replace(published("1.0"), status=status)
    assert run(TESTPYPI, MAIN, "1.1", index).leading.should_publish


def test_a_version_that_a_closed_project_has_is_there_all_the_same() -> None:
    index = replace(published("1.1"), status="archived")
    assert run(TESTPYPI, MAIN, "1.1", index).leading.reason is Reason.ALREADY_PUBLISHED


def test_the_first_target_that_publishes_leads() -> None:
    reading = FoundVersion("1.1", None, "input version")
    states = {"testpypi": published("1.1"), "pypi": published("1.0")}
    decision = decide("pkg", [TESTPYPI, PYPI], TAG, reading, states, NOW)
    assert decision.leading.target.name == "pypi"
    assert [each.reason.value for each in decision.targets] == ["already-published", "new-version"]
    nowhere = decide("pkg", [TESTPYPI, PYPI], BRANCH, reading, states, NOW)
    assert nowhere.leading.target.name == "testpypi"
    assert nowhere.should_build, "the version would be new on pypi"


SITUATIONS = [
    context(event, ref, in_fork=fork)
    for event, ref, fork in itertools.product(
        ["push", "pull_request", "schedule", ""],
        [
            "refs/heads/main",
            "refs/heads/x",
            "refs/tags/v1.1",
            "refs/tags/v1.0",
            "refs/tags/x",
            "refs/pull/1/merge",
            "",
        ],
        [None, False, True],
    )
]
READINGS: list[str | VersionReading] = ["1.1", "1.0", "0.9", "1.1rc1", "1.1+x", "?", UNREADABLE, DYNAMIC]
STATES: list[IndexState] = [ABSENT, UNKNOWN, published("1.0"), published("1.0 1.1rc1 2.0")]


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("target", [TESTPYPI, PYPI], ids=["testpypi", "pypi"])
def test_the_laws_hold_for_every_combination(target: Target, policy: Policy) -> None:
    target = Target(target.name, target.triggers, target.environment, policy=policy)
    for situation, version, index in itertools.product(SITUATIONS, READINGS, STATES):
        decision = run(target, situation, version, index)
        leading = decision.leading
        broken = [check for check in leading.checks if not check.holds]
        assert leading.should_publish is (not broken)
        assert leading.reason in {check.reason for check in broken} or not broken
        assert not (leading.should_publish and not leading.should_build)
        if leading.should_publish:
            assert isinstance(index, Absent | Published)
            assert situation.event == "push"
            assert not situation.in_fork
            assert leading.reason.outcome is Outcome.YES


def test_a_dynamic_version_is_taken_from_the_tag_alone() -> None:
    assert resolve_version(DYNAMIC, MAIN, "pkg", [PYPI]).version is None
    assert str(resolve_version(DYNAMIC, TAG, "pkg", [PYPI]).version) == "1.1"
    assert resolve_version(UNREADABLE, TAG, "pkg", [PYPI]).version is None
