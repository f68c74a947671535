"""Telling the world: outputs, summary, console, JSON and the table of situations."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.checks import CHECKS
from publish_gate.gate.decide import decide
from publish_gate.gate.decision import Status
from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.rules import DEFAULT_BRANCH, Target, Trigger
from publish_gate.index.state import Absent, Api, IndexState, Published, Release, Unknown, UnknownCause
from publish_gate.outputs import OUTPUTS, no_outputs
from publish_gate.places import Place
from publish_gate.report import console, headlines, summary, table
from publish_gate.report.json_report import as_report
from publish_gate.report.outputs import as_outputs
from publish_gate.run import Decided, Outcome, Result, next_version
from publish_gate.run_context import Context, Ref, ReleaseFlags
from publish_gate.text import markdown, one_line
from publish_gate.versions.model import FaultKind, FoundVersion, VersionFault, VersionReading

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
TESTPYPI = Target(
    "testpypi",
    (Trigger("push", branches=DEFAULT_BRANCH),),
    environment="testpypi",
    repository_url="https://test.example/legacy/",
    project_url="https://test.example",
)
PYPI = Target(
    "pypi",
    (Trigger("push", tags=compile_patterns(["v*"])),),
    environment="pypi",
    repository_url="https://upload.example/legacy/",
    project_url="https://index.example",
)
PUBLISHED = Published(
    tuple(Release(Version(each), (each,), sdists=1, wheels=2) for each in ("1.0", "1.1rc1")),
    Api.JSON,
    "https://test.example/pypi/pkg/json",
    ignored_keys=("2004d",),
)
ABSENT = Absent(Api.JSON, "https://test.example/pypi/pkg/json")
UNKNOWN = Unknown(UnknownCause.TIMEOUT, "no answer within 30 s", "Run it again.", "https://test.example")
FAULT = VersionFault(FaultKind.UNREADABLE, "call", "computed by a call", "Write it down.", Place("setup.py", 3))


def result(
    version: str | VersionReading = "1.1",
    ref: str = "refs/heads/main",
    targets: tuple[Target, ...] = (TESTPYPI,),
    index: IndexState = PUBLISHED,
) -> Result:
    reading = version
    if isinstance(reading, str):
        reading = FoundVersion(reading, Place("pkg/_version.py", 3), "hatch.path", notes=("a note",))
    context = Context("push", Ref.parse(ref), repository="o/r", in_fork=False)
    states = {target.name: index for target in targets}
    return Result(context, (Decided("packages/pkg", decide("pkg", targets, context, reading, states, NOW)),))


def test_no_outputs_say_no_and_nothing_else() -> None:
    outputs = no_outputs()
    assert list(outputs) == [each.name for each in OUTPUTS]
    assert {name for name, value in outputs.items() if value} == {"should-build", "should-publish"}
    assert outputs["should-build"] == outputs["should-publish"] == "false"


def test_a_yes_fills_every_output() -> None:
    outputs = as_outputs(result())
    assert list(outputs) == [each.name for each in OUTPUTS]
    report = json.loads(outputs.pop("report"))
    assert report["decision"]["should-publish"] is True
    assert json.loads(outputs.pop("matrix")) == {
        "include": [
            {
                "package": "pkg",
                "path": "packages/pkg",
                "version": "1.1",
                "target": "testpypi",
                "environment": "testpypi",
                "repository-url": "https://test.example/legacy/",
                "project-url": "https://test.example/project/pkg/1.1/",
                "reason": "new-version",
            }
        ]
    }
    assert outputs == {
        "should-build": "true",
        "should-publish": "true",
        "publish-to": "testpypi",
        "package": "pkg",
        "version": "1.1",
        "previous-version": "1.0",
        "bump": "minor",
        "is-prerelease": "false",
        "reason": "new-version",
        "message": "pkg 1.1 is new on testpypi, after 1.0",
        "environment": "testpypi",
        "repository-url": "https://test.example/legacy/",
        "project-url": "https://test.example/project/pkg/1.1/",
        "matrix-rest": "",
        **dict.fromkeys(("files-to-upload", "already-uploaded", "verified", "missing", "different", "seconds"), ""),
    }


NOES = [
    (result("1.0"), "already-published", "false", "1.0", "false", "the same version"),
    (result("1.1", "refs/heads/x"), "ref-not-allowed", "true", "1.0", "false", "another branch"),
    (result("1.1", index=UNKNOWN), "index-unavailable", "false", "", "false", "an unknown index"),
    (result("1.2rc1", index=ABSENT), "first-release", "true", "", "true", "a first release"),
    (result(FAULT), "version-unreadable", "false", "", "", "no version"),
    (result("one"), "version-invalid", "false", "", "", "an invalid version"),
]


@pytest.mark.parametrize(
    ("seen", "reason", "builds", "previous", "early"), [row[:5] for row in NOES], ids=[row[5] for row in NOES]
)
def test_outputs_follow_the_decision(seen: Result, reason: str, builds: str, previous: str, early: str) -> None:
    outputs = as_outputs(seen)
    assert (outputs["reason"], outputs["should-build"]) == (reason, builds)
    assert (outputs["previous-version"], outputs["is-prerelease"]) == (previous, early)
    publishes = seen.leading.decision.leading.should_publish
    assert outputs["should-publish"] == ("true" if publishes else "false")
    assert bool(outputs["publish-to"]) is bool(outputs["matrix"]) is publishes


def test_with_two_targets_the_one_that_publishes_is_described() -> None:
    outputs = as_outputs(result("1.2", "refs/tags/v1.2", (TESTPYPI, PYPI)))
    assert (outputs["publish-to"], outputs["environment"]) == ("pypi", "pypi")
    assert outputs["project-url"] == "https://index.example/project/pkg/1.2/"


def test_a_target_without_a_page_has_no_project_address() -> None:
    assert as_outputs(result(targets=(Target("mine", (Trigger("push"),)),)))["project-url"] == ""


@pytest.mark.parametrize("seen", [row[0] for row in NOES], ids=[row[5] for row in NOES])
def test_every_report_has_all_checks(seen: Result) -> None:
    report = json.loads(json.dumps(as_report(seen)))
    (package,) = report["packages"]
    assert (package["name"], package["path"]) == ("pkg", "packages/pkg")
    (target,) = package["targets"]
    assert len(target["checks"]) == len(CHECKS)
    assert {check["status"] for check in target["checks"]} <= {status.value for status in Status}
    assert report["decision"]["reason"] == target["reason"]


def test_the_report_tells_where_the_version_stands_and_what_the_index_has() -> None:
    (package,) = json.loads(as_outputs(result("1.0"))["report"])["packages"]
    assert package["version"] == {
        "normalized": "1.0",
        "text": "1.0",
        "declared-by": "hatch.path",
        "computed-by": None,
        "notes": ["a note"],
        "file": "pkg/_version.py",
        "line": 3,
    }
    index = package["targets"][0]["index"]
    assert index["latest"] == {"final": "1.0", "prerelease": "1.1rc1"}
    assert index["versions"] == ["1.1rc1", "1.0"]
    assert index["ignored"] == ["2004d"]
    assert index["this-version"]["distributions"] == "1 sdist, 2 wheel"


def test_a_long_history_is_cut_and_says_so() -> None:
    releases = tuple(Release(Version(f"0.{number}"), (f"0.{number}",)) for number in range(3000))
    seen = result("1.0", index=Published(releases, Api.JSON, "https://test.example"))
    outputs = as_outputs(seen)
    assert len(outputs["report"]) < 50_000
    index = json.loads(outputs["report"])["packages"][0]["targets"][0]["index"]
    assert (index["versions"][0], index["versions-omitted"]) == ("0.2999", 2800)


def test_a_fault_is_reported_with_its_place() -> None:
    (package,) = json.loads(as_outputs(result(FAULT))["report"])["packages"]
    assert package["version"]["fault"] == "unreadable"
    assert (package["version"]["file"], package["version"]["line"]) == ("setup.py", 3)
    assert package["targets"][0]["index"]["state"] == "published"


@pytest.mark.parametrize(("index", "state"), [(ABSENT, "absent"), (UNKNOWN, "unknown"), (PUBLISHED, "published")])
def test_the_state_of_the_index_is_reported(index: IndexState, state: str) -> None:
    (package,) = json.loads(as_outputs(result(index=index))["report"])["packages"]
    assert package["targets"][0]["index"]["state"] == state


@pytest.mark.parametrize("seen", [row[0] for row in NOES], ids=[row[5] for row in NOES])
def test_the_summary_says_yes_or_no_and_what_to_do(seen: Result) -> None:
    text = summary.render(seen)
    leading = seen.leading.decision.leading
    assert f"`{leading.reason.value}`" in text
    folded = text.partition("<details>")[2]
    broken = [each for each in leading.checks if not each.holds]
    assert text.count("\n| ") == len(CHECKS) + 1 + bool(broken), "what does not hold stands open, the rest is folded"
    assert folded.count("\n| ") == len(CHECKS) - len(broken) + 1
    assert ("**Next step:**" in text) is bool(leading.advice)


HOSTILE = "1\n::set-output name=x::y ##[error] |<script>`@all`[a](b)\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}"


def test_nothing_untrusted_is_shown_raw() -> None:
    reading = FoundVersion(HOSTILE, Place(HOSTILE, 1), HOSTILE, notes=(HOSTILE,))
    context = Context(HOSTILE, Ref.parse(f"refs/heads/{HOSTILE}"))
    seen = Result(context, (Decided(".", decide("pkg", [TESTPYPI], context, reading, {}, NOW)),), (HOSTILE,))
    shown = console.render(seen, console.Style())
    for line in shown.splitlines():
        assert "##[" not in line
        assert not line.lstrip().startswith("::")
        assert line.isprintable()
    page = summary.render(seen)
    assert "<script>" not in page
    assert "\x1b" not in page
    assert "@all" not in page
    assert as_outputs(seen)["message"].isprintable()


def test_the_console_has_a_mark_for_each_check() -> None:
    plain = console.render(result("1.1", "refs/heads/x"), console.Style())
    assert "testpypi: do not publish (ref-not-allowed): branch 'x'; testpypi publishes from branch main" in plain
    assert plain.count("\N{CHECK MARK}") == 10
    assert plain.count("\N{BALLOT X}") == 1
    assert "\N{RIGHTWARDS ARROW} Nothing to do" in plain
    assert "note: a note" in plain
    ascii_only = console.render(result("1.1", "refs/heads/x"), console.Style(unicode=False))
    assert ascii_only.isascii()
    coloured = console.render(result(), console.Style(colour=True))
    assert "\x1b[32mtestpypi: publish (new-version)" in coloured


@pytest.mark.parametrize(("version", "shown"), [("one", "pkg 'one'"), (FAULT, "pkg without a version")])
def test_the_console_says_what_it_read_even_if_it_is_no_version(version: str | VersionFault, shown: str) -> None:
    text = console.render(result(version), console.Style())
    assert text.startswith(shown)
    assert "cannot decide" in text


def test_situations_that_are_decided_alike_share_their_rows() -> None:
    waits = result("1.0", targets=(TESTPYPI, PYPI))
    outcomes = [
        Outcome("push to main", result(targets=(TESTPYPI, PYPI))),
        *(Outcome(name, waits) for name in ("pull request", "schedule", "release")),
    ]
    lines = table.render(outcomes, console.Style()).splitlines()[3:]
    assert [line[:12].strip() for line in lines] == ["push to main", "", "pull request", "schedule", "release"]
    assert [line.split()[-1] for line in lines] == [
        "new-version", "ref-not-allowed", "already-published", "already-published", "release",
    ]  # fmt: skip
    told = table.render(outcomes, console.Style(), verbose=True).splitlines()
    assert len(told) == 3 + 4 * 2
    assert max(map(len, lines)) < 100 < max(map(len, told))


def test_the_table_has_a_row_for_each_situation_and_target() -> None:
    outcomes = [
        Outcome("push to main", result(targets=(TESTPYPI, PYPI))),
        Outcome("schedule", result(index=UNKNOWN, targets=(TESTPYPI, PYPI))),
    ]
    text = table.render(outcomes, console.Style())
    lines = text.splitlines()
    assert lines[0] == "pkg 1.1"
    assert lines[2].split() == ["situation", "target", "builds", "publishes", "why"]
    assert [line.split("  ")[0] for line in lines[3:]] == ["push to main", "", "schedule", ""]
    assert "yes      yes        new-version" in lines[3]
    assert "unknown" in lines[5]
    assert "\x1b[32m" in table.render(outcomes, console.Style(colour=True))
    assert [each["situation"] for each in table.as_data(outcomes)["situations"]] == ["push to main", "schedule"]


def test_what_is_the_same_in_every_situation_is_said_once() -> None:
    outcomes = [Outcome(name, result(FAULT)) for name in ("push to main", "schedule")]
    text = table.render(outcomes, console.Style())
    assert text.splitlines() == [
        "pkg", "", "in every situation: cannot decide (version-unreadable): computed by a call",
        "\N{RIGHTWARDS ARROW} Write it down.",
    ]  # fmt: skip
    yes = table.render([Outcome("push to main", result())], console.Style(unicode=False))
    assert yes.splitlines()[2:] == ["in every situation: publish (new-version): pkg 1.1 is new on testpypi, after 1.0"]
    no = table.render([Outcome("push to main", result("1.0"))], console.Style(unicode=False))
    assert "in every situation: do not publish (already-published)" in no


BOTH = (TESTPYPI, PYPI)
RUNS = [
    (result("1.2", "refs/tags/v1.2", BOTH), "publish pkg 1.2 to pypi", ["pypi", "testpypi"], "a tag that publishes"),
    (result("1.2", targets=BOTH), "publish pkg 1.2 to testpypi", ["testpypi", "pypi"], "a push that publishes"),
    (
        result("1.1", "refs/tags/v1.2", BOTH),
        "do not publish pkg 1.1: tag-mismatch (pypi)",
        ["pypi", "testpypi"],
        "a forgotten bump",
    ),
    (
        result("1.2", "refs/tags/v1.2", BOTH, UNKNOWN),
        "cannot decide for testpypi, pypi",
        ["pypi", "testpypi"],
        "an unknown index",
    ),
]


@pytest.mark.parametrize(("seen", "line", "order"), [row[:3] for row in RUNS], ids=[row[3] for row in RUNS])
def test_several_targets_begin_with_one_line_for_the_run(seen: Result, line: str, order: list[str]) -> None:
    shown = console.render(seen, console.Style()).splitlines()
    assert shown[0] == line
    heads = [text.partition(":")[0] for text in shown if text.startswith(("pypi: ", "testpypi: "))]
    assert heads == order
    page = summary.render(seen)
    blocks = [text for text in page.splitlines() if text.startswith(("\N{WHITE HEAVY CHECK MARK}", "\N{NO ENTRY}",
        "\N{WARNING SIGN}", "\N{EN DASH}"))]  # fmt: skip
    assert [text.partition(" to ")[2].partition(" ")[0] for text in blocks] == order
    assert page.index(line[1:].partition(":")[0].partition(" (")[0]) < page.index(blocks[0])


def test_a_release_to_one_index_never_begins_with_a_no_about_the_other() -> None:
    seen = result("1.2", "refs/tags/v1.2", BOTH)
    page = summary.render(seen)
    assert "\N{NO ENTRY}" not in page
    assert "\N{EN DASH} Not to testpypi (`ref-not-allowed`)" in page
    assert page.count("<details>") == 2, "nothing stands open"
    shown = console.render(seen, console.Style()).splitlines()
    assert shown[-1].startswith("testpypi: do not publish (ref-not-allowed)"), "and it is one line on the console"


def test_one_target_has_no_line_for_the_run() -> None:
    assert console.render(result(), console.Style()).startswith("pkg 1.1 (pkg/_version.py:3)")
    broken = summary.render(result("1.0"))
    assert f"<summary>Checks that hold: {len(CHECKS) - 1}</summary>" in broken


def test_a_project_without_a_name_is_called_so_in_the_line_for_the_run() -> None:
    context = Context("push", Ref.parse("refs/heads/main"))
    seen = Result(context, (Decided(".", decide("", BOTH, context, FAULT, {}, NOW)),))
    assert console.render(seen, console.Style()).startswith("cannot decide for testpypi, pypi")
    with_name = headlines.of_run(decide("", BOTH, context, DYNAMIC, {}, NOW))
    assert with_name == "do not publish a project without a name: version-dynamic (testpypi)"


DYNAMIC = VersionFault(FaultKind.DYNAMIC, "vcs", "from git tags", "push a tag", tool="hatch-vcs")


def test_the_report_tells_of_releases_of_trust_and_of_what_is_expected_only() -> None:
    flags = ReleaseFlags(prerelease=True, tag="v1.2", target="main")
    context = Context("release", Ref.parse("refs/tags/v1.2"), distrust="no proof", release=flags)
    seen = Result(context, (Decided(".", decide("pkg", [PYPI], context, DYNAMIC, {"pypi": ABSENT}, NOW)),))
    report = json.loads(json.dumps(as_report(seen)))
    assert report["context"]["distrust"] == "no proof"
    assert report["context"]["release"] == {
        "prerelease": True, "draft": False, "tag": "v1.2", "target-commitish": "main"
    }  # fmt: skip
    assert report["packages"][0]["version"]["computed-by"] == "hatch-vcs"
    assert report["packages"][0]["targets"][0]["concerned"] is False, "an event that it does not publish on"
    assert as_report(result())["context"]["release"] is None  # type: ignore[index] # plain data


def test_problems_and_defects_have_a_summary_too() -> None:
    error = ConfigurationError([Problem("policy", "unknown <b>"), Problem("", "x", Place("a.yml", 3, 7))])
    text = summary.render_problems(error)
    assert "- policy" in text
    assert "a.yml" in text
    assert "<b>" not in text
    assert "boom" in summary.render_defect("boom")


@pytest.mark.parametrize(
    ("states", "expected"),
    [([], "0.1.0"), ([ABSENT], "0.1.0"), ([PUBLISHED], "1.1.1"), ([UNKNOWN, PUBLISHED], "1.1.1")],
)
def test_the_next_version_is_new_everywhere(states: list[IndexState], expected: str) -> None:
    assert next_version(states) == expected


def test_the_next_version_keeps_the_epoch() -> None:
    releases = (Release(Version("1!2.0"), ("1!2.0",)),)
    assert next_version([Published(releases, Api.JSON, "")]) == "1!2.0.1"


@given(st.text(max_size=80), st.integers(10, 40))
def test_one_line_is_printable_short_and_no_command(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    assert "##[" not in shown
    assert not shown.startswith("::")


@given(st.text(max_size=80))
def test_markdown_has_no_markup(text: str) -> None:
    shown = markdown(text)
    assert not set("<>|`*_[]()~\\@") & set(shown)


def many(count: int, path: str = "packages/{}") -> Result:
    """Decide many packages: of three, one is new, one is there, one is not known."""
    context = Context("push", Ref.parse("refs/heads/main"))
    states: list[IndexState] = [ABSENT, PUBLISHED, UNKNOWN]
    reading = FoundVersion("1.0", Place("x/pyproject.toml", 2), "project.version", notes=("a note",))
    decided = [
        Decided(
            path.format(number),
            decide(f"p{number}", [TESTPYPI], context, reading, {"testpypi": states[number % 3]}, NOW),
        )
        for number in range(count)
    ]
    return Result(context, tuple(decided), ("a remark",))


def test_many_packages_have_a_line_each_on_the_console() -> None:
    lines = console.render(many(6), console.Style()).splitlines()
    assert lines[0] == "6 packages, 2 to publish"
    assert sum("publish (first-release)" in line for line in lines) == 2
    assert sum("do not publish (already-published)" in line for line in lines) == 2
    assert sum("\N{RIGHTWARDS ARROW} Run it again." in line for line in lines) == 2
    assert lines[-1] == "note: a remark"


def test_many_packages_are_summed_up_with_what_matters_first() -> None:
    page = summary.render(many(6))
    places = [page.index(words) for words in ("**Cannot decide** 2", "**Publish** 2", "<summary>Do not publish 2")]
    assert places == sorted(places)
    assert page.count("\n| p") - page.count("\n| package") == 6
    assert "a remark" in page


@pytest.mark.parametrize(("count", "opened"), [(2, False), (1000, False)])
def test_a_summary_stays_small(count: int, opened: bool) -> None:
    page = summary.render(many(count))
    assert len(page.encode()) < 200_000
    assert ("<details open>" in page) is opened
    assert ("more." in page) is (count > 450)


def test_a_summary_of_yeses_alone_folds_nothing() -> None:
    result_ = many(6)
    page = summary.render(result_._replace(packages=result_.packages[::3]))
    assert "2 packages, 2 to publish" in page
    assert "<details" not in page


def test_a_summary_of_noes_alone_is_not_folded() -> None:
    context = Context("push", Ref.parse("refs/heads/x"))
    reading = FoundVersion("1.1", None, "input version")
    decided = [Decided(".", decide("p", [TESTPYPI], context, reading, {"testpypi": ABSENT}, NOW))] * 2
    assert "<details open>" in summary.render(Result(context, tuple(decided)))


DETAILS = [(6, "everything"), (250, "failed-checks"), (600, "reasons"), (3000, "first-packages")]


@pytest.mark.parametrize(("count", "detail"), DETAILS)
def test_a_report_of_many_tells_as_much_as_fits(count: int, detail: str) -> None:
    outputs = as_outputs(many(count))
    report = json.loads(outputs["report"])
    assert report["detail"] == detail
    assert len(report["packages"]) + report["packages-omitted"] == count
    assert sum(map(len, outputs.values())) < 500_000, "GitHub counts in UTF-16, up to 1 MB"
    reasons = {target["reason"] for package in report["packages"] for target in package["targets"]}
    assert {"first-release", "index-unavailable"} <= reasons
    assert ("already-published" in reasons) is (detail != "first-packages"), "what matters comes first"


def test_a_matrix_holds_256_entries_and_says_how_many_wait() -> None:
    outputs = as_outputs(many(900))
    assert len(json.loads(outputs["matrix"])["include"]) == 256
    assert outputs["matrix-rest"] == "44"


def test_a_matrix_and_a_report_of_very_long_texts_still_fit() -> None:
    outputs = as_outputs(many(900, "x" * 5000 + "{}"))
    entries = len(json.loads(outputs["matrix"])["include"])
    assert 0 < entries < 256
    assert outputs["matrix-rest"] == str(300 - entries)
    assert sum(map(len, outputs.values())) < 500_000


def test_a_project_without_a_name_has_no_page() -> None:
    context = Context("push", Ref.parse("refs/heads/main"))
    seen = Result(context, (Decided(".", decide("", [TESTPYPI], context, FAULT, {}, NOW)),))
    assert as_outputs(seen)["project-url"] == ""
    assert "a project without a name" in summary.render(seen)
    assert console.render(seen, console.Style()).startswith("a project without a name or a version (")
