"""The reason is the cause: which of several checks that do not hold is the one to read first."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from itertools import pairwise

import pytest
from packaging.version import Version

from publish_gate.gate.decide import decide
from publish_gate.gate.decision import CheckId, CheckResult, NamedByTag, Status, TargetDecision
from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.precedence import PRECEDENCE, cause
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import DEFAULT_BRANCH, Prereleases, Target, Trigger
from publish_gate.index.state import Absent, Api, IndexState, Published, Release, Unknown, UnknownCause
from publish_gate.run_context import CommitTag, Context, Ref, ReleaseFlags
from publish_gate.versions.model import PLACEHOLDER, FaultKind, FoundVersion, VersionFault, VersionReading

BUILT = {CheckId.BUILT_VERSION, CheckId.BUILT_COMPLETE, CheckId.UPLOADABLE, CheckId.CONTENT}
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
TESTPYPI = Target("testpypi", (Trigger("push", branches=DEFAULT_BRANCH),), "testpypi")
PYPI = Target("pypi", (Trigger("push", tags=compile_patterns(["v*"])),), "pypi")
RELEASES = Target("pypi", (Trigger("release", tags=compile_patterns(["v*"])),), "pypi")
HAS = Published((Release(Version("1.2.3"), ("1.2.3",), sdists=1, wheels=1),), Api.JSON, "https://index.example")
ABSENT = Absent(Api.JSON, "https://index.example")
UNKNOWN = Unknown(UnknownCause.TIMEOUT, "no answer within 30 s", "Run it again.", "https://index.example")
SCM = VersionFault(FaultKind.DYNAMIC, "vcs", "from git tags", "push a tag", tool="hatch-vcs")
POETRY = VersionFault(FaultKind.DYNAMIC, PLACEHOLDER, "builds '0.0.0'", "Set the back end.", from_tags=False)
UNREADABLE = VersionFault(FaultKind.UNREADABLE, "call", "computed", "Write it down.")


def decided(
    version: str | VersionReading, situation: Context, index: IndexState = HAS, target: Target = PYPI
) -> TargetDecision:
    reading = FoundVersion(version, None, "project.version") if isinstance(version, str) else version
    return decide("sample", [target], situation, reading, {target.name: index}, NOW).leading


def on(ref: str, event: str = "push", **fields: object) -> Context:
    return Context(event, Ref.parse(ref), **fields)  # type: ignore[arg-type]  # a row's own fields


V13 = on("refs/tags/v1.3.0")
CAUSES = [
    ("1.2.3", V13, HAS, PYPI, "tag-mismatch", "a forgotten bump: the old version is published"),
    ("1.2.4", V13, HAS, PYPI, "tag-mismatch", "another version that is new"),
    ("1.2.2", V13, HAS, PYPI, "tag-mismatch", "another version that is behind"),
    ("1.3.0rc1", V13, HAS, PYPI, "tag-mismatch", "the candidate of what the tag names"),
    ("1.2.3", V13, HAS, TESTPYPI, "tag-mismatch", "a forgotten bump, for a target that takes no tags"),
    ("1.2.3", on("refs/tags/v1.3.0", "release"), HAS, PYPI, "tag-mismatch", "a forgotten bump, by another event"),
    ("1.2.3", on("refs/tags/v1.3.0", "release"), HAS, RELEASES, "tag-mismatch", "a forgotten bump of a release"),
    ("1.2.3", on("refs/tags/1.3.0"), HAS, PYPI, "tag-mismatch", "a forgotten bump, without the v"),
    ("1.2.3", on("refs/tags/sample-v1.3.0"), HAS, PYPI, "tag-mismatch", "a forgotten bump, with the name"),
    ("0.0.0", V13, HAS, PYPI, "tag-mismatch", "a placeholder"),
    ("1.2.3", on("refs/tags/v1.3.0", in_fork=True), HAS, PYPI, "tag-mismatch", "a forgotten bump, in a fork"),
    ("1.2.3", on("refs/tags/vnext"), HAS, PYPI, "tag-mismatch", "a tag to publish from that names no version"),
    ("1.2.4", on("refs/tags/nightly"), HAS, PYPI, "ref-not-allowed", "a tag that nobody publishes from"),
    ("1.2.3", on("refs/tags/nightly"), HAS, PYPI, "already-published", "the same, with the old version"),
    ("1.3.0", V13, HAS, PYPI, "new-version", "the right tag"),
    ("1.2.3", on("refs/tags/v1.2.3"), HAS, PYPI, "already-published", "the right tag, pushed again"),
    ("1.2.3", V13, UNKNOWN, PYPI, "index-unavailable", "nobody knows, and the tag is wrong as well"),
    ("1.2.4", on("refs/heads/x"), UNKNOWN, PYPI, "index-unavailable", "nobody knows, and the branch is wrong as well"),
    ("1.3.0+g1", V13, UNKNOWN, PYPI, "local-version", "what no index takes, whatever it says"),
    ("1.3.0+g1", V13, HAS, PYPI, "local-version", "a version of git's beside its tag"),
    ("one", V13, HAS, PYPI, "version-invalid", "no version, on a tag"),
    (UNREADABLE, V13, HAS, PYPI, "version-unreadable", "computed, on a tag"),
    (SCM, on("refs/heads/main"), HAS, PYPI, "version-dynamic", "from tags, and none pushed"),
    (SCM, on("refs/tags/nightly"), HAS, PYPI, "version-dynamic", "from tags, and none that names a version"),
    (SCM, V13, HAS, PYPI, "new-version", "from tags, and the tag pushed"),
    (POETRY, V13, HAS, PYPI, "version-dynamic", "a plugin that the back end does not know"),
    ("1.2.3", on("refs/heads/x"), HAS, TESTPYPI, "already-published", "a feature branch with the old version"),
    ("1.2.4", on("refs/heads/x"), HAS, TESTPYPI, "ref-not-allowed", "a feature branch with a bump"),
    ("1.2.2", on("refs/heads/x"), HAS, TESTPYPI, "version-behind", "a feature branch that lags behind"),
    ("1.2.4", on("refs/pull/1/merge", "pull_request"), HAS, TESTPYPI, "event-not-allowed", "a pull request"),
    ("1.2.3", on("refs/pull/1/merge", "pull_request"), HAS, TESTPYPI, "already-published", "one without a bump"),
    ("1.2.4", on("refs/heads/main", in_fork=True), HAS, TESTPYPI, "untrusted-source", "a fork, all else being right"),
    ("1.2.4", on("refs/heads/x", in_fork=True), HAS, TESTPYPI, "ref-not-allowed", "a fork's branch"),
    ("1.2.4", on("refs/heads/main", distrust="no proof"), HAS, TESTPYPI, "untrusted-source", "a payload without proof"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "situation", "index", "target", "reason"), [row[:5] for row in CAUSES], ids=[row[5] for row in CAUSES]
)
def test_the_reason_is_the_cause(
    version: str | VersionReading, situation: Context, index: IndexState, target: Target, reason: str
) -> None:
    decision = decided(version, situation, index, target)
    assert decision.reason.value == reason
    assert [check.check for check in decision.checks] == [each for each in CheckId if each not in BUILT], (
        "every check is made and told"
    )
    assert [check.holds for check in decision.told] == sorted(check.holds for check in decision.told)
    if not decision.should_publish:
        assert decision.told[0].reason is decision.reason
        assert decision.advice


def test_what_is_certain_without_the_index_is_named_although_nothing_is_decided() -> None:
    decision = decided("1.2.3", V13, UNKNOWN)
    assert decision.undecided
    assert decision.message.startswith("no answer within 30 s; whatever it would have said: tag 'v1.3.0' names 1.3.0")
    assert decided("1.3.0", V13, UNKNOWN).message == "no answer within 30 s"


@pytest.mark.parametrize(("first", "second"), list(pairwise(code for code, _ in PRECEDENCE)))
def test_each_cause_stands_before_the_next(first: str, second: str) -> None:
    known = {reason.value: reason for reason in Reason}
    if first in known and second in known:
        checks = [CheckResult(CheckId.REF, Status.FAILED, code, known[code]) for code in (second, first)]
        found = cause(checks)
        assert found is not None
        assert found.message == first


LATER = Target("pypi", PYPI.triggers, "pypi", after="testpypi")
PROMOTED = [
    (on("refs/heads/main"), UNKNOWN, "ref-not-allowed", "a run that publishes nothing there"),
    (V13, UNKNOWN, "index-unavailable", "a run that would publish"),
    (V13, ABSENT, "not-promoted", "a run that would publish, after the target that comes first"),
]


@pytest.mark.parametrize(("situation", "after", "reason"), [r[:3] for r in PROMOTED], ids=[r[3] for r in PROMOTED])
def test_the_target_that_comes_first_matters_if_all_else_holds(
    situation: Context, after: IndexState, reason: str
) -> None:
    reading = FoundVersion("1.3.0", None, "project.version")
    decision = decide("sample", [LATER], situation, reading, {"pypi": HAS, "testpypi": after}, NOW).leading
    assert decision.reason.value == reason


NOT_ITS_RUN = [
    (on("refs/heads/main"), False, "a run that publishes to the target that comes first"),
    (on("refs/tags/v1.3.0", "release"), False, "an event that it does not publish on"),
    (V13, True, "a run of its own"),
    (on("refs/tags/v1.3.0", in_fork=True), True, "a run of its own, in a fork"),
]


@pytest.mark.parametrize(("situation", "fails"), [r[:2] for r in NOT_ITS_RUN], ids=[r[2] for r in NOT_ITS_RUN])
def test_only_a_run_that_is_to_publish_fails_for_the_target_that_comes_first(situation: Context, fails: bool) -> None:
    reading = FoundVersion("1.3.0", None, "project.version")
    decision = decide("sample", [LATER], situation, reading, {"pypi": HAS, "testpypi": ABSENT}, NOW).leading
    assert (decision.broken_by(frozenset({Reason.NOT_PROMOTED})) is not None) is fails


def test_every_reason_that_is_not_a_yes_has_its_place() -> None:
    places = [code for code, _ in PRECEDENCE]
    assert len(set(places)) == len(places)
    assert {reason.value for reason in Reason if reason.outcome is not Outcome.YES} <= set(places)
    errors = [places.index(reason.value) for reason in Reason if reason.outcome is Outcome.ERROR]
    assert max(errors) < places.index("tag-mismatch"), "what fails the run is never covered by a no that does not"


def test_all_holding_has_no_cause() -> None:
    assert cause([CheckResult(CheckId.REF, Status.PASSED, "fine")]) is None


def test_what_the_tag_says_is_expected_and_not_what_was_built() -> None:
    decision = decided(SCM, V13)
    assert decision.message == (
        "sample 1.3.0 (expected by its tag; hatch-vcs computes what is built) is new on pypi, after 1.2.3"
    )
    assert "is expected by the tag that was pushed" in decision.checks[0].message
    nobody = VersionFault(FaultKind.DYNAMIC, "vcs", "from git tags", "push a tag")
    assert "; a tool computes what is built" in decided(nobody, V13).message


def test_another_tag_that_wins_is_a_no_with_the_way_out() -> None:
    two = (CommitTag("v1.2.9"), CommitTag("v1.3.0"))
    decision = decided(SCM, on("refs/tags/v1.3.0", tags_here=two))
    assert decision.reason is Reason.VERSION_DYNAMIC
    assert "tag 'v1.2.9' is on the same commit, and hatch-vcs takes that one" in decision.message
    assert "git push --delete origin v1.2.9" in decision.advice
    first = (CommitTag("v1.3.0", annotated=True, seconds=1), CommitTag("v1.2.9"))
    assert decided(SCM, on("refs/tags/v1.3.0", tags_here=first)).should_publish


LAGGARDS = [
    ("1.3.0", ("b says 1.2.3",), "but b says 1.2.3", "a package that has it, beside one that has not"),
    ("1.2.3", ("sample says 1.2.3",), "names 1.3.0, the project says 1.2.3", "the one that has not"),
    ("1.3.0", tuple(f"p{n} says 1" for n in range(12)), "p9 says 1 and 2 more", "many that have not"),
]


@pytest.mark.parametrize(("version", "laggards", "says"), [row[:3] for row in LAGGARDS], ids=[r[3] for r in LAGGARDS])
def test_packages_of_one_tag_are_released_together_or_not_at_all(
    version: str, laggards: tuple[str, ...], says: str
) -> None:
    reading = FoundVersion(version, None, "project.version")
    decision = decide("sample", [PYPI], V13, reading, {"pypi": HAS}, NOW, NamedByTag(laggards=laggards)).leading
    assert decision.reason is Reason.TAG_MISMATCH
    assert says in decision.message


DENY, ONLY = (
    Target("pypi", RELEASES.triggers, "pypi", prereleases=wanted) for wanted in (Prereleases.DENY, Prereleases.ONLY)
)
FLAGS = [
    ("1.3.0", DENY, ReleaseFlags(prerelease=True), "prerelease-not-allowed", "a final version, marked as pre-release"),
    ("1.3.0", DENY, ReleaseFlags(), "new-version", "a final version"),
    ("1.3.0rc1", DENY, ReleaseFlags(), "prerelease-not-allowed", "a candidate that is not marked"),
    ("1.3.0", ONLY, ReleaseFlags(prerelease=True), "new-version", "pre-releases only, and marked as one"),
    ("1.3.0", ONLY, ReleaseFlags(), "final-not-allowed", "pre-releases only, and not marked"),
    ("1.3.0", RELEASES, ReleaseFlags(prerelease=True), "new-version", "either is welcome"),
    ("1.3.0", RELEASES, ReleaseFlags(draft=True), "event-not-allowed", "a draft"),
]


@pytest.mark.parametrize(("version", "target", "flags", "reason"), [r[:4] for r in FLAGS], ids=[r[4] for r in FLAGS])
def test_the_flags_of_a_release_count(version: str, target: Target, flags: ReleaseFlags, reason: str) -> None:
    situation = on(f"refs/tags/v{version}", "release", activity="published", release=flags)
    assert decided(version, situation, HAS, target).reason.value == reason


CONFIGURED = Target("pypi", PYPI.triggers, "pypi", configured=True)
TYPED = Target("pypi", (Trigger("release", types=frozenset({"released"})),), configured=True)
OPEN = Target("mine", (Trigger("push", tags=compile_patterns(["v*"]), branches=compile_patterns(["main"])),))
ADVICE = [
    (PYPI, on("refs/tags/v1.3.0", "release"), "`events: release`, or `events: push, release`", "an event"),
    (CONFIGURED, on("refs/tags/v1.3.0", "release"), "add `release:` to `targets.pypi.when`", "an event, in a file"),
    (TYPED, on("refs/tags/v1.3.0", "release", activity="published"), "add `published` to `types` below", "a type"),
    (RELEASES, on("refs/tags/v1.3.0", "release", activity="edited"), "otherwise trigger it by release", "never a type"),
    (PYPI, on("refs/heads/x", "pull_request"), "this event never publishes", "a pull request"),
    (PYPI, on("refs/tags/v1.3.0", "no::event"), "otherwise trigger it by push of tags v*.", "no event of GitHub's"),
    (TESTPYPI, on("refs/heads/release"), "set the input `branches: main, release`", "a branch beside the default one"),
    (OPEN, on("refs/heads/1.x"), "`branches: main, 1.x`", "a branch beside others"),
    (PYPI, on("refs/heads/a+b"), "`branches: a\\+b`", "a branch, where none was, with what is special in patterns"),
    (PYPI, on("refs/tags/release-1.3.0"), "`tags: v*, release-*`", "a tag of another spelling"),
    (TESTPYPI, on("refs/tags/v1.3.0"), "`tags: v*`", "a tag, where none was"),
    (CONFIGURED, on("refs/heads/x"), "write `branches: [x]` below `targets.pypi.when.push`", "a branch, in a file"),
    (TESTPYPI, on(""), "--ref refs/heads/main, or --ref refs/tags/TAG", "no ref at all"),
    (TESTPYPI, on("refs/pull/1/merge"), "otherwise publish from branch main.", "neither a branch nor a tag"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "situation", "says"), [row[:3] for row in ADVICE], ids=[row[3] for row in ADVICE])
def test_the_advice_names_the_value_that_would_allow_it(target: Target, situation: Context, says: str) -> None:
    decision = decided("1.3.0", situation, ABSENT, target)
    assert decision.reason in {Reason.EVENT_NOT_ALLOWED, Reason.REF_NOT_ALLOWED}
    assert says in decision.advice


TYPES = [(TYPED, "publishes on (released)"), (RELEASES, "publishes on (created, prereleased, published, released)")]


@pytest.mark.parametrize(("target", "says"), TYPES, ids=["its own", "the usual ones"])
def test_the_types_that_publish_are_named(target: Target, says: str) -> None:
    decision = decided("1.3.0", on("refs/tags/v1.3.0", "release", activity="edited"), ABSENT, target)
    assert says in decision.message


TAG_ADVICE = [
    ("1.2.3", "v1.3.0", "Set the version to 1.3.0", "a forgotten bump"),
    ("1.2.3", "v1.3.0", "`version: ${{ github.ref_name }}`", "which the workflow may set"),
    ("0.0.0.dev0", "v1.3.0", "looks like a placeholder", "a placeholder"),
    ("1.2.3", "py-v1.3.0", "as the input `version`.", "a tag that is no version by itself"),
    ("1.2.3", "vnext", "Set the version to what the tag says", "a tag without a version"),
]


@pytest.mark.parametrize(
    ("version", "tag", "says"), [row[:3] for row in TAG_ADVICE], ids=[row[3] for row in TAG_ADVICE]
)
def test_the_advice_for_a_tag_says_what_to_set(version: str, tag: str, says: str) -> None:
    target = Target("pypi", (Trigger("push", tags=compile_patterns(["v*", "py-v*"])),))
    decision = decided(version, on(f"refs/tags/{tag}"), HAS, target)
    assert decision.reason is Reason.TAG_MISMATCH
    assert says in decision.advice


def test_a_version_of_git_s_that_is_not_the_tag_s_has_its_own_advice() -> None:
    decision = decided("1.2.4.dev1+g1234567", V13)
    (check,) = [each for each in decision.checks if each.check is CheckId.TAG]
    assert "fetch-depth: 0" in check.advice


def test_a_no_that_fails_the_run_need_not_be_the_cause() -> None:
    decision = decided("1.2.3", V13)
    broken = decision.broken_by(frozenset({Reason.ALREADY_PUBLISHED}))
    assert broken is not None
    assert broken.reason is Reason.ALREADY_PUBLISHED
    both = decision.broken_by(frozenset({Reason.ALREADY_PUBLISHED, Reason.TAG_MISMATCH}))
    assert both is not None
    assert both.reason is Reason.TAG_MISMATCH
    assert decision.broken_by(frozenset({Reason.NOT_PROMOTED})) is None


ABOUT = [
    (V13, "1.3.0", "pypi", "a tag that publishes"),
    (on("refs/heads/main"), "1.3.0", "testpypi", "a push that publishes"),
    (V13, "1.2.4", "pypi", "a wrong tag"),
    (on("refs/tags/v1.2.3"), "1.2.3", "pypi", "a tag of what is there"),
    (on("refs/heads/x"), "1.3.0", "testpypi", "a branch: both are as near, the first counts"),
    (on("refs/tags/v1.3.0", "release"), "1.3.0", "pypi", "another event: the nearest"),
]


@pytest.mark.parametrize(("situation", "version", "first"), [row[:3] for row in ABOUT], ids=[row[3] for row in ABOUT])
def test_the_target_that_the_run_is_about_comes_first(situation: Context, version: str, first: str) -> None:
    reading = FoundVersion(version, None, "project.version")
    decision = decide("sample", [TESTPYPI, PYPI], situation, reading, {"testpypi": HAS, "pypi": HAS}, NOW)
    assert decision.by_concern[0].target.name == first
    assert [each.target.name for each in decision.targets] == ["testpypi", "pypi"], "the outputs keep their order"


def test_codes_are_spelled_as_codes() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", code) and why for code, why in PRECEDENCE)
