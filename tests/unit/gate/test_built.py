"""What was built beside what was decided and what the index has: a row a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from publish_gate.gate.built import Built, BuiltFile, Refusal
from publish_gate.gate.decide import decide
from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import Distribution, Requirement, Target, Trigger, WheelTag
from publish_gate.index.state import Absent, Api, IndexFile, IndexState, Published, Release, Unknown, UnknownCause
from publish_gate.run_context import Context, Ref
from publish_gate.versions.model import FaultKind, FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.gate.decision import TargetDecision

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)
PYPI = Target("pypi", (Trigger("push", tags=compile_patterns(["v*"])),), "pypi")
OWN = replace(PYPI, name="internal", closes=False)
ON_TAG = Context("push", Ref.parse("refs/tags/v1.0"))
ABSENT = Absent(Api.JSON, "https://index.example")
TIMEOUT = Unknown(UnknownCause.TIMEOUT, "no answer", "Run it again.", "https://index.example")
SDIST, WHEEL = Distribution.SDIST, Distribution.WHEEL


def file(name: str = "demo-1.0-py3-none-any.whl", version: str = "1.0", **fields: object) -> BuiltFile:
    """Return a file whose name and metadata agree, unless ``fields`` say otherwise."""
    kind = WHEEL if name.endswith(".whl") else SDIST if name.endswith(".tar.gz") else None
    known: dict[str, object] = {"project": "demo", "version": version, "named_project": "demo", **fields}
    known.setdefault("named_version", version)
    return BuiltFile(name, 100, kind, {"sha256": "a" * 64}, **known)  # type: ignore[arg-type]  # a row's own fields


WHEEL_FILE, SDIST_FILE = file(), file("demo-1.0.tar.gz")
BOTH = (SDIST_FILE, WHEEL_FILE)


def there(*files: BuiltFile, digest: str = "a" * 64, function: str = "sha256") -> dict[str, IndexFile]:
    return {each.name: IndexFile(each.name, {function: digest}) for each in files}


def published(*files: BuiltFile, version: str = "1.0") -> Published:
    wheels = tuple(each.name for each in files if each.kind is WHEEL)
    release = Release(Version(version), (version,), len(files) - len(wheels), len(wheels), wheel_files=wheels)
    return Published((release,), Api.SIMPLE_JSON, "https://index.example")


def decided(
    built: Built | None, index: IndexState = ABSENT, target: Target = PYPI, version: str = "1.0", **context: object
) -> TargetDecision:
    situation = replace(ON_TAG, **context)  # type: ignore[arg-type]  # a row's own fields
    named = {target.name: built} if built is not None else {}
    reading = FoundVersion(version, None, "project.version")
    return decide("demo", [target], situation, reading, {target.name: index}, NOW, built=named).leading


def built(*files: BuiltFile, **fields: object) -> Built:
    return Built("dist", files, **fields)  # type: ignore[arg-type]  # a row's own fields


def refused(message: str, **fields: bool) -> BuiltFile:
    return file(refusals=(Refusal(message, "Do something.", **fields),))


ROWS = [
    (built(*BOTH), ABSENT, "first-release", "right files, nothing on the index"),
    (built(*BOTH), published(version="0.9"), "new-version", "right files, an older version on the index"),
    (built(file(version="1.0.0", name="demo-1.0.0-py3-none-any.whl")), ABSENT, "first-release", "an equal version"),
    (built(file(project="Demo", named_project="DEMO")), ABSENT, "first-release", "the name in other letters"),
    (built(file(version="1.0.1.dev0")), ABSENT, "built-mismatch", "a tree that was changed"),
    (built(file(version="1.1.dev3+gabc.d20261127")), ABSENT, "built-mismatch", "no tag was fetched"),
    (built(file(version="0.0.0")), ABSENT, "built-mismatch", "a tool without a tag"),
    (built(file(version="0.9")), ABSENT, "built-mismatch", "the lower of two tags"),
    (built(*BOTH, file("demo-0.9.tar.gz", "0.9")), ABSENT, "built-mismatch", "an older file beside the right ones"),
    (built(file(project="other")), ABSENT, "built-mismatch", "another project's file"),
    (built(file(named_version="1.1")), ABSENT, "built-mismatch", "a name that does not go with the metadata"),
    (built(file(named_project="other")), ABSENT, "built-mismatch", "another project's name"),
    (built(file(version="", project="", named_version="0.9")), ABSENT, "built-mismatch", "no metadata, an old name"),
    (built(), ABSENT, "built-mismatch", "an empty folder"),
    (built(file("notes.txt")), ABSENT, "built-mismatch", "nothing that is a distribution"),
    (built(*BOTH, file("notes.txt", refusals=(Refusal("is no wheel", "Remove it.", everywhere=True),))), ABSENT,
     "not-uploadable", "a file that is no distribution"),
    (built(refused("is for linux_x86_64")), ABSENT, "not-uploadable", "what the public indexes refuse"),
    (built(SDIST_FILE, file("demo-1.0.0.tar.gz")), ABSENT, "not-uploadable", "two sdists"),
    (built(*BOTH, on_index=there(*BOTH)), published(*BOTH), "already-published", "all is there already"),
    (built(*BOTH, on_index=there(SDIST_FILE)), published(SDIST_FILE), "incomplete-release", "half of it is there"),
    (built(*BOTH, on_index=there(SDIST_FILE, digest="b" * 64)), published(SDIST_FILE), "content-differs",
     "half of it is there with another content"),
    (built(*BOTH, on_index=there(*BOTH, digest="b" * 64)), published(*BOTH), "content-differs", "a build of its own"),
    (built(*BOTH, on_index=there(*BOTH, digest="A" * 64)), published(*BOTH), "already-published", "capital hex digits"),
    (built(*BOTH, on_index=there(*BOTH, function="md5")), published(*BOTH), "already-published", "no common hash"),
    (built(*BOTH, unknown=TIMEOUT), published(*BOTH), "index-unavailable", "its files could not be asked for"),
    (built(*BOTH), TIMEOUT, "index-unavailable", "the index gave no answer"),
    (built(file(version="0.9"), on_index=there(WHEEL_FILE, digest="b" * 64)), published(WHEEL_FILE), "built-mismatch",
     "another version goes before another content"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "index", "reason"), [pytest.param(*row[:3], id=row[3]) for row in ROWS])
def test_what_was_built(what: Built, index: IndexState, reason: str) -> None:
    decision = decided(what, index)
    assert decision.reason.value == reason, decision.message
    assert decision.should_publish is (decision.reason.outcome is Outcome.YES)
    assert decision.advice or decision.should_publish


@pytest.mark.parametrize(
    ("what", "index", "upload", "already"),
    [
        pytest.param(built(*BOTH), ABSENT, 2, 0, id="nothing is there"),
        pytest.param(built(*BOTH, on_index=there(SDIST_FILE)), published(SDIST_FILE), 1, 1, id="one of two is there"),
        pytest.param(built(*BOTH, on_index=there(*BOTH)), published(*BOTH), 0, 2, id="all is there"),
        pytest.param(built(file(version="0.9")), ABSENT, 0, 0, id="a no uploads nothing"),
        pytest.param(None, ABSENT, 0, 0, id="not looked at"),
    ],
)
def test_what_is_to_be_uploaded(what: Built | None, index: IndexState, upload: int, already: int) -> None:
    names, done = decided(what, index).uploads
    assert (len(names), len(done)) == (upload, already)


LINUX, MACOS = (
    "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "demo-1.0-cp312-cp312-macosx_11_0_arm64.whl",
)
PATTERNS: frozenset[Requirement] = frozenset(
    {SDIST, WHEEL, WheelTag("*-manylinux_*_x86_64"), WheelTag("*-macosx_*_arm64")}
)


@pytest.mark.parametrize(
    ("names", "on_index", "require", "missing"),
    [
        pytest.param(["demo-1.0.tar.gz", LINUX, MACOS], [], PATTERNS, "", id="all of it"),
        pytest.param(["demo-1.0.tar.gz", LINUX], [], PATTERNS, "wheel *-macosx_*_arm64", id="one wheel of two"),
        pytest.param([LINUX, MACOS], [], PATTERNS, "sdist", id="no sdist"),
        pytest.param([MACOS], [LINUX, "demo-1.0.tar.gz"], PATTERNS, "", id="the rest is on the index"),
        pytest.param(["demo-1.0.tar.gz"], [], frozenset({WHEEL}), "wheel", id="no wheel at all"),
        pytest.param([LINUX], [], frozenset(), "", id="nothing is required"),
    ],
)
def test_what_is_required(names: list[str], on_index: list[str], require: frozenset[Requirement], missing: str) -> None:
    index = published(*map(file, on_index)) if on_index else ABSENT
    decision = decided(
        built(*map(file, names), on_index=there(*map(file, on_index))), index, replace(PYPI, require=require)
    )
    check = next(check for check in decision.checks if check.check.value == "built-complete")
    assert dict(check.evidence).get("missing", "") == missing
    assert decision.should_publish is not bool(missing)


def test_a_release_on_the_index_is_complete_by_the_names_of_its_wheels() -> None:
    target = replace(PYPI, require=PATTERNS)
    half = decided(None, published(file("demo-1.0.tar.gz"), file(LINUX)), target)
    assert half.reason is Reason.INCOMPLETE_RELEASE
    assert "without its wheel *-macosx_*_arm64" in half.checks[3].message
    whole = decided(None, published(file("demo-1.0.tar.gz"), file(LINUX), file(MACOS)), target)
    assert whole.reason is Reason.ALREADY_PUBLISHED


TAGS = [
    ("*-win_amd64", "demo-1.0-cp312-cp312-win_amd64.whl", True, "a platform"),
    ("*-win_amd64", "demo-1.0-cp312-cp312-win32.whl", False, "another platform"),
    ("*-manylinux_*_x86_64", LINUX, True, "one of a compressed set"),
    ("*-manylinux2014_x86_64", LINUX, True, "the other of a compressed set"),
    ("cp312-*", "demo-1.0-cp311.cp312-none-any.whl", True, "one of two Pythons"),
    ("py3-none-any", "demo-1.0-1-py3-none-any.whl", True, "beside a build tag"),
    ("PY3-none-any", "demo-1.0-py3-none-any.whl", True, "in capitals"),
    ("*", "demo-1.0.tar.gz", False, "an sdist"),
    ("*", "demo-1.0.whl", False, "a name with too few parts"),
]


@pytest.mark.parametrize(("pattern", "name", "matches"), [pytest.param(*row[:3], id=row[3]) for row in TAGS])
def test_a_pattern_of_a_wheel_s_tag(pattern: str, name: str, *, matches: bool) -> None:
    assert WheelTag(pattern).matches(name) is matches


def test_another_index_refuses_less() -> None:
    assert decided(built(refused("is for linux_x86_64")), target=OWN).should_publish
    assert decided(built(SDIST_FILE, file("demo-1.0.0.tar.gz")), target=OWN).should_publish
    broken = decided(built(refused("is damaged", everywhere=True)), target=OWN)
    assert broken.reason is Reason.NOT_UPLOADABLE


def test_a_local_version_is_named_once() -> None:
    local = file("demo-1.0+g1-py3-none-any.whl", "1.0+g1", refusals=(Refusal("is local", "Fetch tags.", local=True),))
    decision = decided(built(local), version="1.0+g1", ref=Ref.parse("refs/tags/v1.0+g1"))
    assert [check.check.value for check in decision.checks if not check.holds] == ["version-public"]
    assert {check.check.value for check in decided(built(local)).checks if not check.holds} == {
        "built-version",
        "uploadable",
    }


def test_a_package_of_which_nothing_was_built_is_left_alone_if_its_release_is_complete() -> None:
    assert decided(built(shared=True), published(*BOTH)).reason is Reason.ALREADY_PUBLISHED
    assert decided(built(shared=True), ABSENT).reason is Reason.BUILT_MISMATCH
    assert decided(built(), published(*BOTH)).reason is Reason.BUILT_MISMATCH


def test_without_a_version_only_the_files_themselves_are_looked_at() -> None:
    fault = VersionFault(FaultKind.DYNAMIC, "vcs", "from git tags", "push a tag", tool="hatch-vcs")
    situation = replace(ON_TAG, ref=Ref.parse("refs/heads/main"))
    decision = decide("demo", [PYPI], situation, fault, {}, NOW, built={"pypi": built(refused("is broken"))}).leading
    held = {check.check.value: check.status.value for check in decision.checks[-4:]}
    assert held == {
        "built-version": "skipped",
        "built-complete": "passed",
        "uploadable": "failed",
        "content": "skipped",
    }


@pytest.mark.parametrize(
    ("version", "advice"),
    [("0.0.0", "falls back"), ("1.0.1.dev0", "clean checkout"), ("0.9", "several tags"), ("nonsense", "several tags")],
)
def test_the_advice_is_about_what_was_built(version: str, advice: str) -> None:
    assert advice in decided(built(file(version=version, named_version=version))).advice


def test_no_file_is_told_where_none_is_looked_at() -> None:
    assert len(decided(built(*BOTH)).checks) == len(decided(None).checks) + 4
