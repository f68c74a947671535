"""Which packages a pushed tag selects, and what is asked about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from publish_gate import git, run
from publish_gate.gate.reasons import Reason
from publish_gate.gate.tag_templates import TagTemplate
from publish_gate.index.state import Absent, Api, IndexState, Published, Release
from publish_gate.plan import PlannedTarget, plan_single
from publish_gate.repository import ReadPackage, Repository
from publish_gate.run_context import CommitTag, Context, Ref
from publish_gate.settings import Settings, load_settings
from publish_gate.versions.model import PLACEHOLDER, FaultKind, FoundVersion, VersionFault, VersionReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SETTINGS = load_settings({"targets": "testpypi, pypi"})
ABSENT = Absent(Api.JSON, "https://index.example")
SCM = VersionFault(FaultKind.DYNAMIC, "vcs", "from git tags", "push a tag", tool="hatch-vcs")
PLACE_HELD = VersionFault(FaultKind.DYNAMIC, PLACEHOLDER, "builds '0.0.0'", "Set the back end.", from_tags=False)
UNREADABLE = VersionFault(FaultKind.UNREADABLE, "call", "computed", "Write it down.")
V13 = Context("push", Ref.parse("refs/tags/v1.3.0"))
MAIN = Context("push", Ref.parse("refs/heads/main"))


def package(name: str, version: str | VersionReading, tag: str = "") -> ReadPackage:
    plan = plan_single(SETTINGS)
    template = TagTemplate(tag, name) if tag else None
    targets = tuple(replace(each, rules=replace(each.rules, tag=template)) for each in plan.targets)
    reading = FoundVersion(version, None, "project.version") if isinstance(version, str) else version
    return ReadPackage(replace(plan, path=name or ".", targets=targets), name, reading)


def repository(*packages: ReadPackage) -> Repository:
    return Repository(packages, None)


class Index:
    """Answers "absent" to every question, and keeps the names that were asked about."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, state: IndexState = ABSENT) -> None:
        self.asked: list[str] = []
        self._state = state
        monkeypatch.setattr(run, "ask_indexes", self._ask)

    def _ask(self, packages: Sequence[ReadPackage], _: Settings, __: object = None) -> list[run.States]:
        self.asked += [each.name for each in packages]
        return [{target.rules.name: self._state for target in each.plan.targets} for each in packages]


V = "v{version}"
NAMED = "{name}-v{version}"
CHOICES = [
    ([("a", "1.3.0", V), ("b", "1.3.0", V)], "v1.3.0", {"a": True, "b": True}, "together: a, b", "one tag for both"),
    (
        [("a", "1.3.0", V), ("b", "1.2.0", V)],
        "v1.3.0",
        {"a": False, "b": False},
        "together: a, b",
        "one tag for both, and one of them has another version",
    ),
    (
        [("a", "1.3.0", V), ("b", SCM, V)],
        "v1.3.0",
        {"a": True, "b": True},
        "together: a, b",
        "one tag for both, and the version of one comes from it",
    ),
    (
        [("a", "1.3.0", V), ("b", UNREADABLE, V)],
        "v1.3.0",
        {"a": True, "b": False},
        "together: a, b",
        "one tag for both, and nobody can read the version of one",
    ),
    ([("a", "1.3.0", V), ("b", "1.3", V)], "v1.3.0", {"a": True, "b": True}, "together", "other spellings"),
    ([("a", "1.3.0", V), ("b", "1.3.0", NAMED)], "v1.3.0", {"a": True}, "left alone", "one of two ways to write tags"),
    ([("a", "1.3.0", V), ("b", "1.3.0", NAMED)], "b-v1.3.0", {"b": True}, "left alone", "the other of the two"),
    (
        [("a", "1.3.0", V), ("b", "1.3.0", "v{version}"), ("c", "2.0", NAMED)],
        "v1.3.0",
        {"a": True, "b": True},
        "2 packages together",
        "two of three",
    ),
    (
        [("a", "12", "{name}{version}"), ("a1", "2", "{name}{version}")],
        "a12",
        {"a": False, "a1": False},
        "names 2 packages: a, a1",
        "one way to write tags, and one tag that could be of either",
    ),
    (
        [("a", "1.3.0", V), ("b", "1.3.0", "v1.{version}")],
        "v1.3.0",
        {"a": False, "b": False},
        "names 2 packages: a, b",
        "two ways to write tags, and one tag that could be of either",
    ),
    ([("a", "1.3.0", NAMED), ("b", "1.3.0", NAMED)], "v1.3.0", {"a": False, "b": False}, "names no package", "no tag"),
    (
        [(f"p{number:02}", "1.3.0", V) for number in range(30)],
        "v1.3.0",
        {f"p{number:02}": True for number in range(30)},
        "p19 ...",
        "many",
    ),
]


