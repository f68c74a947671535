"""From options, answers and what the checkout tells to a plan; and what somebody who was not asked is told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from publish_gate.errors import ConfigurationError
from publish_gate.init.answers import VersionSource
from publish_gate.init.collecting import Given, collect, notes, version_of
from publish_gate.init.questions import Terminal
from publish_gate.init.surveying import Survey
from publish_gate.init.workflow import render
from publish_gate.places import Place
from publish_gate.remotes import Repository
from publish_gate.versions import FaultKind, FoundName, FoundVersion, VersionFault

if TYPE_CHECKING:
    from pathlib import Path

TAGS = VersionFault(FaultKind.DYNAMIC, "vcs", "the version comes from setuptools-scm", "advice")
CALL = VersionFault(FaultKind.UNREADABLE, "call", "the version is computed", "advice")


def found(top: Path, **changes: object) -> Survey:
    survey = Survey(
        top=top,
        in_git=True,
        folder=".",
        name=FoundName("demo", Place("pyproject.toml", 2)),
        version=FoundVersion("1.2", None, "project.version"),
        has_project=True,
        branch="main",
        branch_is_default=True,
        repository=Repository("o", "r"),
    )
    return survey._replace(**changes)  # type: ignore[arg-type]  # a row of a table names its fields


def terminal(*lines: str) -> Terminal:
    return Terminal(io.StringIO("".join(f"{line}\n" for line in lines)), io.StringIO())


def questions(asked: Terminal) -> str:
    assert isinstance(asked.questions, io.StringIO)
    return asked.questions.getvalue()


def test_nothing_given_and_nobody_there_is_all_defaults(tmp_path: Path) -> None:
    plan, repository = collect(Given(), found(tmp_path), None)
    assert (plan.package, plan.workflow, plan.branch, plan.folder) == ("demo", "release.yml", "main", ".")
    assert [target.name for target in plan.targets] == ["testpypi", "pypi"]
    assert plan.version is VersionSource.WRITTEN
    assert plan.package_declared
    assert repository == Repository("o", "r")


def test_options_go_before_what_was_found(tmp_path: Path) -> None:
    given = Given("Demo", "pypi", "go.yaml", "trunk", "x/y")
    asked = terminal()
    plan, repository = collect(given, found(tmp_path), asked)
    assert (plan.package, plan.workflow, plan.branch) == ("Demo", "go.yaml", "trunk")
    assert repository == Repository("x", "y")
    assert questions(asked) == "", "what is given is not asked for"


def test_questions_show_their_defaults_and_are_asked_again(tmp_path: Path) -> None:
    asked = terminal("", "testpipy", "testpypi", ".github/workflows/x.yml", "x.yml", "", "none", "a/b")
    plan, repository = collect(Given(), found(tmp_path), asked)
    told = questions(asked)
    assert "Project on the index [demo]: " in told
    assert "Publish to [testpypi,pypi]: " in told
    assert "did you mean 'testpypi'?" in told
    assert "give 'x.yml'" in told
    assert "Repository on GitHub (OWNER/NAME) [o/r]: " in told
    assert (plan.workflow, len(plan.targets), repository) == ("x.yml", 1, Repository("a", "b"))


def test_a_repository_may_stay_unknown(tmp_path: Path) -> None:
    survey = found(tmp_path, repository=None)
    assert collect(Given(), survey, None)[1] is None
    assert collect(Given(), survey, terminal("", "", "", "", ""))[1] is None


def test_answers_that_end_too_soon_are_no_answers(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing was written"):
        collect(Given(), found(tmp_path), terminal("demo"))


@pytest.mark.parametrize(("answer", "meant"), [("", True), ("Y", True), ("no", False), ("what\nn", False)])
def test_yes_and_no(answer: str, meant: bool) -> None:
    assert terminal(answer).confirm("Write it") is meant


def test_a_name_that_is_not_the_project_s_own_is_refused_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2: package: the project calls itself 'demo'"):
        collect(Given(package="other"), found(tmp_path), None)


def test_all_options_that_are_wrong_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        collect(Given("-", "x", "y", "*", "z"), found(tmp_path), None)
    assert [problem.key for problem in refused.value.problems] == [
        "package", "targets", "workflow", "branch", "repository",
    ]  # fmt: skip


def test_a_project_without_a_name_needs_one(tmp_path: Path) -> None:
    survey = found(tmp_path, name=None)
    with pytest.raises(ConfigurationError, match="give the name by --package"):
        collect(Given(), survey, None)
    plan, _ = collect(Given(package="demo"), survey, None)
    assert not plan.package_declared
    with pytest.raises(ConfigurationError, match=r"and setup.py\): the version is computed; run this"):
        collect(Given(), found(tmp_path, name=None, version=CALL), None)


NOTES: list[tuple[dict[str, object], Given, list[str], str]] = [
    ({}, Given(), [], "nothing to tell"),
    ({"in_git": False}, Given(), ["not a git checkout"], "no checkout"),
    ({"has_project": False, "version": CALL}, Given(), ["without one nothing can be built"], "no project"),
    ({"version": CALL}, Given(), ["the version is computed; so the gate comes after"], "a computed version"),
    ({"version": TAGS}, Given(), ["comes from setuptools-scm; so", "local_scheme"], "a version from tags"),
    ({"version": TAGS}, Given(targets="pypi"), ["comes from setuptools-scm; so"], "the same to PyPI only"),
    (
        {"version": FoundVersion("1.0-x", Place("p.toml", 3), "project.version")},
        Given(),
        ["(p.toml:3) is not"],
        "no version",
    ),
    (
        {"folder": "packages/a"},
        Given(),
        ["name another workflow by --workflow or another environment by"],
        "a package of several",
    ),
    ({"branch_is_default": False}, Given(), ["main was taken for it"], "no default branch"),
    ({"branch_is_default": False}, Given(branch="main"), [], "no default branch, but one is given"),
    ({"branch_is_default": False}, Given(targets="pypi"), [], "no default branch, and none is needed"),
]


@pytest.mark.parametrize(("changes", "given", "says"), [row[:3] for row in NOTES], ids=[row[3] for row in NOTES])
def test_notes(changes: dict[str, object], given: Given, says: list[str], tmp_path: Path) -> None:
    survey = found(tmp_path, **changes)
    plan, _ = collect(given, survey, None)
    *told, last = notes(given, survey, plan)
    assert "git ls-remote" in last
    assert len(told) == len(says)
    for note, part in zip(told, says, strict=True):
        assert part in note


def test_versions_that_are_read_after_the_build(tmp_path: Path) -> None:
    assert found(tmp_path, version=TAGS).version_source is VersionSource.TAGS
    assert found(tmp_path, version=CALL).version_source is VersionSource.BUILD
    assert found(tmp_path, version=CALL, has_project=False).version_source is VersionSource.WRITTEN


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1.2", "1.2"), ("v1.0-RC.1", "1.0rc1"), ("1.0; rm -rf ~", None), ("\x1b[2J", None), (None, None)],
)
def test_only_a_version_is_shown_as_one(text: str | None, shown: str | None, tmp_path: Path) -> None:
    version = CALL if text is None else FoundVersion(text, None, "project.version")
    assert version_of(found(tmp_path, version=version)) == shown


ENVIRONMENTS = [
    ("{target}-{name}", "", ["testpypi-demo", "pypi-demo"], "", "one for each package and target"),
    ("release", "pypi", ["release"], "", "one target"),
    ("release", "", [], "write {target}", "two targets"),
    ("a b", "pypi", [], "not a plain name", "a blank"),
    ("a: b", "pypi", [], "not a plain name", "YAML"),
    ("{nam}", "pypi", [], "not a plain name", "an unknown placeholder"),
]


@pytest.mark.parametrize(
    ("text", "targets", "names", "says"), [r[:4] for r in ENVIRONMENTS], ids=[r[4] for r in ENVIRONMENTS]
)
def test_the_environments_to_publish_from(text: str, targets: str, names: list[str], says: str, tmp_path: Path) -> None:
    given = Given(targets=targets, environment=text)
    if says:
        with pytest.raises(ConfigurationError) as caught:
            collect(given, found(tmp_path), None)
        (problem,) = caught.value.problems
        assert (problem.key, says in problem.message) == ("environment", True)
        return
    plan, _ = collect(given, found(tmp_path), None)
    assert [target.environment for target in plan.targets] == names
    workflow = render(plan)
    assert f'environment: "{text}"' in workflow
    assert all(f"      name: {name} #" in workflow for name in names)