@pytest.mark.parametrize(
    ("packages", "tag", "publishes", "note"), [row[:4] for row in CHOICES], ids=[row[4] for row in CHOICES]
)
def test_a_tag_selects_the_packages_that_write_it(
    packages: list[tuple[str, str | VersionReading, str]],
    tag: str,
    publishes: dict[str, bool],
    note: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Index(monkeypatch)
    situation = Context("push", Ref.parse(f"refs/tags/{tag}"))
    read = repository(*(package(*each) for each in packages))
    # Tags of any spelling are let in here: what is looked at is which package they name.
    settings = load_settings({"targets": "pypi", "tags": "**"})
    read = read._replace(
        packages=tuple(
            each._replace(plan=replace(each.plan, targets=(_with_tags(each, settings),))) for each in read.packages
        )
    )
    result = run.check(read, settings, situation)
    assert {each.decision.project: bool(each.decision.publishing) for each in result.packages} == publishes
    assert note in result.notes[0]


def _with_tags(read: ReadPackage, settings: Settings) -> PlannedTarget:
    (target,) = plan_single(settings).targets
    return replace(target, rules=replace(target.rules, tag=read.plan.rules[0].tag))


def test_what_has_not_the_version_of_the_common_tag_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Index(monkeypatch)
    read = repository(package("a", "1.3.0", V), package("b", "1.2.0", V))
    result = run.check(read, SETTINGS, V13)
    by_name = {each.decision.project: each.decision.by_concern[0] for each in result.packages}
    assert {name: each.reason for name, each in by_name.items()} == dict.fromkeys("ab", Reason.TAG_MISMATCH)
    assert "b says 1.2.0" in by_name["a"].message
    assert "the project says 1.2.0" in by_name["b"].message
    simulated = run.simulate(read, SETTINGS, MAIN)
    tagged = [
        each.result.leading.decision.by_concern[0] for each in simulated if each.situation.startswith("push of tag")
    ]
    assert [each.reason for each in tagged] == [Reason.TAG_MISMATCH, Reason.TAG_MISMATCH]


def test_simulate_asks_about_nothing_that_never_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(monkeypatch, Published((Release(Version("1.0"), ("1.0",)),), Api.JSON, "https://index.example"))
    read = repository(
        package("", UNREADABLE), package("placeholder", PLACE_HELD), package("invalid", "one"), package("scm", SCM)
    )
    outcomes = run.simulate(read, SETTINGS, MAIN)
    assert index.asked == ["scm"]
    reasons = {each.result.leading.decision.leading.reason for each in outcomes[:9]}
    assert reasons == {Reason.VERSION_UNREADABLE}


FAILING = [
    (frozenset({Reason.TAG_MISMATCH}), ["tag-mismatch", "tag-mismatch"], "the cause"),
    (frozenset({Reason.REF_NOT_ALLOWED}), ["ref-not-allowed"], "what is not the cause, of one target"),
    (frozenset({Reason.NOT_PROMOTED}), [], "what did not happen"),
]


@pytest.mark.parametrize(("reasons", "failing"), [row[:2] for row in FAILING], ids=[row[2] for row in FAILING])
def test_any_check_that_does_not_hold_can_fail_the_run(
    reasons: frozenset[Reason], failing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Index(monkeypatch)
    result = run.check(repository(package("a", "1.2.0")), SETTINGS, V13)
    assert [check.reason.value for _, check in result.fails_by(reasons) if check.reason] == failing


def test_a_payload_without_proof_is_no_silent_no(monkeypatch: pytest.MonkeyPatch) -> None:
    Index(monkeypatch)
    result = run.check(repository(package("a", "1.3.0")), SETTINGS, replace(V13, distrust="the payload says nothing"))
    assert result.notes == ("nothing can be published: the payload says nothing",)
    assert not result.publishing


TAGS = (CommitTag("v1.2.0"), CommitTag("v1.3.0"))
READ = [
    (V13, SCM, TAGS, "a tag, and a version from tags"),
    (MAIN, SCM, (), "a branch"),
    (V13, "1.3.0", (), "a version in a file"),
    (V13, UNREADABLE, (), "no version at all"),
]


@pytest.mark.parametrize(("situation", "version", "tags"), [row[:3] for row in READ], ids=[row[3] for row in READ])
def test_the_tags_of_the_commit_are_read_only_for_versions_from_tags(
    situation: Context,
    version: str | VersionReading,
    tags: tuple[CommitTag, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(git, "tags_here", lambda _: TAGS)
    seen = run.with_tags(situation, repository(package("a", version)), tmp_path)
    assert seen.tags_here == tags
